// The program `serena-bench`: its subcommands, and what they share.

import ArgumentParser
import Foundation
import Instrumentation
import SerenaBench
import SerenaEngine
import Synchronization

@main
struct SerenaBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serena-bench",
        abstract: "Measures the delay between the end of a user's speech and the first sound of the answer.",
        discussion: """
            Examples:
              serena-bench run ted              replay the talk, judge it, report it
              serena-bench run smoke --runs 3   three runs, each a fresh assistant
              serena-bench baseline set main --from Reports/ted-20260101T120000Z
              serena-bench run ted --baseline main
              serena-bench calibrate            find the measuring error
              serena-bench doctor               what is missing, and what mends it

            Exit codes:
            \(exitCodes)
            """,
        version: SerenaVersion.current,
        subcommands: [
            Run.self,
            Replay.self,
            Simulate.self,
            BaselineCommand.self,
            Compare.self,
            Sweep.self,
            Calibrate.self,
            Clocks.self,
            Report.self,
            Annotate.self,
            Lines.self,
            AB.self,
            GateCheckCommand.self,
            ScenarioCommand.self,
            Doctor.self,
            Gate.self,
            ReadinessCommand.self,
            Suite.self,
            History.self,
            Schema.self,
            Evaluate.self,
            Devices.self,
            Record.self,
            Listen.self,
            ProfileCommand.self,
            Degrade.self,
            CacheCommand.self,
        ])

    /// One line for each exit code.
    private static var exitCodes: String {
        ExitCode.allCases.map { code in
            let number = String(code.rawValue)
            return "  \(number)\(String(repeating: " ", count: 4 - number.count))\(code.meaning)"
        }.joined(separator: "\n")
    }

    func run() async throws {
        throw ValidationError("there is no command; name one, such as 'serena-bench run ted'")
    }
}

/// Options that every command takes.
struct CommonOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Print problems and results only.")
    var quiet = false

    /// Runs `body` in the environment of this process, and exits with the code that it gives.
    ///
    /// The first Ctrl-C asks the command to stop and report what it has; the second ends the program at once.
    func perform(
        assistant: AssistantChoice = .serena,
        _ body: @escaping @Sendable (BenchEnvironment) async -> SerenaBench.ExitCode
    ) async throws {
        let environment = BenchEnvironment(
            directory: FileManager.default.currentDirectoryPath,
            home: ProcessInfo.processInfo.environment["SERENA_HOME"], clock: RealtimeClock(), now: { Date() },
            terminal: ProcessTerminal.make(quiet: quiet), makeAssistant: assistant.factory,
            stepSummary: ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"].flatMap { $0.isEmpty ? nil : $0 })
        let task = Task { await body(environment) }
        let interrupts = Interrupts(first: { task.cancel() })
        let code = await task.value
        interrupts.cancel()
        throw ArgumentParser.ExitCode(code.rawValue)
    }
}

/// Ctrl-C and the request to terminate.
final class Interrupts {
    private let sources: [any DispatchSourceSignal]

    /// Calls `first` at the first signal; the second ends the process at once.
    init(first: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "interrupts")
        let wasAsked = Mutex(false)
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                let isSecond = wasAsked.withLock { asked in
                    defer { asked = true }
                    return asked
                }
                // 128 plus the signal is what a shell reports for a program that a signal ended.
                if isSecond { _exit(128 + number) }
                first()
            }
            source.resume()
            return source
        }
    }

    func cancel() {
        for source in sources { source.cancel() }
    }
}

/// The terminal of this process.
enum ProcessTerminal {
    static func make(quiet: Bool) -> Terminal {
        let isInteractive = isatty(STDERR_FILENO) == 1
        let noColour = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        let isDumb = ProcessInfo.processInfo.environment["TERM"] == "dumb"
        return Terminal(
            isInteractive: isInteractive && !isDumb, usesColour: isInteractive && !noColour && !isDumb,
            isQuiet: quiet,
            out: { write($0, to: .standardOutput) }, err: { write($0, to: .standardError) })
    }

    /// A reader that went away is no reason to fail: the report on disk is what counts.
    private static func write(_ text: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
