// That voice activity is scored by the definitions, and that the engine's detector tells speech in noise.

import EvaluationInterface
import Foundation
import Instrumentation
import SerenaAudio
import Testing

@testable import SpeechEvaluation

@Suite struct VoiceActivityEvaluationTests {
    private static let home = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static var weights: SileroWeights? {
        try? VoiceActivityEvaluation.weights(EvaluationContext(home: home, clock: VirtualClock()))
    }

    private static let rankings: [(probabilities: [Double], labels: [Bool], area: Double)] = [
        ([0.1, 0.9], [false, true], 1), ([0.9, 0.1], [false, true], 0), ([0.5, 0.5, 0.5], [false, true, true], 0.5),
        ([0.1, 0.4, 0.35, 0.8], [false, false, true, true], 0.75),
    ]

    @Test(arguments: rankings)
    func theAreaIsTheShareOfPairsInOrder(probabilities: [Double], labels: [Bool], area: Double) {
        #expect(abs(ActivityScore.area(zip(probabilities, labels).map { ($0, $1) }) - area) < 1e-12)
    }

    /// A tone that lasts from 0.3 to 0.7 s and from 1.2 to 1.5 s, with a gap of 50 ms in the first part.
    private static func speech() throws -> LabelledSpeech {
        let samples = (0..<32_000).map { index -> Float in
            let time = Double(index) / 16_000
            let isOn = (0.3..<0.5).contains(time) || (0.55..<0.7).contains(time) || (1.2..<1.5).contains(time)
            return isOn ? Float(0.1 * sin(2 * .pi * 300 * time)) : 0
        }
        return try #require(
            LabelledSpeech(name: "tone", speaker: "tone", recording: Recording(samples: samples, sampleRate: 16_000)))
    }

    @Test func gapsOfPlosivesBelongToSpeechAndPausesDoNot() throws {
        let speech = try Self.speech()
        #expect(speech.speech == [4_800..<11_200, 19_200..<24_000])
        #expect(speech.utterances == speech.speech)
    }

    @Test func startsAndEndsAreMeasuredFromTheTrueOnes() throws {
        let scene = NoisyScene(try Self.speech(), .clean, noise: NoiseSupply(seed: 1, voices: []))
        // Notices each utterance 30 ms late and its end 20 ms late, and misses nothing.
        let starts = [233, 323]
        let ends = [272, 352]
        let answers = scene.labels.indices.map { frame in
            let isSpeech = zip(starts, ends).contains { $0 <= frame && frame < $1 }
            return VoiceActivity(isSpeech: isSpeech, level: -20, noiseFloor: -60)
        }
        var score = ActivityScore()
        score.add(scene, answers)
        #expect(score.onsets == [40, 40] && score.ends == [20, 20])
        #expect(score.utterances == 2 && score.missed == 0 && score.drops == 0)
        #expect(score.falseFrames == 4)
    }

    @Test(.enabled(if: weights != nil)) func theEnginesDetectorTellsSpeechInApplause() throws {
        let weights = try #require(Self.weights)
        let corpus = try SpeechCorpus(home: Self.home)
        let noise = NoiseSupply(seed: 3, voices: corpus.held)
        var score = ActivityScore()
        var energy = ActivityScore()
        for speech in corpus.held.prefix(1) {
            for surroundings in [Surroundings.clean, Surroundings(noise: .applause, signalToNoise: 10)] {
                let scene = NoisyScene(speech, surroundings, noise: noise)
                var detector = BlendedVoiceActivityDetector(weights)
                var level = EnergyVoiceActivityDetector()
                score.add(scene, scene.frames.map { detector.process($0) })
                energy.add(scene, scene.frames.map { level.process($0) })
            }
        }
        #expect(score.area > 0.97 && score.area > energy.area)
        #expect(score.missed == 0)
    }

    @Test func whatIsMissingIsNamedWithItsRemedy() {
        let context = EvaluationContext(home: URL(filePath: "/nowhere"), clock: VirtualClock())
        let error = #expect(throws: EvaluationError.self) { try VoiceActivityEvaluation.weights(context) }
        #expect(error?.remedy == "scripts/serena-bench setup")
    }
}
