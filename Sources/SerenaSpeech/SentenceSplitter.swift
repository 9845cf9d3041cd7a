// Cuts text into sentences while it is still being written.

/// Gives the sentences of a text that arrives piece by piece, each as soon as it is known to be complete.
///
/// A sentence ends at `.`, `!`, `?` or `…` before white space, or at an empty line. Full stops of abbreviations (`Dr.`, `e.g.`),
/// of initials (`J. Smith`) and of numbers (`3.5`) end none. A run without an end is cut at a word.
public struct SentenceSplitter: Sendable {
    /// The longest sentence, in characters; a longer one is cut.
    public let longestSentence: Int
    private var pending: [Character] = []

    public init(longestSentence: Int = 500) {
        self.longestSentence = max(1, longestSentence)
    }

    /// Takes the next piece of text, and gives the sentences that are complete now.
    public mutating func feed(_ text: String) -> [String] {
        pending += text
        return takeSentences(isFinal: false)
    }

    /// Gives what is left; the splitter is then as new.
    public mutating func finish() -> [String] {
        var sentences = takeSentences(isFinal: true)
        append(pending[...], to: &sentences)
        pending = []
        return sentences
    }

    // MARK: Finding ends

    private mutating func takeSentences(isFinal: Bool) -> [String] {
        var sentences: [String] = []
        var start = 0
        var index = 0
        while index < pending.count {
            if let end = sentenceEnd(at: index, start: start, isFinal: isFinal) {
                append(pending[start..<end], to: &sentences)
                start = end
                index = end
            } else if index - start >= longestSentence {
                let end = wordEnd(in: start..<index)
                append(pending[start..<end], to: &sentences)
                start = end
                index = max(index, end)
            } else {
                index += 1
            }
        }
        pending.removeFirst(start)
        return sentences
    }

    /// Where the sentence ends whose last mark stands at `index`, if one ends there.
    private func sentenceEnd(at index: Int, start: Int, isFinal: Bool) -> Int? {
        let mark = pending[index]
        if mark.isNewline, index + 1 < pending.count, pending[index + 1].isNewline { return index + 1 }
        guard Self.marks.contains(mark) else { return nil }
        var end = index + 1
        while end < pending.count, Self.marks.contains(pending[end]) || Self.closers.contains(pending[end]) { end += 1 }
        // What follows decides; at the end of what has arrived so far, it is not known yet.
        guard end < pending.count else { return isFinal ? end : nil }
        guard pending[end].isWhitespace else { return nil }
        guard mark == ".", end == index + 1 else { return end }
        return endsAtFullStop(index, start: start, isFinal: isFinal) ? end : nil
    }

    private func endsAtFullStop(_ index: Int, start: Int, isFinal: Bool) -> Bool {
        let word = String(pending[start..<index].reversed().prefix { !$0.isWhitespace }.reversed())
            .drop { Self.openers.contains($0) }.lowercased()
        if Self.titles.contains(word) { return false }
        let isInitial = word.count == 1 && word != "i" && (word.first?.isLetter ?? false)
        guard isInitial || Self.abbreviations.contains(word) else { return true }
        // An abbreviation ends a sentence only where the next one visibly begins; initials stand before names.
        guard !isInitial, let next = pending[(index + 1)...].first(where: { !$0.isWhitespace }) else { return false }
        return next.isUppercase
    }

    private func wordEnd(in range: Range<Int>) -> Int {
        let comma = pending[range].lastIndex { ",;:".contains($0) }
        if let comma, comma - range.lowerBound > range.count / 2 { return comma + 1 }
        return pending[range].lastIndex { $0.isWhitespace }.map { $0 + 1 } ?? range.upperBound
    }

    private func append(_ characters: ArraySlice<Character>, to sentences: inout [String]) {
        let sentence = String(characters).trimmingSpaces
        if !sentence.isEmpty { sentences.append(sentence) }
    }

    private static let marks: Set<Character> = [".", "!", "?", "…"]
    private static let closers: Set<Character> = ["\"", "'", ")", "]", "”", "’", "»"]
    private static let openers: Set<Character> = ["\"", "'", "(", "[", "“", "‘", "«"]
    /// Always followed by what they belong to.
    private static let titles: Set<String> = [
        "dr", "mr", "mrs", "ms", "prof", "gen", "col", "sgt", "capt", "rev", "hon", "st", "mt", "no", "fig", "vs",
        "e.g",
        "i.e", "cf", "approx",
    ]
    /// Can stand inside a sentence and at its end.
    private static let abbreviations: Set<String> = [
        "etc", "a.m", "p.m", "u.s", "u.k", "u.n", "jr", "sr", "inc", "ltd", "co", "corp", "ph.d", "al", "dept", "est",
        "min",
        "max", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    ]
}
