// Everything that a task which is run from the command line finds around it.

import Instrumentation
import SerenaNetVM
import SerenaStore

/// Does what a task asks for: prints what it says, remembers in a file, and answers for tools as its user has written down.
struct TaskOutside {
    private let memory: any MemoryStore
    private let written: CommandLineOutside
    private let console: Console

    init(_ request: TaskRequest, clock: any EngineClock, _ console: Console) throws(ToolFailure) {
        written = try CommandLineOutside(answers: request.answers)
        self.console = console
        do {
            memory = try SQLiteMemoryStore(path: request.memory, worker: clock.makeWorker(named: "memory"))
        } catch {
            throw ToolFailure(
                exit: .outputFailed, message: "the memory \(request.memory ?? "") cannot be opened: \(error)",
                remedy: "name another file with --memory")
        }
    }

    func answer(_ request: HostRequest) async throws(ToolFailure) -> HostAnswer {
        switch request {
        case .say(let text):
            try console.write(ValueText.printable(text) + "\n")
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
