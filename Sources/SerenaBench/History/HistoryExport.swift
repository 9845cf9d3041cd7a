// The history as a file for other programs.

/// What `serena-bench history --format json` prints. Times are nanoseconds.
struct HistoryExport: Codable, Hashable, Sendable {
    static let currentSchemaVersion = 1
    static let kind = "history"

    var schemaVersion = Self.currentSchemaVersion
    var kind = Self.kind
    var series: [Series]

    struct Series: Codable, Hashable, Sendable {
        var scenario: String
        var title: String
        var variant: [String: String]
        var clock: String
        var machine: Machine
        var changePoints: [ChangePoint]
        /// The oldest first; interrupted and invalid ones too.
        var runs: [Entry]
    }

    struct ChangePoint: Codable, Hashable, Sendable {
        /// When the first result of the new level was started.
        var at: String
        var assistantVersion: String
        @Nullable var beforeNs: Int64?
        @Nullable var afterNs: Int64?
    }

    struct Entry: Codable, Hashable, Sendable {
        var startedAt: String
        var verdict: String
        @Nullable var readiness: String?
        var exitCode: Int32
        var interrupted: Bool
        var seed: UInt64
        var assistant: String
        var assistantVersion: String
        var settings: [String: String]
        var resultSHA256: String
        var folder: String
        var turns: Int
        var answered: Int
        var failedTurns: Int
        var falseCutOffs: Int
        @Nullable var p50Ns: Int64?
        @Nullable var p95Ns: Int64?
        @Nullable var p99Ns: Int64?
        @Nullable var maxNs: Int64?
        var perRun: [RunQuantiles]
        /// Turn by turn; null is a turn without a proper answer.
        var latenciesNs: [Int64?]
    }

    /// Leaves out a series without results.
    init(_ series: [(rows: [HistoryRow], trend: HistoryTrend)]) {
        self.series = series.compactMap { rows, trend in
            guard let last = rows.last else { return nil }
            return Series(
                scenario: trend.series.scenario, title: last.title, variant: trend.series.variant,
                clock: trend.series.clock, machine: last.machine,
                changePoints: trend.changes.map {
                    ChangePoint(
                        at: trend.points[$0.index].startedAt, assistantVersion: trend.points[$0.index].assistantVersion,
                        beforeNs: $0.beforeNs, afterNs: $0.afterNs)
                },
                runs: rows.map(Entry.init))
        }
    }
}

extension HistoryExport.Entry {
    init(_ row: HistoryRow) {
        self.init(
            startedAt: row.startedAt, verdict: row.verdict, readiness: row.readiness, exitCode: row.exitCode,
            interrupted: row.interrupted, seed: row.seed, assistant: row.assistant,
            assistantVersion: row.assistantVersion, settings: row.settings, resultSHA256: row.resultSHA256,
            folder: row.folder, turns: row.summary.turns, answered: row.summary.answered,
            failedTurns: row.summary.failedTurns, falseCutOffs: row.summary.falseCutOffs, p50Ns: row.summary.p50Ns,
            p95Ns: row.summary.p95Ns, p99Ns: row.summary.p99Ns, maxNs: row.summary.maxNs, perRun: row.perRun,
            latenciesNs: row.latencies)
    }
}
