// Recordings of speech, with a label on every 10 ms.

import Foundation
import SerenaAudio

/// A clean recording at ``AudioFrame/sampleRate`` whose active speech level is ``level``, and where the speech in it is.
///
/// The labels come from the clean sound, by the definition of ``SpeechAnnotation``: windows of 5 ms above the threshold
/// (30 dB below the active level, and well above the background of the recording) are sound of speech. Gaps up to
/// ``longestClosure`` belong to it, because plosives have such inside words.
struct LabelledSpeech: Sendable {
    /// Of the active speech level, in dBFS, as ITU-T P.56 measures it.
    static let level = -26.0
    /// The closure of a plosive; a longer gap is a pause.
    static let longestClosure = Duration.milliseconds(60)
    /// A shorter pause does not end an utterance: the hangover of ITU-T P.56.
    static let longestPause = Duration.milliseconds(200)

    private static let windowLength = AudioFrame.sampleRate / 200

    let name: String
    /// Whose voice it is: a babble around somebody is made of others.
    let speaker: String
    let samples: [Float]
    /// Where there is speech, in samples.
    let speech: [Range<Int>]
    /// Utterances, in samples: speech with pauses of no more than ``longestPause`` in it.
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
        let windows = Self.windowsOfSpeech(samples, annotation)
        let inSamples = { (windows: Range<Int>) in
            windows.lowerBound * Self.windowLength..<min(windows.upperBound * Self.windowLength, samples.count)
        }
        speech = windows.map(inSamples)
        utterances = Self.joined(windows, gap: Int(Self.longestPause / .milliseconds(5))).map(inSamples)
    }

    /// Stretches of windows that are speech: loud ones, joined across closures.
    private static func windowsOfSpeech(_ samples: [Float], _ annotation: SpeechAnnotation) -> [Range<Int>] {
        let contrast = annotation.activeLevel - annotation.noiseFloor
        let threshold = max(annotation.activeLevel - 30, annotation.noiseFloor + max(8, 0.3 * contrast))
        let isLoud = stride(from: 0, to: samples.count, by: windowLength).map {
            Level.rms(of: samples[$0..<min($0 + windowLength, samples.count)]) > threshold
        }
        // As in the annotation: gaps of 30 ms are bridged, then stretches shorter than 20 ms, which are clicks, dropped.
        let sounds = joined(isLoud.indices.filter { isLoud[$0] }.map { $0..<$0 + 1 }, gap: 6).filter { $0.count >= 4 }
        return joined(sounds, gap: Int(longestClosure / .milliseconds(5)))
    }

    private static func joined(_ stretches: [Range<Int>], gap: Int) -> [Range<Int>] {
        stretches.reduce(into: []) { joined, next in
            if let last = joined.last, next.lowerBound - last.upperBound <= gap {
                joined[joined.count - 1] = last.lowerBound..<next.upperBound
            } else {
                joined.append(next)
            }
        }
    }
}
