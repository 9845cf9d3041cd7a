// A microphone that is always on: how often it takes talk and noise for the wake word.

import Instrumentation
import SerenaAudio
import SerenaSpeech

/// Feeds a spotter with sound without end, confirms its hits by recognition as the engine does, and keeps the accounts.
struct WakeWordStream {
    let phrase: WakePhrase
    private let spotter: KeyphraseSpotter
    private let recognizer: any SpeechRecognizer
    private var recent: [Float] = []

    /// Hits of the spotter, and those that recognition confirmed.
    private(set) var hits = 0
    private(set) var accepts: [String] = []
    private(set) var audioSeconds = 0.0
    private(set) var spottingSeconds = 0.0
    private(set) var confirmingSeconds = 0.0

    /// What is recognised around a hit: this much before its end and behind it, in samples.
    private static let before = 2 * AudioFrame.sampleRate
    private static let behind = AudioFrame.sampleRate / 2
    private static let chunk = AudioFrame.sampleRate / 10

    init(_ phrase: WakePhrase, spotter: KeyphraseSpotter, recognizer: any SpeechRecognizer) {
        (self.phrase, self.spotter, self.recognizer) = (phrase, spotter, recognizer)
    }

    /// Takes the next stretch of sound, in which nobody says the phrase.
    mutating func hear(_ samples: [Float]) throws {
        let stream = recent + samples
        var found: [Int] = []
        let (_, seconds) = try RecognitionFigures.cpuSeconds {
            for start in stride(from: recent.count, to: stream.count, by: Self.chunk) {
                let end = min(start + Self.chunk, stream.count)
                if try spotter.hear(stream[start..<end]) != nil { found.append(end) }
            }
        }
        spottingSeconds += seconds
        audioSeconds += RecognitionFigures.seconds(samples)
        hits += found.count
        for end in found {
            let window = max(0, end - Self.before)..<min(stream.count, end + Self.behind)
            let (transcript, seconds) = try RecognitionFigures.cpuSeconds {
                try recognizer.transcribe(Array(stream[window]), sampleRate: AudioFrame.sampleRate)
            }
            confirmingSeconds += seconds
            if phrase.find(in: transcript.text) != nil { accepts.append(transcript.text) }
        }
        recent = Array(stream.suffix(Self.before))
    }

    /// Per hour of sound.
    func perHour(_ count: Int) -> Double { Double(count) / max(1e-9, audioSeconds) * 3_600 }
}
