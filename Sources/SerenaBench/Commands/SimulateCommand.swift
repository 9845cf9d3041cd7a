// `serena-bench simulate`: random talks with random faults, as many as one likes.

import Foundation
import Instrumentation
import Synchronization

/// What `simulate` was asked for.
public struct SimulationRequest: Sendable {
    /// A path, or the name of a scenario, whose steps the talks are made of.
    public var scenario: String
    public var talks: Int
    public var seed: UInt64
    /// Holds this talk alone, counted from 0, and shows it turn by turn.
    public var talk: Int?
    /// Recorded service times; nil to record them first.
    public var serviceTimes: String?
    /// The folder of the report; nil is a new one below `Reports`.
    public var output: String?
    /// Talks at a time.
    public var atOnce: Int

    public init(
        scenario: String, talks: Int, seed: UInt64, talk: Int? = nil, serviceTimes: String? = nil,
        output: String? = nil,
        atOnce: Int
    ) {
        self.scenario = scenario
        self.talks = talks
        self.seed = seed
        self.talk = talk
        self.serviceTimes = serviceTimes
        self.output = output
        self.atOnce = atOnce
    }
}

extension BenchEnvironment {
    /// Holds random talks and says whether every turn was answered, or failed by name.
    public func simulate(_ request: SimulationRequest) async -> ExitCode {
        await reporting {
            let loaded = try LoadedScenario(
                path: try ScenarioLocator.find(request.scenario, from: directory, home: home))
            if let talk = request.talk { return try await simulateOne(talk, request, loaded) }
            let folder =
                try request.output.map { try RunFolder(destination: absolute($0)) }
                ?? RunFolder.create(in: projectFolder + "/Reports", scenario: "simulation", at: now())
            do {
                return try await simulateAll(request, loaded, into: folder)
            } catch {
                folder.discard()
                throw error
            }
        }
    }

    private func simulateAll(
        _ request: SimulationRequest, _ loaded: LoadedScenario, into folder: RunFolder
    ) async throws -> ExitCode {
        let times = try await serviceTimes(for: request, loaded, folder)
        let timesFile = "service-times.json"
        try folder.write(try JSONDocument.encode(RecordedServiceTimes(times)), to: timesFile)
        let simulation = simulation(of: loaded, request, times)
        let progress = SimulationProgress(terminal: terminal, talks: request.talks)
        let talks = try await simulation.hold(0..<request.talks, atOnce: request.atOnce, onTalk: progress.talkEnded)
        var summary = SimulationSummary(
            talks, seed: request.seed, scenario: request.scenario, wanted: request.talks, replay: { _ in "" })
        // The command names the folder that the report will have, which is known only when it is there.
        let place = display(try folder.commit())
        for index in summary.unexplained.indices {
            summary.unexplained[index].replay =
                "serena-bench simulate \(request.scenario) --seed \(request.seed) "
                + "--talk \(summary.unexplained[index].talk) --service-times \(place)/\(timesFile)"
        }
        try write(summary, to: "\(absolute(place))/simulation.json")
        show(summary, at: place)
        var findings: Set<Finding> = []
        if !summary.unexplained.isEmpty { findings.insert(.failed) }
        if summary.talks < summary.talksWanted || summary.turns == 0 { findings.insert(.invalid) }
        return ExitCode.of(findings)
    }

    private func write(_ summary: SimulationSummary, to path: String) throws(BenchError) {
        do {
            try JSONDocument.encode(summary).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw BenchError(.output, "\(path) cannot be written: \(FileProblem.describe(error))")
        }
    }

    private func simulation(
        of loaded: LoadedScenario, _ request: SimulationRequest, _ times: ServiceTimes
    ) -> Simulation {
        Simulation(
            pool: loaded.steps, patience: loaded.scenario.patience, settings: loaded.scenario.assistant,
            scenarioFolder: loaded.folder, seed: request.seed, serviceTimes: times, makeAssistant: makeAssistant)
    }

    /// The times of the file, or those of one run of the scenario on the virtual clock.
    private func serviceTimes(
        for request: SimulationRequest, _ loaded: LoadedScenario, _ folder: RunFolder
    ) async throws -> ServiceTimes {
        if let path = request.serviceTimes { return try RecordedServiceTimes.read(absolute(path)) }
        terminal.status("recording service times …")
        let settings = RunSettings(
            clock: .virtual, variant: [:], runs: 1, warmup: 0, seed: request.seed,
            patienceNs: loaded.scenario.patience.nanoseconds, pacingLimitNs: RunRequest.standardPacingLimit.nanoseconds)
        let outcome = try await oneRun(-1, loaded, settings, .measured, folder)
        guard outcome.failure == nil, !outcome.isInterrupted, let times = outcome.virtualRecord?.serviceTimes else {
            throw BenchError(.failed, outcome.failure ?? "the recording of service times was interrupted")
        }
        return times
    }

    private func show(_ summary: SimulationSummary, at folder: String) {
        let failed = summary.failedByName.values.reduce(0, +)
        let isFine = summary.unexplained.isEmpty
        terminal.note(
            terminal.coloured(isFine ? "PASS" : "FAIL", isFine ? .green : .red) + "  "
                + "\(Figures.count(summary.talks, "talk")), \(Figures.count(summary.turns, "turn")): "
                + "\(summary.answered) answered (\(summary.survived.values.reduce(0, +)) of them in spite of a failure), "
                + "\(failed) failed by name, \(summary.unexplained.count) unexplained")
        for (name, count) in summary.failedByName.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(8) {
            terminal.note("  \(count) × \(name)")
        }
        for failure in summary.unexplained.prefix(10) {
            terminal.problem(
                "talk \(failure.talk), \(failure.step): \(Terminal.plain(failure.reason))\n  \(failure.replay)")
        }
        terminal.note(
            "  p50 \(Figures.milliseconds(summary.p50Ns)), p95 \(Figures.milliseconds(summary.p95Ns)), "
                + "max \(Figures.milliseconds(summary.maxNs)) over the turns that were answered")
        terminal.note("  seed \(summary.seed), \(summary.events) events, digest \(summary.digest)")
        terminal.note("  report: \(folder)/simulation.json")
    }

    private func simulateOne(
        _ number: Int, _ request: SimulationRequest, _ loaded: LoadedScenario
    ) async throws -> ExitCode {
        guard let path = request.serviceTimes else {
            throw BenchError(
                .usage, "a talk alone is repeated with the service times of its simulation",
                remedy: "--service-times with the file beside simulation.json")
        }
        let times = try RecordedServiceTimes.read(absolute(path))
        let talk = try await simulation(of: loaded, request, times).hold(number)
        if let failure = talk.failure { terminal.problem(failure) }
        for turn in talk.turns { terminal.result(SimulatedTurnText.lines(of: turn)) }
        terminal.result("\(talk.events) events, digest \(talk.digest)")
        let isFine =
            talk.failure == nil && !talk.turns.contains { if case .unexplained = $0.outcome { true } else { false } }
        return ExitCode.of(isFine ? [] : [.failed])
    }
}

/// A turn of a simulated talk, for people.
private enum SimulatedTurnText {
    static func lines(of turn: SimulatedTalkResult.Turn) -> String {
        let latency = turn.latencyNs.map { Figures.milliseconds($0) } ?? "silent"
        let outcome =
            switch turn.outcome {
            case .answered: turn.answerExpected ? "answered" : "left alone"
            case .survived(let name): "answered in spite of \(name)"
            case .failedByName(let name): "failed by name: \(name)"
            case .unexplained(let reason): "UNEXPLAINED: \(reason)"
            }
        var lines = ["\(turn.step)  \(latency)  \(outcome)", "  heard: \(turn.transcript)"]
        if !turn.response.isEmpty { lines.append("  said: \(turn.response)") }
        if !turn.active.isEmpty { lines.append("  faults: \(turn.active.map(\.rawValue).joined(separator: ", "))") }
        if let problem = turn.problem { lines.append("  problem: \(problem)") }
        return lines.map(Terminal.plain).joined(separator: "\n")
    }
}

/// How far a simulation has come.
private final class SimulationProgress: Sendable {
    private let terminal: Terminal
    private let talks: Int
    private let state = Mutex((done: 0, unexplained: 0))

    init(terminal: Terminal, talks: Int) {
        self.terminal = terminal
        self.talks = talks
    }

    func talkEnded(_ talk: SimulatedTalkResult) {
        let unexplained = talk.turns.count { if case .unexplained = $0.outcome { true } else { false } }
        let (done, failed) = state.withLock { state in
            state = (state.done + 1, state.unexplained + unexplained)
            return state
        }
        if done % 20 == 0 || done == talks {
            terminal.status("\(done) of \(Figures.count(talks, "talk")), \(failed) unexplained")
        }
    }
}
