// Which intents follow which.

/// Counts of intents and of pairs of them, smoothed by the method of Witten and Bell ("The Zero-Frequency Problem", IEEE Transactions
/// on Information Theory 37, 1991): what was never seen gets the share that new things had so far.
struct IntentHistory: Sendable {
    /// The place of talk that asks for nothing.
    private let kinds: Int
    private var counts: [Double]
    /// One row for each kind before, and one for the beginning of a talk.
    private var pairs: [[Double]]
    private var last: Int

    /// - Parameter kinds: how many different things can be said.
    init(kinds: Int) {
        self.kinds = kinds
        counts = Array(repeating: 0, count: kinds)
        pairs = Array(repeating: Array(repeating: 0, count: kinds), count: kinds + 1)
        last = kinds
    }

    mutating func beginTalk() { last = kinds }

    mutating func add(_ kind: Int) {
        counts[kind] += 1
        pairs[last][kind] += 1
        last = kind
    }

    /// The probability of each kind to come next; they add up to 1.
    var next: [Double] {
        let uniform = Array(repeating: 1 / Double(kinds), count: kinds)
        return Self.smoothed(pairs[last], Self.smoothed(counts, uniform))
    }

    private static func smoothed(_ counts: [Double], _ lower: [Double]) -> [Double] {
        let types = Double(counts.count { $0 > 0 })
        guard types > 0 else { return lower }
        let total = counts.reduce(0, +)
        return zip(counts, lower).map { ($0 + types * $1) / (total + types) }
    }
}
