// The verdicts of a comparison: from the samples of both sides to a line for each figure.

import BenchStatistics
import Instrumentation

/// Two sets of samples to be compared.
struct ComparisonSides {
    /// What the old side is called: a baseline, or `a`.
    var name: String
    var base: [Baseline.Sample]
    var new: [Baseline.Sample]
    /// The runs of each session of the base; the change between sessions counts as noise.
    var sessions: [ClosedRange<Int>] = []
    /// Whether runs of the same number belong together.
    var isPaired = false
    /// Whether the verdicts do not count for the exit code.
    var isAdvisory = false
    var look = Look.only
    var resamples = ClusterBootstrap.standardResamples

    /// The fewest runs on each side that are judged.
    static let fewestRuns = 10
    /// The bootstrap draws the same resamples each time.
    static let seed: UInt64 = 20_260_101
}

extension Comparison {
    static let metrics: [(name: String, p: Double)] = [("p(50)", 0.5), ("p(95)", 0.95)]

    /// Judges `result` beside `baseline`: all turns together, then step by step in the order of the talk.
    static func judge(_ result: BenchResult, beside baseline: Baseline) -> [Comparison] {
        judge(
            ComparisonSides(
                name: baseline.name, base: baseline.samples,
                new: result.turns.map { Baseline.Sample($0, run: $0.run) },
                sessions: baseline.sessions.filter { $0.firstRun <= $0.lastRun }.map { $0.firstRun...$0.lastRun },
                isAdvisory: !baseline.reasonsForAdvice(comparing: result).isEmpty))
    }

    /// Judges two sides. The p50 and p95 over all turns are gated, unless there are too few turns for the percentile;
    /// the p50 of each step is shown for orientation, its p-values corrected among the steps.
    static func judge(_ sides: ComparisonSides) -> [Comparison] {
        let figures = metrics.compactMap { Figure(sides, step: nil, metric: $0) }
        let gated = figures.filter(\.hasEnoughTurns)
        let rest = figures.filter { !$0.hasEnoughTurns }
        var seen: Set<String> = []
        let steps = sides.new.filter { $0.answerExpected && seen.insert($0.step).inserted }.compactMap {
            Figure(sides, step: $0.step, metric: metrics[0])
        }
        let all = comparisons(gated, sides, isGated: !sides.isAdvisory) + comparisons(rest, sides, isGated: false)
        return all + comparisons(steps, sides, isGated: false)
    }

    private static func comparisons(_ family: [Figure], _ sides: ComparisonSides, isGated: Bool) -> [Comparison] {
        let evidence = family.map { $0.isJudged ? $0.evidence(sides) : nil }
        var judgements = ChangeVerdict.judge(evidence.compactMap { $0 }, level: sides.look.level)[...]
        let tests = judgements.count
        return zip(family, evidence).map { figure, evidence in
            var comparison = figure.described(sides.name)
            guard let evidence, let judgement = judgements.popFirst() else { return comparison }
            comparison.fill(evidence, judgement, level: sides.look.level, tests: tests)
            comparison.gated = isGated
            return comparison
        }
    }

    private mutating func fill(
        _ evidence: ChangeEvidence, _ judgement: ChangeVerdict.Judgement, level: Double, tests: Int
    ) {
        let interval = evidence.interval()
        ratioLow = interval.low.isFinite ? interval.low : nil
        ratioHigh = interval.high.isFinite ? interval.high : nil
        margin = evidence.margin
        pWorse = judgement.pWorse
        pBetter = judgement.pBetter
        runsToSettle = nil
        switch judgement.verdict {
        case .regressed: verdict = .regressed
        case .improved: verdict = .improved
        case .within: verdict = .ok
        case .inconclusive:
            verdict = .inconclusive
            runsToSettle = evidence.runsToSettle(level: level, tests: tests)
        }
    }
}

/// One figure of both sides before it is judged.
private struct Figure {
    let step: String?
    let metric: (name: String, p: Double)
    let base: RunSample
    let new: RunSample
    let sessions: [RunSample]
    let isPaired: Bool
    let movedStage: (name: String, ns: Int64)?

    /// Nil when the figure does not exist on either side.
    init?(_ sides: ComparisonSides, step: String?, metric: (name: String, p: Double)) {
        func counted(_ samples: [Baseline.Sample]) -> [Baseline.Sample] {
            samples.filter { $0.answerExpected && (step == nil || $0.step == step) }
        }
        let (old, new) = (counted(sides.base), counted(sides.new))
        var (oldRuns, newRuns) = (Self.runs(old), Self.runs(new))
        if sides.isPaired {
            let common = Set(oldRuns.keys).intersection(newRuns.keys)
            oldRuns = oldRuns.filter { common.contains($0.key) }
            newRuns = newRuns.filter { common.contains($0.key) }
        }
        guard !oldRuns.isEmpty || !newRuns.isEmpty else { return nil }
        self.step = step
        self.metric = metric
        base = Self.sample(oldRuns)
        self.new = Self.sample(newRuns)
        sessions = sides.sessions.map { range in Self.sample(oldRuns.filter { range.contains($0.key) }) }
        isPaired = sides.isPaired
        movedStage = Self.movedStage(from: old, to: new)
    }

    private static func runs(_ samples: [Baseline.Sample]) -> [Int: [Int64?]] {
        Dictionary(grouping: samples, by: \.run).mapValues { $0.map(\.countedLatency) }
    }

    private static func sample(_ runs: [Int: [Int64?]]) -> RunSample {
        RunSample(runs: runs.sorted { $0.key < $1.key }.map(\.value))
    }

    /// The stage whose median changed most.
    private static func movedStage(
        from old: [Baseline.Sample], to new: [Baseline.Sample]
    ) -> (name: String, ns: Int64)? {
        func medians(_ samples: [Baseline.Sample]) -> [String: Int64] {
            var stages: [String: [Int64?]] = [:]
            for sample in samples {
                for (stage, ns) in sample.stagesNs { stages[stage, default: []].append(ns) }
            }
            return stages.compactMapValues { Quantile.nearestRank(0.5, of: $0) }
        }
        let (before, after) = (medians(old), medians(new))
        let moves = Set(before.keys).union(after.keys).map { stage in
            (name: stage, ns: (after[stage] ?? 0).subtractingReportingOverflow(before[stage] ?? 0).partialValue)
        }
        return moves.sorted { $0.name < $1.name }.max { $0.ns.magnitude < $1.ns.magnitude }
    }

    var hasEnoughTurns: Bool {
        min(base.count, new.count) >= Quantile.samplesNeeded(for: metric.p)
    }

    var isJudged: Bool {
        min(base.runs.count, new.runs.count) >= ComparisonSides.fewestRuns
    }

    func evidence(_ sides: ComparisonSides) -> ChangeEvidence? {
        var generator = SeededGenerator(seed: ComparisonSides.seed)
        let halves = NoiseFloor.betweenHalves(of: base, percentiles: [metric.p], using: &generator)
        let noise = max(halves.first ?? 0, NoiseFloor.betweenSessions(sessions, percentile: metric.p))
        let replicates = ClusterBootstrap.replicates(
            base: base, new: new, percentiles: [metric.p], isPaired: isPaired, resamples: sides.resamples,
            using: &generator)
        guard let replicates = replicates.first, let before = base.quantile(metric.p),
            let after = new.quantile(metric.p)
        else { return nil }
        return ChangeEvidence(
            base: before, new: after, replicates: replicates,
            margin: ChangeMargin.share(base: before, noiseFloor: noise))
    }

    /// The figure of both sides, not judged.
    func described(_ name: String) -> Comparison {
        func finite(_ sample: RunSample) -> Int64? {
            sample.quantile(metric.p).flatMap { $0.isFinite ? Int64(exactly: $0.rounded()) : nil }
        }
        let (before, after) = (finite(base), finite(new))
        var difference: Int64?
        var ratio: Double?
        if let before, let after {
            difference = after - before
            ratio = Double(after) / Double(before)
        }
        return Comparison(
            baseline: name, step: step, metric: metric.name, baselineNs: before, valueNs: after,
            differenceNs: difference, ratio: ratio, ratioLow: nil, ratioHigh: nil, margin: nil, pWorse: nil,
            pBetter: nil,
            baselineRuns: base.runs.count, runs: new.runs.count, baselineTurns: base.count, turns: new.count,
            verdict: .described, gated: false, runsToSettle: isJudged ? nil : ComparisonSides.fewestRuns,
            movedStage: movedStage?.name, movedStageNs: movedStage?.ns)
    }
}
