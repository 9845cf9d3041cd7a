// Quantities that are more than a cardinal number: ordinals, fractions, dozens.

/// Reads the quantities that people say besides cardinal numbers: `half a`, `three quarters of a`, `two dozen`, `twenty first`.
public enum SpokenQuantity {
    /// A quantity found at the front of a sequence of words.
    public struct Reading: Hashable, Sendable {
        public let value: Double
        /// How many words it took.
        public let wordCount: Int
        /// Whether it tells a place in a row and not an amount.
        public let isOrdinal: Bool
    }

    private static let ordinals: [String: Int] = {
        var values: [String: Int] = [:]
        for value in 1...20 { values[SpokenNumber.ordinalWords(forDigits: String(value)).joined()] = value }
        for value in stride(from: 30, through: 90, by: 10) {
            values[SpokenNumber.ordinalWords(forDigits: String(value)).joined()] = value
        }
        return values
    }()
    private static let parts: [String: Double] = [
        "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5,
        "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10,
    ]
    private static let groups: [String: Double] = ["dozen": 12, "dozens": 12]

    /// The value of `words` when all of them together are one quantity.
    public static func value(of words: ArraySlice<String>) -> Double? {
        guard let reading = read(words), reading.wordCount == words.count else { return nil }
        return reading.value
    }

    /// The longest quantity at the front of `words`, which are normalised as ``SpokenText`` does it.
    public static func read(_ words: ArraySlice<String>) -> Reading? {
        readParts(words) ?? readOrdinal(words)
            ?? SpokenNumber.read(words).map { reading in
                let following = words.dropFirst(reading.wordCount).first
                guard let following, let size = groups[following] else {
                    return Reading(value: reading.value, wordCount: reading.wordCount, isOrdinal: false)
                }
                return Reading(value: reading.value * size, wordCount: reading.wordCount + 1, isOrdinal: false)
            }
    }

    /// `half a`, `a quarter of a`, `two thirds of`, `a dozen`, `a couple of`.
    private static func readParts(_ words: ArraySlice<String>) -> Reading? {
        guard let first = words.first else { return nil }
        var rest = words
        var count = 1.0
        if first == "a" {
            rest.removeFirst()
        } else if first != "half", first != "dozen" {
            guard let number = SpokenNumber.read(words), (1...99).contains(number.value) else { return nil }
            count = number.value
            rest.removeFirst(number.wordCount)
        }
        guard let noun = rest.popFirst() else { return nil }
        if noun == "couple", first == "a" {
            if rest.first == "of" { rest.removeFirst() }
            return Reading(value: 2, wordCount: words.count - rest.count, isOrdinal: false)
        }
        if let size = groups[noun] {
            return Reading(value: count * size, wordCount: words.count - rest.count, isOrdinal: false)
        }
        // "Half past three" is a time.
        guard let size = parts[noun], rest.first != "past", rest.first != "to" else { return nil }
        if rest.first == "of" { rest.removeFirst() }
        if rest.first == "a" || rest.first == "an" { rest.removeFirst() }
        return Reading(value: count / size, wordCount: words.count - rest.count, isOrdinal: false)
    }

    /// `first` to `ninety ninth`.
    static func readOrdinal(_ words: ArraySlice<String>) -> Reading? {
        guard let first = words.first else { return nil }
        if let value = ordinals[first] { return Reading(value: Double(value), wordCount: 1, isOrdinal: true) }
        guard let tens = SpokenNumber.value(of: [first]), tens >= 20, tens < 100, let next = words.dropFirst().first,
            let unit = ordinals[next], unit < 10
        else { return nil }
        return Reading(value: tens + Double(unit), wordCount: 2, isOrdinal: true)
    }
}
