// The values of slots, from the words that fill them.

import AssistantInterface

/// Turns the words of a slot into its value.
enum SlotReader {
    private static let affirmations: Set<String> = ["yes", "yeah", "yep", "true", "on", "sure", "okay", "enabled"]
    private static let negations: Set<String> = ["no", "nope", "false", "off", "disabled"]
    /// A string that ends with one of these has not ended yet.
    private static let dangling: Set<String> = [
        "a", "an", "the", "my", "your", "our", "their", "his", "of", "to", "in", "on", "at", "by", "for", "from",
        "with", "and", "or", "but", "is", "are", "was", "were", "that", "because", "i",
    ]

    static func bool(_ word: String) -> Bool? {
        if affirmations.contains(word) { return true }
        return negations.contains(word) ? false : nil
    }

    /// The value of the words in `range` of what was `heard`.
    static func value(_ range: Range<Int>, of heard: HeardWords, as type: SlotType) -> SlotValue? {
        let texts = heard.words[range].map(\.text)
        guard let first = texts.first else { return nil }
        switch type {
        case .int: return SpokenQuantity.value(of: texts[...]).flatMap { Int64(exactly: $0) }.map { .int($0) }
        case .float: return SpokenQuantity.value(of: texts[...]).map { .float($0) }
        case .bool: return bool(first).map { .bool($0) }
        case .time: return SpokenTime.read(texts[...]).map { .string($0.text) }
        case .date: return SpokenDate.read(texts[...]).map { .string($0.text) }
        case .string: return string(range, of: heard).map { .string($0) }
        }
    }

    /// The words as they stand in the transcript, without polite words around them and without what was corrected.
    private static func string(_ range: Range<Int>, of heard: HeardWords) -> String? {
        var range = corrected(range, of: heard)
        while range.count > 1, WordCosts.isHesitation(heard.words[range.lowerBound].text) {
            range = range.lowerBound + 1..<range.upperBound
        }
        while range.count > 1, WordCosts.isPolite(heard.words[range.upperBound - 1].text) {
            range = range.lowerBound..<range.upperBound - 1
        }
        var parts: [String] = []
        var start = range.lowerBound
        for index in range where index + 1 == range.upperBound || heard.places[index + 1] != heard.places[index] + 1 {
            let (first, last) = (heard.words[start].source, heard.words[index].source)
            // Words of one amount of money share a source that begins before them.
            let begin = min(first.lowerBound, last.lowerBound)
            parts.append(String(heard.text[begin..<max(first.upperBound, last.upperBound)]).trimmingSpaces)
            start = index + 1
        }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    /// What stands behind the last correction: "Dan, sorry, Daniel" is "Daniel".
    private static func corrected(_ range: Range<Int>, of heard: HeardWords) -> Range<Int> {
        var start = range.lowerBound
        for index in range.dropFirst() {
            guard let term = SpokenRepair.term(at: index, in: heard.words, of: heard.text), term.isCertain,
                term.range.lowerBound > start, term.range.upperBound < range.upperBound
            else { continue }
            start = term.range.upperBound
        }
        return start..<range.upperBound
    }

    /// Whether more must come after `words`: they end with a word that nothing ends with.
    static func isUnfinished(_ words: ArraySlice<SpokenWord>) -> Bool {
        words.last.map { isDangling($0.text) } ?? true
    }

    static func isDangling(_ word: String) -> Bool {
        dangling.contains(word) || WordCosts.isHesitation(word)
    }
}
