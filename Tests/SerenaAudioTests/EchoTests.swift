// The assistant's own voice in its microphone: taken out, never taken for somebody else, and no obstacle to others.

import Foundation
import Instrumentation
import Testing

@testable import SerenaAudio

@Suite struct EchoTests {
    private static let frame = AudioFrame.sampleCount

    /// Noise in the rhythm of syllables, which stands for a voice.
    private static func voice(seconds: Double, level: Double, seed: UInt64) -> [Float] {
        var generator = NoiseGenerator(seed: seed)
        let samples = generator.speakerLoop(count: Int(seconds * Double(AudioFrame.sampleRate)))
        return SpeechChannel.amplified(samples, by: level - Level.rms(of: samples))
    }

    private static func echo(of voice: [Float], level: Double, delay: Int) -> [Float] {
        let late = [Float](repeating: 0, count: delay * 16) + voice
        return SpeechChannel.amplified(Array(late.prefix(voice.count)), by: level)
    }

    @Test(arguments: [(level: -6.0, delay: 10), (-12, 80), (-12, 300)])
    func learnsTheWayOfAnEchoWithinSeconds(_ level: Double, _ delay: Int) {
        let played = Self.voice(seconds: 3, level: -20, seed: 1)
        let heard = Self.echo(of: played, level: level, delay: delay)
        var canceller = EchoCanceller()
        var (before, after) = (0.0, 0.0)
        for start in stride(from: 0, to: played.count - Self.frame, by: Self.frame) {
            let range = start..<start + Self.frame
            let cancelled = canceller.cancel(Array(heard[range]), reference: Array(played[range]))
            #expect(cancelled.residual.plain <= Double(heard[range].reduce(0) { $0 + $1 * $1 }) / 160 * 1.001 + 1e-12)
            guard start > 2 * AudioFrame.sampleRate else { continue }
            before += heard[range].reduce(0.0) { $0 + Double($1) * Double($1) }
            after += cancelled.samples.reduce(0.0) { $0 + Double($1) * Double($1) }
        }
        #expect(10 * log10(before / max(after, 1e-12)) > 10)
    }

    @Test func leavesTheMicrophoneAloneWhileNothingIsPlayed() {
        var canceller = EchoCanceller()
        let frame = Self.voice(seconds: 0.1, level: -20, seed: 3)
        let silence = [Float](repeating: 0, count: Self.frame)
        for _ in 0..<3 {
            #expect(canceller.cancel(Array(frame.prefix(160)), reference: silence).samples == Array(frame.prefix(160)))
        }
        #expect(canceller.isIdle)
    }

    @Test func survivesSamplesThatAreNoNumbers() {
        var canceller = EchoCanceller()
        let bad = [Float](repeating: .nan, count: Self.frame)
        let huge = [Float](repeating: 1e30, count: Self.frame)
        for _ in 0..<3 {
            _ = canceller.cancel(bad, reference: huge)
            _ = canceller.cancel(huge, reference: bad)
        }
        let voice = Self.voice(seconds: 0.1, level: -20, seed: 4)
        let after = canceller.cancel(Array(voice.prefix(160)), reference: Array(voice.prefix(160)))
        #expect(!after.samples.contains { !$0.isFinite })
    }

    /// Hears `played` through an echo, with `other` from `start` on; gives the frames that are speech, and those with a bid for the floor.
    private static func listen(
        played: [Float], level: Double, delay: Int, other: [Float] = [], at start: Int = 0
    ) -> (speech: [Int], bids: [Int]) {
        var microphone = echo(of: played, level: level, delay: delay)
        for index in other.indices where start + index < microphone.count { microphone[start + index] += other[index] }
        var listener = DuplexListener(detector: EnergyVoiceActivityDetector())
        var (speech, bids): ([Int], [Int]) = ([], [])
        for number in 0..<played.count / frame {
            let range = number * frame..<(number + 1) * frame
            let heard = listener.hear(
                AudioFrame(index: number, time: Instant(nanoseconds: 0), samples: Array(microphone[range])),
                reference: Array(played[range]), canInterrupt: true)
            if heard.activity.isSpeech { speech.append(number) }
            if heard.bid != nil { bids.append(number) }
        }
        return (speech, bids)
    }

    @Test(arguments: [(level: -6.0, delay: 80), (-30, 200)])
    func theOwnVoiceAloneIsNoSpeech(_ level: Double, _ delay: Int) {
        let quiet = [Float](repeating: 0, count: AudioFrame.sampleRate / 4)
        let played = quiet + Self.voice(seconds: 2.5, level: -20, seed: 5)
        let heard = Self.listen(played: played, level: level, delay: delay)
        #expect(heard.speech.isEmpty && heard.bids.isEmpty)
    }

    @Test func anotherVoiceIsHeardThroughTheOwn() {
        let played = Self.voice(seconds: 3, level: -20, seed: 6)
        let other = Self.voice(seconds: 0.8, level: -22, seed: 7)
        let heard = Self.listen(played: played, level: -12, delay: 80, other: other, at: 32_000)
        #expect(heard.speech.contains { (200..<280).contains($0) })
        #expect(!heard.speech.contains { $0 < 195 })
    }

    @Test func aTimelineGivesBackWhatWasPlayedAtAnyRate() {
        let start = Instant(nanoseconds: 5_000_012_345)
        for rate in [16_000, 22_050, 48_000] {
            let tone = Signal.tone(500, seconds: 0.2, rate: rate)
            var timeline = SoundTimeline()
            timeline.add(Array(tone.prefix(rate / 100)), rate: rate, at: start)
            timeline.add(Array(tone.dropFirst(rate / 100)), rate: rate, at: start + .samples(rate / 100, at: rate))
            // From a time between two samples on.
            let heard = timeline.samples(from: start + .microseconds(50_020), count: 160)
            for index in heard.indices {
                let time = 0.050_02 + Double(index) / 16_000
                #expect(abs(Double(heard[index]) - 0.5 * sin(2 * .pi * 500 * time)) < 0.02)
            }
            timeline.cut(at: start + .milliseconds(60))
            #expect(timeline.samples(from: start + .milliseconds(70), count: 160).allSatisfy { $0 == 0 })
            #expect(timeline.sounds(from: start, to: start + .milliseconds(10)))
            timeline.forget(before: start + .seconds(2))
            #expect(timeline.end == nil)
        }
    }

    @Test func aTimelineKeepsABoundedAmount() {
        var timeline = SoundTimeline()
        let second = [Float](repeating: 0.1, count: 48_000)
        for number in 0..<200 {
            timeline.add(second, rate: 48_000, at: Instant(nanoseconds: Int64(number) * 1_000_000_000))
        }
        #expect(!timeline.sounds(from: Instant(nanoseconds: 0), to: Instant(nanoseconds: 79_000_000_000)))
        #expect(timeline.sounds(from: Instant(nanoseconds: 100_000_000_000), to: Instant(nanoseconds: 101_000_000_000)))
    }

    @Test func aToneOrClappingIsNoInterruption() {
        var generator = NoiseGenerator(seed: 8)
        let applause = generator.loop(.applause, count: 16_000)
        var detector = BargeInDetector()
        let loud = SpeechChannel.amplified(applause, by: -26 - Level.rms(of: applause))
        for start in stride(from: 0, to: loud.count, by: Self.frame) {
            let bid = detector.step(Array(loud[start..<start + Self.frame]), isLoud: true)
            #expect(bid == nil)
        }
    }
}
