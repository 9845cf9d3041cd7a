// What takes over when the recogniser or the voice fails in the middle of a talk.

import SerenaAudio
import SerenaSpeech
import Synchronization

/// The recogniser that takes over, loaded when it is first needed.
final class StandInRecognizer: Sendable {
    private let load: @Sendable () throws -> any SpeechRecognizer
    private let loaded = Mutex<Result<any SpeechRecognizer, any Error>?>(nil)

    init(load: @escaping @Sendable () throws -> any SpeechRecognizer) {
        self.load = load
    }

    /// The text of `samples`, and who recognised it.
    func transcribe(_ samples: [Float], sampleRate: Int) throws -> (transcript: Transcript, name: String) {
        let recognizer = try loaded.withLock { loaded in
            let result = loaded ?? Result { try load() }
            loaded = result
            return try result.get()
        }
        return (try recognizer.transcribe(samples, sampleRate: sampleRate), recognizer.name)
    }
}

/// A sentence that was spoken in time, for when the voice fails.
struct EmergencySentence: Sendable {
    static let text = "Sorry, my voice has failed. Please ask me again."

    private let chunks: [AudioChunk]

    /// Speaks it once, without playing it.
    init(spokenBy synthesizer: any SpeechSynthesizer) throws(SynthesisError) {
        var chunks: [AudioChunk] = []
        try synthesizer.synthesize(Self.text) { chunk in
            chunks.append(chunk)
            return true
        }
        self.chunks = chunks
    }

    /// Hands it to `onChunk`, piece by piece.
    func play(_ onChunk: (AudioChunk) -> Bool) {
        for chunk in chunks where !onChunk(chunk) { return }
    }
}
