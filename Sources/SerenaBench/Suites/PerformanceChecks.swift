// The checks of SerenaNetPerformanceTests, each a pure function from what was measured to a line of the suite.

import BenchStatistics
import Foundation
import Instrumentation

enum PerformanceChecks {
    /// The budget that every check holds turns against.
    static let limit = Threshold.standard
    /// A turn may leave this much memory behind before it counts as a leak. A talk of an hour has some 400 turns: 26 MB.
    static let leakBytesPerTurn = 65_536.0
    /// Latency may grow by this from turn to turn: 400 turns make it 40 ms.
    static let slowingNsPerTurn = 100_000.0
    /// Open files and sockets may grow by this from turn to turn.
    static let descriptorsPerTurn = 0.05
    /// The first turns fill caches; trends begin behind them.
    static let settlingTurns = 3

    // MARK: Budget

    /// Whether answers begin within half a second.
    static func budget(_ result: BenchResult, report: String) -> SuiteCheck {
        let budget = BudgetResult(limit, latencies: result.turns.filter(\.answerExpected).map(\.countedLatency))
        let figures = [
            "p50Ns": result.summary.p50Ns, "p95Ns": result.summary.p95Ns, "maxNs": result.summary.maxNs,
        ].compactMapValues { $0.map(Double.init) }
        let text =
            "p95 \(Figures.milliseconds(result.summary.p95Ns)) over \(Figures.count(budget.turns, "turn")), limit "
            + Figures.milliseconds(budget.limitNs)
        func check(_ state: SuiteCheck.State, _ more: String = "") -> SuiteCheck {
            SuiteCheck("sub-500 ms", state, text + more, figures: figures, report: report)
        }
        if !result.runFailures.isEmpty || result.turns.contains(where: \.isFailure) {
            return check(.failed, "; \(Figures.count(result.summary.failedTurns, "turn")) failed")
        }
        if let reason = result.invalidReasons.first { return check(.invalid, "; \(reason)") }
        switch budget.state {
        case .proven: return check(.passed, ", proven")
        case .failed: return check(.failed)
        case .notProven:
            return check(.notProven, budget.turnsToSettle.map { "; \($0) turns would prove it" } ?? "")
        }
    }

    // MARK: Concurrency

    /// Whether talks that went on at once were all served within the budget, and the harness itself kept time.
    static func carries(_ records: [RunRecord], pacingLimit: Duration) -> Bool {
        let turns = records.flatMap { record in record.steps.map { TurnResult($0, run: record.number) } }
        guard records.allSatisfy({ $0.failure == nil }), turns.contains(where: \.answerExpected) else { return false }
        let p95 = Quantile.nearestRank(0.95, of: turns.filter(\.answerExpected).map(\.countedLatency))
        let pacing = PacingSummary(errors: records.flatMap(\.pacingErrors))
        return turns.allSatisfy { !$0.isFailure } && (p95 ?? .max) < limit.limit.nanoseconds
            && pacing.p99Ns <= pacingLimit.nanoseconds
    }

    static func concurrency(_ finding: CapacitySearch.Finding) -> SuiteCheck {
        let users = Figures.count(finding.capacity, "user")
        let tried = finding.tried.map(String.init).joined(separator: ", ")
        return SuiteCheck(
            "concurrency", finding.capacity > 0 ? .passed : .failed,
            "\(finding.isLimited ? "at least " : "")\(users) at once within \(Figures.milliseconds(limit.limit.nanoseconds)) "
                + "(tried \(tried))",
            figures: ["users": Double(finding.capacity)])
    }

    // MARK: A long talk

    /// All that one long talk shows.
    static func endurance(_ talk: LongTalk, cores: Int) -> [SuiteCheck] {
        [
            memory(talk), slowing(talk), descriptors(talk), queue(talk), drift(talk), throughput(talk, cores: cores),
            whole(talk),
        ]
    }

    static func memory(_ talk: LongTalk) -> SuiteCheck {
        let values = talk.turns.compactMap { $0.result.residentBytes.map(Double.init) }
        return trend(
            "memory per turn", values, limit: leakBytesPerTurn, figure: "slopeBytesPerTurn",
            extra: ["lastBytes": values.last ?? 0]
        ) { "\(Int(($0 / 1024).rounded())) KiB" }
    }

    /// Latency, against the median of the same step, so that steps that take longer don't look like a trend.
    static func slowing(_ talk: LongTalk) -> SuiteCheck {
        let answered = talk.turns.map(\.result).filter { $0.answerExpected && $0.countedLatency != nil }
        let medians = Dictionary(grouping: answered, by: \.audio.file).mapValues { turns in
            Quantile.nearestRank(0.5, of: turns.map(\.countedLatency)) ?? 0
        }
        let values = answered.map { Double(($0.countedLatency ?? 0) - (medians[$0.audio.file] ?? 0)) }
        return trend("latency trend", values, limit: slowingNsPerTurn, figure: "slopeNsPerTurn") {
            "\(String(format: "%.2f", $0 / 1e6)) ms"
        }
    }

    static func descriptors(_ talk: LongTalk) -> SuiteCheck {
        let values = talk.turns.compactMap { $0.openDescriptors.map(Double.init) }
        return trend(
            "open descriptors", values, limit: descriptorsPerTurn, figure: "slopePerTurn",
            extra: ["last": values.last ?? 0]
        ) { String(format: "%.2f", $0) }
    }

    /// Whether work piles up: no turn may still be open when its step is over.
    static func queue(_ talk: LongTalk) -> SuiteCheck {
        let deepest = talk.turns.map(\.unfinished).max() ?? 0
        return SuiteCheck(
            "queue depth", talk.turns.isEmpty ? .notProven : (deepest == 0 ? .passed : .failed),
            "at most \(Figures.count(deepest, "turn")) unfinished at the end of a step",
            figures: ["deepest": Double(deepest)])
    }

    /// Whether the frames of the talk fall behind their schedule as it goes on.
    static func drift(_ talk: LongTalk) -> SuiteCheck {
        trend(
            "frame drift", talk.turns.map { Double($0.latestFrame.nanoseconds) }, limit: slowingNsPerTurn,
            figure: "slopeNsPerTurn"
        ) { "\(String(format: "%.2f", $0 / 1e6)) ms" }
    }

    /// How many turns a second the machine has the processor time for, against how many one talk asks for.
    static func throughput(_ talk: LongTalk, cores: Int) -> SuiteCheck {
        let cpu = Quantile.nearestRank(0.5, of: talk.turns.map(\.result.cpuNs))
        guard let cpu, cpu > 0, talk.duration > .zero, !talk.turns.isEmpty else {
            return SuiteCheck("throughput", .notProven, "processor time was not measured")
        }
        let most = Double(cores) * 1e9 / Double(cpu)
        let asked = Double(talk.turns.count) * 1e9 / Double(talk.duration.nanoseconds)
        return SuiteCheck(
            "throughput", most > asked ? .passed : .failed,
            "processor time for \(String(format: "%.1f", most)) turns/s (\(Figures.milliseconds(cpu)) each on "
                + "\(Figures.count(cores, "core"))); this talk ran at \(String(format: "%.2f", asked)) turns/s",
            figures: ["cpuNsPerTurn": Double(cpu), "mostTurnsPerSecond": most, "talkTurnsPerSecond": asked])
    }

    /// Whether every turn of the long talk did what it should.
    static func whole(_ talk: LongTalk) -> SuiteCheck {
        let failed = talk.turns.map(\.result).filter(\.isFailure)
        let first = failed.first.map { "; first \($0.step): \($0.failures.joined(separator: "; "))" } ?? ""
        let failure = talk.failure.map { "; \($0)" } ?? ""
        let isWhole = failed.isEmpty && talk.failure == nil && !talk.turns.isEmpty
        return SuiteCheck(
            "endurance", isWhole ? .passed : .failed,
            "\(talk.turns.count - failed.count) of \(Figures.count(talk.turns.count, "turn")) in one talk passed\(first)\(failure)",
            figures: ["turns": Double(talk.turns.count), "failedTurns": Double(failed.count)])
    }

    /// A value must not grow by more than `limit` from turn to turn: failed when its slope is shown to be above, passed when
    /// it is shown to be below.
    static func trend(
        _ name: String, _ values: [Double], limit: Double, figure: String, extra: [String: Double] = [:],
        show: (Double) -> String
    ) -> SuiteCheck {
        guard let trend = TheilSen(Array(values.dropFirst(settlingTurns))) else {
            return SuiteCheck(
                name, .notProven,
                "\(Figures.count(values.count, "turn")) are too few for a trend; "
                    + "\(settlingTurns + 3) are the least", figures: extra)
        }
        let state: SuiteCheck.State = trend.low > limit ? .failed : (trend.high <= limit ? .passed : .notProven)
        let figures = [figure: trend.slope, figure + "Low": trend.low, figure + "High": trend.high].merging(extra) {
            $1
        }
        return SuiteCheck(
            name, state,
            "\(show(trend.slope)) per turn, 95 % interval \(show(trend.low)) to \(show(trend.high)), limit \(show(limit))",
            figures: figures)
    }
}
