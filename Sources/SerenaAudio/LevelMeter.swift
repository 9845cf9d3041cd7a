// What a level meter shows.

/// Peak and loudness of the last frame, with the peak held long enough to be read.
public struct LevelMeter: Sendable {
    /// What the meter shows. Levels in dBFS.
    public struct Reading: Hashable, Sendable {
        /// The largest magnitude of the frame.
        public let peak: Double
        /// The root mean square of the frame.
        public let rms: Double
        /// The largest peak of the last ``LevelMeter/hold``.
        public let heldPeak: Double
        /// Whether the converter was at its limit in the last ``LevelMeter/hold``.
        public let isOverloaded: Bool
    }

    /// How long a peak stays, in frames: a second.
    static let hold = 100
    /// A sample of at least this magnitude may have been cut off.
    public static let limit: Float = 0.999
    /// So many samples at the limit in a row are no chance peak but a wave that was cut off.
    public static let clippedRun = 3

    private var heldPeak = Level.silence
    private var framesSincePeak = 0
    private var framesSinceOverload = LevelMeter.hold
    private var samplesAtLimit = 0
    /// How many frames were overloaded so far.
    public private(set) var overloads = 0

    public init() {}

    /// Takes the next frame. Samples that are no finite number count as 0.
    public mutating func process(_ samples: [Float]) -> Reading {
        let peak = Level.peak(of: samples)
        framesSincePeak += 1
        if peak >= heldPeak || framesSincePeak >= Self.hold { (heldPeak, framesSincePeak) = (peak, 0) }
        framesSinceOverload = min(Self.hold, framesSinceOverload + 1)
        if touchesLimit(samples) {
            overloads += 1
            framesSinceOverload = 0
        }
        return Reading(
            peak: peak, rms: Level.rms(of: samples), heldPeak: heldPeak,
            isOverloaded: framesSinceOverload < Self.hold)
    }

    private mutating func touchesLimit(_ samples: [Float]) -> Bool {
        var isOver = false
        for sample in samples {
            samplesAtLimit = abs(sample) >= Self.limit ? samplesAtLimit + 1 : 0
            if samplesAtLimit >= Self.clippedRun { isOver = true }
        }
        return isOver
    }
}
