// `serena-bench gate-check`: the false-alarm rate and the power of the gate, on recorded or on fresh runs.

import BenchStatistics
import Foundation
import Instrumentation

/// What `gate-check` was asked for.
public struct GateCheckRequest: Sendable {
    /// Results or baselines, or folders of runs; empty is the baseline ``standardBaseline`` unless fresh runs are made.
    public var sources: [String]
    /// The scenario of which fresh runs are made; nil uses recorded ones.
    public var freshScenario: String?
    public var freshRuns: Int
    /// Paired runs in each trial.
    public var runs: Int
    public var trials: Int
    public var seed: UInt64
    public var printsJSON: Bool
    /// Of fresh runs.
    public var clock = RunClock.virtual

    /// The name of the baseline whose runs are used when nothing else is named.
    public static let standardBaseline = "gate-check"

    public init(
        sources: [String] = [], freshScenario: String? = nil, freshRuns: Int = 40, runs: Int = 20, trials: Int = 400,
        seed: UInt64 = 1, printsJSON: Bool = false
    ) {
        self.sources = sources
        self.freshScenario = freshScenario
        self.freshRuns = freshRuns
        self.runs = runs
        self.trials = trials
        self.seed = seed
        self.printsJSON = printsJSON
    }
}

extension BenchEnvironment {
    /// Prints how often the gate is wrong and what it sees.
    ///
    /// - Returns: ``ExitCode/invalid`` when a goal is missed.
    public func gateCheck(_ request: GateCheckRequest) async -> ExitCode {
        await reporting {
            let pool = try await pool(for: request)
            let smallest = 2 * request.runs
            guard pool.count >= smallest else {
                throw BenchError(
                    .invalid,
                    "there are \(Figures.count(pool.count, "run")); \(request.runs) pairs take at least \(smallest)",
                    remedy: "serena-bench run SCENARIO --runs \(smallest)")
            }
            terminal.status("judging \(Figures.count(request.trials, "trial")) …")
            let check = await GateCheck.perform(
                pool: pool, runs: request.runs, trials: request.trials, seed: request.seed)
            guard !Task.isCancelled else { throw BenchError(.invalid, "the check was interrupted") }
            terminal.result(
                request.printsJSON ? String(decoding: try JSONDocument.encode(check), as: UTF8.self) : check.text)
            let shortcomings = check.shortcomings
            for shortcoming in shortcomings { terminal.problem(shortcoming) }
            return ExitCode.of(shortcomings.isEmpty ? [] : [.inconclusive])
        }
    }

    private func pool(for request: GateCheckRequest) async throws -> [[Int64?]] {
        if let scenario = request.freshScenario { return try await freshRuns(of: scenario, request) }
        if request.sources.isEmpty {
            return latencies(of: try baselines.read(GateCheckRequest.standardBaseline).samples)
        }
        var identity: (name: String, inputs: [String: String], clock: RunClock)?
        var pool: [[Int64?]] = []
        for source in request.sources {
            let recorded = try recording(at: absolute(source))
            if let identity, identity != (recorded.name, recorded.inputs, recorded.clock) {
                throw BenchError(.baseline, "\(source) did not measure the same as the files before it")
            }
            identity = (recorded.name, recorded.inputs, recorded.clock)
            pool += latencies(of: recorded.samples)
        }
        return pool
    }

    /// The samples of a result or a baseline, whichever the file is.
    private func recording(
        at path: String
    ) throws(BenchError) -> (name: String, inputs: [String: String], clock: RunClock, samples: [Baseline.Sample]) {
        do throws(BenchError) {
            let result = try ReportFiles.read(path)
            return (
                result.scenario.name, result.inputs, result.settings.clock,
                result.turns.map { Baseline.Sample($0, run: $0.run) }
            )
        } catch {
            guard error.message.contains("is a \(Baseline.kind), not a \(BenchResult.kind)") else { throw error }
            let baseline = try JSONDocument.read(
                Baseline.self, kind: Baseline.kind, version: Baseline.currentSchemaVersion, from: path,
                failure: .baseline)
            return (baseline.scenario.name, baseline.inputs, baseline.settings.clock, baseline.samples)
        }
    }

    private func latencies(of samples: [Baseline.Sample]) -> [[Int64?]] {
        Dictionary(grouping: samples.filter(\.answerExpected), by: \.run).sorted { $0.key < $1.key }.map { run in
            run.value.map(\.countedLatency)
        }
    }

    /// Really makes runs, all alike.
    private func freshRuns(of scenario: String, _ request: GateCheckRequest) async throws -> [[Int64?]] {
        let loaded = try LoadedScenario(path: try ScenarioLocator.find(scenario, from: directory, home: home))
        let settings = RunSettings(
            clock: request.clock, variant: [:], runs: request.freshRuns, warmup: 1, seed: request.seed,
            patienceNs: loaded.scenario.patience.nanoseconds,
            pacingLimitNs: RunRequest.standardPacingLimit.nanoseconds)
        let folder = try RunFolder.create(
            in: projectFolder + "/Reports", scenario: loaded.scenario.name + "-gate-check", at: now())
        defer { folder.discard() }
        let makeRun = runMaker(loaded, settings, in: folder)
        var pool: [[Int64?]] = []
        for number in 0...request.freshRuns {
            terminal.status(number == 0 ? "warm-up …" : "run \(number)/\(request.freshRuns) …")
            let outcome = try await makeRun(.settings([:]), number)
            guard !outcome.isInterrupted, !Task.isCancelled else {
                throw BenchError(.invalid, "the check was interrupted")
            }
            if let failure = outcome.failure { throw BenchError(.failed, failure) }
            guard outcome.pacing.p99Ns <= settings.pacingLimitNs else {
                throw BenchError(
                    .invalid, "run \(number): frames were late; the machine was too busy to keep time")
            }
            if number > 0 { pool.append(outcome.turns.filter(\.answerExpected).map(\.countedLatency)) }
        }
        return pool
    }
}

extension GateCheck {
    /// The table, with what it rests on.
    var text: String {
        let header = ["added", "p50 alarms", "p95 alarms", "gate closes", "OK", "inconclusive", ""]
        let lines = rows.map { row in
            func share(_ count: Int) -> String {
                ComparisonText.percent(row.trials > 0 ? Double(count) / Double(row.trials) : 0)
            }
            let name = row.delayNs == 0 ? "nothing (A/A)" : "+\(Figures.milliseconds(row.delayNs))"
            return [
                name, share(row.p50), share(row.p95), share(row.either), share(row.ok), share(row.inconclusive),
                remark(row),
            ]
        }
        let trials = rows.first?.trials ?? 0
        let falseAlarms = rows.first?.either ?? 0
        let bound = BinomialDistribution.upperBound(successes: falseAlarms, of: trials)
        return ComparisonText.aligned([header] + lines) + """


            \(Figures.count(trials, "trial")) of \(runs) paired runs, drawn from \(pool). False alarms: \
            \(falseAlarms) of \(trials), at most \(ComparisonText.percent(bound)) at 95 % confidence.
            The margin was at least \(Figures.milliseconds(leastMarginP50Ns)) for p50 and \
            \(Figures.milliseconds(leastMarginP95Ns)) for p95; a smaller delay must not be flagged.
            """
    }

    private func remark(_ row: Row) -> String {
        switch row.delayNs {
        case 0: "false alarms, goal at most \(ComparisonText.percent(Self.falseAlarmGoal))"
        case Self.powerDelayNs: "goal for p50 at least \(ComparisonText.percent(Self.powerGoal))"
        case ...min(leastMarginP50Ns, leastMarginP95Ns): "inside the margin"
        default: ""
        }
    }
}
