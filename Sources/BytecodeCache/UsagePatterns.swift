// What follows what in talks, and when: from this, what will probably be asked for next.

/// Counts of operations, and what they let expect. An operation is whatever its users call so, such as a task.
///
/// The probability of an operation is the mean of two estimates: from the operation before it, in this talk and in all talks, and from the minute of the
/// talk. Where a context was seen seldom, the wider one behind it counts for more, in the measure of Witten and Bell ("The Zero-Frequency Problem",
/// IEEE Transactions on Information Theory 37(4), 1991), which leaves nothing to tune: a context that was seen n times with t different operations has
/// the weight n / (n + t).
public struct UsagePatterns: Hashable, Sendable {
    /// How often an operation followed another in a talk.
    struct Step: Hashable, Sendable {
        var talk: String
        /// Empty for the first operation of a talk.
        var previous: String
        var operation: String
    }

    /// How often an operation was asked for in a minute of a talk.
    struct Moment: Hashable, Sendable {
        var talk: String
        /// Since the talk began.
        var minute: Int
        var operation: String
    }

    /// More are not kept: those that were seen least go.
    static let capacity = 10_000
    /// Names are cut to so many bytes.
    static let longestName = 128
    /// What comes later in a talk counts as this minute of it.
    static let lastMinute = 600

    private(set) var steps: [Step: Int] = [:]
    private(set) var moments: [Moment: Int] = [:]

    public init() {}

    /// Counts that an operation was asked for.
    ///
    /// - Parameters:
    ///   - previous: the operation before it; nil for the first of a talk.
    ///   - elapsed: since the talk began.
    public mutating func add(_ operation: String, after previous: String?, in talk: String, elapsed: Duration) {
        let (talk, operation) = (Self.name(talk), Self.name(operation))
        add(1, to: Step(talk: talk, previous: Self.name(previous ?? ""), operation: operation))
        let minute = max(0, min(Self.lastMinute, Int(elapsed / .seconds(60))))
        add(1, to: Moment(talk: talk, minute: minute, operation: operation))
    }

    mutating func add(_ count: Int, to step: Step) {
        Self.add(count, to: step, in: &steps) {
            ($0.talk, $0.previous, $0.operation) < ($1.talk, $1.previous, $1.operation)
        }
    }

    mutating func add(_ count: Int, to moment: Moment) {
        Self.add(count, to: moment, in: &moments) {
            ($0.talk, $0.minute, $0.operation) < ($1.talk, $1.minute, $1.operation)
        }
    }

    mutating func add(_ other: UsagePatterns) {
        for (step, count) in other.steps { add(count, to: step) }
        for (moment, count) in other.moments { add(count, to: moment) }
    }

    public var isEmpty: Bool { steps.isEmpty }

    /// How often each operation was asked for, most often first.
    public var totals: [(operation: String, count: Int)] {
        var totals: [String: Int] = [:]
        for (step, count) in steps { totals[step.operation, default: 0] += count }
        return totals.map { ($0.key, $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    /// How often each operation of a talk was asked for, most often first.
    public func totals(ofTalk talk: String) -> [(operation: String, count: Int)] {
        var totals: [String: Int] = [:]
        for (step, count) in steps where step.talk == Self.name(talk) { totals[step.operation, default: 0] += count }
        return totals.map { ($0.key, $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    /// The talks of which something is known, by name.
    public var talks: [String] { Set(steps.keys.map(\.talk)).sorted() }

    /// The operations that were ever asked for, each with the probability that it is the next, most likely first.
    public func likely(
        after previous: String?, in talk: String, elapsed: Duration
    ) -> [(operation: String, probability: Double)] {
        let (talk, previous) = (Self.name(talk), Self.name(previous ?? ""))
        let minute = max(0, min(Self.lastMinute, Int(elapsed / .seconds(60))))
        var (overall, after, afterHere, now) = (Counts(), Counts(), Counts(), Counts())
        for (step, count) in steps {
            overall.add(count, of: step.operation)
            guard step.previous == previous else { continue }
            after.add(count, of: step.operation)
            if step.talk == talk { afterHere.add(count, of: step.operation) }
        }
        for (moment, count) in moments where moment.talk == talk && moment.minute == minute {
            now.add(count, of: moment.operation)
        }
        return overall.counts.keys.map { operation in
            let general = overall.share(of: operation)
            let fromStep = afterHere.share(of: operation, or: after.share(of: operation, or: general))
            return (operation, (fromStep + now.share(of: operation, or: general)) / 2)
        }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    private static func name(_ text: String) -> String {
        text.utf8.count <= longestName ? text : String(decoding: text.utf8.prefix(longestName), as: UTF8.self)
    }

    /// Counts, and halves all counts when there are too many, so that what is rare and old goes.
    private static func add<Element: Hashable>(
        _ count: Int, to element: Element, in counts: inout [Element: Int], order: (Element, Element) -> Bool
    ) {
        guard count > 0 else { return }
        counts[element] = min((counts[element] ?? 0), Int(Int32.max)) + min(count, Int(Int32.max))
        guard counts.count > capacity else { return }
        let kept = counts.sorted { $0.value == $1.value ? order($0.key, $1.key) : $0.value > $1.value }
        counts = Dictionary(uniqueKeysWithValues: kept.prefix(capacity / 2).map { ($0.key, ($0.value + 1) / 2) })
    }

    /// How often each operation was seen in a context.
    private struct Counts {
        private(set) var counts: [String: Int] = [:]
        private var sum = 0

        mutating func add(_ count: Int, of operation: String) {
            counts[operation, default: 0] += count
            sum += count
        }

        func share(of operation: String) -> Double {
            sum == 0 ? 0 : Double(counts[operation] ?? 0) / Double(sum)
        }

        func share(of operation: String, or wider: Double) -> Double {
            guard sum > 0 else { return wider }
            let kinds = Double(counts.count)
            return (Double(counts[operation] ?? 0) + kinds * wider) / (Double(sum) + kinds)
        }
    }
}
