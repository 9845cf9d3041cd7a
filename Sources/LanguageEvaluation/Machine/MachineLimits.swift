// How long the collector makes a program wait, and how soon a budget ends it.

import EvaluationInterface
import FTAI
import FTAICompiler
import Foundation
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM

/// Processor time of the thread as the clock of an execution: what others do on the machine does not count.
private struct ProcessorClock: EngineClock {
    var now: Instant { Instant(nanoseconds: Int64(ProcessorTime.ofThread * 1e9)) }

    func sleep(until deadline: Instant) async {}
    func prolong(by duration: Duration) {}
    func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker { WorkerThread(name: name) }
}

/// Measures the pauses of the collector and the time by which budgets are exceeded.
enum MachineLimits {
    static func measure(isQuick: Bool, into report: inout EvaluationReport) throws {
        try measurePauses(isQuick: isQuick, into: &report)
        try measureBudgets(into: &report)
    }

    private static func load(_ name: String, _ bytes: [UInt8]) throws -> LoadedProgram {
        let source = FTAISource(file: "\(name).ftai", bytes: bytes)
        return try LoadedProgram(FTAICompiler().compileWithOptimization(source, level: .performance).bytecode)
    }

    private static func measurePauses(isQuick: Bool, into report: inout EvaluationReport) throws {
        let program = try load("live_heap", PackageResources.live_heap_ftai)
        let execution = try Execution(
            of: "main", in: program, inputs: ["n": .int(isQuick ? 10_000 : 560_000)],
            requirements: MachineProgram.budgets,
            clock: ProcessorClock())
        while case .suspended = execution.advance() {}
        let memory = execution.memory
        let collector = memory.collector
        func milliseconds(_ duration: Duration) -> String { String(format: "%.3f", duration / .milliseconds(1)) }
        func megabytes(_ bytes: Int) -> String { String(format: "%.1f", Double(bytes) / Double(1 << 20)) }
        let allocated = memory.allocated.values.reduce(0) { $0 + $1.bytes }
        report.tables.append(
            EvaluationTable(
                title: "The collector with a large heap", columns: ["what", "measured"],
                rows: [
                    ["found alive by the last cycle, MB", megabytes(collector.liveBytes)],
                    ["most memory in use, MB", megabytes(memory.peak)], ["allocated, MB", megabytes(allocated)],
                    ["cycles", "\(collector.cycles)"], ["pauses", "\(collector.steps)"],
                    ["longest pause, ms", milliseconds(collector.longestPause)],
                    ["all pauses, ms", milliseconds(collector.totalPause)],
                    ["the program with them, ms", milliseconds(execution.executionTime)],
                ]))
        report.goals.append(
            EvaluationGoal(
                "longest pause with 64 MB live", goal: "≤ 1 ms", measured: milliseconds(collector.longestPause) + " ms",
                isMet: collector.longestPause <= .milliseconds(1)))
    }

    private static func measureBudgets(into report: inout EvaluationReport) throws {
        let program = try load("budget_kinds", PackageResources.budget_kinds_ftai)
        var table = EvaluationTable(title: "Time beyond a budget of 50 ms", columns: ["work", "ms"])
        var longest = 0.0
        for task in ["computing", "calling", "allocating", "joining", "sorting", "mapping"] {
            let requirements = PerformanceRequirements(
                maxExecutionTime: .milliseconds(50), maxInstructions: .max, maxMemoryUsage: 64 << 20)
            let execution = try Execution(
                of: task, in: program, requirements: requirements, clock: ProcessorClock())
            let step = execution.advance()
            guard case .failed(.executionTimeout(let duration)) = step else { throw EvaluationFailure.of(task, step) }
            let beyond = (duration - .milliseconds(50)) / .milliseconds(1)
            longest = max(longest, beyond)
            table.rows.append([task, String(format: "%.3f", beyond)])
        }
        report.tables.append(table)
        report.goals.append(
            EvaluationGoal(
                "time beyond a budget", goal: "≤ 1 ms", measured: String(format: "%.3f ms", longest),
                isMet: longest <= 1))
    }
}
