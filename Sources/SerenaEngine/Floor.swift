// Who has the floor while an answer is spoken: a decision made frame by frame, from values alone.

import Instrumentation
import SerenaAudio

/// Decides what becomes of an answer into which a sound falls.
///
/// The first sign that somebody wants to speak holds it. Speech that goes on ends it; anything else lets it go on. After a short
/// remark its words decide, because "stop" and "yeah" sound alike. Others call this resuming after a false interruption (LiveKit Agents,
/// *Turn detection and interruptions*).
public struct Floor: Sendable {
    public enum Decision: Hashable, Sendable {
        case none
        /// Fall silent for now.
        case hold
        /// Nobody wanted to speak: go on with what was held.
        case goOn
        /// Fall silent for good.
        case fallSilent
    }

    private enum State: Sendable { case own, contested, awaitingWords(frames: Int) }

    /// Words that have not been recognised by then are taken for none. Recognition takes a tenth of a second or two.
    static let patience = Duration.milliseconds(1_000)
    /// The same while no utterance is open, so that no words will come unless one is opened now.
    static let patienceWithoutUtterance = Duration.milliseconds(200)

    private var state = State.own
    /// Whether the words of the sound that goes on ask for the floor; nil as long as they are not known.
    private var wordsMatter: Bool?

    public init() {}

    /// Whether an answer is held, and words may settle what becomes of it.
    public var isContested: Bool {
        if case .own = state { false } else { true }
    }

    /// Takes what the next frame says of a sound in the answer.
    ///
    /// - Parameter isListening: whether an utterance is open, of which words may come.
    public mutating func step(_ bid: FloorBid?, isListening: Bool) -> Decision {
        switch (state, bid) {
        case (_, .claim):
            (state, wordsMatter) = (.contested, nil)
            return .hold
        case (_, .speech):
            state = .own
            return .fallSilent
        case (.contested, .nothing):
            state = .own
            return .goOn
        case (.contested, .remark):
            state = .awaitingWords(frames: 0)
            return settle()
        case (.awaitingWords(let frames), _):
            let waited = AudioFrame.duration * (frames + 1)
            state = .awaitingWords(frames: frames + 1)
            guard waited >= (isListening ? Self.patience : Self.patienceWithoutUtterance) else { return .none }
            state = .own
            return .goOn
        case (.own, _), (.contested, nil):
            return .none
        }
    }

    /// Takes what is known of the words since the answer was held.
    ///
    /// - Parameter matter: false when they are none, or only show that somebody listens.
    public mutating func heardWords(matter: Bool) -> Decision {
        wordsMatter = matter
        return settle()
    }

    /// The speaker goes on: what was known of the words is no longer all.
    public mutating func speechGoesOn() {
        wordsMatter = nil
    }

    private mutating func settle() -> Decision {
        guard case .awaitingWords = state, let wordsMatter else { return .none }
        state = .own
        return wordsMatter ? .fallSilent : .goOn
    }
}
