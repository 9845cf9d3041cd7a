// Readiness: the worst gate decides, and everything that it rests on is named.

import AssistantInterface
import BenchStatistics
import Foundation
import Testing

@testable import SerenaBench

@Suite struct ReadinessTests {
    /// Runs of two steps each, as ready as can be.
    private static func result(runs: Int = 30, latency: Int = 100, edit: (inout TurnResult) -> Void = { _ in })
        -> BenchResult
    {
        var result = sampleResult([Int?](repeating: latency, count: runs * 2), edit: edit)
        result.settings.patienceNs = 1_500_000_000
        result.planted = (1...max(1, runs)).flatMap { run in
            PlantedFault.Kind.allCases.map { PlantedFault(run: run, kind: $0, caught: true, detail: "") }
        }
        return result
    }

    private static let steps = [
        Step(id: "one", say: "tone", audio: "one.wav"),
        Step(id: "two", say: "tone", audio: "two.wav", faults: [.networkDown]),
    ]

    private static func judge(_ result: BenchResult, machineState: MachineState = MachineState()) -> Readiness {
        Readiness(judging: result, steps: steps, machineState: machineState)
    }

    private static func state(_ id: String, of readiness: Readiness) -> ReadinessGate.State? {
        readiness.gates.first { $0.id == id }?.state
    }

    @Test func aTalkThatHoldsEverythingIsReady() {
        let readiness = Self.judge(Self.result())
        #expect(readiness.verdict == .ready, "\(readiness.gates)")
        #expect(readiness.gates.map(\.id) == ["A", "B", "C", "D"])
        #expect(readiness.gates.map(\.state) == [.passed, .passed, .passed, .notJudged])
        #expect(readiness.runsToProve == nil && readiness.risks.isEmpty)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var verdict: Readiness.Verdict
        var gate: String
        var state: ReadinessGate.State
        var edit: @Sendable (inout BenchResult) -> Void
    }

    private static let cases: [Case] = [
        Case(testDescription: "an invalid reason", verdict: .invalid, gate: "A", state: .failed) {
            $0.invalidReasons = ["frames were late"]
        },
        Case(testDescription: "no hashes", verdict: .invalid, gate: "A", state: .failed) { $0.inputs = [:] },
        Case(testDescription: "no planted fault observed", verdict: .readyWithRisks, gate: "A", state: .passedWithRisks)
        {
            $0.planted = []
        },
        Case(testDescription: "a failed step", verdict: .notReady, gate: "B", state: .failed) {
            $0.turns[5].passed = false
        },
        Case(testDescription: "a crash", verdict: .notReady, gate: "B", state: .failed) {
            $0.runFailures = ["run 31: the assistant could not start"]
        },
        Case(testDescription: "an answer to an aside", verdict: .notReady, gate: "B", state: .failed) {
            $0.turns[5].answerExpected = false
            $0.turns[5].required = false
            $0.turns[5].passed = false
        },
        Case(testDescription: "a task run for an aside", verdict: .notReady, gate: "B", state: .failed) {
            $0.turns[5].answerExpected = false
            $0.turns[5].latencyNs = nil
        },
        Case(testDescription: "a long silence", verdict: .notReady, gate: "B", state: .failed) {
            $0.turns[5].latencyNs = 2_000_000_000
        },
        Case(testDescription: "a failed optional step", verdict: .readyWithRisks, gate: "B", state: .passedWithRisks) {
            $0.turns[5].required = false
            $0.turns[5].passed = false
        },
        Case(testDescription: "an expected failure", verdict: .readyWithRisks, gate: "B", state: .passedWithRisks) {
            $0.turns[5].expectedFailure = "heavy noise"
            $0.turns[5].passed = false
        },
        Case(testDescription: "a mark that is not needed", verdict: .readyWithRisks, gate: "B", state: .passedWithRisks)
        {
            $0.turns[5].expectedFailure = "heavy noise"
        },
        Case(testDescription: "a part that failed", verdict: .readyWithRisks, gate: "B", state: .passedWithRisks) {
            $0.turns[5].problem = "the disk is full"
        },
        Case(testDescription: "too few runs", verdict: .notProven, gate: "B", state: .notProven) {
            $0.turns.removeAll { $0.run > 9 }
        },
        Case(testDescription: "a budget exceeded", verdict: .notReady, gate: "C", state: .failed) {
            $0.budgets[0].state = .failed
        },
        Case(testDescription: "a warning exceeded", verdict: .readyWithRisks, gate: "C", state: .passedWithRisks) {
            $0.budgets[0].state = .failed
            $0.budgets[0].level = .warn
        },
        Case(testDescription: "a budget not proven", verdict: .notProven, gate: "C", state: .notProven) {
            $0.budgets[0].state = .notProven
            $0.budgets[0].turnsToSettle = 93
        },
        Case(testDescription: "no budget", verdict: .ready, gate: "C", state: .notJudged) { $0.budgets = [] },
        Case(testDescription: "a regression", verdict: .notReady, gate: "D", state: .failed) {
            $0.comparisons = [comparison(.regressed)]
        },
        Case(testDescription: "an advisory regression", verdict: .readyWithRisks, gate: "D", state: .passedWithRisks) {
            $0.comparisons = [comparison(.regressed, gated: false)]
        },
        Case(testDescription: "nothing to be told apart", verdict: .notProven, gate: "D", state: .notProven) {
            $0.comparisons = [comparison(.inconclusive)]
        },
        Case(testDescription: "no worse", verdict: .ready, gate: "D", state: .passed) {
            $0.comparisons = [comparison(.ok)]
        },
        Case(testDescription: "described only", verdict: .ready, gate: "D", state: .notJudged) {
            $0.comparisons = [comparison(.described)]
        },
        Case(testDescription: "another instruction count", verdict: .notReady, gate: "D", state: .failed) {
            $0.exactDifferences = [ExactDifference(step: "one", metric: "instructions", baseline: "1", value: "2")]
        },
    ]

    private static func comparison(_ verdict: Comparison.Verdict, gated: Bool = true) -> Comparison {
        Comparison(
            baseline: "main", step: nil, metric: "p(50)", baselineNs: 1, valueNs: 2, differenceNs: 1, ratio: 2,
            ratioLow: nil,
            ratioHigh: nil, margin: nil, pWorse: nil, pBetter: nil, baselineRuns: 1, runs: 1, baselineTurns: 1,
            turns: 1,
            verdict: verdict, gated: gated, runsToSettle: 44, movedStage: "endpoint", movedStageNs: 1)
    }

    @Test(arguments: cases)
    func theWorstGateDecides(_ example: Case) {
        var result = Self.result()
        example.edit(&result)
        let readiness = Self.judge(result)
        #expect(readiness.verdict == example.verdict, "\(readiness.gates)")
        #expect(Self.state(example.gate, of: readiness) == example.state)
        let isPlain = [.passed, .notJudged].contains(example.state)
        #expect(readiness.gates.first { $0.id == example.gate }?.causes.isEmpty == isPlain)
    }

    @Test func whatIsInvalidIsNothingElse() {
        var result = Self.result { $0.passed = false }
        result.invalidReasons = ["run 2, step two: the stages miss the latency by 3.0 ms"]
        let readiness = Self.judge(result)
        #expect(readiness.verdict == .invalid)
        #expect(readiness.gates[0].causes.first?.step == "two" && readiness.gates[0].causes.first?.run == 2)
    }

    @Test func aCauseNamesTheTurnAndTheCommandThatReplaysIt() throws {
        var result = Self.result()
        result.turns[5].passed = false
        result.turns[5].failures = ["no answer was heard"]
        result.settings.seed = 20
        result.scenario.path = "My Talks/it's.yaml"
        let cause = try #require(Self.judge(result).gates[1].causes.first)
        #expect(cause.step == "two" && cause.run == 3 && cause.recording == "one.wav" && cause.offsetNs == 6_250_000)
        #expect(cause.replay == #"serena-bench run 'My Talks/it'\''s.yaml' --seed 22 --runs 1"#)
        #expect(cause.text == "run 3, two, with network-down: no answer was heard")
    }

    @Test(arguments: [
        (1, nil as Int?, 9 as Int?), (9, nil, 1), (4, 93, 43), (30, 93, 17), (20, 59, 10),
    ])
    func notProvenSaysHowManyRunsWouldTell(_ runs: Int, _ turnsToSettle: Int?, _ more: Int?) {
        var result = Self.result(runs: runs)
        result.budgets[0].state = turnsToSettle == nil ? .proven : .notProven
        result.budgets[0].turnsToSettle = turnsToSettle
        let readiness = Self.judge(result)
        #expect(readiness.verdict == .notProven && readiness.runsToProve == more)
    }

    @Test func aBudgetThatNoNumberOfRunsWouldProveNamesNone() {
        var result = Self.result()
        result.budgets[0].state = .notProven
        result.budgets[0].turnsToSettle = nil
        #expect(Self.judge(result).runsToProve == nil)
    }

    @Test(arguments: [(30, 0, "30 of 30 runs clean: (1 − 0.95)^(1/30) = 0.905"), (20, 1, "19 of 20 runs clean")])
    func confidenceShowsItsFormulaWithItsNumbers(_ runs: Int, _ broken: Int, _ formula: String) {
        let readiness = Self.judge(Self.result(runs: runs) { if $0.run <= broken { $0.passed = false } })
        let confidence = readiness.confidence
        #expect(confidence.formula.hasPrefix(formula), "\(confidence.formula)")
        #expect(confidence.cleanRuns == runs - broken && confidence.runs == runs && confidence.level == 0.95)
        #expect(confidence.lowerBound == Binomial.lowerBound(successes: runs - broken, of: runs, confidence: 0.95))
    }

    @Test func risksAreNamedBeforeAnythingIsProven() {
        let readiness = Self.judge(Self.result(runs: 2) { if $0.step == "two" { $0.expectedFailure = "heavy noise" } })
        #expect(readiness.verdict == .notProven)
        #expect(readiness.risks == ["two passes although it is marked as expected to fail; the mark can go"])
    }

    @Test func aTaskDoneInSilenceIsIntendedWhenTheStepNamesIt() {
        var result = Self.result()
        result.turns[5].answerExpected = false
        result.turns[5].latencyNs = nil
        result.turns[5].expectedIntent = "stop"
        #expect(Self.judge(result).verdict == .ready)
    }

    @Test func nothingAtAllIsNeverReady() {
        for latencies in [[], [nil]] as [[Int?]] {
            var result = sampleResult(latencies)
            result.runFailures = latencies.isEmpty ? ["run 1: the assistant could not start"] : []
            let readiness = Self.judge(result)
            #expect(readiness.verdict == .notReady && readiness.confidence.lowerBound == 0)
        }
    }

    // MARK: Checklist

    @Test(arguments: [
        (MachineState(freeDiskBytes: 1 << 20), "disk", ChecklistItem.State.failed),
        (MachineState(freeDiskBytes: 500 << 20), "disk", .warning), (MachineState(freeDiskBytes: 1 << 40), "disk", .ok),
        (MachineState(availableMemoryBytes: 1 << 20), "memory", .warning),
        (MachineState(availableMemoryBytes: 1 << 33), "memory", .ok),
        (MachineState(load: 1.5, cores: 2), "processor", .warning),
        (MachineState(load: 0.1, cores: 2), "processor", .ok),
        (MachineState(load: 0.1, cores: 2, governor: "powersave"), "processor", .warning),
        (MachineState(power: .battery(percent: 40)), "power", .warning),
        (MachineState(power: .charging(percent: nil)), "power", .ok), (MachineState(power: .mainsOnly), "power", .ok),
        (MachineState(hasRoute: false), "network", .ok),
        (MachineState(hasSoundDevice: false), "audio device", .askPerson),
    ])
    func theMachineIsAskedWhatItCanTell(_ machineState: MachineState, _ name: String, _ state: ChecklistItem.State) {
        let readiness = Self.judge(Self.result(), machineState: machineState)
        let item = readiness.checklist.first { $0.name == name }
        #expect(item?.state == state)
        #expect((item?.remedy == nil) == (state == .ok))
        #expect(readiness.verdict == (state == .warning || state == .failed ? .readyWithRisks : .ready))
    }

    @Test func whatTheSystemDoesNotTellIsNotOnTheList() {
        let names = Self.judge(Self.result()).checklist.map(\.name)
        #expect(names == ["assistant", "parts", "clock", "fall-backs", "baseline", "stage sound"])
    }

    @Test(arguments: [
        ("2026-01-01T00:00:00Z", "a processor", ChecklistItem.State.ok),
        ("2025-10-01T00:00:00Z", "a processor", .warning),
        ("2026-01-01T00:00:00Z", "another", .warning), ("yesterday", "a processor", .warning),
    ])
    func aBaselineIsFreshOrNot(_ measuredAt: String, _ cpu: String, _ state: ChecklistItem.State) throws {
        let result = Self.result()
        var baseline = try Baseline(name: "main", of: result)
        baseline.measuredAt = measuredAt
        baseline.machine = Machine(cpu: cpu, cores: 2, memoryBytes: 1 << 34, os: "a system")
        let readiness = Readiness(judging: result, steps: Self.steps, baseline: baseline, machineState: MachineState())
        #expect(readiness.checklist.first { $0.name == "baseline" }?.state == state)
    }

    @Test func fallBacksThatDidNotHoldAreNamed() throws {
        let readiness = Self.judge(Self.result { if $0.step == "two" { ($0.required, $0.passed) = (false, false) } })
        let item = try #require(readiness.checklist.first { $0.name == "fall-backs" })
        #expect(
            item.state == .warning && item.detail.contains("two")
                && readiness.risks.contains { $0.contains("network-down") })
    }

    @Test func thisMachineCanBeLookedAt() {
        let machineState = MachineState.current(folder: "/tmp/not/there")
        #expect((machineState.freeDiskBytes ?? 0) > 0 && machineState.program?.count == 16)
        #if os(Linux)
            #expect((machineState.availableMemoryBytes ?? 0) > 0 && machineState.load != nil)
        #endif
    }

    // MARK: Recommendations and expiry

    @Test func recommendationsAreRankedByTheTimeTheyWouldSave() {
        let result = Self.result(latency: 400) { turn in
            if turn.run == 30 {
                turn.stagesNs = ["endpoint": 300_000_000, "transcript": 90_000_000, "firstAudio": 1_000_000]
            }
            turn.wordErrorRate = turn.run == 2 ? 0.5 : 0
        }
        let advice = Self.judge(result).recommendations
        let savings = advice.map { $0.savesNs ?? 0 }
        #expect(savings == savings.sorted(by: >) && savings.first == 60_000_000)
        #expect(advice.first?.evidence.contains("360 ms") == true && advice.first?.evidence.contains("300 ms") == true)
        #expect(advice.first?.text.contains("wait") == true)
        #expect(advice.last?.evidence.contains("50 %") == true && advice.last?.savesNs == nil)
    }

    @Test func aFastTalkWithoutErrorsNeedsNoAdvice() {
        #expect(Self.judge(Self.result(latency: 4)).recommendations.isEmpty)
    }

    @Test(arguments: Readiness.Part.allCases)
    func theVerdictExpiresWhenAPartChanges(_ part: Readiness.Part) {
        let readiness = Self.judge(Self.result(), machineState: MachineState(program: "p1"))
        #expect(readiness.expired(comparedWith: readiness.holdsFor).isEmpty)
        var present = readiness.holdsFor
        #expect(present[part.rawValue] != nil)
        present[part.rawValue] = "something else"
        #expect(readiness.expired(comparedWith: present) == [part.rawValue])
        present[part.rawValue] = nil
        #expect(readiness.expired(comparedWith: present).isEmpty)
    }

    @Test func everyPartOfTheMachineHasAFingerprintOfItsOwn() {
        let first = Self.judge(Self.result())
        var other = Self.result()
        other.assistant.inputs = ["model/a": "1"]
        other.assistant.settings = ["waitMs": "1"]
        other.machine = Machine(cpu: "another", cores: 1, memoryBytes: 1, os: "")
        other.inputs["x"] = "1"
        other.assistant.version = "2"
        let expired = first.expired(comparedWith: Self.judge(other).holdsFor)
        #expect(expired == ["code", "machine", "model", "scenario", "settings"])
    }
}
