// `serena-bench clocks`: whether the virtual clock gives the figures of real time, and how much faster.

import BenchStatistics
import Foundation
import Instrumentation

/// The same scenario on both clocks.
struct ClockAgreement {
    /// How far apart the clocks may be.
    static let tolerance = 0.05

    struct Row {
        let p: Double
        let realtimeNs: Int64?
        let virtualNs: Int64?

        /// Virtual over real time.
        var ratio: Double? {
            guard let realtimeNs, let virtualNs, realtimeNs > 0 else { return nil }
            return Double(virtualNs) / Double(realtimeNs)
        }

        var agrees: Bool {
            ratio.map { abs($0 - 1) <= ClockAgreement.tolerance } ?? false
        }
    }

    let rows: [Row]

    init(realtime: [TurnResult], virtual: [TurnResult]) {
        func quantile(_ p: Double, _ turns: [TurnResult]) -> Int64? {
            Quantile.nearestRank(p, of: turns.filter(\.answerExpected).map(\.countedLatency))
        }
        rows = [0.5, 0.95].map { Row(p: $0, realtimeNs: quantile($0, realtime), virtualNs: quantile($0, virtual)) }
    }

    var agrees: Bool { rows.allSatisfy(\.agrees) }
}

extension BenchEnvironment {
    /// Runs a scenario on both clocks in turn and holds the figures to each other.
    ///
    /// - Parameter runs: on each clock.
    public func compareClocks(scenario: String, runs: Int) async -> ExitCode {
        await reporting {
            let loaded = try LoadedScenario(path: try ScenarioLocator.find(scenario, from: directory, home: home))
            let folder = try RunFolder(destination: NSTemporaryDirectory() + "serena-clocks-\(UUID().uuidString)")
            defer { folder.discard() }
            var turns: [RunClock: [TurnResult]] = [:]
            var spent: [RunClock: Duration] = [:]
            var talked = Duration.zero
            for run in 0..<runs {
                // In turn, so that whatever changes on the machine meets both.
                for runClock in run % 2 == 0 ? RunClock.allCases : RunClock.allCases.reversed() {
                    let settings = RunSettings(
                        clock: runClock, variant: [:], runs: runs, warmup: 0, seed: loaded.scenario.seed,
                        patienceNs: loaded.scenario.patience.nanoseconds,
                        pacingLimitNs: RunRequest.standardPacingLimit.nanoseconds)
                    let begin = clock.now
                    let outcome = try await oneRun(run, loaded, settings, .measured, folder)
                    if let failure = outcome.failure { throw BenchError(.failed, failure) }
                    guard !outcome.isInterrupted else { throw BenchError(.invalid, "the comparison was interrupted") }
                    spent[runClock, default: .zero] += clock.now - begin
                    turns[runClock, default: []] += outcome.turns
                    if runClock == .virtual { talked += .samples(outcome.pacing.frames, at: 100) }
                }
            }
            let agreement = ClockAgreement(realtime: turns[.realtime] ?? [], virtual: turns[.virtual] ?? [])
            show(agreement, talked: talked, spent: spent)
            return ExitCode.of(agreement.agrees ? [] : [.invalid])
        }
    }

    private func show(_ agreement: ClockAgreement, talked: Duration, spent: [RunClock: Duration]) {
        var lines = ["        real time    virtual   ratio"]
        for row in agreement.rows {
            let ratio = row.ratio.map { String(format: "%.3f", $0) } ?? "-"
            lines.append(
                "p\(DurationText.number(row.p * 100))".padding(toLength: 6, withPad: " ", startingAt: 0)
                    + [Figures.milliseconds(row.realtimeNs), Figures.milliseconds(row.virtualNs), ratio].map {
                        String(repeating: " ", count: max(1, 11 - $0.count)) + $0
                    }.joined() + (row.agrees ? "" : "  apart by more than \(Figures.percent(ClockAgreement.tolerance))")
            )
        }
        let virtual = spent[.virtual] ?? .zero
        let minutes = talked.milliseconds / 60_000
        lines.append(
            String(
                format:
                    "%.1f minutes of talk took %.1f s on the virtual clock: %.0f times as fast; 18 minutes take %.0f s",
                minutes, virtual.milliseconds / 1_000, talked.milliseconds / max(1, virtual.milliseconds),
                virtual.milliseconds / 1_000 * 18 / max(0.001, minutes)))
        terminal.result(lines.joined(separator: "\n"))
    }
}
