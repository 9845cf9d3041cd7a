// What many simulated talks add up to, and the file that keeps it.

import BenchStatistics
import Instrumentation

/// The result of a simulation.
struct SimulationSummary: Codable, Hashable, Sendable {
    static let currentSchemaVersion = 1
    static let kind = "simulation"

    /// A turn that went wrong without a word about why.
    struct Failure: Codable, Hashable, Sendable {
        /// Counted from 0.
        var talk: Int
        /// Empty when the whole talk could not be held.
        var step: String
        var faults: [String]
        var reason: String
        var transcript: String
        /// The command that brings it about again.
        var replay: String
    }

    var schemaVersion = Self.currentSchemaVersion
    var kind = Self.kind
    var seed: UInt64
    var scenario: String
    var talks: Int
    /// Talks that were asked for; more than `talks` when the simulation was interrupted.
    var talksWanted: Int
    var turns: Int
    /// Turns that went as they should, those included in which something stood in for a part that failed.
    var answered: Int
    var survived: [String: Int]
    /// Turns that failed because of injected faults and said so, by the faults that held.
    var failedByName: [String: Int]
    var unexplained: [Failure]
    /// The length of all talks together, on the virtual clock.
    var talkedNs: Int64
    var events: Int
    /// Names the sequence of all events of all talks.
    var digest: String
    @Nullable var p50Ns: Int64?
    @Nullable var p95Ns: Int64?
    @Nullable var p99Ns: Int64?
    @Nullable var maxNs: Int64?

    /// - Parameter replay: gives the command that repeats a talk.
    init(
        _ talks: [SimulatedTalkResult], seed: UInt64, scenario: String, wanted: Int, replay: (Int) -> String
    ) {
        self.seed = seed
        self.scenario = scenario
        self.talks = talks.count
        talksWanted = wanted
        let turns = talks.flatMap(\.turns)
        self.turns = turns.count
        survived = turns.reduce(into: [:]) { counts, turn in
            if case .survived(let name) = turn.outcome { counts[name, default: 0] += 1 }
        }
        answered = turns.count { $0.outcome == .answered } + survived.values.reduce(0, +)
        failedByName = turns.reduce(into: [:]) { counts, turn in
            if case .failedByName(let name) = turn.outcome { counts[name, default: 0] += 1 }
        }
        unexplained = talks.flatMap { Self.failures(in: $0, replay: replay($0.number)) }
        talkedNs = talks.reduce(0) { $0 + $1.duration.nanoseconds }
        events = talks.reduce(0) { $0 + $1.events }
        digest = Digest.sha256(of: talks.map(\.digest).joined().data(using: .utf8) ?? .init()).prefix(16).lowercased()
        let latencies = turns.filter { $0.answerExpected && $0.outcome == .answered }.map(\.latencyNs)
        _p50Ns = Nullable(wrappedValue: Quantile.nearestRank(0.5, of: latencies))
        _p95Ns = Nullable(wrappedValue: Quantile.nearestRank(0.95, of: latencies))
        _p99Ns = Nullable(wrappedValue: Quantile.nearestRank(0.99, of: latencies))
        _maxNs = Nullable(wrappedValue: Quantile.nearestRank(1, of: latencies))
    }

    private static func failures(in talk: SimulatedTalkResult, replay: String) -> [Failure] {
        if let failure = talk.failure {
            return [Failure(talk: talk.number, step: "", faults: [], reason: failure, transcript: "", replay: replay)]
        }
        return talk.turns.compactMap { turn in
            guard case .unexplained(let reason) = turn.outcome else { return nil }
            return Failure(
                talk: talk.number, step: turn.step, faults: turn.active.map(\.rawValue), reason: reason,
                transcript: turn.transcript, replay: replay)
        }
    }
}
