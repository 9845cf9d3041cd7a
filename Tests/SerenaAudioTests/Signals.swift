// Signals with known properties.

import Foundation
import Instrumentation

@testable import SerenaAudio

/// Seeded random numbers (SplitMix64; Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

enum Signal {
    static func tone(_ frequency: Double, amplitude: Double = 0.5, seconds: Double, rate: Int = 16_000) -> [Float] {
        (0..<Int(seconds * Double(rate))).map {
            Float(amplitude * sin(2 * .pi * frequency * Double($0) / Double(rate)))
        }
    }

    static func silence(_ seconds: Double, rate: Int = 16_000) -> [Float] {
        Array(repeating: 0, count: Int(seconds * Double(rate)))
    }

    /// White noise of the given level.
    static func noise(_ level: Double, seconds: Double, seed: UInt64, rate: Int = 16_000) -> [Float] {
        var random = SeededRandom(seed)
        // A uniform distribution from −a to a has the mean square a² ÷ 3.
        let amplitude = Float(Level.amplitude(of: level) * 3.0.squareRoot())
        return (0..<Int(seconds * Double(rate))).map { _ in Float.random(in: -amplitude...amplitude, using: &random) }
    }

    /// A buzz of harmonics whose loudness follows syllables of 200 ms, as voiced speech does; it begins and ends loud.
    static func voice(_ level: Double, seconds: Double, rate: Int = 16_000) -> [Float] {
        let raw = (0..<Int(seconds * Double(rate))).map { index -> Double in
            let time = Double(index) / Double(rate)
            let pitch = 120 + 15 * sin(2 * .pi * 1.3 * time)
            let buzz = (1...12).reduce(0.0) { $0 + cos(2 * .pi * pitch * Double($1) * time) / Double($1) }
            return buzz * (0.55 + 0.45 * cos(2 * .pi * 5 * time))
        }
        let power = raw.reduce(0) { $0 + $1 * $1 } / Double(max(1, raw.count))
        let gain = Level.amplitude(of: level) / power.squareRoot()
        return raw.map { Float($0 * gain) }
    }

    static func sum(_ left: [Float], _ right: [Float]) -> [Float] {
        zip(left, right).map { $0 + $1 }
    }

    /// The whole frames of `samples`.
    static func frames(_ samples: [Float]) -> [AudioFrame] {
        (0..<samples.count / AudioFrame.sampleCount).map { index in
            let start = index * AudioFrame.sampleCount
            return AudioFrame(
                index: index, time: Instant(nanoseconds: Int64(index + 1) * 10_000_000),
                samples: Array(samples[start..<start + AudioFrame.sampleCount]))
        }
    }
}
