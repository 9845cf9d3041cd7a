// A compiled program: the tasks of a document and the functions that they are made of.

import Foundation

/// The bytecode of a document's tasks, which may call each other.
public struct FTAIBytecode: Hashable, Sendable {
    /// The name of the program: the document's file name without its ending, or what the caller chose.
    public var id: String
    /// SHA-256 of the source, in lower-case hexadecimal.
    public var sourceHash: String
    /// All instructions, function after function; ``BytecodeFunction/code`` says which are whose.
    public var instructions: [VMInstruction]
    public var functions: [BytecodeFunction]
    public var constants: [BytecodeConstant]
    /// What can be called from outside, in the order of the document.
    public var tasks: [TaskDeclaration]
    public var metadata: BytecodeMetadata
    public var optimizationLevel: OptimizationLevel
    /// Given by the caller; nil in builds that must be reproducible.
    public var compiledAt: Date?

    public init(
        id: String, sourceHash: String, instructions: [VMInstruction], functions: [BytecodeFunction],
        constants: [BytecodeConstant], tasks: [TaskDeclaration], metadata: BytecodeMetadata,
        optimizationLevel: OptimizationLevel, compiledAt: Date? = nil
    ) {
        self.id = id
        self.sourceHash = sourceHash
        self.instructions = instructions
        self.functions = functions
        self.constants = constants
        self.tasks = tasks
        self.metadata = metadata
        self.optimizationLevel = optimizationLevel
        self.compiledAt = compiledAt
    }

    /// The task of that name; names compare without case.
    public func task(named name: String) -> TaskDeclaration? {
        tasks.first { $0.name.lowercased() == name.lowercased() }
    }

    /// The file that a task stands in, by the name of its function.
    public func file(ofTask name: String) -> String {
        functions.first { $0.name == name }?.file ?? metadata.sourceFile
    }

    /// What the task of that name and all that it calls may do; nil when there is no such task.
    public func effects(ofTask name: String) -> EffectSet? {
        guard let task = task(named: name), functions.indices.contains(task.function) else { return nil }
        return functions[task.function].effects
    }
}

/// A constant of the pool. Small integers and booleans stand in the instruction instead.
public enum BytecodeConstant: Hashable, Sendable {
    case int(Int64)
    case float(Double)
    case string(String)

    public var type: ValueType {
        switch self {
        case .int: .int
        case .float: .float
        case .string: .string
        }
    }
}

/// A function: its interface, its registers, and where its code stands.
public struct BytecodeFunction: Hashable, Sendable {
    public var name: String
    /// How many of the first registers are parameters.
    public var parameterCount: Int
    /// The type of every register, parameters first.
    public var registers: [ValueType]
    /// Nil when the function returns nothing.
    public var result: ValueType?
    /// What the function and all that it calls may do.
    public var effects: EffectSet
    /// Its part of ``FTAIBytecode/instructions``.
    public var code: Range<Int>
    /// The source line of each of its instructions, 1-based; 0 where there is none.
    public var lines: [UInt32]
    /// The included document that the task stands in; nil for ``BytecodeMetadata/sourceFile``.
    public var file: String?
    /// The calls whose callee stands in this code instead.
    public var inlined: [InlinedCall]
    /// For each instruction the inlined call that it belongs to, an index into ``inlined`` plus one; 0 for the function's own.
    /// Empty when there are none.
    public var scopes: [UInt16]
    /// What catches the failures of its instructions; of those that protect an instruction, the first takes it.
    public var handlers: [FaultHandler]

    public init(
        name: String, parameterCount: Int, registers: [ValueType], result: ValueType?, effects: EffectSet,
        code: Range<Int>, lines: [UInt32], file: String? = nil, inlined: [InlinedCall] = [], scopes: [UInt16] = [],
        handlers: [FaultHandler] = []
    ) {
        self.name = name
        self.parameterCount = parameterCount
        self.registers = registers
        self.result = result
        self.effects = effects
        self.code = code
        self.lines = lines
        self.file = file
        self.inlined = inlined
        self.scopes = scopes
        self.handlers = handlers
    }
}

/// Where a function goes on when an instruction of it, or of a function that it calls there, fails.
public struct FaultHandler: Hashable, Sendable {
    /// The instructions that are protected, counted from the first of the function.
    public var range: Range<Int>
    /// Where control goes, counted likewise.
    public var target: Int
    /// The register that takes what happened, a text; or ``VMInstruction/noRegister``.
    public var message: UInt16
    /// The register that takes the kind of failure, a text; or ``VMInstruction/noRegister``.
    public var kind: UInt16

    public init(
        range: Range<Int>, target: Int, message: UInt16 = VMInstruction.noRegister,
        kind: UInt16 = VMInstruction.noRegister
    ) {
        self.range = range
        self.target = target
        self.message = message
        self.kind = kind
    }
}

/// What the outside needs to know of a task in order to choose it, fill it and call it.
public struct TaskDeclaration: Hashable, Sendable {
    public struct Input: Hashable, Sendable {
        public var name: String
        public var type: ValueType
        /// Taken when the caller gives none; nil for an input that must be given.
        public var defaultValue: VMValue?

        public init(name: String, type: ValueType, defaultValue: VMValue? = nil) {
            self.name = name
            self.type = type
            self.defaultValue = defaultValue
        }
    }

    public var name: String
    /// The index of its function.
    public var function: Int
    public var inputs: [Input]
    /// The name of its result; nil when it returns nothing.
    public var outputName: String?
    /// What a person says to ask for it: words, and slots such as `{bill:float}`.
    public var phrases: [String]
    /// The agent that the task belongs to.
    public var agent: String?

    public init(
        name: String, function: Int, inputs: [Input], outputName: String? = nil, phrases: [String] = [],
        agent: String? = nil
    ) {
        self.name = name
        self.function = function
        self.inputs = inputs
        self.outputName = outputName
        self.phrases = phrases
        self.agent = agent
    }
}

/// Where a program comes from and what it needs.
public struct BytecodeMetadata: Hashable, Sendable {
    /// Such as `FTAI 2.0`.
    public var sourceLanguage: String
    /// Such as `SerenaNet 1`.
    public var targetVM: String
    /// The file of the source, as the compiler was told; used in messages.
    public var sourceFile: String
    /// SHA-256 of every other document that was embedded, by path.
    public var dependencies: [String: String]
    /// Identifies source, compiler, level and dependencies together.
    public var cacheKey: String

    public init(
        sourceLanguage: String, targetVM: String, sourceFile: String, dependencies: [String: String] = [:],
        cacheKey: String
    ) {
        self.sourceLanguage = sourceLanguage
        self.targetVM = targetVM
        self.sourceFile = sourceFile
        self.dependencies = dependencies
        self.cacheKey = cacheKey
    }
}

/// How much the compiler does to make a program fast or small. Every level computes the same results.
public enum OptimizationLevel: String, CaseIterable, Codable, Sendable {
    case none, basic, performance, size, demo
}
