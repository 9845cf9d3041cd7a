// Numbers as they are spoken: from digits to words, and from words to a value.

/// Reads and writes cardinal numbers in English words, without "and": `one hundred twenty`.
public enum SpokenNumber {
    /// A number found at the front of a sequence of words.
    public struct Reading: Hashable, Sendable {
        public let value: Double
        /// How many words it took.
        public let wordCount: Int
    }

    static let digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    private static let teens = [
        "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    private static let scales: [(word: String, value: Double)] = [
        ("trillion", 1e12), ("billion", 1e9), ("million", 1e6), ("thousand", 1e3),
    ]
    /// The longest run of digits that is read as one number; a longer one is read digit by digit.
    private static let longestCardinal = 15

    private static let small: [String: Double] = {
        var values: [String: Double] = ["oh": 0]
        for (value, word) in digits.enumerated() { values[word] = Double(value) }
        for (value, word) in teens.enumerated() { values[word] = Double(value + 10) }
        for (value, word) in tens.enumerated() { values[word] = Double((value + 2) * 10) }
        return values
    }()
    private static let scaleValues = Dictionary(uniqueKeysWithValues: scales.map { ($0.word, $0.value) })
    private static let irregularOrdinals = [
        "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
        "twelve": "twelfth",
    ]

    // MARK: From digits to words

    /// The words for a run of ASCII digits. A run with a leading zero, or a very long one, is spelled digit by digit.
    static func words(forDigits run: some StringProtocol) -> [String] {
        guard run.count <= longestCardinal, run.count == 1 || run.first != "0", let value = Int64(run) else {
            return spelled(run)
        }
        return words(for: value)
    }

    /// The words for each digit by itself, as they are said after a decimal point.
    static func spelled(_ run: some StringProtocol) -> [String] {
        run.compactMap { $0.wholeNumberValue }.filter(digits.indices.contains).map { digits[$0] }
    }

    /// The words for the ordinal of a run of ASCII digits: `21` is `twenty first`.
    static func ordinalWords(forDigits run: some StringProtocol) -> [String] {
        var words = words(forDigits: run)
        guard let last = words.popLast() else { return [] }
        let ordinal = irregularOrdinals[last] ?? (last.hasSuffix("y") ? last.dropLast() + "ieth" : last + "th")
        return words + [ordinal]
    }

    private static func words(for value: Int64) -> [String] {
        if value == 0 { return [digits[0]] }
        var words: [String] = []
        var rest = value
        for (word, scale) in scales {
            let count = rest / Int64(scale)
            if count > 0 { words += belowThousand(Int(count)) + [word] }
            rest %= Int64(scale)
        }
        return words + belowThousand(Int(rest))
    }

    private static func belowThousand(_ value: Int) -> [String] {
        var words: [String] = []
        if value >= 100 { words += [digits[value / 100], "hundred"] }
        let rest = value % 100
        switch rest {
        case 1...9: words.append(digits[rest])
        case 10...19: words.append(teens[rest - 10])
        case 20...99:
            words.append(tens[rest / 10 - 2])
            if rest % 10 > 0 { words.append(digits[rest % 10]) }
        default: break
        }
        return words
    }

    // MARK: From words to a value

    /// Whether `word` can be part of a cardinal number.
    public static func isNumberWord(_ word: String) -> Bool {
        (small[word] != nil && word != "oh") || isMultiplier(word)
    }

    /// Whether `word` multiplies the number before it.
    static func isMultiplier(_ word: String) -> Bool {
        word == "hundred" || scaleValues[word] != nil
    }

    /// The value of `words` when all of them together are one number.
    public static func value(of words: ArraySlice<String>) -> Double? {
        guard let reading = read(words), reading.wordCount == words.count else { return nil }
        return reading.value
    }

    /// The longest number at the front of `words`, which are normalised as ``SpokenText`` does it.
    ///
    /// Understands `minus`, hundreds to trillions, `three point five`, `two and a half`, and years in pairs
    /// (`nineteen sixty nine`).
    public static func read(_ words: ArraySlice<String>) -> Reading? {
        var rest = words
        var sign = 1.0
        if let first = rest.first, first == "minus" || first == "negative" {
            sign = -1
            rest.removeFirst()
        }
        let whole = readWhole(&rest)
        let fraction = readFraction(&rest)
        guard whole != nil || fraction != nil else { return nil }
        let value = sign * ((whole ?? 0) + (fraction ?? 0))
        return Reading(value: value, wordCount: words.count - rest.count)
    }

    private static func readWhole(_ rest: inout ArraySlice<String>) -> Double? {
        var total = 0.0
        var group: Double?
        var lastScale = Double.infinity
        if let year = readYear(&rest) { return year }
        while let word = rest.first {
            if let scale = scaleValues[word] {
                guard scale < lastScale else { break }
                total += (group ?? 1) * scale
                lastScale = scale
                group = nil
                rest.removeFirst()
            } else if group == nil, let next = readGroup(&rest) {
                group = next
            } else {
                break
            }
        }
        guard group != nil || lastScale < .infinity else { return nil }
        return total + (group ?? 0)
    }

    /// Two numbers of two digits each, the first from 11 to 20, as years are said.
    private static func readYear(_ rest: inout ArraySlice<String>) -> Double? {
        var ahead = rest
        guard let century = readBelowHundred(&ahead), (11...20).contains(century),
            let years = readBelowHundred(&ahead), years >= 10
        else { return nil }
        rest = ahead
        return century * 100 + years
    }

    private static func readGroup(_ rest: inout ArraySlice<String>) -> Double? {
        if rest.first == "hundred" {
            rest.removeFirst()
            return 100 + (readBelowHundred(&rest) ?? 0)
        }
        guard let first = readBelowHundred(&rest) else { return nil }
        guard first > 0, rest.first == "hundred" else { return first }
        rest.removeFirst()
        let zeroFollows = rest.first == "zero"
        return first * 100 + (zeroFollows ? 0 : readBelowHundred(&rest) ?? 0)
    }

    private static func readBelowHundred(_ rest: inout ArraySlice<String>) -> Double? {
        guard let word = rest.first, word != "oh", let value = small[word] else { return nil }
        rest.removeFirst()
        guard value >= 20, let next = rest.first, let unit = small[next], (1...9).contains(unit) else { return value }
        rest.removeFirst()
        return value + unit
    }

    private static func readFraction(_ rest: inout ArraySlice<String>) -> Double? {
        if rest.starts(with: ["and", "a", "half"]) {
            rest.removeFirst(3)
            return 0.5
        }
        if rest.starts(with: ["and", "a", "quarter"]) {
            rest.removeFirst(3)
            return 0.25
        }
        guard rest.first == "point" else { return nil }
        var ahead = rest.dropFirst()
        if let pair = readBelowHundred(&ahead), pair >= 10 {
            rest = ahead
            return pair / 100
        }
        ahead = rest.dropFirst()
        var written = ""
        while let word = ahead.first, let digit = small[word], digit < 10 {
            if written.count < longestCardinal { written += String(Int(digit)) }
            ahead.removeFirst()
        }
        guard !written.isEmpty else { return nil }
        rest = ahead
        return Double("0." + written)
    }
}
