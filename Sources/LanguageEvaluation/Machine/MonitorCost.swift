// What it costs that a VM watches its programs.

import EvaluationInterface
import Foundation
import Instrumentation
import SerenaNetVM

/// Runs the benchmark programs with the monitor and without, in alternation.
enum MonitorCost {
    static func measure(_ context: EvaluationContext, into report: inout EvaluationReport) throws {
        var table = EvaluationTable(
            title: "Cost of the monitor, of programs that are interpreted",
            columns: ["program", "without ms", "with ms", "ratio", "instructions looked at, of a million"])
        var ratios: [Double] = []
        for program in MachineProgram.all {
            let loaded = try program.loaded(machineCode: .off)
            let monitor = ProgramMonitor(loaded)
            let size = context.isQuick ? program.quickSize : program.size
            var least = (without: Double.infinity, with: Double.infinity)
            for round in 0..<(context.isQuick ? 2 : 14) {
                // Who goes first changes, so that neither has the warmer processor.
                for isWatched in round % 2 == 0 ? [false, true] : [true, false] {
                    let before = ProcessorTime.ofThread
                    _ = try program.run(
                        loaded, size: size, clock: context.clock, monitor: isWatched ? monitor : nil)
                    let time = ProcessorTime.ofThread - before
                    if isWatched {
                        least.with = min(least.with, time)
                    } else {
                        least.without = min(least.without, time)
                    }
                }
            }
            let ratio = least.with / least.without
            ratios.append(ratio)
            let executed = Double(max(1, monitor.profile.instructionsExecuted))
            table.rows.append([
                program.name, String(format: "%.1f", least.without * 1e3), String(format: "%.1f", least.with * 1e3),
                String(format: "%.3f", ratio),
                String(format: "%.0f", Double(monitor.instructionsSeen) / executed * 1e6),
            ])
        }
        let mean = geometricMean(ratios)
        table.rows.append(["geometric mean", "", "", String(format: "%.3f", mean), ""])
        report.tables.append(table)
        report.goals.append(
            EvaluationGoal(
                "time with the monitor, of that without", goal: "≤ 1.02", measured: String(format: "%.3f", mean),
                isMet: mean <= 1.02))
    }
}
