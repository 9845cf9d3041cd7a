// How probable success is at least, from how often it was seen: an exact bound.

import Foundation

/// The binomial distribution, and what a count of successes says about the probability behind it.
public enum Binomial {
    /// The exact one-sided lower bound of the probability of success: the p at which seeing `successes` or more of `trials` has the
    /// probability 1 − `confidence`.
    ///
    /// C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
    /// Biometrika 26 (1934). With no failure at all it is (1 − confidence)^(1/trials).
    ///
    /// - Parameters:
    ///   - successes: 0 to `trials`; values outside are taken for the nearest.
    ///   - confidence: above 0, below 1.
    /// - Returns: 0 without trials or successes.
    public static func lowerBound(successes: Int, of trials: Int, confidence: Double) -> Double {
        let successes = min(max(0, successes), max(0, trials))
        guard trials > 0, successes > 0, confidence > 0, confidence < 1 else { return 0 }
        let alpha = 1 - confidence
        if successes == trials { return pow(alpha, 1 / Double(trials)) }
        var (low, high) = (0.0, 1.0)
        // The tail grows with p. Each step halves the interval; after 60 it is narrower than a Double can tell.
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if upperTail(atLeast: successes, of: trials, probability: middle) < alpha {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }

    /// P(X ≥ `successes`) for X successes in `trials`, each with `probability`.
    public static func upperTail(atLeast successes: Int, of trials: Int, probability: Double) -> Double {
        guard successes > 0 else { return 1 }
        guard successes <= trials, probability > 0 else { return 0 }
        guard probability < 1 else { return 1 }
        let (logP, logQ) = (log(probability), log1p(-probability))
        // log C(n, n) is 0; each coefficient follows from the one before: C(n, k − 1) = C(n, k) · k / (n − k + 1).
        var coefficient = 0.0
        var sum = 0.0
        for count in stride(from: trials, through: successes, by: -1) {
            sum += exp(coefficient + Double(count) * logP + Double(trials - count) * logQ)
            coefficient += log(Double(count)) - log(Double(trials - count + 1))
        }
        return min(1, sum)
    }
}
