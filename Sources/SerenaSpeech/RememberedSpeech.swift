// Recognition and synthesis that are done once for the same input, for runs whose time is not measured.

import SerenaAudio
import Synchronization

/// A recogniser that looks up what it has recognised before.
///
/// The same samples give the same text, so nothing but the time is different. For simulations, where a clock says how long it
/// takes.
public final class RememberingRecognizer: SpeechRecognizer {
    private let recognizer: any SpeechRecognizer
    private let transcripts = Mutex<[SampleKey: Transcript]>([:])

    public init(_ recognizer: any SpeechRecognizer) {
        self.recognizer = recognizer
    }

    public var name: String { recognizer.name }
    public var modelFiles: [String] { recognizer.modelFiles }

    public func transcribe(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> Transcript {
        let key = SampleKey(samples, sampleRate: sampleRate)
        if let known = transcripts.withLock({ $0[key] }) { return known }
        let transcript = try recognizer.transcribe(samples, sampleRate: sampleRate)
        transcripts.withLock { $0[key] = transcript }
        return transcript
    }

    public func fit(
        of spellings: [String], to samples: [Float], sampleRate: Int
    ) throws(RecognitionError) -> PhraseFit? {
        try recognizer.fit(of: spellings, to: samples, sampleRate: sampleRate)
    }

    /// Names samples by their number, rate and hash. Two of a million recordings share a hash of 64 bits with a probability of less
    /// than one in ten million.
    private struct SampleKey: Hashable {
        let count: Int
        let sampleRate: Int
        let hash: Int

        init(_ samples: [Float], sampleRate: Int) {
            count = samples.count
            self.sampleRate = sampleRate
            var hasher = Hasher()
            samples.withUnsafeBytes { hasher.combine(bytes: $0) }
            hash = hasher.finalize()
        }
    }
}

/// A synthesiser that plays again what it has spoken before.
public final class RememberingSynthesizer: SpeechSynthesizer {
    private let synthesizer: any SpeechSynthesizer
    private let sentences = Mutex<[String: [AudioChunk]]>([:])

    public init(_ synthesizer: any SpeechSynthesizer) {
        self.synthesizer = synthesizer
    }

    public var name: String { synthesizer.name }

    public func synthesize(_ sentence: String, onChunk: (AudioChunk) -> Bool) throws(SynthesisError) {
        let chunks: [AudioChunk]
        if let known = sentences.withLock({ $0[sentence] }) {
            chunks = known
        } else {
            var spoken: [AudioChunk] = []
            try synthesizer.synthesize(sentence) { chunk in
                spoken.append(chunk)
                return true
            }
            chunks = spoken
            sentences.withLock { [spoken] in $0[sentence] = spoken }
        }
        for chunk in chunks where !onChunk(chunk) { return }
    }
}
