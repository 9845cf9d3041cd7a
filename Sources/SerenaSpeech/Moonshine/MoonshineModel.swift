// Moonshine's two networks: sound to features, features and the text so far to the next piece of text.

/// Encoder and decoder of the tiny English model (Jeffries et al. 2024, "Moonshine: Speech Recognition for Live Transcription and
/// Voice Commands").
///
/// The decoder writes one piece of a word at a time, each from the features and all pieces before it, of which it keeps keys and
/// values. It is greedy: the likeliest piece is written.
struct MoonshineModel: Sendable {
    /// The heads of attention in a layer, and the numbers in each.
    private static let heads = 8
    private static let headSize = 36
    /// What a second of speech can hold, in pieces; more is the sign of a decoder that repeats itself. The library of the model
    /// has the same bound.
    private static let piecesPerSecond = 6.5

    private let encoder: ONNXSession
    private let decoder: ONNXSession
    private let layout: DecoderLayout

    /// - Parameter files: encoder and decoder.
    init(_ runtime: ONNXRuntime, encoder: String, decoder: String) throws(ONNXError) {
        self.encoder = try runtime.session(path: encoder)
        self.decoder = try runtime.session(path: decoder)
        guard self.encoder.inputs == ["input_values", "attention_mask"], self.encoder.outputs.count == 1 else {
            throw ONNXError(description: "the encoder is none of Moonshine's")
        }
        layout = try DecoderLayout(self.decoder)
    }

    /// The most pieces that `count` samples at 16 kHz can be written with, the end among them.
    static func limit(samples count: Int) -> Int {
        max(1, Int((Double(count) / 16_000 * piecesPerSecond).rounded(.up)))
    }

    /// The pieces of what is said in `samples` (mono, 16 kHz), without start and end.
    ///
    /// - Parameter draft: what the text probably begins with. Pieces that are known need no step of the decoder each, because it
    ///   can look at many at once: one step says how far the draft is what it would have written itself (Leviathan et al. 2023, "Fast
    ///   Inference from Transformers via Speculative Decoding", in the greedy case). The networks are quantised by the largest number
    ///   of a step, so that a step over many pieces rounds otherwise than many steps: pieces that are about as likely as each other
    ///   may come out the other way round.
    func pieces(in samples: [Float], draft: [Int]) throws(ONNXError) -> [Int] {
        let limit = Self.limit(samples: samples.count)
        var text = Array(draft.prefix(max(0, limit - 1)))
        var state = try listen(to: samples)
        let candidates = try state.step([MoonshineVocabulary.start] + text)
        let agreed = zip(candidates, text).prefix { $0 == $1 }.count
        var next = candidates[agreed]
        if agreed < text.count {
            text.removeSubrange(agreed...)
            try state.keep(agreed + 1)
        }
        while next != MoonshineVocabulary.end, text.count + 1 < limit {
            text.append(next)
            guard let following = try state.step([next]).last else { break }
            next = following
        }
        // At the limit the last piece is written too, as there is no step left for what follows it.
        if next != MoonshineVocabulary.end, text.count < limit { text.append(next) }
        return text
    }

    /// By how much the decoder prefers its own pieces over those of the best of `phrases`, in nats, and what it would begin with; nil without a phrase.
    ///
    /// All phrases are weighed in one step of the decoder, one beside the other.
    func fit(of phrases: [[Int]], to samples: [Float]) throws(ONNXError) -> (preference: Double, first: Int)? {
        let phrases = phrases.filter { !$0.isEmpty }
        guard !phrases.isEmpty else { return nil }
        return try listen(to: samples).preferences(over: phrases).max { $0.preference < $1.preference }
    }

    private func listen(to samples: [Float]) throws(ONNXError) -> DecoderState {
        let mask = try encoder.tensor(repeatElement(Int64(1), count: samples.count), shape: [1, samples.count])
        let sound = try encoder.tensor(samples, shape: [1, samples.count])
        let features = try encoder.run([sound, mask])
        return try DecoderState(layout, decoder, features: features[0], mask: mask)
    }

    /// Where the decoder has its inputs and outputs.
    private struct DecoderLayout {
        let mask: Int
        let numbers: Int
        let features: Int
        let usesCache: Int
        /// The input that takes each output on the next step, for keys and values.
        let pairs: [(input: Int, output: Int, ofText: Bool)]
        let emptyPast: ONNXTensor

        init(_ decoder: ONNXSession) throws(ONNXError) {
            func place(_ name: String) throws(ONNXError) -> Int {
                guard let index = decoder.inputs.firstIndex(of: name) else {
                    throw ONNXError(description: "the decoder has no input \(name)")
                }
                return index
            }
            mask = try place("encoder_attention_mask")
            numbers = try place("input_ids")
            features = try place("encoder_hidden_states")
            usesCache = try place("use_cache_branch")
            var pairs: [(input: Int, output: Int, ofText: Bool)] = []
            for (output, name) in decoder.outputs.enumerated() where name.hasPrefix("present.") {
                let suffix = name.dropFirst("present.".count)
                pairs.append((try place("past_key_values.\(suffix)"), output, suffix.contains("decoder")))
            }
            guard decoder.outputs.first == "logits", pairs.count + 4 == decoder.inputs.count else {
                throw ONNXError(description: "the decoder is none of Moonshine's")
            }
            self.pairs = pairs
            emptyPast = try decoder.tensor(
                EmptyCollection<Float>(), shape: [1, MoonshineModel.heads, 0, MoonshineModel.headSize])
        }
    }

    /// A text that is being written: keys and values of what was said and written.
    private struct DecoderState {
        private let layout: DecoderLayout
        private let decoder: ONNXSession
        private var inputs: [ONNXTensor]
        private var hasPast = false

        init(
            _ layout: DecoderLayout, _ decoder: ONNXSession, features: ONNXTensor, mask: ONNXTensor
        ) throws(ONNXError) {
            self.layout = layout
            self.decoder = decoder
            inputs = Array(repeating: layout.emptyPast, count: decoder.inputs.count)
            inputs[layout.features] = features
            inputs[layout.mask] = mask
        }

        /// Takes in `numbers` and gives, for each of them, the likeliest piece behind it.
        mutating func step(_ numbers: [Int]) throws(ONNXError) -> [Int] {
            try scores(behind: numbers) { rows in rows.map { Self.likeliest($0) } }
        }

        /// By how much the decoder prefers other pieces over each of `phrases`, which stand at the beginning, and the first piece that it prefers.
        ///
        /// A shorter phrase is filled up behind, which says nothing about the pieces before: the decoder looks back only.
        func preferences(over phrases: [[Int]]) throws(ONNXError) -> [(preference: Double, first: Int)] {
            let (count, length) = (phrases.count, phrases.map(\.count).max() ?? 0)
            let rows = phrases.flatMap { phrase in
                [MoonshineVocabulary.start] + phrase.dropLast()
                    + repeatElement(phrase.last ?? MoonshineVocabulary.end, count: length - phrase.count)
            }
            var inputs = inputs
            inputs[layout.numbers] = try decoder.tensor(rows.map(Int64.init), shape: [count, length])
            inputs[layout.usesCache] = try decoder.tensor(CollectionOfOne(false), shape: [1])
            let features = try inputs[layout.features].repeated(count, by: decoder)
            let mask = try inputs[layout.mask].shape()
            let past = try decoder.tensor(
                EmptyCollection<Float>(), shape: [count, MoonshineModel.heads, 0, MoonshineModel.headSize])
            for pair in layout.pairs { inputs[pair.input] = past }
            inputs[layout.features] = features
            inputs[layout.mask] = try decoder.tensor(
                repeatElement(Int64(1), count: count * mask[1]), shape: [count, mask[1]])
            let scores = try decoder.run(inputs)[0]
            let shape = try scores.shape()
            guard shape.count == 3, shape[0] == count, shape[1] == length else {
                throw ONNXError(description: "the decoder gave scores of shape \(shape)")
            }
            return try scores.withFloats { scores in
                phrases.enumerated().map { number, phrase in
                    Self.preference(
                        over: phrase,
                        (0..<length).map {
                            let start = (number * length + $0) * shape[2]
                            return UnsafeBufferPointer(rebasing: scores[start..<start + shape[2]])
                        })
                }
            }
        }

        private static func preference(
            over phrase: [Int], _ rows: [UnsafeBufferPointer<Float>]
        ) -> (preference: Double, first: Int) {
            let preferences = zip(rows, phrase).map { row, piece in
                row.indices.contains(piece) ? Double(row[piece] - row[likeliest(row)]) : -.infinity
            }
            return (preferences.reduce(0, +), rows.first.map(likeliest) ?? 0)
        }

        /// Takes in `numbers` and gives `body`, for each of them, the scores of all pieces behind it.
        private mutating func scores<Result>(
            behind numbers: [Int], _ body: ([UnsafeBufferPointer<Float>]) -> Result
        ) throws(ONNXError) -> Result {
            inputs[layout.numbers] = try decoder.tensor(numbers.map(Int64.init), shape: [1, numbers.count])
            inputs[layout.usesCache] = try decoder.tensor(CollectionOfOne(hasPast), shape: [1])
            let outputs = try decoder.run(inputs)
            // What was said stays as it is: later steps give nothing new for it.
            for pair in layout.pairs where pair.ofText || !hasPast { inputs[pair.input] = outputs[pair.output] }
            hasPast = true
            let shape = try outputs[0].shape()
            guard shape.count == 3, shape[1] == numbers.count else {
                throw ONNXError(description: "the decoder gave scores of shape \(shape)")
            }
            return try outputs[0].withFloats { scores in
                body((0..<shape[1]).map { UnsafeBufferPointer(rebasing: scores[$0 * shape[2]..<($0 + 1) * shape[2]]) })
            }
        }

        /// Forgets all but the first `count` pieces.
        mutating func keep(_ count: Int) throws(ONNXError) {
            for pair in layout.pairs where pair.ofText {
                let past = inputs[pair.input]
                // One speaker, heads, pieces, numbers of a head.
                let shape = try past.shape()
                guard shape.count == 4, shape[2] >= count else {
                    throw ONNXError(description: "the decoder's past has the shape \(shape)")
                }
                let (whole, kept) = (shape[2] * shape[3], count * shape[3])
                let numbers = try past.withFloats { floats in
                    (0..<shape[1]).flatMap { floats[$0 * whole..<$0 * whole + kept] }
                }
                inputs[pair.input] = try decoder.tensor(numbers, shape: [1, shape[1], count, shape[3]])
            }
        }

        /// The index of the greatest score.
        private static func likeliest(_ scores: UnsafeBufferPointer<Float>) -> Int {
            var (best, greatest) = (0, -Float.infinity)
            for index in scores.indices where scores[index] > greatest { (best, greatest) = (index, scores[index]) }
            return best
        }
    }
}

extension ONNXTensor {
    /// The same `count` times, for as many rows of a batch.
    fileprivate func repeated(_ count: Int, by session: ONNXSession) throws(ONNXError) -> ONNXTensor {
        let shape = try shape()
        guard shape.first == 1 else { throw ONNXError(description: "\(shape) is no single row") }
        let numbers = try withFloats { floats in repeatElement(Array(floats), count: count).flatMap(\.self) }
        return try session.tensor(numbers, shape: [count] + shape.dropFirst())
    }
}
