// The distributions that intervals and p-values come from: normal, Student's t, binomial.

import Foundation

/// The standard normal distribution.
public enum NormalDistribution {
    /// P(Z ≤ z).
    public static func cumulative(_ z: Double) -> Double {
        0.5 * erfc(-z / 2.0.squareRoot())
    }

    /// The z with P(Z ≤ z) = p; infinite at 0 and 1.
    public static func quantile(_ p: Double) -> Double {
        if p <= 0 { return -.infinity }
        if p >= 1 { return .infinity }
        if p == 0.5 { return 0 }
        if p > 0.5 { return -quantile(1 - p) }
        return SpecialFunctions.inverse(of: cumulative, at: p, in: -40...0)
    }
}

/// Student's t distribution.
public enum StudentDistribution {
    /// P(T ≤ t) with `freedom` degrees of freedom, above 0.
    public static func cumulative(_ t: Double, freedom: Double) -> Double {
        guard t.isFinite else { return t > 0 ? 1 : 0 }
        let tail = 0.5 * SpecialFunctions.regularizedBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
        return t > 0 ? 1 - tail : tail
    }

    /// The t with P(T ≤ t) = p; infinite at 0 and 1.
    public static func quantile(_ p: Double, freedom: Double) -> Double {
        if p <= 0 { return -.infinity }
        if p >= 1 { return .infinity }
        if p == 0.5 { return 0 }
        if p > 0.5 { return -quantile(1 - p, freedom: freedom) }
        var low = -1.0
        while cumulative(low, freedom: freedom) > p, low > -1e150 { low *= 2 }
        return SpecialFunctions.inverse(of: { cumulative($0, freedom: freedom) }, at: p, in: low...0)
    }
}

/// The number of successes in independent trials, and what it says about their probability.
public enum BinomialDistribution {
    /// P(Bin(trials, probability) ≤ successes), by the incomplete beta function, which stays exact for large numbers.
    public static func atMost(_ successes: Int, of trials: Int, probability: Double) -> Double {
        guard successes >= 0 else { return 0 }
        guard successes < trials else { return 1 }
        if successes == 0 { return exp(Double(trials) * log1p(-min(max(probability, 0), 1))) }
        return SpecialFunctions.regularizedBeta(1 - probability, Double(trials - successes), Double(successes + 1))
    }

    /// The exact lower bound of a probability of which `successes` of `trials` were seen, at one-sided `confidence`.
    ///
    /// Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
    /// Biometrika 26 (1934).
    /// - Returns: 0 without trials.
    public static func lowerBound(successes: Int, of trials: Int, confidence: Double = 0.95) -> Double {
        let successes = min(successes, trials)
        guard successes > 0 else { return 0 }
        if successes == trials { return pow(1 - confidence, 1 / Double(trials)) }
        let (a, b) = (Double(successes), Double(trials - successes + 1))
        return SpecialFunctions.inverse(
            of: { SpecialFunctions.regularizedBeta($0, a, b) }, at: 1 - confidence, in: 0...1)
    }

    /// The exact upper bound; the mirror image of ``lowerBound(successes:of:confidence:)``.
    public static func upperBound(successes: Int, of trials: Int, confidence: Double = 0.95) -> Double {
        1 - lowerBound(successes: trials - max(successes, 0), of: trials, confidence: confidence)
    }

    /// The lower bound of the probability that the whole next show succeeds, when `clean` of `shows` did.
    ///
    /// A show is one draw, because its turns are not independent: 20 clean ones of 20 support no more than
    /// 0.05^(1/20) = 86 %.
    public static func nextShowSucceeds(clean: Int, of shows: Int, confidence: Double = 0.95) -> Double {
        lowerBound(successes: clean, of: shows, confidence: confidence)
    }
}
