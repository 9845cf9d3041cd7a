// `serena-bench suite`: runs a suite of named checks and leaves `suite.json`.

import Foundation
import Instrumentation
import Synchronization

/// What `suite` was asked for.
public struct SuiteRequest: Sendable {
    public var suite: SuiteName
    /// Measures little, in minutes: shows that nothing speaks against it, proves nothing.
    public var isQuick: Bool
    /// The folder of `suite.json`; nil is a new one below `Reports`.
    public var output: String?
    public var pacingLimit: Duration
    public var clock = RunClock.realtime
    /// Whether `suite.json` goes to the standard output instead of the table.
    public var printsJSON: Bool

    public init(
        suite: SuiteName, isQuick: Bool = false, output: String? = nil,
        pacingLimit: Duration = RunRequest.standardPacingLimit, printsJSON: Bool = false
    ) {
        self.suite = suite
        self.isQuick = isQuick
        self.output = output
        self.pacingLimit = pacingLimit
        self.printsJSON = printsJSON
    }
}

extension BenchEnvironment {
    /// Runs a suite. A check that cannot be made fails, and does not keep the others from being made.
    public func suite(_ request: SuiteRequest) async -> ExitCode {
        await reporting {
            let startedAt = now()
            let begin = clock.now
            let folder =
                try request.output.map { try RunFolder(destination: absolute($0)) }
                ?? RunFolder.create(
                    in: projectFolder + "/Reports", scenario: "suite-\(request.suite.rawValue)", at: startedAt)
            do {
                let checks =
                    switch request.suite {
                    case .performance: try await performanceChecks(request, folder)
                    case .readiness: try await readinessChecks(request, folder)
                    }
                let result = SuiteResult(
                    suite: request.suite, quick: request.isQuick,
                    exitCode: SuiteResult.exitCode(of: checks, isQuick: request.isQuick),
                    machine: .current(), checks: checks, startedAt: Date.ISO8601FormatStyle().format(startedAt),
                    durationNs: (clock.now - begin).nanoseconds)
                let json = try JSONDocument.encode(result)
                try folder.write(json, to: SuiteResult.fileName)
                let place = try folder.commit()
                terminal.result(request.printsJSON ? String(decoding: json, as: UTF8.self) : SuiteText.text(result))
                terminal.note("report: \(display(place))/\(SuiteResult.fileName)")
                return result.exitCode
            } catch {
                folder.discard()
                throw error
            }
        }
    }

    /// The talk that is short enough to be repeated.
    private static let shortTalk = "smoke"
    private static let wholeTalk = "ted"
    private static let tagOfLongTalks = "endurance"

    private func load(_ scenario: String) throws -> LoadedScenario {
        try LoadedScenario(path: ScenarioLocator.find(scenario, from: directory, home: home))
    }

    private func performanceChecks(_ request: SuiteRequest, _ folder: RunFolder) async throws -> [SuiteCheck] {
        let short = try load(Self.shortTalk)
        terminal.note("sub-500 ms …")
        // Four times the sixteen answers of the whole talk are more than the 59 that a proof needs at the least.
        var run = RunRequest(
            scenario: request.isQuick ? Self.shortTalk : Self.wholeTalk, runs: request.isQuick ? 1 : 4,
            pacingLimit: request.pacingLimit)
        run.clock = request.clock
        var checks = try await runAll(run).map { PerformanceChecks.budget($0.result, report: display($0.folder)) }

        terminal.note("concurrency …")
        let numbers = NumberSource()
        let finding = try await CapacitySearch.run(limit: request.isQuick ? 2 : 32) { users in
            terminal.status("  \(Figures.count(users, "user")) …")
            let records = try await simultaneousTalks(
                short, users: users, firstNumber: numbers.take(users), on: request.clock, folder: folder)
            return PerformanceChecks.carries(records, pacingLimit: request.pacingLimit)
        }
        checks.append(PerformanceChecks.concurrency(finding))

        terminal.note("one long talk …")
        let talk = try await longTalk(
            short, rounds: request.isQuick ? 3 : 40, number: numbers.take(1), on: request.clock, folder: folder)
        return checks + PerformanceChecks.endurance(talk, cores: Machine.current().cores)
    }

    private func readinessChecks(_ request: SuiteRequest, _ folder: RunFolder) async throws -> [SuiteCheck] {
        var checks: [SuiteCheck] = []
        for scenario in request.isQuick ? [Self.shortTalk] : try shippedScenarios() {
            terminal.note("readiness of \(scenario) …")
            var run = RunRequest(
                scenario: scenario, runs: request.isQuick ? 1 : GateRequest.standardRuns,
                pacingLimit: request.pacingLimit)
            run.clock = request.clock
            for (result, report) in try await runAll(run) {
                checks.append(ReadinessChecks.talk(result, report: display(report)))
                guard !result.interrupted else { return checks }
            }
        }
        terminal.note("fall-backs, recovery and restart …")
        let short = try load(Self.shortTalk)
        let (offline, _) = try await request.clock.perform(realtime: clock) { clock in
            try await suiteTalk(short, steps: Self.withoutNetwork(short.steps), number: 1, on: clock, folder: folder)
        }
        let (again, _) = try await request.clock.perform(realtime: clock) { clock in
            try await suiteTalk(short, steps: short.steps, number: 2, on: clock, folder: folder)
        }
        return checks + [
            ReadinessChecks.fallBacks(offline), ReadinessChecks.recovery(offline),
            ReadinessChecks.restart([offline, again]),
        ]
    }

    /// The scenarios of the project. Those that last for hours show what wears out, which is the other suite's business.
    private func shippedScenarios() throws(BenchError) -> [String] {
        let folder = "\(projectFolder)/\(ScenarioLocator.folder)"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix(".yaml") }.sorted()
        guard !names.isEmpty else { throw BenchError(.usage, "there are no scenarios in \(folder)") }
        var paths: [String] = []
        for path in names.map({ "\(folder)/\($0)" }) {
            let isLong = try LoadedScenario(path: path).scenario.tags.contains(Self.tagOfLongTalks)
            if !isLong { paths.append(path) }
        }
        return paths
    }
}

/// Numbers for talks, so that no two assistants of a suite share a folder.
private final class NumberSource: Sendable {
    private let next = Mutex(1)

    /// The first of `count` numbers that nobody else has.
    func take(_ count: Int) -> Int {
        next.withLock { next in
            defer { next += count }
            return next
        }
    }
}
