// The small network that judges onsets.

import Foundation

/// One hidden layer of hyperbolic tangents between ``OnsetFeatures`` and the probability that somebody takes the floor.
public struct OnsetNetwork: Hashable, Sendable {
    public static let inputs = OnsetFeatures.count
    public static let hidden = 16
    /// Weights of the hidden layer unit by unit, each with its bias behind it; then those of the output with its bias.
    public static let parameterCount = hidden * (inputs + 1) + hidden + 1

    public var parameters: [Float]

    /// - Parameter parameters: ``parameterCount`` of them; nil is returned for any other number.
    public init?(parameters: [Float]) {
        guard parameters.count == Self.parameterCount, parameters.allSatisfy(\.isFinite) else { return nil }
        self.parameters = parameters
    }

    private init(unchecked parameters: [Float]) {
        self.parameters = parameters
    }

    /// The one that comes with the program.
    static let shipped = OnsetNetwork(unchecked: OnsetWeights.all)

    /// One that is never sure.
    public static let undecided = OnsetNetwork(unchecked: [Float](repeating: 0, count: parameterCount))

    /// From 0 to 1.
    public func probability(of values: [Float]) -> Float {
        guard values.count == Self.inputs, parameters.count == Self.parameterCount else { return 0 }
        return 1 / (1 + exp(-activation(of: values).output))
    }

    /// The output before its logistic function, and the hidden units.
    public func activation(of values: [Float]) -> (output: Float, hidden: [Float]) {
        let stride = Self.inputs + 1
        let output = Self.hidden * stride
        var sum = parameters[output + Self.hidden]
        let hidden = (0..<Self.hidden).map { unit -> Float in
            var sum = parameters[unit * stride + Self.inputs]
            for input in 0..<Self.inputs { sum += parameters[unit * stride + input] * values[input] }
            return tanh(sum)
        }
        for unit in 0..<Self.hidden { sum += parameters[output + unit] * hidden[unit] }
        return (sum, hidden)
    }
}
