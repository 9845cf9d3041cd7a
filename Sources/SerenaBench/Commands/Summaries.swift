// What a command says at its end, in a few lines.

import Instrumentation

extension BenchEnvironment {
    /// The verdict, why, and where the report is.
    func show(_ result: BenchResult, at folder: String) {
        let colour: Terminal.Colour = result.exitCode == .pass ? .green : .red
        let summary = result.summary
        terminal.note("")
        terminal.note(
            terminal.coloured(result.verdict.rawValue, colour) + "  "
                + Terminal.plain(VerdictText(result).headline))
        for reason in VerdictText(result).reasons.dropFirst().prefix(8) {
            terminal.note("  " + Terminal.plain(reason))
        }
        if summary.answerable > 0 {
            terminal.note(
                "  p50 \(Figures.milliseconds(summary.p50Ns)), p95 \(Figures.milliseconds(summary.p95Ns)), "
                    + "p99 \(Figures.milliseconds(summary.p99Ns)), max \(Figures.milliseconds(summary.maxNs)) over "
                    + "\(Figures.count(summary.answerable, "turn")); "
                    + Figures.count(summary.falseCutOffs, "false cut-off"))
        }
        for notice in result.notices { terminal.note("  note: " + Terminal.plain(notice)) }
        terminal.note("  report: \(display(folder))/report.html")
    }
}

/// The verdict in words: why it is what it is, and what to do next.
struct VerdictText {
    /// Every reason, the weightiest first.
    let reasons: [String]
    /// The step that helps most.
    let nextStep: String

    var headline: String {
        reasons.first ?? ""
    }

    init(_ result: BenchResult) {
        var reasons = result.runFailures
        let failed = result.turns.filter(\.isFailure)
        if !failed.isEmpty {
            reasons.append(
                "\(Figures.count(failed.count, "required turn")) of \(result.turns.count) failed")
            reasons += failed.prefix(10).map {
                "run \($0.run), \($0.step): \($0.failures.joined(separator: "; "))"
            }
        }
        let expected = ExpectedFailures(result.turns)
        reasons += expected.needless.map { "step \($0) passes: its mark as an expected failure is no longer needed" }
        reasons += result.invalidReasons
        let exceeded = result.budgets.filter { $0.state == .failed }
        reasons += exceeded.map {
            "\($0.metric) is \(Figures.milliseconds($0.valueNs)), the limit \(Figures.milliseconds($0.limitNs))"
                + ($0.level == .warn ? " (warning)" : "")
        }
        if result.exitCode == .pass {
            let runs = Figures.count(Set(result.turns.map(\.run)).count, "run")
            let besides =
                expected.failed.isEmpty
                ? "" : ", besides \(Figures.count(expected.failed.count, "expected failure"))"
            reasons.insert("every required step passed in \(runs)\(besides)", at: 0)
            reasons += expected.failed.map { "expected: \($0.step) (\($0.reason))" }
        }
        self.reasons = reasons
        nextStep = Self.nextStep(
            result,
            slowest: result.turns.filter(\.answerExpected).max {
                ($0.latencyNs ?? .min) < ($1.latencyNs ?? .min)
            })
    }

    private static func nextStep(_ result: BenchResult, slowest: TurnResult?) -> String {
        if !result.runFailures.isEmpty {
            return "Run serena-bench doctor: it says what is missing and what mends it."
        }
        switch result.verdict {
        case .failed:
            guard let turn = result.turns.first(where: \.isFailure) else {
                return "Take the marks of expected failures away where the step passes."
            }
            return "Start with step \(turn.step): its failures, transcript and waterfall are below."
        case .invalid:
            return result.interrupted
                ? "Run it again to the end."
                : "Mend what the reasons name, then run it again; these figures decide nothing."
        case .budgetExceeded:
            guard let slowest, let stage = slowest.stagesNs.max(by: { $0.value < $1.value }) else {
                return "Look at the slowest turns below."
            }
            return "The slowest turn is \(slowest.step); most of it goes to the stage \(stage.key)."
        case .notComparable: return "Set the baseline again from a result with the same inputs."
        case .pass:
            let open = result.budgets.filter { $0.state == .notProven }
            guard let open = open.max(by: { $0.turnsNeeded < $1.turnsNeeded }) else {
                return "Keep it: serena-bench baseline set \(result.scenario.name) --from this result."
            }
            return
                "\(open.metric) is judged from \(open.turnsNeeded) turns on; there are \(open.turns). Use --runs."
        }
    }
}
