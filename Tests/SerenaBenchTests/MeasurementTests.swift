// Quantiles, budgets, exit codes, and the account of a turn's stages.

import BenchStatistics
import AssistantInterface
import Instrumentation
import Testing

@testable import SerenaBench

@Suite struct QuantileTests {
    private static let table: [(Double, [Int64?], Int64?)] = [
        (0.5, [1, 2, 3, 4], 2), (0.5, [3, 1, 2], 2), (0.95, [1], 1), (1, [4, 9, 2], 9),
        (0.25, [1, 2, 3, 4], 1), (0.26, [1, 2, 3, 4], 2), (0.5, [nil, 1, 2], 2),
        (0.99, [nil, 1, 2], nil),
        (0.5, [nil, nil, 1], nil), (0.5, [], nil), (0, [1], nil), (0.5, [-5, 1, 2], 1),
    ]

    @Test(arguments: table)
    func quantilesAreNearestRankAndMissingAnswersAreLast(
        _ p: Double, _ samples: [Int64?], _ expected: Int64?
    ) {
        #expect(Quantile.nearestRank(p, of: samples) == expected)
    }

    @Test func everyRankIsReachedExactly() {
        let samples = (1...20).map { Int64?($0) }
        for rank in 1...20 {
            #expect(Quantile.nearestRank(Double(rank) / 20, of: samples.shuffled()) == Int64(rank))
        }
    }

    @Test(arguments: [(0.95, 59), (0.99, 299), (0.5, 5), (0.9, 29), (1, 1)])
    func aPercentileNeedsEnoughTurns(_ p: Double, _ turns: Int) {
        #expect(Quantile.samplesNeeded(for: p) == turns)
    }
}

@Suite struct BudgetTests {
    private static func turns(_ fast: Int, late: Int = 0, missing: Int = 0) -> [Int64?] {
        Array(repeating: 100_000_000, count: fast) + Array(repeating: 900_000_000, count: late)
            + Array(repeating: nil, count: missing)
    }

    @Test(
        arguments: [
            (59, 0, 0, BudgetResult.State.proven, nil), (58, 0, 0, .notProven, 59), (57, 2, 0, .notProven, 482),
            (92, 1, 0, .proven, nil), (56, 3, 0, .failed, nil), (56, 0, 3, .failed, nil), (57, 0, 2, .notProven, 482),
            (0, 0, 0, .notProven, 59), (10, 40, 0, .notProven, nil),
        ] as [(Int, Int, Int, BudgetResult.State, Int?)])
    func aBudgetIsHeldAgainstTheBinomialBound(
        _ fast: Int, _ late: Int, _ missing: Int, _ state: BudgetResult.State, _ settle: Int?
    ) {
        let budget = BudgetResult(.standard, latencies: Self.turns(fast, late: late, missing: missing))
        #expect(budget.state == state)
        #expect(budget.over == late + missing)
        #expect(budget.turnsToSettle == settle)
        #expect(budget.gated == (fast + late + missing >= 59))
    }

    @Test func aValueAtTheLimitIsOverIt() {
        let threshold = Threshold(metric: .maximum, limit: .milliseconds(500))
        #expect(BudgetResult(threshold, latencies: [500_000_000]).state == .failed)
        #expect(BudgetResult(threshold, latencies: [499_999_999]).state == .proven)
    }

    @Test func aWarningDoesNotGate() {
        let threshold = Threshold(metric: .maximum, limit: .milliseconds(1), level: .warn)
        let budget = BudgetResult(threshold, latencies: [500_000_000])
        #expect(budget.state == .failed && !budget.gated)
    }
}

@Suite struct ExitCodeTests {
    private static let table: [(Set<Finding>, ExitCode)] = [
        ([], ExitCode.pass), ([.improvement], .improvement), ([.inconclusive, .improvement], .invalid),
        ([.regression, .inconclusive], .regression), ([.budgetExceeded, .regression], .budget),
        ([.invalid, .budgetExceeded], .invalid), ([.notComparable, .invalid], .baseline),
        ([.failed, .notComparable, .invalid], .failed), ([.unusableInput, .failed], .usage),
    ]

    @Test(arguments: table)
    func theWeightiestFindingDecides(_ findings: Set<Finding>, _ code: ExitCode) {
        #expect(ExitCode.of(findings) == code)
    }

    @Test func everyFindingHasItsPlaceAndNoneIsAPass() {
        #expect(ExitCode.of(Set(Finding.allCases)) == .usage)
        for finding in Finding.allCases { #expect(ExitCode.of([finding]) != .pass) }
    }

    @Test func theNumbersAreThoseOfTheInterface() {
        #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 64])
    }

    @Test func reasonsBecomeFindings() {
        var result = sampleResult([100, 200])
        #expect(ExitCode.of(result.findings) == .pass)
        result.invalidReasons = ["frames were late"]
        #expect(ExitCode.of(result.findings) == .invalid)
        result.runFailures = ["run 1: the assistant could not start"]
        #expect(ExitCode.of(result.findings) == .failed)
    }

    @Test func onlyRequiredStepsFailARun() {
        #expect(ExitCode.of(sampleResult([100, nil]).findings) == .failed)
        #expect(ExitCode.of(sampleResult([100, nil], edit: { $0.required = false }).findings) == .pass)
    }
}

@Suite struct StageAccountTests {
    private static func at(_ milliseconds: Int64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    private static func trace(firstAudio: Int64, extra: Int64? = nil) -> TurnTrace {
        var trace = TurnTrace()
        trace.record(.endpoint, from: at(10), to: at(150))
        trace.record(.transcript, from: at(-50), to: at(120))
        trace.record(.intent, from: at(150), to: at(151))
        if let extra { trace.record(.firstSentence, from: at(151), to: at(extra)) }
        trace.record(.firstAudio, from: at(151), to: at(firstAudio))
        return trace
    }

    @Test(arguments: [
        (200 as Int64, nil as Int64?, 200 as Int64, true), (201, nil, 200, true),
        (202, nil, 200, false),
        (180, nil, 200, false), (200, 230, 200, false), (0, nil, 200, false),
    ])
    func marksMustMeetTheMeasuredLatency(
        _ marked: Int64, _ extra: Int64?, _ heard: Int64, _ addsUp: Bool
    ) {
        let account = StageAccount(
            trace: Self.trace(firstAudio: marked, extra: extra), speechEnd: Self.at(0),
            firstAudible: Self.at(heard))
        #expect(account.addsUp == addsUp)
    }

    @Test func contributionsAddUpToTheLatency() {
        let account = StageAccount(
            trace: Self.trace(firstAudio: 200), speechEnd: Self.at(0), firstAudible: Self.at(200))
        #expect(account.contributions.values.reduce(0, +) == 200_000_000)
        #expect(account.contributions["transcript"] == 0)
        #expect(account.contributions["endpoint"] == 150_000_000)
    }

    @Test func anAssistantWithoutMarksIsNotJudged() {
        let account = StageAccount(trace: TurnTrace(), speechEnd: Self.at(0), firstAudible: Self.at(9))
        #expect(account.addsUp && account.contributions.isEmpty)
    }
}
