// The assistant's own voice on ways that are not known yet: it begins no turn, and hides nobody.

import Foundation
import Instrumentation
import Testing

@testable import SerenaAudio

@Suite struct UnknownEchoTests {
    private static let frame = AudioFrame.sampleCount

    /// Noise in the rhythm of syllables, which stands for a voice.
    private static func voice(seconds: Double, level: Double, seed: UInt64) -> [Float] {
        var generator = NoiseGenerator(seed: seed)
        let samples = generator.speakerLoop(count: Int(seconds * Double(AudioFrame.sampleRate)))
        return SpeechChannel.amplified(samples, by: level - Level.rms(of: samples))
    }

    /// One stretch of what is played, and how it comes back: in dB, milliseconds, and parts per million of drift.
    struct Part: Sendable {
        var seconds: Double
        var level: Double?
        var delay = 0
        var drift = 0.0
    }

    private static func talk(_ parts: [Part], seed: UInt64) -> (played: [Float], heard: [Float]) {
        var (played, heard) = (
            [Float](repeating: 0, count: 40 * frame), [Float](repeating: 0, count: 40 * frame)
        )
        for (index, part) in parts.enumerated() {
            let voice = voice(seconds: part.seconds, level: -20, seed: seed &+ UInt64(index))
            let sound = voice + [Float](repeating: 0, count: 40 * frame)
            played += sound
            let drifted = SpeechChannel.drifted(sound, partsPerMillion: part.drift)
            let late = Array(([Float](repeating: 0, count: part.delay * 16) + drifted).prefix(sound.count))
            heard += part.level.map { SpeechChannel.amplified(late, by: $0) } ?? late.map { _ in 0 }
        }
        return (played, heard)
    }

    /// The frames that were taken for somebody's speech.
    private static func listen(_ played: [Float], _ heard: [Float]) -> (speech: [Int], stops: [Int]) {
        var listener = DuplexListener(detector: EnergyVoiceActivityDetector())
        var (speech, stops): ([Int], [Int]) = ([], [])
        for number in 0..<played.count / frame {
            let range = number * frame..<(number + 1) * frame
            let found = listener.hear(
                AudioFrame(index: number, time: Instant(nanoseconds: 0), samples: Array(heard[range])),
                reference: Array(played[range]), canInterrupt: true)
            if found.activity.isSpeech { speech.append(number) }
            if found.bid == .claim { stops.append(number) }
        }
        return (speech, stops)
    }

    static let situations: [(String, [Part])] = [
        ("the first answer of all", [Part(seconds: 1.2, level: -6, delay: 200)]),
        ("a sudden echo", [Part(seconds: 1, level: nil), Part(seconds: 1.2, level: -10, delay: 120)]),
        ("a louder one", [Part(seconds: 1, level: -24, delay: 60), Part(seconds: 1, level: -12, delay: 60)]),
        ("another delay", [Part(seconds: 1, level: -12, delay: 30), Part(seconds: 1, level: -12, delay: 240)]),
        ("clocks that drift", [Part(seconds: 2, level: -10, delay: 80, drift: 100)]),
    ]

    @Test(arguments: situations)
    func anEchoThatIsNotKnownIsNoSpeech(_ name: String, _ parts: [Part]) {
        let (played, heard) = Self.talk(parts, seed: 41)
        let found = Self.listen(played, heard)
        #expect(found.speech.isEmpty && found.stops.isEmpty, "\(name)")
    }

    @Test(arguments: [nil, -20.0, -10.0])
    func anotherVoiceIsHeardInTheFirstAnswerOfAll(_ level: Double?) {
        var (played, heard) = Self.talk([Part(seconds: 1.4, level: level, delay: 100)], seed: 51)
        let onset = 90 * Self.frame
        for (index, sample) in Self.voice(seconds: 0.7, level: -20, seed: 61).enumerated() {
            heard[onset + index] += sample
        }
        played = Array(played.prefix(heard.count))
        let found = Self.listen(played, heard)
        #expect(found.speech.contains { (90..<165).contains($0) })
        #expect(!found.speech.contains { $0 < 90 })
    }

    @Test(arguments: [160, 1_923, 6_000])
    func aCopyOfWhatWasPlayedIsFoundAtItsLagAndAnotherVoiceIsNot(_ lag: Int) {
        let played = Self.voice(seconds: 0.8, level: -20, seed: 71)
        let echo = SpeechChannel.amplified([Float](repeating: 0, count: lag) + played, by: -25)
        let other = Self.voice(seconds: 0.8, level: -20, seed: 72)
        var (own, others) = (EchoSearch(), EchoSearch())
        for start in stride(from: 0, to: played.count - Self.frame, by: Self.frame) {
            let range = start..<start + Self.frame
            own.note(heard: Array(echo[range]), played: Array(played[range]))
            others.note(heard: Array(other[range]), played: Array(played[range]))
        }
        let found = own.find(frames: 8)
        #expect(found.lag == lag)
        #expect(found.likeness > 0.9)
        #expect(others.find(frames: 8).likeness < 0.25)
    }

    @Test func silenceIsLikeNothing() {
        var search = EchoSearch()
        let silence = [Float](repeating: 0, count: Self.frame)
        let voice = Self.voice(seconds: 0.3, level: -20, seed: 81)
        for start in stride(from: 0, to: voice.count - Self.frame, by: Self.frame) {
            search.note(heard: Array(voice[start..<start + Self.frame]), played: silence)
        }
        #expect(search.find(frames: 8) == EchoSearch.Finding(likeness: 0, lag: 0, gain: 0))
        #expect(EchoSearch().find(frames: 8) == EchoSearch.Finding(likeness: 0, lag: 0, gain: 0))
    }
}
