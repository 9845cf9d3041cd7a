// What the compiler tells an author about the speed of a task: what takes memory in a loop, what keeps it from running ahead.

import FTAI
import SerenaNetBytecode

/// A hint that would make a task faster, or let it begin earlier.
public struct CompilerFeedback: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// Memory is taken in every round of a loop.
        case allocationInLoop = "allocates in a loop"
        /// The type of a value is looked at while the task runs.
        case staysDynamic = "stays dynamic"
        /// A task is called in every round of a loop, and was too long to be put in its place.
        case callInLoop = "calls in a loop"
        /// The task cannot be run before the user has finished speaking.
        case blocksRunningAhead = "blocks running ahead"
    }

    public let kind: Kind
    /// The task in whose code it stands.
    public let task: String
    /// The file in which it stands; nil for the document itself.
    public internal(set) var file: String?
    /// 1-based.
    public internal(set) var line: Int
    public let message: String
}

extension FTAICompiler {
    /// What would make the tasks of a document faster, in the order of its lines, as far as the passes of a level have not seen to it
    /// already.
    ///
    /// - Throws: ``CompilationError`` when the document has errors.
    public func feedback(
        on source: FTAISource, level: OptimizationLevel, options: CompilationOptions = .init()
    ) throws(CompilationError) -> [CompilerFeedback] {
        try feedback(on: CheckedProgram(source), level: level, options: options)
    }

    func feedback(
        on program: CheckedProgram, level: OptimizationLevel, options: CompilationOptions
    ) throws(CompilationError) -> [CompilerFeedback] {
        guard !program.hasErrors else { throw CompilationError(diagnostics: program.diagnostics) }
        var form = program.intermediateForm()
        Optimizer(level: level, options: options).run(&form)
        var hints: Set<CompilerFeedback> = []
        for (index, function) in form.functions.enumerated() {
            hints.formUnion(Self.hints(on: function, of: form))
            hints.formUnion(Self.dynamics(of: function))
            if form.effects[index].contains(.calls) { hints.formUnion(Self.blockers(of: function, in: form)) }
        }
        return hints.sorted { ($0.line, $0.task, $0.message) < ($1.line, $1.task, $1.message) }.map { hint in
            var hint = hint
            (hint.file, hint.line) = program.place(ofLine: hint.line)
            return hint
        }
    }

    private static func hints(on function: IRFunction, of program: IRProgram) -> [CompilerFeedback] {
        var hints: [CompilerFeedback] = []
        for block in Set(ControlFlow(function).loops().flatMap(\.blocks)).sorted() {
            for index in function.blocks[block].code {
                let instruction = function.instructions[index]
                // What was inlined is told where it is written.
                guard instruction.scope == 0 else { continue }
                if instruction.properties.contains(.allocates) {
                    hints.append(
                        hint(
                            .allocationInLoop, function, instruction,
                            "\(name(of: instruction)) takes memory in every round"))
                } else if instruction.opcode == .call {
                    let callee = program.functions[Int(instruction.payload)].name
                    hints.append(hint(.callInLoop, function, instruction, "`\(callee)` is called in every round"))
                }
            }
        }
        return hints
    }

    private static func dynamics(of function: IRFunction) -> [CompilerFeedback] {
        function.layout.flatMap { function.blocks[$0].code }.compactMap { index in
            let instruction = function.instructions[index]
            guard instruction.scope == 0, instruction.properties.contains(.isDynamic) else { return nil }
            return hint(.staysDynamic, function, instruction, "\(name(of: instruction)) looks at the type of an `any`")
        }
    }

    /// The instructions and calls that do more than read, remember and speak.
    private static func blockers(of function: IRFunction, in program: IRProgram) -> [CompilerFeedback] {
        function.layout.flatMap { function.blocks[$0].code }.compactMap { index in
            let instruction = function.instructions[index]
            guard instruction.scope == 0 else { return nil }
            if instruction.opcode.signature.effect.contains(.calls) {
                return hint(
                    .blocksRunningAhead, function, instruction,
                    "\(name(of: instruction)) reaches outside of the assistant")
            }
            guard instruction.opcode == .call, program.effects[Int(instruction.payload)].contains(.calls) else {
                return nil
            }
            let callee = program.functions[Int(instruction.payload)].name
            return hint(.blocksRunningAhead, function, instruction, "`\(callee)` reaches outside of the assistant")
        }
    }

    private static func hint(
        _ kind: CompilerFeedback.Kind, _ function: IRFunction, _ instruction: IRInstruction, _ message: String
    ) -> CompilerFeedback {
        CompilerFeedback(kind: kind, task: function.name, line: Int(instruction.line), message: message)
    }

    private static func name(of instruction: IRInstruction) -> String {
        if instruction.opcode == .callBuiltin, let code = UInt16(exactly: instruction.payload),
            let builtin = Builtin(rawValue: code)
        {
            return "`\(builtin.signature.name)`"
        }
        switch instruction.opcode {
        case .concatenate, .joinAsText: return "joining a text"
        case .makeList: return "a new list"
        case .makeMap, .makeIntMap: return "a new map"
        case .mapSet, .intMapSet: return "setting a key"
        case .cast: return "`as`"
        case .listAppend: return "`append`"
        case .intToString, .floatToString, .boolToString: return "writing a value into a text"
        default: return "`\(instruction.opcode)`"
        }
    }
}
