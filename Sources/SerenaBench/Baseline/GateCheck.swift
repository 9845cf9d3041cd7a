// The gate, tested: how often it cries wolf over the same thing, and how often it sees a delay that was added.

import BenchStatistics
import Instrumentation

/// A table of false alarms and power, from runs of one and the same assistant.
struct GateCheck: Codable, Hashable, Sendable {
    /// What alarms there were with one delay.
    struct Row: Codable, Hashable, Sendable {
        /// Added to every answer of the new side; 0 is A/A.
        var delayNs: Int64
        var trials: Int
        /// Trials in which the figure was REGRESSED.
        var p50: Int
        var p95: Int
        /// Trials in which either was, which is when the gate closes.
        var either: Int
        /// Trials in which both figures were OK.
        var ok: Int
        /// Trials in which a figure was INCONCLUSIVE and none REGRESSED.
        var inconclusive: Int
        /// Trials in which a figure was IMPROVED.
        var improved: Int
    }

    var rows: [Row]
    /// Paired runs in each trial.
    var runs: Int
    /// Runs to draw from.
    var pool: Int
    /// The least margin of any trial.
    var leastMarginP50Ns: Int64
    var leastMarginP95Ns: Int64

    static let delaysNs: [Int64] = [0, 1, 5, 10, 15, 25, 50, 100].map { $0 * 1_000_000 }
    /// The greatest share of false alarms.
    static let falseAlarmGoal = 0.01
    /// The least share of trials in which ``powerDelayNs`` is seen in the p50.
    static let powerGoal = 0.95
    static let powerDelayNs: Int64 = 15_000_000
    /// A trial judges as the first look of `ab` does.
    static let look = Look.first

    /// What is missed; empty when the gate is as good as it should be.
    ///
    /// An alarm at a delay inside of the margin is as false as one without a delay. A figure is held to that for every
    /// delay that lay within its margin in all trials.
    var shortcomings: [String] {
        var problems: [String] = []
        for row in rows {
            func hold(_ alarms: Int, _ name: String) {
                guard Double(alarms) > Self.falseAlarmGoal * Double(row.trials) else { return }
                problems.append(
                    "\(alarms) false alarms of \(name) in \(Figures.count(row.trials, "trial")) at "
                        + "+\(Figures.milliseconds(row.delayNs)); the goal is \(ComparisonText.percent(Self.falseAlarmGoal))"
                )
            }
            if row.delayNs == 0 { hold(row.either, "the gate") }
            if row.delayNs > 0, row.delayNs <= leastMarginP50Ns { hold(row.p50, "p50") }
            if row.delayNs > 0, row.delayNs <= leastMarginP95Ns { hold(row.p95, "p95") }
            if row.delayNs == Self.powerDelayNs, Double(row.p50) < Self.powerGoal * Double(row.trials) {
                problems.append(
                    "+15 ms in the p50 was seen in \(row.p50) of \(Figures.count(row.trials, "trial")); the goal is "
                        + ComparisonText.percent(Self.powerGoal))
            }
        }
        return problems
    }

    /// Splits the runs of `pool` into A and B again and again, adds each delay to B, and judges.
    ///
    /// Drawing without putting back makes every trial a fair A/A comparison of real runs. A delay that is added to all
    /// answers moves every quantile by itself, so that one set of resamples serves all delays. Trials have seeds of
    /// their own and can run side by side.
    /// - Parameter pool: the latencies of each run, nil for a missing answer; at least `2 * runs` of them.
    static func perform(
        pool: [[Int64?]], runs: Int, trials: Int, seed: UInt64, resamples: Int = ClusterBootstrap.standardResamples
    ) async -> GateCheck {
        let tallies = await withTaskGroup(of: Tally.self) { group in
            let workers = 4
            for worker in 0..<workers {
                group.addTask {
                    var tally = Tally()
                    for trial in stride(from: worker, to: trials, by: workers) where !Task.isCancelled {
                        var generator = SeededGenerator(seed: seed &+ UInt64(trial) &* 0x9e37_79b9)
                        tally.add(Trial(pool: pool, runs: runs, resamples: resamples, using: &generator))
                    }
                    return tally
                }
            }
            return await group.reduce(into: Tally()) { $0.merge($1) }
        }
        return GateCheck(
            rows: tallies.rows, runs: runs, pool: pool.count, leastMarginP50Ns: tallies.leastMargins[0],
            leastMarginP95Ns: tallies.leastMargins[1])
    }

    /// What several trials add up to.
    private struct Tally: Sendable {
        var rows = delaysNs.map {
            Row(delayNs: $0, trials: 0, p50: 0, p95: 0, either: 0, ok: 0, inconclusive: 0, improved: 0)
        }
        var leastMargins: [Int64] = [.max, .max]

        mutating func add(_ trial: Trial) {
            guard trial.evidence.count == 2 else { return }
            for index in leastMargins.indices { leastMargins[index] = min(leastMargins[index], trial.marginsNs[index]) }
            for index in rows.indices {
                let verdicts = trial.verdicts(delayNs: rows[index].delayNs)
                rows[index].trials += 1
                if verdicts[0] == .regressed { rows[index].p50 += 1 }
                if verdicts[1] == .regressed { rows[index].p95 += 1 }
                if verdicts.allSatisfy({ $0 == .within }) { rows[index].ok += 1 }
                if verdicts.contains(.improved) { rows[index].improved += 1 }
                if verdicts.contains(.regressed) {
                    rows[index].either += 1
                } else if verdicts.contains(.inconclusive) {
                    rows[index].inconclusive += 1
                }
            }
        }

        mutating func merge(_ other: Tally) {
            leastMargins = zip(leastMargins, other.leastMargins).map { min($0, $1) }
            for (index, row) in other.rows.enumerated() {
                rows[index].trials += row.trials
                rows[index].p50 += row.p50
                rows[index].p95 += row.p95
                rows[index].either += row.either
                rows[index].ok += row.ok
                rows[index].inconclusive += row.inconclusive
                rows[index].improved += row.improved
            }
        }
    }

    /// One split of the pool, ready for every delay.
    private struct Trial {
        var evidence: [ChangeEvidence] = []
        var marginsNs: [Int64] = []

        init(pool: [[Int64?]], runs: Int, resamples: Int, using generator: inout SeededGenerator) {
            let drawn = pool.shuffled(using: &generator).prefix(2 * runs)
            let (base, new) = (
                RunSample(runs: Array(drawn.prefix(runs))), RunSample(runs: Array(drawn.dropFirst(runs)))
            )
            let percentiles = Comparison.metrics.map(\.p)
            let floors = NoiseFloor.betweenHalves(of: base, percentiles: percentiles, using: &generator)
            let replicates = ClusterBootstrap.replicates(
                base: base, new: new, percentiles: percentiles, isPaired: true, resamples: resamples, using: &generator)
            for (index, replicates) in replicates.enumerated() {
                guard let before = base.quantile(percentiles[index]), let after = new.quantile(percentiles[index])
                else { return }
                let margin = ChangeMargin.share(base: before, noiseFloor: floors[index])
                evidence.append(ChangeEvidence(base: before, new: after, replicates: replicates, margin: margin))
                marginsNs.append(Int64(exactly: (before * margin).rounded(.down)) ?? .max)
            }
        }

        func verdicts(delayNs: Int64) -> [ChangeVerdict] {
            let delayed = evidence.map {
                ChangeEvidence(
                    base: 1, new: 1, replicates: $0.replicates.delayed(by: Double(delayNs)), margin: $0.margin)
            }
            return ChangeVerdict.judge(delayed, level: look.level).map(\.verdict)
        }
    }
}
