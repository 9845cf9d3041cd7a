// Where a series changes: segments whose distributions differ.

/// Change points by energy distance.
///
/// E-divisive: Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data"
/// (Journal of the American Statistical Association 109, 2014), for one dimension and exponent 1. Segments are split
/// where the energy distance of the parts is greatest, as long as a permutation test finds the split real; each split
/// uses the whole segment.
public enum ChangePoints {
    /// The share of permutations that may look as good as the split: the risk of a change point in a steady series.
    public static let risk = 0.01
    public static let standardPermutations = 499
    /// A part of a split is at least so long; a single odd value is no change.
    public static let shortestSegment = 4

    /// The indices at which a new segment begins, ascending. Values that are not finite never split a series; empty
    /// then.
    ///
    /// Takes time with the square of the length: a few hundred values are well.
    public static func find(
        in series: [Double], permutations: Int = standardPermutations,
        using generator: inout some RandomNumberGenerator
    ) -> [Int] {
        guard series.allSatisfy(\.isFinite) else { return [] }
        var points: [Int] = []
        var open = [0..<series.count]
        while let segment = open.popLast() {
            guard let split = significantSplit(Array(series[segment]), permutations, &generator) else { continue }
            let point = segment.lowerBound + split
            points.append(point)
            open += [segment.lowerBound..<point, point..<segment.upperBound]
        }
        return points.sorted()
    }

    private static func significantSplit(
        _ values: [Double], _ permutations: Int, _ generator: inout some RandomNumberGenerator
    ) -> Int? {
        guard let found = bestSplit(values), found.statistic > 0 else { return nil }
        let allowed = Int(risk * Double(permutations + 1)) - 1
        var shuffled = values
        var asGood = 0
        for _ in 0..<permutations {
            shuffled.shuffle(using: &generator)
            if let other = bestSplit(shuffled), other.statistic >= found.statistic { asGood += 1 }
            if asGood > allowed { return nil }
        }
        return found.index
    }

    /// The split with the greatest scaled energy distance: nm/(n+m) · (2·E|X−Y| − E|X−X′| − E|Y−Y′|).
    static func bestSplit(_ values: [Double]) -> (index: Int, statistic: Double)? {
        let count = values.count
        guard count >= 2 * shortestSegment else { return nil }
        var (left, right, between) = (0.0, 0.0, 0.0)
        for i in 0..<count {
            for j in 0..<i { right += abs(values[i] - values[j]) }
        }
        var best: (index: Int, statistic: Double)?
        for moved in 0..<(count - shortestSegment) {
            var (toLeft, toRight) = (0.0, 0.0)
            for other in 0..<moved { toLeft += abs(values[moved] - values[other]) }
            for other in (moved + 1)..<count { toRight += abs(values[moved] - values[other]) }
            left += toLeft
            right -= toRight
            between += toRight - toLeft
            let (n, m) = (Double(moved + 1), Double(count - moved - 1))
            guard moved + 1 >= shortestSegment else { continue }
            let distance = 2 * between / (n * m) - 2 * left / (n * (n - 1)) - 2 * right / (m * (m - 1))
            let statistic = n * m / (n + m) * distance
            if statistic > (best?.statistic ?? -.infinity) { best = (moved + 1, statistic) }
        }
        return best
    }
}
