// `ftai run`: runs a task, prints what it says, and its result.

import ArgumentParser
import FTAI
import Foundation
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a task: print what it says, and its result.",
        discussion: """
            EXAMPLES:
              ftai run tip.ftai --input bill=63
              ftai run tasks.ftai greet --memory memory.sqlite
              ftai run tip.ftaib tip --input bill=63 --stats
              ftai run weather.ftai --answer weather='{"degrees": 21}'
              ftai run weather.ftai --suspend-to weather.ftais
            """)

    @OptionGroup var options: TaskOptions

    @OptionGroup var optimization: LevelOption
    @OptionGroup var include: IncludeOption

    @OptionGroup var manner: RunOptions

    func run() async throws {
        var task = options.request(optimization.level, root: include.root)
        task.usesCache = !manner.noCache
        let request = RunRequest(task: task, manner: manner)
        try await perform { console in try await runTask(request, console) }
    }
}

extension MachineCodeUse: ExpressibleByArgument {}

/// Which task is run, and with what: the same for all commands that run one.
struct TaskOptions: ParsableArguments {
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

    func request(_ level: OptimizationLevel, root: String?) -> TaskRequest {
        TaskRequest(
            file: file, task: task, level: level, root: root, inputs: .words(input), answers: answer, memory: memory)
    }
}

/// How a task is run, the same for those that begin and those that go on.
struct RunOptions: ParsableArguments {
    @Option(help: "How long the task may compute, in milliseconds.")
    var budgetMs: Int = 5_000

    @Option(
        help: "Where the task is left, to be gone on with later, when it asks a tool or an agent without an --answer.",
        completion: .file(extensions: ["ftais"]))
    var suspendTo: String?

    @Option(help: "Translate tasks to machine code once they are hot (automatic), at once (always), or never (off).")
    var machineCode = MachineCodeUse.automatic

    @Flag(help: "Compile the document, also when the cache has its program; small documents are always compiled.")
    var noCache = false

    @Flag(help: "Print how much the task used.")
    var stats = false

    func validate() throws {
        guard budgetMs > 0 else { throw ValidationError("--budget-ms must be more than 0, not \(budgetMs)") }
    }

    var requirements: PerformanceRequirements {
        PerformanceRequirements(maxExecutionTime: .milliseconds(budgetMs), maxInstructions: .max)
    }
}

/// What is to be run, and how.
struct RunRequest {
    let task: TaskRequest
    let manner: RunOptions
}

func runTask(_ request: RunRequest, _ console: Console) async throws -> ToolExit {
    let prepared = try PreparedTask(request.task, console)
    let execution: Execution
    do {
        execution = try Execution(
            of: prepared.task.name, in: LoadedProgram(prepared.bytecode, machineCode: request.manner.machineCode),
            inputs: prepared.inputs,
            requirements: request.manner.requirements, clock: prepared.clock)
    } catch {
        throw prepared.failure(error)
    }
    return try await SuspendableRun(
        execution: execution, outside: prepared.outside, file: request.task.file, manner: request.manner
    ).finish(console)
}

/// Shows the result of a task, or throws why it has none, with the place at which it failed where that is known.
func show(_ step: Execution.Step, of execution: Execution, _ console: Console) throws(ToolFailure) -> ToolExit {
    switch step {
    case .finished(let value):
        if let value {
            let text = ValueText.of(value, as: execution.resultType)
            try console.write("\(execution.task.outputName ?? "result") = \(text)\n")
        }
        return .fine
    case .failed(let error):
        throw ToolFailure(
            exit: .taskFailed, message: "\(execution.failure ?? VMFailure(error))", remedy: remedy(for: error))
    case .suspended: throw ToolFailure(exit: .taskFailed, message: "the task waits for what it never gets")
    }
}

/// What its user can do about a task that a budget has ended; nil where the error itself says what is wrong.
private func remedy(for error: VMError) -> String? {
    switch error {
    case .executionTimeout: "\(RecoveryStep.raiseBudget.advice), with --budget-ms, or \(RecoveryStep.simplify.advice)"
    case .memoryExhausted: RecoveryStep.simplify.advice
    default: nil
    }
}

/// The task that is named, or the one that can only be meant.
func chooseTask(_ name: String?, of bytecode: FTAIBytecode, file: String) throws(ToolFailure) -> TaskDeclaration {
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
