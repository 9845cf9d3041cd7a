// How loud speech is, apart from its pauses.

import Foundation

/// The active speech level of ITU-T P.56 (12/2011), method B: the mean power over the time in which somebody speaks.
public enum ActiveSpeechLevel {
    /// The time constant of the envelope, in seconds.
    private static let timeConstant = 0.03
    /// A pause shorter than this, in seconds, is part of the speech.
    private static let hangover = 0.2
    /// How far the threshold for activity lies below the active level, in decibels.
    private static let margin = 15.9
    /// Thresholds from 2⁻¹⁵ to 2⁻¹ of full scale.
    private static let thresholds = (1...15).reversed().map { pow(2, -Double($0)) }

    /// The level of the speech in `samples`, in dBFS; nil when there is none.
    public static func measure(_ samples: [Float], sampleRate: Int) -> Double? {
        let (activity, energy) = activity(samples, sampleRate: sampleRate)
        guard energy > 0, let first = activity.first, first > 0 else { return nil }
        var before: (level: Double, distance: Double)?
        for (threshold, count) in zip(thresholds, activity) where count > 0 {
            let level = 10 * log10(energy / Double(count))
            let distance = level - 20 * log10(threshold)
            if distance <= margin {
                guard let before else { return level }
                // Between two thresholds the level is taken where the distance equals the margin.
                let part = (before.distance - margin) / (before.distance - distance)
                return before.level + part * (level - before.level)
            }
            before = (level, distance)
        }
        return before?.level
    }

    /// For how many samples each threshold counts as active, and the sum of the squares of all samples.
    private static func activity(_ samples: [Float], sampleRate: Int) -> (counts: [Int], energy: Double) {
        let smoothing = exp(-1 / (Double(sampleRate) * timeConstant))
        let patience = Int((hangover * Double(sampleRate)).rounded())
        var counts = [Int](repeating: 0, count: thresholds.count)
        var quiet = [Int](repeating: patience, count: thresholds.count)
        var (smooth, envelope, energy) = (0.0, 0.0, 0.0)
        for sample in samples {
            let value = sample.isFinite ? Double(sample) : 0
            energy += value * value
            smooth = smoothing * smooth + (1 - smoothing) * abs(value)
            envelope = smoothing * envelope + (1 - smoothing) * smooth
            for index in thresholds.indices {
                if envelope >= thresholds[index] {
                    counts[index] += 1
                    quiet[index] = 0
                } else if quiet[index] < patience {
                    counts[index] += 1
                    quiet[index] += 1
                } else {
                    // Every higher threshold has been silent for at least as long.
                    break
                }
            }
        }
        return (counts, energy)
    }
}
