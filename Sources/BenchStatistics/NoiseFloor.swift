// How much a quantile changes when nothing has changed.

import Foundation

/// The share by which a quantile differs between two halves, or two sessions, of the same thing.
public enum NoiseFloor {
    public static let standardSplits = 500
    /// With fewer runs than this, halves say nothing.
    static let fewestRuns = 4

    /// The 95th percentile of |change| over random splits of the runs into halves: 0.02 is 2 %.
    ///
    /// A half has half the runs, so that this is about √2 times the noise of a comparison of two full sides. Splits in
    /// which a quantile is infinite are left out.
    /// - Returns: one for each of `percentiles`, which must ascend; 0 with fewer than four runs.
    public static func betweenHalves(
        of sample: RunSample, percentiles: [Double], splits: Int = standardSplits,
        using generator: inout some RandomNumberGenerator
    ) -> [Double] {
        let count = sample.runs.count
        guard count >= fewestRuns, sample.count > 0 else { return percentiles.map { _ in 0 } }
        var changes: [[Double]] = percentiles.map { _ in [] }
        var order = Array(0..<count)
        var first = [Double](repeating: 0, count: percentiles.count)
        var second = first
        for _ in 0..<splits {
            order.shuffle(using: &generator)
            var weights = [Int](repeating: 0, count: count)
            for run in order.prefix(count / 2) { weights[run] = 1 }
            sample.quantiles(percentiles, weights: weights, into: &first)
            for index in weights.indices { weights[index] = 1 - weights[index] }
            sample.quantiles(percentiles, weights: weights, into: &second)
            for index in percentiles.indices {
                if let change = change(first[index], second[index]) { changes[index].append(change) }
            }
        }
        return changes.map { changes in
            guard !changes.isEmpty else { return 0 }
            return changes.sorted()[Quantile.rank(0.95, of: changes.count) - 1]
        }
    }

    /// The largest change between any two sessions. There are too few of them for a percentile.
    public static func betweenSessions(_ sessions: [RunSample], percentile: Double) -> Double {
        let quantiles = sessions.compactMap { $0.quantile(percentile) }.filter(\.isFinite)
        guard let least = quantiles.min(), let most = quantiles.max() else { return 0 }
        return change(least, most) ?? 0
    }

    private static func change(_ one: Double, _ other: Double) -> Double? {
        guard one.isFinite, other.isFinite, one > 0, other > 0 else { return nil }
        return max(one, other) / min(one, other) - 1
    }
}
