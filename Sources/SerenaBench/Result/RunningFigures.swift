// What the turns of a result add up to besides latency: cut-offs, work done ahead, stages that fell behind, stops. Pure functions.

import BenchStatistics

/// How often the assistant took the turn before the user had finished.
struct CutOffs: Hashable, Sendable {
    /// Turns in which it could have happened: those in which the user wants an answer, and those in which it did.
    let turns: Int
    let count: Int

    init(_ turns: some Sequence<TurnResult>) {
        let relevant = turns.filter { $0.answerExpected || $0.falseCutOff }
        self.turns = relevant.count
        count = relevant.count(where: \.falseCutOff)
    }

    /// Nil without turns.
    var share: Double? {
        turns == 0 ? nil : Double(count) / Double(turns)
    }

    /// The exact one-sided upper bound of the share at 95 % confidence (Clopper and Pearson, 1934); nil without turns.
    var shareAtMost: Double? {
        turns == 0 ? nil : BinomialDistribution.upperBound(successes: count, of: turns)
    }

    /// Such as `3 of 300 (1.0 %, at most 2.6 % at 95 % confidence)`.
    var text: String {
        guard let share, let shareAtMost else { return "no turns" }
        return "\(count) of \(turns) (\(Figures.finePercent(share)), at most \(Figures.finePercent(shareAtMost)) "
            + "at 95 % confidence)"
    }
}

/// Work done ahead of the endpoint, over the turns that count it.
struct SpeculationTotals: Hashable, Sendable {
    var used = 0
    var wasted = 0
    var wastedCPUNs: Int64 = 0
    /// The processor time of all turns that count their speculation, where it was measured.
    var cpuNs: Int64 = 0

    /// Nil when no turn counts it.
    init?(_ turns: some Sequence<TurnResult>) {
        var isCounted = false
        for turn in turns {
            guard let speculation = turn.speculation else { continue }
            isCounted = true
            used += speculation.used
            wasted += speculation.wasted
            wastedCPUNs += speculation.wastedCPUNs
            cpuNs += turn.cpuNs ?? 0
        }
        guard isCounted else { return nil }
    }

    /// The share of the processor time that was thrown away; nil where processor time was not measured.
    var wastedShare: Double? {
        cpuNs > 0 ? Double(wastedCPUNs) / Double(cpuNs) : nil
    }

    var text: String {
        let share = wastedShare.map { " (\(Figures.finePercent($0)) of the processor time)" } ?? ""
        return "used \(used), wasted \(wasted)\(share)"
    }
}

/// In how many turns each stage fell behind.
struct Backlog: Hashable, Sendable {
    /// By falling count, then by name.
    let stages: [Stage]

    struct Stage: Hashable, Sendable {
        let name: String
        let turns: Int
    }

    init(_ turns: some Sequence<TurnResult>) {
        var counts: [String: Int] = [:]
        for stage in turns.flatMap({ $0.fellBehind ?? [] }) { counts[stage, default: 0] += 1 }
        stages = counts.map { Stage(name: $0.key, turns: $0.value) }.sorted {
            ($1.turns, $0.name) < ($0.turns, $1.name)
        }
    }

    /// Such as `recognition in 3 turns, voice in 1 turn`; nil when nothing fell behind.
    var text: String? {
        stages.isEmpty
            ? nil : stages.map { "\($0.name) in \(Figures.count($0.turns, "turn"))" }.joined(separator: ", ")
    }
}

/// How often the assistant broke off its answer.
struct Stops: Hashable, Sendable {
    let withoutCause: Int

    /// Nil when it never stopped.
    init?(_ turns: some Sequence<TurnResult>) {
        let counts = turns.compactMap(\.stopsWithoutCause)
        guard !counts.isEmpty else { return nil }
        withoutCause = counts.reduce(0, +)
    }
}
