// One execution of a task, step by step.

import Instrumentation
import SerenaNetBytecode

/// Runs a task up to its end, stopping wherever it needs its host. Synchronous, and used by one thread at a time.
///
/// ```swift
/// let execution = try Execution(of: "tip", in: program, inputs: ["bill": .float(63)], clock: clock)
/// var step = execution.advance()
/// while case .suspended(let request) = step {
///     step = execution.advance(with: await host.answer(request))
/// }
/// ```
public final class Execution {
    /// What an execution comes to next.
    public enum Step: Hashable, Sendable {
        /// The task has returned; nil when it has no result.
        case finished(VMValue?)
        /// The program waits until ``Execution/advance(with:)`` brings the answer.
        case suspended(HostRequest)
        case failed(VMError)
    }

    private enum Phase {
        case ready
        case waiting(HostRequest)
        case ended(Step)
    }

    /// Where the program was when it failed; nil as long as it has not.
    public private(set) var errorLocation: ProgramLocation?

    /// The task that is run.
    public let task: TaskDeclaration
    let machine: Machine
    /// The type of its result; nil when it returns nothing.
    public let resultType: ValueType?
    private var phase = Phase.ready

    /// Finds the task and takes its inputs.
    ///
    /// - Throws: ``VMError/programFault(_:)`` when there is no such task, or an input is missing, unknown or of another type;
    ///   ``VMError/memoryExhausted(requested:available:)`` when the inputs do not fit the memory.
    public convenience init(
        of task: String, in program: LoadedProgram, inputs: [String: VMValue] = [:],
        requirements: PerformanceRequirements = PerformanceRequirements(), clock: any EngineClock
    ) throws(VMError) {
        try self.init(
            of: task, in: program, inputs: inputs, requirements: requirements, clock: clock, pace: .ordinary)
    }

    /// The same, with a collector that works as often as a test wants.
    init(
        of task: String, in program: LoadedProgram, inputs: [String: VMValue] = [:],
        requirements: PerformanceRequirements, clock: any EngineClock, pace: CollectorPace
    ) throws(VMError) {
        let file = program.bytecode.metadata.sourceFile
        guard let declaration = program.bytecode.task(named: task) else {
            throw .programFault(RuntimeFault(.unknownTask(task), at: ProgramLocation(file: file, line: nil, stack: [])))
        }
        self.task = declaration
        machine = Machine(
            program: program, function: declaration.function, requirements: requirements, clock: clock, pace: pace)
        resultType = program.bytecode.functions[declaration.function].result
        for (index, value) in try Self.arguments(of: declaration, from: inputs, file: file).enumerated() {
            if machine.failure == nil, let slot = machine.slot(of: value, as: declaration.inputs[index].type) {
                machine.base.set(index * 8, slot)
            }
        }
        if let failure = machine.failure { throw error(for: failure) }
    }

    /// An execution whose machine stands in front of a request to the host; see ``waitAgain()``.
    init(restored machine: Machine, task: TaskDeclaration) {
        self.machine = machine
        self.task = task
        resultType = machine.program.bytecode.functions[task.function].result
    }

    /// Lets a restored execution wait for its host.
    ///
    /// - Returns: why it does not; nil when it does.
    func waitAgain() -> VMError? {
        guard let request else { return machine.failure.map(error(for:)) ?? .notRunning }
        phase = .waiting(request)
        return nil
    }

    /// The values of the parameters, in order.
    private static func arguments(of task: TaskDeclaration, from inputs: [String: VMValue], file: String)
        throws(VMError) -> [VMValue]
    {
        func fault(_ kind: RuntimeFault.Kind) -> VMError {
            .programFault(RuntimeFault(kind, at: ProgramLocation(file: file, line: nil, stack: [task.name])))
        }
        let names = Set(task.inputs.map(\.name))
        if let unknown = inputs.keys.filter({ !names.contains($0) }).min() {
            throw fault(.unknownInput(name: unknown))
        }
        var values: [VMValue] = []
        for input in task.inputs {
            guard let value = inputs[input.name] ?? input.defaultValue else {
                throw fault(.missingInput(name: input.name, type: input.type))
            }
            guard value.fits(input.type) else {
                throw fault(.mistypedInput(name: input.name, type: input.type))
            }
            values.append(value)
        }
        return values
    }

    /// Runs up to the next step. An execution that has ended stays at its last step.
    ///
    /// - Parameter answer: to the request of the last step; without meaning before the first.
    public func advance(with answer: HostAnswer = .done) -> Step {
        var nobody = NoObserver()
        return advance(with: answer, &nobody) ?? .failed(.notRunning)
    }

    /// As ``advance(with:)``, for a turn of about so many instructions, so that many programs can share a thread.
    ///
    /// - Returns: nil when the turn is over before there is a step. The program goes on with the next turn, without an answer.
    public func advance(with answer: HostAnswer = .done, turn instructions: UInt64) -> Step? {
        machine.turnEnd = machine.instructionsExecuted &+ instructions
        defer { machine.turnEnd = .max }
        var nobody = NoObserver()
        return advance(with: answer, &nobody)
    }

    /// As ``advance(with:)``, under the eyes of an observer.
    ///
    /// - Returns: nil when the observer has paused the program or its turn is over; it then goes on without an answer.
    func advance<Observer: InstructionObserver>(with answer: HostAnswer, _ observer: inout Observer) -> Step? {
        switch phase {
        case .ended(let step): return step
        case .ready: break
        case .waiting: take(answer)
        }
        while true {
            let exit = machine.run(&observer)
            if exit == .paused || exit == .turnEnded {
                phase = .ready
                return nil
            }
            if exit == .suspended {
                if let request {
                    phase = .waiting(request)
                    return .suspended(request)
                }
                // What cannot leave has failed where it was to leave, and that the program may catch.
                if machine.failure != nil { continue }
            }
            let step = ending(after: exit)
            phase = .ended(step)
            return step
        }
    }

    /// What the program waits for; nil when it does not wait for its host.
    public var pendingRequest: HostRequest? {
        if case .waiting(let request) = phase { request } else { nil }
    }

    /// The last step; nil as long as there is another.
    var ending: Step? {
        if case .ended(let step) = phase { step } else { nil }
    }

    /// Where the program stands, and the tasks on the way there.
    public var location: ProgramLocation { machine.location }

    /// Exact, and the same on every machine.
    public var instructionsExecuted: UInt64 { machine.instructionsExecuted }

    /// The most bytes that heap and stack held at one time.
    public var peakMemoryUsage: Int { machine.heap.peak }

    /// What the program has taken of memory, and what the collector has done.
    public var memory: MemoryFigures { machine.heap.figures }

    /// The time computed so far, without waiting for the host.
    public var executionTime: Duration { machine.meter.elapsed }

    private func ending(after exit: MachineExit) -> Step {
        if exit == .finished {
            guard let resultType else { return .finished(nil) }
            let slot = machine.stack.slot(0)
            // Nothing but references needs memory to leave.
            let value = machine.leaving(keeping: slot) { machine.value(of: slot, as: resultType) }
            if let value { return .finished(value) }
        }
        return .failed(machine.failure.map(error(for:)) ?? .notRunning)
    }

    private func error(for failure: Machine.Failure) -> VMError {
        let location = machine.location
        errorLocation = location
        switch failure {
        case .error(let error): return error
        case .fault(let kind): return .programFault(RuntimeFault(kind, at: location))
        }
    }

    // MARK: The host

    /// What the instruction at which the program is suspended asks for; nil, with the failure set, when it cannot leave the VM.
    private var request: HostRequest? { machine.leaving { madeRequest } }

    private var madeRequest: HostRequest? {
        let (pc, base) = (machine.pc, machine.base)
        switch suspendedOpcode {
        case .say: return .say(base.text(pc.a).string)
        case .remember: return .remember(key: base.text(pc.a).string, value: base.text(pc.b).string)
        case .recall: return .recall(key: base.text(pc.b).string)
        case .readClock: return .readClock
        case .emit: return entries(at: pc.b).map { .emit(event: base.text(pc.a).string, values: $0) }
        case .callTool, .askAgent: return call(at: pc)
        case .together:
            var calls: [HostRequest] = []
            for index in 0..<pc.a {
                guard let call = call(at: pc + 8 * (index + 1)) else { return nil }
                calls.append(call)
            }
            return .together(calls)
        default: return nil
        }
    }

    private var suspendedOpcode: VMOpcode? { Self.opcode(at: machine.pc) }

    private static func opcode(at pc: UnsafeRawPointer) -> VMOpcode? { VMOpcode(rawValue: UInt16(pc.detail)) }

    /// The call of a tool or an agent at `pc`; nil, with the failure set, when its arguments cannot leave the VM.
    private func call(at pc: UnsafeRawPointer) -> HostRequest? {
        let base = machine.base
        if Self.opcode(at: pc) == .askAgent {
            return .askAgent(name: base.text(pc.b).string, question: base.text(pc.c).string)
        }
        return entries(at: pc.c).map { .callTool(name: base.text(pc.b).string, arguments: $0) }
    }

    private func entries(at register: Int) -> [VMMapEntry]? {
        guard case .map(let entries) = machine.value(of: machine.base.slot(register), as: .map(.any)) else {
            return nil
        }
        return entries
    }

    /// Lets the suspended instruction take effect and steps over it.
    private func take(_ answer: HostAnswer) {
        guard suspendedOpcode == .together else {
            take(answer, at: machine.pc)
            return
        }
        var answers: [HostAnswer] = []
        if case .together(let given) = answer { answers = given }
        let count = machine.pc.a
        machine.fuel -= Int64(count)
        // Each call takes effect where it stands, so that the first that failed is the one that the program sees.
        machine.pc += 8
        for index in 0..<count where machine.failure == nil {
            take(index < answers.count ? answers[index] : .failed(reason: "no answer"), at: machine.pc)
        }
    }

    private func take(_ answer: HostAnswer, at pc: UnsafeRawPointer) {
        let opcode = Self.opcode(at: pc)
        if case .failed(let reason) = answer {
            machine.failure = .fault(fault(of: opcode, at: pc, reason))
            return
        }
        if let opcode, opcode.signature.a.isWritten {
            guard let (value, type) = Self.result(answer, of: opcode) else {
                machine.failure = .fault(fault(of: opcode, at: pc, "the answer is not of the kind that is needed"))
                return
            }
            guard let slot = machine.slotForAnswer(value, as: type) else { return }
            machine.base.set(pc.a, slot)
        }
        machine.pc = pc + 8
    }

    private func fault(of opcode: VMOpcode?, at pc: UnsafeRawPointer, _ reason: String) -> RuntimeFault.Kind {
        switch opcode {
        case .callTool: .toolFailed(name: machine.base.text(pc.b).string, reason: reason)
        case .askAgent: .agentFailed(name: machine.base.text(pc.b).string, reason: reason)
        default: .hostFailed(reason: reason)
        }
    }

    /// What an answer means to an instruction; nil when it does not fit it.
    private static func result(_ answer: HostAnswer, of opcode: VMOpcode) -> (VMValue, ValueType)? {
        switch (opcode, answer) {
        case (.recall, .recalled(let text)): (text.map(VMValue.string) ?? .null, .optional(.string))
        case (.recall, _): (.null, .optional(.string))
        case (.callTool, .returned(let value)): (value, .any)
        case (.callTool, .done): (.null, .any)
        case (.askAgent, .returned(.string(let text))): (.string(text), .string)
        case (.readClock, .returned(.int(let time))): (.int(time), .int)
        default: nil
        }
    }
}

extension OperandKind {
    fileprivate var isWritten: Bool {
        if case .write = self { true } else { false }
    }
}
