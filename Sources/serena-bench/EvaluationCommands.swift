// `evaluate`.

import ArgumentParser
import EvaluationInterface
import Foundation
import Instrumentation
import LanguageEvaluation
import SerenaBench
import SpeechEvaluation

struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure parts of the engine on their labelled sets.",
        discussion: """
            Prints tables, and whether the goals are met; exits with 3 when one is not.

            Parts:
            \(listing)

            Examples:
              serena-bench evaluate voice-activity
              serena-bench evaluate intents --output intents.json
              serena-bench evaluate all         every part, and one table of all goals at the end
            """)

    private static var listing: String {
        let width = Evaluations.choices.map(\.name.count).max() ?? 0
        return Evaluations.choices.map { evaluation in
            let padding = String(repeating: " ", count: width - evaluation.name.count)
            return "  \(evaluation.name)\(padding)  \(evaluation.summary)"
        }.joined(separator: "\n")
    }

    @Argument(
        help: "The parts, or 'all'.", completion: .list(["all"] + Evaluations.choices.map(\.name))
    )
    var parts: [String]

    @Flag(help: "A small part of the set: shows that all works, proves nothing.")
    var quick = false

    @Option(help: "The seed of everything random.")
    var seed: UInt64 = 1

    @Option(help: "Write the reports here too, as JSON.", completion: .file(extensions: ["json"]))
    var output: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        for part in parts where part != "all" && Evaluations.named(part) == nil {
            throw ValidationError(
                "there is no part '\(part)'; the parts are \(Evaluations.all.map(\.name).joined(separator: ", "))")
        }
    }

    func run() async throws {
        let evaluations = parts.contains("all") ? Evaluations.all : parts.compactMap(Evaluations.named)
        let (quick, seed, output) = (quick, seed, output)
        try await common.perform { environment in
            await environment.evaluate(evaluations, isQuick: quick, seed: seed, output: output)
        }
    }
}

extension BenchEnvironment {
    fileprivate func evaluate(
        _ evaluations: [any Evaluation], isQuick: Bool, seed: UInt64, output: String?
    ) async -> SerenaBench.ExitCode {
        let terminal = terminal
        let usesColour = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
        var reports: [EvaluationReport] = []
        for evaluation in evaluations {
            var context = EvaluationContext(home: URL(filePath: projectFolder), clock: clock) { what, share in
                terminal.status("\(what) \(Int(share * 100)) %")
            }
            (context.isQuick, context.seed) = (isQuick, seed)
            do {
                let report = try await evaluation.run(context)
                terminal.result(EvaluationText.render(report, usesColour: usesColour))
                reports.append(report)
            } catch is CancellationError {
                terminal.problem("interrupted: there are no figures of '\(evaluation.name)'")
                return .failed
            } catch {
                terminal.problem("\(error)")
                return .usage
            }
        }
        if reports.count > 1 { terminal.result(EvaluationText.summary(of: reports, usesColour: usesColour)) }
        if let output {
            do {
                try write(reports, to: output)
            } catch {
                terminal.problem("\(output) cannot be written: \(error.localizedDescription)")
                return .output
            }
        }
        return isQuick || reports.allSatisfy(\.isMet) ? .pass : .failed
    }

    private func write(_ reports: [EvaluationReport], to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(reports).write(to: URL(filePath: path), options: .atomic)
    }
}

/// Every evaluation, by name.
private enum Evaluations {
    static let all = SpeechEvaluations.all + LanguageEvaluations.all
    /// With those that are not part of `all`: trainings, and what takes an hour.
    static let choices = all + SpeechEvaluations.trainings + LanguageEvaluations.lengthy

    static func named(_ name: String) -> (any Evaluation)? {
        choices.first { $0.name == name }
    }
}
