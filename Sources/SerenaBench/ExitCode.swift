// Every exit code of the program, and which of several findings decides it.

/// How the program ends. The numbers are part of its interface; scripts and CI read them.
public enum ExitCode: Int32, CaseIterable, Codable, Sendable {
    /// Everything that was asked for holds.
    case pass = 0
    /// The program itself is at fault.
    case internalError = 1
    /// A gated figure is worse than its baseline.
    case regression = 2
    /// A run broke off, or a required step missed an expectation.
    case failed = 3
    /// A gated figure is better than its baseline. Only where the caller asks to be told.
    case improvement = 4
    /// The baseline is missing, damaged, or measured something else.
    case baseline = 5
    /// The output cannot be written.
    case output = 6
    /// A latency budget of level `error` is exceeded.
    case budget = 7
    /// The measurement cannot be trusted, or does not suffice to decide.
    case invalid = 8
    /// Wrong usage, or an input that cannot be used: a scenario, a recording, a result file.
    case usage = 64

    /// One line for the help text.
    public var meaning: String {
        switch self {
        case .pass: "pass"
        case .internalError: "internal error"
        case .regression: "regression against the baseline"
        case .failed: "a run or an expectation failed"
        case .improvement: "improvement (only where asked for)"
        case .baseline: "baseline missing or not comparable"
        case .output: "output cannot be written"
        case .budget: "latency budget exceeded"
        case .invalid: "invalid, inconclusive or not proven"
        case .usage: "usage, or an input that cannot be used"
        }
    }
}

/// What an evaluation found. Several may hold at once; ``ExitCode/of(_:)`` says which one counts.
public enum Finding: CaseIterable, Hashable, Sendable {
    case unusableInput
    case failed
    case notComparable
    case invalid
    case budgetExceeded
    case regression
    case inconclusive
    case improvement
}

extension ExitCode {
    /// The findings from the one that outweighs all others to the one that yields to all.
    ///
    /// A failed step outweighs an invalid measurement, because what was heard and said needs no trust in the clock.
    static let precedence: [(finding: Finding, code: ExitCode)] = [
        (.unusableInput, .usage), (.failed, .failed), (.notComparable, .baseline), (.invalid, .invalid),
        (.budgetExceeded, .budget), (.regression, .regression), (.inconclusive, .invalid),
        (.improvement, .improvement),
    ]

    /// The code that stands for `findings`; ``pass`` when there are none.
    public static func of(_ findings: Set<Finding>) -> ExitCode {
        precedence.first { findings.contains($0.finding) }?.code ?? .pass
    }
}

/// An error that ends a command: what happened, what helps, and the exit code that says so.
public struct BenchError: Error, Hashable, CustomStringConvertible, Sendable {
    public let exitCode: ExitCode
    public let message: String
    /// The command or the change that mends it, if there is one.
    public let remedy: String?

    public init(_ exitCode: ExitCode, _ message: String, remedy: String? = nil) {
        self.exitCode = exitCode
        self.message = message
        self.remedy = remedy
    }

    public var description: String {
        remedy.map { "\(message)\n  try: \($0)" } ?? message
    }
}
