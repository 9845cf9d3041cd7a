// A task that is to be run, profiled or debugged: found, compiled, given its inputs, and with all that it finds around it.

import FTAI
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM

/// Which task is wanted, and with what: however somebody said it.
struct TaskRequest {
    enum Inputs {
        /// Each `name=value`, as on a command line.
        case words([String])
        case values([String: VMValue])
    }

    /// A document or a compiled program.
    let file: String
    /// Nil for the task that can only be meant.
    let task: String?
    let level: OptimizationLevel
    /// The folder that included documents are kept to; nil for that of the document.
    let root: String?
    let inputs: Inputs
    /// What tools and agents answer, each `name=JSON`.
    let answers: [String]
    /// Nil for a task that forgets everything when it ends.
    let memory: String?
    /// Whether the program may come from the cache, without its document.
    var usesCache = false
}

/// A task that could be run.
struct PreparedTask {
    let file: String
    let bytecode: FTAIBytecode
    /// What it was compiled from; nil for a compiled program.
    let document: DocumentIncluder.Expansion?
    let task: TaskDeclaration
    let inputs: [String: VMValue]
    let clock: RealtimeClock
    let outside: TaskOutside

    init(_ request: TaskRequest, _ console: Console) throws(ToolFailure) {
        file = request.file
        (bytecode, document) = try SourceFile.program(
            request.file, request.level, console, root: request.root, usesCache: request.usesCache)
        task = try chooseTask(request.task, of: bytecode, file: request.file)
        inputs =
            switch request.inputs {
            case .words(let words): try InputReader.values(words, for: task)
            case .values(let values): try InputReader.values(values, for: task)
            }
        clock = RealtimeClock()
        outside = try TaskOutside(request, clock: clock, console)
    }

    /// Answers what the task asks for until it ends, and waits until everything is remembered.
    ///
    /// - Parameter advance: goes on with an answer.
    func run(_ advance: (HostAnswer) -> Execution.Step) async throws(ToolFailure) -> Execution.Step {
        var step = advance(.done)
        while case .suspended(let request) = step { step = advance(try await outside.answer(request)) }
        try await outside.flush()
        return step
    }

    /// How a task is told that it cannot be begun.
    func failure(_ error: any Error) -> ToolFailure {
        ToolFailure(exit: .badSource, message: "\(file): \(error)")
    }
}
