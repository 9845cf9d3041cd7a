// The small network that weighs the senses of a voice activity detector.

import Foundation

/// A layer of hyperbolic tangents and a logistic unit, over normalised features.
public struct BlendWeights: Hashable, Sendable {
    /// How many features of ``VoiceSenses`` there are.
    public static let inputs = 9
    public static let hidden = 16
    /// How many weights are learned: each unit's, with its bias, then the last unit's.
    public static let learned = hidden * (inputs + 1) + hidden + 1

    /// What each feature is on average, and how far from that usually.
    public let centres: [Double]
    public let spreads: [Double]
    public var learned: [Double]

    /// - Precondition: as many centres and spreads as ``inputs``, no spread 0, and ``learned`` weights.
    public init(centres: [Double], spreads: [Double], learned: [Double]) {
        precondition(centres.count == Self.inputs && spreads.count == Self.inputs && learned.count == Self.learned)
        (self.centres, self.spreads, self.learned) = (centres, spreads, learned)
    }

    /// - Precondition: as many values as the other initialiser wants together.
    init(values: [Double]) {
        self.init(
            centres: Array(values.prefix(Self.inputs)),
            spreads: Array(values.dropFirst(Self.inputs).prefix(Self.inputs)),
            learned: Array(values.dropFirst(2 * Self.inputs)))
    }

    /// All of them: centres, spreads, learned weights.
    public var values: [Double] { centres + spreads + learned }

    /// How likely a frame with these features is speech.
    public func probability(of features: [Double]) -> Double {
        output(of: hidden(normalized(features)))
    }

    public func normalized(_ features: [Double]) -> [Double] {
        features.indices.map { (features[$0] - centres[$0]) / spreads[$0] }
    }

    /// What the units of the layer say.
    public func hidden(_ inputs: [Double]) -> [Double] {
        (0..<Self.hidden).map { unit in
            let row = unit * (Self.inputs + 1)
            var sum = learned[row + Self.inputs]
            for input in 0..<Self.inputs { sum += learned[row + input] * inputs[input] }
            return tanh(sum)
        }
    }

    public func output(of units: [Double]) -> Double {
        let last = Self.hidden * (Self.inputs + 1)
        var sum = learned[last + Self.hidden]
        for unit in 0..<Self.hidden { sum += learned[last + unit] * units[unit] }
        return 1 / (1 + exp(-sum))
    }
}
