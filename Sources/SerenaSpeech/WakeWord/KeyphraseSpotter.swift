// Spots the wake phrase by PocketSphinx, whose acoustic model knows every English word.

import CPocketSphinx
import Foundation
import SerenaAudio
import Synchronization

/// Weighs the phones of the phrase against a loop of all phones, frame by frame. Nothing is trained by the user.
///
/// Words come with all pronunciations of the model's dictionary, and with that of flite's letter-to-sound rules, which is the only one for
/// names that the dictionary does not have.
public final class KeyphraseSpotter: WakeWordSpotter {
    public struct Configuration: Hashable, Sendable {
        /// The least ``WakeWordHit/score`` of a hit: the lower, the more hits, right and wrong ones.
        public var threshold = -70.0
        /// Looks at every n-th frame of 10 ms only, and takes the frames between for the same.
        public var frameStep = 3

        public init() {}
    }

    public let phrase: String
    /// All the ways to say the phrase that are listened for.
    public let variants: [Pronunciation]

    /// `@unchecked Sendable`: the pointer is only used while the mutex around it is held.
    private struct Stream: @unchecked Sendable {
        let decoder: OpaquePointer
        /// Samples since the last reset, and since the decoder's utterance began.
        var heard = 0
        var utterance = 0
        /// The last samples, which are heard again when the decoder's utterance is cut.
        var recent: [Int16] = []
    }

    private let stream: Mutex<Stream>

    /// The decoder's utterance is cut at this length, because its memory grows with it: 20 s.
    private static let longestUtterance = 20 * AudioFrame.sampleRate
    /// What is heard again after a cut, so that a phrase in two halves is found: 1.5 s.
    private static let overlap = AudioFrame.sampleRate * 3 / 2
    /// The most pronunciations of a phrase.
    private static let mostVariants = 8
    /// The decoder counts likelihoods in units of 1024 · ln 1.0001 and reports them less 1,500.
    private static let scoreUnit = 1_024 * log(1.0001)
    private static let scoreOffset = 1_500.0

    public init(
        _ phrase: WakePhrase, configuration: Configuration = Configuration(),
        modelFolder: String = PocketSphinxRecognizer.defaultModelFolder
    ) throws(RecognitionError) {
        let acoustic = modelFolder + "/en-us"
        let dictionary = CMUDictionary.path(inModel: modelFolder)
        let files = [acoustic + "/mdef", acoustic + "/means", acoustic + "/sendump", dictionary]
        if let missing = files.first(where: { !FileManager.default.fileExists(atPath: $0) }) {
            throw .notInstalled(recognizer: "the wake word", missing: missing, remedy: PocketSphinxRecognizer.remedy)
        }
        let choices = try Self.pronunciations(of: phrase, dictionary: dictionary)
        variants = choices.map { Pronunciation($0.flatMap(\.phones)) }
        self.phrase = phrase.text
        let decoder = try Self.makeDecoder(acoustic, frameStep: max(1, min(3, configuration.frameStep)))
        do {
            try Self.listen(for: choices, in: decoder, threshold: configuration.threshold)
        } catch {
            _ = ps_free(decoder)
            throw error
        }
        stream = Mutex(Stream(decoder: decoder))
    }

    deinit {
        stream.withLock { _ = ps_free($0.decoder) }
    }

    public func reset() {
        stream.withLock { stream in
            (stream.heard, stream.utterance, stream.recent) = (0, 0, [])
            _ = ps_end_utt(stream.decoder)
            _ = ps_start_stream(stream.decoder)
            _ = ps_start_utt(stream.decoder)
        }
    }

    public func hear(_ samples: ArraySlice<Float>) throws(RecognitionError) -> WakeWordHit? {
        let pulses = samples.map { sample in
            sample.isFinite ? Int16(max(-32_768, min(32_767, (sample * 32_768).rounded()))) : 0
        }
        return try stream.withLock { stream throws(RecognitionError) in
            if stream.utterance > Self.longestUtterance {
                try Self.restart(&stream)
                try Self.process(stream.recent, &stream)
            }
            try Self.process(pulses, &stream)
            stream.heard += pulses.count
            stream.recent = Array((stream.recent + pulses.suffix(Self.overlap)).suffix(Self.overlap))
            guard let best = Self.bestDetection(stream.decoder) else { return nil }
            stream.recent = []
            try Self.restart(&stream)
            return WakeWordHit(end: stream.heard, length: best.samples, score: best.score)
        }
    }

    // MARK: Decoding

    private static func process(_ pulses: [Int16], _ stream: inout Stream) throws(RecognitionError) {
        guard !pulses.isEmpty else { return }
        guard ps_process_raw(stream.decoder, pulses, pulses.count, 0, 0) >= 0 else {
            throw .failed(recognizer: "the wake word", reason: "the sound could not be decoded")
        }
        stream.utterance += pulses.count
    }

    private static func restart(_ stream: inout Stream) throws(RecognitionError) {
        guard ps_end_utt(stream.decoder) == 0, ps_start_utt(stream.decoder) == 0 else {
            throw .failed(recognizer: "the wake word", reason: "listening could not be begun anew")
        }
        stream.utterance = 0
    }

    private static func bestDetection(_ decoder: OpaquePointer) -> (samples: Int, score: Double)? {
        guard ps_get_hyp(decoder, nil) != nil else { return nil }
        var best: (samples: Int, score: Double)?
        var segment = ps_seg_iter(decoder)
        while let current = segment {
            var (first, last): (Int32, Int32) = (0, 0)
            ps_seg_frames(current, &first, &last)
            let likelihood = Double(ps_seg_prob(current, nil, nil, nil))
            let score = (likelihood + scoreOffset) * scoreUnit
            if score > best?.score ?? -.infinity {
                best = (Int(max(0, last - first) + 1) * AudioFrame.sampleCount, score)
            }
            segment = ps_seg_next(current)
        }
        return best
    }

    // MARK: Making

    private static func makeDecoder(_ acoustic: String, frameStep: Int) throws(RecognitionError) -> OpaquePointer {
        err_set_logfp(nil)
        let arguments = [
            "serena", "-hmm", acoustic, "-ds", String(frameStep), "-kws_delay", "0", "-logfn", "/dev/null",
        ]
        var pointers = arguments.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        guard let options = cmd_ln_parse_r(nil, ps_args(), Int32(pointers.count), &pointers, 1) else {
            throw loadError("it refuses its own options")
        }
        defer { cmd_ln_free_r(options) }
        guard let decoder = ps_init(options) else { throw loadError("the model in \(acoustic) is damaged") }
        return decoder
    }

    /// Adds each pronunciation as a word of its own, and lists every combination of them as a phrase.
    private static func listen(
        for choices: [[Pronunciation]], in decoder: OpaquePointer, threshold: Double
    ) throws(RecognitionError) {
        var known: [Pronunciation: String] = [:]
        var lines = ""
        for choice in choices {
            var phrase: [String] = []
            for word in choice {
                let name = known[word] ?? "w\(known.count)"
                if known.updateValue(name, forKey: word) == nil,
                    ps_add_word(decoder, name, word.dictionaryText, 1) < 0
                {
                    throw loadError("the model cannot say \(word.dictionaryText)")
                }
                phrase.append(name)
            }
            lines += "\(phrase.joined(separator: " ")) /\(exp(min(0, max(-600, threshold))))/\n"
        }
        // The library reads lists of phrases from files only.
        let list = FileManager.default.temporaryDirectory.appending(path: "serena-\(UUID().uuidString).kws")
        defer { try? FileManager.default.removeItem(at: list) }
        do {
            try Data(lines.utf8).write(to: list, options: .atomic)
        } catch {
            throw loadError("its list of phrases cannot be written: \(error.localizedDescription)")
        }
        guard ps_set_kws(decoder, "wake", list.path(percentEncoded: false)) == 0,
            ps_set_search(decoder, "wake") == 0, ps_start_stream(decoder) == 0, ps_start_utt(decoder) == 0
        else { throw loadError("it refuses the phrase") }
    }

    /// All ways to say the phrase, word by word.
    private static func pronunciations(
        of phrase: WakePhrase, dictionary path: String
    ) throws(RecognitionError) -> [[Pronunciation]] {
        guard let entries = CMUDictionary(path: path) else {
            throw loadError("\(path) cannot be read")
        }
        var phrases: [[Pronunciation]] = [[]]
        for word in phrase.words {
            var ways = entries.pronunciations(of: word)
            if let said = Pronunciation(of: word), !ways.contains(said) { ways.append(said) }
            phrases = phrases.flatMap { phrase in ways.map { phrase + [$0] } }
            phrases = Array(phrases.prefix(mostVariants))
        }
        return phrases.filter { !$0.isEmpty }
    }

    private static func loadError(_ reason: String) -> RecognitionError {
        .cannotLoad(recognizer: "the wake word", reason: reason, remedy: PocketSphinxRecognizer.remedy)
    }
}
