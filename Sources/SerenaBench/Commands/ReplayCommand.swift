// `serena-bench replay`: repeats a run on the virtual clock event by event.

import Foundation
import Instrumentation

extension BenchEnvironment {
    /// Repeats a run with its recorded service times, and says whether it was the same one.
    ///
    /// - Parameters:
    ///   - path: of a result that was made on the virtual clock, or of its folder.
    ///   - run: counted from 1.
    public func replay(_ path: String, run number: Int) async -> ExitCode {
        await reporting {
            let result = try ReportFiles.read(absolute(path))
            guard let original = result.eventSequences.first(where: { $0.run == number }) else {
                throw BenchError(
                    .usage, "\(path) has no run \(number) on the virtual clock",
                    remedy: "serena-bench run \(result.scenario.name) --clock virtual")
            }
            let loaded = try LoadedScenario(
                path: try ScenarioLocator.find(result.scenario.path, from: directory, home: home),
                bindings: ScenarioBindings(values: result.settings.variant, seed: result.settings.seed),
                steps: Set(result.turns.map { TurnResult.plainStep($0.step) }))
            guard loaded.inputs == result.inputs else {
                throw BenchError(.baseline, "the scenario or its recordings are not what they were in \(path)")
            }
            let times = try RecordedServiceTimes.read(
                ReportFiles.folder(of: absolute(path)) + "/" + RecordedServiceTimes.path(run: number))
            let folder = try RunFolder(destination: NSTemporaryDirectory() + "serena-replay-\(UUID().uuidString)")
            defer { folder.discard() }
            let outcome = try await oneRun(number - 1, loaded, result.settings, .recorded(times), folder)
            return showReplay(of: original, result, as: outcome)
        }
    }

    private func showReplay(of original: EventSequence, _ result: BenchResult, as outcome: RunOutcome) -> ExitCode {
        guard let sequence = outcome.eventSequence else { return .internalError }
        let turns = result.turns.filter { $0.run == original.run }
        let different = zip(turns, outcome.turns).filter { !$0.isSameTurn(as: $1) }.map(\.0.step)
        let isSame = sequence == original && different.isEmpty && turns.count == outcome.turns.count
        guard !isSame else {
            terminal.result("identical: \(sequence.events) events, digest \(sequence.digest)")
            return .pass
        }
        terminal.problem(
            """
            the replay is another run: \(sequence.events) events, digest \(sequence.digest), \
            instead of \(original.events), digest \(original.digest)
            """)
        if !different.isEmpty { terminal.problem("steps that differ: \(different.joined(separator: ", "))") }
        return .invalid
    }
}

extension TurnResult {
    /// Whether the same thing happened at the same times. What the machine spent on it may differ.
    func isSameTurn(as other: TurnResult) -> Bool {
        var (left, right) = (self, other)
        (left.cpuNs, left.residentBytes) = (nil, nil)
        (right.cpuNs, right.residentBytes) = (nil, nil)
        left.speculation?.wastedCPUNs = 0
        right.speculation?.wastedCPUNs = 0
        return left == right
    }
}
