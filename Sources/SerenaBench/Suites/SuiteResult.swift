// What a suite found: one line for each of its checks.

/// The suites that can be run.
public enum SuiteName: String, CaseIterable, Codable, Sendable {
    /// How fast, how many, how long: budget, concurrency, memory, throughput, endurance.
    case performance = "SerenaNetPerformanceTests"
    /// Whether the demo can be shown: readiness of every talk, fall-backs, recovery.
    case readiness = "DemoReadinessTests"
}

/// The result of a suite; what `suite.json` holds.
public struct SuiteResult: Codable, Hashable, Sendable {
    public static let currentSchemaVersion = 1
    public static let kind = "suite"
    static let fileName = "suite.json"

    public var schemaVersion = Self.currentSchemaVersion
    public var kind = Self.kind
    public var suite: SuiteName
    /// Whether less was measured than a proof needs.
    public var quick: Bool
    public var exitCode: ExitCode
    public var machine: Machine
    public var checks: [SuiteCheck]
    /// In UTC, ISO 8601.
    public var startedAt: String
    public var durationNs: Int64

    /// The code for a set of checks. A quick look proves nothing, so that what is not proven does not count there.
    static func exitCode(of checks: [SuiteCheck], isQuick: Bool) -> ExitCode {
        let states = Set(checks.map(\.state))
        var findings: Set<Finding> = []
        if states.contains(.failed) { findings.insert(.failed) }
        if states.contains(.invalid) || checks.isEmpty { findings.insert(.invalid) }
        if states.contains(.notProven), !isQuick { findings.insert(.inconclusive) }
        return ExitCode.of(findings)
    }
}

/// One check of a suite.
public struct SuiteCheck: Codable, Hashable, Sendable {
    public enum State: String, CaseIterable, Codable, Sendable {
        case passed
        case failed
        /// What was measured does not suffice to tell.
        case notProven = "not proven"
        /// What was measured cannot be trusted.
        case invalid
    }

    public var name: String
    public var state: State
    /// What was found, and what it was held against, in a phrase.
    public var detail: String
    /// The figures, with the unit in the name, such as `slopeBytesPerTurn`.
    public var figures: [String: Double]
    /// The folder of the report behind it; null when it has none of its own.
    @Nullable public var report: String?

    init(_ name: String, _ state: State, _ detail: String, figures: [String: Double] = [:], report: String? = nil) {
        self.name = name
        self.state = state
        self.detail = detail
        // JSON has no number for what is not finite.
        self.figures = figures.filter(\.value.isFinite)
        _report = Nullable(wrappedValue: report)
    }
}

/// A suite as a table of text.
enum SuiteText {
    static func text(_ result: SuiteResult) -> String {
        let width = result.checks.map(\.name.count).max() ?? 0
        var lines = result.checks.map { check in
            let name = check.name + String(repeating: " ", count: width - check.name.count)
            let state = check.state.rawValue + String(repeating: " ", count: max(0, 10 - check.state.rawValue.count))
            return "\(name)  \(state)  \(check.detail)"
        }
        let passed = result.checks.count { $0.state == .passed }
        lines += ["", "\(result.suite.rawValue): \(passed) of \(Figures.count(result.checks.count, "check")) passed"]
        return lines.map(Terminal.plain).joined(separator: "\n")
    }
}
