// `ftai resume`: goes on with a task that `ftai run --suspend-to` has left.

import ArgumentParser
import Foundation
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with a task that was left while it waited for a tool or an agent.",
        discussion: """
            EXAMPLES:
              ftai resume weather.ftais weather.ftai --answer weather='{"degrees": 21}'

            `ftai run weather.ftai --suspend-to weather.ftais` has left it. The document must be the one that was run, and the level of optimisation the same. Time and instructions count from the \
            beginning of the task.
            """)

    @Argument(help: "Where the task was left (.ftais).", completion: .file(extensions: ["ftais"]))
    var state: String

    @Argument(
        help: "The document (.ftai) or compiled program (.ftaib) that was run.",
        completion: .file(extensions: ["ftai", "ftaib"]))
    var file: String

    @Option(name: .long, help: "What a tool or an agent answers, as name=JSON; may be repeated.")
    var answer: [String] = []

    @Option(
        help: "Where the task remembers; by default it forgets everything when it ends.",
        completion: .file(extensions: ["sqlite"]))
    var memory: String?

    @OptionGroup var optimization: LevelOption
    @OptionGroup var include: IncludeOption
    @OptionGroup var manner: RunOptions

    func run() async throws {
        try await perform { console in
            let clock = RealtimeClock()
            let (bytecode, _) = try SourceFile.program(
                file, optimization.level, console, root: include.root, usesCache: !manner.noCache)
            let outside = try TaskOutside(answers: answer, memory: memory, clock: clock, console)
            return try await SuspendableRun(
                execution: try execution(of: bytecode, clock), outside: outside, file: file, manner: manner
            ).finish(console)
        }
    }

    private func execution(of bytecode: FTAIBytecode, _ clock: RealtimeClock) throws(ToolFailure) -> Execution {
        let bytes = try SourceFile.bytes(of: state, limit: ExecutionSnapshot.maximumSize)
        do {
            return try Execution(
                resuming: ExecutionSnapshot(bytes: bytes),
                of: LoadedProgram(bytecode, machineCode: manner.machineCode), atMost: manner.requirements, clock: clock)
        } catch {
            throw ToolFailure(
                exit: .badSource, message: "\(state): \(error)",
                remedy: "begin the task anew: ftai run \(file) --suspend-to \(state)")
        }
    }
}
