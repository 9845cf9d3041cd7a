// What the turns of all runs add up to: validity, budgets, findings and the verdict. A pure function.

import AssistantInterface
import Instrumentation

/// Everything that was measured, before it is judged.
struct Measurement {
    var loaded: LoadedScenario
    var scenarioPath: String
    var settings: RunSettings
    var machine: Machine
    /// Counted runs only.
    var runs: [RunOutcome]
    var warmupFailures: [String] = []
    var calibration: CalibrationResult?
    /// What the machine was like before the runs.
    var machineState = MachineState()
    var baseline: Baseline?
    var startedAt: String
    var duration: Duration
    var isInterrupted: Bool
}

/// One counted run, ready for the result.
struct RunOutcome {
    var number: Int
    var turns: [TurnResult]
    var pacing: PacingSummary
    var pacingErrors: [Int64]
    var identity: AssistantIdentity?
    var failure: String?
    var isInterrupted: Bool
    /// What a virtual clock kept about the run.
    var virtualRecord: VirtualRecord?
    /// What became of the faults that were planted in the run.
    var planted: [PlantedFault] = []
    /// What of the planted faults could not be observed, and why.
    var plantedNotices: [String] = []
}

extension RunOutcome {
    var eventSequence: EventSequence? {
        virtualRecord.map { EventSequence(run: number, events: $0.events, digest: $0.digest) }
    }
}

extension BenchResult {
    /// Judges a measurement.
    init(_ measurement: Measurement) {
        let turns = measurement.runs.flatMap(\.turns)
        let identity = measurement.runs.lazy.compactMap(\.identity).first
        let scenario = measurement.loaded.scenario
        self.init(
            verdict: .pass, exitCode: .pass,
            scenario: ScenarioReference(
                name: scenario.name, title: scenario.title, path: measurement.scenarioPath,
                sha256: measurement.loaded.reference.sha256),
            assistant: identity ?? AssistantIdentity(name: "unknown", version: "unknown"),
            machine: measurement.machine, inputs: measurement.loaded.inputs,
            settings: measurement.settings,
            budgets: scenario.thresholds.map { Self.budget($0, turns, of: measurement.loaded) },
            eventSequences: measurement.runs.compactMap(\.eventSequence), turns: turns, comparisons: [],
            exactDifferences: [], readiness: nil, planted: measurement.runs.flatMap(\.planted),
            runFailures: measurement.runs.compactMap { run in
                run.failure.map { "run \(run.number): \($0)" }
            },
            invalidReasons: Self.invalidReasons(measurement, turns: turns),
            notices: measurement.loaded.notices + (identity?.notices ?? []) + measurement.warmupFailures
                + Set(measurement.runs.flatMap(\.plantedNotices)).sorted() + ExpectedFailures(turns).notices,
            summary: Summary(turns: turns),
            pacing: PacingSummary(errors: measurement.runs.flatMap(\.pacingErrors)),
            calibration: measurement.calibration, startedAt: measurement.startedAt,
            durationNs: measurement.duration.nanoseconds, interrupted: measurement.isInterrupted)
        let isComparable = measurement.baseline.map { compare(with: $0) } ?? true
        exitCode = ExitCode.of(isComparable ? findings : findings.union([.notComparable]))
        verdict = Verdict(exitCode, isTrusted: invalidReasons.isEmpty)
        readiness = Readiness(
            judging: self, steps: scenario.steps, baseline: measurement.baseline, machineState: measurement.machineState
        )
    }

    /// Fills in what the comparison with `baseline` says.
    ///
    /// - Returns: false when they cannot be compared; the notices then say why.
    private mutating func compare(with baseline: Baseline) -> Bool {
        let problems = baseline.problems(comparing: self)
        guard problems.isEmpty else {
            notices += problems.map { "not comparable: \($0)" }
            return false
        }
        let exact = ExactComparison(turns, beside: baseline.samples)
        comparisons = Comparison.judge(self, beside: baseline)
        exactDifferences = exact.differences
        notices += baseline.notices(comparing: self) + exact.notices
        return true
    }

    /// What speaks against the result, from what it holds.
    var findings: Set<Finding> {
        var findings: Set<Finding> = []
        if !runFailures.isEmpty || turns.contains(where: \.isFailure)
            || !ExpectedFailures(turns).needless.isEmpty
        {
            findings.insert(.failed)
        }
        if !invalidReasons.isEmpty { findings.insert(.invalid) }
        if budgets.contains(where: { $0.state == .failed && $0.gated }) {
            findings.insert(.budgetExceeded)
        }
        if budgets.contains(where: { $0.state == .notProven && $0.gated }) { findings.insert(.inconclusive) }
        return findings.union(Finding.of(comparisons, exactDifferences))
    }

    private static func invalidReasons(_ measurement: Measurement, turns: [TurnResult]) -> [String] {
        var reasons: [String] = []
        if measurement.isInterrupted {
            reasons.append("the run was interrupted; this is what was measured until then")
        }
        if !turns.contains(where: \.answerExpected) {
            reasons.append(
                "no turn that should be answered was measured, so there is no latency to judge")
        }
        let limit = measurement.settings.pacingLimitNs
        for run in measurement.runs where run.pacing.p99Ns > limit {
            reasons.append(
                "run \(run.number), pacing: frames were late (p99 \(Figures.milliseconds(run.pacing.p99Ns)), limit "
                    + "\(Figures.milliseconds(limit))); the machine was too busy to keep time")
        }
        if let calibration = measurement.calibration, !calibration.isWithinLimit(on: measurement.settings.clock) {
            reasons.append(
                "the measuring error is \(Figures.milliseconds(calibration.p99Ns)) (p99), above "
                    + Figures.milliseconds(CalibrationResult.limitNs(on: measurement.settings.clock)))
        }
        reasons += measurement.runs.flatMap(\.planted).compactMap(\.invalidReason)
        let tolerance = StageAccount.tolerance.nanoseconds
        for turn in turns where !turn.falseCutOff {
            guard let residual = turn.stageResidualNs, abs(residual) > tolerance else { continue }
            reasons.append(
                "run \(turn.run), step \(turn.step): the stages miss the latency by \(Figures.milliseconds(residual))"
            )
        }
        return reasons
    }
}

/// Figures as people read them.
enum Figures {
    /// Milliseconds with the digits that mean something: `3.4 ms`, `212 ms`.
    static func milliseconds(_ nanoseconds: Int64) -> String {
        "\(millisecondsNumber(nanoseconds)) ms"
    }

    static func milliseconds(_ nanoseconds: Int64?) -> String {
        nanoseconds.map { milliseconds($0) } ?? "no answer"
    }

    static func millisecondsNumber(_ nanoseconds: Int64) -> String {
        let tenths = Int((Double(nanoseconds) / 1e5).rounded())
        guard abs(tenths) < 100 else { return String(Int((Double(nanoseconds) / 1e6).rounded())) }
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    static func percent(_ fraction: Double) -> String {
        "\(Int((fraction * 100).rounded())) %"
    }

    /// A share with one decimal: `1.7 %`.
    static func finePercent(_ fraction: Double) -> String {
        let thousandths = Int((fraction * 1_000).rounded())
        return "\(thousandths / 10).\(thousandths % 10) %"
    }

    /// `3 turns`, `1 turn`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
