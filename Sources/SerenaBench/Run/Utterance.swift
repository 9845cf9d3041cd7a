// The recording of one step, as the microphone will hear it, and what surrounds it.

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
        self.init(
            samples: try recording.resampled(to: AudioFrame.sampleRate).samples,
            speechStart: .samples(bounds.lowerBound, at: recording.sampleRate),
            speechEnd: .samples(bounds.upperBound + 1, at: recording.sampleRate),
            source: Source(
                file: file, sha256: sha256, sampleRate: recording.sampleRate,
                speechEndSample: bounds.upperBound))
    }

    private init(samples: [Float], speechStart: Duration, speechEnd: Duration, source: Source) {
        self.samples = samples
        self.speechStart = speechStart
        self.speechEnd = speechEnd
        self.source = source
    }

    /// The level of the speech between its bounds, in dBFS; nil when nothing can be told.
    var speechLevel: Double? {
        ActiveSpeechLevel.measure(samples, sampleRate: AudioFrame.sampleRate)
    }

    /// The same speech under the conditions that concern speech alone: level and gain, room, band and clock, in this order.
    ///
    /// Speech ends where its direct sound does; the tail of a room is sound, but no longer speech.
    func heard(under conditions: [Condition], seed: UInt64) -> Utterance {
        var samples = samples
        var stretch = 1.0
        for condition in conditions {
            switch condition {
            case .level(let level): samples = SpeechChannel.normalised(samples, to: level)
            default: break
            }
        }
        for condition in conditions {
            switch condition {
            case .gain(let gain): samples = SpeechChannel.amplified(samples, by: gain)
            case .room(let time): samples = SpeechChannel.reverberated(samples, time: time, seed: seed)
            case .telephone: samples = SpeechChannel.telephone(samples)
            case .drift(let partsPerMillion):
                samples = SpeechChannel.drifted(samples, partsPerMillion: partsPerMillion)
                stretch *= 1 + partsPerMillion * 1e-6
            case .level, .noise, .clipping, .dropouts, .loss, .echo, .secondSpeaker, .deviceAway: break
            }
        }
        func stretched(_ duration: Duration) -> Duration {
            .nanoseconds(Int64((Double(duration.nanoseconds) * stretch).rounded()))
        }
        return Utterance(
            samples: samples, speechStart: stretched(speechStart), speechEnd: stretched(speechEnd), source: source)
    }
}

/// What goes on around the speech of a step: noise, a microphone that overloads, a line that loses sound.
struct Surroundings: Hashable, Sendable {
    /// Goes on from the end of the step before to the end of this one.
    var bed: NoiseBed?
    /// The magnitude above which everything is cut flat; no microphone exceeds full scale.
    var limit: Float = 1
    /// How the assistant's own voice comes back; nil for not at all.
    var echo: Echo?
    /// When no frames come, from the beginning of the step on.
    var away: [Range<Duration>] = []
    /// Those that concern the line.
    var line: [Condition] = []
    /// For what the line loses.
    var seed: UInt64 = 0
}

/// The way of the assistant's own voice into the microphone.
struct Echo: Hashable, Sendable {
    /// Relative to what is played, in dB.
    var level: Double
    /// One frame at the least: what is played later than a frame begins is not known when it is made.
    var delay: Duration
}

/// A step with its recording.
public struct PreparedStep: Sendable {
    public let step: Step
    public let utterance: Utterance
    /// Whether faults are planted in it; such a step is no part of the talk. See ``PlantingAssistant``.
    public let isPlanted: Bool
    var surroundings = Surroundings()
    /// Which repetition of the talk the step belongs to, counted from 0.
    var round = 0
    /// A round that has not begun when the talk is this old is left out.
    var latestStart: Duration?

    public init(step: Step, utterance: Utterance, isPlanted: Bool = false) {
        self.step = step
        self.utterance = utterance
        self.isPlanted = isPlanted
    }
}
