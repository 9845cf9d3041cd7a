// Recognition: word error rates per condition, what it costs, and how stable its partial transcripts are.

import EvaluationInterface
import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// Measures the installed recognisers on recordings of people and on the scenarios' voices.
public struct RecognitionEvaluation: Evaluation {
    public let name = "recognition"
    public let summary = "word error rate per condition, real-time factor, memory, stability of partial transcripts"

    public init() {}

    /// The word error rate that the best recogniser must not exceed on clean recordings of people.
    static let wordErrorGoal = 0.1

    public func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        var human = try HumanRecordings.load()
        var scenario = try ScenarioRecordings.load(home: context.home)
        if context.isQuick { (human, scenario) = (Array(human.prefix(3)), Array(scenario.prefix(2))) }
        let (loads, moonshine, sphinx) = try load(context, trial: human)
        let babblers = try RecognitionFigures.babblers()
        var report = EvaluationReport(name: name, title: "Recognition")
        var errors = EvaluationTable(
            title: "Word error rate, and processor time ÷ audio time",
            columns: [
                "recogniser", "condition", "people", "scenario voices", "real-time factor", "final pass p50 (CPU ms)",
                "p95",
            ])
        let ladder = context.isQuick ? [.clean, .babble10] : ListeningCondition.ladder
        var clean = WordErrorTally()
        for (index, recognizer) in ([moonshine, sphinx] as [any SpeechRecognizer]).enumerated() {
            // The slower recogniser hears a third of the scenarios' recordings.
            let synthetic = index == 0 ? scenario : scenario.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
            for (step, condition) in ladder.enumerated() {
                try Task.checkCancellation()
                context.progress(
                    "\(recognizer.name), \(condition.name)",
                    Double(index * ladder.count + step) / Double(2 * ladder.count + 1))
                var place = ListeningPlace(condition, seed: context.seed, voices: babblers)
                let trial = try RecognitionTrial(recognizer, human + synthetic, in: &place)
                errors.rows.append([recognizer.name, condition.name] + trial.cells)
                if index == 0, condition == .clean { clean = trial.human }
            }
        }
        context.progress("partial transcripts", 0.95)
        let stability = try PartialStability.measure(moonshine, human + scenario, context, babblers)
        report.tables = [errors, loads, Self.sharing(moonshine, human), stability]
        report.goals = [
            EvaluationGoal(
                "word error rate of people, clean, \(moonshine.name)",
                goal: "≤ \(RecognitionFigures.percent(Self.wordErrorGoal))", measured: clean.rate,
                isMet: clean.share <= Self.wordErrorGoal)
        ]
        report.notes = Self.notes(human, scenario)
        return report
    }

    /// Loads both recognisers, one after the other, and says what that takes.
    private func load(
        _ context: EvaluationContext, trial: [SpokenSample]
    ) throws -> (EvaluationTable, MoonshineRecognizer, PocketSphinxRecognizer) {
        var table = EvaluationTable(
            title: "Loading, once", columns: ["recogniser", "CPU s", "memory added, MB", "after the first words, MB"])
        func measure<Recognizer: SpeechRecognizer>(_ load: () throws -> Recognizer) throws -> Recognizer {
            let before = ProcessUsage.current().residentBytes ?? 0
            let (recognizer, seconds) = try RecognitionFigures.cpuSeconds(of: load)
            let loaded = ProcessUsage.current().residentBytes ?? 0
            for sample in trial.prefix(2) { _ = try recognizer.transcribe(sample.samples, sampleRate: 16_000) }
            let used = ProcessUsage.current().residentBytes ?? 0
            table.rows.append([
                recognizer.name, RecognitionFigures.decimal(seconds, 2), Self.megabytes(loaded - before),
                Self.megabytes(used - before),
            ])
            return recognizer
        }
        let moonshine = try measure { try RecognitionFigures.moonshine(context) }
        let sphinx: PocketSphinxRecognizer
        do {
            sphinx = try measure { try PocketSphinxRecognizer() }
        } catch {
            throw EvaluationError("\(error)", remedy: PocketSphinxRecognizer.remedy)
        }
        return (table, moonshine, sphinx)
    }

    /// That several who use one recogniser at the same time share one model.
    private static func sharing(_ recognizer: MoonshineRecognizer, _ samples: [SpokenSample]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "One model for all: memory added when several recognise at once", columns: ["users", "MB", "wrong"])
        guard let sample = samples.first,
            let expected = try? recognizer.transcribe(sample.samples, sampleRate: AudioFrame.sampleRate)
        else { return table }
        for users in [1, 2, 4] {
            let before = ProcessUsage.current().residentBytes ?? 0
            let workers = (0..<users).map { WorkerThread(name: "user \($0)", precedence: .yielding) }
            let done = DispatchGroup()
            let wrong = SharedCount()
            for worker in workers {
                done.enter()
                worker.submit {
                    let heard = try? recognizer.transcribe(sample.samples, sampleRate: AudioFrame.sampleRate)
                    if heard != expected { wrong.increase() }
                    done.leave()
                }
            }
            done.wait()
            let after = ProcessUsage.current().residentBytes ?? 0
            table.rows.append([String(users), megabytes(after - before), String(wrong.value)])
        }
        return table
    }

    private static func megabytes(_ bytes: Int64) -> String {
        RecognitionFigures.decimal(Double(bytes) / 1_048_576, 1)
    }

    private static func notes(_ human: [SpokenSample], _ scenario: [SpokenSample]) -> [String] {
        let words = human.reduce(0) { $0 + $1.text.split(separator: " ").count }
        let seconds = human.reduce(0) { $0 + RecognitionFigures.seconds($1.samples) }
        return [
            "people: \(human.count) recordings of pocketsphinx-testdata, \(words) words, \(Int(seconds)) s: one word more or less is "
                + RecognitionFigures.percent(1 / Double(max(1, words))),
            "scenario voices: \(scenario.count) synthetic recordings; PocketSphinx hears every third of them",
            "nothing was tuned on these recordings; processor time is that of all threads",
        ]
    }
}
