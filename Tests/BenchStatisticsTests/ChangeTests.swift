// The verdict over a change: false alarms, power, missing answers, and what would settle it.

import Foundation
import Instrumentation
import Testing

@testable import BenchStatistics

/// Runs as they come from a talk: steps of different length, noise of the run, and noise of the turn. The reference
/// engine shows about 2 ms of the one and 3 ms of the other.
struct TalkModel {
    var generator: SeededGenerator
    var runNoiseMs = 3.0
    var turnNoiseMs = 4.0
    /// The share of turns without an answer.
    var missing = 0.0

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    private mutating func gaussian() -> Double {
        let u = Double.random(in: 1e-12..<1, using: &generator)
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }

    mutating func run(steps: Int = 20, delayMs: Double = 0) -> [Int64?] {
        let offset = gaussian() * runNoiseMs
        return (0..<steps).map { step in
            if Double.random(in: 0..<1, using: &generator) < missing { return nil }
            let typical = 250 + 5 * Double(step) + (step == steps - 1 ? 60 : 0)
            return Int64((typical + offset + gaussian() * turnNoiseMs + delayMs) * 1e6)
        }
    }

    mutating func sample(runs: Int, steps: Int = 20, delayMs: Double = 0) -> RunSample {
        RunSample(runs: (0..<runs).map { _ in run(steps: steps, delayMs: delayMs) })
    }
}

@Suite struct ChangeTests {
    private static let percentiles = [0.5, 0.95]

    private static func evidence(
        _ base: RunSample, _ new: RunSample, isPaired: Bool = true, resamples: Int = 1_000, seed: UInt64 = 1
    ) -> [ChangeEvidence] {
        var generator = SeededGenerator(seed: seed)
        let floors = NoiseFloor.betweenHalves(of: base, percentiles: percentiles, splits: 100, using: &generator)
        let replicates = ClusterBootstrap.replicates(
            base: base, new: new, percentiles: percentiles, isPaired: isPaired, resamples: resamples, using: &generator)
        return zip(zip(percentiles, floors), replicates).map { pair, replicates in
            let before = base.quantile(pair.0) ?? .infinity
            return ChangeEvidence(
                base: before, new: new.quantile(pair.0) ?? .infinity, replicates: replicates,
                margin: ChangeMargin.share(base: before, noiseFloor: pair.1))
        }
    }

    private static func verdicts(_ evidence: [ChangeEvidence]) -> [ChangeVerdict] {
        ChangeVerdict.judge(evidence, level: 0.05).map(\.verdict)
    }

    @Test(arguments: [(0.0, ChangeVerdict.within), (30, .regressed), (-30, .improved)])
    func clearChangesAreSeenAndTheSameIsFoundTheSame(delayMs: Double, verdict: ChangeVerdict) {
        var model = TalkModel(seed: 3)
        let base = model.sample(runs: 20)
        let new = model.sample(runs: 20, delayMs: delayMs)
        for isPaired in [true, false] {
            #expect(Self.verdicts(Self.evidence(base, new, isPaired: isPaired)) == [verdict, verdict])
        }
    }

    @Test func theSameSeedGivesTheSameFiguresAndSidesMirrorEachOther() {
        var model = TalkModel(seed: 4)
        let (base, new) = (model.sample(runs: 12), model.sample(runs: 12, delayMs: 25))
        #expect(Self.evidence(base, new) == Self.evidence(base, new))
        #expect(Self.verdicts(Self.evidence(new, base)) == [.improved, .improved])
    }

    @Test func anAddedDelayMovesTheReplicatesExactly() {
        var model = TalkModel(seed: 8)
        model.missing = 0.03
        let base = model.sample(runs: 10)
        let plain = RunSample(runs: (0..<10).map { _ in model.run() })
        let delayed = RunSample(
            runs: plain.runs.map { run in run.map { $0.isFinite ? Int64($0) + 7_000_000 : nil } })
        func replicates(_ new: RunSample) -> [Replicates] {
            var generator = SeededGenerator(seed: 2)
            return ClusterBootstrap.replicates(
                base: base, new: new, percentiles: Self.percentiles, isPaired: true, resamples: 200, using: &generator)
        }
        #expect(replicates(plain).map { $0.delayed(by: 7_000_000) } == replicates(delayed))
    }

    /// Resampling by copying whole runs and sorting, the slow and obvious way.
    @Test func weightedQuantilesAreThoseOfTheCopiedRuns() {
        var model = TalkModel(seed: 9)
        model.missing = 0.1
        for steps in [1, 2, 7] {
            let sample = model.sample(runs: 6, steps: steps)
            for _ in 0..<50 {
                let weights = (0..<6).map { _ in Int.random(in: 0...3, using: &model.generator) }
                let copied = zip(sample.runs, weights).flatMap { run, weight in
                    (0..<weight).flatMap { _ in run }
                }.sorted()
                var ours = [0.0, 0, 0]
                sample.quantiles([0.5, 0.95, 1], weights: weights, into: &ours)
                let theirs = [0.5, 0.95, 1].map { p in
                    copied.isEmpty ? Double.infinity : copied[Quantile.rank(p, of: copied.count) - 1]
                }
                #expect(ours == theirs)
            }
        }
    }

    @Test func missingAnswersMakeNoNumberThatIsNone() {
        var model = TalkModel(seed: 5)
        let clean = model.sample(runs: 12)
        model.missing = 0.3
        let holes = model.sample(runs: 12)
        let empty = RunSample(runs: [[Int64?]](repeating: [nil, nil], count: 12))
        for (base, new) in [(clean, holes), (holes, clean), (holes, holes), (empty, empty), (clean, empty)] {
            for evidence in Self.evidence(base, new) {
                for p in [evidence.pWorse, evidence.pBetter, evidence.pOutside] { #expect(p >= 0 && p <= 1) }
                let interval = evidence.interval()
                #expect(!interval.low.isNaN && !interval.high.isNaN && interval.low <= interval.high)
                #expect(evidence.ratio?.isNaN != true)
            }
        }
        #expect(Self.verdicts(Self.evidence(clean, holes))[1] == .regressed)
        #expect(Self.verdicts(Self.evidence(empty, empty)) == [.inconclusive, .inconclusive])
        #expect(Self.evidence(empty, empty).allSatisfy { $0.runsToSettle(level: 0.05, tests: 2) == nil })
    }

    @Test func aSmallNumberOfRunsMakesPValuesLarger() {
        #expect(abs(ChangeEvidence.expanded(share: 0.02, runs: 20) - 0.0301) < 0.0005)
        for runs in [2, 5, 10, 20, 1_000] {
            for level in [0.0125, 0.025, 0.05] {
                let share = ChangeEvidence.share(level: level, runs: runs)
                #expect(share <= level)
                #expect(abs(ChangeEvidence.expanded(share: share, runs: runs) - level) < 1e-6)
            }
        }
    }

    /// 20 paired runs, as `gate-check` has them, with fewer trials.
    @Test func falseAlarmsAreRareAndFifteenMillisecondsAreSeen() {
        var model = TalkModel(seed: 7)
        var (falseAlarms, inside, seen) = (0, 0, 0)
        let trials = 40
        for trial in 0..<trials {
            let (base, new) = (model.sample(runs: 20), model.sample(runs: 20))
            let evidence = Self.evidence(base, new, resamples: 400, seed: UInt64(trial))
            func verdicts(delayMs: Double) -> [ChangeVerdict] {
                let delayed = evidence.map { one in
                    ChangeEvidence(
                        base: 1, new: 1, replicates: one.replicates.delayed(by: delayMs * 1e6), margin: one.margin)
                }
                return ChangeVerdict.judge(delayed, level: Look.first.level).map(\.verdict)
            }
            if verdicts(delayMs: 0).contains(.regressed) { falseAlarms += 1 }
            if verdicts(delayMs: 5).contains(.regressed) { inside += 1 }
            if verdicts(delayMs: 15)[0] == .regressed { seen += 1 }
        }
        #expect(falseAlarms == 0 && inside == 0)
        #expect(seen >= trials * 95 / 100, "\(seen)")
    }

    /// A true change of exactly the margin is the hardest case: there an alarm is wrong, and must be no likelier than
    /// the level. In 2,000 trials of 10 pairs it came in 3.6 %, and without the correction for few runs in 6.1 %.
    @Test(arguments: [(10, true), (10, false), (20, true)])
    func atTheVeryMarginAlarmsKeepTheirLevel(runs: Int, isPaired: Bool) {
        var model = TalkModel(seed: 21)
        let typical = model.sample(runs: 4_000).quantile(0.5) ?? 0
        let (margin, level, trials) = (0.03, 0.05, 400)
        var alarms = 0
        for _ in 0..<trials {
            let (base, new) = (model.sample(runs: runs), model.sample(runs: runs, delayMs: typical * margin / 1e6))
            let replicates = ClusterBootstrap.replicates(
                base: base, new: new, percentiles: [0.5], isPaired: isPaired, resamples: 400, using: &model.generator)
            let evidence = replicates.map { ChangeEvidence(base: 1, new: 1, replicates: $0, margin: margin) }
            if ChangeVerdict.judge(evidence, level: level).first?.verdict == .regressed { alarms += 1 }
        }
        // Three standard deviations of a share of 400.
        #expect(Double(alarms) / Double(trials) < level + 0.033, "\(alarms)")
    }

    @Test func whatIsTooNoisyToTellSaysHowManyRunsWouldTell() throws {
        var model = TalkModel(seed: 12)
        model.runNoiseMs = 60
        let (base, new) = (model.sample(runs: 10), model.sample(runs: 10, delayMs: 30))
        var generator = SeededGenerator(seed: 1)
        let replicates = ClusterBootstrap.replicates(
            base: base, new: new, percentiles: [0.5], isPaired: false, resamples: 2_000, using: &generator)
        let evidence = ChangeEvidence(base: 3e8, new: 3.3e8, replicates: try #require(replicates.first), margin: 0.03)
        #expect(Self.verdicts([evidence]) == [.inconclusive])
        #expect(try #require(evidence.runsToSettle(level: 0.05, tests: 1)) > 10)
    }

    @Test func theMarginIsTheLargestOfThree() {
        #expect(ChangeMargin.share(base: 300e6, noiseFloor: 0) == 0.03)
        #expect(ChangeMargin.share(base: 50e6, noiseFloor: 0.02) == 0.1)
        #expect(ChangeMargin.share(base: 300e6, noiseFloor: 0.08) == 0.08)
        #expect(ChangeMargin.share(base: .infinity, noiseFloor: .infinity) == 0.03)
    }

    @Test func theNoiseFloorGrowsWithTheNoiseOfTheRuns() {
        var floors: [Double] = []
        for noise in [0.5, 5, 50] {
            var model = TalkModel(seed: 6)
            model.runNoiseMs = noise
            let sample = model.sample(runs: 20)
            floors += NoiseFloor.betweenHalves(of: sample, percentiles: [0.5], using: &model.generator)
        }
        #expect(floors == floors.sorted() && floors[0] < 0.03 && floors[2] > 0.05, "\(floors)")
    }
}
