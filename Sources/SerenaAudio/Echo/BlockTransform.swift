// The Fourier transform of short blocks, as often as every 10 ms.

import Foundation

/// The complex radix-2 transform of blocks of one length in place (Cooley and Tukey, 1965), with its tables kept.
struct BlockTransform: Sendable {
    /// A power of two.
    let count: Int
    private let cosines: [Float]
    private let sines: [Float]
    /// Pairs of places that change over before the first step.
    private let swaps: [(Int, Int)]

    init(count: Int) {
        self.count = count
        let angles = (0..<count / 2).map { -2 * Double.pi * Double($0) / Double(count) }
        cosines = angles.map { Float(cos($0)) }
        sines = angles.map { Float(sin($0)) }
        let bits = count.trailingZeroBitCount
        swaps = (0..<count).compactMap { index in
            let mirror = (0..<bits).reduce(0) { $0 << 1 | (index >> $1 & 1) }
            return index < mirror ? (index, mirror) : nil
        }
    }

    /// Transforms `count` values. For the inverse, hand over the parts in the other order and divide by ``count``.
    func run(_ real: UnsafeMutablePointer<Float>, _ imaginary: UnsafeMutablePointer<Float>) {
        for (first, second) in swaps {
            (real[first], real[second]) = (real[second], real[first])
            (imaginary[first], imaginary[second]) = (imaginary[second], imaginary[first])
        }
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                var length = 2
                while length <= count {
                    let half = length / 2
                    let stride = count / length
                    var start = 0
                    while start < count {
                        for step in 0..<half {
                            let (cosine, sine) = (cosines[step * stride], sines[step * stride])
                            let (low, high) = (start + step, start + step + half)
                            let re = real[high] * cosine - imaginary[high] * sine
                            let im = real[high] * sine + imaginary[high] * cosine
                            real[high] = real[low] - re
                            imaginary[high] = imaginary[low] - im
                            real[low] += re
                            imaginary[low] += im
                        }
                        start += length
                    }
                    length *= 2
                }
            }
        }
    }

    /// The lower half of the spectrum of real samples, ``count`` / 2 + 1 bins.
    func spectrum(of samples: [Float]) -> (real: [Float], imaginary: [Float]) {
        var real = samples
        var imaginary = [Float](repeating: 0, count: count)
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                guard let re = real.baseAddress, let im = imaginary.baseAddress, real.count == count else { return }
                run(re, im)
            }
        }
        return (Array(real.prefix(count / 2 + 1)), Array(imaginary.prefix(count / 2 + 1)))
    }

    /// The real samples whose lower half-spectrum is given.
    func samples(ofReal real: [Float], imaginary: [Float]) -> [Float] {
        let half = count / 2
        guard real.count == half + 1, imaginary.count == half + 1 else { return [] }
        var re = real + [Float](repeating: 0, count: half - 1)
        var im = imaginary + [Float](repeating: 0, count: half - 1)
        for index in 1..<half {
            re[count - index] = real[index]
            im[count - index] = -imaginary[index]
        }
        re.withUnsafeMutableBufferPointer { re in
            im.withUnsafeMutableBufferPointer { im in
                guard let re = re.baseAddress, let im = im.baseAddress else { return }
                run(im, re)
            }
        }
        let scale = 1 / Float(count)
        return re.map { $0 * scale }
    }
}
