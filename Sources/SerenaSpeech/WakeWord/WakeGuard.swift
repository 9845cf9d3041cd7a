// Lets an utterance pass when the assistant is awake or is woken by it.

import Instrumentation
import SerenaAudio
import Synchronization

/// Stands before the recogniser: what is said to others is not recognised.
///
/// In two stages. The spotter listens to an utterance as it grows, for little; where it hears the phrase, the utterance is recognised, as it would
/// have been without a wake word, and the transcript must name the phrase too.
///
/// ```swift
/// guard try wake.admits(samples, of: utterance, at: clock.now) else { return }   // asleep
/// let text = try recognizer.transcribe(samples, sampleRate: 16_000).text
/// guard let request = wake.request(in: text, of: utterance, at: clock.now) else { return }  // a false alarm
/// …
/// wake.answered(at: clock.now)
/// ```
public final class WakeGuard: Sendable {
    private struct State {
        var gate: WakeGate
        var utterance: Int?
        /// How many samples of the utterance the spotter has heard.
        var heard = 0
        var verdict = Verdict.asleep
        var counts = Counts()
    }

    /// What is known of the current utterance.
    private enum Verdict {
        case asleep
        /// The spotter has heard the phrase in it.
        case hit
        /// It began while the assistant was awake.
        case awake
    }

    /// What the guard has done so far.
    public struct Counts: Hashable, Sendable {
        /// Utterances in which the spotter heard the phrase.
        public var hits = 0
        /// Hits that the transcript bore out.
        public var wakes = 0
    }

    public let phrase: WakePhrase
    private let spotter: any WakeWordSpotter
    private let state: Mutex<State>

    public init(_ phrase: WakePhrase, spotter: any WakeWordSpotter, attention: Duration = .seconds(8)) {
        self.phrase = phrase
        self.spotter = spotter
        state = Mutex(State(gate: WakeGate(attention: attention)))
    }

    /// A guard that listens by PocketSphinx.
    ///
    /// - Throws: ``WakePhraseError``, ``RecognitionError``.
    public convenience init(phrase text: String, attention: Duration = .seconds(8)) throws {
        let phrase = try WakePhrase(text)
        let spotter = try KeyphraseSpotter(phrase)
        self.init(phrase.spoken(also: spotter.variants), spotter: spotter, attention: attention)
    }

    public var counts: Counts { state.withLock { $0.counts } }

    public func isAwake(at time: Instant) -> Bool {
        state.withLock { $0.gate.isAwake(at: time) }
    }

    /// Whether it is worth recognising what was said so far. Costs nothing while awake, and a few percent of the time of the new samples while asleep.
    ///
    /// - Parameters:
    ///   - samples: the utterance so far, at ``AudioFrame/sampleRate``. The next call for the same utterance continues where this one ended.
    ///   - utterance: what tells utterances apart.
    ///   - time: now.
    public func admits(_ samples: [Float], of utterance: Int, at time: Instant) throws(RecognitionError) -> Bool {
        try state.withLock { state throws(RecognitionError) in
            if state.utterance != utterance {
                (state.utterance, state.heard) = (utterance, 0)
                state.verdict = state.gate.isAwake(at: time) ? .awake : .asleep
                if state.verdict == .asleep { spotter.reset() }
            }
            guard state.verdict == .asleep else { return true }
            let start = min(state.heard, samples.count)
            state.heard = samples.count
            guard try spotter.hear(samples[start...]) != nil else { return false }
            state.verdict = .hit
            state.counts.hits += 1
            return true
        }
    }

    /// What the utterance asks for: all of it when the assistant was awake as it began, and what stands behind the wake word otherwise; empty when the
    /// user has said nothing but the wake word. Nil when the transcript does not name the phrase: then the hit was wrong, or the user has not
    /// finished the phrase.
    public func request(in transcript: String, of utterance: Int, at time: Instant) -> String? {
        let behind = phrase.request(in: transcript)
        return state.withLock { state in
            guard state.utterance == utterance else { return nil }
            switch state.verdict {
            case .asleep: return nil
            case .awake:
                state.gate.attend(at: time)
                return behind ?? transcript
            case .hit:
                guard let behind else { return nil }
                if !state.gate.isAwake(at: time) { state.counts.wakes += 1 }
                state.gate.attend(at: time)
                return behind
            }
        }
    }

    /// The assistant has finished an answer: it stays awake for a while.
    public func answered(at time: Instant) {
        state.withLock { $0.gate.attend(at: time) }
    }

    /// Back to sleep, such as after a goodbye.
    public func sleep() {
        state.withLock { $0.gate.sleep() }
    }
}
