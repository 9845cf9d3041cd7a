// Where in a sound what was just played comes back, and how much of the sound it explains.

import Foundation

/// Compares the last tenth of a second of a sound with what was played, at every lag that an echo may have.
///
/// The cross-correlation is normalised at each lag, after both were whitened by the smoothed spectrum of the sound: the generalised
/// cross-correlation with a Roth processor (C. H. Knapp and G. C. Carter, *The generalized correlation method for estimation of time delay*,
/// IEEE Trans. ASSP 24, 1976). A copy of what was played comes near 1 at its lag, in a room near the share of the direct sound;
/// another voice stays near 0, however loud it is. Nothing needs to be known of the way of the echo, and a clock that drifts does not
/// matter within a tenth of a second.
struct EchoSearch: Sendable {
    /// What was found.
    struct Finding: Hashable, Sendable {
        /// The normalised correlation at the best lag, from 0 to 1.
        var likeness: Float
        /// In samples.
        var lag: Int
        /// The power of the sound relative to what was played so long before.
        var gain: Float
    }

    /// The longest stretch that is compared, in frames.
    static let mostFrames = 10
    /// The longest lag, in samples.
    static let reach = 6_400
    private static let size = 8_192
    private static let longest = mostFrames * AudioFrame.sampleCount
    /// Voices fall off towards high frequencies; taking so much of the sample before away raises them.
    private static let emphasis: Float = 0.9
    /// Bins of 2 Hz to either side over which the spectrum of the sound is smoothed.
    private static let smoothing = 64
    /// What is added to the smoothed spectrum, as a share of its mean: what lies far below that is noise.
    private static let floorShare: Float = 3e-3
    /// An echo is not louder than this power relative to what was played.
    private static let highestGain: Float = 4

    private let transform = BlockTransform(count: size)
    private var played = [Float](repeating: 0, count: reach + longest)
    private var heard = [Float](repeating: 0, count: longest)
    private var (lastPlayed, lastHeard): (Float, Float) = (0, 0)

    /// Takes the next frame of the microphone, and what was played during it.
    mutating func note(heard frame: [Float], played reference: [Float]) {
        guard frame.count == AudioFrame.sampleCount, reference.count == AudioFrame.sampleCount else { return }
        played.removeFirst(AudioFrame.sampleCount)
        for sample in reference {
            played.append(sample - Self.emphasis * lastPlayed)
            lastPlayed = sample
        }
        heard.removeFirst(AudioFrame.sampleCount)
        for sample in frame {
            heard.append(sample - Self.emphasis * lastHeard)
            lastHeard = sample
        }
    }

    /// The best lag for the last `frames` frames, ``mostFrames`` at the most.
    func find(frames: Int) -> Finding {
        let count = min(max(frames, 1), Self.mostFrames) * AudioFrame.sampleCount
        var real = [Float](repeating: 0, count: Self.size)
        var imaginary = real
        // Two real signals in one transform: the sound as the real part, what was played as the imaginary one.
        real.replaceSubrange(0..<count, with: heard.suffix(count))
        imaginary.replaceSubrange(0..<count + Self.reach, with: played.suffix(count + Self.reach))
        run(&real, &imaginary)
        let energy = whiten(&real, &imaginary)
        run(&imaginary, &real)
        return best(white: real, correlation: imaginary, count: count, energy: energy)
    }

    private func run(_ real: inout [Float], _ imaginary: inout [Float]) {
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                guard let real = real.baseAddress, let imaginary = imaginary.baseAddress else { return }
                transform.run(real, imaginary)
            }
        }
    }

    /// Takes the transform of both signals and leaves that of the whitened played one and of the correlation, again as real and
    /// imaginary part.
    ///
    /// - Returns: the energy of the whitened sound.
    private func whiten(_ real: inout [Float], _ imaginary: inout [Float]) -> Float {
        let half = Self.size / 2
        func sound(_ bin: Int) -> (re: Float, im: Float) {
            let mirror = (Self.size - bin) % Self.size
            return ((real[bin] + real[mirror]) / 2, (imaginary[bin] - imaginary[mirror]) / 2)
        }
        let sounds = (0...half).map(sound)
        let weights = Self.weights(sounds.map { $0.re * $0.re + $0.im * $0.im })
        var energy: Float = 0
        for bin in 0...half {
            let mirror = (Self.size - bin) % Self.size
            let (y, weight) = (sounds[bin], weights[bin])
            let (c, d) = (
                (imaginary[bin] + imaginary[mirror]) / 2 * weight, (real[mirror] - real[bin]) / 2 * weight
            )
            let (a, b) = (y.re * weight, y.im * weight)
            energy += (a * a + b * b) * (bin == 0 || bin == half ? 1 : 2)
            let (re, im) = (c * a + d * b, d * a - c * b)
            real[bin] = c - im
            imaginary[bin] = d + re
            if bin != 0, bin != half {
                real[mirror] = c + im
                imaginary[mirror] = re - d
            }
        }
        return energy / Float(Self.size)
    }

    /// By what each bin is multiplied so that the sound becomes white.
    private static func weights(_ powers: [Float]) -> [Float] {
        var sums = [0.0]
        for power in powers { sums.append(sums[sums.count - 1] + Double(power)) }
        let floor = Double(floorShare) * sums[powers.count] / Double(powers.count) + 1e-12
        return powers.indices.map { bin in
            let (low, high) = (max(0, bin - smoothing), min(powers.count, bin + smoothing + 1))
            return Float(1 / (max(0, sums[high] - sums[low]) / Double(high - low) + floor).squareRoot())
        }
    }

    private func best(white: [Float], correlation: [Float], count: Int, energy: Float) -> Finding {
        let scale = 1 / Float(Self.size)
        var sums = [0.0]
        sums.reserveCapacity(count + Self.reach + 1)
        for index in 0..<count + Self.reach {
            let sample = Double(white[index] * scale)
            sums.append(sums[index] + sample * sample)
        }
        let mean = sums[count + Self.reach] / Double(count + Self.reach) * Double(count)
        var best = Finding(likeness: 0, lag: 0, gain: 0)
        guard energy > 0, mean > 0 else { return best }
        for start in 0...Self.reach {
            // Where hardly anything was played, nothing can come back.
            let playedEnergy = Float(max(sums[start + count] - sums[start], 1e-3 * mean))
            let product = correlation[start] * scale
            let likeness = abs(product) / (energy * playedEnergy).squareRoot()
            if likeness > best.likeness, energy < Self.highestGain * playedEnergy {
                best = Finding(
                    likeness: min(1, likeness), lag: Self.reach - start, gain: energy / playedEnergy)
            }
        }
        return best
    }
}
