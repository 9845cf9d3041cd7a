// The result of a benchmark: what `result.json` holds. Every report is made from it alone.

import BenchStatistics
import AssistantInterface

/// The verdict over a whole result, as it is shown.
public enum Verdict: String, CaseIterable, Codable, Sendable {
    case pass = "PASS"
    case failed = "FAIL"
    case budgetExceeded = "BUDGET EXCEEDED"
    /// A gated figure is worse than its baseline.
    case regressed = "REGRESSED"
    case invalid = "INVALID"
    /// The figures can be trusted, and don't suffice to decide.
    case notProven = "NOT PROVEN"
    case notComparable = "NOT COMPARABLE"

    /// - Parameter isTrusted: whether nothing speaks against the figures; tells the two meanings of code 8 apart.
    init(_ exitCode: ExitCode, isTrusted: Bool) {
        switch exitCode {
        case .pass, .improvement: self = .pass
        case .budget: self = .budgetExceeded
        case .baseline: self = .notComparable
        case .regression: self = .regressed
        case .invalid: self = isTrusted ? .notProven : .invalid
        default: self = .failed
        }
    }
}

/// Everything that was measured, and everything that is needed to judge it. Times are nanoseconds.
public struct BenchResult: Codable, Hashable, Sendable {
    public static let currentSchemaVersion = 2
    public static let kind = "result"

    public var schemaVersion = Self.currentSchemaVersion
    public var kind = Self.kind
    public var verdict: Verdict
    public var exitCode: ExitCode
    public var scenario: ScenarioReference
    public var assistant: AssistantIdentity
    public var machine: Machine
    /// SHA-256 of the scenario and of every recording, by path relative to the scenario's folder.
    public var inputs: [String: String]
    public var settings: RunSettings
    public var budgets: [BudgetResult]
    /// One for each run on a virtual clock; empty in real time.
    public var eventSequences: [EventSequence]
    /// Turn by turn, in the order of the runs.
    public var turns: [TurnResult]
    public var comparisons: [Comparison]
    /// Exact figures that are not what they were in the baseline.
    public var exactDifferences: [ExactDifference]
    /// Null when readiness was not judged.
    @Nullable public var readiness: Readiness?
    /// The faults that were planted to see whether they are caught, run by run.
    public var planted: [PlantedFault]
    /// Runs that broke off, and why.
    public var runFailures: [String]
    /// Why the figures cannot be trusted; empty when they can.
    public var invalidReasons: [String]
    public var notices: [String]
    public var summary: Summary
    public var pacing: PacingSummary
    /// The measuring error found right before the runs; null when it was not asked for.
    @Nullable public var calibration: CalibrationResult?
    /// In UTC, ISO 8601.
    public var startedAt: String
    public var durationNs: Int64
    public var interrupted: Bool
}

public struct ScenarioReference: Codable, Hashable, Sendable {
    public var name: String
    public var title: String
    /// As it was found, relative to the current folder where it lies below it.
    public var path: String
    public var sha256: String
}

/// How the runs were made.
public struct RunSettings: Codable, Hashable, Sendable {
    public var clock: RunClock
    /// The values of the scenario's matrix and parameters for which this result holds, by name; empty without any.
    public var variant: [String: String]
    /// Counted runs that were asked for.
    public var runs: Int
    public var warmup: Int
    public var seed: UInt64
    public var patienceNs: Int64
    /// The p99 pacing error above which a run is invalid.
    public var pacingLimitNs: Int64
}

/// One step of one counted run.
public struct TurnResult: Codable, Hashable, Sendable {
    /// Counted from 1.
    public var run: Int
    public var step: String
    public var required: Bool
    public var passed: Bool
    public var failures: [String]
    /// Whether an answer is expected, and the turn therefore counts in the percentiles.
    public var answerExpected: Bool
    /// Null without an answer; negative when the assistant spoke over the user.
    @Nullable public var latencyNs: Int64?
    public var transcript: String
    public var expectedTranscript: String
    public var wordErrorRate: Double
    @Nullable public var intent: String?
    @Nullable public var expectedIntent: String?
    public var slots: [String: String]
    public var response: String
    @Nullable public var route: Route?
    public var routeReason: String
    @Nullable public var problem: String?
    /// What each stage adds to the latency, by stage.
    public var stagesNs: [String: Int64]
    /// How far the assistant's own marks miss the measured latency; null without marks.
    @Nullable public var stageResidualNs: Int64?
    /// Relative to the end of speech.
    public var spans: [SpanResult]
    /// From the first sample of speech to the first partial transcript.
    @Nullable public var firstPartialNs: Int64?
    /// From the end of speech to the assistant's decision that the user has finished.
    @Nullable public var endpointingNs: Int64?
    public var audio: Utterance.Source
    /// The recording of the answer, relative to the result; null when nothing was heard.
    @Nullable public var answerAudio: String?
    public var falseCutOff: Bool
    /// Figures that must not change by themselves, by name: `instructions`, `allocatedBytes`, `bytecodeBytes`.
    public var exact: [String: Int]
    /// What happened inside the assistant, in order, without times.
    public var events: [String]
    /// Why the step is expected to fail; null when it is expected to pass. See ``isUnexpectedPass``.
    @Nullable public var expectedFailure: String?
    /// From the user's first sample over an answer to the assistant's last audible sample; null without an interruption.
    @Nullable public var bargeInStopNs: Int64?
    /// CPU time of the process over the step; null where it was not measured.
    @Nullable public var cpuNs: Int64?
    /// Memory of the process at the end of the step; null where it was not measured.
    @Nullable public var residentBytes: Int64?
    public var pacingErrorP99Ns: Int64
    /// What was done ahead of the endpoint, over all turns of the step; absent when the assistant does not count it.
    public var speculation: SpeculationResult?
    /// The stages that fell behind, in the order in which they are reported; absent when nothing was reported.
    public var fellBehind: [String]?
    /// How often the assistant broke off what it was saying although nobody had asked it anything; absent when it never stopped.
    public var stopsWithoutCause: Int?
    /// The tags of the step, to split figures by; absent when it has none.
    public var tags: [String]?

    /// Whether the step weighs against the result: it had to pass, was expected to pass, and did not.
    var isFailure: Bool { required && !passed && expectedFailure == nil }

    /// Whether the step passed although it is marked as expected to fail: the mark is no longer needed.
    var isUnexpectedPass: Bool { passed && expectedFailure != nil }

    /// Whether the turn counts in the percentiles: an answer is expected, and it is not known beforehand that it fails.
    var isTimed: Bool { answerExpected && (passed || expectedFailure == nil) }

    /// The latency as the percentiles count it: nil, infinitely late, when there is no answer or it cut the user off.
    var countedLatency: Int64? {
        falseCutOff ? nil : latencyNs
    }
}

/// The work of a stage, relative to the end of speech: negative when it was done ahead.
public struct SpanResult: Codable, Hashable, Sendable {
    public var stage: String
    public var startNs: Int64
    public var endNs: Int64
}

/// Work that was done ahead of the endpoint.
public struct SpeculationResult: Codable, Hashable, Sendable {
    /// Pieces of work that the answer was made from.
    public var used: Int
    /// Pieces of work that were thrown away.
    public var wasted: Int
    /// The processor time of the pieces that were thrown away.
    public var wastedCPUNs: Int64
}

/// Figures over all counted turns. They are derived from `turns`, and shown for convenience.
public struct Summary: Codable, Hashable, Sendable {
    public var turns: Int
    /// Turns that should be answered; the percentiles are over these.
    public var answerable: Int
    public var answered: Int
    public var failedTurns: Int
    public var falseCutOffs: Int
    /// The share of false cut-offs that the turns leave possible at 95 % confidence; absent without turns, and in older results.
    public var falseCutOffShareAtMost: Double?
    /// Null when that many answers are missing.
    @Nullable public var p50Ns: Int64?
    @Nullable public var p90Ns: Int64?
    @Nullable public var p95Ns: Int64?
    @Nullable public var p99Ns: Int64?
    @Nullable public var maxNs: Int64?
    /// Mean over the turns of their word error rates.
    public var meanWordErrorRate: Double
}

/// How well the frames kept to their schedule.
public struct PacingSummary: Codable, Hashable, Sendable {
    public var frames: Int
    public var p50Ns: Int64
    public var p99Ns: Int64
    public var maxNs: Int64

    init(errors: [Int64]) {
        let sorted: [Int64?] = errors
        frames = errors.count
        p50Ns = Quantile.nearestRank(0.50, of: sorted) ?? 0
        p99Ns = Quantile.nearestRank(0.99, of: sorted) ?? 0
        maxNs = errors.max() ?? 0
    }
}
