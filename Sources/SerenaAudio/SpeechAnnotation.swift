// Where speech begins and ends in a recording, found with the whole recording at hand.

/// The bounds of the speech in a recording: the harness's truth, apart from any assistant's own detector.
///
/// The definition, on windows of 5 ms of the recording without its mean:
/// - *floor*: the mean power of the quietest twentieth of the windows, at least −100 dBFS;
/// - *active level*: the mean power of the loudest fifth of those windows that lie within 30 dB of the loudest;
/// - *threshold*: 30 dB below the active level, which is ``Audibility/floor`` for speech at −20 dBFS, but above the floor by three tenths of the active level's distance
///   from it and by 8 dB at least, and never below −70 dBFS;
/// - windows above the threshold are speech; pauses up to 30 ms are bridged, then stretches shorter than 20 ms (clicks) dropped;
/// - the first and last sample are those of the first and last stretch whose magnitude exceeds the threshold.
///
/// A recording whose active level is not 12 dB above its floor, or below −60 dBFS, holds no speech that can be told.
public struct SpeechAnnotation: Hashable, Codable, Sendable {
    /// The index of the first sample of speech.
    public let firstSample: Int
    /// The index of the last sample of speech.
    public let lastSample: Int
    /// In Hz.
    public let sampleRate: Int
    /// The level of the speech, in dBFS.
    public let activeLevel: Double
    /// The level of the background, in dBFS.
    public let noiseFloor: Double

    public init(firstSample: Int, lastSample: Int, sampleRate: Int, activeLevel: Double, noiseFloor: Double) {
        self.firstSample = firstSample
        self.lastSample = lastSample
        self.sampleRate = sampleRate
        self.activeLevel = activeLevel
        self.noiseFloor = noiseFloor
    }

    private static let windowSeconds = 0.005
    private static let longestBridgedPause = 6
    private static let shortestStretch = 4
    private static let thresholdBelowActive = 30.0
    private static let thresholdAboveFloor = 8.0
    private static let contrastAboveFloor = 0.3
    private static let lowestFloor = -100.0
    private static let lowestThreshold = -70.0
    private static let lowestActiveLevel = -60.0
    private static let leastContrast = 12.0

    /// The bounds of the speech in `samples`, or nil when none can be told from the background.
    public static func find(in samples: [Float], sampleRate: Int) -> SpeechAnnotation? {
        let width = Int((Double(sampleRate) * windowSeconds).rounded())
        guard width > 0, samples.count >= width * shortestStretch else { return nil }
        let clean = withoutMean(samples)
        let levels = stride(from: 0, to: clean.count, by: width).map {
            Level.rms(of: clean[$0..<min($0 + width, clean.count)])
        }
        let floor = max(lowestFloor, meanLevel(levels.sorted().prefix(max(1, levels.count / 20))))
        guard let active = activeLevel(levels), active >= lowestActiveLevel, active - floor >= leastContrast else {
            return nil
        }
        let aboveFloor = max(thresholdAboveFloor, contrastAboveFloor * (active - floor))
        let threshold = max(active - thresholdBelowActive, floor + aboveFloor, lowestThreshold)
        let stretches = speechStretches(levels.map { $0 > threshold })
        guard let first = stretches.first, let last = stretches.last else { return nil }
        let amplitude = Float(Level.amplitude(of: threshold))
        let span = first.lowerBound * width..<min(last.upperBound * width, clean.count)
        guard let start = clean[span].firstIndex(where: { abs($0) > amplitude }),
            let end = clean[span].lastIndex(where: { abs($0) > amplitude })
        else { return nil }
        return SpeechAnnotation(
            firstSample: start, lastSample: end, sampleRate: sampleRate, activeLevel: active, noiseFloor: floor)
    }

    private static func withoutMean(_ samples: [Float]) -> [Float] {
        let finite = samples.map { $0.isFinite ? $0 : 0 }
        let mean = Float(finite.reduce(0.0) { $0 + Double($1) } / Double(finite.count))
        return finite.map { $0 - mean }
    }

    private static func activeLevel(_ levels: [Double]) -> Double? {
        guard let loudest = levels.max() else { return nil }
        let active = levels.filter { $0 > loudest - 30 }.sorted()
        return meanLevel(active.suffix(max(1, active.count / 5)))
    }

    /// The level of the mean power of windows that have `levels`.
    private static func meanLevel(_ levels: ArraySlice<Double>) -> Double {
        guard !levels.isEmpty else { return Level.silence }
        return Level.ofPower(
            levels.reduce(0) { sum, level in
                let amplitude = Level.amplitude(of: level)
                return sum + amplitude * amplitude
            } / Double(levels.count))
    }

    /// Stretches of windows that are speech, in order.
    static func speechStretches(_ isSpeech: [Bool]) -> [Range<Int>] {
        var stretches: [Range<Int>] = []
        for index in isSpeech.indices where isSpeech[index] {
            if let last = stretches.last, index - last.upperBound <= longestBridgedPause {
                stretches[stretches.count - 1] = last.lowerBound..<index + 1
            } else {
                stretches.append(index..<index + 1)
            }
        }
        return stretches.filter { $0.count >= shortestStretch }
    }
}
