// From how well a phrase fits to how likely it is meant.

import Foundation

/// Maps the fit of the best phrase to the probability that its intent is what was meant.
///
/// A logistic function of the fit and of what kind of phrase it is: Platt, "Probabilistic Outputs for Support Vector Machines", 1999. The
/// coefficients were fitted on the tune half of the labelled utterances by `serena-bench evaluate intents`, which prints what a
/// new fit would give.
public struct ConfidenceScale: Hashable, Sendable {
    /// What the probability is worked out from.
    public struct Features: Hashable, Sendable {
        /// 1 − cost ÷ weight of the best alignment, from 0 to 1.
        public var fit: Double
        /// The weight of the phrase: long ones do not fit by chance. At most 4.
        public var weight: Double
        /// Whether the phrase has a string slot, which fits anything.
        public var isOpen: Bool

        /// In the order of the coefficients.
        public var values: [Double] { [1, fit, weight, isOpen ? 1 : 0] }
    }

    public let coefficients: [Double]

    /// Fitted on the tune half of the labelled utterances.
    public static let fitted = ConfidenceScale(coefficients: [-2.33, 9.96, -0.68, -1.33])

    public init(coefficients: [Double]) {
        self.coefficients = coefficients
    }

    /// From 0 to 1.
    public func probability(_ features: Features) -> Double {
        let sum = zip(coefficients, features.values).reduce(0) { $0 + $1.0 * $1.1 }
        return 1 / (1 + exp(-sum))
    }
}
