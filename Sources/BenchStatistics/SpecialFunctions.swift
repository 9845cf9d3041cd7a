// The special functions behind the distributions: logarithm of gamma, incomplete beta, and inverses.

import Foundation

/// Functions that the distributions are made from.
enum SpecialFunctions {
    /// ln Γ(x) for x > 0, by Stirling's series (DLMF 5.11.1) after shifting x to 10 or above.
    static func logGamma(_ x: Double) -> Double {
        var x = x
        var shift = 0.0
        while x < 10 {
            shift += log(x)
            x += 1
        }
        let inverse = 1 / (x * x)
        var series = 0.0
        for term in stirling.reversed() { series = series * inverse + term }
        return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series / x - shift
    }

    /// The coefficients B₂ₖ / (2k(2k−1)) of Stirling's series.
    private static let stirling: [Double] = [
        1.0 / 12, -1.0 / 360, 1.0 / 1_260, -1.0 / 1_680, 1.0 / 1_188, -691.0 / 360_360, 1.0 / 156,
    ]

    /// The regularised incomplete beta function I_x(a, b) for a, b > 0, by its continued fraction (DLMF 8.17.22) with
    /// Lentz's method. About eleven digits for arguments up to 10⁵.
    static func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The fraction converges fast below this point only; above it, the mirror image does.
        if x > (a + 1) / (a + b + 2) { return 1 - regularizedBeta(1 - x, b, a, isMirrored: true) }
        return regularizedBeta(x, a, b, isMirrored: false)
    }

    private static func regularizedBeta(_ x: Double, _ a: Double, _ b: Double, isMirrored: Bool) -> Double {
        guard x > 0 else { return 0 }
        let front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)
        let tiny = 1e-300
        func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / kept(1 - (a + b) * x / (a + 1))
        var fraction = d
        for step in 1...20_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / kept(1 + even * d)
            c = kept(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / kept(1 + odd * d)
            c = kept(1 + odd / c)
            fraction *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return min(1, exp(front) * fraction / a)
    }

    /// The point of `range` at which a function that never falls reaches `target`, by halving.
    static func inverse(of rising: (Double) -> Double, at target: Double, in range: ClosedRange<Double>) -> Double {
        var (low, high) = (range.lowerBound, range.upperBound)
        for _ in 0..<200 {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { break }
            if rising(middle) < target { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
