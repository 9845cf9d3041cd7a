// Sound in which nobody calls the assistant, minute by minute.

import EvaluationInterface
import Instrumentation
import SerenaAudio

/// Makes talk by many speakers and plain noise, without keeping more than a minute of it.
struct TalkSound {
    private var text: TalkText
    private var random: SeededGenerator
    private let speakers: [SyntheticSpeaker]

    /// - Parameter seed: decides words and speakers.
    init(_ kind: TalkText.Kind, seed: UInt64) throws(EvaluationError) {
        text = TalkText(kind, seed: seed)
        random = SeededGenerator(seed: seed ^ 0x7a1c)
        speakers = try WakeWordCalls.speakers(stretches: [0.86, 0.93, 1, 1.07, 1.14])
    }

    /// About `seconds` of talk.
    mutating func talk(seconds: Double) throws(EvaluationError) -> [Float] {
        var samples: [Float] = []
        while RecognitionFigures.seconds(samples) < seconds {
            guard let speaker = speakers.randomElement(using: &random) else { return samples }
            samples += try speaker.say(text.sentence())
        }
        return samples
    }

    /// `seconds` of noise without speech, at −30 dBFS.
    static func noise(_ kind: NoiseKind, seconds: Int, seed: UInt64, voices: [[Float]]) -> [Float] {
        var generator = NoiseGenerator(seed: seed, voices: voices)
        let loop = generator.loop(kind, count: seconds * AudioFrame.sampleRate)
        let gain = Float(Level.amplitude(of: -30 - Level.rms(of: loop)))
        return loop.map { $0 * gain }
    }
}
