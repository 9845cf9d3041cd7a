// Times of day and dates as they are spoken, in the form that tasks get them.

/// Reads times of day (`half past three`, `seven thirty pm`) as `15:30`, hours from 00 to 23.
///
/// Without "am", "pm" or a part of the day the hour stays as it was said: "half past three" is `03:30`.
public enum SpokenTime {
    /// A time or a date found at the front of a sequence of words.
    public struct Reading: Hashable, Sendable {
        /// The normal form, such as `15:30` or `05-03`.
        public let text: String
        /// How many words it took.
        public let wordCount: Int
    }

    /// The longest time of day at the front of `words`, which are normalised as ``SpokenText`` does it.
    public static func read(_ words: ArraySlice<String>) -> Reading? {
        var rest = words
        guard var time = named(&rest) ?? relative(&rest) ?? clock(&rest) else { return nil }
        time = inPartOfDay(time, &rest)
        let digits = [time.hour, time.minute].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return Reading(text: digits.joined(separator: ":"), wordCount: words.count - rest.count)
    }

    private typealias Time = (hour: Int, minute: Int)

    private static func named(_ rest: inout ArraySlice<String>) -> Time? {
        if rest.starts(with: ["twelve", "noon"]) || rest.starts(with: ["twelve", "midnight"]) { rest.removeFirst() }
        guard let word = rest.first, word == "noon" || word == "midday" || word == "midnight" else { return nil }
        rest.removeFirst()
        return (word == "midnight" ? 0 : 12, 0)
    }

    /// `half past three`, `a quarter to nine`, `ten minutes after six`.
    private static func relative(_ rest: inout ArraySlice<String>) -> Time? {
        var ahead = rest
        if ahead.first == "a" { ahead.removeFirst() }
        var minutes: Int
        if ahead.first == "half" || ahead.first == "quarter" {
            minutes = ahead.removeFirst() == "half" ? 30 : 15
        } else if let number = small(&ahead, in: 1...59) {
            minutes = number
            if ahead.first == "minutes" || ahead.first == "minute" { ahead.removeFirst() }
        } else {
            return nil
        }
        guard let relation = ahead.popFirst(), let sign = relations[relation], let hour = small(&ahead, in: 0...23)
        else { return nil }
        minutes *= sign
        rest = ahead
        let total = (hour * 60 + minutes + 24 * 60) % (24 * 60)
        // "Ten to one" said of an hour from 1 to 12 stays one.
        let shown = hour <= 12 && total / 60 == 0 && sign < 0 ? 12 : total / 60
        return (shown, total % 60)
    }

    private static let relations = ["past": 1, "after": 1, "to": -1, "before": -1]

    /// `seven`, `seven oclock`, `seven thirty`, `seven oh five`, `nineteen thirty`.
    private static func clock(_ rest: inout ArraySlice<String>) -> Time? {
        guard let hour = small(&rest, in: 0...23) else { return nil }
        if rest.first == "oclock" {
            rest.removeFirst()
            return (hour, 0)
        }
        if rest.first == "o", rest.dropFirst().first == "clock" {
            rest.removeFirst(2)
            return (hour, 0)
        }
        var ahead = rest
        if ahead.first == "oh" || ahead.first == "zero" {
            ahead.removeFirst()
            guard let minute = small(&ahead, in: 0...9) else { return (hour, 0) }
            rest = ahead
            return (hour, minute)
        }
        guard let minute = small(&ahead, in: 10...59) else { return (hour, 0) }
        rest = ahead
        return (hour, minute)
    }

    private static func inPartOfDay(_ time: Time, _ rest: inout ArraySlice<String>) -> Time {
        let parts: [(words: [String], isLate: Bool)] = [
            (["am"], false), (["pm"], true), (["in", "the", "morning"], false), (["in", "the", "afternoon"], true),
            (["in", "the", "evening"], true), (["at", "night"], true), (["tonight"], true),
        ]
        guard time.hour <= 12, let part = parts.first(where: { rest.starts(with: $0.words) }) else { return time }
        rest.removeFirst(part.words.count)
        return (part.isLate ? (time.hour == 12 ? 12 : time.hour + 12) : time.hour % 12, time.minute)
    }

    /// The number in `range` at the front, of one word or two.
    static func small(_ rest: inout ArraySlice<String>, in range: ClosedRange<Int>) -> Int? {
        for length in [2, 1] where rest.count >= length {
            guard let value = SpokenNumber.value(of: rest.prefix(length)), let whole = Int(exactly: value),
                range.contains(whole), rest.first != "minus"
            else { continue }
            rest.removeFirst(length)
            return whole
        }
        return nil
    }
}

/// Reads dates: `the third of may` as `05-03`, `may third twenty twenty seven` as `2027-05-03`. Days that depend on today stay
/// words: `tomorrow`, `next friday`.
public enum SpokenDate {
    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    private static let longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    private static let days: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "tomorrow", "yesterday",
        "tonight",
    ]

    /// The longest date at the front of `words`, which are normalised as ``SpokenText`` does it.
    public static func read(_ words: ArraySlice<String>) -> SpokenTime.Reading? {
        if let first = words.first, days.contains(first) { return SpokenTime.Reading(text: first, wordCount: 1) }
        if let first = words.first, first == "next" || first == "this", let day = words.dropFirst().first,
            days.contains(day)
        {
            return SpokenTime.Reading(text: "\(first) \(day)", wordCount: 2)
        }
        var rest = words
        guard let (month, day) = monthFirst(&rest) ?? dayFirst(&rest), day <= longestMonths[month - 1] else {
            return nil
        }
        let year = readYear(&rest)
        let digits = [month, day].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "-")
        return SpokenTime.Reading(
            text: year.map { "\($0)-\(digits)" } ?? digits, wordCount: words.count - rest.count)
    }

    private static func monthFirst(_ rest: inout ArraySlice<String>) -> (Int, Int)? {
        guard let name = rest.first, let month = months.firstIndex(of: name) else { return nil }
        var ahead = rest.dropFirst()
        if ahead.first == "the" { ahead.removeFirst() }
        guard let day = readDay(&ahead) else { return nil }
        rest = ahead
        return (month + 1, day)
    }

    private static func dayFirst(_ rest: inout ArraySlice<String>) -> (Int, Int)? {
        var ahead = rest
        if ahead.first == "the" { ahead.removeFirst() }
        guard let day = readDay(&ahead) else { return nil }
        if ahead.first == "of" { ahead.removeFirst() }
        guard let name = ahead.popFirst(), let month = months.firstIndex(of: name) else { return nil }
        rest = ahead
        return (month + 1, day)
    }

    private static func readDay(_ rest: inout ArraySlice<String>) -> Int? {
        if let ordinal = SpokenQuantity.readOrdinal(rest), ordinal.value <= 31 {
            rest.removeFirst(ordinal.wordCount)
            return Int(ordinal.value)
        }
        return SpokenTime.small(&rest, in: 1...31)
    }

    private static func readYear(_ rest: inout ArraySlice<String>) -> Int? {
        guard let reading = SpokenNumber.read(rest), let year = Int(exactly: reading.value),
            (1000...2999).contains(year)
        else { return nil }
        rest.removeFirst(reading.wordCount)
        return year
    }
}
