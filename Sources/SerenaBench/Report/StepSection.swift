// The part of the report about one step: what was said and understood, over all runs.

import BenchStatistics

/// One step over all runs, as the template shows it.
struct StepSection {
    let id: String
    let says: String
    let isOptional: Bool
    let expectsSilence: Bool
    let passed: String
    let tone: String
    let mark: String
    let median: String
    let slowest: String
    let wordErrorRate: String
    let answer: String
    let heard: String
    let intent: String
    let failures: [String]
    let hasFailures: Bool
    /// The slowest turn, shown at once, then all others, which can be unfolded.
    let waterfalls: [Waterfall]
    let hasOthers: Bool
    let othersLabel: String
    /// False when the step is only a row of the table.
    let hasWaterfall: Bool

    /// One for each step, in the order of the talk.
    static func all(of result: BenchResult) -> [StepSection] {
        var order: [String] = []
        for turn in result.turns where !order.contains(turn.step) { order.append(turn.step) }
        return order.compactMap { step in
            StepSection(result.turns.filter { $0.step == step }, in: result)
        }
    }

    private init?(_ turns: [TurnResult], in result: BenchResult) {
        guard let first = turns.first else { return nil }
        let slow = turns.max { ($0.latencyNs ?? .min) < ($1.latencyNs ?? .min) } ?? first
        // The turn that tells most: one that failed, else the slowest.
        let telling = turns.first { !$0.passed } ?? slow
        let latencies = turns.map(\.countedLatency)
        let passes = turns.count(where: \.passed)
        id = first.step
        says = first.expectedTranscript
        isOptional = !first.required
        expectsSilence = !first.answerExpected
        passed = "\(passes)/\(turns.count)"
        tone = passes == turns.count ? "pass" : (first.required ? "fail" : "warn")
        mark = passes == turns.count ? "✓" : "✗"
        median =
            first.answerExpected
            ? Figures.milliseconds(Quantile.nearestRank(0.5, of: latencies)) : "silent"
        slowest = first.answerExpected ? Figures.milliseconds(Quantile.nearestRank(1, of: latencies)) : "–"
        wordErrorRate = Figures.percent(turns.map(\.wordErrorRate).reduce(0, +) / Double(turns.count))
        answer =
            telling.response.isEmpty
            ? (telling.latencyNs == nil ? "(silence)" : "(not told)") : telling.response
        heard = telling.transcript.isEmpty ? "(nothing)" : telling.transcript
        intent = telling.intent ?? "unknown"
        failures = turns.filter { !$0.passed }.prefix(12).flatMap { turn in
            turn.failures.map { "Run \(turn.run): \($0)" }
        }
        let limit = result.budgets.first?.limitNs
        let others = turns.filter { $0 != slow }
        let all = ([slow] + others).compactMap { Waterfall($0, limitNs: limit) }
        waterfalls = all.enumerated().map { index, waterfall in
            var waterfall = waterfall
            waterfall.opensDetails = index == 1
            return waterfall
        }
        hasOthers = all.count > 1
        othersLabel = "\(Figures.count(all.count - 1, "other turn")) of this step"
        hasWaterfall = !all.isEmpty
        hasFailures = !failures.isEmpty
    }
}
