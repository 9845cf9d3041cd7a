// Speakers who say whatever is needed: flite's voices, some of them faster or slower.

import EvaluationInterface
import SerenaAudio
import SerenaSpeech

/// A voice of flite, and how much its sound is stretched.
struct SyntheticSpeaker: Sendable {
    let name: String
    private let synthesizer: FliteSynthesizer
    /// Above 1 the voice is slower and deeper.
    private let stretch: Double

    init(_ voice: FliteSynthesizer.Voice, stretch: Double = 1) throws(EvaluationError) {
        do {
            synthesizer = try FliteSynthesizer(voice: voice)
        } catch {
            throw EvaluationError("\(error)")
        }
        self.stretch = stretch
        name = stretch == 1 ? voice.rawValue : "\(voice.rawValue) × \(stretch)"
    }

    /// The four voices as they are.
    static func voices() throws(EvaluationError) -> [SyntheticSpeaker] {
        var speakers: [SyntheticSpeaker] = []
        for voice in FliteSynthesizer.Voice.allCases { speakers.append(try SyntheticSpeaker(voice)) }
        return speakers
    }

    /// `text` at 16 kHz, with 0.2 s of silence before and 0.4 s behind it.
    func say(_ text: String) throws(EvaluationError) -> [Float] {
        var samples: [Float] = []
        var rate = AudioFrame.sampleRate
        do {
            try synthesizer.synthesize(text) { chunk in
                samples += chunk.samples
                rate = chunk.sampleRate
                return true
            }
            let played = Recording(samples: samples, sampleRate: Int((Double(rate) / stretch).rounded()))
            samples = try played.resampled(to: AudioFrame.sampleRate).samples
        } catch {
            throw EvaluationError("\(name) cannot say \"\(text)\": \(error)")
        }
        let second = AudioFrame.sampleRate
        return [Float](repeating: 0, count: second / 5) + samples + [Float](repeating: 0, count: second * 2 / 5)
    }
}
