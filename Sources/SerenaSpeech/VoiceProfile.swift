// What is known about one speaker.

/// How somebody speaks, so that they are heard better.
public struct VoiceProfile: Codable, Hashable, Sendable {
    public var userId: String
    /// Such as `en`.
    public var language: String
    /// The recogniser's model that suits the speaker; nil for the usual one.
    public var acousticModel: String?
    /// Names and terms that the speaker uses.
    public var customVocabulary: [String]
    /// In words per minute; nil when it is not known.
    public var speakingRate: Double?

    public init(
        userId: String, language: String = "en", acousticModel: String? = nil, customVocabulary: [String] = [],
        speakingRate: Double? = nil
    ) {
        self.userId = userId
        self.language = language
        self.acousticModel = acousticModel
        self.customVocabulary = customVocabulary
        self.speakingRate = speakingRate
    }
}
