// Changes the sample rate of a recording.

import Foundation

/// A sample rate that cannot be converted.
public struct ResamplerError: Error, Hashable, CustomStringConvertible, Sendable {
    public let rate: Int

    public var description: String {
        "cannot convert a sample rate of \(rate) Hz; those from \(Resampler.rates.lowerBound) to "
            + "\(Resampler.rates.upperBound) Hz can be converted"
    }
}

/// Converts between any two integer sample rates without delay: the sound at a time stays at that time.
///
/// Polyphase filter with a Kaiser-windowed sinc (Crochiere and Rabiner, *Multirate Digital Signal Processing*, 1983, chapter 4;
/// the window's parameters after Kaiser, 1974: β = 0.1102 (A − 8.7), transition = (A − 8) / (2.285 N)), with
/// A = 80 dB. The stop band begins at the Nyquist frequency of the lower rate, the pass band ends at 0.895 of it.
public struct Resampler: Sendable {
    /// The rates that are converted, in Hz.
    public static let rates = 1_000...768_000

    private static let attenuation = 80.0
    /// Zero crossings of the sinc on either side, at the lower of the two rates.
    private static let crossings = 48.0
    /// Filters of more phases than this are computed for each sample anew instead of being kept.
    private static let largestTable = 4_096

    private let upFactor: Int
    private let downFactor: Int
    private let tapCount: Int
    private let phases: [Float]
    /// Where the filters of all phases would be too many to keep.
    private let kernel: Kernel?

    /// - Parameters:
    ///   - sourceRate: in Hz.
    ///   - targetRate: in Hz.
    public init(from sourceRate: Int, to targetRate: Int) throws(ResamplerError) {
        for rate in [sourceRate, targetRate] where !Self.rates.contains(rate) {
            throw ResamplerError(rate: rate)
        }
        let divisor = Self.greatestCommonDivisor(sourceRate, targetRate)
        upFactor = targetRate / divisor
        downFactor = sourceRate / divisor
        let lower = Double(min(sourceRate, targetRate)) / Double(sourceRate)
        // In input samples.
        let halfWidth = Self.crossings / lower
        // N taps at the lower rate have this transition, as a part of its Nyquist frequency; its middle is the cut-off.
        let transition = (Self.attenuation - 8) / (2.285 * 2 * Self.crossings) / .pi
        // In cycles per input sample.
        let cutoff = 0.5 * lower * (1 - transition / 2)
        tapCount = 2 * Int(halfWidth.rounded(.up))
        let kernel = Kernel(cutoff: cutoff, halfWidth: halfWidth, attenuation: Self.attenuation)
        let isTabulated = upFactor * tapCount <= Self.largestTable * 1_024 && upFactor <= Self.largestTable
        phases =
            isTabulated
            ? (0..<upFactor).flatMap { [upFactor, tapCount] in
                kernel.taps(count: tapCount, fraction: Double($0) / Double(upFactor))
            } : []
        self.kernel = isTabulated ? nil : kernel
    }

    /// Gives ⌈count · target ÷ source⌉ samples; beyond either end of `samples` there is silence.
    public func resample(_ samples: [Float]) -> [Float] {
        if upFactor == downFactor || samples.isEmpty { return samples }
        return resample(samples, from: 0, outputs: 0..<outputCount(forInput: samples.count))
    }

    /// How many samples come out of `count` samples.
    func outputCount(forInput count: Int) -> Int {
        (max(0, count) * upFactor + downFactor - 1) / downFactor
    }

    /// The index of the input sample at or before the time of an output sample.
    func inputIndex(ofOutput index: Int) -> Int {
        index * downFactor / upFactor
    }

    /// How many input samples on either side a sample is made from.
    var reach: Int { tapCount / 2 }

    /// Samples `outputs` of the output, from a part of the input.
    ///
    /// - Parameter offset: the index of the first of `samples` in the whole input; outside of them there is silence.
    func resample(_ samples: [Float], from offset: Int, outputs: Range<Int>) -> [Float] {
        if upFactor == downFactor { return Array(samples[outputs.lowerBound - offset..<outputs.upperBound - offset]) }
        return samples.withUnsafeBufferPointer { input in
            outputs.map { index in
                let position = index * downFactor
                let whole = position / upFactor - offset
                let phase = position % upFactor
                if let kernel {
                    let taps = kernel.taps(count: tapCount, fraction: Double(phase) / Double(upFactor))
                    return taps.withUnsafeBufferPointer { convolve(input, at: whole, with: $0) }
                }
                return phases.withUnsafeBufferPointer { table in
                    let taps = UnsafeBufferPointer(rebasing: table[phase * tapCount..<(phase + 1) * tapCount])
                    return convolve(input, at: whole, with: taps)
                }
            }
        }
    }

    private func convolve(
        _ input: UnsafeBufferPointer<Float>, at center: Int, with taps: UnsafeBufferPointer<Float>
    ) -> Float {
        // The taps lie over the input samples from `first` on; those outside the input meet silence.
        let first = center - tapCount / 2 + 1
        let begin = max(0, -first)
        let end = min(tapCount, input.count - first)
        guard begin < end else { return 0 }
        var sum: Float = 0
        for tap in begin..<end { sum += input[first + tap] * taps[tap] }
        return sum
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }
}

/// The continuous low-pass filter, sampled finely once.
private struct Kernel: Sendable {
    private static let stepsPerSample = 512.0
    private let values: [Double]
    private let stepsPerUnit: Double

    init(cutoff: Double, halfWidth: Double, attenuation: Double) {
        let beta = 0.1102 * (attenuation - 8.7)
        let scale = 1 / Self.besselI0(beta)
        // The sinc has a zero crossing every 1 / (2 · cutoff) input samples.
        let steps = Self.stepsPerSample * 2 * cutoff
        stepsPerUnit = steps
        values = (0...Int(halfWidth * steps) + 1).map { index in
            let x = Double(index) / steps
            guard x < halfWidth else { return 0 }
            let ratio = x / halfWidth
            let window = Self.besselI0(beta * (1 - ratio * ratio).squareRoot()) * scale
            let angle = 2 * .pi * cutoff * x
            return window * (angle == 0 ? 1 : sin(angle) / angle)
        }
    }

    /// The filter for an output sample that lies `fraction` of an input sample behind the middle tap; its taps sum to 1.
    func taps(count: Int, fraction: Double) -> [Float] {
        var taps = (0..<count).map { value(at: abs(Double($0 - count / 2 + 1) - fraction)) }
        let sum = taps.reduce(0, +)
        if sum != 0 { taps = taps.map { $0 / sum } }
        return taps.map(Float.init)
    }

    private func value(at distance: Double) -> Double {
        let position = distance * stepsPerUnit
        let index = Int(position)
        guard index + 1 < values.count else { return 0 }
        return values[index] + (values[index + 1] - values[index]) * (position - Double(index))
    }

    /// The modified Bessel function of the first kind and order 0, by its power series.
    private static func besselI0(_ x: Double) -> Double {
        var sum = 1.0
        var term = 1.0
        var k = 1.0
        while term > sum * 1e-12 {
            let factor = x / (2 * k)
            term *= factor * factor
            sum += term
            k += 1
        }
        return sum
    }
}
