// `serena-bench ab`: two builds or two settings, measured in pairs of random order.

import AssistantInterface
import Foundation
import Instrumentation

extension BenchEnvironment {
    /// Measures both sides in pairs and says how b compares with a.
    ///
    /// When the task is cancelled, the pairs measured until then are kept as interrupted.
    public func ab(_ request: ABRequest) async -> ExitCode {
        await reporting {
            let path = try ScenarioLocator.find(request.scenario, from: directory, home: home)
            let loaded = try LoadedScenario(path: path)
            let folder =
                try request.output.map { try RunFolder(destination: absolute($0)) }
                ?? RunFolder.create(in: projectFolder + "/Reports", scenario: loaded.scenario.name + "-ab", at: now())
            do {
                let result = try await measure(request, loaded, in: folder)
                let data = try JSONDocument.encode(result)
                try folder.write(data, to: ABExperiment.fileName)
                show(result, at: try folder.commit())
                if request.printsJSON { terminal.result(String(decoding: data, as: UTF8.self)) }
                return result.exitCode
            } catch {
                folder.discard()
                throw error
            }
        }
    }

    private func measure(_ request: ABRequest, _ loaded: LoadedScenario, in folder: RunFolder) async throws -> ABResult
    {
        let settings = RunSettings(
            clock: request.clock, variant: [:], runs: request.pairs, warmup: request.warmup,
            seed: request.seed ?? loaded.scenario.seed, patienceNs: loaded.scenario.patience.nanoseconds,
            pacingLimitNs: request.pacingLimit.nanoseconds)
        let begin = clock.now
        var experiment = ABExperiment(
            request, loaded, settings, path: display(loaded.path), startedAt: now(),
            makeRun: runMaker(loaded, settings, in: folder))
        terminal.note(
            terminal.coloured(loaded.scenario.title, .bold)
                + ": \(Figures.count(request.pairs, "pair")) of runs, a is \(Terminal.plain(request.a.label)), "
                + "b is \(Terminal.plain(request.b.label))")
        try await experiment.warmUp()
        try await experiment.addPairs(upTo: request.pairs) { terminal.status($0) }
        experiment.result.judge(
            look: request.extends ? .first : .only, reportingImprovement: request.reportsImprovement)
        if request.extends, experiment.canGoOn, let pairs = experiment.result.pairsToSettle {
            if pairs <= request.pairs * ABRequest.longestExtension {
                terminal.note("\(Figures.count(request.pairs, "pair")) don't tell; going on to \(pairs)")
                try await experiment.addPairs(upTo: pairs) { terminal.status($0) }
                experiment.result.judge(look: .second, reportingImprovement: request.reportsImprovement)
            } else {
                terminal.note("it would take \(pairs) pairs to tell, too many to go on at once")
            }
        }
        experiment.result.durationNs = (clock.now - begin).nanoseconds
        return experiment.result
    }

    private func show(_ result: ABResult, at folder: String) {
        terminal.result(ComparisonText.table(result.comparisons, sides: ("a", "b")))
        for line in ComparisonText.lines(result.exactDifferences).prefix(20) { terminal.result("exact: " + line) }
        for reason in result.runFailures + result.invalidReasons { terminal.problem(Terminal.plain(reason)) }
        for (name, side) in [("a", result.a), ("b", result.b)] where side.failedTurns > 0 {
            terminal.problem("\(name): \(Figures.count(side.failedTurns, "required turn")) failed")
        }
        for notice in result.notices { terminal.note("note: " + Terminal.plain(notice)) }
        terminal.note("report: \(display(folder))/\(ABExperiment.fileName)")
    }
}

/// A paired comparison in progress.
struct ABExperiment {
    static let fileName = "ab.json"

    private let request: ABRequest
    private let makeRun: RunMaker
    private var orders: PairOrder
    private(set) var pairs = 0
    private var exactTurns: [TurnResult] = []
    var result: ABResult

    init(
        _ request: ABRequest, _ loaded: LoadedScenario, _ settings: RunSettings, path: String, startedAt: Date,
        makeRun: @escaping RunMaker
    ) {
        self.request = request
        self.makeRun = makeRun
        orders = PairOrder(seed: settings.seed)
        func side(_ side: ABRequest.Side) -> ABResult.Side {
            ABResult.Side(
                label: side.label, assistant: AssistantIdentity(name: "unknown", version: "unknown"), failedTurns: 0,
                samples: [])
        }
        result = ABResult(
            verdict: .pass, exitCode: .pass,
            scenario: ScenarioReference(
                name: loaded.scenario.name, title: loaded.scenario.title, path: path, sha256: loaded.reference.sha256),
            machine: .current(), inputs: loaded.inputs, settings: settings, a: side(request.a), b: side(request.b),
            order: [], look: .only, comparisons: [], exactDifferences: [], runFailures: [], invalidReasons: [],
            notices: loaded.notices, startedAt: Date.ISO8601FormatStyle().format(startedAt), durationNs: 0,
            interrupted: false)
    }

    /// Whether more pairs would make sense: nothing broke off or is invalid.
    var canGoOn: Bool {
        result.runFailures.isEmpty && result.invalidReasons.isEmpty && !result.interrupted
    }

    /// Runs that are not counted, of both sides in turn.
    func warmUp() async throws {
        for number in 0..<request.warmup where !Task.isCancelled {
            for side in [request.a, request.b] { _ = try await makeRun(side, -number) }
        }
    }

    /// Measures pairs until there are `count`, a run breaks off, or the task is cancelled.
    mutating func addPairs(upTo count: Int, onPair: (String) -> Void) async throws {
        while pairs < count, canGoOn {
            onPair("pair \(pairs + 1)/\(count) …")
            try await addPair()
        }
        if pairs > 0 {
            result.exactDifferences = ExactComparison(exactTurns, beside: result.a.samples).differences
        }
    }

    private mutating func addPair() async throws {
        let number = pairs + 1
        let isAFirst = orders.next()
        var outcomes: [Bool: RunOutcome] = [:]
        for isA in [isAFirst, !isAFirst] {
            // Both runs of a pair have the same number, and with it the same seed.
            let outcome = try await makeRun(isA ? request.a : request.b, number)
            outcomes[isA] = outcome
            if let failure = outcome.failure {
                result.runFailures.append("pair \(number), \(isA ? "a" : "b"): \(failure)")
            }
            if outcome.isInterrupted || Task.isCancelled {
                result.interrupted = true
                result.invalidReasons.append("the comparison was interrupted; this is what was measured until then")
            }
            guard canGoOn else { return }
        }
        guard let a = outcomes[true], let b = outcomes[false] else { return }
        pairs = number
        result.order.append(isAFirst ? "a" : "b")
        keep(a, number, in: \.a)
        keep(b, number, in: \.b)
        if exactTurns.isEmpty { exactTurns = b.turns }
    }

    private mutating func keep(_ outcome: RunOutcome, _ pair: Int, in side: WritableKeyPath<ABResult, ABResult.Side>) {
        let name = side == \ABResult.a ? "a" : "b"
        result[keyPath: side].samples += outcome.turns.map { Baseline.Sample($0, run: pair) }
        result[keyPath: side].failedTurns += outcome.turns.count { $0.isFailure }
        if let identity = outcome.identity { result[keyPath: side].assistant = identity }
        let limit = result.settings.pacingLimitNs
        if outcome.pacing.p99Ns > limit {
            result.invalidReasons.append(
                "pair \(pair), \(name): frames were late (p99 \(Figures.milliseconds(outcome.pacing.p99Ns)), limit "
                    + "\(Figures.milliseconds(limit))); the machine was too busy to keep time")
        }
    }
}

/// Which side comes first, pair by pair: at random, but each equally often in every block of four, so that a drift of
/// the machine falls on both.
struct PairOrder {
    private var generator: SeededGenerator
    private var block: [Bool] = []

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    /// Whether a comes first in the next pair.
    mutating func next() -> Bool {
        if block.isEmpty { block = [true, true, false, false].shuffled(using: &generator) }
        return block.popLast() ?? true
    }
}
