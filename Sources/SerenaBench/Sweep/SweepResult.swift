// What a sweep measured: one point for each value of the parameter, as `sweep.json` holds it.

import AssistantInterface
import BenchStatistics

/// A scenario measured once for each value of one parameter. Times are nanoseconds.
public struct SweepResult: Codable, Hashable, Sendable {
    public static let currentSchemaVersion = 1
    public static let kind = "sweep"

    public var schemaVersion = Self.currentSchemaVersion
    public var kind = Self.kind
    public var exitCode: ExitCode
    public var scenario: ScenarioReference
    public var assistant: AssistantIdentity
    public var machine: Machine
    /// The parameter, axis or setting that was varied.
    public var parameter: String
    /// What else was set, by name.
    public var settings: [String: String]
    public var clock: RunClock
    /// Counted runs for each value.
    public var runs: Int
    /// In the order of the command line.
    public var points: [SweepPoint]
    /// Why figures cannot be trusted, or are missing; empty when all went well.
    public var problems: [String]
    /// In UTC, ISO 8601.
    public var startedAt: String
    public var durationNs: Int64
    public var interrupted: Bool
}

/// One value of the parameter and what came of it.
public struct SweepPoint: Codable, Hashable, Sendable {
    public var value: String
    public var figures: SweepFigures
    /// The same figures for the turns of each tag, in the order of the names.
    public var tags: [SweepTag]

    init(value: String, turns: [TurnResult]) {
        self.value = value
        figures = SweepFigures(turns)
        let names = Set(turns.flatMap { $0.tags ?? [] }).sorted()
        tags = names.map { name in
            SweepTag(tag: name, figures: SweepFigures(turns.filter { $0.tags?.contains(name) ?? false }))
        }
    }
}

/// The figures of the turns with one tag.
public struct SweepTag: Codable, Hashable, Sendable {
    public var tag: String
    public var figures: SweepFigures
}

/// What some turns add up to. False cut-offs and latency are told apart: the percentiles are over the turns that were answered without a cut-off,
/// so that both axes of the curve say one thing each.
public struct SweepFigures: Codable, Hashable, Sendable {
    /// All turns, also those that must not be answered.
    public var turns: Int
    /// Turns that failed in any way.
    public var failed: Int
    /// Turns in which the user wants an answer: those that can be cut off.
    public var answerable: Int
    public var falseCutOffs: Int
    /// The upper bound of their share at 95 % confidence; null without such turns.
    @Nullable public var falseCutOffShareAtMost: Double?
    /// Turns that were neither answered nor cut off.
    public var unanswered: Int
    /// Null when nothing was answered.
    @Nullable public var p50Ns: Int64?
    @Nullable public var p95Ns: Int64?
    @Nullable public var p99Ns: Int64?

    /// Nil without turns that can be cut off.
    var falseCutOffShare: Double? {
        answerable == 0 ? nil : Double(falseCutOffs) / Double(answerable)
    }

    init(_ all: [TurnResult]) {
        let cutOffs = CutOffs(all)
        let heard = all.filter { $0.answerExpected && !$0.falseCutOff }
        let latencies = heard.compactMap(\.latencyNs).map(Optional.some)
        func quantile(_ p: Double) -> Int64? { latencies.isEmpty ? nil : Quantile.nearestRank(p, of: latencies) }
        turns = all.count
        failed = all.count { !$0.passed }
        answerable = cutOffs.turns
        falseCutOffs = cutOffs.count
        unanswered = heard.count { $0.latencyNs == nil }
        falseCutOffShareAtMost = cutOffs.shareAtMost
        p50Ns = quantile(0.5)
        p95Ns = quantile(0.95)
        p99Ns = quantile(0.99)
    }
}

extension SweepResult {
    /// What is to be reached: at most one turn in fifty cut off, and answers as quick as between people.
    enum Goal {
        static let cutOffShare = 0.02
        static let p50Ns: Int64 = 200_000_000
        static let p95Ns: Int64 = 300_000_000
    }

    /// Whether a point lies inside the goal.
    static func isWithinGoal(_ figures: SweepFigures) -> Bool {
        guard let share = figures.falseCutOffShare, let median = figures.p50Ns, let high = figures.p95Ns else {
            return false
        }
        return share <= Goal.cutOffShare && median <= Goal.p50Ns && high <= Goal.p95Ns
    }
}
