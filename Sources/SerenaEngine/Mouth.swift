// The way of an answer from text to the loudspeaker, sentence by sentence.

import Instrumentation
import SerenaAudio
import SerenaNetBridge
import SerenaSpeech
import Synchronization

/// Speaks the answer of one turn: each sentence is synthesised as soon as it is complete, while the task still runs.
///
/// Text arrives through ``say(_:)``; ``finish()`` returns once all of it has been handed to the output.
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
        /// What went wrong in synthesis.
        var problem: String?
    }

    private let synthesizer: any SpeechSynthesizer
    private let emergency: EmergencySentence
    private let worker: any Worker
    private let output: any AudioOutput
    private let clock: any EngineClock
    private var splitter = SentenceSplitter()
    private var spoken = Spoken()
    private let synthesis = Synthesis()

    init(
        synthesizer: any SpeechSynthesizer, emergency: EmergencySentence, worker: any Worker,
        output: any AudioOutput, clock: any EngineClock
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
        let sentences = splitter.feed(text) + splitter.finish()
        for sentence in sentences { speak(sentence) }
    }

    /// Waits until everything has been handed to the output.
    func finish() async -> Spoken {
        // The worker keeps the order: when it comes to this, it has been through everything before.
        do {
            let outcome = try await worker.run { [synthesis] in synthesis.outcome }
            spoken.text = outcome.said.joined(separator: " ")
            (spoken.firstAudible, spoken.problem) = (outcome.firstAudible, outcome.problem)
        } catch {
            spoken.problem = "\(error)"
        }
        return spoken
    }

    private func speak(_ sentence: String) {
        if spoken.firstSentence == nil { spoken.firstSentence = clock.now }
        worker.submit { [synthesis, synthesizer, emergency, output] in
            let player = Player(output: output)
            do {
                try synthesizer.synthesize(sentence, onChunk: player.play)
                synthesis.note(sentence, firstAudible: player.firstAudible, problem: nil)
            } catch {
                // Once in an answer is enough to tell the user.
                let isFirst = synthesis.outcome.problem == nil
                if isFirst { emergency.play(player.play) }
                synthesis.note(
                    isFirst ? EmergencySentence.text : nil, firstAudible: player.firstAudible,
                    problem: "speech output failed: \(error)")
            }
        }
    }
}

/// Streams a sentence into an output, and keeps when its first audible sample is due.
private final class Player {
    private let output: any AudioOutput
    private(set) var firstAudible: Instant?

    init(output: any AudioOutput) {
        self.output = output
    }

    func play(_ chunk: AudioChunk) -> Bool {
        let due = output.play(chunk)
        if firstAudible == nil, let sample = Audibility.firstAudibleSample(in: chunk.samples) {
            firstAudible = due + .samples(sample, at: chunk.sampleRate)
        }
        return true
    }
}

/// What became of the sentences of an answer, noted by the worker that speaks them.
private final class Synthesis: Sendable {
    struct Outcome: Sendable {
        var said: [String] = []
        var firstAudible: Instant?
        var problem: String?
    }

    private let state = Mutex(Outcome())

    var outcome: Outcome {
        state.withLock { $0 }
    }

    func note(_ said: String?, firstAudible: Instant?, problem: String?) {
        state.withLock { state in
            if let said { state.said.append(said) }
            state.firstAudible = state.firstAudible ?? firstAudible
            state.problem = state.problem ?? problem
        }
    }
}
