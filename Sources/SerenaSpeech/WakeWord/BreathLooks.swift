// When to look at what somebody says for the wake word: once for each breath.

import SerenaAudio

/// Finds the beginnings of breaths in an utterance that grows, by level alone.
///
/// A call comes at the beginning of an utterance or after a pause. Only these places are worth the price of recognition, and only for as long as a call takes.
struct BreathLooks: Sendable {
    /// How much is looked at, in samples.
    let length: Int

    private var position = 0
    /// Samples of a frame that is not whole yet: their number and the sum of their squares.
    private var partial = (count: 0, energy: Float(0))
    /// Where the breaths began that are not looked at yet.
    private var onsets = [0]
    private var latest = 0
    /// Whether something has begun since the last look.
    private var isDue = true
    private var quietFrames = 0
    /// Mean square of the loudest frame, which fades, and of the last frames.
    private var peak: Float = 0
    private var recent: [Float] = []

    private static let frame = AudioFrame.sampleRate / 50
    /// The peak fades by 6.5 dB a second.
    private static let fading: Float = 0.97
    /// A frame 12 dB below the peak is quiet.
    private static let quietShare: Float = 1 / 16
    /// So many quiet frames are a pause: 200 ms.
    private static let pauseFrames = 10
    /// A word is over after so many: 300 ms.
    private static let endFrames = 15
    /// A frame that is 8 dB louder than all frames of 200 ms, of which the last 60 ms do not count, begins a breath, too, such as one that rises above the
    /// talk of others…
    private static let rise: Float = 6.3
    private static let memory = 13
    private static let attack = 3
    /// …when it is louder than −60 dBFS, and begins 0.4 s after the beginning before it.
    private static let faintest: Float = 1e-6
    private static let closest = AudioFrame.sampleRate * 2 / 5
    /// A breath is taken to begin this much before the frame that showed it: 280 ms.
    private static let before = 14 * frame
    /// The most beginnings that wait to be looked at.
    private static let mostOnsets = 3

    init(length: Int) {
        self.length = length
    }

    /// Takes what was said next.
    ///
    /// - Returns: what is to be looked at, in samples since the beginning.
    mutating func hear(_ samples: ArraySlice<Float>) -> [Range<Int>] {
        var due: [Range<Int>] = []
        for sample in samples {
            position += 1
            partial.count += 1
            partial.energy += sample.isFinite ? sample * sample : 0
            guard partial.count == Self.frame else { continue }
            if let range = add(partial.energy / Float(Self.frame)) { due.append(range) }
            partial = (0, 0)
        }
        return due
    }

    /// What is left to be looked at when nothing more may come.
    mutating func end() -> Range<Int>? {
        guard isDue, let onset = onsets.last, onset < position else { return nil }
        isDue = false
        return onset..<position
    }

    private mutating func add(_ energy: Float) -> Range<Int>? {
        peak = max(energy, peak * Self.fading)
        let isRise = recent.count == Self.memory && energy > Self.rise * (recent.dropLast(Self.attack).max() ?? 0)
        let isResumption = energy >= peak * Self.quietShare && quietFrames >= Self.pauseFrames
        quietFrames = energy < peak * Self.quietShare ? quietFrames + 1 : 0
        recent = recent.suffix(Self.memory - 1) + [energy]
        if onsets.count < Self.mostOnsets, isRise || isResumption, energy > Self.faintest,
            position - Self.before - latest >= Self.closest
        {
            latest = position - Self.before
            onsets.append(max(0, latest))
            isDue = true
        }
        guard let onset = onsets.first else { return nil }
        let isWhole = position - onset >= length
        // A word on its own is looked at as soon as it is over, with all that was said before it.
        guard isWhole || isDue && quietFrames == Self.endFrames else { return nil }
        if isWhole { onsets.removeFirst() } else { isDue = false }
        return isWhole && onsets.isEmpty && !isDue ? nil : onset..<position
    }
}
