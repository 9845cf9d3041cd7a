// What it costs that a VM watches its programs.

import EvaluationInterface
import Foundation
import Instrumentation
import SerenaNetVM

/// Runs the benchmark programs with the monitor and without, in pairs.
///
/// The time of a program depends on where its memory happens to lie, by more than the monitor can cost (Mytkowicz and
/// others, "Producing Wrong Data Without Doing Anything Obviously Wrong!", ASPLOS 2009), and watching moves it. So each
/// run finds its memory moved by a random distance, and what is told is the median of pairs whose runs follow each
/// other directly: which places were good or bad is then chance on both sides.
enum MonitorCost {
    private struct Watched {
        let program: MachineProgram
        let loaded: LoadedProgram
        let monitor: ProgramMonitor
        let size: Int
        /// Seconds of processor time, by round.
        var without: [Double] = []
        var with: [Double] = []

        var ratios: [Double] { zip(with, without).map(/) }
    }

    static func measure(_ context: EvaluationContext, into report: inout EvaluationReport) throws {
        var programs = try MachineProgram.all.map { program in
            let loaded = try program.loaded(machineCode: .off)
            return Watched(
                program: program, loaded: loaded, monitor: ProgramMonitor(loaded),
                size: context.isQuick ? program.quickSize : program.size)
        }
        var places = SeededGenerator(seed: 1)
        for round in 0..<(context.isQuick ? 2 : 25) {
            for index in programs.indices {
                // Who goes first changes, so that neither has the warmer processor.
                for isWatched in round % 2 == 0 ? [false, true] : [true, false] {
                    let time = try time(programs[index], isWatched: isWatched, context.clock, &places)
                    if isWatched { programs[index].with.append(time) } else { programs[index].without.append(time) }
                }
            }
        }
        report.tables.append(table(programs))
        let means = programs[0].ratios.indices.map { round in geometricMean(programs.map { $0.ratios[round] }) }
        let (median, bounds) = (MedianInterval.median(of: means), MedianInterval.bounds(of: means, confidence: 0.95))
        let interval = bounds.map { String(format: " (95 %% between %.3f and %.3f)", $0.lowerBound, $0.upperBound) }
        report.goals.append(
            EvaluationGoal(
                "time with the monitor, of that without", goal: "≤ 1.02",
                measured: String(format: "%.3f", median) + (interval ?? ""), isMet: median <= 1.02))
    }

    private static func time(
        _ watched: Watched, isWatched: Bool, _ clock: any EngineClock, _ places: inout SeededGenerator
    ) throws -> Double {
        let distance = 16 * Int.random(in: 1...4_096, using: &places)
        let pad = UnsafeMutableRawPointer.allocate(byteCount: distance, alignment: 16)
        defer { pad.deallocate() }
        let before = ProcessorTime.ofThread
        _ = try watched.program.run(
            watched.loaded, size: watched.size, clock: clock, monitor: isWatched ? watched.monitor : nil)
        return ProcessorTime.ofThread - before
    }

    private static func table(_ programs: [Watched]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "Cost of the monitor, of programs that are interpreted: medians of \(programs[0].with.count) pairs",
            columns: ["program", "without ms", "with ms", "ratio", "of the least", "looked at, of a million"])
        var least: [Double] = []
        for watched in programs {
            least.append((watched.with.min() ?? 1) / (watched.without.min() ?? 1))
            let executed = Double(max(1, watched.monitor.profile.instructionsExecuted))
            table.rows.append([
                watched.program.name, String(format: "%.1f", MedianInterval.median(of: watched.without) * 1e3),
                String(format: "%.1f", MedianInterval.median(of: watched.with) * 1e3),
                String(format: "%.3f", MedianInterval.median(of: watched.ratios)),
                String(format: "%.3f", least[least.count - 1]),
                String(format: "%.0f", Double(watched.monitor.instructionsSeen) / executed * 1e6),
            ])
        }
        let mean = geometricMean(programs.map { MedianInterval.median(of: $0.ratios) })
        table.rows.append([
            "geometric mean", "", "", String(format: "%.3f", mean), String(format: "%.3f", geometricMean(least)), "",
        ])
        return table
    }
}

/// The median of a sample, and between which of its values that of the whole lies: without an assumption about the distribution.
enum MedianInterval {
    /// 0 for none.
    static func median(of values: [Double]) -> Double {
        let sorted = values.sorted()
        guard let middle = sorted.indices.dropFirst(sorted.count / 2).first else { return 0 }
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The innermost pair of equally far values between which the median lies at least so surely: as many of n values
    /// are below it as a coin falls on one side in n throws (David and Nagaraja, "Order Statistics", 2003, section
    /// 7.1).
    ///
    /// - Returns: nil when there are too few values.
    static func bounds(of values: [Double], confidence: Double) -> ClosedRange<Double>? {
        let (sorted, count) = (values.sorted(), values.count)
        var term = pow(0.5, Double(count))
        var tail = 0.0
        var rank: Int?
        for below in 0..<(count / 2) {
            tail += term
            guard 2 * tail <= 1 - confidence else { break }
            rank = below
            term *= Double(count - below) / Double(below + 1)
        }
        return rank.map { sorted[$0]...sorted[count - 1 - $0] }
    }
}
