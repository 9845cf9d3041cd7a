// Hearing while speaking: the microphone without the assistant's own voice, and whether somebody breaks into it.

import Foundation

/// The first look at every frame of a microphone beside a loudspeaker.
public struct DuplexListener: Sendable {
    /// What was heard in a frame.
    public struct Heard: Sendable {
        /// The frame, without what could be taken out of it.
        public var frame: AudioFrame
        /// Never speech when all that is heard can be the assistant's own voice.
        public var activity: VoiceActivity
        /// What becomes of a sound in the answer, when that is known with this frame.
        public var bid: FloorBid?
    }

    /// What is left must be louder than the echo that may be in it by this factor of power, 6 dB.
    private static let echoMargin = 4.0
    /// What is left of the sound of a room after a frame: 60 dB less in 0.8 s.
    private static let tailDecay = Double(EchoCanceller.roomDecay)
    /// Frames in a row that must stand out before speech can begin while the assistant speaks.
    private static let onsetFrames = 3
    /// Above the background, in dB.
    private static let noiseMargin = 8.0
    /// In dBFS.
    private static let lowestLevel = -55.0
    /// The same for a sound that may begin softly: /h/ and /f/ lie 20 to 30 dB below the vowel that follows.
    private static let lowestOnsetLevel = -63.0
    /// Speech is held on for so many frames after the last that stood out.
    private static let hold = 12
    /// Frames over which the background is the least level.
    private static let floorWindow = 100

    private var detector: any VoiceActivityDetector
    private var canceller = EchoCanceller()
    private var bargeIn: BargeInDetector
    private var plain = Gate()
    private var high = Gate()
    /// Frames in a row that stood out.
    private var loudFrames = 0
    private var watch = EchoWatch()
    private var sinceLoud = Int.max / 2

    /// - Parameter settles: false for a listener that only asks, of whose questions a network is to learn.
    public init(detector: any VoiceActivityDetector, settles: Bool = true) {
        self.detector = detector
        bargeIn = settles ? BargeInDetector() : BargeInDetector(network: .undecided)
    }

    /// What the network of the barge-in detector was asked with the last frame, for training.
    public var question: [Float]? { bargeIn.question }

    /// Takes the next frame.
    ///
    /// - Parameters:
    ///   - reference: what the loudspeaker played during the frame; nil when it was silent.
    ///   - canInterrupt: whether there is an answer to break into.
    public mutating func hear(_ frame: AudioFrame, reference: [Float]?, canInterrupt: Bool) -> Heard {
        if reference == nil, canceller.isIdle, !canInterrupt {
            let power = EchoCanceller.power(of: frame.samples)
            plain.note(power.plain)
            high.note(power.high)
            bargeIn.reset()
            sinceLoud = Int.max / 2
            return Heard(frame: frame, activity: detector.process(frame))
        }
        let silence = [Float](repeating: 0, count: AudioFrame.sampleCount)
        let played = reference ?? silence
        let cancelled = canceller.cancel(frame.samples, reference: played)
        let clean = AudioFrame(index: frame.index, time: frame.time, samples: cancelled.samples)
        let stands = standsOut(cancelled, played: played)
        let isLoud = stands == .clearly
        loudFrames = isLoud ? loudFrames + 1 : 0
        let isOther = isLoud && watch.verdict == .other
        let goesOn = isOther && (loudFrames >= Self.onsetFrames || sinceLoud <= Self.hold)
        sinceLoud = goesOn ? 0 : min(sinceLoud + 1, Int.max / 2)
        let found = detector.process(clean)
        let isEchoOnly = !canceller.isIdle && sinceLoud > Self.hold
        let activity =
            found.isSpeech && isEchoOnly
            ? VoiceActivity(
                isSpeech: false, probability: min(found.probability, 0.1), level: found.level,
                noiseFloor: found.noiseFloor, voice: found.voice) : found
        let bid = bargeIn.step(clean.samples, isLoud: stands != .not)
        return Heard(frame: clean, activity: activity, bid: canInterrupt ? bid : nil)
    }

    /// How far a frame is more than background and echo.
    private enum Prominence: Comparable { case not, faintly, clearly }

    /// How far the frame, or what is hissing in it, is more than background and echo, known or not.
    private mutating func standsOut(_ cancelled: EchoCanceller.Cancelled, played: [Float]) -> Prominence {
        let isOther = watch.verdict == .other
        let whole = plain.standsOut(
            cancelled.residual.plain, echo: cancelled.echo.plain, predicted: cancelled.predicted.plain,
            isOther: isOther)
        let hiss = high.standsOut(
            cancelled.residual.high, echo: cancelled.echo.high, predicted: cancelled.predicted.high, isOther: isOther)
        let prominence = max(whole, hiss)
        guard let found = watch.watch(cancelled.samples, played: played, standsOut: prominence == .clearly) else {
            return watch.verdict == .echo ? .not : prominence
        }
        canceller.suspect(found)
        plain.leftOver.beginAnew()
        high.leftOver.beginAnew()
        return .not
    }

    /// What a power is compared to: the background, and what may be left of an echo.
    private struct Gate {
        /// The levels of the last second.
        private var recent: [Double] = []
        /// The power of echo that was predicted, the largest of late, which dies away as in a room: a room and a loudspeaker leave some of
        /// it behind.
        private var tail = 0.0
        var leftOver = LeftOverEcho()

        mutating func note(_ power: Double) {
            recent.append(Level.ofPower(power))
            if recent.count > floorWindow { recent.removeFirst() }
        }

        mutating func standsOut(_ residual: Double, echo: Double, predicted: Double, isOther: Bool) -> Prominence {
            leftOver.note(predicted: predicted, residual: residual, isOther: isOther)
            tail = max(predicted, tail * tailDecay)
            let floor = recent.min() ?? Level.silence
            let level = Level.ofPower(residual)
            note(residual)
            let explained = echoMargin * echo + leftOver.share * tail
            guard residual > explained, level > lowestOnsetLevel, level > floor + noiseMargin else { return .not }
            return level > lowestLevel ? .clearly : .faintly
        }
    }
}
