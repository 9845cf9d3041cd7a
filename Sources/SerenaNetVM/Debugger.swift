// Runs a task step by step, and shows where it is and what its registers hold.

import Instrumentation
import SerenaNetBytecode

/// A task that stops where it is told to: a state machine without a terminal, for whoever has one.
///
/// ```swift
/// let debugger = try Debugger(of: "tip", in: program, inputs: inputs, clock: clock)
/// debugger.setBreakpoint(.line(9), id: 1)
/// var stop = debugger.resume(.run)
/// while case .waiting(let request) = stop { stop = debugger.proceed(with: await host.answer(request)) }
/// ```
/// The program does the same as without, except that it is slower. It has not begun before it is resumed for the first time: a plan
/// or a breakpoint can stop it at its very first instruction.
public final class Debugger {
    /// How far a program goes on, unless something else stops it before.
    public enum Plan: Hashable, Sendable {
        case run
        /// One instruction.
        case instruction
        /// To the next line, also into calls.
        case into
        /// To the next line of this task or of its callers.
        case over
        /// Until this task has returned.
        case out
    }

    public enum Stop: Hashable, Sendable {
        case breakpoint
        /// The plan is fulfilled.
        case step
        /// Control has come to another line, see ``Debugger/reportsLines``.
        case line
        case interrupted
        /// The program waits until ``Debugger/proceed(with:)`` brings the answer.
        case waiting(HostRequest)
        /// Finished or failed; of a program that has failed, frames and registers can still be looked at.
        case ended(Execution.Step)
    }

    public enum Place: Hashable, Sendable {
        /// Wherever control comes to the line of the main document, 1-based.
        case line(Int)
        case instruction(CodePosition)
    }

    /// Stops the program from any thread.
    public let interruption: Interruption
    public let bytecode: FTAIBytecode
    /// For its figures; it is advanced only by the debugger.
    public let execution: Execution
    /// The breakpoints by the numbers that their owner gave them.
    public private(set) var breakpoints: [Int: Place] = [:]
    private let program: LoadedProgram
    private var control: StepControl
    private var machine: Machine { execution.machine }

    /// - Parameter interruption: may be that of another debugger, whose place this one takes.
    /// - Throws: as ``Execution/init(of:in:inputs:requirements:clock:)``.
    public init(
        of task: String, in program: LoadedProgram, inputs: [String: VMValue] = [:],
        requirements: PerformanceRequirements = PerformanceRequirements(), clock: any EngineClock,
        interruption: Interruption = Interruption()
    ) throws(VMError) {
        self.interruption = interruption
        execution = try Execution(of: task, in: program, inputs: inputs, requirements: requirements, clock: clock)
        self.program = program
        bytecode = program.bytecode
        control = StepControl(program: program, interruption: interruption)
    }

    // MARK: Running

    /// Whether the program also stops, as ``Stop/line``, at every line: for whoever watches a value.
    public var reportsLines: Bool {
        get { control.reportsLines }
        set { control.reportsLines = newValue }
    }

    /// Goes on from where the program stands, with a new plan. To be called where it was stopped, not where it waits.
    public func resume(_ plan: Plan) -> Stop {
        control.follow(plan, fromDepth: machine.depth)
        return proceed()
    }

    /// Goes on with the plan that there is.
    ///
    /// - Parameter answer: to the request, when the program waits.
    public func proceed(with answer: HostAnswer = .done) -> Stop {
        guard let step = execution.advance(with: answer, &control) else {
            switch control.reason {
            case .breakpoint: return .breakpoint
            case .step: return .step
            case .line: return .line
            case .interruption: return .interrupted
            }
        }
        if case .suspended(let request) = step { return .waiting(request) }
        return .ended(step)
    }

    /// Whether the plan ends where the program has stopped, which at a ``Stop/breakpoint`` it need not.
    public var isPlanFulfilled: Bool { control.isPlanFulfilled }

    // MARK: Breakpoints

    public func setBreakpoint(_ place: Place, id: Int) {
        breakpoints[id] = place
        updateStops()
    }

    public func removeBreakpoint(id: Int) {
        breakpoints[id] = nil
        updateStops()
    }

    /// The breakpoints that stand where the program does, in order.
    public var breakpointsHere: [Int] {
        guard let frame = frames.first else { return [] }
        return breakpoints.filter { _, place in
            switch place {
            case .line(let line): line == frame.line && frame.file == bytecode.metadata.sourceFile
            case .instruction(let position): position == frame.position
            }
        }.keys.sorted()
    }

    private func updateStops() {
        control.wordStops = [Bool](repeating: false, count: control.wordStops.count)
        control.lineStops = []
        for place in breakpoints.values {
            switch place {
            case .line(let line):
                guard codeLines.contains(line) else { continue }
                while control.lineStops.count <= line { control.lineStops.append(false) }
                control.lineStops[line] = true
            case .instruction(let position):
                if let word = program.word(of: position) { control.wordStops[word] = true }
            }
        }
    }

    /// The lines of the main document that have code, in order.
    public private(set) lazy var codeLines: [Int] = Set(bytecode.functions.filter { $0.file == nil }.flatMap(\.lines))
        .filter { $0 > 0 }.sorted().map(Int.init)

    // MARK: Looking

    /// The open calls, the innermost first; none behind the end. Inlined calls are among them.
    public var frames: [DebugFrame] {
        var frames: [DebugFrame] = []
        machine.forEachFrame { place, base in
            let position = CodePosition(function: place.function, instruction: place.instruction)
            let function = bytecode.functions[place.function]
            let tasks = function.tasks(at: place.instruction)
            for (index, task) in tasks.enumerated() {
                // Where an inlined call was made is not kept; its line would be that of the call.
                frames.append(
                    DebugFrame(
                        task: task, file: bytecode.file(ofTask: task),
                        line: index == 0 ? function.line(at: place.instruction) : nil, position: position,
                        isInlined: index < tasks.count - 1, base: base - machine.stack))
            }
            return true
        }
        return frames
    }

    /// How many calls are open; inlined ones do not count.
    public var depth: Int { machine.depth }

    /// What a register holds in a frame of this stop; nil when there is no such register, or its value is nested too deep or too
    /// large to be taken out of the VM.
    public func value(ofRegister register: Int, in frame: DebugFrame) -> VMValue? {
        let function = bytecode.functions[frame.position.function]
        guard function.registers.indices.contains(register) else { return nil }
        // Looking must not change how the program ends.
        let failure = machine.failure
        defer { machine.failure = failure }
        let slot = (machine.stack + frame.base).slot(register * 8)
        return machine.passingValue(of: slot, as: function.registers[register])
    }
}

/// An instruction of a program.
public struct CodePosition: Hashable, Sendable {
    /// The index of its function.
    public let function: Int
    /// Counted from the first of the function.
    public let instruction: Int

    public init(function: Int, instruction: Int) {
        self.function = function
        self.instruction = instruction
    }
}

/// A call that is open while a program stands still.
public struct DebugFrame: Hashable, Sendable {
    public let task: String
    /// The document that the task stands in.
    public let file: String
    /// 1-based; nil where the code has none.
    public let line: Int?
    /// Where it stands: the next instruction in the innermost frame, the call in all others.
    public let position: CodePosition
    /// Whether its code stands in that of the next frame, whose registers it shares.
    public let isInlined: Bool
    /// Bytes from the beginning of the stack to its registers.
    let base: Int
}

extension LoadedProgram {
    /// The word at which an instruction begins; nil when there is no such instruction.
    func word(of position: CodePosition) -> Int? {
        guard bytecode.functions.indices.contains(position.function) else { return nil }
        let code = bytecode.instructions(of: bytecode.functions[position.function])
        guard position.instruction >= 0, position.instruction < code.count else { return nil }
        return firstWords[position.function] + code.prefix(position.instruction).reduce(0) { $0 + $1.wordCount }
    }
}
