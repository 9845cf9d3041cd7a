// The slope of a trend, with its interval, by a method that single odd samples do not move.

import Foundation

/// The slope of a straight trend through samples that were taken at even steps.
///
/// The median of the slopes between all pairs, with the interval that Kendall's tau gives them: P. K. Sen, "Estimates of the regression
/// coefficient based on Kendall's tau", Journal of the American Statistical Association 63 (1968). Up to 29 % of the samples may be
/// anything at all without carrying the slope away.
public struct TheilSen: Hashable, Sendable {
    /// By how much the value grows from one sample to the next.
    public var slope: Double
    /// The ends of the 95 % interval.
    public var low: Double
    public var high: Double

    /// The quantile of the normal distribution for a two-sided error of 5 %.
    private static let z = 1.959_963_984_540_054

    /// The most samples that are paired with each other; longer series are thinned evenly to this.
    private static let mostSamples = 2_000

    /// The trend of `values`; nil with fewer than three, or when one is not finite.
    public init?(_ values: [Double]) {
        guard values.count >= 3, values.allSatisfy(\.isFinite) else { return nil }
        let step = (values.count + Self.mostSamples - 1) / Self.mostSamples
        let kept = stride(from: 0, to: values.count, by: step).map { (at: Double($0), value: values[$0]) }
        var slopes: [Double] = []
        slopes.reserveCapacity(kept.count * (kept.count - 1) / 2)
        for right in kept.indices {
            for left in 0..<right {
                slopes.append((kept[right].value - kept[left].value) / (kept[right].at - kept[left].at))
            }
        }
        slopes.sort()
        let pairs = slopes.count
        slope = pairs % 2 == 1 ? slopes[pairs / 2] : (slopes[pairs / 2 - 1] + slopes[pairs / 2]) / 2
        let spread = Self.z * Self.deviation(of: kept.map(\.value))
        let lower = Int(((Double(pairs) - spread) / 2).rounded()) - 1
        let upper = Int(((Double(pairs) + spread) / 2).rounded())
        low = slopes[min(max(0, lower), pairs - 1)]
        high = slopes[min(max(0, upper), pairs - 1)]
    }

    /// The standard deviation of Kendall's sum without a trend, corrected for values that are equal.
    private static func deviation(of values: [Double]) -> Double {
        func term(_ count: Int) -> Double { Double(count) * Double(count - 1) * Double(2 * count + 5) }
        var counts: [Double: Int] = [:]
        for value in values { counts[value, default: 0] += 1 }
        let ties = counts.values.reduce(0) { $0 + term($1) }
        return max(0, (term(values.count) - ties) / 18).squareRoot()
    }
}
