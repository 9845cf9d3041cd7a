// What the compiler's levels are worth: instructions executed, size, time to compile.

import EvaluationInterface
import FTAI
import FTAICompiler
import Foundation
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM

/// Runs the benchmark programs at every level, and times the compiler against `luac`.
public struct CompilerEvaluation: Evaluation {
    public let name = "compiler"
    public let summary = "instructions executed, size and time to compile, at every level"

    private static let levels: [OptimizationLevel] = [.none, .basic, .performance, .size]

    public init() {}

    public func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        var report = EvaluationReport(name: name, title: "The compiler")
        var figures: [ProgramFigures] = []
        for (index, program) in BenchmarkProgram.all.enumerated() {
            context.progress(program.name, Double(index) / Double(BenchmarkProgram.all.count))
            figures.append(try ProgramFigures(of: program, at: Self.levels, clock: context.clock))
        }
        let heldOut = try BenchmarkProgram.heldOut.map {
            try ProgramFigures(of: $0, at: Self.levels, clock: context.clock)
        }
        report.tables = [
            Self.executed("Instructions executed", figures),
            Self.executed("The same for programs that no pass was made with", heldOut), Self.sizes(figures),
        ]
        report.goals = Self.goals(figures)
        try CompileTimes.measure(rounds: context.isQuick ? 50 : 2_000, into: &report)
        report.notes = [
            "every program says the same at every level; one that did not would end the evaluation",
            "the programs are those of the comparison with Lua that the language can express, under the same names, and `bill`, a task as an assistant is given it",
            "the last column tells how much of that is left without the passes fusion, loop-elements and loop-fusion: without instructions that are several in one, which `none` does not use",
            "times are the least of many, in CPU time of the thread, so that other programs on the machine do not count",
        ]
        return report
    }

    private static func executed(_ title: String, _ figures: [ProgramFigures]) -> EvaluationTable {
        var table = EvaluationTable(
            title: title, columns: ["program"] + levels.map(\.rawValue) + ["none : performance", "nothing fused"])
        for figure in figures {
            table.rows.append(
                [figure.name] + figure.executed.map { "\($0)" }
                    + [String(format: "%.2f", figure.saving), String(format: "%.2f", figure.savingUnfused)])
        }
        let means = [geometricMean(figures.map(\.saving)), geometricMean(figures.map(\.savingUnfused))]
        table.rows.append(
            ["geometric mean"] + levels.map { _ in "" } + means.map { String(format: "%.2f", $0) })
        return table
    }

    private static func sizes(_ figures: [ProgramFigures]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "Bytes of instructions and constants", columns: ["program"] + levels.map(\.rawValue))
        for figure in figures { table.rows.append([figure.name] + figure.bytes.map { "\($0)" }) }
        return table
    }

    private static func goals(_ figures: [ProgramFigures]) -> [EvaluationGoal] {
        let saving = geometricMean(figures.map(\.saving))
        let share = 1 - geometricMean(figures.map { Double($0.bytes[3]) / Double($0.bytes[2]) })
        return [
            EvaluationGoal(
                "instructions, none : performance, geometric mean", goal: "≥ 2",
                measured: String(format: "%.2f", saving), isMet: saving >= 2),
            EvaluationGoal(
                "bytes, smaller than performance, geometric mean", goal: "≥ 20 %",
                measured: String(format: "%.0f %%", share * 100),
                isMet: share >= 0.2),
        ]
    }
}

/// A program that the levels are compared on.
struct BenchmarkProgram {
    let name: String
    let source: FTAISource

    private init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        source = FTAISource(file: "\(name).ftai", bytes: bytes)
    }

    static var all: [BenchmarkProgram] {
        [
            BenchmarkProgram("fib", PackageResources.fib_ftai),
            BenchmarkProgram("integer_loop", PackageResources.integer_loop_ftai),
            BenchmarkProgram("modulo_loop", PackageResources.modulo_loop_ftai),
            BenchmarkProgram("while_loop", PackageResources.while_loop_ftai),
            BenchmarkProgram("float_loop", PackageResources.float_loop_ftai),
            BenchmarkProgram("float_recurrence", PackageResources.float_recurrence_ftai),
            BenchmarkProgram("sieve", PackageResources.sieve_ftai),
            BenchmarkProgram("string_building", PackageResources.string_building_ftai),
            BenchmarkProgram("string_map", PackageResources.string_map_ftai), bill,
        ]
    }

    /// Written before the passes for loops and the instructions that are several in one, and not looked at while those were
    /// made.
    static var heldOut: [BenchmarkProgram] {
        [
            BenchmarkProgram("collatz", PackageResources.held_collatz_ftai),
            BenchmarkProgram("divisors", PackageResources.held_divisors_ftai),
            BenchmarkProgram("matrix", PackageResources.held_matrix_ftai),
            BenchmarkProgram("schedule", PackageResources.held_schedule_ftai),
            BenchmarkProgram("sorting", PackageResources.held_sorting_ftai),
            BenchmarkProgram("words", PackageResources.held_words_ftai),
        ]
    }

    /// One task of 50 lines.
    static var journey: BenchmarkProgram { BenchmarkProgram("journey", PackageResources.journey_ftai) }
    static var bill: BenchmarkProgram { BenchmarkProgram("bill", PackageResources.bill_ftai) }
}

/// What a program needs at each level.
private struct ProgramFigures {
    let name: String
    var executed: [UInt64] = []
    var bytes: [Int] = []
    /// Instructions at `performance` without those that are several in one.
    var executedUnfused: UInt64 = 0

    /// How many times fewer instructions the level `performance` executes than `none`.
    var saving: Double { Double(executed[0]) / Double(executed[2]) }

    /// The same without instructions that are several in one.
    var savingUnfused: Double { Double(executed[0]) / Double(executedUnfused) }

    private static let unfused = CompilationOptions(disabledPasses: [.fusion, .loopElements, .loopFusion])

    init(of program: BenchmarkProgram, at levels: [OptimizationLevel], clock: any EngineClock) throws {
        name = program.name
        let plain = try Self.run(program, .none, clock: clock)
        for level in levels {
            let run = try Self.run(program, level, clock: clock)
            guard run.said == plain.said else {
                throw EvaluationError("`\(name)` does not say the same at the level \(level.rawValue)")
            }
            executed.append(run.executed)
            bytes.append(run.bytes)
        }
        executedUnfused = try Self.run(program, .performance, Self.unfused, clock: clock).executed
    }

    private static func run(
        _ program: BenchmarkProgram, _ level: OptimizationLevel, _ options: CompilationOptions = CompilationOptions(),
        clock: any EngineClock
    ) throws -> (said: [String], executed: UInt64, bytes: Int) {
        let outcome = try FTAICompiler().compile(program.source, level: level, options: options)
        let execution = try Execution(
            of: "main", in: LoadedProgram(outcome.bytecode),
            requirements: PerformanceRequirements(maxExecutionTime: .seconds(60)), clock: clock)
        var said: [String] = []
        while case .suspended(.say(let text)) = execution.advance() { said.append(text) }
        guard case .finished = execution.advance() else {
            throw EvaluationError("`\(program.name)` does not come to its end at the level \(level.rawValue)")
        }
        return (said, execution.instructionsExecuted, outcome.metrics.bytecodeSize)
    }
}
