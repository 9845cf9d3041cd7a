// When the user has begun, paused, gone on and finished: a decision made frame by frame, from values alone.

import Instrumentation
import SerenaAudio

/// Decides where an utterance begins and ends.
///
/// Silence alone does not decide: the wait is short when the words are complete in meaning, and longer the less they are.
public struct Endpointer: Sendable {
    /// The waits, in silence since the last frame of speech, of a speaker of ordinary pace.
    public struct Configuration: Hashable, Sendable {
        /// Silence after which the words so far are worth recognising.
        public var candidate = Duration.milliseconds(60)
        /// Silence that ends an utterance that is complete. Most commas in read speech are shorter.
        public var complete = Duration.milliseconds(150)
        /// Silence that ends an utterance that is complete and could grow. The comma behind a number lasts 190 to 210 ms in the turn-taking set.
        public var extendable = Duration.milliseconds(220)
        /// Silence that ends a whole sentence for the assistant that names no task.
        public var unknown = Duration.milliseconds(190)
        /// Silence that ends words for the assistant that are no whole sentence.
        public var broken = Duration.milliseconds(600)
        /// Silence that ends words that are the beginning of something known: people think before a name or a number.
        public var unfinished = Duration.milliseconds(1_750)
        /// Silence that ends an utterance that may not be for the assistant: nobody waits for an answer.
        public var undecided = Duration.milliseconds(700)
        /// Silence after the name alone: people pause after calling someone.
        public var addressOnly = Duration.milliseconds(1_000)
        /// A factor on every wait but the first: less is quicker and cuts people off, more is slower and does not.
        public var patience = 1.0
        /// The longest utterance; it ends there whatever follows, so that memory is bounded.
        public var longestUtterance = Duration.seconds(25)

        /// By how much the waits that have to outlast a comma follow the speaker's pace. Somebody who speaks slowly makes longer pauses for thought more than
        /// anything else (F. Goldman-Eisler, *Psycholinguistics*, 1968). Set, not fitted: the turn-taking set has no correction by a slow speaker.
        static let paceOfCommas = 1.0...1.05

        public init() {}

        /// - Parameter pace: by how much the speaker is slower than others, see ``SpeakingRate/pace``.
        func wait(for completeness: Completeness, pace: Double) -> Duration {
            let paceOfCommas = min(max(pace, Self.paceOfCommas.lowerBound), Self.paceOfCommas.upperBound)
            return switch completeness {
            case .complete: complete * (patience * paceOfCommas)
            case .extendable: extendable * (patience * paceOfCommas)
            case .unknown: unknown * (patience * paceOfCommas)
            // Whoever has to think does so no faster for speaking fast.
            case .broken: broken * (patience * max(1, pace))
            case .unfinished: unfinished * (patience * max(1, pace))
            case .undecided: undecided * (patience * max(1, pace))
            case .addressOnly: addressOnly * (patience * max(1, pace))
            }
        }
    }

    /// What a frame changed.
    public enum Event: Hashable, Sendable {
        case none
        /// The user began to speak.
        case began
        /// The user paused: what was said may be all.
        case candidate
        /// The user went on after a candidate.
        case resumed
        /// The user has finished.
        case endpoint
    }

    private enum State { case idle, speaking, pausing }

    public let configuration: Configuration
    /// By how much the speaker is slower than others.
    public var pace = 1.0
    private var state = State.idle
    private var speechFrames = 0
    /// Frames of silence since the last frame of speech.
    private var silentFrames = 0

    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    /// The silence since the last frame of speech.
    private var silence: Duration {
        AudioFrame.duration * silentFrames
    }

    /// Takes what the detector says of the next frame, and what is known of the words so far.
    public mutating func step(isSpeech: Bool, completeness: Completeness) -> Event {
        switch (state, isSpeech) {
        case (.idle, false):
            return .none
        case (.idle, true):
            (state, speechFrames, silentFrames) = (.speaking, 1, 0)
            return .began
        case (_, true):
            speechFrames += 1 + silentFrames
            silentFrames = 0
            if state == .pausing {
                state = .speaking
                return .resumed
            }
            return endIfDue(completeness)
        case (_, false):
            silentFrames += 1
            if state == .speaking, silence >= configuration.candidate {
                state = .pausing
                return .candidate
            }
            return endIfDue(completeness)
        }
    }

    /// Asks again, between frames, because more is known of the words.
    public mutating func reconsider(completeness: Completeness) -> Event {
        state == .idle ? .none : endIfDue(completeness)
    }

    private mutating func endIfDue(_ completeness: Completeness) -> Event {
        let isDue = state == .pausing && silence >= configuration.wait(for: completeness, pace: pace)
        let isTooLong = AudioFrame.duration * (speechFrames + silentFrames) >= configuration.longestUtterance
        guard isDue || isTooLong else { return .none }
        state = .idle
        return .endpoint
    }
}
