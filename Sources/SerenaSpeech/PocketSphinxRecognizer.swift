// Speech recognition by PocketSphinx, for machines without Moonshine.

import CPocketSphinx
import Foundation
import Synchronization

/// Recognises English speech with PocketSphinx and the general English model that Debian packages.
///
/// Far less accurate than Moonshine, and slower; it needs nothing but Debian's packages.
public final class PocketSphinxRecognizer: SpeechRecognizer {
    /// Where Debian's `pocketsphinx-en-us` puts the model.
    public static let defaultModelFolder = "/usr/share/pocketsphinx/model/en-us"
    /// The command that brings the model.
    public static let remedy = "sudo apt-get install pocketsphinx-en-us"

    public let name = "pocketsphinx en-us"
    public let modelFiles: [String]

    /// `@unchecked Sendable`: the pointer is only used while the mutex around it is held.
    private struct Decoder: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// A decoder does one utterance at a time.
    private let decoder: Mutex<Decoder>

    /// Loads the model.
    public init(modelFolder: String = defaultModelFolder) throws(RecognitionError) {
        let acoustic = modelFolder + "/en-us"
        let language = modelFolder + "/en-us.lm.bin"
        let dictionary = modelFolder + "/cmudict-en-us.dict"
        let files = [acoustic + "/mdef", acoustic + "/means", acoustic + "/sendump", language, dictionary]
        if let missing = files.first(where: { !FileManager.default.fileExists(atPath: $0) }) {
            throw .notInstalled(recognizer: "PocketSphinx", missing: missing, remedy: Self.remedy)
        }
        err_set_logfp(nil)
        let arguments = ["serena", "-hmm", acoustic, "-lm", language, "-dict", dictionary, "-logfn", "/dev/null"]
        guard let configuration = Self.configuration(arguments) else {
            throw Self.loadError("it refuses its own options")
        }
        defer { cmd_ln_free_r(configuration) }
        guard let decoder = ps_init(configuration) else {
            throw Self.loadError("the model in \(modelFolder) is damaged or of another version")
        }
        modelFiles = files
        self.decoder = Mutex(Decoder(pointer: decoder))
    }

    deinit {
        decoder.withLock { _ = ps_free($0.pointer) }
    }

    public func transcribe(_ samples: [Float], sampleRate: Int) throws(RecognitionError) -> Transcript {
        guard let prepared = try RecognitionInput.prepare(samples, sampleRate: sampleRate) else { return .empty }
        let pulses = prepared.map { Int16(max(-32_768, min(32_767, ($0 * 32_768).rounded()))) }
        return try decoder.withLock { shared throws(RecognitionError) in
            let decoder = shared.pointer
            // Without a new stream, an utterance would be heard at the volume of the one before.
            guard ps_start_stream(decoder) == 0, ps_start_utt(decoder) == 0 else {
                throw .failed(recognizer: "PocketSphinx", reason: "the utterance could not be started")
            }
            let frames = ps_process_raw(decoder, pulses, pulses.count, 0, 1)
            guard ps_end_utt(decoder) == 0, frames >= 0 else {
                throw .failed(recognizer: "PocketSphinx", reason: "the utterance could not be decoded")
            }
            guard let hypothesis = ps_get_hyp(decoder, nil) else { return .empty }
            let text = String(cString: hypothesis).trimmingSpaces
            let probability = logmath_exp(ps_get_logmath(decoder), ps_get_prob(decoder))
            return Transcript(text: text, confidence: Self.confidence(probability, of: text))
        }
    }

    /// The probability of a word, as the geometric mean over the words of the utterance.
    private static func confidence(_ probability: Double, of text: String) -> Double {
        let count = text.split(separator: " ").count
        return count > 0 ? max(0, min(1, pow(probability, 1 / Double(count)))) : 0
    }

    /// The library keeps copies of the arguments.
    private static func configuration(_ arguments: [String]) -> OpaquePointer? {
        var pointers = arguments.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return cmd_ln_parse_r(nil, ps_args(), Int32(pointers.count), &pointers, 1)
    }

    private static func loadError(_ reason: String) -> RecognitionError {
        .cannotLoad(recognizer: "PocketSphinx", reason: reason, remedy: remedy)
    }
}
