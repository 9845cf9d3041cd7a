// Noises, made from a seed.

import Foundation
import Instrumentation

/// Makes noise at ``AudioFrame/sampleRate`` that can be played in a loop. Its level is left to the caller.
public struct NoiseGenerator: Sendable {
    private static let rate = Double(AudioFrame.sampleRate)
    /// Samples over which the end of a loop fades into its beginning.
    private static let fade = AudioFrame.sampleRate / 10
    /// People who talk at once in a babble.
    private static let talkers = 8
    /// Claps of a hall in a second.
    private static let clapsPerSecond = 220.0

    private var random: SeededGenerator
    /// Recordings of speech that a babble is mixed from; without any it is made of shaped noise.
    private let voices: [[Float]]

    /// - Parameters:
    ///   - seed: decides every sample.
    ///   - voices: recordings of speech at ``AudioFrame/sampleRate``.
    public init(seed: UInt64, voices: [[Float]] = []) {
        random = SeededGenerator(seed: seed)
        self.voices = voices.filter { !$0.isEmpty }
    }

    /// A loop of one person who speaks, of `count` samples.
    public mutating func speakerLoop(count: Int) -> [Float] {
        loop(count: count) { generator, length in
            generator.voices.isEmpty ? generator.syllables(length) : generator.talker(length)
        }
    }

    /// A loop of `count` samples.
    public mutating func loop(_ kind: NoiseKind, count: Int) -> [Float] {
        loop(count: count, isPeriodic: kind == .hum) { generator, length in
            switch kind {
            case .white: generator.white(length)
            case .pink: generator.pink(length)
            case .hum: generator.hum(length)
            case .speechShaped: generator.speechShaped(length)
            case .babble: generator.babble(length)
            case .applause: generator.applause(length)
            }
        }
    }

    /// - Parameter isPeriodic: whether end and beginning fit by themselves. If not they fade, with equal power because they have nothing
    ///   to do with each other.
    private mutating func loop(
        count: Int, isPeriodic: Bool = false, _ make: (inout NoiseGenerator, Int) -> [Double]
    ) -> [Float] {
        guard count > 2 * Self.fade else { return [Float](repeating: 0, count: max(0, count)) }
        var samples = make(&self, count + Self.fade)
        if !isPeriodic {
            for index in 0..<Self.fade {
                let angle = Double(index) / Double(Self.fade) * .pi / 2
                samples[index] = samples[index] * sin(angle) + samples[count + index] * cos(angle)
            }
        }
        return samples.prefix(count).map(Float.init)
    }

    private mutating func uniform() -> Double {
        Double(random.next() >> 11) * 0x1p-53
    }

    /// Normally distributed (Box and Muller, 1958).
    private mutating func white(_ count: Int) -> [Double] {
        var samples: [Double] = []
        samples.reserveCapacity(count + 1)
        while samples.count < count {
            let radius = (-2 * log(1 - uniform())).squareRoot()
            let angle = 2 * Double.pi * uniform()
            samples.append(radius * cos(angle))
            samples.append(radius * sin(angle))
        }
        return Array(samples.prefix(count))
    }

    /// One random source for each octave, each renewed half as often as the one before (Voss; Gardner, 1978).
    private mutating func pink(_ count: Int) -> [Double] {
        var sources = white(14)
        var sum = sources.reduce(0, +)
        let renewals = white(count)
        let tops = white(count)
        return (0..<count).map { index in
            let source = min((index + 1).trailingZeroBitCount, sources.count - 1)
            sum += renewals[index] - sources[source]
            sources[source] = renewals[index]
            return sum + tops[index]
        }
    }

    private func hum(_ count: Int) -> [Double] {
        // A period of 50 Hz is a whole number of samples, so one is enough.
        let period = Int(Self.rate / 50)
        let cycle = (0..<period).map { index in
            (1...12).reduce(0.0) { sum, harmonic in
                let strength = (harmonic % 2 == 1 ? 1.0 : 0.5) / Double(harmonic)
                return sum + strength * sin(2 * .pi * Double(harmonic * index) / Double(period) + Double(harmonic))
            }
        }
        return (0..<count).map { cycle[$0 % period] }
    }

    /// About flat between 100 and 500 Hz and falling above, as the speech of many languages is (Byrne et al., 1994).
    private mutating func speechShaped(_ count: Int) -> [Double] {
        let low = 1 - exp(-2 * Double.pi * 500 / Self.rate)
        let high = exp(-2 * Double.pi * 100 / Self.rate)
        var (first, second, slow) = (0.0, 0.0, 0.0)
        return white(count).map { sample in
            first += low * (sample - first)
            second += low * 0.8 * (first - second)
            slow = high * slow + (1 - high) * second
            return second - slow
        }
    }

    private mutating func babble(_ count: Int) -> [Double] {
        var mix = [Double](repeating: 0, count: count)
        for _ in 0..<Self.talkers {
            let talker = voices.isEmpty ? syllables(count) : talker(count)
            let power = talker.reduce(0) { $0 + $1 * $1 }
            guard power > 0 else { continue }
            let scale = 1 / power.squareRoot()
            for index in mix.indices { mix[index] += talker[index] * scale }
        }
        return mix
    }

    /// One recording after another, in random order, from a random place on.
    private mutating func talker(_ count: Int) -> [Double] {
        var samples: [Double] = []
        samples.reserveCapacity(count)
        var skip = true
        while samples.count < count {
            let voice = voices[Int(uniform() * Double(voices.count))]
            let start = skip ? Int(uniform() * Double(voice.count) * 0.5) : 0
            skip = false
            samples += voice[start...].prefix(count - samples.count).map { $0.isFinite ? Double($0) : 0 }
        }
        return samples
    }

    /// Noise with the rhythm of speech: about four syllables in a second.
    private mutating func syllables(_ count: Int) -> [Double] {
        let rhythm = 3 + 2 * uniform()
        let phase = 2 * Double.pi * uniform()
        return speechShaped(count).enumerated().map { index, sample in
            let swing = sin(.pi * rhythm * Double(index) / Self.rate + phase)
            return sample * swing * swing
        }
    }

    /// Bursts of noise of a few milliseconds, each with a resonance between the palms, at random times.
    private mutating func applause(_ count: Int) -> [Double] {
        var mix = [Double](repeating: 0, count: count)
        var time = 0.0
        while true {
            time += -log(1 - uniform()) / Self.clapsPerSecond
            let start = Int(time * Self.rate)
            guard start < count else { return mix }
            let strength = 0.3 + 0.7 * uniform()
            let decay = exp(-1 / (Self.rate * (0.0015 + 0.0025 * uniform())))
            // A resonator of two poles.
            let pole = 0.9
            let feedback = 2 * pole * cos(2 * Double.pi * (900 + 1_600 * uniform()) / Self.rate)
            var (envelope, last, beforeLast) = (strength, 0.0, 0.0)
            for index in start..<min(start + 240, count) {
                let sample = envelope * (2 * uniform() - 1) + feedback * last - pole * pole * beforeLast
                (beforeLast, last) = (last, sample)
                mix[index] += sample
                envelope *= decay
            }
        }
    }
}
