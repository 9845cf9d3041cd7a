// How fast somebody speaks, and what that means for pauses.

import Instrumentation

/// Follows the speaking rate of whoever talks.
///
/// Pauses grow with everything else when somebody speaks slowly (F. Goldman-Eisler, *Psycholinguistics*, 1968), so the waits for the end of
/// an utterance are stretched by ``pace``.
struct SpeakingRate: Sendable {
    /// Words per second that count as ordinary: 150 words a minute, as in presentations.
    static let ordinary = 2.5
    /// Utterances with fewer words say little about the rate.
    static let fewestWords = 4
    /// How much a new utterance counts against those before.
    private static let weight = 0.3
    private static let paces = 0.9...1.25

    private(set) var wordsPerSecond: Double?

    /// - Parameter wordsPerMinute: what is known beforehand, as from a voice profile; nil for nothing.
    init(wordsPerMinute: Double? = nil) {
        wordsPerSecond = wordsPerMinute.flatMap { (40...400).contains($0) ? $0 / 60 : nil }
    }

    /// Takes account of an utterance.
    ///
    /// - Parameter duration: of its speech, pauses included.
    mutating func add(words: Int, in duration: Duration) {
        guard let rate = Self.rate(words: words, in: duration) else { return }
        wordsPerSecond = wordsPerSecond.map { $0 + Self.weight * (rate - $0) } ?? rate
    }

    /// By how much waits are stretched: 1 for an ordinary speaker, more for a slow one.
    var pace: Double { Self.pace(of: wordsPerSecond) }

    /// The pace in the middle of an utterance, which counts as much as all that is known from those before.
    ///
    /// - Parameter duration: of its speech so far, pauses included: whoever hesitates is given time.
    func pace(words: Int, in duration: Duration) -> Double {
        guard let now = Self.rate(words: words, in: duration) else { return pace }
        return Self.pace(of: wordsPerSecond.map { ($0 + now) / 2 } ?? now)
    }

    private static func pace(of wordsPerSecond: Double?) -> Double {
        guard let wordsPerSecond else { return 1 }
        return min(max(ordinary / wordsPerSecond, paces.lowerBound), paces.upperBound)
    }

    private static func rate(words: Int, in duration: Duration) -> Double? {
        let seconds = Double(duration.nanoseconds) / 1e9
        guard words >= fewestWords, seconds > 0.3 else { return nil }
        let rate = Double(words) / seconds
        return (0.5...8).contains(rate) ? rate : nil
    }
}
