// Long filters over long recordings in little time.

import Foundation

/// Convolution by the fast Fourier transform.
enum FastConvolution {
    /// The full convolution of `signal` and `kernel`: as long as both together, less one sample.
    static func convolve(_ signal: [Float], with kernel: [Float]) -> [Float] {
        guard !signal.isEmpty, !kernel.isEmpty else { return [] }
        let count = signal.count + kernel.count - 1
        var size = 2
        while size < count { size *= 2 }
        // One complex transform takes both: the signal as its real, the kernel as its imaginary part.
        var real = signal.map { $0.isFinite ? Double($0) : 0 } + [Double](repeating: 0, count: size - signal.count)
        var imaginary = kernel.map(Double.init) + [Double](repeating: 0, count: size - kernel.count)
        transform(&real, &imaginary)
        var (productReal, productImaginary) = (real, imaginary)
        for index in 0..<size {
            let mirror = (size - index) % size
            let (a, b) = (real[index], imaginary[index])
            let (c, d) = (real[mirror], imaginary[mirror])
            let (signalReal, signalImaginary) = ((a + c) / 2, (b - d) / 2)
            let (kernelReal, kernelImaginary) = ((b + d) / 2, (c - a) / 2)
            productReal[index] = signalReal * kernelReal - signalImaginary * kernelImaginary
            // Conjugated, so that the forward transform gives the inverse.
            productImaginary[index] = -(signalReal * kernelImaginary + signalImaginary * kernelReal)
        }
        transform(&productReal, &productImaginary)
        return (0..<count).map { Float(productReal[$0] / Double(size)) }
    }

    /// The radix-2 transform in place (Cooley and Tukey, 1965). The count is a power of two.
    static func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
        let count = real.count
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                reverseBits(real, imaginary)
                var length = 2
                while length <= count {
                    let half = length / 2
                    let turns = (0..<half).map { step -> (cosine: Double, sine: Double) in
                        let angle = -2 * Double.pi * Double(step) / Double(length)
                        return (cos(angle), sin(angle))
                    }
                    var start = 0
                    while start < count {
                        for step in 0..<half {
                            let (low, high, turn) = (start + step, start + step + half, turns[step])
                            let re = real[high] * turn.cosine - imaginary[high] * turn.sine
                            let im = real[high] * turn.sine + imaginary[high] * turn.cosine
                            (real[high], imaginary[high]) = (real[low] - re, imaginary[low] - im)
                            (real[low], imaginary[low]) = (real[low] + re, imaginary[low] + im)
                        }
                        start += length
                    }
                    length *= 2
                }
            }
        }
    }

    private static func reverseBits(
        _ real: UnsafeMutableBufferPointer<Double>, _ imaginary: UnsafeMutableBufferPointer<Double>
    ) {
        var reversed = 0
        for index in 1..<real.count {
            var bit = real.count / 2
            while reversed & bit != 0 {
                reversed ^= bit
                bit /= 2
            }
            reversed |= bit
            guard index < reversed else { continue }
            real.swapAt(index, reversed)
            imaginary.swapAt(index, reversed)
        }
    }
}
