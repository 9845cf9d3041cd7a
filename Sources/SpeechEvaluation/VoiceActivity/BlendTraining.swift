// Finds the weights that blend the Silero network with the level.

import EvaluationInterface
import Foundation
import Instrumentation
import SerenaAudio

/// Trains ``BlendWeights`` on the tuning half of the recordings, and prints them as they stand in the source.
struct BlendTraining: Evaluation {
    let name = "voice-activity-training"
    let summary =
        "finds the weights of the voice activity detector; what it prints goes into BlendWeights+Standard.swift"

    /// Passes over all examples; with ``EvaluationContext/isQuick`` only one.
    private static let passes = 12
    private static let batch = 256
    /// Microphones near and far, in dB.
    private static let gains = [0.0, -6, 6, -12]

    struct Example: Sendable {
        let features: [Double]
        let isSpeech: Bool
    }

    func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let corpus = try SpeechCorpus(home: context.home)
        let weights = try VoiceActivityEvaluation.weights(context)
        let noise = NoiseSupply(seed: context.seed &+ 1_000, voices: corpus.tuning)
        var examples: [Example] = []
        let surroundings = context.isQuick ? [.clean] : Surroundings.all
        for (index, surroundings) in surroundings.enumerated() {
            context.progress("listening", Double(index) / Double(Surroundings.all.count))
            for (number, speech) in corpus.tuning.prefix(context.isQuick ? 4 : .max).enumerated() {
                try Task.checkCancellation()
                let gain = Self.gains[(index + number) % Self.gains.count]
                examples += Self.examples(NoisyScene(speech, surroundings, noise: noise, gain: gain), weights)
            }
        }
        var trainer = BlendTrainer(examples, seed: context.seed)
        var losses: [Double] = []
        for pass in 0..<(context.isQuick ? 1 : Self.passes) {
            try Task.checkCancellation()
            context.progress("training", Double(pass) / Double(Self.passes))
            losses.append(trainer.pass(examples, batch: Self.batch, rate: 0.004 * pow(0.75, Double(pass))))
        }
        var report = EvaluationReport(name: name, title: "The weights that blend the Silero network with the level")
        report.tables = [
            EvaluationTable(
                title: "Cross-entropy of the tuning half", columns: ["pass", "nats"],
                rows: losses.enumerated().map { ["\($0 + 1)", String(format: "%.4f", $1)] })
        ]
        report.notes = ["\(examples.count) frames", Self.source(trainer.weights)]
        return report
    }

    private static func examples(_ scene: NoisyScene, _ weights: SileroWeights) -> [Example] {
        var senses = VoiceSenses(weights)
        let settling = NoisyScene.settling / AudioFrame.sampleCount
        return zip(scene.frames, scene.labels).map { Example(features: senses.sense($0).features, isSpeech: $1) }
            .dropFirst(settling).map(\.self)
    }

    /// The weights as a list of numbers, eight in a line.
    private static func source(_ weights: BlendWeights) -> String {
        let numbers = weights.values.map { String(format: "%.4f", $0) }
        return stride(from: 0, to: numbers.count, by: 8).map {
            "        " + numbers[$0..<min($0 + 8, numbers.count)].joined(separator: ", ") + ","
        }.joined(separator: "\n")
    }
}

/// Gradient descent with momentum on cross-entropy (Adam; Kingma and Ba, 2015).
struct BlendTrainer {
    private(set) var weights: BlendWeights
    private var random: SeededGenerator
    private var mean: [Double]
    private var square: [Double]
    private var steps = 0

    init(_ examples: [BlendTraining.Example], seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Double(max(1, examples.count))
        let centres = (0..<BlendWeights.inputs).map { input in
            examples.reduce(0) { $0 + $1.features[input] } / count
        }
        let spreads = (0..<BlendWeights.inputs).map { input in
            max(0.1, (examples.reduce(0) { $0 + pow($1.features[input] - centres[input], 2) } / count).squareRoot())
        }
        let learned = (0..<BlendWeights.learned).map { _ in Double.random(in: -0.4...0.4, using: &random) }
        self.random = random
        weights = BlendWeights(centres: centres, spreads: spreads, learned: learned)
        mean = [Double](repeating: 0, count: BlendWeights.learned)
        square = mean
    }

    /// Goes through all examples once, in random order; gives their mean cross-entropy.
    mutating func pass(_ examples: [BlendTraining.Example], batch: Int, rate: Double) -> Double {
        var loss = 0.0
        let order = examples.indices.shuffled(using: &random)
        for start in stride(from: 0, to: order.count, by: batch) {
            var gradient = [Double](repeating: 0, count: BlendWeights.learned)
            let chosen = order[start..<min(start + batch, order.count)]
            for index in chosen { loss += weights.addGradient(of: examples[index], to: &gradient) }
            step(gradient.map { $0 / Double(chosen.count) }, rate: rate)
        }
        return loss / Double(max(1, examples.count))
    }

    private mutating func step(_ gradient: [Double], rate: Double) {
        steps += 1
        let first = 1 - pow(0.9, Double(steps))
        let second = 1 - pow(0.999, Double(steps))
        for index in gradient.indices {
            mean[index] += 0.1 * (gradient[index] - mean[index])
            square[index] += 0.001 * (gradient[index] * gradient[index] - square[index])
            weights.learned[index] -= rate * (mean[index] / first) / ((square[index] / second).squareRoot() + 1e-8)
        }
    }
}

extension BlendWeights {
    /// Adds the gradient of the cross-entropy of one example; gives the cross-entropy.
    func addGradient(of example: BlendTraining.Example, to gradient: inout [Double]) -> Double {
        let inputs = normalized(example.features)
        let units = hidden(inputs)
        let output = self.output(of: units)
        let error = output - (example.isSpeech ? 1 : 0)
        let last = Self.hidden * (Self.inputs + 1)
        for unit in 0..<Self.hidden {
            gradient[last + unit] += error * units[unit]
            let slope = error * learned[last + unit] * (1 - units[unit] * units[unit])
            let row = unit * (Self.inputs + 1)
            for input in 0..<Self.inputs { gradient[row + input] += slope * inputs[input] }
            gradient[row + Self.inputs] += slope
        }
        gradient[last + Self.hidden] += error
        return -log(max(1e-12, example.isSpeech ? output : 1 - output))
    }
}
