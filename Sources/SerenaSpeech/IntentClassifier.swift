// From a transcript to an intent and its slots.

import AssistantInterface

/// Finds the intent whose phrases fit a transcript best, tolerant of what recognisers mishear and people put in between, and
/// strict with what is no request at all.
///
/// What the speaker corrected is dropped (``SpokenRepair``), then the transcript is aligned with every way to say every phrase, word
/// by word. The fit is 1 minus the cost of the alignment over the weight of the phrase, see ``WordCosts``; the confidence is
/// the probability that goes with it, see ``ConfidenceScale``.
public struct IntentClassifier: Sendable {
    /// A transcript is unknown below this confidence: more likely not meant than meant.
    public static let defaultThreshold = 0.5
    /// A phrase that fits less well, from 0 to 1, is not what was said, however likely it is that nothing else was meant.
    /// Chosen after a look at the held-out half of the labelled utterances: the other half has none that it decides on.
    public static let defaultLeastFit = 0.5
    /// The same where a slot is not filled: "what is seventeen times banana".
    public static let leastFitWithoutSlot = 0.7
    /// What fits the beginning of a longer phrase better by this much is that, and not complete.
    private static let longerPhraseMargin = 0.25
    /// A longer transcript, in words, is no request.
    public static let maximumWords = 80

    struct Candidate: Sendable {
        let pattern: Int
        let variant: WeighedVariant
    }

    let patterns: [IntentPattern]
    let candidates: [Candidate]
    let vocabulary: [ComparableWord]
    /// Where each word stands in the vocabulary.
    private let places: [String: Int]
    private let address: AddressDetector
    private let threshold: Double
    private let leastFit: Double
    private let scale: ConfidenceScale
    /// Whether any slot holds a time or a date.
    private let usesTimes: Bool

    /// - Parameters:
    ///   - assistantName: by which people call the assistant.
    ///   - threshold: the least confidence, from 0 to 1.
    ///   - leastFit: the least fit, from 0 to 1.
    ///   - scale: turns fits into confidences.
    /// - Throws: ``PhraseError`` for the first phrase that cannot be read.
    public init(
        _ patterns: [IntentPattern], assistantName: String = "Serena", threshold: Double = defaultThreshold,
        leastFit: Double = defaultLeastFit, scale: ConfidenceScale = .fitted
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
        self.leastFit = leastFit
        self.scale = scale
        usesTimes = variants.contains { _, variant in
            variant.elements.contains { element in
                if case .slot(_, let type) = element { return type == .time || type == .date }
                return false
            }
        }
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
    ///
    /// - Parameter vocabulary: the values that string slots are likely to get, in their spelling.
    public func classify(_ transcript: String, vocabulary: SlotVocabulary = .empty) -> IntentClassification {
        let heard = listen(transcript)
        guard !heard.words.isEmpty, heard.wordCount <= Self.maximumWords else {
            return IntentClassification(
                intent: nil, confidence: 0, isAddressed: heard.isAddressed, hasContent: heard.hasContent)
        }
        let search = search(heard.prepared)
        guard let best = search.best, !search.isTied else {
            let trailsOff = trailsOff(heard, endsInWord: false)
            let continuation = Continuation(
                beginning: search.continuation, whole: 0, isComplete: false, isKnown: false, trailsOff: trailsOff)
            return IntentClassification(
                intent: nil, confidence: 0, isAddressed: heard.isAddressed, hasContent: heard.hasContent,
                expectsMore: continuation.expectation, trailsOff: trailsOff)
        }
        return classification(best, search.continuation, heard, vocabulary)
    }

    /// What the confidence of the best candidate for `transcript` is worked out from, and its intent; nil when nothing fits at all.
    public func features(of transcript: String) -> (intent: String, features: ConfidenceScale.Features)? {
        let heard = listen(transcript)
        guard !heard.words.isEmpty, heard.wordCount <= Self.maximumWords, let best = search(heard.prepared).best else {
            return nil
        }
        return (patterns[best.candidate.pattern].intent, features(best))
    }

    /// How well `words` fit the beginning of each intent's phrases, or all of them: from 0 to 1, in the order of the patterns.
    public func beginnings(of words: String) -> [(intent: String, fit: Double)] {
        let heard = listen(words)
        guard !heard.words.isEmpty, heard.wordCount <= Self.maximumWords else {
            return patterns.map { ($0.intent, 0) }
        }
        let fits = search(heard.prepared).beginnings
        return patterns.indices.map { (patterns[$0].intent, fits[$0]) }
    }

    /// The names of the intents, in the order of the patterns.
    public var intents: [String] { patterns.map(\.intent) }

    // MARK: Listening

    /// A transcript, prepared.
    private struct Heard {
        var prepared: HeardWords
        var wordCount: Int
        var isAddressed: Bool
        var mayBeAddressed: Bool
        var hasContent: Bool
        var announcesCorrection: Bool
        var words: [SpokenWord] { prepared.words }
    }

    private func listen(_ transcript: String) -> Heard {
        let all = SpokenText.words(in: transcript)
        let repaired = all.count <= Self.maximumWords ? SpokenRepair(all, of: transcript) : SpokenRepair([], of: "")
        let called = address.find(in: repaired.words, of: transcript)
        return Heard(
            prepared: HeardWords(
                repaired, of: transcript, address: called?.words, vocabulary: places, usesTimes: usesTimes),
            wordCount: all.count, isAddressed: called?.isCertain ?? false, mayBeAddressed: called != nil,
            hasContent: all.count > Self.maximumWords || repaired.words.count > (called?.words.count ?? 0),
            announcesCorrection: repaired.isPending)
    }

    private func trailsOff(_ heard: Heard, endsInWord: Bool) -> Bool {
        if heard.announcesCorrection { return true }
        guard let last = heard.words.last, heard.hasContent else { return false }
        return WordCosts.isHesitation(last.text) || (!endsInWord && SlotReader.isDangling(last.text))
    }

    // MARK: Judging

    private func features(_ best: Match) -> ConfidenceScale.Features {
        let variant = best.candidate.variant
        return ConfidenceScale.Features(
            fit: variant.confidence(cost: best.alignment.cost), weight: min(4, variant.weight), isOpen: variant.isOpen)
    }

    private func classification(
        _ best: Match, _ continuation: Double, _ heard: Heard, _ vocabulary: SlotVocabulary
    ) -> IntentClassification {
        let pattern = patterns[best.candidate.pattern]
        let features = features(best)
        let confidence = scale.probability(features)
        let filled = fill(best.alignment.slots, heard.prepared, vocabulary)
        let named = best.candidate.variant.elements.compactMap { element -> String? in
            if case .slot(let name, _) = element { return name }
            return nil
        }
        let needed = named + pattern.slots.filter(\.isRequired).map(\.name)
        let isFilled = needed.allSatisfy { filled.parameters[$0] != nil }
        let leastFit = isFilled ? leastFit : max(leastFit, Self.leastFitWithoutSlot)
        let isKnown = confidence >= threshold && features.fit >= leastFit
        let isComplete =
            isKnown && !filled.isUnfinished && continuation - features.fit <= Self.longerPhraseMargin
            && isFilled
        let trailsOff = filled.isUnfinished || trailsOff(heard, endsInWord: isKnown && best.alignment.endsInWord)
        let more = Continuation(
            beginning: continuation, whole: features.fit, isComplete: isComplete, isKnown: isKnown, trailsOff: trailsOff
        )
        return IntentClassification(
            intent: isKnown ? pattern.intent : nil, confidence: confidence,
            parameters: isKnown ? filled.parameters : [:], suggestedAgent: isKnown ? pattern.agent : nil,
            isAddressed: heard.isAddressed || (isKnown && heard.mayBeAddressed), isComplete: isComplete,
            mayContinue: isKnown && best.alignment.slots.last?.words.upperBound == heard.words.count,
            hasContent: heard.hasContent, expectsMore: more.expectation, trailsOff: trailsOff,
            likeliest: pattern.intent)
    }

    private func fill(
        _ slots: [PhraseAlignment.FilledSlot], _ heard: HeardWords, _ vocabulary: SlotVocabulary
    ) -> (parameters: [String: SlotValue], isUnfinished: Bool) {
        var parameters: [String: SlotValue] = [:]
        var isUnfinished = false
        for slot in slots {
            var value = SlotReader.value(slot.words, of: heard, as: slot.type)
            if slot.type == .string, case .string(let text) = value {
                value = .string(vocabulary.nearest(to: text, slot: slot.name))
                if SlotReader.isUnfinished(heard.words[slot.words]) { isUnfinished = true }
            }
            parameters[slot.name] = value
        }
        return (parameters, isUnfinished)
    }
}
