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
        let (transcript, cost) = try metered { () throws(RecognitionError) in
            try recognizer.transcribe(samples, sampleRate: sampleRate)
        }
        state.withLock { state in
            if state.known.count >= Self.capacity { state.known = [:] }
            state.known[key] = (transcript, cost)
        }
        return transcript
    }

    func fit(of spellings: [String], to samples: [Float], sampleRate: Int) throws(RecognitionError) -> PhraseFit? {
        try metered { () throws(RecognitionError) in
            try recognizer.fit(of: spellings, to: samples, sampleRate: sampleRate)
        }.result
    }

    /// Does what `work` says, and counts its processor time.
    private func metered<Value>(
        _ work: () throws(RecognitionError) -> Value
    ) throws(RecognitionError) -> (result: Value, seconds: Double) {
        var result: Result<Value, RecognitionError>?
        let (_, cost) = RecognitionFigures.cpuSeconds {
            do throws(RecognitionError) {
                result = .success(try work())
            } catch {
                result = .failure(error)
            }
        }
        guard let value = try result?.get() else { throw .failed(recognizer: name, reason: "it gave nothing") }
        state.withLock { $0.seconds += cost }
        return (value, cost)
    }
}
