// Whether someone speaks, frame by frame.

/// What a detector thinks of one frame.
public struct VoiceActivity: Hashable, Sendable {
    /// Whether speech is going on.
    public let isSpeech: Bool
    /// How likely the frame is speech, from 0 to 1, as far as the detector can tell from this frame and those before.
    public let probability: Double
    /// The level of the frame, in dBFS.
    public let level: Double
    /// The level of the background, in dBFS.
    public let noiseFloor: Double
    /// How likely there is a voice by its sound alone, however loud it is, from 0 to 1; nil when the detector cannot tell.
    public let voice: Double?

    public init(
        isSpeech: Bool, probability: Double? = nil, level: Double, noiseFloor: Double, voice: Double? = nil
    ) {
        self.isSpeech = isSpeech
        self.probability = probability ?? (isSpeech ? 1 : 0)
        self.level = level
        self.noiseFloor = noiseFloor
        self.voice = voice
    }

    /// How far the frame stands out of the background, in dB.
    public var signalToNoise: Double {
        level - noiseFloor
    }
}

/// Tells speech from its absence in a stream of frames.
public protocol VoiceActivityDetector: Sendable {
    /// What a report calls it.
    var name: String { get }

    /// Takes the next frame of the stream.
    mutating func process(_ frame: AudioFrame) -> VoiceActivity

    /// Forgets the stream so far.
    mutating func reset()
}

extension VoiceActivityDetector {
    public var name: String { "\(Self.self)" }
}
