// The checks of the suites as pure functions, and the talks that they are made from.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio
import Synchronization
import Testing

@testable import SerenaBench

@Suite struct CapacitySearchTests {
    @Test(arguments: [
        (0, 16), (1, 16), (2, 16), (3, 16), (5, 16), (11, 16), (16, 16), (40, 16), (7, 7), (3, 1), (6, 7),
    ])
    func theGreatestNumberThatHoldsIsFound(_ capacity: Int, _ limit: Int) async {
        let finding = await CapacitySearch.run(limit: limit) { $0 <= capacity }
        #expect(finding.capacity == min(capacity, limit))
        #expect(finding.isLimited == (capacity >= limit))
        #expect(Set(finding.tried).count == finding.tried.count && finding.tried.count <= 9)
        #expect(finding.tried.allSatisfy { (1...limit).contains($0) })
    }
}

@Suite struct SuiteCheckTests {
    private static func talk(_ count: Int, edit: (Int, inout LongTalk.Turn) -> Void = { _, _ in }) -> LongTalk {
        let results = sampleResult([Int?](repeating: 100, count: count)).turns
        let turns = results.enumerated().map { index, result in
            var turn = LongTalk.Turn(
                result: result, openDescriptors: 20, unfinished: 0, latestFrame: .microseconds(100))
            turn.result.residentBytes = 200 << 20
            turn.result.cpuNs = 500_000_000
            edit(index, &turn)
            return turn
        }
        return LongTalk(turns: turns, failure: nil, duration: .seconds(4 * count))
    }

    private static func states(_ talk: LongTalk) -> [String: SuiteCheck.State] {
        Dictionary(uniqueKeysWithValues: PerformanceChecks.endurance(talk, cores: 2).map { ($0.name, $0.state) })
    }

    @Test func aSteadyTalkPassesEveryCheck() {
        let states = Self.states(Self.talk(60))
        #expect(states.count == 7 && states.values.allSatisfy { $0 == .passed }, "\(states)")
    }

    struct Growth: Sendable {
        var name: String
        var edit: @Sendable (Int, inout LongTalk.Turn) -> Void
    }

    @Test(arguments: [
        Growth(name: "memory per turn") { $1.result.residentBytes = Int64($0) << 20 },
        Growth(name: "latency trend") { $1.result.latencyNs = 100_000_000 + Int64($0) * 1_000_000 },
        Growth(name: "open descriptors") { $1.openDescriptors = 20 + $0 },
        Growth(name: "queue depth") { $1.unfinished = $0 / 50 },
        Growth(name: "frame drift") { $1.latestFrame = .milliseconds($0) },
        Growth(name: "throughput") { index, turn in turn.result.cpuNs = 60_000_000_000 },
        Growth(name: "endurance") { $1.result.passed = $0 != 30 },
    ])
    func whatGrowsFailsItsCheckAlone(_ growth: Growth) {
        let states = Self.states(Self.talk(60, edit: growth.edit))
        #expect(states.filter { $0.value != .passed }.keys.sorted() == [growth.name], "\(states)")
        #expect(states[growth.name] == .failed)
    }

    @Test func aShortTalkProvesNoTrend() {
        let states = Self.states(Self.talk(4))
        #expect(states["memory per turn"] == .notProven && states["endurance"] == .passed)
        #expect(Self.states(Self.talk(0))["endurance"] == .failed)
    }

    @Test(arguments: [
        (60, 100, SuiteCheck.State.passed), (10, 100, .notProven), (60, 600, .failed),
    ])
    func theBudgetIsProvenOrNot(_ turns: Int, _ latency: Int, _ state: SuiteCheck.State) {
        let result = sampleResult([Int?](repeating: latency, count: turns))
        #expect(PerformanceChecks.budget(result, report: "r").state == state)
        var invalid = result
        invalid.invalidReasons = ["frames were late"]
        #expect(PerformanceChecks.budget(invalid, report: "r").state == .invalid)
        #expect(PerformanceChecks.budget(sampleResult([nil]), report: "r").state == .failed)
    }

    @Test(arguments: [
        ([SuiteCheck.State.passed], false, ExitCode.pass), ([], false, .invalid),
        ([.passed, .failed, .invalid], false, .failed),
        ([.passed, .invalid], false, .invalid), ([.notProven], false, .invalid), ([.notProven, .passed], true, .pass),
        ([.notProven, .failed], true, .failed),
    ])
    func theWorstCheckDecides(_ states: [SuiteCheck.State], _ isQuick: Bool, _ code: ExitCode) {
        #expect(SuiteResult.exitCode(of: states.map { SuiteCheck("c", $0, "") }, isQuick: isQuick) == code)
    }

    @Test(arguments: Readiness.Verdict.allCases)
    func readinessBecomesAState(_ verdict: Readiness.Verdict) {
        var result = sampleResult([100])
        #expect(ReadinessChecks.talk(result, report: "r").state == .invalid)
        result.readiness = Readiness(judging: result, steps: [], machineState: MachineState())
        result.readiness?.verdict = verdict
        let states: [Readiness.Verdict: SuiteCheck.State] = [
            .ready: .passed, .readyWithRisks: .passed, .notProven: .notProven, .notReady: .failed, .invalid: .invalid,
        ]
        #expect(ReadinessChecks.talk(result, report: "r").state == states[verdict])
    }

    @Test func aSuiteComesBackAsItWasWritten() throws {
        let suite = SuiteResult(
            suite: .performance, quick: true, exitCode: .pass, machine: .current(),
            checks: [SuiteCheck("c", .passed, "d", figures: ["x": 1.5, "bad": .nan])], startedAt: "2026", durationNs: 1)
        let back = try JSONDocument.decode(
            SuiteResult.self, kind: SuiteResult.kind, version: 1, from: try JSONDocument.encode(suite), path: "s",
            failure: .usage)
        #expect(back == suite && back.checks[0].figures == ["x": 1.5])
    }
}

@Suite struct SuiteTalkTests {
    private static func project() throws -> (TinyProject, LoadedScenario, RunFolder) {
        let project = try TinyProject()
        let loaded = try LoadedScenario(path: project.folder + "/Scenarios/tiny.yaml")
        return (project, loaded, try RunFolder(destination: project.folder + "/out"))
    }

    @Test func aLongTalkKeepsEveryTurnOfEveryRound() async throws {
        let (project, loaded, folder) = try Self.project()
        let script = (0..<6).map { Act.answer(turn: $0, after: 50 + 10 * $0) }
        let talk = try await project.environment(script).longTalk(loaded, rounds: 3, number: 1, folder: folder)
        #expect(talk.turns.map(\.result.latencyNs) == [50, 60, 70, 80, 90, 100].map { $0 * 1_000_000 })
        #expect(Set(talk.turns.map(\.result.step)).count == 6 && talk.failure == nil)
        #expect(talk.turns.allSatisfy { $0.unfinished == 0 && ($0.openDescriptors ?? 1) > 0 })
    }

    @Test func aTurnThatIsNotEndedCountsAsWaiting() async throws {
        let (project, loaded, folder) = try Self.project()
        let script: [[Act]] = [[.begin(at: 50, turn: 0), .play(at: 400)], Act.answer(turn: 1, after: 50)]
        let talk = try await project.environment(script).longTalk(loaded, rounds: 1, number: 1, folder: folder)
        #expect(talk.turns.map(\.unfinished) == [1, 0])
    }

    @Test func fallBacksAndRecoveryAreJudgedApart() async throws {
        let (project, loaded, folder) = try Self.project()
        let steps = BenchEnvironment.withoutNetwork(loaded.steps)
        #expect(steps.map(\.step.faults) == [[.networkDown], [.networkUp]])
        let script: [[Act]] = [Act.answer(turn: 0, after: 50), []]
        let record = try await project.environment(script).suiteTalk(
            loaded, steps: steps, number: 1, on: project.environment(script).clock, folder: folder)
        #expect(ReadinessChecks.fallBacks(record).state == .passed)
        #expect(ReadinessChecks.recovery(record).state == .failed)
        #expect(ReadinessChecks.restart([record]).state == .failed)
        #expect(!PerformanceChecks.carries([record], pacingLimit: .seconds(1)))
    }

    @Test func talksWithinTheBudgetAreCarried() async throws {
        let (project, loaded, folder) = try Self.project()
        let script = [Act.answer(turn: 0, after: 50), Act.answer(turn: 1, after: 50)]
        let records = try await project.environment(script).simultaneousTalks(
            loaded, users: 1, firstNumber: 1, folder: folder)
        #expect(PerformanceChecks.carries(records, pacingLimit: .seconds(1)))
        #expect(ReadinessChecks.restart(records + records).state == .passed)
        #expect(!PerformanceChecks.carries([], pacingLimit: .seconds(1)))
    }
}
