// The recording of one step, as the microphone will hear it.

import Instrumentation
import SerenaAudio

/// A recording ready to be heard: at the rate of the frames, with the bounds of its speech.
public struct Utterance: Sendable {
    /// At ``AudioFrame/sampleRate``.
    public let samples: [Float]
    /// From the first sample of the recording to the first sample of speech.
    public let speechStart: Duration
    /// From the first sample of the recording to the end of the last sample of speech.
    public let speechEnd: Duration
    public let source: Source

    /// Where the recording comes from.
    public struct Source: Hashable, Codable, Sendable {
        /// Relative to the scenario's folder.
        public var file: String
        /// Of the file, in hexadecimal.
        public var sha256: String
        /// Of the file, in Hz.
        public var sampleRate: Int
        /// The index of the last sample of speech, at the file's rate.
        public var speechEndSample: Int
    }

    /// - Parameters:
    ///   - recording: at any rate.
    ///   - bounds: the first and last sample of speech in `recording`.
    ///   - file: names the recording in results.
    ///   - sha256: of the file.
    public init(recording: Recording, bounds: ClosedRange<Int>, file: String, sha256: String)
        throws(ResamplerError)
    {
        samples = try recording.resampled(to: AudioFrame.sampleRate).samples
        speechStart = .samples(bounds.lowerBound, at: recording.sampleRate)
        speechEnd = .samples(bounds.upperBound + 1, at: recording.sampleRate)
        source = Source(
            file: file, sha256: sha256, sampleRate: recording.sampleRate,
            speechEndSample: bounds.upperBound)
    }
}

/// A step with its recording.
public struct PreparedStep: Sendable {
    public let step: Step
    public let utterance: Utterance
    /// Whether faults are planted in it; such a step is no part of the talk. See ``PlantingAssistant``.
    public let isPlanted: Bool

    public init(step: Step, utterance: Utterance, isPlanted: Bool = false) {
        self.step = step
        self.utterance = utterance
        self.isPlanted = isPlanted
    }
}
