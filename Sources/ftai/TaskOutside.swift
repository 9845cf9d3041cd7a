// Everything that a task which is run from the command line finds around it.

import Instrumentation
import SerenaNetVM
import SerenaStore
import TaskInspection

/// Does what a task asks for: prints what it says, remembers in a file, and answers for tools as its user has written down.
struct TaskOutside {
    private let memory: any MemoryStore
    private let written: CommandLineOutside
    private let console: Console

    init(_ request: TaskRequest, clock: any EngineClock, _ console: Console) throws(ToolFailure) {
        try self.init(answers: request.answers, memory: request.memory, clock: clock, console)
    }

    /// - Parameters:
    ///   - answers: what tools and agents answer, each `name=JSON`.
    ///   - path: where the task remembers; nil for a memory that ends with it.
    init(
        answers: [String], memory path: String?, clock: any EngineClock, _ console: Console
    ) throws(ToolFailure) {
        written = try CommandLineOutside(answers: answers)
        self.console = console
        do {
            memory = try SQLiteMemoryStore(path: path, worker: clock.makeWorker(named: "memory"))
        } catch {
            throw ToolFailure(
                exit: .outputFailed, message: "the memory \(path ?? "") cannot be opened: \(error)",
                remedy: "name another file with --memory")
        }
    }

    /// The tools and agents that a request asks and that are not there.
    func lacks(_ request: HostRequest) -> [String] { written.lacks(request) }

    func answer(_ request: HostRequest) async throws(ToolFailure) -> HostAnswer {
        switch request {
        case .say(let text):
            try console.write(TerminalText.lines(text) + "\n")
            return .done
        case .remember(let key, let value):
            do {
                try await memory.remember(key: key, value: value)
                return .done
            } catch {
                return .failed(reason: "\(error)")
            }
        case .recall(let key):
            do {
                return .recalled(try await memory.recall(key: key))
            } catch {
                return .failed(reason: "\(error)")
            }
        case .callTool, .askAgent, .emit, .readClock, .together: return written.answer(request, console)
        }
    }

    /// Waits until everything is remembered.
    func flush() async throws(ToolFailure) {
        do {
            try await memory.flush()
        } catch {
            throw ToolFailure(exit: .outputFailed, message: "not everything was remembered: \(error)")
        }
    }
}
