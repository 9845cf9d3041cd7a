// One run of one side: with settings of its own in this process, or by the command of another build.

import AssistantInterface
import Foundation
import Instrumentation

/// Makes the run with this number for one side. The one place where `ab` and `gate-check` touch the machinery of runs.
typealias RunMaker = @Sendable (_ side: ABRequest.Side, _ number: Int) async throws -> RunOutcome

extension BenchEnvironment {
    /// Makes runs of `loaded`, each with a fresh assistant, whose files are thrown away.
    func runMaker(_ loaded: LoadedScenario, _ settings: RunSettings, in folder: RunFolder) -> RunMaker {
        return { side, number in
            switch side {
            case .settings(let own):
                var plan = RunPlan(number, loaded, settings, folder: try folder.makeAssistantFolder(run: nil))
                plan.assistantSettings = own
                let (record, virtual) = try await makeRun(plan)
                return RunOutcome(record, virtual: virtual)
            case .command(let command):
                let output = try folder.makeAssistantFolder(run: nil) + "/result"
                return try await run(loaded, by: command, settings, number: number, into: output)
            }
        }
    }

    private func run(
        _ loaded: LoadedScenario, by command: String, _ settings: RunSettings, number: Int, into output: String
    ) async throws -> RunOutcome {
        let seed = settings.seed &+ UInt64(max(0, number - 1))
        let arguments = [
            "run", loaded.path, "--runs", "1", "--warmup", "0", "--seed", String(seed), "--output", output, "--quiet",
            "--clock", settings.clock.rawValue,
        ]
        let outcome = try await CommandLineCall.run(command, arguments, in: directory)
        guard FileManager.default.fileExists(atPath: "\(output)/\(ReportFiles.resultName)") else {
            if Task.isCancelled {
                return RunOutcome(
                    number: number, turns: [], pacing: PacingSummary(errors: []), pacingErrors: [], identity: nil,
                    failure: nil, isInterrupted: true)
            }
            let said = outcome.lastLine.isEmpty ? "" : ": \(outcome.lastLine)"
            throw BenchError(
                .failed, "'\(command)' ended with \(outcome.status) and left no result\(said)",
                remedy: "a command that takes 'run SCENARIO --runs 1 --output FOLDER'")
        }
        let result = try ReportFiles.read(output)
        guard result.inputs == loaded.inputs, result.settings.clock == settings.clock else {
            throw BenchError(.baseline, "'\(command)' did not measure the same inputs on the same clock")
        }
        return RunOutcome(
            number: number, turns: result.turns, pacing: result.pacing, pacingErrors: [], identity: result.assistant,
            failure: result.runFailures.first, isInterrupted: result.interrupted)
    }
}

/// A call of another program.
enum CommandLineCall {
    struct Outcome: Sendable {
        var status: Int32
        /// The last line that it said, for a message.
        var lastLine: String
    }

    /// Runs `command`, which a shell takes apart, with `arguments` behind it. Cancelling the task asks it to stop.
    static func run(_ command: String, _ arguments: [String], in folder: String) async throws -> Outcome {
        let process = Process()
        let log = FileManager.default.temporaryDirectory.appendingPathComponent("ab-\(UUID().uuidString).log")
        try Data().write(to: log)
        defer { try? FileManager.default.removeItem(at: log) }
        let writer = try FileHandle(forWritingTo: log)
        defer { try? writer.close() }
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "exec \(command) \"$@\"", "sh"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = writer
        let ended = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.continuation.finish() }
        try process.run()
        let identifier = process.processIdentifier
        await withTaskCancellationHandler {
            // The program is asked to stop by the cancellation below, and then waited for.
            await Task { for await _ in ended.stream {} }.value
        } onCancel: {
            kill(identifier, SIGTERM)
        }
        let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        let last = said.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
        return Outcome(status: process.terminationStatus, lastLine: Terminal.plain(String(last.prefix(300))))
    }
}
