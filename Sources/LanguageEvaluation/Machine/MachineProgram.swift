// The programs that the virtual machine is compared on with Lua.

import FTAI
import FTAICompiler
import Foundation
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM

/// A program in both languages, and how large a problem each run solves.
struct MachineProgram {
    let name: String
    let ftai: [UInt8]
    let lua: [UInt8]
    /// The problem's size where times are taken, and where only the way of measuring is tried.
    let size: Int
    let quickSize: Int
    /// What the FTAI program does otherwise than the Lua program; nil where the two are the same.
    var difference: String?
    /// Whether most of its time goes into making objects and forgetting them.
    var isAllocating = false

    static var all: [MachineProgram] {
        typealias Resources = PackageResources
        return [
            .init(name: "fib", ftai: Resources.fib_ftai, lua: Resources.fib_lua, size: 30, quickSize: 18),
            .init(
                name: "integer_loop", ftai: Resources.integer_loop_ftai, lua: Resources.integer_loop_lua,
                size: 4_000, quickSize: 400),
            .init(
                name: "modulo_loop", ftai: Resources.modulo_loop_ftai, lua: Resources.modulo_loop_lua, size: 3_000,
                quickSize: 300),
            .init(
                name: "while_loop", ftai: Resources.while_loop_ftai, lua: Resources.while_loop_lua, size: 3_000,
                quickSize: 300),
            .init(
                name: "float_loop", ftai: Resources.float_loop_ftai, lua: Resources.float_loop_lua, size: 3_000,
                quickSize: 300),
            .init(
                name: "float_recurrence", ftai: Resources.float_recurrence_ftai, lua: Resources.float_recurrence_lua,
                size: 3_000, quickSize: 300),
            .init(name: "sieve", ftai: Resources.sieve_ftai, lua: Resources.sieve_lua, size: 400_000, quickSize: 4_000),
            .init(
                name: "integer_map", ftai: Resources.integer_map_ftai, lua: Resources.integer_map_lua, size: 200_000,
                quickSize: 2_000),
            .init(
                name: "string_map", ftai: Resources.string_map_ftai, lua: Resources.string_map_lua, size: 400_000,
                quickSize: 4_000),
            .init(
                name: "string_building", ftai: Resources.string_building_ftai, lua: Resources.string_building_lua,
                size: 500_000, quickSize: 5_000, isAllocating: true),
            .init(
                name: "trees", ftai: Resources.trees_ftai, lua: Resources.trees_lua, size: 13, quickSize: 8,
                difference: "a node is a list<any>, whose elements are checked before use", isAllocating: true),
            .init(
                name: "closures", ftai: Resources.closures_ftai, lua: Resources.closures_lua, size: 800_000,
                quickSize: 8_000,
                difference: "no closures: a list of the captured value, and a task that takes it", isAllocating: true),
        ]
    }

    // MARK: In FTAI

    /// Budgets that no program comes near.
    static let budgets = PerformanceRequirements(
        maxExecutionTime: .seconds(600), maxInstructions: .max, maxMemoryUsage: 1 << 30)

    /// Compiled at the level `performance`, and verified.
    func loaded(machineCode: MachineCodeUse) throws -> LoadedProgram {
        let source = FTAISource(file: "\(name).ftai", bytes: ftai)
        let bytecode = try FTAICompiler().compileWithOptimization(source, level: .performance).bytecode
        return try LoadedProgram(bytecode, machineCode: machineCode)
    }

    /// One run from its inputs to the release of its memory.
    ///
    /// - Parameter monitor: watches the run; nil for none.
    /// - Returns: what the program says.
    func run(
        _ program: LoadedProgram, size: Int, clock: any EngineClock, monitor: ProgramMonitor? = nil
    ) throws -> String {
        try finish(execution(of: program, size: size, clock: clock), monitor: monitor)
    }

    /// How many instructions of bytecode a run executes.
    func instructionsExecuted(_ program: LoadedProgram, size: Int, clock: any EngineClock) throws -> Int {
        let execution = try execution(of: program, size: size, clock: clock)
        _ = try finish(execution)
        return Int(execution.instructionsExecuted)
    }

    private func execution(of program: LoadedProgram, size: Int, clock: any EngineClock) throws -> Execution {
        try Execution(
            of: "main", in: program, inputs: ["n": .int(Int64(size))], requirements: Self.budgets, clock: clock)
    }

    private func finish(_ execution: Execution, monitor: ProgramMonitor? = nil) throws -> String {
        if let monitor { execution.watch(with: monitor) }
        var said: [String] = []
        var step = execution.advance()
        while case .suspended(.say(let text)) = step {
            said.append(text)
            step = execution.advance()
        }
        guard case .finished = step else { throw EvaluationFailure.of(name, step) }
        return said.joined(separator: "\n")
    }
}
