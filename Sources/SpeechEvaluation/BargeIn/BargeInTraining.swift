// Teaches the small network what an interruption sounds like.

import EvaluationInterface
import Foundation
import Instrumentation
import SerenaAudio

/// Learns the weights that ship with the program, and prints them.
struct BargeInTraining: Evaluation {
    let name = "barge-in-training"
    let summary = "learn anew what tells an interruption from a cough, clapping and humming, and print the weights"

    func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let library = try ClipLibrary(home: context.home, seed: context.seed)
        let scene = try AnswerScene(seed: context.seed)
        var random = SeededGenerator(seed: context.seed)
        let clips = library.learning.shuffled(using: &random)
        // One clip in four is kept back to find how sure the network must be.
        let kept = clips.indices.filter { $0 % 4 == 3 }.map { clips[$0] }
        let taught = clips.indices.filter { $0 % 4 != 3 }.map { clips[$0] }.flatMap { clip in
            [clip] + [14_000, 18_300].compactMap { clip.played(at: $0) }
        }
        let scale = context.isQuick ? 20 : 1
        let lessons = try findings(of: taught, each: 2_000 / scale, scene, context, "lessons")
        let checks = try findings(of: kept, each: 400 / scale, scene, context, "checks")
        var lesson = Lesson(lessons)
        let network = lesson.teach(epochs: context.isQuick ? 2 : 12, random: &random) {
            context.progress("learning", $0)
        }
        return report(network, checks: checks, examples: lesson.count)
    }

    private func findings(
        of clips: [SoundClip], each: Int, _ scene: AnswerScene, _ context: EvaluationContext, _ what: String
    ) throws -> [BargeInFinding] {
        var trials: [BargeInTrial] = []
        // "Uh-huh" and "yeah" begin like any sentence: to learn from them would only blur the others.
        for (index, kind) in SoundClip.Kind.allCases.enumerated() where kind != .agreement {
            let some = clips.filter { $0.kind == kind }
            let count = kind == .speech ? each : each / 2
            trials += BargeInTrials.draw(some, count: count, moves: false, seed: context.seed &+ UInt64(index) &* 31)
        }
        return try BargeInTrials.ask(trials, in: scene) { context.progress(what, $0) }
    }

    /// What is asked of the evidence in one clip, once for each look.
    private struct Check {
        var kind: SoundClip.Kind
        var looks: [(age: Duration, single: Float, together: Float)]

        init(_ finding: BargeInFinding, _ network: OnsetNetwork) {
            kind = finding.trial.clip.kind
            let activations = finding.questions.map { network.activation(of: $0.values).output }
            looks = finding.questions.indices.map {
                (finding.questions[$0].age, activations[$0], BargeInDetector.evidence(Array(activations[...$0])))
            }
        }

        /// Whether a look reaches `threshold` behind the onset and before `limit`.
        func reaches(
            _ threshold: Float, by limit: Duration,
            _ value: KeyPath<(age: Duration, single: Float, together: Float), Float>
        ) -> Bool {
            looks.contains { $0.age > .zero && $0.age <= limit && $0[keyPath: value] >= threshold }
        }
    }

    private func table(
        _ title: String, _ checks: [Check], by limits: [Duration], thresholds: [Float],
        _ reaches: (Check, Float, Duration) -> Bool
    ) -> EvaluationTable {
        let others = SoundClip.Kind.allCases.filter { $0 != .agreement && $0 != .speech }
        let columns = limits.map { "speech within \(EvaluationFigures.milliseconds($0)) ms, %" }
        var table = EvaluationTable(
            title: title,
            columns: ["asked for"] + columns + ["speech, %"] + others.map { "\($0.rawValue), %" } + ["echo alone, %"])
        for threshold in thresholds {
            func share(_ kind: SoundClip.Kind, within limit: Duration = .seconds(10)) -> String {
                let all = checks.filter { $0.kind == kind }
                return EvaluationFigures.percent(all.count { reaches($0, threshold, limit) }, of: all.count)
            }
            let alone = checks.count { $0.looks.contains { $0.age < .zero && $0.single >= threshold } }
            table.rows.append(
                ["\(threshold)"] + limits.map { share(.speech, within: $0) } + [share(.speech)]
                    + others.map { share($0) } + [EvaluationFigures.percent(alone, of: checks.count)])
        }
        return table
    }

    private func report(_ network: OnsetNetwork, checks: [BargeInFinding], examples: Int) -> EvaluationReport {
        var report = EvaluationReport(name: name, title: "What tells an interruption, learned from \(examples) looks")
        let checks = checks.map { Check($0, network) }
        report.tables = [
            table(
                "Clips that were kept back: one look is enough for a claim", checks,
                by: [.milliseconds(92), .milliseconds(150)], thresholds: [0, 0.5, 1, 1.5, 2, 2.5, 3, 4]
            ) { $0.reaches($1, by: $2, \.single) },
            table(
                "Clips that were kept back: three looks settle what is speech", checks,
                by: [.milliseconds(150), .milliseconds(300)], thresholds: [6, 8, 10, 12, 14]
            ) { $0.reaches($1, by: $2, \.together) },
        ]
        let lines = stride(from: 0, to: network.parameters.count, by: 12).map { start in
            network.parameters[start..<min(start + 12, network.parameters.count)]
                .map { String(format: "%.3f", $0) }.joined(separator: ", ")
        }
        report.notes = ["the weights, for OnsetWeights.swift:\n" + lines.joined(separator: ",\n")]
        return report
    }
}

/// Examples, and learning from them by Adam (D. Kingma and J. Ba, *Adam: a method for stochastic optimization*, 2015).
private struct Lesson {
    private var examples: [(values: [Float], isSpeech: Bool, weight: Float)] = []
    private static let batch = 256
    private static let rate: Float = 0.004
    private static let decay: Float = 3e-4

    var count: Int { examples.count }

    init(_ findings: [BargeInFinding]) {
        for finding in findings {
            for question in finding.questions {
                guard let weight = Self.weight(of: finding.trial.clip.kind, at: question.age) else { continue }
                let isSpeech = finding.trial.clip.kind == .speech && question.age > .zero
                examples.append((question.values, isSpeech, weight))
            }
        }
        let speech = examples.reduce(Float(0)) { $0 + ($1.isSpeech ? $1.weight : 0) }
        let other = examples.reduce(Float(0)) { $0 + ($1.isSpeech ? 0 : $1.weight) }
        for index in examples.indices where !examples[index].isSpeech && other > 0 {
            examples[index].weight *= speech / other
        }
    }

    /// What a look counts for; nil when nobody can tell yet.
    ///
    /// The first tenth of a second decides for speech. Clapping must not be taken for it at any time, nor what is left of an echo; that a cough or a hum
    /// holds an answer is not as bad, because the answer goes on.
    private static func weight(of kind: SoundClip.Kind, at age: Duration) -> Float? {
        if age <= .zero { return 1 }
        guard age > .milliseconds(20) else { return nil }
        switch kind {
        case .speech: return age <= .milliseconds(100) ? 2 : age <= .milliseconds(150) ? 1 : 0.3
        case .applause, .agreement: return 1
        case .cough, .hum: return 0.3
        }
    }

    mutating func teach(epochs: Int, random: inout SeededGenerator, progress: (Double) -> Void) -> OnsetNetwork {
        let stride = OnsetNetwork.inputs + 1
        let start = (0..<OnsetNetwork.parameterCount).map { index in
            index % stride == OnsetNetwork.inputs ? 0 : Float.random(in: -0.25...0.25, using: &random)
        }
        guard var network = OnsetNetwork(parameters: start) else { return .undecided }
        var (first, second) = (start.map { _ in Float(0) }, start.map { _ in Float(0) })
        var step: Float = 0
        for epoch in 0..<epochs {
            examples.shuffle(using: &random)
            let rate = Self.rate * (1 - Float(epoch) / Float(epochs))
            for begin in Swift.stride(from: 0, to: examples.count, by: Self.batch) {
                let gradient = gradient(of: network, over: examples[begin..<min(begin + Self.batch, examples.count)])
                step += 1
                let (firstBias, secondBias) = (1 - pow(0.9, step), 1 - pow(0.999, step))
                for index in gradient.indices {
                    let slope = gradient[index] + Self.decay * network.parameters[index]
                    first[index] = 0.9 * first[index] + 0.1 * slope
                    second[index] = 0.999 * second[index] + 0.001 * slope * slope
                    network.parameters[index] -=
                        rate * (first[index] / firstBias) / ((second[index] / secondBias).squareRoot() + 1e-8)
                }
            }
            progress(Double(epoch + 1) / Double(epochs))
        }
        return network
    }

    private func gradient(
        of network: OnsetNetwork, over batch: ArraySlice<(values: [Float], isSpeech: Bool, weight: Float)>
    ) -> [Float] {
        var gradient = [Float](repeating: 0, count: OnsetNetwork.parameterCount)
        let stride = OnsetNetwork.inputs + 1
        let output = OnsetNetwork.hidden * stride
        for example in batch {
            let (sum, hidden) = network.activation(of: example.values)
            let error = (1 / (1 + exp(-sum)) - (example.isSpeech ? 1 : 0)) * example.weight / Float(batch.count)
            gradient[output + OnsetNetwork.hidden] += error
            for unit in 0..<OnsetNetwork.hidden {
                gradient[output + unit] += error * hidden[unit]
                let slope = error * network.parameters[output + unit] * (1 - hidden[unit] * hidden[unit])
                gradient[unit * stride + OnsetNetwork.inputs] += slope
                for input in 0..<OnsetNetwork.inputs {
                    gradient[unit * stride + input] += slope * example.values[input]
                }
            }
        }
        return gradient
    }
}
