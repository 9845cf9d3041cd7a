// An assistant that speaks, a microphone that hears it, and sounds that fall into its answer.

import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// How the assistant's own voice comes back.
struct EchoPath: Hashable, Sendable {
    /// Relative to the level that is played, in dB; nil for no echo at all.
    var level: Double?
    var delay = Duration.zero
    /// The reverberation of the room between loudspeaker and microphone.
    var room = Duration.zero

    static let levels = [-6.0, -12, -20, -30]
    static let delays = [10, 80, 200, 300].map(Duration.milliseconds)

    /// What comes back of `played`, as long as that.
    func echo(of played: [Float], seed: UInt64) -> [Float] {
        guard let level else { return [Float](repeating: 0, count: played.count) }
        let heard = room > .zero ? SpeechChannel.reverberated(played, time: room, seed: seed) : played
        let delay = Int(Double(delay.nanoseconds) * Double(AudioFrame.sampleRate) / 1e9)
        let delayed =
            [Float](repeating: 0, count: min(delay, played.count)) + heard.prefix(max(0, played.count - delay))
        return SpeechChannel.amplified(delayed, by: level)
    }
}

/// The background, at a level below speech of −26 dBFS.
struct Background: Hashable, Sendable {
    var kind: NoiseKind?
    var signalToNoise = 0.0

    static let all = [
        Background(), Background(kind: .speechShaped, signalToNoise: 20), Background(kind: .babble, signalToNoise: 10),
    ]

    var name: String { kind.map { "\($0.rawValue) \(Int(signalToNoise)) dB" } ?? "quiet" }
}

/// The level of speech at the microphone, in dBFS.
let speechLevel = -26.0

/// Answers and noises, made once.
struct AnswerScene: Sendable {
    /// What the assistant says, at ``AudioFrame/sampleRate``.
    let answers: [[Float]]
    let noises: [Background: [Float]]

    private static let texts = [
        "A fast answer feels like a conversation. A slow one feels like a machine that has not finished thinking.",
        "I listen while you speak, I work out what you mean before you have finished, and I answer at once.",
        "Twenty six miles are about forty one point eight kilometers, which is the length of a marathon.",
        "The first ten prime numbers are two, three, five, seven, eleven, thirteen, seventeen, nineteen, and so on.",
    ]

    init(seed: UInt64) throws {
        let voice = try FliteSynthesizer()
        answers = try Self.texts.map { try ClipLibrary.speak($0, with: voice) }
        var noises: [Background: [Float]] = [:]
        for background in Background.all {
            var generator = NoiseGenerator(seed: seed &+ 7)
            // Even a quiet room is not digital silence: −70 dBFS.
            let level = background.kind == nil ? -70 : speechLevel - background.signalToNoise
            let loop = generator.loop(background.kind ?? .pink, count: 20 * AudioFrame.sampleRate)
            noises[background] = SpeechChannel.amplified(loop, by: level - Level.rms(of: loop))
        }
        self.noises = noises
    }

    func noise(_ background: Background, from start: Int, count: Int) -> [Float] {
        guard let loop = noises[background], !loop.isEmpty else { return [Float](repeating: 0, count: count) }
        return (0..<count).map { loop[(start + $0) % loop.count] }
    }

    /// A listener that has heard one whole answer through the echo.
    func accustomed(
        to echo: EchoPath, _ background: Background, settles: Bool, seed: UInt64
    ) -> DuplexListener {
        var listener = DuplexListener(detector: EnergyVoiceActivityDetector(), settles: settles)
        let lead = [Float](repeating: 0, count: AudioFrame.sampleRate / 2)
        _ = hear(&listener, played: lead + answers[0] + lead, echo: echo, background, clip: nil, at: 0, seed: seed)
        return listener
    }

    /// What a listener made of one stretch of sound.
    struct Outcome: Sendable {
        /// Frames with which a sound claimed the floor, in samples from the beginning.
        var claims: [Int] = []
        /// Starts of speech.
        var speechStarts = 0
        /// What the network was asked at each frame, with the frame's end in samples.
        var questions: [(end: Int, values: [Float])] = []
        /// The energy of the microphone's sound and of what was left of it, over the second half.
        var (before, after) = (0.0, 0.0)
    }

    /// Lets a listener hear `played` through an echo, with `clip` from sample `start` on.
    func hear(
        _ listener: inout DuplexListener, played: [Float], echo: EchoPath, _ background: Background, clip: SoundClip?,
        at start: Int, seed: UInt64
    ) -> Outcome {
        var microphone = echo.echo(of: played, seed: seed)
        let noise = noise(background, from: Int(seed % 100_000), count: microphone.count)
        for index in microphone.indices { microphone[index] += noise[index] }
        var outcome = Outcome()
        if let clip {
            for index in clip.samples.indices where microphone.indices.contains(start + index) {
                microphone[start + index] += clip.samples[index]
            }
        }
        var wasSpeech = false
        for frame in 0..<played.count / AudioFrame.sampleCount {
            let range = frame * AudioFrame.sampleCount..<(frame + 1) * AudioFrame.sampleCount
            // A converter has 16 bits and no more.
            let samples = microphone[range].map { max(-1, min(1, ($0 * 32_768).rounded() / 32_768)) }
            let end = Instant(nanoseconds: Int64(frame + 1) * AudioFrame.duration.nanoseconds)
            let heard = listener.hear(
                AudioFrame(index: frame, time: end, samples: samples), reference: Array(played[range]),
                canInterrupt: true)
            if heard.bid == .claim { outcome.claims.append(range.upperBound) }
            if heard.activity.isSpeech, !wasSpeech { outcome.speechStarts += 1 }
            wasSpeech = heard.activity.isSpeech
            if let question = listener.question { outcome.questions.append((range.upperBound, question)) }
            if range.lowerBound > played.count / 2 {
                outcome.before += samples.reduce(0) { $0 + Double($1) * Double($1) }
                outcome.after += heard.frame.samples.reduce(0) { $0 + Double($1) * Double($1) }
            }
        }
        return outcome
    }

    /// Where the first 10 ms begin in which `clip` is as loud as `others`.
    static func audible(_ clip: [Float], at start: Int, over others: [Float]) -> Int? {
        func power(_ samples: ArraySlice<Float>) -> Float { samples.reduce(0) { $0 + $1 * $1 } }
        let length = AudioFrame.sampleCount
        return stride(from: 0, to: clip.count - length, by: length).first { offset in
            let range = start + offset..<start + offset + length
            return range.upperBound <= others.count
                && power(clip[offset..<offset + length]) >= power(others[range])
        }.map { start + $0 }
    }
}
