// Exact bounds against published tables, and the verdict over a budget.

import BenchStatistics
import Instrumentation
import Testing

@Suite struct BoundTests {
    /// Two-sided 95 % limits from the tables of Clopper and Pearson as reprinted in Zar, "Biostatistical Analysis",
    /// table B.25.
    @Test(arguments: [
        (0, 10, 0.0, 0.3085), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0),
        (2, 20, 0.0123, 0.3170), (10, 20, 0.2720, 0.7280), (19, 20, 0.7513, 0.9987),
    ])
    func exactLimitsAreThoseOfTheTables(successes: Int, trials: Int, low: Double, high: Double) {
        let lower = BinomialDistribution.lowerBound(successes: successes, of: trials, confidence: 0.975)
        let upper = BinomialDistribution.upperBound(successes: successes, of: trials, confidence: 0.975)
        #expect(abs(lower - low) < 0.00006 && abs(upper - high) < 0.00006, "\(lower) \(upper)")
    }

    @Test func twentyCleanShowsSupportEightySixPercent() {
        #expect(abs(BinomialDistribution.nextShowSucceeds(clean: 20, of: 20) - 0.8609) < 0.0001)
        #expect(BinomialDistribution.nextShowSucceeds(clean: 0, of: 0) == 0)
    }

    @Test(arguments: [
        (0, 59, 0.95, BudgetVerdict.proven), (0, 58, 0.95, .notProven(turnsToSettle: 59)),
        (1, 93, 0.95, .proven), (1, 92, 0.95, .notProven(turnsToSettle: 93)),
        (0, 299, 0.99, .proven), (0, 298, 0.99, .notProven(turnsToSettle: 299)),
        (2, 59, 0.95, .notProven(turnsToSettle: 482)), (3, 59, 0.95, .failed),
        (2, 40, 0.95, .notProven(turnsToSettle: nil)),
        (0, 0, 0.95, .notProven(turnsToSettle: 59)), (5, 5, 0.95, .failed),
        (0, 1, 1, .proven), (1, 300, 1, .failed), (0, 0, 1, .notProven(turnsToSettle: 1)),
    ])
    func aBudgetIsProvenAtTheBinomialBound(_ late: Int, _ turns: Int, _ p: Double, _ verdict: BudgetVerdict) {
        #expect(BudgetVerdict(late: late, of: turns, percentile: p) == verdict)
    }

    @Test func theNumberThatSettlesItDoesSettleItWithTheSameShare() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let turns = Int.random(in: 1...500, using: &generator)
            let late = Int.random(in: 0...max(1, turns / 20), using: &generator)
            guard case .notProven(let more?) = BudgetVerdict(late: late, of: turns, percentile: 0.95) else { continue }
            let lateThen = Int((Double(late) * Double(more) / Double(turns)).rounded())
            #expect(more > turns)
            #expect(BudgetVerdict(late: lateThen, of: more, percentile: 0.95) == .proven, "\(late)/\(turns): \(more)")
        }
    }

    @Test func moreLateTurnsNeverMakeAVerdictBetter() {
        func rank(_ verdict: BudgetVerdict) -> Int {
            switch verdict {
            case .proven: 0
            case .notProven: 1
            case .failed: 2
            }
        }
        for turns in stride(from: 1, through: 400, by: 7) {
            let ranks = (0...turns).prefix(60).map { rank(BudgetVerdict(late: $0, of: turns, percentile: 0.95)) }
            #expect(ranks == ranks.sorted())
        }
    }

    /// The worked example of Holm (1979) as used by R's documentation of `p.adjust`, and one with a tie and a cap at 1.
    @Test(
        arguments: [
            ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]), ([0.5, 0.9], [1.0, 1.0]), ([], []), ([0.02], [0.02]),
            ([0.01, 0.01], [0.02, 0.02]),
        ] as [([Double], [Double])])
    func holmStepsDown(_ p: [Double], _ adjusted: [Double]) {
        for (ours, theirs) in zip(HolmCorrection.adjusted(p), adjusted) { #expect(abs(ours - theirs) < 1e-12) }
    }
}
