// The making of one run: a fresh assistant hears a whole scenario, on either clock.

import AssistantInterface
import Instrumentation

/// Everything that decides what a run is.
struct RunPlan: Sendable {
    /// Counted from 1; 0 or below for a warm-up.
    var number: Int
    var loaded: LoadedScenario
    /// With the encore, where there is one.
    var steps: [PreparedStep]
    var clock: RunClock
    var serviceTimes = ServiceTimeSource.measured
    /// Settings that take the place of the scenario's.
    var assistantSettings: [String: [String]] = [:]
    /// The fresh folder for the assistant's files.
    var folder: String?
    var seed: UInt64

    init(_ number: Int, _ loaded: LoadedScenario, _ settings: RunSettings, folder: String?) {
        self.number = number
        self.loaded = loaded
        self.folder = folder
        steps = loaded.steps
        clock = settings.clock
        // Runs of the same number have the same seed, warm-ups that of the first.
        seed = settings.seed &+ UInt64(max(0, number - 1))
    }
}

extension BenchEnvironment {
    /// Makes the run of `plan`. An assistant that cannot be made or started is a failure of the run.
    ///
    /// - Returns: what happened, and what a virtual clock kept.
    func makeRun(
        _ plan: RunPlan, onStep: @escaping @Sendable (StepRecord) -> Void = { _ in }
    ) async throws -> (record: RunRecord, virtual: VirtualRecord?) {
        let (record, virtual) = try await plan.clock.perform(realtime: clock, serviceTimes: plan.serviceTimes) {
            clock in
            try await hold(plan, on: clock, onStep: onStep)
        }
        return (record, virtual)
    }
}

extension RunOutcome {
    /// - Parameter planted: what became of the encore, which is no longer among the steps of `record`.
    init(_ record: RunRecord, virtual: VirtualRecord?, planted: Encore.Outcome = Encore.Outcome()) {
        self.init(
            number: record.number, turns: record.steps.map { TurnResult($0, run: record.number) },
            pacing: PacingSummary(errors: record.pacingErrors), pacingErrors: record.pacingErrors,
            identity: record.identity,
            // The remedy stands below the first line; the result keeps the reason alone.
            failure: record.failure.map { String($0.prefix { !$0.isNewline }) },
            isInterrupted: record.isInterrupted, virtualRecord: virtual, planted: planted.planted,
            plantedNotices: planted.notices)
    }
}
