// Coughs and hums, computed from published descriptions of how they sound.

import Foundation
import Instrumentation
import SerenaAudio

/// Makes sounds of people that are no words. The same seed makes the same sounds.
struct SoundMaker {
    private static let rate = Double(AudioFrame.sampleRate)
    private var random: SeededGenerator
    /// Resonances are multiplied by this: below 1 for a larger head.
    private let stature: Double

    init(random: SeededGenerator, stature: Double) {
        self.random = random
        self.stature = stature
    }

    private mutating func between(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * Double(random.next() >> 11) * 0x1p-53
    }

    private mutating func noise() -> Double { between(-1, 1) }

    private static func count(_ seconds: Double) -> Int { Int(seconds * rate) }

    /// One to three coughs, each of an explosive burst, an intermediate rush of air, and for most a voiced end (J. Korpáš, J. Sadloňová and
    /// M. Vrabec, *Analysis of the cough sound: an overview*, Pulmonary Pharmacology 9, 1996).
    mutating func cough() -> [Float] {
        var samples: [Double] = []
        for _ in 0..<Int(between(1, 3.99)) {
            samples += oneCough()
            samples += [Double](repeating: 0, count: Self.count(between(0.08, 0.25)))
        }
        return samples.prefix(SoundClip.longest).map(Float.init)
    }

    private mutating func oneCough() -> [Double] {
        let (burst, rush) = (Self.count(between(0.03, 0.06)), Self.count(between(0.08, 0.2)))
        let voiced = between(0, 1) < 0.7 ? Self.count(between(0.05, 0.12)) : 0
        var (throat, mouth) = (
            Resonator(between(450, 900) * stature, width: 250), Resonator(between(1_200, 2_400) * stature, width: 500)
        )
        let attack = between(0.001, 0.004) * Self.rate
        let (rushLevel, voicedLevel) = (between(0.1, 0.3), between(0.1, 0.35))
        var pulses = Pulses(random.split())
        let pitch = between(110, 280)
        return (0..<burst + rush + voiced).map { index in
            let time = Double(index)
            let air = noise()
            let envelope: Double
            var source = air
            if index < burst {
                envelope = min(1, time / attack) * exp(-time / Double(burst))
            } else if index < burst + rush {
                envelope = rushLevel + (exp(-1) - rushLevel) * exp(-(time - Double(burst)) / 240)
            } else {
                let part = (time - Double(burst + rush)) / Double(max(1, voiced))
                envelope = voicedLevel * sin(.pi * min(1, part + 0.05))
                source = 0.3 * air + 4 * pulses.next(at: pitch * (1 - 0.3 * part))
            }
            return envelope * (0.4 * source + throat.next(source) + 0.8 * mouth.next(source))
        }
    }

    /// "Mm" or "mm-hm": a voice through the nose with closed lips. Its resonances and their dampening after G. Fant, *Acoustic
    /// Theory of Speech Production*, 1960: a strong one near 250 Hz, weak ones near 1, 2 and 3 kHz.
    mutating func hum() -> [Float] {
        let isDouble = between(0, 1) < 0.75
        let (first, gap, second) = (
            Self.count(between(0.12, 0.28)), isDouble ? Self.count(between(0.04, 0.1)) : 0,
            isDouble ? Self.count(between(0.15, 0.3)) : 0
        )
        var nose = [
            Resonator(between(220, 300) * stature, width: 60), Resonator(between(900, 1_150) * stature, width: 150),
            Resonator(between(1_900, 2_400) * stature, width: 250),
            Resonator(between(2_700, 3_300) * stature, width: 300),
        ]
        let strengths = [1, between(0.06, 0.15), between(0.03, 0.08), between(0.01, 0.04)]
        var pulses = Pulses(random.split())
        let (pitch, rise) = (between(85, 240), between(-0.1, 0.35))
        let breath = between(0.005, 0.02)
        return (0..<first + gap + second).map { index in
            let isVoiced = index < first || index >= first + gap
            let (place, length) = index < first ? (index, first) : (index - first - gap, second)
            let part = Double(place) / Double(max(1, length))
            let envelope = isVoiced ? pow(sin(.pi * min(1, max(0, part * 0.96 + 0.02))), 0.6) : 0.15
            let height = pitch * (index < first ? 1 - 0.08 * part : 1 + rise * part)
            let source = (isVoiced ? pulses.next(at: height) : 0) + breath * noise()
            var sum = 0.0
            for tube in nose.indices { sum += strengths[tube] * nose[tube].next(source) }
            return Float(envelope * sum)
        }
    }

    /// Clapping that sets in within a tenth of a second or a whole one.
    mutating func swelling(_ samples: [Float]) -> [Float] {
        let length = Double(Self.count(between(0.02, 0.6)))
        return samples.enumerated().map { Float(min(1, (Double($0) + 1) / length)) * $1 }
    }
}

/// A resonance of two poles.
private struct Resonator {
    private let gain, a1, a2: Double
    private var (last, beforeLast) = (0.0, 0.0)

    init(_ frequency: Double, width: Double) {
        let radius = exp(-.pi * width / Double(AudioFrame.sampleRate))
        a1 = 2 * radius * cos(2 * .pi * frequency / Double(AudioFrame.sampleRate))
        a2 = -radius * radius
        gain = 1 - radius
    }

    mutating func next(_ sample: Double) -> Double {
        let value = gain * sample + a1 * last + a2 * beforeLast
        (beforeLast, last) = (last, value)
        return value
    }
}

/// The vocal folds: a pulse that falls off by 12 dB in an octave, a little uneven.
private struct Pulses {
    private var random: SeededGenerator
    private var phase = 0.0
    private var unevenness = 1.0
    private var (first, second) = (0.0, 0.0)

    init(_ random: SeededGenerator) {
        self.random = random
    }

    mutating func next(at pitch: Double) -> Double {
        phase += pitch * unevenness / Double(AudioFrame.sampleRate)
        var impulse = 0.0
        if phase >= 1 {
            phase -= 1
            impulse = 1
            unevenness = 1 + 0.02 * (Double(random.next() >> 11) * 0x1p-53 - 0.5)
        }
        first += 0.3 * (impulse * 10 - first)
        second += 0.3 * (first - second)
        return second
    }
}
