// Budgets held against the latencies that were measured.

import Instrumentation

/// A threshold and what became of it.
public struct BudgetResult: Codable, Hashable, Sendable {
    public enum State: String, CaseIterable, Codable, Sendable {
        /// The metric is within the limit.
        case met
        /// The metric is over the limit, or infinite.
        case exceeded
        /// There are too few turns for this percentile: the value is shown, and decides nothing.
        case notJudged = "not judged"
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
    /// Whether an exceeded budget fails the command.
    public var gated: Bool

    /// Holds `threshold` against `latencies`, in which nil is a turn without a proper answer.
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
        if latencies.count < turnsNeeded {
            state = .notJudged
        } else {
            // The nearest-rank value itself must stay below the limit: `p(95)<500ms`.
            state = (value ?? .max) < limit ? .met : .exceeded
        }
        gated = state != .notJudged && level == .error
    }
}
