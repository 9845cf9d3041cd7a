// What the fuzz targets of programs share: a program is run with small budgets and answers that come from nowhere.

import Instrumentation
import SerenaNetBytecode

@testable import SerenaNetVM

/// Time stands still, so that an input always gives the same run.
struct FrozenClock: EngineClock {
    var now: Instant { Instant(nanoseconds: 0) }

    func sleep(until deadline: Instant) async {}

    func prolong(by duration: Duration) {}
    func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker { WorkerThread(name: name) }
}

/// What running a task showed to the outside.
struct ProgramRun: Equatable {
    var requests: [HostRequest] = []
    var step: Execution.Step
    /// How many instructions it has executed.
    var instructions: UInt64 = 0

    /// Two runs are the same when they show the same; how many instructions that takes differs from level to level.
    static func == (left: ProgramRun, right: ProgramRun) -> Bool {
        // What is no number does not equal itself, and is written alike.
        left.requests == right.requests && left.step == right.step
            || "\(left.requests) \(left.step)" == "\(right.requests) \(right.step)"
    }

    /// Whether a budget ended it: where that happens differs from level to level.
    var isCut: Bool {
        switch step {
        case .failed(.executionTimeout), .failed(.memoryExhausted), .failed(.performanceThresholdExceeded): true
        case .failed(.programFault(let fault)): if case .callDepth = fault.kind { true } else { false }
        case .suspended: true
        default: false
        }
    }

    static let requirements = PerformanceRequirements(
        maxInstructions: 20_000, maxMemoryUsage: 1 << 20, maxCallDepth: 50)

    /// Runs a task with a value for each of its inputs; nil when it takes none of them.
    static func of(
        _ task: TaskDeclaration, in program: LoadedProgram, requirements: PerformanceRequirements = Self.requirements,
        pace: CollectorPace = .ordinary
    ) -> ProgramRun? {
        let inputs = Dictionary(task.inputs.map { ($0.name, value(of: $0.type)) }) { first, _ in first }
        guard
            let execution = try? Execution(
                of: task.name, in: program, inputs: inputs, requirements: requirements, clock: FrozenClock(), pace: pace
            )
        else { return nil }
        var run = ProgramRun(step: execution.advance())
        for _ in 0..<100 {
            guard case .suspended(let request) = run.step else { break }
            run.requests.append(request)
            run.step = execution.advance(with: answer(to: request))
        }
        run.instructions = execution.instructionsExecuted
        return run
    }

    static func value(of type: ValueType) -> VMValue {
        switch type {
        case .int: .int(3)
        case .float: .float(-0.5)
        case .bool: .bool(true)
        case .string, .any: .string("é{")
        case .list(let element): .list([value(of: element)])
        case .map(let element): .map([VMMapEntry(key: "k", value: value(of: element))])
        case .intMap(let element): .map([VMMapEntry(key: 7, value: value(of: element))])
        case .optional(let wrapped): value(of: wrapped)
        }
    }

    static func answer(to request: HostRequest) -> HostAnswer {
        switch request {
        case .callTool(let name, let arguments):
            name.utf8.count % 3 == 0 ? .failed(reason: "it is not there") : .returned(.map(arguments))
        case .askAgent(_, let question): .returned(.string(question))
        case .readClock: .returned(.int(1_709_251_199))
        case .recall(let key): .recalled(key.utf8.count % 2 == 0 ? nil : "é")
        case .together(let requests): .together(requests.map(answer))
        case .say, .remember, .emit: .done
        }
    }
}
