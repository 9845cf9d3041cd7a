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
    /// The name of a baseline to show beside the result.
    public var baseline: String?
    /// Whether the measuring error is found first.
    public var calibrates: Bool
    /// Whether `result.json` goes to the standard output as well.
    public var printsJSON: Bool
    /// What was chosen and set: steps, variants, parameters.
    public var selection: ScenarioSelection

    /// What frames may be late by, in the 99th percentile.
    public static let standardPacingLimit = Duration.milliseconds(5)

    public init(
        scenario: String, runs: Int? = nil, warmup: Int? = nil, seed: UInt64? = nil, output: String? = nil,
        pacingLimit: Duration = standardPacingLimit, baseline: String? = nil, calibrates: Bool = false,
        printsJSON: Bool = false, selection: ScenarioSelection = ScenarioSelection()
    ) {
        self.scenario = scenario
        self.runs = runs
        self.warmup = warmup
        self.seed = seed
        self.output = output
        self.pacingLimit = pacingLimit
        self.baseline = baseline
        self.calibrates = calibrates
        self.printsJSON = printsJSON
        self.selection = selection
    }
}

extension BenchEnvironment {
    /// Runs a scenario and leaves a report, or one for each variant of its matrix.
    ///
    /// When the task is cancelled, what was measured until then is reported as interrupted.
    public func run(_ request: RunRequest) async -> ExitCode {
        await reporting {
            let path = try ScenarioLocator.find(request.scenario, from: directory, home: home)
            let variants = try request.selection.load(path, seed: request.seed)
            return try await runVariants(variants) { loaded in
                try await runOne(request, loaded, isVariant: variants.count > 1)
            }
        }
    }

    private func runOne(_ request: RunRequest, _ loaded: LoadedScenario, isVariant: Bool) async throws -> BenchResult {
        let baseline = try request.baseline.map { try comparable(baseline: $0, with: loaded) }
        let folder = try runFolder(for: request, loaded, isVariant: isVariant)
        do {
            let measurement = try await measure(request, loaded, baseline: baseline, into: folder)
            let result = BenchResult(measurement)
            try ReportFiles.write(result, to: folder)
            show(result, at: try folder.commit())
            if request.printsJSON {
                terminal.result(String(decoding: try JSONDocument.encode(result), as: UTF8.self))
            }
            return result
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
            clock: "realtime", variant: loaded.variant, runs: request.runs ?? loaded.scenario.runs,
            warmup: request.warmup ?? loaded.scenario.warmup,
            seed: request.seed ?? loaded.scenario.seed, patienceNs: loaded.scenario.patience.nanoseconds,
            pacingLimitNs: request.pacingLimit.nanoseconds)
        let startedAt = now()
        let begin = clock.now
        var measurement = Measurement(
            loaded: loaded, scenarioPath: display(loaded.path), settings: settings, machine: .current(),
            runs: [],
            baseline: baseline, startedAt: Date.ISO8601FormatStyle().format(startedAt), duration: .zero,
            isInterrupted: false)
        if request.calibrates {
            terminal.status("calibrating …")
            measurement.calibration = try await Calibration.measure(
                delays: Calibration.standardDelays, repeats: 3, clock: clock)
        }
        terminal.note(introduction(loaded, settings))
        let runner = ScenarioRunner(clock: clock)
        for index in 0..<(settings.warmup + settings.runs) {
            let outcome = try await oneRun(index - settings.warmup, runner, loaded, settings, folder)
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
    private func oneRun(
        _ index: Int, _ runner: ScenarioRunner, _ loaded: LoadedScenario, _ settings: RunSettings,
        _ folder: RunFolder
    ) async throws -> RunOutcome {
        let number = index + 1
        let progress = RunProgress(
            terminal: terminal, title: index < 0 ? "warm-up" : "run \(number)/\(settings.runs)",
            steps: loaded.steps.map(\.step.id))
        progress.begin()
        let request = AssistantRequest(
            settings: loaded.scenario.assistant, scenarioFolder: loaded.folder,
            folder: try folder.makeAssistantFolder(run: index < 0 ? nil : number),
            clock: clock, seed: settings.seed &+ UInt64(max(0, index)))
        let record: RunRecord
        do {
            record = try await talk(loaded, number: number, runner, request) {
                progress.stepEnded(TurnResult($0, run: number))
            }
        } catch let error as BenchError {
            throw error
        } catch {
            record = RunRecord(number: number, failure: "the assistant could not be made: \(error)")
        }
        // With the remedy, which stands below the first line; the result keeps the reason alone.
        if let failure = record.failure { terminal.problem(failure) }
        if index >= 0 { try keepAnswers(of: record, in: folder) }
        return RunOutcome(
            number: number, turns: record.steps.map { TurnResult($0, run: number) },
            pacing: PacingSummary(errors: record.pacingErrors), pacingErrors: record.pacingErrors,
            identity: record.identity, failure: record.failure.map(Self.firstLine), isInterrupted: record.isInterrupted)
    }

    private static func firstLine(_ text: String) -> String {
        String(text.prefix { !$0.isNewline })
    }

    private func keepAnswers(of record: RunRecord, in folder: RunFolder) throws {
        for step in record.steps {
            guard let answer = try step.answer.recording() else { continue }
            let name = TurnResult.answerPath(run: record.number, step: step.prepared.step.id)
            try folder.write(answer, to: name)
        }
    }

    private func introduction(_ loaded: LoadedScenario, _ settings: RunSettings) -> String {
        let warmup = settings.warmup > 0 ? ", after \(Figures.count(settings.warmup, "warm-up run"))" : ""
        return terminal.coloured(loaded.scenario.title, .bold)
            + ": \(Figures.count(loaded.steps.count, "step")), \(Figures.count(settings.runs, "run"))\(warmup)"
    }
}
