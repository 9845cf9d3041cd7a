// `serena-bench sweep`: a scenario measured once for each value of one parameter, and the curve of cut-offs against latency.

import AssistantInterface
import Foundation
import Instrumentation

/// What `sweep` was asked for.
public struct SweepRequest: Sendable {
    /// A path, or the name of a scenario.
    public var scenario: String
    /// What is chosen and set; exactly one of its values names several, separated by commas.
    public var selection: ScenarioSelection
    /// Counted runs for each value; nil leaves it to the scenario.
    public var runs: Int?
    public var seed: UInt64?
    public var clock: RunClock
    /// The folder of the report; nil is a new one below `Reports`.
    public var output: String?
    /// The p99 pacing error above which a run is invalid.
    public var pacingLimit = RunRequest.standardPacingLimit
    /// Whether `sweep.json` goes to the standard output.
    public var printsJSON: Bool

    /// The most values of one sweep.
    static let mostValues = 50

    public init(
        scenario: String, selection: ScenarioSelection, runs: Int? = nil, seed: UInt64? = nil,
        clock: RunClock = .virtual, output: String? = nil, printsJSON: Bool = false
    ) {
        self.scenario = scenario
        self.selection = selection
        self.runs = runs
        self.seed = seed
        self.clock = clock
        self.output = output
        self.printsJSON = printsJSON
    }

    /// The parameter that is varied, and its values in order.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/usage`` when there is not exactly one, or its values are not two or more different ones.
    func axis() throws(BenchError) -> (name: String, values: [String]) {
        let lists = selection.values.filter { $0.value.contains(",") }.sorted { $0.key < $1.key }
        guard let (name, text) = lists.first, lists.count == 1 else {
            let found =
                lists.isEmpty ? "nothing is varied" : "\(lists.map(\.key).joined(separator: " and ")) are both varied"
            throw BenchError(
                .usage, "\(found); a sweep varies one parameter", remedy: "--set patience=0.6,0.8,1,1.25")
        }
        let values = text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard !values.contains(""), Set(values).count == values.count, values.count <= Self.mostValues else {
            throw BenchError(
                .usage, "the values of '\(name)' must be different, not empty, and \(Self.mostValues) at most")
        }
        return (name, values)
    }
}

extension BenchEnvironment {
    /// The file that holds everything a sweep measured.
    static let sweepFile = "sweep.json"

    /// Measures a scenario for each value of a parameter, and leaves the curve as a page, as Markdown and as JSON.
    ///
    /// When the task is cancelled, the values measured until then are kept as interrupted.
    public func sweep(_ request: SweepRequest) async -> ExitCode {
        await reporting {
            let (name, values) = try request.axis()
            let path = try ScenarioLocator.find(request.scenario, from: directory, home: home)
            // All values are read before anything runs: the last one may be the one that does not fit.
            var scenarios: [LoadedScenario] = []
            for value in values {
                var selection = request.selection
                selection.values[name] = value
                let loaded = try selection.load(path, seed: request.seed)
                guard loaded.count == 1 else {
                    throw BenchError(
                        .usage, "the scenario has a matrix of its own; set its axes to one value each",
                        remedy: "serena-bench scenario show \(request.scenario)")
                }
                scenarios += loaded
            }
            let folder =
                try request.output.map { try RunFolder(destination: absolute($0)) }
                ?? RunFolder.create(
                    in: projectFolder + "/Reports", scenario: scenarios[0].scenario.name + "-sweep", at: now())
            do {
                let result = try await measure(request, name, zip(values, scenarios).map { ($0, $1) }, in: folder)
                try keep(result, in: folder, printing: request.printsJSON)
                return result.exitCode
            } catch {
                folder.discard()
                throw error
            }
        }
    }

    private func measure(
        _ request: SweepRequest, _ name: String, _ scenarios: [(value: String, loaded: LoadedScenario)],
        in folder: RunFolder
    ) async throws -> SweepResult {
        let startedAt = now()
        let begin = clock.now
        let first = scenarios[0].loaded
        let runs = request.runs ?? first.scenario.runs
        var result = SweepResult(
            exitCode: .pass,
            scenario: ScenarioReference(
                name: first.scenario.name, title: first.scenario.title, path: display(first.path),
                sha256: first.reference.sha256),
            assistant: AssistantIdentity(name: "unknown", version: "unknown"), machine: .current(), parameter: name,
            settings: request.selection.values.filter { $0.key != name }, clock: request.clock, runs: runs, points: [],
            problems: [], startedAt: Date.ISO8601FormatStyle().format(startedAt), durationNs: 0, interrupted: false)
        terminal.note(
            terminal.coloured(first.scenario.title, .bold)
                + ": \(Figures.count(first.steps.count, "step")), \(Figures.count(runs, "run")) for each of "
                + "\(Figures.count(scenarios.count, "value")) of \(Terminal.plain(name))")
        for (value, loaded) in scenarios {
            var turns: [TurnResult] = []
            for number in 1...runs where !Task.isCancelled {
                terminal.status("\(name) \(value), run \(number) of \(runs) …")
                let outcome = try await sweepRun(number, loaded, request, in: folder)
                turns += outcome.turns
                if let identity = outcome.identity { result.assistant = identity }
                result.problems += problems(of: outcome, value: "\(name) \(value)", limit: request.pacingLimit)
                result.interrupted = result.interrupted || outcome.isInterrupted
            }
            if !turns.isEmpty { result.points.append(SweepPoint(value: value, turns: turns)) }
            if Task.isCancelled { break }
        }
        result.interrupted = result.interrupted || Task.isCancelled
        if result.interrupted {
            result.problems.append("the sweep was interrupted; this is what was measured until then")
        }
        result.durationNs = (clock.now - begin).nanoseconds
        if result.points.isEmpty {
            result.exitCode = .failed
        } else if !result.problems.isEmpty {
            result.exitCode = .invalid
        }
        return result
    }

    private func sweepRun(
        _ number: Int, _ loaded: LoadedScenario, _ request: SweepRequest, in folder: RunFolder
    ) async throws -> RunOutcome {
        let settings = RunSettings(
            clock: request.clock, variant: loaded.variant, runs: 1, warmup: 0,
            seed: request.seed ?? loaded.scenario.seed, patienceNs: loaded.scenario.patience.nanoseconds,
            pacingLimitNs: request.pacingLimit.nanoseconds)
        let plan = RunPlan(number, loaded, settings, folder: try folder.makeAssistantFolder(run: nil))
        let (record, virtual) = try await makeRun(plan)
        return RunOutcome(record, virtual: virtual)
    }

    private func problems(of outcome: RunOutcome, value: String, limit: Duration) -> [String] {
        var problems = [outcome.failure].compactMap(\.self)
        if outcome.pacing.p99Ns > limit.nanoseconds {
            problems.append("frames were late (p99 \(Figures.milliseconds(outcome.pacing.p99Ns)))")
        }
        return problems.map { "\(value), run \(outcome.number): \($0)" }
    }

    private func keep(_ result: SweepResult, in folder: RunFolder, printing: Bool) throws {
        let data = try JSONDocument.encode(result)
        try folder.write(data, to: Self.sweepFile)
        try folder.write(Data(SweepText.markdown(result).utf8), to: "sweep.md")
        try folder.write(Data(try SweepPage.text(result).utf8), to: "sweep.html")
        let place = try folder.commit()
        for line in SweepText.lines(SweepText.rows(result)) { terminal.note(line) }
        terminal.note("")
        for line in SweepText.lines(SweepText.tagRows(result)) { terminal.note(line) }
        for problem in result.problems { terminal.problem(Terminal.plain(problem)) }
        terminal.note("")
        terminal.note("curve: \(display(place))/sweep.html")
        if printing { terminal.result(String(decoding: data, as: UTF8.self)) }
    }
}
