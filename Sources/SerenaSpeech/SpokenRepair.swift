// Self-corrections: "seventeen times twenty two, no, twenty three".

import AssistantInterface

/// What is left of an utterance when the speaker's corrections are carried out.
///
/// A correction is a reparandum ("twenty two"), an editing term ("no") and a repair ("twenty three"): Shriberg, "Preliminaries to a
/// Theory of Speech Disfluencies", 1994. The reparandum goes only when the repair is of its kind: a number for a number, or words
/// that take up again what was said before.
struct SpokenRepair {
    /// The words that count.
    private(set) var words: [SpokenWord]
    /// The place of each of them among all that were said.
    private(set) var places: [Int]
    /// Whether the last words announce a correction that has not come yet.
    private(set) var isPending = false

    /// Terms that announce a correction wherever they stand.
    private static let strongTerms: [[String]] = [
        ["no", "i", "mean"], ["no", "i", "meant"], ["sorry", "i", "mean"], ["sorry", "i", "meant"],
        ["no", "make", "that"],
        ["i", "mean"], ["i", "meant"], ["make", "that"], ["make", "it"], ["scratch", "that"], ["or", "rather"],
        ["no", "wait"], ["no", "sorry"], ["wait", "no"], ["oh", "no"], ["correction"], ["excuse", "me"],
    ]
    /// Terms that are mostly something else: only a number, or a pause set off by punctuation, makes them corrections.
    private static let weakTerms: [[String]] = [["no"], ["sorry"], ["wait"], ["actually"], ["rather"], ["pardon"]]
    /// How far back, in words, a correction reaches.
    private static let reach = 10

    init(_ spoken: [SpokenWord], of text: String) {
        words = spoken
        places = Array(spoken.indices)
        dropRepetitions()
        var index = 1
        while index < words.count {
            guard let term = Self.term(at: index, in: words, of: text) else {
                index += 1
                continue
            }
            if term.range.upperBound == words.count {
                isPending = term.isCertain
                return
            }
            if let start = reparandum(before: term.range, isCertain: term.isCertain) {
                words.removeSubrange(start..<term.range.upperBound)
                places.removeSubrange(start..<term.range.upperBound)
                index = max(1, start)
            } else {
                index = term.range.upperBound
            }
        }
    }

    /// An editing term, with the hesitations around it.
    struct Term {
        var range: Range<Int>
        /// Whether it can hardly be anything else.
        var isCertain: Bool
    }

    static func term(at index: Int, in words: [SpokenWord], of text: String) -> Term? {
        func ending(_ terms: [[String]]) -> Int? {
            terms.first { term in
                index + term.count <= words.count
                    && term.indices.allSatisfy { words[index + $0].text == term[$0] }
            }.map { index + $0.count }
        }
        let strong = ending(strongTerms)
        guard var end = strong ?? ending(weakTerms) else { return nil }
        let isSetOff = isSetOff(index, words, text) || isSetOff(end, words, text)
        while end < words.count, WordCosts.isHesitation(words[end].text) { end += 1 }
        var start = index
        while start > 0, WordCosts.isHesitation(words[start - 1].text) { start -= 1 }
        return start > 0 ? Term(range: start..<end, isCertain: strong != nil || isSetOff) : nil
    }

    /// Whether punctuation stands before the word at `index`. A question mark counts too: recognisers write "twenty two? No." where somebody is about to
    /// correct a question.
    private static func isSetOff(_ index: Int, _ words: [SpokenWord], _ text: String) -> Bool {
        guard index > 0, index < words.count else { return false }
        let start = words[index - 1].source.upperBound
        let end = words[index].source.lowerBound
        return start <= end && text[start..<end].contains { ",.;:?!…—–-".contains($0) }
    }

    /// Where what is replaced begins; nil when nothing is.
    private func reparandum(before term: Range<Int>, isCertain: Bool) -> Int? {
        let texts = words.map(\.text)
        let earliest = max(0, term.lowerBound - Self.reach)
        // "Thirty two plus forty, I mean thirty two plus sixty" takes back the sum, although a number stands on either side of the term.
        if isCertain, let start = restart(of: texts[term.upperBound...], in: texts[earliest..<term.lowerBound]) {
            return start
        }
        if SpokenNumber.read(texts[term.upperBound...]) != nil {
            for start in earliest..<term.lowerBound {
                guard let reading = SpokenNumber.read(texts[start..<term.lowerBound]) else { continue }
                let rest = texts[(start + reading.wordCount)..<term.lowerBound]
                if rest.count <= 2, rest.allSatisfy(WordCosts.isUnit) { return start }
            }
        }
        guard isCertain else { return nil }
        let repair = texts[term.upperBound...]
        return (earliest..<term.lowerBound).reversed().first { start in
            takesUp(texts[start..<term.lowerBound], in: repair)
        }
    }

    /// Where the repair's first words stand before the term, if they are a number and the word behind it, or two words.
    private func restart(of repair: ArraySlice<String>, in before: ArraySlice<String>) -> Int? {
        let length = max(2, (SpokenNumber.read(repair)?.wordCount ?? 0) + 1)
        let beginning = repair.prefix(length)
        guard beginning.count == length, before.count >= length else { return nil }
        return (before.startIndex...before.endIndex - length).reversed().first { start in
            before[start..<start + length].elementsEqual(beginning)
        }
    }

    /// Whether the repair begins as the reparandum does: with two equal words, or one and a number, or the only one before the correction.
    private func takesUp(_ reparandum: ArraySlice<String>, in repair: ArraySlice<String>) -> Bool {
        guard reparandum.first == repair.first else { return false }
        guard let old = reparandum.dropFirst().first, let new = repair.dropFirst().first else { return false }
        return old == new || reparandum.count <= 3 || (SpokenNumber.isNumberWord(old) && SpokenNumber.isNumberWord(new))
    }

    /// "What is, what is", "the the": function words said twice, and several words that are no numbers, are said once.
    private mutating func dropRepetitions() {
        var index = 0
        while index < words.count {
            let length = [3, 2, 1].first { length in
                index + 2 * length <= words.count
                    && (0..<length).allSatisfy {
                        let word = words[index + $0].text
                        return word == words[index + length + $0].text
                            && (length > 1 ? !SpokenNumber.isNumberWord(word) : WordCosts.isFunction(word))
                    }
            }
            if let length {
                words.removeSubrange(index..<index + length)
                places.removeSubrange(index..<index + length)
            } else {
                index += 1
            }
        }
    }
}
