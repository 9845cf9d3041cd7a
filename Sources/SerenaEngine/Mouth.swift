// The way of an answer from text to the loudspeaker, sentence by sentence.

import Instrumentation
import SerenaAudio
import SerenaNetBridge
import SerenaSpeech
import Synchronization

/// Speaks the answer of one turn: each sentence is synthesised as soon as it is complete, while the task still runs.
///
/// Text arrives through ``say(_:)``. Until ``commit()`` nothing is heard, and only the first sentence is synthesised, so that little is
/// lost should the answer not be wanted. ``finish()`` returns once all of it has been handed to the output.
actor Mouth: Voice {
    /// What is known of an answer once it has been spoken.
    struct Spoken: Sendable {
        var text = ""
        /// When the task gave its first text.
        var firstText: Instant?
        /// When the first sentence was complete.
        var firstSentence: Instant?
        /// When the first audible sample is due at the loudspeaker.
        var firstAudible: Instant?
        /// When the last sample will have been heard.
        var end: Instant?
        /// Whether the loudspeaker had nothing to play in the middle of the answer.
        var hasGap = false
        /// What went wrong in synthesis.
        var problem: String?
    }

    private let synthesizer: any SpeechSynthesizer
    private let emergency: EmergencySentence
    private let worker: any Worker
    private let output: HeldOutput
    private let clock: any EngineClock
    private var splitter = SentenceSplitter()
    private var spoken = Spoken()
    private let synthesis = Synthesis()
    private var isHeld = true
    private var sentences = 0
    /// Sentences that have to wait until the answer is wanted.
    private var waiting: [String] = []

    init(
        synthesizer: any SpeechSynthesizer, emergency: EmergencySentence, worker: any Worker,
        output: HeldOutput, clock: any EngineClock
    ) {
        self.synthesizer = synthesizer
        self.emergency = emergency
        self.worker = worker
        self.output = output
        self.clock = clock
    }

    /// Takes the next text of the answer. Each call ends a sentence: tasks say whole ones.
    func say(_ text: String) {
        if spoken.firstText == nil { spoken.firstText = clock.now }
        for sentence in splitter.feed(text) + splitter.finish() {
            if spoken.firstSentence == nil { spoken.firstSentence = clock.now }
            sentences += 1
            if isHeld, sentences > 1 {
                waiting.append(sentence)
            } else {
                speak(sentence)
            }
        }
    }

    /// Lets the answer be heard, as far as it is there and from now on.
    func commit() {
        isHeld = false
        output.commit()
        for sentence in waiting { speak(sentence) }
        waiting = []
    }

    /// Falls silent for good.
    nonisolated func drop() {
        output.drop()
    }

    /// Waits until everything has been handed to the output.
    func finish() async -> Spoken {
        // The worker keeps the order: when it comes to this, it has been through everything before.
        do {
            let outcome = try await worker.run { [synthesis] in synthesis.outcome }
            spoken.text = outcome.said.joined(separator: " ")
            spoken.problem = outcome.problem
            (spoken.firstAudible, spoken.end, spoken.hasGap) = (output.firstAudible, output.end, output.hasGap)
        } catch {
            spoken.problem = "\(error)"
        }
        return spoken
    }

    /// The time that synthesis has taken so far.
    var workTime: Duration { synthesis.outcome.time }

    private func speak(_ sentence: String) {
        worker.submit { [synthesis, synthesizer, emergency, output, clock] in
            guard output.phase != .dropped else { return }
            let start = clock.now
            do {
                try synthesizer.synthesize(sentence, onChunk: output.take)
                synthesis.note(sentence, time: clock.now - start, problem: nil)
            } catch {
                // Once in an answer is enough to tell the user.
                let isFirst = synthesis.outcome.problem == nil
                if isFirst { emergency.play(output.take) }
                synthesis.note(
                    isFirst ? EmergencySentence.text : nil, time: clock.now - start,
                    problem: "speech output failed: \(error)")
            }
        }
    }
}

/// What became of the sentences of an answer, noted by the worker that speaks them.
private final class Synthesis: Sendable {
    struct Outcome: Sendable {
        var said: [String] = []
        var time = Duration.zero
        var problem: String?
    }

    private let state = Mutex(Outcome())

    var outcome: Outcome {
        state.withLock { $0 }
    }

    func note(_ said: String?, time: Duration, problem: String?) {
        state.withLock { state in
            if let said { state.said.append(said) }
            state.time += time
            state.problem = state.problem ?? problem
        }
    }
}
