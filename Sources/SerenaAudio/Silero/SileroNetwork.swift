// The Silero network: from 36 ms of sound, and what it remembers, to how likely speech is at their end.

import Foundation

/// Computes the network. Its architecture is that of the published model: magnitudes of a short-time spectrum, four
/// convolutions, a long short-term memory and one unit.
struct SileroNetwork: Sendable {
    /// The sound that is looked at: 512 samples and 64 before them.
    static let chunk = 576
    /// How much of the chunk the model's own framing moves on.
    static let stride = 512

    /// What the network remembers of the sound so far.
    struct Memory: Hashable, Sendable {
        fileprivate var output = [Float](repeating: 0, count: SileroWeights.width)
        fileprivate var cell = [Float](repeating: 0, count: SileroWeights.width)
    }

    /// The samples that are mirrored at the end of a chunk.
    private static let mirrored = 64
    /// Windows of the spectrum in a chunk, and the samples between them.
    private static let positions = 4
    private static let step = 128

    /// Where the values between the layers are kept.
    private enum Place {
        static let sound = 0
        static let spectrum = sound + chunk + mirrored
        static let magnitudes = spectrum + 2 * SileroWeights.bins
        static let first = magnitudes + positions * SileroWeights.bins
        static let second = first + positions * 128
        static let third = second + 2 * 64
        static let features = third + 64
        // The memory's output follows the features, as the rows of its matrix do.
        static let remembered = features + SileroWeights.width
        static let gates = remembered + SileroWeights.width
        static let end = gates + 4 * SileroWeights.width
    }

    private let weights: SileroWeights
    private var space = [Float](repeating: 0, count: Place.end)

    init(_ weights: SileroWeights) {
        self.weights = weights
    }

    /// How likely there is speech at the end of `sound`, which has ``chunk`` samples, all finite.
    mutating func probability(of sound: some Collection<Float>, memory: inout Memory) -> Double {
        precondition(sound.count == Self.chunk)
        let weights = weights
        return weights.values.withUnsafeBufferPointer { values in
            space.withUnsafeMutableBufferPointer { space in
                guard let values = values.baseAddress, let space = space.baseAddress else { return 0 }
                var index = Place.sound
                for sample in sound {
                    space[index] = sample
                    index += 1
                }
                let pass = Pass(weights: weights, values: values, space: space)
                pass.spectrum()
                pass.convolutions()
                return pass.recall(&memory)
            }
        }
    }

    /// One pass through the layers.
    private struct Pass {
        let weights: SileroWeights
        let values: UnsafePointer<Float>
        let space: UnsafeMutablePointer<Float>

        func spectrum() {
            let sound = space + Place.sound
            for index in 0..<mirrored { sound[chunk + index] = sound[chunk - 2 - index] }
            let spectrum = space + Place.spectrum
            for position in 0..<positions {
                apply(weights.spectrum, from: sound + position * step, to: spectrum)
                let magnitudes = space + Place.magnitudes + position * SileroWeights.bins
                for bin in 0..<SileroWeights.bins {
                    let (real, imaginary) = (spectrum[bin], spectrum[SileroWeights.bins + bin])
                    magnitudes[bin] = (real * real + imaginary * imaginary).squareRoot()
                }
            }
        }

        func convolutions() {
            convolve(0, from: Place.magnitudes, positions: 4, stride: 1, to: Place.first)
            convolve(1, from: Place.first, positions: 4, stride: 2, to: Place.second)
            convolve(2, from: Place.second, positions: 2, stride: 2, to: Place.third)
            convolve(3, from: Place.third, positions: 1, stride: 1, to: Place.features)
        }

        /// A convolution with three taps and a zero at either end, and a rectifier.
        private func convolve(_ index: Int, from input: Int, positions: Int, stride: Int, to output: Int) {
            let layer = weights.convolutions[index]
            let channels = layer.inputs / 3
            var target = space + output
            for centre in Swift.stride(from: 0, to: positions, by: stride) {
                // Only the taps that lie within the input.
                let taps = (centre == 0 ? 1 : 0)..<(centre == positions - 1 ? 2 : 3)
                apply(
                    layer, rows: taps.lowerBound * channels..<taps.upperBound * channels,
                    from: space + input + (centre + taps.lowerBound - 1) * channels, to: target)
                for channel in 0..<layer.outputs { target[channel] = max(0, target[channel]) }
                target += layer.outputs
            }
        }

        /// The long short-term memory (Hochreiter and Schmidhuber, 1997, with a forget gate), and the unit that reads it.
        func recall(_ memory: inout Memory) -> Double {
            let width = SileroWeights.width
            let remembered = space + Place.remembered
            for index in 0..<width { remembered[index] = memory.output[index] }
            let gates = space + Place.gates
            apply(weights.memory, from: space + Place.features, to: gates)
            var sum = values[weights.final.bias]
            for index in 0..<width {
                let kept = Self.sigmoid(gates[width + index]) * memory.cell[index]
                let cell = kept + Self.sigmoid(gates[index]) * tanh(gates[2 * width + index])
                let output = Self.sigmoid(gates[3 * width + index]) * tanh(cell)
                memory.cell[index] = cell
                memory.output[index] = output
                sum += max(0, output) * values[weights.final.matrix + index]
            }
            return Double(Self.sigmoid(sum))
        }

        private static func sigmoid(_ value: Float) -> Float {
            1 / (1 + exp(-value))
        }

        /// Biases plus the product of the inputs at `input` with the layer's matrix, or with some rows of it.
        private func apply(
            _ layer: SileroWeights.Layer, rows: Range<Int>? = nil, from input: UnsafePointer<Float>,
            to output: UnsafeMutablePointer<Float>
        ) {
            let columns = layer.outputs
            let bias = values + layer.bias
            for column in 0..<columns { output[column] = bias[column] }
            let count = rows?.count ?? layer.inputs
            var row = values + layer.matrix + (rows?.lowerBound ?? 0) * columns
            var index = 0
            // Four rows at a time, so that each output is read and written a quarter as often.
            while index + 4 <= count {
                Self.add(row, columns, input + index, to: output)
                row += 4 * columns
                index += 4
            }
            while index < count {
                let factor = input[index]
                for column in 0..<columns { output[column] += factor * row[column] }
                row += columns
                index += 1
            }
        }

        /// Adds four rows, each times its factor. This is where the time goes; plain loops of this form use the vector unit.
        @inline(__always)
        private static func add(
            _ row: UnsafePointer<Float>, _ columns: Int, _ factors: UnsafePointer<Float>,
            to output: UnsafeMutablePointer<Float>
        ) {
            let (a, b, c, d) = (factors[0], factors[1], factors[2], factors[3])
            let (second, third, fourth) = (row + columns, row + 2 * columns, row + 3 * columns)
            var column = 0
            while column < columns {
                output[column] +=
                    (a * row[column] + b * second[column]) + (c * third[column] + d * fourth[column])
                column += 1
            }
        }
    }
}
