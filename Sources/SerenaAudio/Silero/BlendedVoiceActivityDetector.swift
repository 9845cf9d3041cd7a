// Voice activity from the Silero network and from the level of the sound, weighed against each other.

import Foundation

/// Tells the user's speech from everything else, other people's speech included.
///
/// The Silero network knows the sound of speech, and takes a murmuring room for it. The level knows what stands out of
/// the room, and takes claps for it. A small network of ``BlendWeights`` weighs both.
public struct BlendedVoiceActivityDetector: VoiceActivityDetector {
    /// When speech begins and ends.
    public struct Configuration: Hashable, Sendable {
        /// Speech begins at this probability.
        public var onset = 0.45
        /// It ends below this one…
        public var offset = 0.35
        /// …for this many frames in a row.
        public var offsetFrames = 2
        /// Where the background is quiet, speech that fell this far below its peak, in dB, has ended: what follows is breath and the tail of the room.
        public var tail = 28.0
        /// The background is quiet when it lies this far below the peak of the speech, in dB.
        public var quiet = 36.0

        public init() {}
    }

    public let name = "silero"
    public let configuration: Configuration
    private var senses: VoiceSenses
    private var isSpeech = false
    private var quietFrames = 0
    private var peak = SpeechPeak()

    public init(_ weights: SileroWeights, configuration: Configuration = Configuration()) {
        self.configuration = configuration
        senses = VoiceSenses(weights)
    }

    public mutating func reset() {
        senses.reset()
        isSpeech = false
        quietFrames = 0
        peak = SpeechPeak()
    }

    public mutating func process(_ frame: AudioFrame) -> VoiceActivity {
        let sensed = senses.sense(frame)
        let probability = BlendWeights.standard.probability(of: sensed.features)
        peak.follow(sensed.level, isSpeech: isSpeech)
        let isTail =
            sensed.noiseFloor < peak.level - configuration.quiet && sensed.level < peak.level - configuration.tail
        if isSpeech {
            quietFrames = probability < configuration.offset || isTail ? quietFrames + 1 : 0
            if quietFrames >= configuration.offsetFrames { isSpeech = false }
        } else if probability >= configuration.onset, !isTail {
            isSpeech = true
            quietFrames = 0
        }
        return VoiceActivity(
            isSpeech: isSpeech, probability: probability, level: sensed.level, noiseFloor: sensed.noiseFloor,
            voice: sensed.voice)
    }
}

/// The level of the loudest speech of late.
private struct SpeechPeak: Sendable {
    /// In dBFS; far below everything as long as nobody has spoken.
    private(set) var level = -200.0
    /// Forgets 6 dB in a second of silence, so that a soft speaker is heard behind a loud one.
    private static let decay = 0.06

    mutating func follow(_ frame: Double, isSpeech: Bool) {
        level = isSpeech ? max(level, frame) : level - Self.decay
    }
}

/// What the blend goes by, frame by frame.
public struct VoiceSenses: Sendable {
    public struct Sensed: Sendable {
        /// As many as ``BlendWeights/inputs``, each between −40 and 40.
        public let features: [Double]
        /// What the Silero network thinks of the last 50 ms or so, from 0 to 1.
        public let voice: Double
        /// Of the frame and of the background, in dBFS.
        public let level: Double
        public let noiseFloor: Double
    }

    /// Levels below this, in dBFS, are all the same.
    private static let quietest = -80.0
    /// Frames in which the background of a new stream is learned.
    private static let settlingFrames = 30

    private var silero: SileroStream
    private var energy = EnergyVoiceActivityDetector()
    private var shortOdds = Smoothed(0.4)
    private var longOdds = Smoothed(0.1)
    private var shortPower = Smoothed(0.4)
    private var longPower = Smoothed(0.1)
    private var frames = 0
    /// The usual level of what is no speech, in dBFS, and how far it usually is from that, in dB.
    private var background = 0.0
    private var deviation = 2.0

    public init(_ weights: SileroWeights) {
        silero = SileroStream(weights, pace: .frames)
    }

    public mutating func reset() {
        silero.reset()
        energy.reset()
        (shortOdds, longOdds) = (Smoothed(0.4), Smoothed(0.1))
        (shortPower, longPower) = (Smoothed(0.4), Smoothed(0.1))
        (frames, background, deviation) = (0, 0, 2)
    }

    public mutating func sense(_ frame: AudioFrame) -> Sensed {
        let probability = min(max(silero.probability(after: frame.samples), 1e-4), 1 - 1e-4)
        let odds = log(probability / (1 - probability))
        let heard = energy.process(frame)
        let power = pow(10, max(Self.quietest, heard.level) / 10)
        let (soon, late) = (shortOdds.add(odds), longOdds.add(odds))
        let (level, slow) = (Level.ofPower(shortPower.add(power)), Level.ofPower(longPower.add(power)))
        follow(level, odds: soon)
        let features = [
            odds, soon, late, level - heard.noiseFloor, level - background, slow - background, deviation, level - slow,
            background - heard.noiseFloor,
        ]
        return Sensed(
            features: features.map { max(-40, min(40, $0)) }, voice: 1 / (1 + exp(-soon)), level: heard.level,
            noiseFloor: heard.noiseFloor)
    }

    /// Follows the background, the faster the less likely there is speech.
    private mutating func follow(_ level: Double, odds: Double) {
        if frames == 0 { background = level }
        let silence = 1 / (1 + exp(odds))
        var rate = 0.03 * silence + 0.001
        if frames < Self.settlingFrames { rate = max(rate, 1 / Double(frames + 1)) }
        background += rate * (level - background)
        deviation += rate * (abs(level - background) - deviation)
        frames = min(frames + 1, Self.settlingFrames)
    }
}

/// A first-order low-pass filter that starts at its first value.
private struct Smoothed: Sendable {
    private let share: Double
    private var value: Double?

    init(_ share: Double) {
        self.share = share
    }

    mutating func add(_ next: Double) -> Double {
        let smoothed = value.map { $0 + share * (next - $0) } ?? next
        value = smoothed
        return smoothed
    }
}
