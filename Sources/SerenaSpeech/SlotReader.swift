// The values of slots, from the words that fill them.

import AssistantInterface

/// Turns the words of a slot into its value.
enum SlotReader {
    private static let affirmations: Set<String> = ["yes", "yeah", "yep", "true", "on", "sure", "okay", "enabled"]
    private static let negations: Set<String> = ["no", "nope", "false", "off", "disabled"]
    /// A string that ends with one of these has not ended yet.
    private static let dangling: Set<String> = [
        "a", "an", "the", "my", "your", "our", "their", "his", "of", "to", "in", "on", "at", "by", "for", "from",
        "with", "and",
        "or", "but", "is", "are", "was", "were", "that", "because", "um", "uh",
    ]

    static func bool(_ word: String) -> Bool? {
        if affirmations.contains(word) { return true }
        return negations.contains(word) ? false : nil
    }

    /// The value of `words`, which were read from `text`.
    static func value(_ words: ArraySlice<SpokenWord>, of text: String, as type: SlotType) -> SlotValue? {
        guard let first = words.first, let last = words.last else { return nil }
        switch type {
        case .int: return SpokenNumber.value(of: words.map(\.text)[...]).flatMap { Int64(exactly: $0) }.map { .int($0) }
        case .float: return SpokenNumber.value(of: words.map(\.text)[...]).map { .float($0) }
        case .bool: return bool(first.text).map { .bool($0) }
        case .string:
            // Words of one amount of money share a source that begins before them.
            let start = min(first.source.lowerBound, last.source.lowerBound)
            return .string(String(text[start..<max(first.source.upperBound, last.source.upperBound)]).trimmingSpaces)
        }
    }

    static func isUnfinished(_ words: ArraySlice<SpokenWord>) -> Bool {
        words.last.map { dangling.contains($0.text) } ?? true
    }
}
