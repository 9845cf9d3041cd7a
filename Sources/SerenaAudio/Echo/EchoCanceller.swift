// Takes the assistant's own voice out of what its microphone hears.

import Foundation

/// An adaptive model of the way from loudspeaker to microphone, and what is left when its sound is taken away.
///
/// A Kalman filter in the frequency domain, partitioned into blocks: G. Enzner and P. Vary, *Frequency-domain adaptive Kalman
/// filter for acoustic echo control in hands-free telephones*, Signal Processing 86, 2006; the partitions after J.-S. Soo and K. Pang, *Multidelay block frequency
/// domain adaptive filter*, IEEE Trans. ASSP, 1990. The filter keeps how sure it is of each of its weights, and that settles two things: it
/// learns fast as long as it knows little, also while the user speaks, and it says how much of what is left is still echo.
///
/// It covers ``reach`` of delay and room together, and costs nothing while the assistant is silent.
public struct EchoCanceller: Sendable {
    /// A frame without the echo that could be predicted.
    public struct Cancelled: Sendable {
        public var samples: [Float]
        /// The power of ``samples``.
        public var residual: Power
        /// The power of the echo that was predicted and taken away.
        public var predicted: Power
        /// The power that echo is expected to have left in ``samples``.
        public var echo: Power
    }

    /// Mean squares of a frame.
    public struct Power: Hashable, Sendable {
        public var plain: Double
        /// Of the differences between neighbouring samples, which weigh high frequencies: where hisses such as /s/ are.
        public var high: Double

        static let none = Power(plain: 0, high: 0)
    }

    private static let block = AudioFrame.sampleCount
    /// A power of two that holds a partition and a block.
    private static let size = 512
    private static let bins = size / 2 + 1
    /// Each partition covers two blocks.
    private static let partitionLength = 2 * block
    private static let partitions = 20
    /// The longest delay of an echo that is taken out: 400 ms.
    public static let reach = AudioFrame.duration * (2 * partitions)
    /// Partitions whose weights are brought back to ``partitionLength`` taps at each frame, in turn.
    private static let constrainedAtOnce = 5

    /// How far the way to the microphone is taken to change from frame to frame; 1 would be not at all. People move within seconds.
    private static let transition: Float = 0.9995
    /// What is thought possible of a weight before anything is heard: little, so that nobody is hidden who speaks into the first answer; see
    /// ``suspect(_:)``.
    private static let (firstDoubt, lastDoubt): (Float, Float) = (0.005, 0.001)
    /// What is thought possible of a weight at the lag of an echo that was not known, relative to its power…
    private static let suspicion: Float = 0.5
    /// …and at the most.
    private static let mostDoubt: Float = 0.25
    /// The share of the full step that is taken, because neighbouring blocks overlap and teach the same thing twice.
    private static let step: Float = 0.5
    /// The doubt that such a step takes away. Less than it could: the filter shall not be too sure of itself.
    private static let relief: Float = 0.25
    /// The smoothing of the power of everything that is not echo, per frame.
    private static let smoothing: Float = 0.8
    /// What is left of the sound of a room after a frame: 60 dB less in 0.8 s.
    static let roomDecay: Float = 0.84
    private static let leastPower: Float = 1e-8
    private static let leastDoubt: Float = 1e-6
    /// The echo of a partition is taken to be no stronger than this times what was heard, 9 dB…
    private static let ceiling: Float = 8
    /// …over so many bins to either side, because echoes of several partitions may cancel out in one…
    private static let neighbours = 4
    /// …and doubt beyond that shrinks by this share with every frame.
    private static let disbelief: Float = 0.3
    /// A reference below −90 dBFS is silence.
    private static let silence: Float = 3e-5
    /// A mean square.
    private static let inaudible = 1e-7
    /// Frames beyond ``reach`` for which a room is listened to.
    private static let longestTail = 100

    private let transform = BlockTransform(count: size)
    private var weightsReal = [Float](repeating: 0, count: partitions * bins)
    private var weightsImaginary = [Float](repeating: 0, count: partitions * bins)
    private var doubt: [Float] = (0..<partitions).flatMap { partition in
        [Float](repeating: lastDoubt + (firstDoubt - lastDoubt) * exp(-Float(partition) / 3), count: bins)
    }
    /// Spectra of the reference, newest at `newest`, as a ring.
    private var pastReal = [Float](repeating: 0, count: 2 * partitions * bins)
    private var pastImaginary = [Float](repeating: 0, count: 2 * partitions * bins)
    private var newest = 0
    private var reference = [Float](repeating: 0, count: size)
    private var otherPower = [Float](repeating: 1e-6, count: bins)
    /// What was heard with the last frame, over neighbouring bins.
    private var lastHeard = [Float](repeating: 0, count: bins)
    /// The power of echo that is expected beyond ``reach``.
    private var late = [Float](repeating: 0, count: bins)
    /// Whether that is not below −70 dBFS yet.
    private var isTailing = false
    private var silentFrames = Int.max / 2
    private var nextConstrained = 0

    public init() {}

    /// Whether no echo can be left of anything that was played.
    public var isIdle: Bool {
        silentFrames > 2 * Self.partitions + 4 && (!isTailing || silentFrames > 2 * Self.partitions + Self.longestTail)
    }

    /// Takes the next frame of the microphone, and what the loudspeaker played during it; both of ``AudioFrame/sampleCount`` samples.
    ///
    /// What comes back is never louder than the frame.
    public mutating func cancel(_ frame: [Float], reference played: [Float]) -> Cancelled {
        let frame = frame.map { $0.isFinite ? $0 : 0 }
        let played = played.map { $0.isFinite ? $0 : 0 }
        silentFrames = played.contains { abs($0) > Self.silence } ? 0 : min(silentFrames + 1, Int.max / 2)
        let power = Self.power(of: frame)
        guard !isIdle, frame.count == Self.block, played.count == Self.block else {
            return Cancelled(samples: frame, residual: power, predicted: .none, echo: .none)
        }
        take(played)
        let predicted = Array(predictedEcho())
        let rest = zip(frame, predicted).map { $0 - $1 }
        let echoPower = learn(from: rest)
        constrain()
        let restPower = Self.power(of: rest)
        guard restPower.plain.isFinite, echoPower.plain.isFinite else {
            self = EchoCanceller()
            return Cancelled(samples: frame, residual: power, predicted: .none, echo: .none)
        }
        let isWorse = restPower.plain > power.plain
        return Cancelled(
            samples: isWorse ? frame : rest, residual: isWorse ? power : restPower,
            predicted: Self.power(of: predicted), echo: echoPower)
    }

    /// Takes it that there is an echo which was not known, or is louder than it was: forgets to be sure from its lag on.
    mutating func suspect(_ found: EchoSearch.Finding) {
        let first = max(0, (found.lag - Self.partitionLength / 4) / Self.partitionLength)
        for partition in first..<max(first, Self.partitions) {
            let possible = min(Self.mostDoubt, Self.suspicion * found.gain) * exp(-Float(partition - first) / 2)
            for index in partition * Self.bins..<(partition + 1) * Self.bins {
                doubt[index] = max(doubt[index], possible)
            }
        }
    }

    static func power(of samples: [Float]) -> Power {
        guard samples.count > 1 else { return .none }
        let plain = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
        let high = zip(samples, samples.dropFirst()).reduce(0.0) { sum, pair in
            let change = Double(pair.1 - pair.0)
            return sum + change * change
        }
        return Power(plain: plain / Double(samples.count), high: high / Double(samples.count - 1))
    }

    private mutating func take(_ played: [Float]) {
        reference.removeFirst(Self.block)
        reference += played
        newest = (newest + 1) % (2 * Self.partitions)
        let spectrum = transform.spectrum(of: reference)
        let start = newest * Self.bins
        pastReal.replaceSubrange(start..<start + Self.bins, with: spectrum.real)
        pastImaginary.replaceSubrange(start..<start + Self.bins, with: spectrum.imaginary)
    }

    /// Where the spectrum begins that `partition` weighs.
    private func past(_ partition: Int) -> Int {
        let count = 2 * Self.partitions
        return (newest - 2 * partition + count) % count * Self.bins
    }

    private func predictedEcho() -> ArraySlice<Float> {
        var real = [Float](repeating: 0, count: Self.bins)
        var imaginary = [Float](repeating: 0, count: Self.bins)
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                withState { weights, past, _ in
                    for partition in 0..<Self.partitions {
                        let (w, x) = (partition * Self.bins, self.past(partition))
                        for bin in 0..<Self.bins {
                            let (a, b) = (weights.real[w + bin], weights.imaginary[w + bin])
                            let (c, d) = (past.real[x + bin], past.imaginary[x + bin])
                            real[bin] += a * c - b * d
                            imaginary[bin] += a * d + b * c
                        }
                    }
                }
            }
        }
        return transform.samples(ofReal: real, imaginary: imaginary).suffix(Self.block)
    }

    private typealias Complex = (real: UnsafeBufferPointer<Float>, imaginary: UnsafeBufferPointer<Float>)

    private func withState(_ body: (_ weights: Complex, _ past: Complex, _ doubt: UnsafeBufferPointer<Float>) -> Void) {
        weightsReal.withUnsafeBufferPointer { weightsReal in
            weightsImaginary.withUnsafeBufferPointer { weightsImaginary in
                pastReal.withUnsafeBufferPointer { pastReal in
                    pastImaginary.withUnsafeBufferPointer { pastImaginary in
                        doubt.withUnsafeBufferPointer { doubt in
                            body((weightsReal, weightsImaginary), (pastReal, pastImaginary), doubt)
                        }
                    }
                }
            }
        }
    }

    /// The power of echo that comes later than ``reach``: a room goes on as the last partition ends, ever softer (J. D. Polack, *La transmission
    /// de l'énergie sonore dans les salles*, 1988).
    private mutating func expectLateEcho() {
        let share = Float(Self.block) / Float(Self.size)
        let (w, x) = ((Self.partitions - 1) * Self.bins, past(Self.partitions - 1))
        for bin in 0..<Self.bins {
            let (a, b) = (weightsReal[w + bin], weightsImaginary[w + bin])
            let (c, d) = (pastReal[x + bin], pastImaginary[x + bin])
            // A partition lasts two frames.
            late[bin] = Self.roomDecay * late[bin] + (a * a + b * b) * (c * c + d * d) * share / 2
        }
    }

    /// The power of echo that each bin of what is left is expected to hold, but for what comes late.
    private func expectedEcho() -> [Float] {
        var expected = [Float](repeating: 0, count: Self.bins)
        expected.withUnsafeMutableBufferPointer { expected in
            withState { _, past, doubt in
                for partition in 0..<Self.partitions {
                    let (w, x) = (partition * Self.bins, self.past(partition))
                    for bin in 0..<Self.bins {
                        let (c, d) = (past.real[x + bin], past.imaginary[x + bin])
                        expected[bin] += (c * c + d * d) * doubt[w + bin]
                    }
                }
                // A block is that part of the transform.
                let share = Float(Self.block) / Float(Self.size)
                for bin in expected.indices { expected[bin] *= share }
            }
        }
        return expected
    }

    /// Moves the weights towards what explains `rest`; gives the power of echo that was expected in it.
    private mutating func learn(from rest: [Float]) -> Power {
        let padded = [Float](repeating: 0, count: Self.size - Self.block) + rest
        let (errorReal, errorImaginary) = transform.spectrum(of: padded)
        let expected = expectedEcho()
        expectLateEcho()
        var scales = [Float](repeating: 0, count: Self.bins)
        let share = Float(Self.block) / Float(Self.size)
        let powers = zip(errorReal, errorImaginary).map { $0 * $0 + $1 * $1 }
        for bin in 0..<Self.bins {
            otherPower[bin] = Self.smoothing * otherPower[bin] + (1 - Self.smoothing) * powers[bin]
            scales[bin] = share / (expected[bin] + late[bin] + otherPower[bin] + Self.leastPower)
        }
        let heard = Self.blurred(powers)
        let bounds = zip(heard, lastHeard).map { Self.ceiling * (max($0, $1) + Self.leastPower) / share }
        lastHeard = heard
        let square = Self.transition * Self.transition
        for partition in 0..<Self.partitions {
            let (w, x) = (partition * Self.bins, past(partition))
            update(w, x, scales: scales, errorReal, errorImaginary, square: square, share: share)
            disbelieve(w, x, bounds: bounds)
        }
        let latePower = Self.power(ofSpectrum: late)
        isTailing = latePower.plain > Self.inaudible
        let echo = Self.power(ofSpectrum: expected)
        return Power(plain: echo.plain + latePower.plain, high: echo.high + latePower.high)
    }

    /// Lets go of doubt that what was heard leaves no room for: an echo that is not there shall not long hide the user.
    private mutating func disbelieve(_ w: Int, _ x: Int, bounds: [Float]) {
        for bin in 0..<Self.bins {
            let (c, d) = (pastReal[x + bin], pastImaginary[x + bin])
            let possible = bounds[bin] / (c * c + d * d + Self.leastPower)
            let excess = doubt[w + bin] - possible
            if excess > 0 { doubt[w + bin] = max(Self.leastDoubt, doubt[w + bin] - Self.disbelief * excess) }
        }
    }

    /// The mean of each bin and its neighbours.
    private static func blurred(_ powers: [Float]) -> [Float] {
        // In doubles, so that the highest bins are not lost behind the lowest.
        var sums = [0.0]
        for power in powers { sums.append(sums[sums.count - 1] + Double(power)) }
        return powers.indices.map { bin in
            let (low, high) = (max(0, bin - neighbours), min(powers.count, bin + neighbours + 1))
            return Float(max(0, sums[high] - sums[low]) / Double(high - low))
        }
    }

    private static func power(ofSpectrum spectrum: [Float]) -> Power {
        let scale = 2 / Double(size * block)
        let plain = spectrum.reduce(0.0) { $0 + Double($1) }
        let high = spectrum.indices.reduce(0.0) { $0 + Double(spectrum[$1]) * differencing[$1] }
        return Power(plain: plain * scale, high: high * scale)
    }

    /// What taking differences does to the power of each bin.
    private static let differencing = (0..<bins).map { 2 - 2 * cos(2 * Double.pi * Double($0) / Double(size)) }

    private mutating func update(
        _ w: Int, _ x: Int, scales: [Float], _ errorReal: [Float], _ errorImaginary: [Float], square: Float,
        share: Float
    ) {
        weightsReal.withUnsafeMutableBufferPointer { weightsReal in
            weightsImaginary.withUnsafeMutableBufferPointer { weightsImaginary in
                doubt.withUnsafeMutableBufferPointer { doubt in
                    for bin in 0..<Self.bins {
                        let gain = doubt[w + bin] * scales[bin]
                        let step = Self.step * gain / share
                        let (c, d) = (pastReal[x + bin], pastImaginary[x + bin])
                        weightsReal[w + bin] += step * (c * errorReal[bin] + d * errorImaginary[bin])
                        weightsImaginary[w + bin] += step * (c * errorImaginary[bin] - d * errorReal[bin])
                        let left = max(0, 1 - Self.relief * gain * (c * c + d * d))
                        let weight =
                            weightsReal[w + bin] * weightsReal[w + bin]
                            + weightsImaginary[w + bin] * weightsImaginary[w + bin]
                        doubt[w + bin] = max(Self.leastDoubt, square * left * doubt[w + bin] + (1 - square) * weight)
                    }
                }
            }
        }
    }

    /// Without this the weights of a partition would wrap around into blocks that are none of its business.
    private mutating func constrain() {
        for _ in 0..<Self.constrainedAtOnce {
            let range = nextConstrained * Self.bins..<(nextConstrained + 1) * Self.bins
            var taps = transform.samples(
                ofReal: Array(weightsReal[range]), imaginary: Array(weightsImaginary[range]))
            for index in Self.partitionLength..<Self.size { taps[index] = 0 }
            let spectrum = transform.spectrum(of: taps)
            weightsReal.replaceSubrange(range, with: spectrum.real)
            weightsImaginary.replaceSubrange(range, with: spectrum.imaginary)
            nextConstrained = (nextConstrained + 1) % Self.partitions
        }
    }
}
