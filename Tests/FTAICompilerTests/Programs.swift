// Compiles and runs programs for the tests.

import FTAI
import FTAICompiler
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import Testing

/// Time stands still, so that no test depends on how fast the machine is.
struct FrozenClock: EngineClock {
    var now: Instant { Instant(nanoseconds: 0) }

    func sleep(until deadline: Instant) async {}

    func prolong(by duration: Duration) {}
    func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker { WorkerThread(name: name) }
}

/// What running a task gave.
struct ProgramRun {
    var said: [String] = []
    var result: VMValue?
    var error: VMError?
    var memory: [String: String] = [:]
    /// How many instructions were executed.
    var instructions: UInt64 = 0
    /// What was asked of tools, agents and listeners, in order.
    var requests: [HostRequest] = []
}

enum Programs {
    /// A document with one task and code as its body; the code begins in line 3.
    static func task(_ code: String, head: String = "") -> String {
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
        return "@ftai v2.0\n@task main\n\(head)  @do\n\(lines.joined(separator: "\n"))\n  @end\n@end\n"
    }

    static func compile(
        _ text: String, level: OptimizationLevel = .basic, options: CompilationOptions = .init()
    ) throws -> FTAIBytecode {
        try FTAICompiler().compile(FTAISource(file: "test.ftai", text: text), level: level, options: options).bytecode
    }

    /// Runs a task of a document to its end, with a memory that begins as it is given.
    static func run(
        _ text: String, task: String = "main", inputs: [String: VMValue] = [:], memory: [String: String] = [:],
        level: OptimizationLevel = .basic, answers: [String: HostAnswer] = [:],
        options: CompilationOptions = .init()
    ) throws -> ProgramRun {
        let bytecode = try compile(text, level: level, options: options)
        try BytecodeVerifier.verify(bytecode)
        let execution = try Execution(of: task, in: LoadedProgram(bytecode), inputs: inputs, clock: FrozenClock())
        var run = ProgramRun(memory: memory)
        var step = execution.advance()
        while case .suspended(let request) = step {
            switch request {
            case .say(let text):
                run.said.append(text)
                step = execution.advance()
            case .remember(let key, let value):
                run.memory[key] = value
                step = execution.advance()
            case .recall(let key): step = execution.advance(with: .recalled(run.memory[key]))
            default:
                run.requests.append(request)
                step = execution.advance(with: answer(to: request, from: answers))
            }
        }
        run.instructions = execution.instructionsExecuted
        switch step {
        case .finished(let value): run.result = value
        case .failed(let error): run.error = error
        case .suspended: break
        }
        return run
    }

    /// Tools and agents answer what they are told to, by name; the tool `echo` gives back its arguments. It is the last
    /// second of 29 February 2024.
    private static func answer(to request: HostRequest, from answers: [String: HostAnswer]) -> HostAnswer {
        switch request {
        case .callTool("echo", let arguments): .returned(.map(arguments))
        case .askAgent("echo", let question): .returned(.string(question))
        case .callTool(let name, _), .askAgent(let name, _): answers[name] ?? .failed(reason: "it is not there")
        case .readClock: .returned(.int(1_709_251_199))
        case .together(let requests): .together(requests.map { answer(to: $0, from: answers) })
        default: .done
        }
    }

    /// The problems of a document, as `FTAI0203 4:9`.
    static func problems(_ text: String) -> [String] {
        FTAICompiler().validateSyntax(FTAISource(file: "test.ftai", text: text)).map {
            "\($0.code.rawValue) \($0.line):\($0.column)"
        }
    }
}
