// Programs written by hand, and running them.

import Instrumentation
import SerenaNetBytecode
import SerenaNetVM

/// A function in the shortest form in which a test can write it. Instruction `n` stands on source line `n + 1`.
struct FunctionSource {
    var name = "main"
    var parameters: [ValueType] = []
    /// The registers after the parameters.
    var registers: [ValueType] = []
    var result: ValueType?
    var effects: EffectSet = .pure
    var code: [VMInstruction]
}

/// A program with a task for each function; the inputs of a task are called `a`, `b`, `c` and so on.
func assemble(_ functions: [FunctionSource], constants: [BytecodeConstant] = []) -> FTAIBytecode {
    var instructions: [VMInstruction] = []
    var compiled: [BytecodeFunction] = []
    for function in functions {
        let start = instructions.count
        instructions += function.code
        compiled.append(
            BytecodeFunction(
                name: function.name, parameterCount: function.parameters.count,
                registers: function.parameters + function.registers, result: function.result,
                effects: function.effects, code: start..<instructions.count,
                lines: function.code.indices.map { UInt32($0 + 1) }))
    }
    let tasks = functions.enumerated().map { index, function in
        TaskDeclaration(
            name: function.name, function: index,
            inputs: zip("abcdefgh", function.parameters).map { .init(name: String($0), type: $1) })
    }
    return FTAIBytecode(
        id: "test", sourceHash: "00", instructions: instructions, functions: compiled, constants: constants,
        tasks: tasks,
        metadata: BytecodeMetadata(
            sourceLanguage: "assembly", targetVM: "SerenaNet 1", sourceFile: "test.ftai", cacheKey: "test"),
        optimizationLevel: .none)
}

func assemble(_ function: FunctionSource, constants: [BytecodeConstant] = []) -> FTAIBytecode {
    assemble([function], constants: constants)
}

/// The inputs `a`, `b`, … with these values.
func inputs(_ values: [VMValue]) -> [String: VMValue] {
    Dictionary(uniqueKeysWithValues: zip("abcdefgh".map(String.init), values))
}

/// An execution of `task` with the inputs `a`, `b`, ….
func execution(
    of bytecode: FTAIBytecode, task: String = "main", _ arguments: [VMValue] = [],
    requirements: PerformanceRequirements = PerformanceRequirements(), clock: any EngineClock = SteppingClock()
) throws -> Execution {
    try Execution(
        of: task, in: LoadedProgram(bytecode), inputs: inputs(arguments), requirements: requirements, clock: clock)
}

/// The first step of a task that needs no host.
func run(
    _ bytecode: FTAIBytecode, task: String = "main", _ arguments: [VMValue] = [],
    requirements: PerformanceRequirements = PerformanceRequirements(), clock: any EngineClock = SteppingClock()
) throws -> Execution.Step {
    try execution(of: bytecode, task: task, arguments, requirements: requirements, clock: clock).advance()
}

/// The kind of fault that a step ended with, if it did.
func fault(_ step: Execution.Step) -> RuntimeFault.Kind? {
    guard case .failed(.programFault(let fault)) = step else { return nil }
    return fault.kind
}

/// A task that adds up to its input in a loop: seven instructions and four for each round.
let loop = FunctionSource(
    parameters: [.int], registers: [.int, .int], result: .int,
    code: [
        VMInstruction(.loadInt, a: 1), VMInstruction(.loadInt, a: 2),
        VMInstruction(.jumpLessInt, a: 0, b: 1, c: 6),
        VMInstruction(.addInt, a: 2, b: 2, c: 1), VMInstruction(.addIntImmediate, a: 1, b: 1, c: 1),
        VMInstruction(.jump, a: 2),
        VMInstruction(.return, a: 2),
    ])

/// The Fibonacci number of the input, by recursion.
let fibonacci = FunctionSource(
    name: "fib", parameters: [.int], registers: [.int, .int, .int], result: .int,
    code: [
        VMInstruction(.loadInt, a: 1, b: 2), VMInstruction(.jumpLessInt, a: 0, b: 1, c: 7),
        VMInstruction(.addIntImmediate, a: 2, b: 0, c: UInt16(bitPattern: -1)),
        VMInstruction(.call, a: 2, b: 0, arguments: [2]),
        VMInstruction(.addIntImmediate, a: 3, b: 0, c: UInt16(bitPattern: -2)),
        VMInstruction(.call, a: 3, b: 0, arguments: [3]),
        VMInstruction(.addInt, a: 0, b: 2, c: 3),
        VMInstruction(.return, a: 0),
    ])
