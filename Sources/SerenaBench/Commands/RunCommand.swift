// `serena-bench run`: replays a scenario, measures, judges and reports.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio

/// What `run` was asked for.
public struct RunRequest: Sendable {
    /// A path, or the name of a scenario.
    public var scenario: String
    /// Counted runs; nil leaves it to the scenario.
    public var runs: Int?
    /// Runs before the counted ones; nil leaves it to the scenario.
    public var warmup: Int?
    public var seed: UInt64?
    /// The folder of the report; nil is a new one below `Reports`.
    public var output: String?
    /// The p99 pacing error above which a run is invalid.
    public var pacingLimit: Duration
    public var clock = RunClock.realtime
    /// How long work takes on a virtual clock.
    public var serviceTimes = ServiceTimeSource.measured
    /// The name of a baseline to show beside the result.
    public var baseline: String?
    /// Whether the measuring error is found first.
    public var calibrates: Bool
    /// The report that goes to the standard output; nil for none.
    public var prints: ReportFormat?
    /// What was chosen and set: steps, variants, parameters.
    public var selection: ScenarioSelection

    /// What frames may be late by, in the 99th percentile.
    public static let standardPacingLimit = Duration.milliseconds(5)

    public init(
        scenario: String, runs: Int? = nil, warmup: Int? = nil, seed: UInt64? = nil, output: String? = nil,
        pacingLimit: Duration = standardPacingLimit, baseline: String? = nil, calibrates: Bool = false,
        prints: ReportFormat? = nil, selection: ScenarioSelection = ScenarioSelection()
    ) {
        self.scenario = scenario
        self.runs = runs
        self.warmup = warmup
        self.seed = seed
        self.output = output
        self.pacingLimit = pacingLimit
        self.baseline = baseline
        self.calibrates = calibrates
        self.prints = prints
        self.selection = selection
    }
}

extension BenchEnvironment {
    /// Runs a scenario and leaves a report, or one for each variant of its matrix.
    ///
    /// When the task is cancelled, what was measured until then is reported as interrupted.
    public func run(_ request: RunRequest) async -> ExitCode {
        await reporting {
            let variants = try variants(for: request)
            return try await runVariants(variants) { loaded in
                let (result, folder) = try await runVariant(request, loaded, isVariant: variants.count > 1)
                if let format = request.prints { try publish(result, from: folder, as: format) }
                return result
            }
        }
    }

    /// Runs a scenario, leaves a report of each of its variants, and shows the verdicts.
    ///
    /// - Returns: the results, and the folders of their reports.
    func runAll(_ request: RunRequest) async throws -> [(result: BenchResult, folder: String)] {
        let variants = try variants(for: request)
        var results: [(result: BenchResult, folder: String)] = []
        for loaded in variants where !Task.isCancelled || results.isEmpty {
            results.append(try await runVariant(request, loaded, isVariant: variants.count > 1))
        }
        return results
    }

    private func variants(for request: RunRequest) throws(BenchError) -> [LoadedScenario] {
        try request.selection.load(
            try ScenarioLocator.find(request.scenario, from: directory, home: home), seed: request.seed)
    }

    private func runVariant(
        _ request: RunRequest, _ loaded: LoadedScenario, isVariant: Bool
    ) async throws -> (result: BenchResult, folder: String) {
        let baseline = try request.baseline.map { try comparable(baseline: $0, with: loaded) }
        let folder = try runFolder(for: request, loaded, isVariant: isVariant)
        do {
            let measurement = try await measure(request, loaded, baseline: baseline, into: folder)
            let result = BenchResult(measurement)
            let place = try keep(result, in: folder)
            show(result, at: place)
            return (result, place)
        } catch {
            folder.discard()
            throw error
        }
    }

    private func comparable(baseline name: String, with loaded: LoadedScenario) throws(BenchError) -> Baseline {
        let baseline = try BaselineFolder(path: projectFolder + "/Baselines").read(name)
        let scenario = ScenarioReference(
            name: loaded.scenario.name, title: loaded.scenario.title, path: loaded.path,
            sha256: loaded.reference.sha256
        )
        let problems = baseline.problems(comparingScenario: scenario, inputs: loaded.inputs)
        guard problems.isEmpty else { throw BenchError(.baseline, problems.joined(separator: "\n")) }
        return baseline
    }

    private func runFolder(
        for request: RunRequest, _ loaded: LoadedScenario, isVariant: Bool
    ) throws(BenchError) -> RunFolder {
        let name = isVariant ? loaded.folderName : loaded.scenario.name
        if let output = request.output {
            return try RunFolder(destination: absolute(output) + (isVariant ? "/\(name)" : ""))
        }
        return try RunFolder.create(in: projectFolder + "/Reports", scenario: name, at: now())
    }

    private func measure(
        _ request: RunRequest, _ loaded: LoadedScenario, baseline: Baseline?, into folder: RunFolder
    ) async throws -> Measurement {
        let settings = RunSettings(
            clock: request.clock, variant: loaded.variant, runs: request.runs ?? loaded.scenario.runs,
            warmup: request.warmup ?? loaded.scenario.warmup,
            seed: request.seed ?? loaded.scenario.seed, patienceNs: loaded.scenario.patience.nanoseconds,
            pacingLimitNs: request.pacingLimit.nanoseconds)
        let startedAt = now()
        let begin = clock.now
        var measurement = Measurement(
            loaded: loaded, scenarioPath: display(loaded.path), settings: settings, machine: .current(),
            runs: [], machineState: .current(folder: projectFolder), baseline: baseline,
            startedAt: Date.ISO8601FormatStyle().format(startedAt), duration: .zero,
            isInterrupted: false)
        if request.calibrates {
            terminal.status("calibrating …")
            measurement.calibration = try await request.clock.perform(realtime: clock) { clock in
                try await Calibration.measure(delays: Calibration.standardDelays, repeats: 3, clock: clock)
            }.value
        }
        terminal.note(introduction(loaded, settings))
        for index in 0..<(settings.warmup + settings.runs) {
            let outcome = try await oneRun(index - settings.warmup, loaded, settings, request.serviceTimes, folder)
            if index >= settings.warmup {
                measurement.runs.append(outcome)
            } else if let failure = outcome.failure {
                measurement.warmupFailures.append("warm-up run \(index + 1): \(failure)")
            }
            measurement.isInterrupted = outcome.isInterrupted || Task.isCancelled
            // An assistant that cannot start will not start the next time either.
            if measurement.isInterrupted || (outcome.failure != nil && index >= settings.warmup) { break }
        }
        measurement.duration = clock.now - begin
        return measurement
    }

    /// One run; `index` counts from 0, and is negative for a warm-up.
    func oneRun(
        _ index: Int, _ loaded: LoadedScenario, _ settings: RunSettings, _ serviceTimes: ServiceTimeSource,
        _ folder: RunFolder
    ) async throws -> RunOutcome {
        let number = index + 1
        // A warm-up decides nothing, so there is nothing to show about it.
        let encore = index < 0 ? nil : Encore(of: loaded.steps)
        let progress = RunProgress(
            terminal: terminal, title: index < 0 ? "warm-up" : "run \(number)/\(settings.runs)",
            steps: loaded.steps.map(\.step.id), hasEncore: encore != nil)
        progress.begin()
        var plan = RunPlan(
            number, loaded, settings, folder: try folder.makeAssistantFolder(run: index < 0 ? nil : number))
        plan.serviceTimes = serviceTimes
        plan.steps += [encore?.prepared].compactMap(\.self)
        let answers = index < 0 ? nil : AnswerKeeper(run: number, folder: folder)
        var (record, virtual) = try await makeRun(plan) {
            answers?.keep($0)
            if !$0.prepared.isPlanted { progress.stepEnded(TurnResult($0, run: number)) }
        }
        try await answers?.finish()
        if let failure = record.failure { terminal.problem(failure) }
        let planted = record.takeEncore(encore)
        if index >= 0, let times = virtual?.serviceTimes {
            try folder.write(
                try JSONDocument.encode(RecordedServiceTimes(times)), to: RecordedServiceTimes.path(run: number))
        }
        return RunOutcome(record, virtual: virtual, planted: planted)
    }

    private func introduction(_ loaded: LoadedScenario, _ settings: RunSettings) -> String {
        let warmup = settings.warmup > 0 ? ", after \(Figures.count(settings.warmup, "warm-up run"))" : ""
        return terminal.coloured(loaded.scenario.title, .bold)
            + ": \(Figures.count(loaded.steps.count, "step")), \(Figures.count(settings.runs, "run"))\(warmup)"
    }
}
