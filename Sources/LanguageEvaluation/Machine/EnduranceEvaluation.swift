// Whether a virtual machine that has run for an hour has grown.

import EvaluationInterface
import FTAI
import FTAICompiler
import Foundation
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM

/// Runs tasks of all kinds for an hour, and looks at the memory of the process all along.
///
/// One machine does all of it, as in an assistant: programs that stay and programs that are new each time, tasks that end well,
/// that fail, that use up each of their budgets, and that are left and gone on with from a snapshot.
public struct EnduranceEvaluation: Evaluation {
    public let name = "vm-endurance"
    public let summary = "memory of the virtual machine over an hour of mixed tasks"

    /// A tenth of a second passes between the rounds, so that the machine is not taken from others for an hour.
    private static let pause = Duration.milliseconds(100)
    private static let readings = 12
    /// What an hour may add, once all has been seen: less than the noise of the allocator of the C library.
    private static let most = 1_048_576.0

    public init() {}

    public func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let length = context.isQuick ? Duration.seconds(2) : .seconds(3_600)
        let tasks = try MixedTasks(clock: context.clock)
        defer { tasks.machine.shutdown() }
        var table = EvaluationTable(
            title: "Memory of the process", columns: ["part of the hour", "executions", "failures", "resident MB"])
        var resident: [Double] = []
        let start = context.clock.now
        for reading in 1...Self.readings {
            let end = start + length * reading / Self.readings
            while context.clock.now < end {
                try Task.checkCancellation()
                try await tasks.runRound()
                if !context.isQuick { try await Task.sleep(for: Self.pause) }
            }
            let bytes = Double(ProcessUsage.current().residentBytes ?? 0)
            resident.append(bytes)
            let totals = tasks.machine.getPerformanceMetrics().totals
            table.rows.append([
                "\(reading)/\(Self.readings)", "\(totals.executions)", "\(totals.failures)",
                String(format: "%.2f", bytes / 1_048_576),
            ])
            context.progress("mixed tasks", Double(reading) / Double(Self.readings))
        }
        var report = EvaluationReport(name: name, title: "Endurance of the virtual machine")
        report.tables = [table]
        // The first quarter is for what is kept on purpose: programs, tables, blocks of the allocator.
        let quarter = Self.readings / 4
        let growth =
            MedianInterval.median(of: Array(resident.suffix(quarter)))
            - MedianInterval.median(of: Array(resident[quarter..<2 * quarter]))
        report.goals = [
            EvaluationGoal(
                "growth from the second quarter of the hour to the last", goal: "≤ 1 MB",
                measured: String(format: "%.2f MB", growth / 1_048_576), isMet: growth <= Self.most)
        ]
        report.notes = [
            "\(tasks.rounds) rounds of tasks, a tenth of a second apart: programs that stay, new ones, failures, budgets, snapshots",
            "a median of three readings for each of the two quarters",
        ]
        return report
    }
}

/// Tasks of all kinds, one after the other on one machine.
private final class MixedTasks {
    let machine: SerenaNetVM
    private let clock: any EngineClock
    private let programs: [(program: MachineProgram, bytecode: FTAIBytecode)]
    private let sources: [(name: String, text: String)]
    /// On a busy machine a task may wait for seconds, which says nothing about memory.
    private static let budgets = PerformanceRequirements(maxExecutionTime: .seconds(600))
    private(set) var rounds = 0

    init(clock: any EngineClock) throws {
        self.clock = clock
        machine = SerenaNetVM(clock: clock)
        machine.initialize()
        programs = try MachineProgram.all.map { program in
            let source = FTAISource(file: "\(program.name).ftai", bytes: program.ftai)
            return (program, try FTAICompiler().compileWithOptimization(source, level: .performance).bytecode)
        }
        sources = [("bill", PackageResources.bill_ftai), ("journey", PackageResources.journey_ftai)].map {
            ($0.0, String(decoding: $0.1, as: UTF8.self))
        }
    }

    func runRound() async throws {
        rounds += 1
        for (program, bytecode) in programs {
            try await run("main", of: bytecode, inputs: ["n": .int(Int64(program.quickSize))], expecting: nil)
        }
        try await runNewPrograms()
        try await runIntoLimits()
        try await leaveAndGoOn()
    }

    /// Programs that the machine has not seen, as their sources have another hash each time.
    private func runNewPrograms() async throws {
        for (name, text) in sources {
            let source = FTAISource(file: "\(name).ftai", text: "\(text)\n// round \(rounds)\n")
            let bytecode = try FTAICompiler().compile(source).bytecode
            try await run(bytecode.tasks.first?.name ?? name, of: bytecode, expecting: nil)
        }
    }

    /// A task that fails, and two that come to the end of a budget.
    private func runIntoLimits() async throws {
        let failing = FTAISource(
            file: "failing.ftai",
            text:
                "@ftai v2.0\n@task main\n  @do\n    let list = [1, 2]\n    say list[\(2 + rounds % 7)]\n  @end\n@end\n")
        try await run("main", of: FTAICompiler().compile(failing).bytecode, expecting: "fault")
        for name in ["integer_loop", "sieve"] {
            guard let (program, bytecode) = programs.first(where: { $0.program.name == name }) else { continue }
            var budgets = Self.budgets
            (budgets.maxInstructions, budgets.maxMemoryUsage) =
                name == "integer_loop" ? (5_000, 1 << 20) : (.max, 16_384)
            try await run(
                "main", of: bytecode, inputs: ["n": .int(Int64(program.size))], budgets, expecting: "budget")
        }
    }

    /// Leaves a task in front of what it wants to be remembered, and goes on from bytes.
    private func leaveAndGoOn() async throws {
        let bytecode = try FTAICompiler().compile(FTAISource(file: "journey.ftai", text: sources[1].text)).bytecode
        let context = context("journey", bytecode)
        let outcome = await machine.execute(with: context) { request in
            if case .remember = request { true } else { false }
        }
        guard case .suspended(let left) = outcome else {
            throw EvaluationError("`journey` was to be left in front of a request, and was not")
        }
        let result = await machine.resume(from: left.snapshot(), with: context)
        guard result.success else { throw EvaluationError("`journey` could not be gone on with: \(result)") }
    }

    private func context(
        _ task: String, _ bytecode: FTAIBytecode, _ inputs: [String: VMValue] = [:],
        _ budgets: PerformanceRequirements = budgets
    ) -> VMExecutionContext {
        VMExecutionContext(
            taskId: task, bytecode: bytecode, inputs: inputs, host: SilentHost(), performanceRequirements: budgets,
            timestamp: clock.now)
    }

    /// - Parameter failure: why it is expected to fail, for the message; nil when it is to end well.
    private func run(
        _ task: String, of bytecode: FTAIBytecode, inputs: [String: VMValue] = [:],
        _ budgets: PerformanceRequirements = budgets, expecting failure: String?
    ) async throws {
        let result = await machine.execute(with: context(task, bytecode, inputs, budgets))
        guard result.success == (failure == nil) else {
            throw EvaluationError("`\(task)` of \(bytecode.id) was to end with \(failure ?? "no failure"): \(result)")
        }
    }
}

/// Takes everything and says nothing.
private struct SilentHost: VMHost {
    func say(_ text: String) async {}
    func remember(key: String, value: String) async throws {}
    func recall(key: String) async throws -> String? { nil }
}
