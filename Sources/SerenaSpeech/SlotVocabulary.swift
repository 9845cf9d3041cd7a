// The values that slots are likely to get, and which of them was heard.

import AssistantInterface

/// Names and terms known to the context, from a voice profile or from memory, that what was heard for a string slot is compared with.
public struct SlotVocabulary: Sendable {
    /// What is heard for a term must be as like it as this, from 0 to 1: ``ComparableWord``'s measure. "gloves" and "clubs" have 0.73.
    public static let leastSimilarity = 0.72
    /// Shorter words, in letters, are too like each other.
    private static let leastLength = 4
    /// More terms are of no use, and would cost time.
    public static let maximumTerms = 2_000

    private struct Term: Sendable {
        let text: String
        let word: ComparableWord
    }

    private let general: [Term]
    private let bySlot: [String: [Term]]

    public static let empty = SlotVocabulary()

    /// - Parameters:
    ///   - terms: for any string slot.
    ///   - slots: for the slots of these names.
    public init(terms: [String] = [], slots: [String: [String]] = [:]) {
        general = terms.prefix(Self.maximumTerms).compactMap(Self.term)
        bySlot = slots.mapValues { $0.prefix(Self.maximumTerms).compactMap(Self.term) }
    }

    private static func term(_ text: String) -> Term? {
        let joined = SpokenText.normalizedWords(text).joined()
        return joined.isEmpty ? nil : Term(text: text, word: ComparableWord(joined))
    }

    /// The known term that `heard` stands for, in its own spelling; `heard` when there is none, or two that are as likely.
    public func nearest(to heard: String, slot: String) -> String {
        let terms = (bySlot[slot] ?? []) + general
        guard !terms.isEmpty else { return heard }
        let word = ComparableWord(SpokenText.normalizedWords(heard).joined())
        if let exact = terms.first(where: { $0.word.text == word.text }) { return exact.text }
        guard word.text.count >= Self.leastLength else { return heard }
        var best: (text: String, similarity: Double)?
        var isTied = false
        for term in terms where term.word.text.count >= Self.leastLength {
            let similarity = term.word.similarity(to: word)
            guard similarity >= Self.leastSimilarity, similarity >= best?.similarity ?? 0 else { continue }
            isTied = similarity == best?.similarity && term.text != best?.text
            best = (term.text, similarity)
        }
        return isTied ? heard : best?.text ?? heard
    }
}
