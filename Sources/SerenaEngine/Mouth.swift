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
    private let worker: any Worker
    private let output: any AudioOutput
    private let clock: any EngineClock
    private var splitter = SentenceSplitter()
    private var spoken = Spoken()
    private let synthesis = Synthesis()

    init(synthesizer: any SpeechSynthesizer, worker: any Worker, output: any AudioOutput, clock: any EngineClock) {
        self.synthesizer = synthesizer
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
            (spoken.firstAudible, spoken.problem) = try await worker.run { [synthesis] in synthesis.outcome }
        } catch {
            spoken.problem = "\(error)"
        }
        return spoken
    }

    private func speak(_ sentence: String) {
        if spoken.firstSentence == nil { spoken.firstSentence = clock.now }
        spoken.text += spoken.text.isEmpty ? sentence : " " + sentence
        worker.submit { [synthesis, synthesizer, output] in
            synthesis.note(Result { try Mouth.synthesize(sentence, with: synthesizer, to: output) })
        }
    }

    /// Streams a sentence into `output`; gives when its first audible sample is due.
    private static func synthesize(
        _ sentence: String, with synthesizer: any SpeechSynthesizer, to output: any AudioOutput
    ) throws -> Instant? {
        var firstAudible: Instant?
        try synthesizer.synthesize(sentence) { chunk in
            let due = output.play(chunk)
            if firstAudible == nil, let sample = Audibility.firstAudibleSample(in: chunk.samples) {
                firstAudible = due + .samples(sample, at: chunk.sampleRate)
            }
            return true
        }
        return firstAudible
    }
}

/// What became of the sentences of an answer, noted by the worker that speaks them.
private final class Synthesis: Sendable {
    private let state = Mutex<(firstAudible: Instant?, problem: String?)>((nil, nil))

    var outcome: (firstAudible: Instant?, problem: String?) {
        state.withLock { $0 }
    }

    func note(_ sentence: Result<Instant?, any Error>) {
        state.withLock { state in
            switch sentence {
            case .success(let firstAudible): state.firstAudible = state.firstAudible ?? firstAudible
            case .failure(let error): state.problem = "speech output failed: \(error)"
            }
        }
    }
}
