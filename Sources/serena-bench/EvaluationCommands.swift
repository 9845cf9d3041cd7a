// `evaluate`.

import ArgumentParser
import Foundation
import Instrumentation
import SerenaBench
import SpeechEvaluation

struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure a part of the engine on its labelled set.",
        discussion: """
            Prints tables, and whether the goals are met; exits with 3 when one is not.

            Parts:
            \(parts)

            Examples:
              serena-bench evaluate voice-activity
              serena-bench evaluate intents --output intents.json
            """)

    private static var parts: String {
        let width = Evaluations.all.map(\.name.count).max() ?? 0
        return Evaluations.all.map { evaluation in
            let padding = String(repeating: " ", count: width - evaluation.name.count)
            return "  \(evaluation.name)\(padding)  \(evaluation.summary)"
        }.joined(separator: "\n")
    }

    @Argument(help: "The part.", completion: .list(Evaluations.all.map(\.name)))
    var part: String

    @Flag(help: "A small part of the set: shows that all works, proves nothing.")
    var quick = false

    @Option(help: "The seed of everything random.")
    var seed: UInt64 = 1

    @Option(help: "Write the report here too, as JSON.", completion: .file(extensions: ["json"]))
    var output: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard Evaluations.named(part) != nil else {
            throw ValidationError(
                "there is no part '\(part)'; the parts are \(Evaluations.all.map(\.name).joined(separator: ", "))")
        }
    }

    func run() async throws {
        guard let evaluation = Evaluations.named(part) else { return }
        let (quick, seed, output) = (quick, seed, output)
        try await common.perform { environment in
            await environment.evaluate(evaluation, isQuick: quick, seed: seed, output: output)
        }
    }
}

extension BenchEnvironment {
    fileprivate func evaluate(
        _ evaluation: any Evaluation, isQuick: Bool, seed: UInt64, output: String?
    ) async -> SerenaBench.ExitCode {
        let terminal = terminal
        var context = EvaluationContext(home: URL(filePath: projectFolder), clock: clock) { what, share in
            terminal.status("\(what) \(Int(share * 100)) %")
        }
        (context.isQuick, context.seed) = (isQuick, seed)
        let report: EvaluationReport
        do {
            report = try await evaluation.run(context)
        } catch is CancellationError {
            terminal.problem("interrupted: there are no figures yet")
            return .failed
        } catch {
            terminal.problem("\(error)")
            return .usage
        }
        let usesColour = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
        terminal.result(EvaluationText.render(report, usesColour: usesColour))
        if let output {
            do {
                try write(report, to: output)
            } catch {
                terminal.problem("\(output) cannot be written: \(error.localizedDescription)")
                return .output
            }
        }
        return report.isMet || isQuick ? .pass : .failed
    }

    private func write(_ report: EvaluationReport, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(report).write(to: URL(filePath: path), options: .atomic)
    }
}
