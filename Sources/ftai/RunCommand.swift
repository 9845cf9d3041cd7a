// `ftai run`: runs a task, prints what it says, and its result.

import ArgumentParser
import FTAI
import Foundation
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import SerenaStore

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a task: print what it says, and its result.",
        discussion: """
            EXAMPLES:
              ftai run tip.ftai --input bill=63
              ftai run tasks.ftai greet --memory memory.sqlite
              ftai run tip.ftaib tip --input bill=63 --stats
              ftai run weather.ftai --answer weather='{"degrees": 21}'
            """)

    @Argument(
        help: "A document (.ftai) or a compiled program (.ftaib).", completion: .file(extensions: ["ftai", "ftaib"]))
    var file: String

    @Argument(help: "The task; not needed when there is only one, or one that is called main.")
    var task: String?

    @Option(name: .long, help: "An input as name=value; may be repeated.")
    var input: [String] = []

    @Option(name: .long, help: "What a tool or an agent answers, as name=JSON; may be repeated.")
    var answer: [String] = []

    @Option(
        help: "Where the task remembers; by default it forgets everything when it ends.",
        completion: .file(extensions: ["sqlite"]))
    var memory: String?

    @OptionGroup var optimization: LevelOption
    @OptionGroup var include: IncludeOption

    @Option(help: "How long the task may compute, in milliseconds.")
    var budgetMs: Int = 5_000

    @Flag(help: "Print how much the task used.")
    var stats = false

    func validate() throws {
        guard budgetMs > 0 else { throw ValidationError("--budget-ms must be more than 0, not \(budgetMs)") }
    }

    func run() async throws {
        let request = RunRequest(
            file: file, task: task, inputs: input, answers: answer, memory: memory, level: optimization.level,
            root: include.root, budget: .milliseconds(budgetMs), showsFigures: stats)
        try await perform { console in try await runTask(request, console) }
    }
}

/// What is to be run, and how.
struct RunRequest {
    let file: String
    let task: String?
    /// As they were written: `name=value`.
    let inputs: [String]
    /// As they were written: `name=JSON`.
    let answers: [String]
    let memory: String?
    let level: OptimizationLevel
    /// The folder that included documents are kept to; nil for that of the document.
    let root: String?
    let budget: Duration
    let showsFigures: Bool
}

func runTask(_ request: RunRequest, _ console: Console) async throws -> ToolExit {
    let (bytecode, _) = try SourceFile.program(request.file, request.level, console, root: request.root)
    let task = try chooseTask(request.task, of: bytecode, file: request.file)
    let inputs = try InputReader.values(request.inputs, for: task)
    let outside = try CommandLineOutside(answers: request.answers)
    let clock = RealtimeClock()
    let memory = try openMemory(request.memory, clock: clock)
    let execution: Execution
    do {
        let requirements = PerformanceRequirements(maxExecutionTime: request.budget, maxInstructions: .max)
        let program = try LoadedProgram(bytecode)
        execution = try Execution(of: task.name, in: program, inputs: inputs, requirements: requirements, clock: clock)
    } catch {
        throw ToolFailure(exit: .badSource, message: "\(request.file): \(error)")
    }
    let step = try await finish(execution, memory: memory, outside, console)
    try await flush(memory)
    if request.showsFigures {
        let time = execution.executionTime / .milliseconds(1)
        let microseconds = (time * 1_000).rounded() / 1_000
        console.note(
            "\(execution.instructionsExecuted) instructions, \(microseconds) ms, \(execution.peakMemoryUsage) bytes of memory\n"
        )
    }
    switch step {
    case .finished(let value):
        if let value { try console.write("\(task.outputName ?? "result") = \(ValueText.of(value))\n") }
        return .fine
    case .failed(let error): throw ToolFailure(exit: .taskFailed, message: "\(error)")
    case .suspended: throw ToolFailure(exit: .taskFailed, message: "the task waits for what it never gets")
    }
}

/// The task that is named, or the one that can only be meant.
private func chooseTask(_ name: String?, of bytecode: FTAIBytecode, file: String) throws(ToolFailure) -> TaskDeclaration
{
    let names = bytecode.tasks.map(\.name)
    if let name {
        if let task = bytecode.task(named: name) { return task }
        let suggestion = Spelling.suggestion(for: name, among: names).map { "; did you mean `\($0)`?" } ?? ""
        throw ToolFailure(
            exit: .badSource, message: "\(file) has no task `\(name)`\(suggestion)",
            remedy: "one of: \(names.joined(separator: ", "))")
    }
    if let task = bytecode.tasks.count == 1 ? bytecode.tasks.first : bytecode.task(named: "main") { return task }
    throw ToolFailure(
        exit: .badSource, message: "\(file) has \(names.count) tasks: say which",
        remedy: "one of: \(names.joined(separator: ", "))")
}

/// Runs to the end, and does what the program asks for.
private func finish(
    _ execution: Execution, memory: any MemoryStore, _ outside: CommandLineOutside, _ console: Console
) async throws -> Execution.Step {
    var step = execution.advance()
    while case .suspended(let request) = step {
        switch request {
        case .say(let text):
            try console.write(ValueText.printable(text) + "\n")
            step = execution.advance()
        case .remember(let key, let value):
            step = execution.advance(with: await answer { try await memory.remember(key: key, value: value) })
        case .recall(let key):
            do {
                step = execution.advance(with: .recalled(try await memory.recall(key: key)))
            } catch {
                step = execution.advance(with: .failed(reason: "\(error)"))
            }
        case .callTool, .askAgent, .emit, .readClock, .together:
            step = execution.advance(with: outside.answer(request, console))
        }
    }
    return step
}

private func answer(_ work: () async throws -> Void) async -> HostAnswer {
    do {
        try await work()
        return .done
    } catch {
        return .failed(reason: "\(error)")
    }
}

// MARK: Memory

private func openMemory(_ path: String?, clock: any EngineClock) throws(ToolFailure) -> any MemoryStore {
    do {
        return try SQLiteMemoryStore(path: path, worker: clock.makeWorker(named: "memory"))
    } catch {
        throw ToolFailure(
            exit: .outputFailed, message: "the memory \(path ?? "") cannot be opened: \(error)",
            remedy: "name another file with --memory")
    }
}

private func flush(_ memory: any MemoryStore) async throws(ToolFailure) {
    do {
        try await memory.flush()
    } catch {
        throw ToolFailure(exit: .outputFailed, message: "not everything was remembered: \(error)")
    }
}
