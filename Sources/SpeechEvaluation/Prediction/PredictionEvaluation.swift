// How well the next request is foreseen.

import EvaluationInterface
import Foundation
import Instrumentation
import SerenaEngine
import SerenaSpeech

/// Whether the next intent is the likeliest, or among the three likeliest, before its first word and after some of its words.
struct PredictionEvaluation: Evaluation {
    let name = "prediction"
    let summary = "the next request foreseen from script, history and first words"

    /// How often each talk is given.
    private static let performances = 20
    /// The shares of the words that were heard.
    static let shares = [0, 0.25, 0.5, 0.75]

    /// What predictions are made from.
    enum Source: String, CaseIterable {
        case script = "script and history"
        case history = "history alone"
        case frequency = "most frequent intents (baseline)"
    }

    /// Right predictions by the share of words heard.
    struct Tally {
        var count = 0
        var first = Array(repeating: 0, count: shares.count)
        var firstThree = Array(repeating: 0, count: shares.count)

        mutating func add(_ ranked: [String], _ truth: String, at share: Int) {
            if share == 0 { count += 1 }
            first[share] += ranked.first == truth ? 1 : 0
            firstThree[share] += ranked.prefix(3).contains(truth) ? 1 : 0
        }
    }

    func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let classifier: IntentClassifier
        do {
            classifier = try IntentClassifier(StandardTasks.intentPatterns())
        } catch {
            throw EvaluationError("the tasks of the engine have no intents: \(error)")
        }
        let talks = try RehearsedTalk.shipped(in: context.home, classifier: classifier)
        let phrasings = try LabelledUtterances.all().filter { !$0.isForTuning }
        var generator = SeededGenerator(seed: context.seed)
        var tallies: [Source: Tally] = [:]
        var times: [Double] = []
        for (index, talk) in talks.enumerated() {
            try Task.checkCancellation()
            context.progress("predicting", Double(index) / Double(talks.count))
            // What is known of other talks, and nothing of this one.
            let history = talks.filter { $0.name != talk.name }.map { $0.turns.map(\.intent) }
            for _ in 0..<(context.isQuick ? 1 : Self.performances) {
                let turns = talk.performed(&generator, phrasings: phrasings)
                let script = talk.turns.map(\.text)
                var informed = ContextPredictor(classifier: classifier, script: script, history: history)
                var uninformed = ContextPredictor(classifier: classifier, history: history)
                for turn in turns {
                    if let intent = turn.intent {
                        tallies[.script, default: Tally()].add(informed, turn.text, intent, times: &times)
                        var unused: [Double] = []
                        tallies[.history, default: Tally()].add(uninformed, turn.text, intent, times: &unused)
                        let frequent = Self.byFrequency(history)
                        for share in Self.shares.indices {
                            tallies[.frequency, default: Tally()].add(frequent, intent, at: share)
                        }
                    }
                    informed.observe(turn.text)
                    uninformed.observe(turn.text)
                }
            }
        }
        return report(tallies, times: times, talks: talks)
    }

    private static func byFrequency(_ talks: [[String?]]) -> [String] {
        var counts: [String: Int] = [:]
        for case .some(let intent) in talks.joined() { counts[intent, default: 0] += 1 }
        return counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.key)
    }

    private func report(_ tallies: [Source: Tally], times: [Double], talks: [RehearsedTalk]) -> EvaluationReport {
        var report = EvaluationReport(name: name, title: "The next request, foreseen")
        func rows(_ counts: (Tally) -> [Int]) -> [[String]] {
            Source.allCases.compactMap { source in
                tallies[source].map { tally in
                    [source.rawValue, "\(tally.count)"]
                        + counts(tally).map { percent(Double($0) / Double(max(1, tally.count))) }
                }
            }
        }
        let columns = ["known", "requests", "no word", "25 % of words", "50 %", "75 %"]
        report.tables = [
            EvaluationTable(title: "The likeliest is right", columns: columns, rows: rows(\.first)),
            EvaluationTable(title: "Among the three likeliest", columns: columns, rows: rows(\.firstThree)),
            EvaluationTable(
                title: "Processor time of one prediction", columns: ["p50 [ms]", "p95 [ms]", "largest [ms]"],
                rows: [[0.5, 0.95, 1].map { decimal(IntentEvaluation.quantile(times, $0), 3) }]),
        ]
        let p95 = IntentEvaluation.quantile(times, 0.95)
        report.goals = [
            EvaluationGoal(
                "processor time of one prediction, p95", goal: "≤ 1 ms", measured: "\(decimal(p95, 3)) ms",
                isMet: p95 <= 1)
        ]
        report.notes = [
            "Talks: the lines of the scenarios \(talks.map(\.name).joined(separator: ", ")). In each performance a line in ten is left out, "
                + "one in ten exchanged with the next, one in five said in other words, and before one in ten comes something unscripted.",
            "History is that of the other talks and of the performance so far. Only turns that ask for something are counted.",
        ]
        return report
    }
}

extension PredictionEvaluation.Tally {
    /// - Parameter times: gets the processor time of each prediction, in milliseconds.
    fileprivate mutating func add(
        _ predictor: ContextPredictor, _ text: String, _ intent: String, times: inout [Double]
    ) {
        let words = text.split(separator: " ")
        for (index, share) in PredictionEvaluation.shares.enumerated() {
            let heard = words.prefix(Int((share * Double(words.count)).rounded())).joined(separator: " ")
            let start = ProcessUsage.current().cpu
            let predictions = predictor.predict(partial: heard.isEmpty ? nil : heard)
            times.append((ProcessUsage.current().cpu - start) / .milliseconds(1))
            var ranked: [String] = []
            for case .some(let intent) in predictions.map(\.intent) where !ranked.contains(intent) {
                ranked.append(intent)
            }
            add(ranked, intent, at: index)
        }
    }
}
