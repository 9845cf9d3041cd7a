// Recordings of speech, with a label on every 10 ms.

import Foundation
import SerenaAudio

/// A clean recording at ``AudioFrame/sampleRate`` whose active speech level is ``level``, and where the speech in it is.
///
/// The labels come from the clean sound, by the definition of ``SpeechStretches``.
struct LabelledSpeech: Sendable {
    /// Of the active speech level, in dBFS, as ITU-T P.56 measures it.
    static let level = -26.0
    /// A shorter pause does not end an utterance: the hangover of ITU-T P.56.
    static let longestPause = Duration.milliseconds(200)

    let name: String
    /// Whose voice it is: a babble around somebody is made of others.
    let speaker: String
    let samples: [Float]
    /// Where there is speech, in samples.
    let speech: [Range<Int>]
    /// Utterances, in samples: speech with pauses of no more than ``longestPause`` in it, each from its first word on.
    let utterances: [Range<Int>]
    /// The level of the background of the recording, in dBFS.
    let background: Double

    /// - Returns: nil when there is no speech that can be told from the background.
    init?(name: String, speaker: String, recording: Recording) {
        let rate = AudioFrame.sampleRate
        guard let even = try? recording.resampled(to: rate),
            let active = ActiveSpeechLevel.measure(even.samples, sampleRate: rate)
        else { return nil }
        let gain = Float(Level.amplitude(of: Self.level - active))
        let samples = even.samples.map { $0 * gain }
        guard let annotation = SpeechAnnotation.find(in: samples, sampleRate: rate) else { return nil }
        self.name = name
        self.speaker = speaker
        self.samples = samples
        background = annotation.noiseFloor
        let found = SpeechStretches(samples, activeLevel: Self.level, annotation: annotation)
        let inSamples = { (windows: Range<Int>) in
            let length = SpeechStretches.windowLength
            return windows.lowerBound * length..<min(windows.upperBound * length, samples.count)
        }
        speech = found.stretches.map(inSamples)
        utterances = SpeechStretches.joined(found.stretches, gap: SpeechStretches.windows(Self.longestPause))
            .compactMap { whole in found.firstWord(within: whole).map { inSamples($0..<whole.upperBound) } }
    }
}
