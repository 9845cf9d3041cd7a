// Where there is speech in a clean recording, and where its words begin: the labels of every evaluation that counts from an onset.

import Foundation
import Instrumentation
import SerenaAudio

/// The stretches of a clean recording that sound like speech.
///
/// Windows of 5 ms above the threshold of ``SpeechAnnotation`` (30 dB below the active level, and well above the background of the recording) are sound.
/// Gaps up to ``longestClosure`` belong to it, because plosives have such inside words.
struct SpeechStretches: Sendable {
    /// The closure of a plosive; a longer gap is a pause.
    static let longestClosure = Duration.milliseconds(60)
    /// No word is shorter. A shorter sound on its own before a word is a click, a smack of the lips, or a piece of a breath.
    static let shortestWord = Duration.milliseconds(100)
    /// A soft consonant at the beginning of a word, such as /f/ or /h/, lasts about a tenth of a second. What is as soft for longer is breath.
    static let longestSoftBeginning = Duration.milliseconds(100)
    /// Speech is active above this level, relative to its active level, in dB: the margin of ITU-T P.56.
    static let activity = -15.9
    /// It must stay there for so long: a shorter sound is a click.
    private static let shortestActivity = Duration.milliseconds(20)

    static let windowLength = AudioFrame.sampleRate / 200

    /// In windows of ``windowLength`` samples.
    let stretches: [Range<Int>]
    /// The level of each window, in dBFS.
    private let levels: [Double]
    /// As ITU-T P.56 measures it, in dBFS.
    private let activeLevel: Double

    /// - Parameters:
    ///   - samples: at ``AudioFrame/sampleRate``.
    ///   - activeLevel: of the speech by ITU-T P.56, in dBFS.
    ///   - annotation: of the same samples.
    init(_ samples: [Float], activeLevel: Double, annotation: SpeechAnnotation) {
        let contrast = annotation.activeLevel - annotation.noiseFloor
        let threshold = max(annotation.activeLevel - 30, annotation.noiseFloor + max(8, 0.3 * contrast))
        let levels = stride(from: 0, to: samples.count, by: Self.windowLength).map {
            Level.rms(of: samples[$0..<min($0 + Self.windowLength, samples.count)])
        }
        // As in the annotation: gaps of 30 ms are bridged, then stretches shorter than 20 ms, which are clicks, dropped.
        let sounds = Self.joined(levels.indices.filter { levels[$0] > threshold }.map { $0..<$0 + 1 }, gap: 6)
            .filter { $0.count >= 4 }
        stretches = Self.joined(sounds, gap: Self.windows(Self.longestClosure))
        self.levels = levels
        self.activeLevel = activeLevel
    }

    /// The window with which the first word within `utterance` begins; nil when there is no word in it.
    ///
    /// A word is a stretch of ``shortestWord`` or more in which speech is active. It begins where the stretch does, but no more than
    /// ``longestSoftBeginning`` before speech is active.
    func firstWord(within utterance: Range<Int>) -> Int? {
        let shortest = Self.windows(Self.shortestWord)
        for stretch in stretches where utterance.contains(stretch.lowerBound) && stretch.count >= shortest {
            if let active = firstActivity(in: stretch) {
                return max(stretch.lowerBound, active - Self.windows(Self.longestSoftBeginning))
            }
        }
        return nil
    }

    private func firstActivity(in stretch: Range<Int>) -> Int? {
        let length = Self.windows(Self.shortestActivity)
        return stretch.dropLast(length - 1).first { start in
            levels[start..<start + length].allSatisfy { $0 >= activeLevel + Self.activity }
        }
    }

    static func windows(_ duration: Duration) -> Int { Int(duration / .milliseconds(5)) }

    /// Stretches with gaps of up to `gap` between them made one.
    static func joined(_ stretches: [Range<Int>], gap: Int) -> [Range<Int>] {
        stretches.reduce(into: []) { joined, next in
            if let last = joined.last, next.lowerBound - last.upperBound <= gap {
                joined[joined.count - 1] = last.lowerBound..<next.upperBound
            } else {
                joined.append(next)
            }
        }
    }
}
