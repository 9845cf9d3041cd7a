// Results beside baselines: what may be compared, what is judged, and what decides the exit code.

import BenchStatistics
import Foundation
import Instrumentation
import Testing

@testable import SerenaBench

/// A result of two steps in each run, around 300 and 320 ms, and what `edit` makes of its turns.
func measuredResult(
    runs: Int, delayMs: Int = 0, seed: UInt64 = 1, day: Int = 1, edit: (inout TurnResult) -> Void = { _ in }
) -> BenchResult {
    var generator = SeededGenerator(seed: seed)
    let latencies = (0..<runs).flatMap { _ in
        [300, 320].map { Int?($0 + delayMs + Int.random(in: -3...3, using: &generator)) }
    }
    var result = sampleResult(latencies, edit: edit)
    result.startedAt = "2026-01-0\(day)T00:00:00Z"
    return result
}

@Suite struct ComparisonTests {
    private static func baseline(runs: Int = 30, sessions: Int = 3) throws -> Baseline {
        try Baseline(
            name: "main",
            of: (1...sessions).map { measuredResult(runs: runs / sessions, seed: UInt64($0), day: $0) })
    }

    @Test(
        arguments: [(0, .ok, []), (40, .regressed, [.regression]), (-40, .improved, [])]
            as [(Int, Comparison.Verdict, Set<Finding>)])
    func changesAreJudgedAndDecide(delayMs: Int, verdict: Comparison.Verdict, findings: Set<Finding>) throws {
        let result = measuredResult(runs: 30, delayMs: delayMs, seed: 9)
        let comparisons = Comparison.judge(result, beside: try Self.baseline())
        #expect(comparisons.map(\.step) == [nil, nil, "one", "two"])
        #expect(comparisons.map(\.gated) == [true, true, false, false])
        #expect(comparisons.allSatisfy { $0.verdict == verdict && $0.runsToSettle == nil })
        #expect(Finding.of(comparisons, []) == findings)
        let asked = Finding.of(comparisons, [], reportingImprovement: true)
        #expect(asked.contains(.improvement) == (verdict == .improved))
        let first = try #require(comparisons.first)
        let (low, high) = (try #require(first.ratioLow), try #require(first.ratioHigh))
        let ratio = try #require(first.ratio)
        #expect(low <= ratio && ratio <= high)
        #expect(first.baselineRuns == 30 && first.runs == 30 && first.baselineTurns == 60 && first.margin ?? 0 >= 0.03)
        if delayMs != 0 { #expect(first.movedStage == "endpoint") }
    }

    @Test func tooFewRunsAreDescribed() throws {
        let comparisons = Comparison.judge(measuredResult(runs: 9), beside: try Self.baseline())
        #expect(comparisons.allSatisfy { $0.verdict == .described && !$0.gated && $0.runsToSettle == 10 })
        #expect(comparisons.allSatisfy { $0.differenceNs != nil && $0.margin == nil && $0.pWorse == nil })
    }

    @Test func aPercentileWithoutEnoughTurnsIsJudgedButDoesNotDecide() throws {
        let comparisons = Comparison.judge(measuredResult(runs: 20), beside: try Self.baseline())
        #expect(comparisons.prefix(2).map(\.metric) == ["p(50)", "p(95)"])
        #expect(comparisons.prefix(2).map(\.gated) == [true, false])
    }

    @Test func anotherMachineOrTooFewSessionsAreAdvisory() throws {
        var result = measuredResult(runs: 30, delayMs: 40)
        let few = try Self.baseline(sessions: 2)
        #expect(Comparison.judge(result, beside: few).allSatisfy { !$0.gated })
        #expect(few.notices(comparing: result).contains { $0.hasPrefix("advisory") && $0.contains("2 sessions") })
        let enough = try Self.baseline()
        #expect(enough.notices(comparing: result).isEmpty)
        result.machine = Machine(cpu: "another", cores: 8, memoryBytes: 1, os: "a system")
        let comparisons = Comparison.judge(result, beside: enough)
        #expect(comparisons.allSatisfy { !$0.gated } && comparisons[0].verdict == .regressed)
        #expect(enough.notices(comparing: result).contains { $0.contains("another machine") })
    }

    @Test func theDriftBetweenSessionsWidensTheMargin() throws {
        let drifting = try Baseline(
            name: "main", of: [0, 30, 60].map { measuredResult(runs: 10, delayMs: $0, day: $0 / 30 + 1) })
        let comparison = try #require(Comparison.judge(measuredResult(runs: 30, delayMs: 30), beside: drifting).first)
        #expect(comparison.margin ?? 0 > 0.15)
    }

    @Test func missingAnswersAreLateAndGiveNoFigureThatIsNone() throws {
        let result = measuredResult(runs: 30) { if $0.run % 5 == 0 { $0.latencyNs = nil } }
        let comparisons = Comparison.judge(result, beside: try Self.baseline())
        let tail = try #require(comparisons.first { $0.metric == "p(95)" })
        #expect(tail.valueNs == nil && tail.ratio == nil && tail.ratioHigh == nil && tail.verdict == .regressed)
        var whole = result
        whole.comparisons = comparisons
        #expect(throws: Never.self) { try JSONDocument.encode(whole) }
        let nothing = measuredResult(runs: 30) { $0.latencyNs = nil }
        #expect(Comparison.judge(nothing, beside: try Self.baseline())[0].verdict == .regressed)
    }

    @Test func whatDiffersIsRefused() throws {
        let baseline = try Self.baseline()
        #expect(baseline.problems(comparing: measuredResult(runs: 1)).isEmpty)
        let edits: [(inout BenchResult) -> Void] = [
            { $0.scenario.name = "other" }, { $0.inputs["new.wav"] = "1" }, { $0.settings.clock = .virtual },
            { $0.settings.variant = ["voice": "amy"] }, { $0.settings.patienceNs = 2 },
            { $0.assistant.name = "another" }, { $0.assistant.settings = ["recognizer": "x"] },
        ]
        for edit in edits {
            var result = measuredResult(runs: 1)
            edit(&result)
            #expect(baseline.problems(comparing: result).count == 1)
            #expect(throws: BenchError.self) {
                try Baseline(name: "mixed", of: [measuredResult(runs: 1, day: 2), result])
            }
        }
    }

    @Test func sessionsKeepTheirRunsApart() throws {
        let baseline = try Self.baseline(runs: 6, sessions: 3)
        #expect(baseline.sessions.map(\.firstRun) == [1, 3, 5] && baseline.sessions.map(\.lastRun) == [2, 4, 6])
        #expect(Set(baseline.samples.map(\.run)) == Set(1...6))
        let again = measuredResult(runs: 2)
        #expect(throws: BenchError.self) { try Baseline(name: "main", of: [again, again]) }
    }

    @Test func pairsWithoutAPartnerAreLeftOut() throws {
        let samples = try Self.baseline(runs: 30, sessions: 1).samples
        let comparisons = Comparison.judge(
            ComparisonSides(name: "a", base: samples, new: samples.filter { $0.run > 12 }, isPaired: true))
        #expect(comparisons.allSatisfy { $0.runs == 18 && $0.baselineRuns == 18 && $0.verdict == .ok })
    }
}

@Suite struct ExactComparisonTests {
    private static func samples(_ exact: [Int], events: [[String]]) -> [Baseline.Sample] {
        let result = sampleResult([100, 100] + [100, 100]) { $0.exact = [:] }
        return zip(result.turns.filter { $0.step == "one" }, zip(exact, events)).map { turn, pair in
            var turn = turn
            turn.exact = ["instructions": pair.0]
            turn.events = pair.1
            return Baseline.Sample(turn, run: turn.run)
        }
    }

    @Test func differencesAreNamedWithBothValues() {
        let old = Self.samples([12, 12], events: [["a", "b"], ["a", "b"]])
        let new = sampleResult([100]) {
            $0.exact = ["instructions": 13, "fresh": 1]
            $0.events = ["a", "c"]
        }
        let exact = ExactComparison(new.turns, beside: old)
        #expect(
            exact.differences == [
                ExactDifference(step: "one", metric: "instructions", baseline: "12", value: "13"),
                ExactDifference(step: "one", metric: "events", baseline: "2: b", value: "2: c"),
            ])
        #expect(Finding.of([], exact.differences) == [.regression])
    }

    @Test func whatTheBaselineItselfDisagreesOnIsSkippedAndNamed() {
        let old = Self.samples([12, 14], events: [["a"], ["b"]])
        let exact = ExactComparison(sampleResult([100]).turns, beside: old)
        #expect(exact.differences.isEmpty)
        #expect(exact.notices.first?.contains("one instructions, one events") == true)
    }

    @Test func theSameIsNoDifference() {
        let old = Self.samples([12, 12], events: [["a"], ["a"]])
        let new = sampleResult([100]) { $0.events = ["a"] }
        #expect(ExactComparison(new.turns, beside: old).differences.isEmpty)
        let lost = sampleResult([100]) {
            $0.exact = [:]
            $0.events = ["a", "b"]
        }
        #expect(ExactComparison(lost.turns, beside: old).differences.map(\.value) == ["none", "2: b"])
    }
}
