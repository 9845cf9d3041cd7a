// What the gate of a pipeline decides: scenario by scenario, and all together.

/// The decision of the gate; what `gate.json` holds.
public struct GateResult: Codable, Hashable, Sendable {
    public static let currentSchemaVersion = 1
    public static let kind = "gate"

    public var schemaVersion = Self.currentSchemaVersion
    public var kind = Self.kind
    public var exitCode: ExitCode
    public var scenarios: [GateEntry]
}

/// One scenario in the decision.
public struct GateEntry: Codable, Hashable, Sendable {
    /// As it was named on the command line.
    public var scenario: String
    public var exitCode: ExitCode
    /// Null when no run could be made.
    @Nullable public var verdict: Verdict?
    @Nullable public var readiness: Readiness.Verdict?
    public var turns: Int
    public var failedTurns: Int
    @Nullable public var p50Ns: Int64?
    @Nullable public var p95Ns: Int64?
    /// Why it did not pass, the weightiest first; empty when it did.
    public var reasons: [String]
    /// The folder of the report, relative to the current folder where it lies below it.
    @Nullable public var report: String?
}

/// Judges a result as a gate does: what is not shown does not pass.
enum GateJudgement {
    /// What speaks against a result, with what `run` lets pass: a budget that is not proven, a comparison that could not tell.
    static func findings(_ result: BenchResult) -> Set<Finding> {
        var findings = result.findings
        if result.budgets.contains(where: { $0.level == .error && $0.state == .notProven }) {
            findings.insert(.inconclusive)
        }
        let gated = result.comparisons.filter(\.gated)
        if gated.contains(where: { $0.verdict == .regressed }) || !result.exactDifferences.isEmpty {
            findings.insert(.regression)
        }
        if gated.contains(where: { $0.verdict == .inconclusive }) { findings.insert(.inconclusive) }
        return findings
    }

    /// Why a result does not pass, in words.
    static func reasons(_ result: BenchResult) -> [String] {
        let readiness = result.readiness.map {
            $0.gates.filter { $0.id == "C" || $0.id == "D" }.flatMap(\.causes).map(\.text)
        }
        let open = (readiness ?? []).filter { !$0.isEmpty }
        var seen: Set<String> = []
        return ((result.exitCode == .pass ? [] : VerdictText(result).reasons) + open).filter {
            seen.insert($0).inserted
        }
    }

    /// The code for all scenarios together.
    ///
    /// A program at fault, or a report that cannot be written, comes behind unusable input only: without it nothing was decided.
    static func exitCode(findings: Set<Finding>, errors: Set<ExitCode>) -> ExitCode {
        if findings.contains(.unusableInput) { return .usage }
        for code in [ExitCode.internalError, .output] where errors.contains(code) { return code }
        return ExitCode.of(findings)
    }

    /// The finding that an error stands for; nil where ``exitCode(findings:errors:)`` takes its code as it is.
    static func finding(of error: ExitCode) -> Finding? {
        switch error {
        case .usage: .unusableInput
        case .failed: .failed
        case .baseline: .notComparable
        case .invalid: .invalid
        case .budget: .budgetExceeded
        case .regression: .regression
        case .improvement: .improvement
        case .pass, .internalError, .output: nil
        }
    }
}
