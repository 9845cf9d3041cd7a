// Whether a sound that the canceller cannot explain is the assistant's own voice all the same.

/// Tells of each sound in what the canceller left whether it is a copy of what was played.
///
/// The canceller knows an echo that it has heard for a while. This is for those that it does not know: the first answer of all, a loudspeaker
/// that is turned up, a headset that is unplugged. Nothing counts as somebody's speech before it was found to be unlike everything played.
struct EchoWatch: Sendable {
    /// What is known of the sound that goes on.
    enum Verdict: Hashable, Sendable {
        /// There is none, or it has only begun.
        case open
        case echo
        /// Not the assistant.
        case other
    }

    /// Frames of a sound before it is compared.
    private static let leastFrames = 3
    /// A sound that is less alike in its first frame that is looked at is no echo, nor is one…
    private static let firstLikeness: Float = 0.2
    /// …that is less alike later.
    private static let likeness: Float = 0.26
    /// One this much alike is an echo; between the two it is when the next look finds it at the same lag.
    private static let clearLikeness: Float = 0.45
    /// Two looks agree when their lags differ by no more than so many samples.
    private static let sameLag = 8
    /// A younger sound is looked at with every frame.
    private static let settledFrames = 8
    /// From then on an echo is looked at again every so many frames.
    private static let interval = 3
    /// Frames of quiet that end a sound.
    private static let quietFrames = 8

    private(set) var verdict = Verdict.open
    private var search = EchoSearch()
    /// Frames since the onset of the sound.
    private var age = 0
    private var quiet = 0
    /// Where the last look found the sound.
    private var lastLag: Int?

    /// Takes the next frame without the echo that is known, and what was played during it.
    ///
    /// - Parameter standsOut: whether it is more than background and known echo.
    /// - Returns: an echo that was not known; nil when there is none, or was no reason to look.
    mutating func watch(_ frame: [Float], played: [Float], standsOut: Bool) -> EchoSearch.Finding? {
        search.note(heard: frame, played: played)
        quiet = standsOut ? 0 : quiet + 1
        guard standsOut || age > 0, quiet < Self.quietFrames else {
            (age, verdict, lastLag) = (0, .open, nil)
            return nil
        }
        age += 1
        guard standsOut, verdict != .other, age >= Self.leastFrames, isDue else { return nil }
        let found = search.find(frames: age + 1)
        let agrees = lastLag.map { abs($0 - found.lag) <= Self.sameLag } ?? false
        lastLag = found.lag
        if found.likeness < (age == Self.leastFrames ? Self.firstLikeness : Self.likeness) {
            verdict = .other
        } else if found.likeness >= Self.clearLikeness || agrees {
            verdict = .echo
        }
        return verdict == .echo ? found : nil
    }

    private var isDue: Bool {
        verdict == .open || age <= Self.settledFrames || age % Self.interval == 0
    }
}
