// Whether a confidence of 0.8 is right eight times of ten.

/// Confidences and outcomes in ten bins, and the expected calibration error: the mean distance of confidence and share, weighted by the
/// size of the bins (Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", 2015).
struct Reliability {
    struct Bin {
        var count = 0
        var confidenceSum = 0.0
        var rightCount = 0
        var meanConfidence: Double { count > 0 ? confidenceSum / Double(count) : 0 }
        var share: Double { count > 0 ? Double(rightCount) / Double(count) : 0 }
    }

    private(set) var bins = Array(repeating: Bin(), count: 10)

    init(_ outcomes: [(confidence: Double, isRight: Bool)]) {
        for (confidence, isRight) in outcomes {
            let bin = min(9, max(0, Int(confidence * 10)))
            bins[bin].count += 1
            bins[bin].confidenceSum += confidence
            bins[bin].rightCount += isRight ? 1 : 0
        }
    }

    /// From 0 to 1.
    var expectedCalibrationError: Double {
        let total = bins.reduce(0) { $0 + $1.count }
        guard total > 0 else { return 0 }
        return bins.reduce(0) { $0 + Double($1.count) * abs($1.meanConfidence - $1.share) } / Double(total)
    }
}
