// Thresholds such as `p(95)<500ms`: the grammar, its parser, and what a threshold is.

import Foundation
import Instrumentation

/// A figure over the latencies of a scenario's turns.
public enum LatencyMetric: Hashable, Sendable {
    /// The nearest-rank quantile, in percent: above 0 and below 100.
    case percentile(Double)
    /// The slowest turn.
    case maximum

    /// As it is written in a scenario.
    public var text: String {
        switch self {
        case .percentile(let percent): "p(\(DurationText.number(percent)))"
        case .maximum: "max"
        }
    }
}

/// A budget: a metric must stay below a limit.
public struct Threshold: Hashable, Sendable {
    /// Whether an exceeded budget fails the command or is only shown.
    public enum Level: String, CaseIterable, Codable, Sendable {
        case error
        case warn
    }

    public var metric: LatencyMetric
    public var limit: Duration
    public var level: Level
    /// The turns that it is held against.
    public var turnClass: TurnClass

    public init(metric: LatencyMetric, limit: Duration, level: Level = .error, turnClass: TurnClass = .local) {
        self.metric = metric
        self.limit = limit
        self.level = level
        self.turnClass = turnClass
    }

    /// The limit that the system promises: 95 % of answers begin within half a second.
    public static let standard = Threshold(metric: .percentile(95), limit: .milliseconds(500))

    /// Reads a threshold.
    ///
    ///     threshold = metric "<" duration
    ///     metric    = "p(" number ")" | "max"
    ///     duration  = number ("ns" | "us" | "ms" | "s" | "m" | "h")
    public static func parse(_ text: String, level: Level = .error) -> Result<
        Threshold, ThresholdProblem
    > {
        let parts = text.split(separator: "<", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            return .failure(ThresholdProblem("'\(text)' is not a threshold; write it like p(95)<500ms"))
        }
        let metric = parts[0].trimmingCharacters(in: .whitespaces)
        let limit = parts[1].trimmingCharacters(in: .whitespaces)
        guard let duration = DurationText.parse(limit), duration > .zero else {
            return .failure(
                ThresholdProblem("'\(limit)' is not a duration above zero; write it like 500ms or 1.5s"))
        }
        if metric == "max" {
            return .success(Threshold(metric: .maximum, limit: duration, level: level))
        }
        guard metric.hasPrefix("p("), metric.hasSuffix(")") else {
            return .failure(
                ThresholdProblem("there is no metric '\(metric)'; known are p(1) to p(99.9) and max"))
        }
        guard let percent = Double(metric.dropFirst(2).dropLast()), percent > 0, percent < 100 else {
            return .failure(
                ThresholdProblem("the percentile of '\(metric)' must lie above 0 and below 100"))
        }
        return .success(Threshold(metric: .percentile(percent), limit: duration, level: level))
    }
}

/// Why a text is not a threshold.
public struct ThresholdProblem: Error, Hashable, Sendable {
    public let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// Durations as people write them: `500ms`, `1.5s`.
public enum DurationText {
    /// The longest duration that is accepted.
    public static let longest = Duration.seconds(3_600)

    private static let units: [(suffix: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3_600e9),
    ]

    /// Reads a number with a unit; nil when it is none, is negative, or exceeds `longest`.
    public static func parse(_ text: String, longest: Duration = longest) -> Duration? {
        let text = text.trimmingCharacters(in: .whitespaces)
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let number = text.dropLast(unit.suffix.count).trimmingCharacters(in: .whitespaces)
        guard number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
            let value = Double(number)
        else {
            return nil
        }
        let nanoseconds = (value * unit.nanoseconds).rounded()
        guard nanoseconds >= 0, nanoseconds <= Double(longest.nanoseconds) else { return nil }
        return .nanoseconds(Int64(nanoseconds))
    }

    /// A number without a needless fraction: `95`, `99.9`.
    static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }
}
