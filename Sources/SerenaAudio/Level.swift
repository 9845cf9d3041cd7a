// How loud samples are.

import Foundation

/// Levels in dBFS: decibels relative to full scale, where a full-scale square wave has 0 dBFS.
public enum Level {
    /// What stands for silence: the level of digital silence, and the lowest that is ever reported.
    public static let silence: Double = -120

    /// The level of the root mean square of `samples`. Samples that are no finite number count as 0.
    public static func rms(of samples: some Collection<Float>) -> Double {
        guard !samples.isEmpty else { return silence }
        let energy = samples.reduce(0.0) { $0 + ($1.isFinite ? Double($1) * Double($1) : 0) }
        return ofPower(energy / Double(samples.count))
    }

    /// The level of the largest magnitude among `samples`.
    public static func peak(of samples: some Collection<Float>) -> Double {
        let largest = samples.reduce(Float(0)) { $1.isFinite ? max($0, abs($1)) : $0 }
        return ofPower(Double(largest) * Double(largest))
    }

    /// The level of a mean square.
    public static func ofPower(_ meanSquare: Double) -> Double {
        meanSquare > 0 ? max(silence, 10 * log10(meanSquare)) : silence
    }

    /// The amplitude whose square wave has `level`.
    public static func amplitude(of level: Double) -> Double {
        pow(10, level / 20)
    }
}
