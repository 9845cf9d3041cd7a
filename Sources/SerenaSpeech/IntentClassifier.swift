// From a transcript to an intent and its slots.

import AssistantInterface

/// Finds the intent whose phrases fit a transcript best, tolerant of what recognisers mishear and people put in between, and
/// strict with what is no request at all.
///
/// The transcript is aligned with every way to say every phrase, word by word. The confidence is 1 minus the cost of
/// the alignment over the weight of the phrase, see ``WordCosts``.
public struct IntentClassifier: Sendable {
    /// A transcript is unknown below this confidence.
    public static let defaultThreshold = 0.7
    /// A longer transcript, in words, is no request.
    public static let maximumWords = 80

    private struct Candidate: Sendable {
        let pattern: Int
        let variant: WeighedVariant
    }

    private let patterns: [IntentPattern]
    private let candidates: [Candidate]
    private let vocabulary: [ComparableWord]
    /// Where each word stands in the vocabulary.
    private let places: [String: Int]
    private let address: AddressDetector
    private let threshold: Double

    /// - Parameters:
    ///   - assistantName: by which people call the assistant.
    ///   - threshold: the least confidence, from 0 to 1.
    /// - Throws: ``PhraseError`` for the first phrase that cannot be read.
    public init(
        _ patterns: [IntentPattern], assistantName: String = "Serena", threshold: Double = defaultThreshold
    ) throws(PhraseError) {
        var variants: [(pattern: Int, variant: PhraseVariant)] = []
        for (index, pattern) in patterns.enumerated() {
            for phrase in pattern.phrases {
                for variant in try PhraseParser.variants(of: phrase, slots: pattern.slots) {
                    variants.append((index, variant))
                }
            }
        }
        var intents: [String: Set<Int>] = [:]
        for (pattern, variant) in variants {
            for case .word(let word) in variant.elements { intents[word, default: []].insert(pattern) }
        }
        let words = intents.keys.sorted()
        let places = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
        candidates = variants.map { pattern, variant in
            let weighed = Self.weigh(variant, places) { intents[$0]?.count == 1 }
            return Candidate(pattern: pattern, variant: weighed)
        }
        vocabulary = words.map(ComparableWord.init)
        self.places = places
        address = AddressDetector(name: assistantName)
        self.patterns = patterns
        self.threshold = threshold
    }

    private static func weigh(
        _ variant: PhraseVariant, _ places: [String: Int], isDistinctive: (String) -> Bool
    ) -> WeighedVariant {
        let elements = variant.elements
        return WeighedVariant(
            elements: elements.enumerated().map { index, element in
                switch element {
                case .slot(let name, let type): return .slot(name: name, type: type)
                case .word(let word):
                    var joined: String?
                    if index + 1 < elements.count, case .word(let next) = elements[index + 1] { joined = word + next }
                    var endsString = false
                    if index > 0, case .slot(_, .string) = elements[index - 1] { endsString = true }
                    let weight = WordCosts.weight(
                        of: word, isDistinctive: isDistinctive(word), endsString: endsString)
                    return .word(places[word] ?? 0, weight: weight, joined: joined)
                }
            })
    }

    /// What `transcript` asks for.
    public func classify(_ transcript: String) -> IntentClassification {
        let words = SpokenText.words(in: transcript)
        let called = address.find(in: words, of: transcript)
        let hasContent = words.count > (called?.count ?? 0)
        guard !words.isEmpty, words.count <= Self.maximumWords else {
            return IntentClassification(intent: nil, confidence: 0, isAddressed: called != nil, hasContent: hasContent)
        }
        let heard = HeardWords(words, address: called, vocabulary: places)
        guard let (candidate, alignment) = best(heard) else {
            return IntentClassification(intent: nil, confidence: 0, isAddressed: called != nil, hasContent: hasContent)
        }
        let confidence = candidate.variant.confidence(cost: alignment.cost)
        guard confidence >= threshold else {
            return IntentClassification(
                intent: nil, confidence: confidence, isAddressed: called != nil, hasContent: hasContent)
        }
        return classification(candidate, alignment, words, transcript, confidence, isAddressed: called != nil)
    }

    private func classification(
        _ candidate: Candidate, _ alignment: PhraseAlignment, _ words: [SpokenWord], _ transcript: String,
        _ confidence: Double, isAddressed: Bool
    ) -> IntentClassification {
        let pattern = patterns[candidate.pattern]
        var parameters: [String: SlotValue] = [:]
        var isUnfinished = false
        for slot in alignment.slots {
            parameters[slot.name] = SlotReader.value(words[slot.words], of: transcript, as: slot.type)
            if slot.type == .string, SlotReader.isUnfinished(words[slot.words]) { isUnfinished = true }
        }
        let named = candidate.variant.elements.compactMap { element -> String? in
            if case .slot(let name, _) = element { return name }
            return nil
        }
        let needed = named + pattern.slots.filter(\.isRequired).map(\.name)
        return IntentClassification(
            intent: pattern.intent, confidence: confidence, parameters: parameters, suggestedAgent: pattern.agent,
            isAddressed: isAddressed, isComplete: !isUnfinished && needed.allSatisfy { parameters[$0] != nil },
            mayContinue: alignment.slots.last?.words.upperBound == words.count)
    }

    // MARK: Search

    private func best(_ heard: HeardWords) -> (Candidate, PhraseAlignment)? {
        let count = heard.words.count
        let similarities = similarities(heard)
        var likeliest = vocabulary.indices.map { word in
            similarities[word * count..<(word + 1) * count].max() ?? 0
        }
        for case .some(let word) in heard.joined { likeliest[word] = 1 }
        let texts = Set(heard.words.map(\.text))
        var best: (candidate: Candidate, alignment: PhraseAlignment)?
        var bestConfidence = 0.0
        for candidate in candidates {
            let limit = candidate.variant.cost(confidence: bestConfidence)
            // What the words cost that were not heard anywhere; most candidates end here.
            if Self.leastCost(candidate.variant, likeliest, texts) >= limit { continue }
            let alignment = PhraseAlignment.find(candidate.variant, heard, limit: limit) { word, index in
                similarities[word * count + index]
            }
            guard let alignment else { continue }
            let confidence = candidate.variant.confidence(cost: alignment.cost)
            guard confidence > bestConfidence else { continue }
            best = (candidate, alignment)
            bestConfidence = confidence
        }
        return best
    }

    /// For each word of the vocabulary, how like it each word heard is.
    private func similarities(_ heard: HeardWords) -> [Double] {
        let words = heard.words.map { ComparableWord($0.text) }
        var values: [Double] = []
        values.reserveCapacity(vocabulary.count * words.count)
        for word in vocabulary {
            for candidate in words { values.append(word.similarity(to: candidate)) }
        }
        return values
    }

    private static func leastCost(_ variant: WeighedVariant, _ likeliest: [Double], _ heard: Set<String>) -> Double {
        var sum = 0.0
        var isCovered = false
        for element in variant.elements {
            guard case .word(let word, let weight, let joined) = element else { continue }
            // Two words that may have been heard as one cost nothing here.
            let isJoined = joined.map(heard.contains) ?? false
            defer { isCovered = isJoined }
            if isJoined || isCovered { continue }
            let likeness = likeliest[word]
            sum += weight * (likeness >= PhraseAlignment.leastSimilarity ? 1 - likeness : 1)
        }
        return sum
    }
}
