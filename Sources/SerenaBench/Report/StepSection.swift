// The part of the report about one step: what was said and understood, over all runs.

import BenchStatistics
import Foundation

/// One step over all runs, as the template shows it.
struct StepSection {
    let id: String
    let says: String
    let isOptional: Bool
    let expectsSilence: Bool
    /// Why the step is expected to fail; nil when it is expected to pass.
    let expectedFailure: String?
    /// Whether it is marked as expected to fail, and passed in every run.
    let isUnexpectedPass: Bool
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
    /// Answers of failed turns, to be played.
    let players: [Player]
    let hasPlayers: Bool
    /// The slowest turn, shown at once, then others, which can be unfolded.
    let waterfalls: [Waterfall]
    let hasOthers: Bool
    let othersLabel: String
    /// False when the step is only a row of the table.
    let hasWaterfall: Bool

    /// The sound of an answer: in the page itself, or in a file beside it.
    struct Player {
        let label: String
        let source: String
    }

    /// Turns of a step whose waterfall is shown, the slowest first.
    private static let shownWaterfalls = 10
    private static let shownFailures = 8

    /// One for each step, in the order of the talk.
    static func all(of result: BenchResult, clips: [String: Data] = [:]) -> [StepSection] {
        var order: [String] = []
        var turns: [String: [TurnResult]] = [:]
        for turn in result.turns {
            if turns[turn.step] == nil { order.append(turn.step) }
            turns[turn.step, default: []].append(turn)
        }
        let players = players(of: result, clips: clips)
        let limit = result.budgets.first?.limitNs
        return order.compactMap { step in
            StepSection(turns[step] ?? [], limitNs: limit, players: players[step] ?? [])
        }
    }

    private static func players(of result: BenchResult, clips: [String: Data]) -> [String: [Player]] {
        var players: [String: [Player]] = [:]
        for turn in ClipChoice.turns(of: result) {
            guard let path = turn.answerAudio else { continue }
            let source = clips[path].map { "data:audio/wav;base64,\($0.base64EncodedString())" } ?? path
            players[turn.step, default: []].append(Player(label: "Answer of run \(turn.run)", source: source))
        }
        return players
    }

    /// What failed, each with the runs in which it did; the commonest first.
    private static func failures(of turns: [TurnResult]) -> [String] {
        var runs: [String: [Int]] = [:]
        for turn in turns where !turn.passed {
            for failure in Set(turn.failures) { runs[failure, default: []].append(turn.run) }
        }
        let ordered = runs.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        return ordered.prefix(shownFailures).map { failure, runs in
            let names = runs.prefix(10).map(String.init).joined(separator: ", ") + (runs.count > 10 ? ", …" : "")
            return "Run\(runs.count == 1 ? "" : "s") \(names): \(failure)"
        }
    }

    private init?(_ turns: [TurnResult], limitNs: Int64?, players: [Player]) {
        guard let first = turns.first else { return nil }
        let slow = turns.max { ($0.latencyNs ?? .min) < ($1.latencyNs ?? .min) } ?? first
        // The turn that tells most: one that failed, else the slowest.
        let telling = turns.first { !$0.passed } ?? slow
        let latencies = turns.map(\.countedLatency)
        let passes = turns.count(where: \.passed)
        let isFailed = turns.contains(where: \.isFailure)
        id = first.step
        says = first.expectedTranscript
        isOptional = !first.required
        expectsSilence = !first.answerExpected
        expectedFailure = first.expectedFailure
        isUnexpectedPass = first.expectedFailure != nil && passes == turns.count
        passed = "\(passes)/\(turns.count)"
        tone = isFailed ? "fail" : (passes == turns.count && !isUnexpectedPass ? "pass" : "warn")
        mark = isFailed ? "✗" : (passes == turns.count ? (isUnexpectedPass ? "!" : "✓") : "–")
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
        failures = Self.failures(of: turns)
        hasFailures = !failures.isEmpty
        self.players = players
        hasPlayers = !players.isEmpty
        let others = turns.filter { $0 != slow }.sorted { ($0.latencyNs ?? .min) > ($1.latencyNs ?? .min) }
        let all = ([slow] + others).prefix(Self.shownWaterfalls).compactMap { Waterfall($0, limitNs: limitNs) }
        waterfalls = all.enumerated().map { index, waterfall in
            var waterfall = waterfall
            waterfall.opensDetails = index == 1
            return waterfall
        }
        hasOthers = all.count > 1
        othersLabel =
            turns.count > Self.shownWaterfalls
            ? "The next \(all.count - 1) of \(turns.count) turns"
            : "\(Figures.count(all.count - 1, "other turn")) of this step"
        hasWaterfall = !all.isEmpty
    }
}
