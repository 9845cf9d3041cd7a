// What turns sound into text, whatever does it.

import SerenaAudio

/// What was understood of a stretch of speech.
public struct Transcript: Hashable, Sendable {
    /// Empty when nothing was understood.
    public let text: String
    /// From 0 to 1; nil where the recogniser gives none.
    public let confidence: Double?

    public init(text: String, confidence: Double? = nil) {
        self.text = text
        self.confidence = confidence
    }

    public static let empty = Transcript(text: "")
}

/// Turns a stretch of speech into text. Computes for as long as it takes: to be called on a worker.
public protocol SpeechRecognizer: Sendable {
    /// Such as `moonshine tiny-en`.
    var name: String { get }
    /// The files that the recogniser works from, for the identity of the assistant.
    var modelFiles: [String] { get }

    /// The text of `samples`: mono, full scale ±1.
    ///
    /// Silence and stretches too short to hold a word give ``Transcript/empty``. Samples that are no finite number count as 0.
    func transcribe(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> Transcript

    /// How well the beginning of `samples` (mono, full scale ±1) fits a phrase, in the spelling that fits best; nil when the recogniser cannot tell. Costs less than
    /// ``transcribe(_:sampleRate:)``.
    func fit(of spellings: [String], to samples: [Float], sampleRate: Int) throws(RecognitionError) -> PhraseFit?
}

extension SpeechRecognizer {
    /// Cannot tell.
    public func fit(
        of spellings: [String], to samples: [Float], sampleRate: Int
    ) throws(RecognitionError) -> PhraseFit? { nil }
}

/// How well the beginning of a sound fits a phrase.
public struct PhraseFit: Hashable, Sendable {
    /// By how much the recogniser prefers what it would write at each place over the phrase, summed over the phrase: the logarithm of a ratio of
    /// probabilities, in nats. 0 when it would write the phrase itself, below otherwise.
    public let preference: Double
    /// What it would begin with: a word or a part of one.
    public let beginning: String

    public init(preference: Double, beginning: String) {
        self.preference = preference
        self.beginning = beginning
    }
}

/// Why speech could not be turned into text.
public enum RecognitionError: Error, Hashable, CustomStringConvertible, Sendable {
    /// A part of the recogniser is missing; `remedy` is the command that brings it.
    case notInstalled(recognizer: String, missing: String, remedy: String)
    /// The recogniser is there and does not work.
    case cannotLoad(recognizer: String, reason: String, remedy: String)
    case tooLong(seconds: Double, limitSeconds: Double)
    case unsupportedRate(Int)
    case failed(recognizer: String, reason: String)
    /// The environment asks for a recogniser that does not exist.
    case unknownRecognizer(String)

    public var description: String {
        switch self {
        case .notInstalled(let recognizer, let missing, let remedy):
            "\(recognizer) is not installed: \(missing) is missing; install it with: \(remedy)"
        case .cannotLoad(let recognizer, let reason, let remedy):
            "\(recognizer) cannot be loaded: \(reason); install it again with: \(remedy)"
        case .tooLong(let seconds, let limit):
            "\(seconds) s of speech are more than the \(limit) s that can be recognised at once"
        case .unsupportedRate(let rate):
            "speech at \(rate) Hz cannot be recognised"
        case .failed(let recognizer, let reason):
            "\(recognizer) failed: \(reason)"
        case .unknownRecognizer(let name):
            "there is no recogniser \"\(name)\"; \(RecognizerChoice.environmentVariable) can be one of "
                + RecognizerChoice.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        }
    }
}

/// What every recogniser does with its input first.
enum RecognitionInput {
    /// The longest stretch that is recognised at once, in seconds.
    static let limitSeconds = 30.0
    /// A shorter stretch holds no word, in seconds.
    static let shortestSeconds = 0.1
    /// Sound whose peak stays below is silence, in dBFS.
    static let silenceLevel = -60.0

    /// The samples at 16 kHz, all finite; nil when there is nothing to recognise.
    static func prepare(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> [Float]? {
        guard AudioFile.sampleRates.contains(sampleRate) else { throw .unsupportedRate(sampleRate) }
        let seconds = Double(samples.count) / Double(sampleRate)
        guard seconds <= limitSeconds else { throw .tooLong(seconds: seconds, limitSeconds: limitSeconds) }
        guard seconds >= shortestSeconds, Level.peak(of: samples) > silenceLevel else { return nil }
        let finite = samples.map { $0.isFinite ? max(-1, min(1, $0)) : 0 }
        do {
            return try Recording(samples: finite, sampleRate: sampleRate).resampled(to: AudioFrame.sampleRate).samples
        } catch {
            throw .unsupportedRate(error.rate)
        }
    }
}
