// The weights of the Silero network, arranged for the way in which they are used.

/// The weights of Silero VAD, version 6, for 16 kHz (Silero Team, <https://github.com/snakers4/silero-vad>, MIT licence).
///
/// Every layer is a matrix whose rows are inputs and whose columns are outputs, so that the innermost loop runs along outputs.
public struct SileroWeights: Sendable {
    /// A matrix within ``values``, and the biases of its outputs.
    struct Layer: Sendable {
        let matrix: Int
        let bias: Int
        let inputs: Int
        let outputs: Int
    }

    /// The window of the short-time spectrum, in samples.
    static let window = 256
    /// The bins of the spectrum.
    static let bins = 129
    /// The width of the memory.
    static let width = 128

    private(set) var values: [Float] = []
    let spectrum: Layer
    /// The four convolutions; an input is a tap and a channel.
    let convolutions: [Layer]
    /// From the features and the memory's output to its four gates: input, forget, cell, output.
    let memory: Layer
    let final: Layer

    /// Channels in and out of the four convolutions.
    private static let channels = [(129, 128), (128, 64), (64, 64), (64, 128)]

    /// - Throws: when a tensor is missing or has another shape.
    public init(_ tensors: SafeTensors) throws(SafeTensorsError) {
        var values: [Float] = []
        func add(_ rows: [[Float]], bias: [Float]) -> Layer {
            let layer = Layer(
                matrix: values.count, bias: values.count + rows.count * bias.count, inputs: rows.count,
                outputs: bias.count)
            for row in rows { values += row }
            values += bias
            return layer
        }
        let bases = try tensors.tensor("stft_conv.weight", shape: [2 * Self.bins, 1, Self.window]).values
        spectrum = add(
            Self.rows(of: bases, outputs: 2 * Self.bins, inputs: Self.window),
            bias: [Float](repeating: 0, count: 2 * Self.bins))
        var convolutions: [Layer] = []
        for (index, (inputs, outputs)) in Self.channels.enumerated() {
            let name = "conv\(index + 1)"
            let kernel = try tensors.tensor("\(name).weight", shape: [outputs, inputs, 3]).values
            let bias = try tensors.tensor("\(name).bias", shape: [outputs]).values
            // From tap within channel to channel within tap.
            let rows = (0..<3 * inputs).map { row in
                (0..<outputs).map { kernel[($0 * inputs + row % inputs) * 3 + row / inputs] }
            }
            convolutions.append(add(rows, bias: bias))
        }
        self.convolutions = convolutions
        let gates = 4 * Self.width
        let fromInput = try tensors.tensor("lstm_cell.weight_ih", shape: [gates, Self.width]).values
        let fromMemory = try tensors.tensor("lstm_cell.weight_hh", shape: [gates, Self.width]).values
        let inputBias = try tensors.tensor("lstm_cell.bias_ih", shape: [gates]).values
        let memoryBias = try tensors.tensor("lstm_cell.bias_hh", shape: [gates]).values
        memory = add(
            Self.rows(of: fromInput, outputs: gates, inputs: Self.width)
                + Self.rows(of: fromMemory, outputs: gates, inputs: Self.width),
            bias: zip(inputBias, memoryBias).map { $0 + $1 })
        let last = try tensors.tensor("final_conv.weight", shape: [1, Self.width, 1]).values
        final = add(last.map { [$0] }, bias: try tensors.tensor("final_conv.bias", shape: [1]).values)
        self.values = values
    }

    /// Turns a matrix with a row for each output into one with a row for each input.
    private static func rows(of matrix: [Float], outputs: Int, inputs: Int) -> [[Float]] {
        (0..<inputs).map { input in (0..<outputs).map { matrix[$0 * inputs + input] } }
    }
}
