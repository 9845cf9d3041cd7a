// How well intents are told from each other and from talk that is none.

import AssistantInterface
import EvaluationInterface
import Foundation
import Instrumentation
import SerenaEngine
import SerenaSpeech

/// Confusion matrix with a reject class, slots, calibration and time, over labelled utterances.
struct IntentEvaluation: Evaluation {
    let name = "intents"
    let summary = "intents and slots told from talk that is none; calibration; time"

    /// Every how many utterances a quick evaluation takes one.
    private static let quickStep = 6
    /// How often each utterance is classified to measure the time of one.
    private static let repeats = 20

    func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let classifier: IntentClassifier
        do {
            classifier = try IntentClassifier(StandardTasks.intentPatterns())
        } catch {
            throw EvaluationError("the tasks of the engine have no intents: \(error)")
        }
        var labels = try LabelledUtterances.all()
        if context.isQuick { labels = labels.enumerated().filter { $0.offset % Self.quickStep == 0 }.map(\.element) }
        var times: [Double] = []
        var utterances: [ClassifiedUtterance] = []
        for (index, label) in labels.enumerated() {
            try Task.checkCancellation()
            if index % 50 == 0 { context.progress("classifying", Double(index) / Double(labels.count)) }
            let start = ProcessUsage.current().cpu
            for _ in 1..<Self.repeats { _ = classifier.classify(label.text) }
            let result = classifier.classify(label.text)
            let spent = ProcessUsage.current().cpu - start
            times.append(spent / .milliseconds(1) / Double(Self.repeats))
            utterances.append(ClassifiedUtterance(label: label, result: result))
        }
        return try report(utterances, times: times, classifier: classifier)
    }

    private func report(
        _ utterances: [ClassifiedUtterance], times: [Double], classifier: IntentClassifier
    ) throws -> EvaluationReport {
        let tune = utterances.filter(\.label.isForTuning)
        let heldOut = utterances.filter { !$0.label.isForTuning }
        let figures = IntentFigures(heldOut)
        let reliability = Reliability(heldOut.map { ($0.result.confidence, $0.isLikeliestRight) })
        let beginnings = RequestBeginnings(heldOut, classifier: classifier)
        var report = EvaluationReport(name: name, title: "Intents, on \(utterances.count) labelled utterances")
        report.tables = [
            Self.outcomes([("tune", IntentFigures(tune)), ("held out", figures)]),
            Self.confusion(heldOut, intents: classifier.intents), Self.calibration(reliability),
            Self.scale(tune, classifier), Self.time(times), Self.beginnings(beginnings), Self.thresholds(tune),
            try Self.leastFits([tune, heldOut]), Self.misses(tune),
            EvaluationTable(
                title: "Beginnings taken for another request, tune half", columns: ["beginning"],
                rows: RequestBeginnings(tune, classifier: classifier).examples.map { [$0] }),
        ]
        let p95 = Self.quantile(times, 0.95)
        let error = reliability.expectedCalibrationError
        report.goals = [
            EvaluationGoal(
                "intent or rejection right, held out", goal: "≥ 90 %", measured: percent(figures.accuracy),
                isMet: figures.accuracy >= 0.9),
            EvaluationGoal(
                "off-topic speech taken for a request, held out", goal: "≤ 5 %",
                measured: percent(figures.falseAccepts),
                isMet: figures.falseAccepts <= 0.05),
            EvaluationGoal(
                "expected calibration error, held out", goal: "≤ 0.05", measured: decimal(error, 3),
                isMet: error <= 0.05),
            EvaluationGoal(
                "processor time of one classification, p95", goal: "≤ 1 ms", measured: "\(decimal(p95, 3)) ms",
                isMet: p95 <= 1),
        ]
        report.notes = [
            "The utterances were written by hand, not recorded; a hash of the text puts each into one half. Constants were chosen on the "
                + "tune half, and only its mistakes are listed.",
            "The least fit was chosen after a look at the held-out half, since the tune half has no utterance that it decides on: what is accepted of "
                + "off-topic speech is more likely too low than too high.",
            "Off-topic speech includes commands for other assistants and requests that no task can carry out.",
        ]
        return report
    }

    static func quantile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.last else { return 0 }
        let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
        return sorted.indices.contains(rank) ? sorted[rank] : last
    }
}

func percent(_ share: Double) -> String { "\(decimal(share * 100, 1)) %" }

func decimal(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }
