// One result in the history, and the order in which results may be drawn as one line.

import BenchStatistics
import Foundation

/// What the history keeps of a result.
struct HistoryRow: Hashable, Sendable {
    /// Of `result.json`, which makes every result be kept once.
    var resultSHA256: String
    var series: SeriesKey
    var title: String
    var machine: Machine
    var assistant: String
    var assistantVersion: String
    var settings: [String: String]
    /// In UTC, ISO 8601.
    var startedAt: String
    var verdict: String
    /// Nil when readiness was not judged.
    var readiness: String?
    var exitCode: Int32
    var interrupted: Bool
    var seed: UInt64
    /// Where the report was left.
    var folder: String
    var summary: Summary
    var perRun: [RunQuantiles]
    /// Turn by turn; nil is a turn without a proper answer.
    var latencies: [Int64?]

    init(_ result: BenchResult, sha256: String, folder: String) {
        resultSHA256 = sha256
        series = SeriesKey(result)
        title = result.scenario.title
        machine = result.machine
        assistant = result.assistant.name
        assistantVersion = result.assistant.version
        settings = result.assistant.settings
        startedAt = result.startedAt
        verdict = result.verdict.rawValue
        readiness = result.readiness?.verdict.rawValue
        exitCode = result.exitCode.rawValue
        interrupted = result.interrupted
        seed = result.settings.seed
        self.folder = folder
        summary = result.summary
        let answerable = result.turns.filter(\.answerExpected)
        latencies = answerable.map(\.countedLatency)
        let runs = Dictionary(grouping: answerable, by: \.run)
        perRun = runs.keys.sorted().map { RunQuantiles(run: $0, latencies: (runs[$0] ?? []).map(\.countedLatency)) }
    }

    init(
        resultSHA256: String, series: SeriesKey, title: String, machine: Machine, assistant: String,
        assistantVersion: String, settings: [String: String], startedAt: String, verdict: String, readiness: String?,
        exitCode: Int32, interrupted: Bool, seed: UInt64, folder: String, summary: Summary, perRun: [RunQuantiles],
        latencies: [Int64?]
    ) {
        self.resultSHA256 = resultSHA256
        self.series = series
        self.title = title
        self.machine = machine
        self.assistant = assistant
        self.assistantVersion = assistantVersion
        self.settings = settings
        self.startedAt = startedAt
        self.verdict = verdict
        self.readiness = readiness
        self.exitCode = exitCode
        self.interrupted = interrupted
        self.seed = seed
        self.folder = folder
        self.summary = summary
        self.perRun = perRun
        self.latencies = latencies
    }

    /// Whether its figures may be a point of a trend: a whole measurement, whatever it found.
    var isMeasured: Bool {
        !interrupted && exitCode != ExitCode.invalid.rawValue && summary.answerable > 0
    }
}

/// What results must have in common to be drawn as one line.
struct SeriesKey: Hashable, Sendable {
    var scenario: String
    var variant: [String: String]
    var clock: String
    /// The machine's fingerprint.
    var machine: String

    init(scenario: String, variant: [String: String], clock: String, machine: String) {
        self.scenario = scenario
        self.variant = variant
        self.clock = clock
        self.machine = machine
    }

    init(_ result: BenchResult) {
        self.init(
            scenario: result.scenario.name, variant: result.settings.variant, clock: result.settings.clock.rawValue,
            machine: result.machine.fingerprint)
    }

    /// `ted (voice amy), virtual`.
    var text: String {
        let values = variant.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return scenario + (values.isEmpty ? "" : " (\(values))") + ", \(clock)"
    }
}

/// The quantiles of one run.
struct RunQuantiles: Codable, Hashable, Sendable {
    /// Counted from 1.
    var run: Int
    /// Null when that many answers are missing.
    @Nullable var p50Ns: Int64?
    @Nullable var p95Ns: Int64?
}

extension RunQuantiles {
    init(run: Int, latencies: [Int64?]) {
        self.init(
            run: run, p50Ns: Quantile.nearestRank(0.5, of: latencies), p95Ns: Quantile.nearestRank(0.95, of: latencies))
    }
}
