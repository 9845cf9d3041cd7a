// What running a program showed: how often each instruction, line, jump and call was executed.

/// How often the parts of a program were executed while a task of it ran.
///
/// A recorder in the VM makes it, tools show it, and the compiler may read it: all counts refer to the code of one
/// compilation, which ``cacheKey`` names. Lines and call sites mean the same at every level of optimisation.
public struct ExecutionProfile: Hashable, Sendable {
    /// The version of the file format that is written, and the only one that is read.
    public static let version: Int64 = 1

    /// The name of the program, see ``FTAIBytecode/id``.
    public var program: String
    /// The file of the source, as the compiler was told.
    public var sourceFile: String
    /// SHA-256 of the source, in lower-case hexadecimal.
    public var sourceHash: String
    /// Which compilation the positions of instructions refer to, see ``BytecodeMetadata/cacheKey``.
    public var cacheKey: String
    /// The level of the code that ran.
    public var level: OptimizationLevel
    /// The task that was run.
    public var task: String
    /// One for each function of the program, in its order.
    public var functions: [FunctionProfile]

    public init(
        program: String, sourceFile: String, sourceHash: String, cacheKey: String, level: OptimizationLevel,
        task: String, functions: [FunctionProfile]
    ) {
        self.program = program
        self.sourceFile = sourceFile
        self.sourceHash = sourceHash
        self.cacheKey = cacheKey
        self.level = level
        self.task = task
        self.functions = functions
    }

    /// All instructions that were executed.
    public var instructionsExecuted: UInt64 {
        functions.reduce(0) { $0 &+ $1.instructionsExecuted }
    }

    /// Whether the positions of instructions are those of `bytecode`.
    public func describes(_ bytecode: FTAIBytecode) -> Bool {
        cacheKey == bytecode.metadata.cacheKey && sourceHash == bytecode.sourceHash
            && level == bytecode.optimizationLevel
            && functions.count == bytecode.functions.count
            && zip(functions, bytecode.functions).allSatisfy { $0.executions.count == $1.code.count }
    }
}

/// How often the parts of one function were executed.
public struct FunctionProfile: Hashable, Sendable {
    /// The name of the function, which is that of its task.
    public var name: String
    /// How often it was entered, by calls and as the task that was run. Inlined calls do not count: nothing is entered.
    public var calls: UInt64
    /// For each of its instructions, how often it was executed.
    public var executions: [UInt64]
    /// The conditional jumps that were executed, in the order of the code.
    public var jumps: [JumpProfile]
    /// The calls of tasks that were executed, in the order of their lines and then of the callees' names.
    public var callSites: [CallSiteProfile]
    /// The lines that were executed, in their order.
    public var lines: [LineProfile]

    public init(
        name: String, calls: UInt64 = 0, executions: [UInt64], jumps: [JumpProfile] = [],
        callSites: [CallSiteProfile] = [], lines: [LineProfile] = []
    ) {
        self.name = name
        self.calls = calls
        self.executions = executions
        self.jumps = jumps
        self.callSites = callSites
        self.lines = lines
    }

    /// All instructions of the function that were executed.
    public var instructionsExecuted: UInt64 { executions.reduce(0, &+) }
}

/// Which way a conditional jump went. How often it was executed stands in ``FunctionProfile/executions``.
public struct JumpProfile: Hashable, Sendable {
    /// The position of the jump in its function.
    public var instruction: Int
    /// How often control went to the target; all other times it went on behind the jump.
    public var taken: UInt64

    public init(instruction: Int, taken: UInt64) {
        self.instruction = instruction
        self.taken = taken
    }
}

/// The calls of one task that stand on one line.
public struct CallSiteProfile: Hashable, Sendable {
    /// 1-based.
    public var line: Int
    /// The name of the task that is called.
    public var callee: String
    public var calls: UInt64

    public init(line: Int, callee: String, calls: UInt64) {
        self.line = line
        self.callee = callee
        self.calls = calls
    }
}

/// What the code of one line did.
public struct LineProfile: Hashable, Sendable {
    /// The included document that the line stands in; nil for ``ExecutionProfile/sourceFile``.
    public var file: String?
    /// 1-based.
    public var line: Int
    /// How often the line was come to: the most that any instruction of it was executed.
    public var visits: UInt64
    /// The instructions of the line that were executed.
    public var instructions: UInt64
    /// How often an instruction of the line took memory.
    public var allocations: UInt64
    /// The bytes that were taken then, with what growing lists left behind.
    public var bytes: UInt64

    public init(
        file: String? = nil, line: Int, visits: UInt64, instructions: UInt64, allocations: UInt64 = 0,
        bytes: UInt64 = 0
    ) {
        self.file = file
        self.line = line
        self.visits = visits
        self.instructions = instructions
        self.allocations = allocations
        self.bytes = bytes
    }
}
