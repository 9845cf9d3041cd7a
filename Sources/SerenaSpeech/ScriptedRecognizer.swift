// A recogniser for tests: it says what it was told to.

import SerenaAudio
import Synchronization

/// Gives the lines of a script, one for each stretch of speech that is audible, and the last one for ever after.
///
/// For the tests of those who build on this package: no model, no time, the same answer every time.
public final class ScriptedRecognizer: SpeechRecognizer {
    public let name = "scripted"
    public let modelFiles: [String] = []

    private let lines: [Transcript]
    private let next = Mutex(0)

    public init(_ lines: [String]) {
        self.lines = lines.map { Transcript(text: $0) }
    }

    /// - Throws: ``RecognitionError/failed(recognizer:reason:)`` when the script is empty.
    public func transcribe(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> Transcript {
        guard try RecognitionInput.prepare(samples, sampleRate: sampleRate) != nil else { return .empty }
        guard let last = lines.indices.last else { throw .failed(recognizer: name, reason: "its script is empty") }
        let index = next.withLock { next in
            defer { next = min(next + 1, last) }
            return next
        }
        return lines[index]
    }
}
