// Whether a latency budget is kept, by the exact binomial bound.

import Foundation

/// What turns say about a budget at a percentile.
public enum BudgetVerdict: Hashable, Sendable {
    /// So few late turns would be unlikely (5 %) if as many as the percentile allows were late in truth.
    case proven
    /// The percentile itself is over the budget.
    case failed
    /// Neither; with as large a share of late turns, `turnsToSettle` in all would prove it. Nil when no number would,
    /// or none with up to ``mostLateTurns`` late ones.
    case notProven(turnsToSettle: Int?)

    /// The risk of calling a budget proven that is not kept.
    public static let risk = 0.05
    /// The search for a number that settles it ends here.
    static let mostLateTurns = 2_000

    /// The verdict over `turns` of which `late` were at or over the budget.
    ///
    /// PROVEN when P(Bin(turns, 1−p) ≤ late) ≤ 0.05, the bound that MLPerf calls early stopping; FAILED when the
    /// nearest-rank quantile is late.
    /// - Parameter p: above 0, at most 1. 1 is the maximum: a statement about these turns alone, proven when none is
    ///   late.
    public init(late: Int, of turns: Int, percentile p: Double) {
        let late = min(max(late, 0), max(turns, 0))
        if turns <= 0 {
            self = .notProven(turnsToSettle: p < 1 ? Quantile.samplesNeeded(for: p) : 1)
        } else if turns - late < Quantile.rank(p, of: turns) {
            self = .failed
        } else if p >= 1 || BinomialDistribution.atMost(late, of: turns, probability: 1 - p) <= Self.risk {
            self = .proven
        } else {
            self = .notProven(turnsToSettle: Self.turnsToSettle(late: late, of: turns, percentile: p))
        }
    }

    /// The fewest turns that would prove the budget if the share of late turns stayed as it is.
    ///
    /// - Returns: nil when the share is too large for any number, or the number too large to be of use.
    public static func turnsToSettle(late: Int, of turns: Int, percentile p: Double) -> Int? {
        let allowed = 1 - p
        guard p > 0, p < 1, turns > 0, Double(late) < allowed * Double(turns) else { return nil }
        guard late > 0 else { return max(turns, Quantile.samplesNeeded(for: p)) }
        var needed = turns
        for count in late...max(late, mostLateTurns) {
            // The most turns of which, rounded to whole turns, no more than `count` would be late.
            let possible = ((2 * count + 1) * turns - 1) / (2 * late)
            guard possible >= needed else { continue }
            needed = fewestTurns(late: count, allowed: allowed, from: needed)
            if needed <= possible { return needed }
        }
        return nil
    }

    /// The fewest turns, from `start` on, that prove a share of late turns below `allowed` although `late` are.
    private static func fewestTurns(late: Int, allowed: Double, from start: Int) -> Int {
        func isProof(_ turns: Int) -> Bool {
            BinomialDistribution.atMost(late, of: turns, probability: allowed) <= risk
        }
        guard !isProof(start) else { return start }
        var (low, step) = (start, 1)
        while !isProof(low + step) {
            low += step
            step *= 2
        }
        var high = low + step
        while high - low > 1 {
            let middle = (low + high) / 2
            if isProof(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
