// Voice activity from the level of the sound above an adaptive noise floor.

import Foundation

/// Tells speech by its level above the background, which it follows by minimum statistics.
///
/// The floor is the lowest smoothed level of the last 1.5 s: speech has gaps, a background has none (after R. Martin, *Noise
/// power spectral density estimation based on optimal smoothing and minimum statistics*, IEEE Trans. Speech and Audio
/// Processing, 2001, on the whole band instead of each). A stretch that is too even to be speech becomes the
/// floor at once, so that a noise that sets in is not taken for a talker for long.
public struct EnergyVoiceActivityDetector: VoiceActivityDetector {
    /// What can be tuned. Levels are in dBFS, differences in dB, times in frames of 10 ms.
    public struct Configuration: Hashable, Sendable {
        /// Speech begins above the floor by this much…
        public var onsetAboveFloor = 9.0
        /// …and above this level…
        public var lowestSpeechLevel = -55.0
        /// …in this many of the last ``onsetWindow`` frames.
        public var onsetFrames = 2
        public var onsetWindow = 3
        /// Speech ends when the level stays below the floor plus this much…
        public var offsetAboveFloor = 5.0
        /// …for this many frames in a row.
        public var offsetFrames = 2
        /// Below the peak of the utterance by this much, a frame is no speech whatever the floor is.
        public var offsetBelowPeak = 36.0
        /// The floor is the minimum over this many frames.
        public var floorWindow = 150
        /// Frames at the start of the stream that are taken for background unless they are loud.
        public var settlingFrames = 5
        /// The floor is never taken to be higher than this at the start of a stream.
        public var highestInitialFloor = -35.0
        /// The floor never falls below this, so that the first noise after digital silence is no speech.
        public var lowestFloor = -75.0
        /// This many frames whose levels deviate by less than ``stationaryDeviation`` from their mean are background.
        public var stationaryWindow = 60
        /// Root mean square, in dB. White noise has 0.5; speech has 5 and more.
        public var stationaryDeviation = 1.0
        /// A frame with more than this part of its energy in a single millisecond is a click.
        public var clickConcentration = 0.9
        /// The corner of the high-pass filter that takes out offset and rumble, in Hz.
        public var highPassFrequency = 100.0

        public init() {}
    }

    public let name = "energy"
    public let configuration: Configuration
    private var filter: HighPassFilter
    private var floor: NoiseFloor
    private var recentOnsets: [Bool] = []
    private var quietFrames = 0
    private var isSpeech = false
    private var peak = Level.silence

    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        filter = HighPassFilter(
            frequency: configuration.highPassFrequency, sampleRate: Double(AudioFrame.sampleRate))
        floor = NoiseFloor(configuration: configuration)
    }

    public mutating func reset() {
        self = EnergyVoiceActivityDetector(configuration: configuration)
    }

    public mutating func process(_ frame: AudioFrame) -> VoiceActivity {
        let (level, isClick) = measure(frame.samples)
        floor.add(level)
        decide(level: level, isClick: isClick)
        return VoiceActivity(
            isSpeech: isSpeech, probability: probability(level: level, isClick: isClick), level: level,
            noiseFloor: floor.level)
    }

    /// One half where speech begins, and nearer to 0 or 1 by every 3 dB below or above.
    private func probability(level: Double, isClick: Bool) -> Double {
        if isClick { return 0 }
        let margin = min(
            level - floor.level - configuration.onsetAboveFloor, level - configuration.lowestSpeechLevel)
        return 1 / (1 + exp(-margin / 3))
    }

    private mutating func decide(level: Double, isClick: Bool) {
        let above = level - floor.level
        let isLoud = above > configuration.onsetAboveFloor && level > configuration.lowestSpeechLevel && !isClick
        recentOnsets.append(isLoud)
        if recentOnsets.count > configuration.onsetWindow { recentOnsets.removeFirst() }
        if isSpeech {
            peak = max(peak, level)
            let isQuiet = above < configuration.offsetAboveFloor || level < peak - configuration.offsetBelowPeak
            quietFrames = isQuiet ? quietFrames + 1 : 0
            if quietFrames >= configuration.offsetFrames {
                isSpeech = false
                recentOnsets.removeAll(keepingCapacity: true)
            }
        } else if recentOnsets.count(where: { $0 }) >= configuration.onsetFrames {
            isSpeech = true
            quietFrames = 0
            peak = level
        }
    }

    /// The level of the filtered frame, and whether nearly all of its energy lies within one millisecond.
    private mutating func measure(_ samples: [Float]) -> (level: Double, isClick: Bool) {
        guard !samples.isEmpty else { return (Level.silence, false) }
        let blockLength = AudioFrame.sampleRate / 1_000
        var total = 0.0
        var block = 0.0
        var previousBlock = 0.0
        var largest = 0.0
        for (index, sample) in samples.enumerated() {
            let value = filter.next(sample.isFinite ? Double(sample) : 0)
            block += value * value
            if (index + 1) % blockLength == 0 || index == samples.count - 1 {
                total += block
                // A click can lie across the border of two blocks.
                largest = max(largest, block + previousBlock)
                previousBlock = block
                block = 0
            }
        }
        return (Level.ofPower(total / Double(samples.count)), largest > configuration.clickConcentration * total)
    }
}

/// The level of the background of a stream.
private struct NoiseFloor {
    private(set) var level: Double
    private let configuration: EnergyVoiceActivityDetector.Configuration
    private var smoothed: Double?
    private var frameCount = 0
    /// Smoothed levels that are smaller than all later ones, oldest first: the front is the minimum of the window.
    private var minima: [(frame: Int, level: Double)] = []
    private var recent: [Double] = []

    init(configuration: EnergyVoiceActivityDetector.Configuration) {
        self.configuration = configuration
        level = configuration.highestInitialFloor
    }

    mutating func add(_ frameLevel: Double) {
        let frame = frameCount
        frameCount += 1
        // Smoothing over some three frames evens out the dips of noise, which the minimum would follow.
        let value = smoothed.map { $0 + 0.4 * (frameLevel - $0) } ?? frameLevel
        smoothed = value
        while let last = minima.last, last.level >= value { minima.removeLast() }
        minima.append((frame, value))
        if let first = minima.first, first.frame <= frame - configuration.floorWindow { minima.removeFirst() }
        var estimate = minima.first?.level ?? value
        if frame < configuration.settlingFrames { estimate = min(estimate, configuration.highestInitialFloor) }
        if isStationary(adding: frameLevel) {
            estimate = recent.reduce(0, +) / Double(recent.count)
            minima = [(frame, estimate)]
        }
        level = max(configuration.lowestFloor, estimate)
    }

    private mutating func isStationary(adding frameLevel: Double) -> Bool {
        recent.append(frameLevel)
        if recent.count > configuration.stationaryWindow { recent.removeFirst() }
        guard recent.count == configuration.stationaryWindow else { return false }
        let mean = recent.reduce(0, +) / Double(recent.count)
        let variance = recent.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(recent.count)
        return variance.squareRoot() < configuration.stationaryDeviation
    }
}

/// A Butterworth high-pass filter of second order (bilinear transform; R. Bristow-Johnson, *Audio EQ Cookbook*).
private struct HighPassFilter {
    private let b0, b1, a1, a2: Double
    private var x1 = 0.0
    private var x2 = 0.0
    private var y1 = 0.0
    private var y2 = 0.0

    init(frequency: Double, sampleRate: Double) {
        let angle = 2 * Double.pi * min(frequency, sampleRate * 0.45) / sampleRate
        let cosine = cos(angle)
        let alpha = sin(angle) / 2.0.squareRoot()
        let a0 = 1 + alpha
        b0 = (1 + cosine) / 2 / a0
        b1 = -(1 + cosine) / a0
        a1 = -2 * cosine / a0
        a2 = (1 - alpha) / a0
    }

    mutating func next(_ x: Double) -> Double {
        var y = b0 * x + b1 * x1 + b0 * x2 - a1 * y1 - a2 * y2
        // Numbers near the smallest are slow to compute with; this is −400 dBFS.
        if abs(y) < 1e-20 { y = 0 }
        x2 = x1
        x1 = x
        y2 = y1
        y1 = y
        return y
    }
}
