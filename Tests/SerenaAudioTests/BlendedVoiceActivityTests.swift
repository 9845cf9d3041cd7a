// That the engine's detector bears whatever comes, and forgets when it is told to.

import Foundation
import Testing

@testable import SerenaAudio

@Suite(.enabled(if: InstalledWeights.weights != nil)) struct BlendedVoiceActivityTests {
    private static func answers(_ samples: [Float]) throws -> [VoiceActivity] {
        var detector = BlendedVoiceActivityDetector(try #require(InstalledWeights.weights))
        return Signal.frames(samples).map { detector.process($0) }
    }

    private static let lifeless: [[Float]] = [
        Signal.silence(1), [Float](repeating: 0.5, count: 16_000), Signal.noise(-60, seconds: 1, seed: 3),
        Signal.noise(-20, seconds: 1, seed: 4), Signal.tone(50, amplitude: 0.1, seconds: 1),
    ]

    @Test(arguments: lifeless.indices)
    func silenceOffsetNoiseAndHumAreNoSpeech(index: Int) throws {
        #expect(try Self.answers(Self.lifeless[index]).allSatisfy { !$0.isSpeech })
    }

    private static let squareWave = (0..<16_000).map { index -> Float in index / 40 % 2 == 0 ? 1 : -1 }
    private static let infinities = (0..<4_800).map { index -> Float in index % 7 == 0 ? .infinity : -.infinity }
    private static let hostile: [[Float]] = [
        squareWave, infinities, [Float](repeating: .nan, count: 4_800), Signal.noise(60, seconds: 0.3, seed: 5),
    ]

    @Test(arguments: hostile.indices)
    func answersAreFiniteWhateverIsHeard(index: Int) throws {
        for answer in try Self.answers(Self.hostile[index]) {
            #expect((0...1).contains(answer.probability) && answer.level.isFinite && answer.noiseFloor.isFinite)
        }
    }

    @Test(arguments: [0, 1, 159, 161, 5_000])
    func aFrameOfAnyLengthIsBorneAndTheMemoryStaysBounded(count: Int) throws {
        let weights = try #require(InstalledWeights.weights)
        for pace in [SileroVoiceActivityDetector.Pace.chunks, .frames] {
            var stream = SileroStream(weights, pace: pace)
            for _ in 0..<20 { #expect((0...1).contains(stream.probability(after: Signal.silence(1).suffix(count)))) }
            #expect(stream.heldSamples < 2 * SileroNetwork.chunk)
        }
    }

    @Test func resettingForgetsTheStream() throws {
        var detector = BlendedVoiceActivityDetector(try #require(InstalledWeights.weights))
        let frames = Signal.frames(Signal.voice(-20, seconds: 0.5) + Signal.noise(-40, seconds: 0.3, seed: 6))
        let first = frames.map { detector.process($0) }
        detector.reset()
        #expect(frames.map { detector.process($0) } == first)
    }
}
