// Machine code does what the interpreter does, to the instruction.

import Instrumentation
import SerenaNetBytecode
import Testing

@testable import SerenaNetVM

/// All that an execution shows.
private struct Course: Equatable {
    var steps: [Execution.Step] = []
    var location: ProgramLocation?
    var instructions: UInt64 = 0
    var memory: MemoryFigures?
    /// How often others went first.
    var turns = 0

    init(
        _ bytecode: FTAIBytecode, task: String = "main", _ arguments: [VMValue], _ use: MachineCodeUse,
        requirements: PerformanceRequirements = PerformanceRequirements(), clock: any EngineClock = SteppingClock(),
        turn: UInt64? = nil
    ) throws {
        let program = try LoadedProgram(bytecode, machineCode: use)
        let execution = try Execution(
            of: task, in: program, inputs: inputs(arguments), requirements: requirements, clock: clock)
        while steps.count < 20 {
            guard let step = turn.map({ execution.advance(turn: $0) }) ?? execution.advance() else {
                turns += 1
                continue
            }
            steps.append(step)
            guard case .suspended = step else { break }
        }
        location = execution.errorLocation
        instructions = execution.instructionsExecuted
        memory = execution.memory
        #expect((program.machineCodeSize > 0) == (use == .always && instructions > 0))
    }
}

@Suite struct MachineCodeTests {
    private func agree(
        _ bytecode: FTAIBytecode, task: String = "main", _ arguments: [VMValue] = [],
        requirements: PerformanceRequirements = PerformanceRequirements(), turn: UInt64? = nil,
        clock: () -> any EngineClock = { SteppingClock() }
    ) throws {
        let interpreted = try Course(
            bytecode, task: task, arguments, .off, requirements: requirements, clock: clock(), turn: turn)
        let translated = try Course(
            bytecode, task: task, arguments, .always, requirements: requirements, clock: clock(), turn: turn)
        #expect(translated == interpreted)
    }

    @Test(arguments: InstructionCase.all)
    func everyInstructionDoesTheSame(_ testCase: InstructionCase) throws {
        try agree(testCase.program, testCase.arguments)
    }

    /// What each instruction does to the registers of a loop, which are held in registers of the processor.
    @Test(arguments: InstructionCase.all)
    func everyInstructionDoesTheSameInALoop(_ testCase: InstructionCase) throws {
        try agree(
            testCase.program.repeated(), testCase.arguments, requirements: PerformanceRequirements(maxInstructions: 400)
        )
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 50, 999, 16_384, 16_385, 16_386, 40_000] as [UInt64])
    func budgetsOfInstructionsEndAtTheSamePlace(limit: UInt64) throws {
        let budget = PerformanceRequirements(maxInstructions: limit)
        try agree(assemble(loop), [.int(20_000)], requirements: budget)
        try agree(assemble(fibonacci), task: "fib", [.int(25)], requirements: budget)
        try agree(assemble(FunctionSource(code: [VMInstruction(.jump, a: 0)])), requirements: budget)
    }

    @Test(arguments: [1, 2, 3, 17, 4_095, 4_096, 4_097, 9_000, 20_000])
    func callsEndAtTheSameDepth(depth: Int) throws {
        let deep = FunctionSource(
            parameters: [.int], registers: [.int], result: .int,
            code: [
                VMInstruction(.addIntImmediate, a: 1, b: 0, c: 1), VMInstruction(.call, a: 1, b: 0, arguments: [1]),
                VMInstruction(.return, a: 1),
            ])
        try agree(assemble(deep), [.int(0)], requirements: PerformanceRequirements(maxCallDepth: depth))
    }

    @Test(arguments: [4_094, 4_096, 4_098, 9_999])
    func deepRecursionComesBack(depth: Int64) throws {
        let down = FunctionSource(
            parameters: [.int], registers: [.int], result: .int,
            code: [
                VMInstruction(.jumpLessEqualInt, a: 0, b: 1, c: 4),
                VMInstruction(.addIntImmediate, a: 1, b: 0, c: .max),
                VMInstruction(.call, a: 1, b: 0, arguments: [1]), VMInstruction(.addIntImmediate, a: 1, b: 1, c: 2),
                VMInstruction(.return, a: 1),
            ])
        try agree(assemble(down), [.int(depth)])
    }

    @Test func timeAndTurnsEndAtTheSamePlace() throws {
        try agree(
            assemble(loop), [.int(1_000_000_000)],
            requirements: PerformanceRequirements(maxExecutionTime: .milliseconds(50), maxInstructions: .max)
        ) { SteppingClock(step: .milliseconds(1)) }
        try agree(assemble(loop), [.int(100_000)], turn: 20_000)
        try agree(assemble(fibonacci), task: "fib", [.int(20)], turn: 20_000)
    }

    // MARK: When there is machine code

    @Test func tasksAreTranslatedOnceTheyAreHot() throws {
        let program = try LoadedProgram(assemble(loop))
        func run(_ rounds: Int64) throws {
            let execution = try Execution(
                of: "main", in: program, inputs: inputs([.int(rounds)]), clock: SteppingClock())
            #expect(execution.advance() == .finished(.int(rounds * (rounds + 1) / 2)))
        }
        try run(100)
        #expect(program.machineCodeSize == 0)
        try run(50_000)
        #expect(program.machineCodeSize > 0)
        // Short runs that add up are as good as a long one.
        let other = try LoadedProgram(assemble(loop))
        let runs = Int(MachineCodeLimits.threshold / 400) + 2
        for _ in 0..<runs {
            let execution = try Execution(of: "main", in: other, inputs: inputs([.int(100)]), clock: SteppingClock())
            #expect(execution.advance() == .finished(.int(5_050)))
        }
        #expect(other.machineCodeSize > 0)
    }

    @Test func whoeverLooksAtEveryInstructionHasThemInterpreted() throws {
        let program = try LoadedProgram(assemble(loop), machineCode: .always)
        let profiler = try Profiler(of: "main", in: program, inputs: inputs([.int(10)]), clock: SteppingClock())
        #expect(profiler.advance() == .finished(.int(55)))
        #expect(program.machineCodeSize == 0)
        #expect(profiler.profile.functions.first?.executions.first == 1)
    }

    @Test func machineCodeThatIsRefusedIsNotMissed() {
        #expect(ExecutableMemory([0xC3]) { _, _ in false } == nil)
        #expect(ExecutableMemory.isAvailable)
        #expect(ExecutableMemory([0xC3]).map { $0.size > 0 } == true)
    }

    @Test func whatIsTooLargeIsInterpreted() throws {
        let words = MachineCodeLimits.wordsOfTask + 10
        let long = FunctionSource(
            parameters: [.int], result: .int,
            code: Array(repeating: VMInstruction(.addIntImmediate, a: 0, b: 0, c: 1), count: words)
                + [VMInstruction(.return, a: 0)])
        let caller = FunctionSource(
            name: "caller", parameters: [.int], registers: [.int], result: .int,
            code: [
                VMInstruction(.call, a: 0, b: 0, arguments: [0]), VMInstruction(.addIntImmediate, a: 0, b: 0, c: 1),
                VMInstruction(.return, a: 0),
            ])
        try agree(assemble([long, caller]), task: "caller", [.int(1)])
    }
}

extension FTAIBytecode {
    /// The same program in an endless loop, up to the end of a small budget: it starts again instead of returning.
    func repeated() -> FTAIBytecode {
        var program = self
        for index in program.functions[0].code where program.instructions[index].opcode == .return {
            program.instructions[index] = VMInstruction(.jump, a: 0)
        }
        return program
    }
}
