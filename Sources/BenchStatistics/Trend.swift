// Slopes over time, for leaks and drift.

import Foundation

/// A slope with its interval, in units of y per unit of x.
public struct Slope: Hashable, Sendable {
    public let slope: Double
    public let intercept: Double
    public let low: Double
    public let high: Double

    /// Whether the interval lies wholly above zero: a leak, or a slow-down.
    public var isRising: Bool { low > 0 }
    public var isFalling: Bool { high < 0 }

    /// The Theil–Sen slope: the median of the slopes between all pairs of points. A fifth of the points may be wild.
    ///
    /// Sen, "Estimates of the regression coefficient based on Kendall's tau" (Journal of the American Statistical
    /// Association 63, 1968); the interval has his correction for ties. Time and memory grow with the square of the
    /// number of points: a few thousand are well.
    /// - Returns: nil when fewer than two points differ in x, or a number is not finite.
    public static func theilSen(x: [Double], y: [Double], confidence: Double = 0.95) -> Slope? {
        guard x.count == y.count, x.allSatisfy(\.isFinite), y.allSatisfy(\.isFinite) else { return nil }
        var slopes: [Double] = []
        for i in x.indices {
            for j in x.indices.dropFirst(i + 1) where x[i] != x[j] { slopes.append((y[j] - y[i]) / (x[j] - x[i])) }
        }
        guard !slopes.isEmpty else { return nil }
        slopes.sort()
        let slope = median(slopes)
        let n = Double(x.count)
        let ties = [x, y].flatMap(tieSizes).map { $0 * ($0 - 1) * (2 * $0 + 5) }.reduce(0, +)
        let spread = (max(0, n * (n - 1) * (2 * n + 5) - ties) / 18).squareRoot()
        let reach = -NormalDistribution.quantile((1 - confidence) / 2) * spread
        let total = Double(slopes.count)
        let low = Int(((total - reach) / 2).rounded(.toNearestOrEven)) - 1
        let high = Int(((total + reach) / 2).rounded(.toNearestOrEven))
        return Slope(
            slope: slope, intercept: median(y.sorted()) - slope * median(x.sorted()),
            low: slopes[min(max(low, 0), slopes.count - 1)], high: slopes[min(max(high, 0), slopes.count - 1)])
    }

    /// The least-squares slope with Student's interval; for errors that are independent and of one size.
    ///
    /// - Returns: nil with fewer than three points, without spread in x, or when a number is not finite.
    public static func leastSquares(x: [Double], y: [Double], confidence: Double = 0.95) -> Slope? {
        guard x.count == y.count, x.count >= 3, x.allSatisfy(\.isFinite), y.allSatisfy(\.isFinite) else { return nil }
        let n = Double(x.count)
        let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
        var (xx, xy) = (0.0, 0.0)
        for (x, y) in zip(x, y) {
            xx += (x - meanX) * (x - meanX)
            xy += (x - meanX) * (y - meanY)
        }
        guard xx > 0 else { return nil }
        let slope = xy / xx
        let intercept = meanY - slope * meanX
        let residual = zip(x, y).map { x, y in y - intercept - slope * x }.reduce(0) { $0 + $1 * $1 }
        let error = (residual / (n - 2) / xx).squareRoot()
        let reach = -StudentDistribution.quantile((1 - confidence) / 2, freedom: n - 2) * error
        return Slope(slope: slope, intercept: intercept, low: slope - reach, high: slope + reach)
    }

    private static func median(_ sorted: [Double]) -> Double {
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private static func tieSizes(_ values: [Double]) -> [Double] {
        var sizes: [Double: Double] = [:]
        for value in values { sizes[value, default: 0] += 1 }
        return sizes.values.filter { $0 > 1 }
    }
}
