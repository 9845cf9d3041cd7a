// When the user has begun, paused, gone on and finished: a decision made frame by frame, from values alone.

import Instrumentation
import SerenaAudio

/// What the words heard so far say about whether more will come.
public enum Completeness: Hashable, Sendable {
    /// They name a task with all its slots.
    case complete
    /// The same, but the last words went into a slot, and more could belong to it: "twenty" may become "twenty three".
    case extendable
    /// They are meant for the assistant, but name no task.
    case unknown
    /// They may be meant for somebody else, or have not been recognised yet.
    case undecided
    /// They are the assistant's name and nothing else.
    case addressOnly
}

/// Decides where an utterance begins and ends.
///
/// Silence alone does not decide: the wait is short when the words are complete in meaning, and longer the less they are.
public struct Endpointer: Sendable {
    /// The waits, in silence since the last frame of speech.
    public struct Configuration: Hashable, Sendable {
        /// Silence after which the words so far are worth recognising.
        public var candidate = Duration.milliseconds(80)
        /// Silence that ends an utterance that is complete. A comma in read speech lasts up to 200 ms.
        public var complete = Duration.milliseconds(240)
        /// Silence that ends an utterance that is complete and could grow.
        public var extendable = Duration.milliseconds(280)
        /// Silence that ends an utterance for the assistant that names no task.
        public var unknown = Duration.milliseconds(400)
        /// Silence that ends an utterance that may not be for the assistant: nobody waits for an answer.
        public var undecided = Duration.milliseconds(700)
        /// Silence after the name alone: people pause after calling someone.
        public var addressOnly = Duration.milliseconds(900)
        /// The longest utterance; it ends there whatever follows, so that memory is bounded.
        public var longestUtterance = Duration.seconds(25)

        public init() {}

        func wait(for completeness: Completeness) -> Duration {
            switch completeness {
            case .complete: complete
            case .extendable: extendable
            case .unknown: unknown
            case .undecided: undecided
            case .addressOnly: addressOnly
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
        let isDue = state == .pausing && silence >= configuration.wait(for: completeness)
        let isTooLong = AudioFrame.duration * (speechFrames + silentFrames) >= configuration.longestUtterance
        guard isDue || isTooLong else { return .none }
        state = .idle
        return .endpoint
    }
}
