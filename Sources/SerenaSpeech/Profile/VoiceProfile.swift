// What is known about how one user speaks.

import Foundation

/// A speaker: how fast they talk, the names and terms that they use, and how a recogniser mishears these.
public struct VoiceProfile: Codable, Hashable, Sendable {
    /// A name that can be part of a file's: letters, digits, `.`, `_` and `-`, at most 64 of them.
    public var userId: String
    /// A BCP 47 tag.
    public var language: String
    /// The recogniser that the profile was enrolled with, such as `moonshine tiny-en`.
    public var acousticModel: String
    /// Names and terms as they are to be written, such as `Kubernetes` or `Aoife Byrne`.
    public var customVocabulary: [String]
    /// In words per minute of speech without its pauses at either end; nil when nobody has measured it.
    public var speakingRate: Double?
    /// The mean active speech level of the enrolment, in dBFS.
    public var speechLevel: Double?
    /// What the recogniser wrote where the speaker said a term.
    public var heardForms: [HeardForm]

    /// A term, and what it was taken for.
    public struct HeardForm: Codable, Hashable, Sendable {
        /// An entry of ``VoiceProfile/customVocabulary``.
        public var written: String
        /// Normalised words, separated by spaces.
        public var heard: String

        public init(written: String, heard: String) {
            (self.written, self.heard) = (written, heard)
        }
    }

    public init(
        userId: String, language: String = "en-US", acousticModel: String, customVocabulary: [String] = [],
        speakingRate: Double? = nil, speechLevel: Double? = nil, heardForms: [HeardForm] = []
    ) {
        self.userId = userId
        self.language = language
        self.acousticModel = acousticModel
        self.customVocabulary = customVocabulary
        self.speakingRate = speakingRate
        self.speechLevel = speechLevel
        self.heardForms = heardForms
    }

    public static let mostTerms = 500
    public static let longestTerm = 60
    public static let mostHeardForms = 2_000
    /// From a speaker who searches for every word to an auctioneer, in words per minute.
    public static let rates = 30.0...450.0

    /// The first thing that is wrong with the profile; nil when nothing is.
    public var problem: String? {
        if !Self.isName(userId) {
            return "userId must be 1 to 64 letters, digits, '.', '_' or '-', and begin with a letter or a digit"
        }
        if language.wholeMatch(of: /[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}/) == nil {
            return "language must be a tag such as en-US"
        }
        if acousticModel.isEmpty || acousticModel.count > 100 { return "acousticModel must be named" }
        if customVocabulary.count > Self.mostTerms { return "customVocabulary has more than \(Self.mostTerms) entries" }
        for (index, term) in customVocabulary.enumerated() {
            if let problem = Self.problem(ofTerm: term) { return "customVocabulary[\(index)] \(problem)" }
        }
        if let speakingRate, !Self.rates.contains(speakingRate) {
            return "speakingRate must be from \(Self.rates.lowerBound) to \(Self.rates.upperBound) words per minute"
        }
        if let speechLevel, !(-100.0...0).contains(speechLevel) { return "speechLevel must be from -100 to 0 dBFS" }
        if heardForms.count > Self.mostHeardForms { return "heardForms has more than \(Self.mostHeardForms) entries" }
        for (index, form) in heardForms.enumerated() {
            if !customVocabulary.contains(form.written) {
                return "heardForms[\(index)].written is not in customVocabulary"
            }
            if let problem = Self.problem(ofTerm: form.heard) { return "heardForms[\(index)].heard \(problem)" }
        }
        return nil
    }

    /// Whether `userId` can name a file in a folder, and nothing outside of it.
    public static func isName(_ userId: String) -> Bool {
        userId.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil
    }

    private static func problem(ofTerm term: String) -> String? {
        if term.isEmpty || term.count > longestTerm { return "must have 1 to \(longestTerm) characters" }
        if term.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "has a control character"
        }
        if !term.contains(where: \.isLetter) { return "has no letter" }
        return nil
    }
}

/// Why a profile cannot be used, and what helps.
public struct VoiceProfileError: Error, Hashable, CustomStringConvertible, Sendable {
    public let subject: String
    public let reason: String

    public init(_ subject: String, _ reason: String) {
        (self.subject, self.reason) = (subject, reason)
    }

    public var description: String { "\(subject): \(reason)" }
}
