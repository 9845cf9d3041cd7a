// How soon a sentence can be heard.

import EvaluationInterface
import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// The processor time from a sentence to its first audible sample.
struct SynthesisEvaluation: Evaluation {
    let name = "synthesis"
    let summary = "processor time from a sentence to its first audible sample"

    private static let limit = Duration.milliseconds(15)
    /// Lengths of sentences, in characters, by which the figures are parted.
    private static let classes = [1...40, 41...80, 81...160, 161...400]

    func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let synthesizer = try FliteSynthesizer()
        let sentences = Self.sentences(count: context.isQuick ? 20 : 400, seed: context.seed)
        _ = try Self.timeToSound(of: "The first sentence loads what others find.", with: synthesizer)
        var times: [(length: Int, time: Duration)] = []
        for (index, sentence) in sentences.enumerated() {
            try Task.checkCancellation()
            // Once is what a listener waits for; the least of three is free of what else the machine did.
            let three = try (0..<3).map { _ in try Self.timeToSound(of: sentence, with: synthesizer) }
            times.append((sentence.count, three.min() ?? .zero))
            context.progress("sentences", Double(index + 1) / Double(sentences.count))
        }
        return report(times, voice: synthesizer.name)
    }

    private static func timeToSound(
        of sentence: String, with synthesizer: some SpeechSynthesizer
    ) throws -> Duration {
        let start = ProcessUsage.current().cpu
        var end: Duration?
        try synthesizer.synthesize(sentence) { chunk in
            guard Audibility.firstAudibleSample(in: chunk.samples) != nil else { return true }
            end = ProcessUsage.current().cpu
            return false
        }
        guard let end else { throw EvaluationError("nothing is heard of \"\(sentence)\"") }
        return end - start
    }

    private func report(_ times: [(length: Int, time: Duration)], voice: String) -> EvaluationReport {
        var report = EvaluationReport(name: name, title: "From a sentence to its first audible sample, \(voice)")
        var table = EvaluationTable(
            title: "Processor time by the length of the sentence",
            columns: ["characters", "sentences", "p50, ms", "p95, ms", "most, ms"])
        func add(_ title: String, _ some: [Duration]) {
            guard !some.isEmpty else { return }
            table.rows.append(
                [title, "\(some.count)"]
                    + [0.5, 0.95, 1].map {
                        String(format: "%.1f", EvaluationFigures.quantile($0, of: some)?.milliseconds ?? 0)
                    })
        }
        for range in Self.classes {
            add("\(range.lowerBound) to \(range.upperBound)", times.filter { range.contains($0.length) }.map(\.time))
        }
        add("all", times.map(\.time))
        report.tables = [table]
        let p95 = EvaluationFigures.quantile(0.95, of: times.map(\.time)) ?? .zero
        report.goals = [
            EvaluationGoal(
                "from sentence to first audible sample, p95", goal: "≤ 15 ms",
                measured: String(format: "%.1f ms", p95.milliseconds), isMet: p95 <= Self.limit)
        ]
        report.notes = ["the sentences are put together at random from clauses, a quarter of them of each length"]
        return report
    }

    // MARK: - Sentences

    private static let subjects = [
        "The answer", "Your next meeting", "That question", "The weather in Lisbon", "A marathon", "Dr. Jones",
        "The third slide", "Half of the audience", "This machine", "Seventeen times twenty three", "The train",
        "Everybody in this room", "Version 2.5",
    ]
    private static let predicates = [
        "is ready", "begins at half past nine", "comes to 391", "costs $84.50", "takes about an hour",
        "was never asked before", "will be late", "has changed since yesterday", "needs 3.2 seconds",
        "sounds like a good idea", "is forty two kilometers long",
    ]
    private static let clauses = [
        "because nobody had expected it", "although the doors were open", "and the music went on",
        "if I remember it correctly", "which is more than last year", "so that everyone can follow",
        "while the lights go down", "but I am not sure about it", "before the break, or soon after it",
        "as far as anybody can tell from here",
    ]

    /// Sentences of all lengths in turn.
    static func sentences(count: Int, seed: UInt64) -> [String] {
        var random = SeededGenerator(seed: seed)
        func one(of texts: [String]) -> String { texts[Int.random(in: texts.indices, using: &random)] }
        return (0..<count).map { index in
            var sentence = one(of: subjects) + " " + one(of: predicates)
            let least = classes[index % classes.count].lowerBound
            while sentence.count < least {
                sentence += (Bool.random(using: &random) ? ", " : " ") + one(of: clauses)
            }
            return sentence + "."
        }
    }
}
