// Conditions put on files, and those that only a talk can have.

import Foundation
import Instrumentation
import SerenaAudio
import Testing

@testable import SerenaBench

@Suite struct DegradeTests {
    private static let speech: [Float] = (0..<48_000).map { index in
        index < 40_000 ? Float(0.2 * sin(Double(index) * 0.2)) : 0
    }

    private static func degrade(_ text: String, ownVoice: [Float] = [], seed: UInt64 = 1) throws -> FileDegradation {
        try FileDegradation(
            Recording(samples: speech, sampleRate: 16_000), ConditionText.parse(text), seed: seed, ownVoice: ownVoice)
    }

    @Test(arguments: ["babble(10dB)", "white(10dB)", "applause(10dB)", "second-speaker(10dB)"])
    func reachesTheRatioAskedFor(_ text: String) throws {
        let ratio = try #require(try Self.degrade(text).signalToNoise)
        #expect(abs(ratio - 10) < 0.1)
    }

    @Test(arguments: ["babble(10dB)", "loss(10%)", "loss(10%, 80ms)", "dropouts(50ms, 10%)", "room(0.3s)"])
    func theSeedDecides(_ text: String) throws {
        let (first, again) = (try Self.degrade(text).samples, try Self.degrade(text).samples)
        let other = try Self.degrade(text, seed: 2).samples
        #expect(first == again)
        #expect(first != other)
    }

    @Test func countsWhatIsClippedLostAndMissing() throws {
        let clipped = try Self.degrade("clipping(-20dB)")
        #expect(clipped.clippedSamples > 20_000 && clipped.samples.allSatisfy { abs($0) <= 0.1001 })
        let lossy = try Self.degrade("loss(10%)")
        #expect(lossy.lostFrames > 5)
        let away = try Self.degrade("unplugged(1s, 500ms)")
        #expect(away.missingFrames == 50 && away.samples.count == 40_000)
    }

    @Test func anEchoComesLaterAndSofter() throws {
        var click = [Float](repeating: 0, count: 100)
        click[0] = 1
        let silent = try FileDegradation(
            Recording(samples: [Float](repeating: 0, count: 16_000), sampleRate: 16_000),
            ConditionText.parse("echo(-20dB, 80ms)"), seed: 1, ownVoice: click)
        #expect(silent.samples.firstIndex { $0 != 0 } == 1_280)
        #expect(abs(silent.samples[1_280] - 0.1) < 1e-4)
    }

    @Test(arguments: ["echo(-12dB)", "echo(3dB, 80ms)", "echo(-12dB, 2s)", "second-speaker", "unplugged(1s)"])
    func refusesWhatCannotBe(_ text: String) {
        #expect(throws: ConditionText.Problem.self) { try ConditionText.parse(text) }
    }

    @Test func theLoudspeakerComesBackIntoTheMicrophone() {
        let clock = VirtualClock()
        let output = LoudspeakerRecorder(clock: clock)
        let due = output.play(AudioChunk(samples: [Float](repeating: 0.5, count: 1_600), sampleRate: 16_000))
        let sound = output.sound(from: due + .milliseconds(20), count: 160)
        #expect(sound.allSatisfy { abs($0 - 0.5) < 0.02 })
        #expect(output.sound(from: due + .milliseconds(200), count: 160).allSatisfy { $0 == 0 })
    }
}
