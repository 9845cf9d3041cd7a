// A recogniser that says what it costs.

import SerenaAudio
import SerenaSpeech
import Synchronization

/// Adds up the processor time of recognition. The same sound is recognised once and charged each time, so that several listeners can be measured on it.
final class MeteredRecognizer: SpeechRecognizer {
    private struct State {
        var seconds = 0.0
        var known: [Int: (text: Transcript, seconds: Double)] = [:]
    }

    private let recognizer: any SpeechRecognizer
    private let state = Mutex(State())
    /// All is forgotten when so many transcripts are remembered.
    private static let capacity = 512

    init(_ recognizer: any SpeechRecognizer) {
        self.recognizer = recognizer
    }

    var name: String { recognizer.name }
    var modelFiles: [String] { recognizer.modelFiles }
    /// Processor time so far.
    var seconds: Double { state.withLock { $0.seconds } }

    func transcribe(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> Transcript {
        var hasher = Hasher()
        samples.withUnsafeBytes { hasher.combine(bytes: $0) }
        let key = hasher.finalize()
        if let known = state.withLock({ $0.known[key] }) {
            state.withLock { $0.seconds += known.seconds }
            return known.text
        }
        var result: Result<Transcript, RecognitionError> = .success(.empty)
        let (_, cost) = RecognitionFigures.cpuSeconds {
            do throws(RecognitionError) {
                result = .success(try recognizer.transcribe(samples, sampleRate: sampleRate))
            } catch {
                result = .failure(error)
            }
        }
        let transcript = try result.get()
        state.withLock { state in
            state.seconds += cost
            if state.known.count >= Self.capacity { state.known = [:] }
            state.known[key] = (transcript, cost)
        }
        return transcript
    }
}
