// What happens to speech before it meets the noise: level, room, band, clock.

import Foundation
import Instrumentation

/// Pure transforms over samples at ``AudioFrame/sampleRate``.
public enum SpeechChannel {
    /// Multiplied by a gain in decibels.
    public static func amplified(_ samples: [Float], by gain: Double) -> [Float] {
        let factor = Float(Level.amplitude(of: gain))
        return samples.map { $0 * factor }
    }

    /// Brought to an active speech level in dBFS; unchanged when there is no speech.
    public static func normalised(_ samples: [Float], to level: Double) -> [Float] {
        guard let found = ActiveSpeechLevel.measure(samples, sampleRate: AudioFrame.sampleRate) else { return samples }
        return amplified(samples, by: level - found)
    }

    /// Cut flat at ±`limit`; the second value is how many samples were.
    public static func clipped(_ samples: [Float], at limit: Float) -> (samples: [Float], count: Int) {
        var count = 0
        let clipped = samples.map { sample -> Float in
            guard abs(sample) > limit else { return sample }
            count += 1
            return sample < 0 ? -limit : limit
        }
        return (clipped, count)
    }

    /// Limited to 300 to 3,400 Hz, the band of ITU-T G.712, by a filter without delay.
    public static func telephone(_ samples: [Float]) -> [Float] {
        let half = 400
        let (low, high) = (300.0 / Double(AudioFrame.sampleRate), 3_400.0 / Double(AudioFrame.sampleRate))
        let taps = (-half...half).map { offset -> Float in
            let time = Double(offset)
            let ideal =
                offset == 0
                ? 2 * (high - low) : (sin(2 * .pi * high * time) - sin(2 * .pi * low * time)) / (.pi * time)
            // Hann's window.
            return Float(ideal * (0.5 + 0.5 * cos(.pi * time / Double(half + 1))))
        }
        return Array(FastConvolution.convolve(samples, with: taps).dropFirst(half).prefix(samples.count))
    }

    /// The share of the energy that reaches the microphone without touching a wall.
    private static let directEnergy = 0.5

    /// Heard in a room: the direct sound, and behind it noise that decays exponentially by 60 dB in `time` (Moorer, 1979; Polack,
    /// 1988). The sound becomes longer by the tail; the direct sound stays where it was.
    public static func reverberated(_ samples: [Float], time: Duration, seed: UInt64) -> [Float] {
        let seconds = Double(time.nanoseconds) / 1e9
        guard seconds > 0 else { return samples }
        return FastConvolution.convolve(samples, with: impulseResponse(seconds: seconds, seed: seed))
    }

    /// Of a room whose reverberation takes `seconds`; its energy is 1.
    static func impulseResponse(seconds: Double, seed: UInt64) -> [Float] {
        let count = Int(seconds * Double(AudioFrame.sampleRate)) + 1
        var random = SeededGenerator(seed: seed)
        // An amplitude of 10⁻³ is 60 dB less.
        let decay = pow(10, -3 / (seconds * Double(AudioFrame.sampleRate)))
        var envelope = 1.0
        var tail = (0..<count).map { index -> Double in
            // The first reflection comes back from a wall a metre away.
            let sample = index < 96 ? 0 : (2 * Double(random.next() >> 11) * 0x1p-53 - 1) * envelope
            envelope *= decay
            return sample
        }
        let energy = tail.reduce(0) { $0 + $1 * $1 }
        let scale = energy > 0 ? ((1 - directEnergy) / energy).squareRoot() : 0
        tail = tail.map { $0 * scale }
        tail[0] = directEnergy.squareRoot()
        return tail.map(Float.init)
    }

    /// Played by a clock that is off: 1 + `partsPerMillion` · 10⁻⁶ times as long.
    public static func drifted(_ samples: [Float], partsPerMillion: Double) -> [Float] {
        let ratio = 1 + partsPerMillion * 1e-6
        guard ratio > 0, partsPerMillion != 0 else { return samples }
        let half = 16
        let count = Int((Double(samples.count) * ratio).rounded(.up))
        return (0..<count).map { index in
            let position = Double(index) / ratio
            let whole = Int(position)
            let fraction = position - Double(whole)
            var sum = 0.0
            for tap in (1 - half)...half where samples.indices.contains(whole + tap) {
                let distance = Double(tap) - fraction
                let window = 0.5 + 0.5 * cos(.pi * distance / Double(half))
                let value = abs(distance) < 1e-9 ? 1 : sin(.pi * distance) / (.pi * distance)
                sum += Double(samples[whole + tap]) * value * window
            }
            return Float(sum)
        }
    }
}
