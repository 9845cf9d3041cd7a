// The result of a paired comparison: what `ab.json` holds, and how it is judged.

import AssistantInterface
import BenchStatistics

/// Two builds or two settings, measured in pairs on one machine. Times are nanoseconds.
public struct ABResult: Codable, Hashable, Sendable {
    static let currentSchemaVersion = 1
    static let kind = "ab"

    public var schemaVersion = Self.currentSchemaVersion
    public var kind = Self.kind
    public var verdict: Verdict
    public var exitCode: ExitCode
    public var scenario: ScenarioReference
    public var machine: Machine
    /// SHA-256 of the scenario and of every recording.
    public var inputs: [String: String]
    /// `runs` are the pairs that were asked for.
    public var settings: RunSettings
    public var a: Side
    public var b: Side
    /// Which side came first in each pair, pair by pair: `a` or `b`.
    public var order: [String]
    /// Whether there was another look before this one, after which pairs were added.
    public var look: Look
    /// How b compares with a.
    public var comparisons: [Comparison]
    /// Exact figures of b that are not those of a; shown, because what is compared is meant to differ.
    public var exactDifferences: [ExactDifference]
    public var runFailures: [String]
    /// Why the figures cannot be trusted; empty when they can.
    public var invalidReasons: [String]
    public var notices: [String]
    /// In UTC, ISO 8601.
    public var startedAt: String
    public var durationNs: Int64
    public var interrupted: Bool

    /// One side and its raw samples.
    public struct Side: Codable, Hashable, Sendable {
        /// What sets it apart: settings or a command.
        public var label: String
        public var assistant: AssistantIdentity
        /// Required turns that failed.
        public var failedTurns: Int
        /// One for each turn; `run` is the number of the pair.
        public var samples: [Baseline.Sample]
    }

    /// Fills in comparisons, exact figures, verdict and exit code from the samples.
    mutating func judge(look: Look, reportingImprovement: Bool) {
        self.look = look
        let pairs = Set(a.samples.map(\.run)).intersection(b.samples.map(\.run))
        comparisons = Comparison.judge(
            ComparisonSides(
                name: "a", base: a.samples.filter { pairs.contains($0.run) },
                new: b.samples.filter { pairs.contains($0.run) }, isPaired: true, look: look))
        var findings = Finding.of(comparisons, [], reportingImprovement: reportingImprovement)
        if !comparisons.contains(where: \.gated) { findings.insert(.inconclusive) }
        if !runFailures.isEmpty || a.failedTurns + b.failedTurns > 0 { findings.insert(.failed) }
        if !invalidReasons.isEmpty { findings.insert(.invalid) }
        exitCode = ExitCode.of(findings)
        verdict = Verdict(exitCode, isTrusted: invalidReasons.isEmpty)
    }

    /// Pairs in all that would settle the gated comparisons that are open; nil when none is open, or no number would.
    var pairsToSettle: Int? {
        let open = comparisons.filter { $0.gated && $0.verdict == .inconclusive }
        let needed = open.compactMap(\.runsToSettle)
        return needed.count == open.count ? needed.max() : nil
    }
}
