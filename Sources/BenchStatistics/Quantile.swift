// Quantiles by nearest rank, and how many samples a quantile needs before it may be judged.

import Foundation

/// Quantiles of latencies in which a missing answer counts as infinitely late.
public enum Quantile {
    /// The nearest-rank quantile: the ⌈p·n⌉-th smallest of `samples`.
    ///
    /// - Parameters:
    ///   - p: above 0, at most 1; 1 is the maximum.
    ///   - samples: nanoseconds; nil is later than every number.
    /// - Returns: nil when the quantile is infinite, or there are no samples.
    public static func nearestRank(_ p: Double, of samples: [Int64?]) -> Int64? {
        let finite = samples.compactMap { $0 }.sorted()
        guard !samples.isEmpty, p > 0, p <= 1 else { return nil }
        let rank = rank(p, of: samples.count)
        return rank <= finite.count ? finite[rank - 1] : nil
    }

    /// The rank, counted from 1, of the nearest-rank quantile `p` among `count` samples: ⌈p·count⌉, at least 1.
    public static func rank(_ p: Double, of count: Int) -> Int {
        // Multiplying first and forgiving the last bit: 0.95 · 20 is 19, not 20.
        max(1, Int((p * Double(count) - 1e-9).rounded(.up)))
    }

    /// The fewest samples with which a quantile can be proven below a limit at 95 % confidence: the least n with
    /// pⁿ ≤ 0.05.
    ///
    /// 59 for p95 and 299 for p99. With fewer, even a sample without a single late turn would be too likely.
    public static func samplesNeeded(for p: Double) -> Int {
        guard p > 0, p < 1 else { return 1 }
        return Int((log(0.05) / log(p)).rounded(.up))
    }
}
