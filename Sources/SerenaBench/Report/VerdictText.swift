// The verdict in words: why it is what it is, and what to do next.

/// What every report and the terminal say first.
struct VerdictText {
    /// Every reason, the weightiest first.
    let reasons: [String]
    /// The step that helps most.
    let nextStep: String
    /// Steps that failed as they are marked to, in one sentence; nil when there are none.
    let expectedFailures: String?
    /// Steps that passed although they are marked as expected to fail; nil when there are none.
    let unexpectedPasses: String?

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
        reasons += ExpectedFailures(result.turns).needless.map {
            "step \($0) passes: its mark as an expected failure is no longer needed"
        }
        reasons += result.invalidReasons
        reasons += result.budgets.filter { $0.state == .failed }.map(Self.exceeded)
        reasons += ComparisonText.reasons(result)
        if result.exitCode == .pass || reasons.isEmpty {
            let runs = Figures.count(Set(result.turns.map(\.run)).count, "run")
            let isClean = !result.turns.contains { $0.required && !$0.passed }
            reasons.insert(
                isClean
                    ? "every required step passed in \(runs)" : "no required step failed unexpectedly in \(runs)", at: 0
            )
        }
        self.reasons = reasons
        nextStep = NextStep.text(for: result)
        expectedFailures = Self.expected(in: result)
        unexpectedPasses = Self.unexpected(in: result)
    }

    private static func exceeded(_ budget: BudgetResult) -> String {
        "\(budget.metric) is \(Figures.milliseconds(budget.valueNs)), the limit "
            + Figures.milliseconds(budget.limitNs) + (budget.level == .warn ? " (warning)" : "")
    }

    private static func expected(in result: BenchResult) -> String? {
        let turns = result.turns.filter { !$0.passed && $0.expectedFailure != nil }
        guard let first = turns.first else { return nil }
        let steps = Set(turns.map(\.step)).count
        return "\(Figures.count(turns.count, "turn")) of \(Figures.count(steps, "step")) failed as expected, such as "
            + "\(first.step): \(first.expectedFailure ?? "")"
    }

    private static func unexpected(in result: BenchResult) -> String? {
        // A mark is no longer needed when the step passed in every run.
        let marked = Dictionary(grouping: result.turns.filter { $0.expectedFailure != nil }, by: \.step)
        let steps = marked.filter { $0.value.allSatisfy(\.passed) }.keys.sorted()
        guard !steps.isEmpty else { return nil }
        return "\(Figures.count(steps.count, "step")) passed although expected to fail: "
            + steps.prefix(8).joined(separator: ", ") + "; remove the mark"
    }
}

/// What to do next, in one sentence.
enum NextStep {
    static func text(for result: BenchResult) -> String {
        if !result.runFailures.isEmpty {
            return "Run serena-bench doctor: it says what is missing and what mends it."
        }
        switch result.exitCode {
        case .failed: return afterFailure(result)
        case .invalid:
            if result.interrupted { return "Run it again to the end." }
            if result.invalidReasons.isEmpty { return open(result) ?? "Measure again with more runs: --runs." }
            return "Mend what the reasons name, then run it again; these figures decide nothing."
        case .budget: return slowest(result)
        case .baseline: return "Set the baseline again from a result with the same inputs."
        case .regression:
            let stage = result.comparisons.first { $0.verdict == .regressed }?.movedStage
            return stage.map { "Look at the stage \(Waterfall.label($0)): it moved most." }
                ?? "Compare the waterfalls with those of the baseline's report."
        case .improvement: return "Keep it: serena-bench baseline promote."
        case .pass, .internalError, .output, .usage:
            return open(result) ?? recommended(result)
                ?? "Keep it: serena-bench baseline set \(result.scenario.name) --from this result."
        }
    }

    private static func afterFailure(_ result: BenchResult) -> String {
        let causes = result.readiness?.gates.flatMap(\.causes) ?? []
        if let replay = causes.lazy.compactMap(\.replay).first { return "See it again: \(replay)" }
        guard let turn = result.turns.first(where: \.isFailure) else {
            return "Start with the reasons above."
        }
        return "Start with step \(turn.step): its failures, transcript and waterfall are below."
    }

    private static func slowest(_ result: BenchResult) -> String {
        if let recommended = recommended(result) { return recommended }
        let slowest = result.turns.filter(\.answerExpected).max { ($0.latencyNs ?? .min) < ($1.latencyNs ?? .min) }
        guard let slowest, let stage = slowest.stagesNs.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else {
            return "Look at the slowest turns below."
        }
        return "The slowest turn is \(slowest.step); most of it goes to the stage \(stage.key)."
    }

    private static func recommended(_ result: BenchResult) -> String? {
        result.readiness?.recommendations.first.map { recommendation in
            let saving = recommendation.savesNs.map { " It could save up to \(Figures.milliseconds($0))." } ?? ""
            let end = recommendation.text.hasSuffix(".") ? "" : "."
            return recommendation.text + end + saving
        }
    }

    /// What is not decided yet, and how many turns or runs would decide it.
    private static func open(_ result: BenchResult) -> String? {
        let budgets = result.budgets.filter { $0.state == .notProven }
        if let budget = budgets.max(by: { ($0.turnsToSettle ?? $0.turnsNeeded) < ($1.turnsToSettle ?? $1.turnsNeeded) })
        {
            return "\(budget.metric) is judged from \(budget.turnsToSettle ?? budget.turnsNeeded) turns on; there are "
                + "\(budget.turns). Use --runs."
        }
        let runs = result.comparisons.filter { $0.gated && $0.verdict == .inconclusive }.compactMap(\.runsToSettle)
            .max()
        return runs.map { "About \(Figures.count($0, "run")) would settle the comparison. Use --runs." }
    }
}

/// A comparison in words.
enum ComparisonWords {
    static func subject(_ comparison: Comparison) -> String {
        "\(comparison.step ?? "All turns") \(comparison.metric)"
    }

    /// `+12 %` or `-3.1 %`; nil when one of the two figures is missing.
    static func change(_ comparison: Comparison) -> String? {
        ratio(comparison).map { signedPercent($0 - 1) }
    }

    /// The result over the baseline, from the figures themselves where it was not judged.
    static func ratio(_ comparison: Comparison) -> Double? {
        if let ratio = comparison.ratio { return ratio }
        guard let before = comparison.baselineNs, let after = comparison.valueNs, before > 0, after > 0 else {
            return nil
        }
        return Double(after) / Double(before)
    }

    static func sentence(_ comparison: Comparison) -> String {
        let change = change(comparison).map { " (\($0))" } ?? ""
        var text =
            "\(subject(comparison)) \(comparison.verdict.rawValue): \(Figures.milliseconds(comparison.baselineNs)) in the "
            + "baseline \(comparison.baseline), \(Figures.milliseconds(comparison.valueNs)) now\(change)"
        if let stage = comparison.movedStage {
            text +=
                ", mostly \(Waterfall.label(stage))"
                + (comparison.movedStageNs.map { " \($0 >= 0 ? "+" : "")\(Figures.milliseconds($0))" } ?? "")
        }
        if comparison.verdict == .inconclusive, let runs = comparison.runsToSettle {
            text += "; about \(Figures.count(runs, "run")) would settle it"
        }
        return text
    }

    static func signedPercent(_ share: Double) -> String {
        guard share.isFinite, abs(share) < 1e6 else { return "not known" }
        let tenths = Int((share * 1_000).rounded())
        let sign = tenths < 0 ? "−" : "+"
        return abs(tenths) < 100
            ? "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10) %" : "\(sign)\(Int((abs(share) * 100).rounded())) %"
    }
}
