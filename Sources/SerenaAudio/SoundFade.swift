// How a voice falls silent in the middle of a word without a click, and where it goes on.

import Foundation
import Instrumentation

/// Fades of the length that is heard neither as a click nor as a slow end.
public enum SoundFade {
    /// 8 ms.
    public static let duration = Duration.milliseconds(8)
    /// A voice that goes on repeats this at the least, so that the fade in takes nothing from what was not heard yet.
    static let leastRepeat = Duration.milliseconds(30)
    /// And this at the most: about a syllable and a half (spoken English has four to five in a second).
    public static let longestRepeat = Duration.milliseconds(300)

    /// Lets the last `count` samples fade to nothing, by a raised cosine.
    public static func fadeOut(_ samples: inout [Float], last count: Int) {
        let count = min(count, samples.count)
        for index in 0..<count { samples[samples.count - 1 - index] *= gain(index, of: count) }
    }

    /// Lets the first `count` samples rise from nothing.
    public static func fadeIn(_ samples: inout [Float], first count: Int) {
        let count = min(count, samples.count)
        for index in 0..<count { samples[index] *= gain(index, of: count) }
    }

    private static func gain(_ index: Int, of count: Int) -> Float {
        let part = sin(.pi / 2 * Double(index) / Double(max(1, count)))
        return Float(part * part)
    }

    /// How many samples before a stop a voice goes on: from the quietest hundredth of a second within reach, where a word or a syllable begins.
    ///
    /// - Parameters:
    ///   - heard: what was heard before the stop, its last sample just before it.
    ///   - rate: in Hz.
    public static func repeated(of heard: ArraySlice<Float>, rate: Int) -> Int {
        let reach = heard.suffix(Int(longestRepeat.nanoseconds) * rate / 1_000_000_000)
        let least = Int(leastRepeat.nanoseconds) * rate / 1_000_000_000
        let length = max(1, rate / 100)
        guard reach.count > least + length else { return reach.count }
        var best = (power: Float.infinity, repeated: reach.count)
        for start in stride(from: reach.startIndex, through: reach.endIndex - least - length, by: length) {
            let power = reach[start..<start + length].reduce(Float(0)) { $0 + $1 * $1 }
            // Of equally quiet places the last.
            if power <= best.power { best = (power, reach.endIndex - start) }
        }
        return best.repeated
    }
}
