// A conversation with a debugger: commands in, text out.

import FTAI
import FTAICompiler
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM

/// What is debugged.
public struct DebugSubject {
    public let program: LoadedProgram
    /// For each function, the variables that can be found in its registers; empty for a program that was not compiled for that.
    public let variables: [[ProgramVariable]]
    /// The texts of the program by file, as far as they can be had.
    public let sources: [String: String]
    public let task: TaskDeclaration
    public let inputs: [String: VMValue]

    /// Compiles the main document with more at its end, for expressions that call its tasks.
    let compile: (FTAISource) throws(CompilationError) -> FTAIBytecode

    public init(
        program: LoadedProgram, variables: [[ProgramVariable]], sources: [String: String], task: TaskDeclaration,
        inputs: [String: VMValue],
        compile: @escaping (FTAISource) throws(CompilationError) -> FTAIBytecode = {
            source throws(CompilationError) in try FTAICompiler().compile(source).bytecode
        }
    ) {
        self.program = program
        self.variables = variables
        self.sources = sources
        self.task = task
        self.inputs = inputs
        self.compile = compile
    }
}

extension DebugSubject {
    /// The program may take as long as whoever looks at it.
    private static let requirements = PerformanceRequirements(
        maxExecutionTime: .seconds(86_400), maxInstructions: .max, maxMemoryUsage: 256 << 20)

    /// The type of the task's result; nil when it returns nothing.
    package var resultType: ValueType? { program.bytecode.functions[task.function].result }

    /// A debugger at the beginning of the task.
    ///
    /// - Throws: when the task cannot take its inputs.
    package func debugger(clock: any EngineClock, interruption: Interruption) throws(VMError) -> Debugger {
        try Debugger(
            of: task.name, in: program, inputs: inputs, requirements: Self.requirements, clock: clock,
            interruption: interruption)
    }

    /// Computes expressions over its variables.
    package func evaluator(clock: any EngineClock) -> ExpressionEvaluator {
        let file = program.bytecode.metadata.sourceFile
        return ExpressionEvaluator(
            document: sources[file].map { FTAISource(file: file, text: $0) }, compile: compile, clock: clock)
    }

    /// The variables in sight of a call, with their values.
    package func variables(of frame: DebugFrame, in debugger: Debugger) -> [ExpressionEvaluator.Variable] {
        guard !frame.isInlined, variables.indices.contains(frame.position.function) else { return [] }
        return variables[frame.position.function].compactMap { variable in
            guard variable.lines.contains(frame.line ?? 0) || variable.isInput,
                let value = debugger.value(ofRegister: variable.register, in: frame)
            else { return nil }
            return .init(name: variable.name, type: variable.type, value: value)
        }
    }
}

/// Carries commands out and writes what they show. It neither reads nor prints itself: a terminal, a script or a test does.
///
/// ```swift
/// let session = try DebugSession(of: subject, clock: clock, useColor: false, host: answer, write: { text += $0 })
/// await session.begin()
/// while let line = readLine(), await session.execute(line) {}
/// ```
public final class DebugSession {
    /// Asks the running program to stop, from any thread.
    public let interruption = Interruption()
    let subject: DebugSubject
    let useColor: Bool
    let write: (String) -> Void
    let sourceLines: [String: [Substring]]
    let evaluator: ExpressionEvaluator
    var debugger: Debugger
    /// The frame that is looked at, see ``Debugger/frames``.
    var frameNumber = 0
    var breakpoints: [Breakpoint] = []
    var watches: [Watch] = []
    var displays: [(id: Int, expression: String)] = []
    /// Nil while the task has not ended.
    private(set) var end: Execution.Step?
    private let clock: any EngineClock
    private let host: (HostRequest) async -> HostAnswer
    private var nextID = 1
    private var repeated: Debugger.Plan?

    struct Breakpoint {
        let id: Int
        let place: Debugger.Place
        /// As it was asked for.
        let text: String
        let condition: String?
        var hits = 0
    }

    /// An expression whose value is compared at every line of the call in which it was asked for.
    struct Watch {
        let id: Int
        let expression: String
        let depth: Int
        let function: Int
        var value: VMValue?
    }

    private static let longestLine = 4_096

    /// - Parameters:
    ///   - useColor: whether the text may hold escape sequences for colour.
    ///   - host: does what the program asks the outside for.
    ///   - write: takes the text; lines end with a line break.
    /// - Throws: ``VMError`` when the task cannot take its inputs.
    public init(
        of subject: DebugSubject, clock: any EngineClock, useColor: Bool,
        host: @escaping (HostRequest) async -> HostAnswer, write: @escaping (String) -> Void
    ) throws(VMError) {
        self.subject = subject
        self.clock = clock
        self.useColor = useColor
        self.host = host
        self.write = write
        sourceLines = subject.sources.mapValues { $0.split(separator: "\n", omittingEmptySubsequences: false) }
        evaluator = subject.evaluator(clock: clock)
        debugger = try subject.debugger(clock: clock, interruption: interruption)
    }

    /// Shows what is debugged, and stops at the first line.
    public func begin() async {
        let bytecode = debugger.bytecode
        write(
            "\(bytecode.metadata.sourceFile), level \(bytecode.optimizationLevel.rawValue); help shows the commands\n")
        if subject.variables.isEmpty {
            write("variables have no names in a compiled program; registers shows what there is\n")
        }
        await go(.into)
    }

    /// Carries a command out.
    ///
    /// - Returns: false when the conversation is to end.
    public func execute(_ line: String) async -> Bool {
        guard line.utf8.count <= Self.longestLine else {
            write("a command has at most \(Self.longestLine) bytes\n")
            return true
        }
        let words = line.split(maxSplits: 1, omittingEmptySubsequences: true, whereSeparator: \.isWhitespace)
        guard let word = words.first.map(String.init) else {
            if let repeated { await go(repeated) }
            return true
        }
        let argument = words.count > 1 ? words[1].replacing(/^\s+|\s+$/, with: "") : ""
        let (command, candidates) = DebuggerCommand.find(word)
        guard let command else {
            let names = candidates.map(\.rawValue).joined(separator: ", ")
            write(
                candidates.isEmpty
                    ? "there is no command \(TerminalText.printable(word)); help shows all\n" : "\(names)?\n")
            return true
        }
        if command == .quit { return false }
        repeated = nil
        await carryOut(command, String(argument))
        return true
    }

    private func carryOut(_ command: DebuggerCommand, _ argument: String) async {
        switch command {
        case .continue: await go(.run)
        case .step: await go(.into)
        case .next: await go(.over)
        case .out: await go(.out)
        case .stepi: await go(.instruction)
        case .restart: await restart()
        case .break: addBreakpoint(argument)
        case .delete: delete(argument)
        case .breakpoints: showBreakpoints()
        case .locals: showLocals()
        case .registers: showRegisters()
        case .print: show(argument)
        case .display: addDisplay(argument)
        case .undisplay: removeDisplay(argument)
        case .watch: addWatch(argument)
        case .backtrace: showBacktrace()
        case .frame: choose(frame: argument)
        case .list: list(argument)
        case .disasm: showCode()
        case .help: write(DebuggerCommand.overview)
        case .quit: break
        }
    }

    func makeID() -> Int {
        defer { nextID += 1 }
        return nextID
    }

    // MARK: Running

    private func restart() async {
        do throws(VMError) {
            debugger = try subject.debugger(clock: clock, interruption: interruption)
        } catch {
            write("\(error)\n")
            return
        }
        for breakpoint in breakpoints { debugger.setBreakpoint(breakpoint.place, id: breakpoint.id) }
        watches = []
        end = nil
        await begin()
    }

    /// Runs until there is something to look at, and shows it.
    private func go(_ plan: Debugger.Plan) async {
        if let end {
            write("the task has \(end.isFailure ? "failed" : "ended"); restart begins again\n")
            return
        }
        repeated = plan == .into || plan == .over || plan == .instruction ? plan : nil
        frameNumber = 0
        interruption.clear()
        debugger.reportsLines = !watches.isEmpty
        var stop = debugger.resume(plan)
        while let next = await nextStop(after: stop) { stop = next }
        switch stop {
        case .ended(let step):
            end = step
            showEnd(step)
        default: showPlace(byInstruction: plan == .instruction)
        }
    }

    /// Where the program stops next, when nobody need look at where it has stopped; nil when somebody must.
    private func nextStop(after stop: Debugger.Stop) async -> Debugger.Stop? {
        switch stop {
        case .waiting(let request): return debugger.proceed(with: await host(request))
        case .ended: return nil
        case .interrupted:
            write("interrupted\n")
            return nil
        case .step:
            _ = showChanges()
            return nil
        case .line: return showChanges() ? nil : debugger.proceed()
        case .breakpoint:
            let isChanged = showChanges()
            let hits = hitBreakpoints()
            if !hits.isEmpty { write("breakpoint \(hits.map { "\($0)" }.joined(separator: ", "))\n") }
            return isChanged || !hits.isEmpty || debugger.isPlanFulfilled ? nil : debugger.proceed()
        }
    }

    /// The breakpoints at this place whose condition is true, or cannot be computed.
    private func hitBreakpoints() -> [Int] {
        let here = debugger.breakpointsHere
        var hits: [Int] = []
        for index in breakpoints.indices where here.contains(breakpoints[index].id) {
            if let condition = breakpoints[index].condition {
                do throws(EvaluationError) {
                    if try value(of: condition) == .bool(false) { continue }
                } catch {
                    write("the condition of breakpoint \(breakpoints[index].id): \(error)\n")
                }
            }
            breakpoints[index].hits += 1
            hits.append(breakpoints[index].id)
        }
        return hits
    }

    /// Shows which watched values have changed, and forgets watches whose call has ended.
    private func showChanges() -> Bool {
        guard !watches.isEmpty, let frame = debugger.frames.first else { return false }
        var isChanged = false
        for watch in watches where debugger.depth < watch.depth {
            write("watch \(watch.id) ends with its task: \(watch.expression)\n")
            isChanged = true
        }
        watches.removeAll { debugger.depth < $0.depth }
        for index in watches.indices
        where watches[index].depth == debugger.depth && watches[index].function == frame.position.function {
            let value = try? value(of: watches[index].expression)
            guard value != watches[index].value else { continue }
            let watch = watches[index]
            write("watch \(watch.id): \(watch.expression): \(Self.text(watch.value)) → \(Self.text(value))\n")
            watches[index].value = value
            isChanged = true
        }
        return isChanged
    }

    // MARK: Expressions

    /// The variables in sight of the frame that is looked at, with their values.
    var variables: [ExpressionEvaluator.Variable] {
        frame.map { subject.variables(of: $0, in: debugger) } ?? []
    }

    /// The frame that is looked at; nil behind the end.
    var frame: DebugFrame? {
        let frames = debugger.frames
        return frames.indices.contains(frameNumber) ? frames[frameNumber] : nil
    }

    func value(of expression: String) throws(EvaluationError) -> VMValue {
        try evaluator.value(of: expression, with: variables)
    }

    /// - Parameter type: nil where only the run tells what the value is.
    static func text(_ value: VMValue?, as type: ValueType? = nil) -> String { value?.listing(as: type) ?? "none" }
}

extension Execution.Step {
    var isFailure: Bool {
        if case .failed = self { true } else { false }
    }
}
