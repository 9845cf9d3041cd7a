// Stand-ins for ear and mouth, so that the engine's own decisions can be tested without a model.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// Recognises an utterance by its length: the script names the words for each, in whole tenths of a second.
struct ScriptedRecognizer: SpeechRecognizer {
    let name = "scripted"
    let modelFiles: [String] = []
    /// Gets the number of samples above the audibility floor, rounded to tenths of a second.
    let words: @Sendable (_ tenths: Int) -> String?

    func transcribe(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> Transcript {
        let audible = samples.count { abs($0) > Audibility.floor }
        let tenths = Int((Double(audible) / Double(sampleRate) * 10).rounded())
        guard let text = words(tenths) else {
            throw RecognitionError.failed(recognizer: name, reason: "the script ends here")
        }
        return Transcript(text: text)
    }
}

/// Speaks 20 ms of a square wave for each sentence, after 5 ms of silence.
struct SquareWaveSynthesizer: SpeechSynthesizer {
    let name = "square wave"

    func synthesize(_ sentence: String, onChunk: (AudioChunk) -> Bool) throws(SynthesisError) {
        let silence = [Float](repeating: 0, count: 80)
        _ = onChunk(AudioChunk(samples: silence + [Float](repeating: 0.25, count: 320), sampleRate: 16_000))
    }
}

/// Keeps what an assistant tells and plays.
///
/// `@unchecked Sendable`: everything stored is reached through `lock`.
final class Witness: TurnObserver, AudioOutput, @unchecked Sendable {
    private let lock = NSLock()
    private let clock: any EngineClock
    private var storedReports: [TurnReport] = []
    private var storedPartials: [String] = []
    private var storedChunks = 0

    init(clock: any EngineClock) {
        self.clock = clock
    }

    var reports: [TurnReport] { lock.withLock { storedReports } }
    var partials: [String] { lock.withLock { storedPartials } }
    var chunks: Int { lock.withLock { storedChunks } }

    func turnBegan(_ turn: Int, at time: Instant) {}
    func turn(_ turn: Int, heardPartial text: String, stable: Int, at time: Instant) {
        lock.withLock { storedPartials.append(text) }
    }
    func turnEnded(_ report: TurnReport) { lock.withLock { storedReports.append(report) } }
    func play(_ chunk: AudioChunk) -> Instant {
        lock.withLock { storedChunks += 1 }
        return clock.now
    }
    func stop() {}
}
