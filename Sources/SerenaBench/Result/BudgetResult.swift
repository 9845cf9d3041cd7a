// Budgets held against the latencies that were measured.

import BenchStatistics
import Instrumentation

/// A threshold and what became of it.
public struct BudgetResult: Codable, Hashable, Sendable {
    public enum State: String, CaseIterable, Codable, Sendable {
        /// So few late turns would be unlikely if the metric were at the limit. For `max`, which speaks of these turns
        /// alone: none was late.
        case proven = "PROVEN"
        /// The metric itself is over the limit, or infinite.
        case failed = "FAILED"
        /// The turns don't suffice to tell. Always so with fewer than ``turnsNeeded``.
        case notProven = "NOT PROVEN"
    }

    /// Such as `p(95)`.
    public var metric: String
    public var limitNs: Int64
    public var level: Threshold.Level
    /// Null when answers are missing at this percentile, or there are no turns.
    @Nullable public var valueNs: Int64?
    /// Turns that should be answered.
    public var turns: Int
    /// How many turns this metric needs before it decides.
    public var turnsNeeded: Int
    /// Turns at or over the limit, those without an answer included.
    public var over: Int
    public var state: State
    /// Turns, with as large a share of late ones, that would prove it; null when it is proven, or when no number would.
    @Nullable public var turnsToSettle: Int?
    /// Whether the budget decides: its level is `error` and there are enough turns for its percentile.
    public var gated: Bool

    /// Holds `threshold` against `latencies`, in which nil is a turn without a proper answer. See ``BudgetVerdict``.
    public init(_ threshold: Threshold, latencies: [Int64?]) {
        let p: Double =
            switch threshold.metric {
            case .percentile(let percent): percent / 100
            case .maximum: 1
            }
        let limit = threshold.limit.nanoseconds
        let value = Quantile.nearestRank(p, of: latencies)
        metric = threshold.metric.text
        limitNs = limit
        level = threshold.level
        turns = latencies.count
        turnsNeeded = Quantile.samplesNeeded(for: p)
        over = latencies.count { ($0 ?? .max) >= limit }
        _valueNs = Nullable(wrappedValue: value)
        let isEnough = latencies.count >= turnsNeeded
        let verdict = BudgetVerdict(late: over, of: turns, percentile: p)
        var toSettle: Int?
        switch verdict {
        case .proven: state = .proven
        case .failed:
            // With too few turns the percentile is hardly more than the slowest of them, and not judged.
            state = isEnough ? .failed : .notProven
        case .notProven(let turns):
            state = .notProven
            toSettle = turns
        }
        _turnsToSettle = Nullable(wrappedValue: toSettle)
        gated = isEnough && level == .error
    }
}
