// Lets an utterance pass when the assistant is awake or is woken by it.

import Instrumentation
import SerenaAudio
import Synchronization

/// Stands before the recogniser: what is said to others is not recognised, but for its first words.
///
/// In stages. For the first second or so of every breath the recogniser is asked how well it fits the phrase. Where it may, the words are read; where
/// they leave it open, the utterance is recognised as it would have been without a wake word, and must name the phrase.
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
        /// How many samples of the utterance were heard, and where to look in it.
        var heard = 0
        var looks: BreathLooks
        var verdict = Verdict.asleep
        var counts = Counts()
    }

    /// What is known of the current utterance.
    private enum Verdict {
        case asleep
        /// The phrase may be in it: the whole of it decides.
        case conceivable
        /// A look has found the phrase.
        case called
        /// It began while the assistant was awake.
        case awake
    }

    /// What the guard has done so far.
    public struct Counts: Hashable, Sendable {
        /// First words that were recognised.
        public var looks = 0
        /// Utterances whose first words let the phrase be expected.
        public var hits = 0
        /// Hits that the whole utterance bore out, or that were plain from the first words.
        public var wakes = 0
    }

    public let phrase: WakePhrase
    private let recognizer: any SpeechRecognizer
    private let state: Mutex<State>

    /// How much of a breath is looked at: this much, and more for each phone of the phrase; in ms. Sound from before the utterance (0.3 s) is part of it.
    private static let lookBase = 800
    private static let lookPerPhone = 70

    /// - Parameters:
    ///   - recognizer: what looks at first words; the one that recognises the utterances serves well.
    ///   - attention: how long the assistant stays awake after it was woken or has answered.
    public init(_ phrase: WakePhrase, recognizer: any SpeechRecognizer, attention: Duration = .seconds(8)) {
        self.phrase = phrase
        self.recognizer = recognizer
        let gate = WakeGate(attention: attention)
        state = Mutex(State(gate: gate, looks: Self.looks(for: phrase)))
    }

    /// A guard for a phrase in plain text.
    public convenience init(
        phrase text: String, recognizer: any SpeechRecognizer, attention: Duration = .seconds(8)
    ) throws(WakePhraseError) {
        self.init(try WakePhrase(text), recognizer: recognizer, attention: attention)
    }

    private static func looks(for phrase: WakePhrase) -> BreathLooks {
        BreathLooks(length: (lookBase + lookPerPhone * phrase.length) * AudioFrame.sampleRate / 1_000)
    }

    public var counts: Counts { state.withLock { $0.counts } }

    public func isAwake(at time: Instant) -> Bool {
        state.withLock { $0.gate.isAwake(at: time) }
    }

    /// Whether it is worth recognising what was said so far. Costs nothing while awake, and while asleep the recognition of the first words of each
    /// breath, in the call in which they are there.
    ///
    /// - Parameters:
    ///   - samples: the utterance so far, at ``AudioFrame/sampleRate``. The next call for the same utterance continues where this one ended.
    ///   - utterance: what tells utterances apart.
    ///   - time: now.
    ///   - mayBeWhole: whether the user may have finished, so that a short utterance such as the wake word alone is looked at as it is.
    public func admits(
        _ samples: [Float], of utterance: Int, at time: Instant, mayBeWhole: Bool = false
    ) throws(RecognitionError) -> Bool {
        try state.withLock { state throws(RecognitionError) in
            if state.utterance != utterance {
                (state.utterance, state.heard, state.looks) = (utterance, 0, Self.looks(for: phrase))
                state.verdict = state.gate.isAwake(at: time) ? .awake : .asleep
            }
            guard state.verdict == .asleep else { return true }
            let start = min(state.heard, samples.count)
            state.heard = samples.count
            var due = state.looks.hear(samples[start...])
            if mayBeWhole, let rest = state.looks.end() { due.append(rest) }
            for range in due where state.verdict == .asleep {
                state.counts.looks += 1
                state.verdict = try verdict(on: Array(samples[range]))
            }
            if state.verdict != .asleep { state.counts.hits += 1 }
            return state.verdict != .asleep
        }
    }

    /// First it is asked how well the phrase fits, which is cheap; only what may be a call is read. A recogniser that cannot tell reads everything.
    private func verdict(on look: [Float]) throws(RecognitionError) -> Verdict {
        let fit = try recognizer.fit(of: phrase.spellings, to: look, sampleRate: AudioFrame.sampleRate)
        let likelihood = fit.map(phrase.likelihood) ?? .readable
        if likelihood == .none { return .asleep }
        if likelihood == .sure { return .called }
        let firstWords = try recognizer.transcribe(look, sampleRate: AudioFrame.sampleRate).text
        if phrase.find(in: firstWords) != nil { return .called }
        return likelihood == .conceivable || phrase.isConceivable(in: firstWords) ? .conceivable : .asleep
    }

    /// What the utterance asks for: all of it when the assistant was awake as it began, and what stands behind the wake word otherwise; empty when the
    /// user has said nothing but the wake word. Nil when nothing names the phrase: then the hit was wrong, or the user has not finished the phrase.
    public func request(in transcript: String, of utterance: Int, at time: Instant) -> String? {
        let behind = phrase.request(in: transcript)
        return state.withLock { state in
            guard state.utterance == utterance else { return nil }
            let request: String?
            switch state.verdict {
            case .asleep: request = nil
            case .awake: request = behind ?? transcript
            case .conceivable: request = behind
            // What is written for the phrase in the whole may be far from it, though the first words on their own were clear.
            case .called: request = behind ?? phrase.request(in: transcript, doubtfully: true) ?? transcript
            }
            guard let request else { return nil }
            if state.verdict != .awake, !state.gate.isAwake(at: time) { state.counts.wakes += 1 }
            state.gate.attend(at: time)
            return request
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
