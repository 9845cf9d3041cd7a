// Text brought into the one form in which two ways of writing the same speech are equal.

import Foundation

/// One word of speech, and where it stands in the text that it was read from.
public struct SpokenWord: Hashable, Sendable {
    /// The normalised word.
    public var text: String
    /// The part of the text that the word was made from. Words made from the same number share it.
    public var source: Range<String.Index>
}

/// Normalises text, so that what was said can be compared whatever way it was written.
///
/// Lower case, without punctuation and accents; contractions written out (`what's` is `what is`); numbers, currencies and
/// percentages in words (`$84.50` and `84 dollars and fifty cents` are both `eighty four point five zero dollars`).
public enum SpokenText {
    /// The normalised words of `text`.
    public static func normalizedWords(_ text: String) -> [String] {
        words(in: text).map(\.text)
    }

    /// The normalised words of `text`, each with its place in `text`.
    public static func words(in text: String) -> [SpokenWord] {
        var scanner = SpokenTextScanner(text)
        var words: [SpokenWord] = []
        while let piece = scanner.next() {
            words += expand(piece, before: &scanner)
        }
        return joinMoney(tidyNumbers(words))
    }

    // MARK: From pieces of text to words

    private static func expand(_ piece: SpokenTextScanner.Piece, before scanner: inout SpokenTextScanner)
        -> [SpokenWord]
    {
        switch piece.kind {
        case .word(let word):
            return spoken(expandWord(word), piece.range)
        case .number(let number):
            return spoken(expandNumber(number), piece.range)
        case .currency(let singular, let plural):
            return expandCurrency(singular, plural, piece.range, before: &scanner)
        case .symbol(let word):
            return spoken(word.split(separator: " ").map(String.init), piece.range)
        }
    }

    private static func spoken(_ texts: [String], _ range: Range<String.Index>) -> [SpokenWord] {
        texts.map { SpokenWord(text: $0, source: range) }
    }

    private static func expandNumber(_ number: SpokenTextScanner.Number) -> [String] {
        if number.isOrdinal { return SpokenNumber.ordinalWords(forDigits: number.whole) }
        var words = SpokenNumber.words(forDigits: number.whole)
        if let minutes = number.minutes {
            if minutes == "00" { return words + ["oclock"] }
            words += minutes.first == "0" ? ["oh"] + SpokenNumber.spelled(minutes.dropFirst()) : []
            words += minutes.first == "0" ? [] : SpokenNumber.words(forDigits: minutes)
        }
        if let fraction = number.fraction { words += ["point"] + SpokenNumber.spelled(fraction) }
        return words
    }

    /// `$5 million` is said `five million dollars`: the sign before the number becomes the word behind it.
    private static func expandCurrency(
        _ singular: String, _ plural: String, _ range: Range<String.Index>, before scanner: inout SpokenTextScanner
    ) -> [SpokenWord] {
        var ahead = scanner
        guard let amount = ahead.next(), case .number(let number) = amount.kind else {
            return spoken([plural], range)
        }
        scanner = ahead
        var words = spoken(expandNumber(number), range.lowerBound..<amount.range.upperBound)
        if let scale = ahead.next(), case .word(let word) = scale.kind, SpokenNumber.isMultiplier(word) {
            scanner = ahead
            words.append(SpokenWord(text: word, source: scale.range))
        }
        let isOne = words.map(\.text) == ["one"]
        return words + spoken([isOne ? singular : plural], range.lowerBound..<amount.range.upperBound)
    }

    private static func expandWord(_ word: String) -> [String] {
        if let known = fixedForms[word] { return known }
        guard let apostrophe = word.firstIndex(of: "'") else { return [AmericanSpelling.of(word: word)] }
        let stem = String(word[..<apostrophe])
        let ending = String(word[word.index(after: apostrophe)...])
        if let verb = endings[ending], !stem.isEmpty { return [stem, verb] }
        if ending == "s", takesIs.contains(stem) { return [stem, "is"] }
        if ending == "t", stem.hasSuffix("n") { return [String(stem.dropLast()), "not"] }
        let bare = word.filter { $0 != "'" }
        return bare.isEmpty ? [] : [bare]
    }

    private static let endings = ["ll": "will", "ve": "have", "re": "are", "m": "am", "d": "would"]
    /// Words after which `'s` is `is`. After any other it marks the possessor and stays part of the word.
    private static let takesIs: Set<String> = [
        "what", "who", "where", "when", "how", "why", "that", "there", "here", "it", "he", "she", "everything", "this",
        "name",
    ]
    private static let fixedForms: [String: [String]] = [
        "can't": ["can", "not"], "cannot": ["can", "not"], "won't": ["will", "not"], "shan't": ["shall", "not"],
        "let's": ["let", "us"], "y'all": ["you", "all"], "gonna": ["going", "to"], "wanna": ["want", "to"],
        "gotta": ["got", "to"], "ok": ["okay"], "dr": ["doctor"], "mr": ["mister"], "mrs": ["missus"],
        "vs": ["versus"], "'em": ["them"], "'til": ["until"], "whats": ["what", "is"], "dont": ["do", "not"],
    ]

    // MARK: Sequences of words

    /// `a hundred` becomes `one hundred`; the `and` inside `one hundred and twenty` goes.
    private static func tidyNumbers(_ words: [SpokenWord]) -> [SpokenWord] {
        var tidy: [SpokenWord] = []
        tidy.reserveCapacity(words.count)
        for (index, word) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1].text : ""
            if word.text == "a", SpokenNumber.isMultiplier(next) {
                tidy.append(SpokenWord(text: "one", source: word.source))
            } else if word.text == "and", let last = tidy.last, SpokenNumber.isMultiplier(last.text),
                SpokenNumber.isNumberWord(next), !SpokenNumber.isMultiplier(next)
            {
                continue
            } else {
                tidy.append(word)
            }
        }
        return tidy
    }

    /// `eighty four dollars and fifty cents` becomes `eighty four point five zero dollars`.
    private static func joinMoney(_ words: [SpokenWord]) -> [SpokenWord] {
        var joined: [SpokenWord] = []
        joined.reserveCapacity(words.count)
        var index = 0
        while index < words.count {
            let word = words[index]
            if word.text == "dollars" || word.text == "dollar", let before = joined.last,
                SpokenNumber.isNumberWord(before.text), let cents = readCents(words, after: index)
            {
                let source = word.source.lowerBound..<words[cents.last].source.upperBound
                let digits = [cents.value / 10, cents.value % 10].map { SpokenNumber.digits[$0] }
                joined += spoken(["point"] + digits + ["dollars"], source)
                index = cents.last + 1
            } else {
                joined.append(word)
                index += 1
            }
        }
        return joined
    }

    private static func readCents(_ words: [SpokenWord], after dollars: Int) -> (value: Int, last: Int)? {
        var start = dollars + 1
        if start < words.count, words[start].text == "and" { start += 1 }
        // A number of cents has at most two words.
        let ahead = words[start..<min(start + 3, words.count)].map(\.text)
        guard let reading = SpokenNumber.read(ahead[...]), let value = Int(exactly: reading.value),
            (0..<100).contains(value), reading.wordCount < ahead.count,
            ahead[reading.wordCount] == "cents" || ahead[reading.wordCount] == "cent"
        else { return nil }
        return (value, start + reading.wordCount)
    }
}
