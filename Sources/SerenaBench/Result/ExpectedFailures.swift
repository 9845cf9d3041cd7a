// Steps that are known to fail: which of them did, and which no longer do. Budgets leave the former out.

/// The steps of a result that are marked as expected failures.
struct ExpectedFailures {
    /// Steps that failed at least once, as their mark says, in the order of the talk.
    let failed: [(step: String, reason: String)]
    /// Steps that passed every time. A mark that nobody needs would hide the next failure, so it fails the run.
    let needless: [String]

    init(_ turns: [TurnResult]) {
        var order: [String] = []
        var reasons: [String: String] = [:]
        var hasFailed: [String: Bool] = [:]
        for turn in turns {
            guard let reason = turn.expectedFailure else { continue }
            if reasons[turn.step] == nil { order.append(turn.step) }
            reasons[turn.step] = reason
            hasFailed[turn.step] = (hasFailed[turn.step] ?? false) || !turn.passed
        }
        failed = order.filter { hasFailed[$0] == true }.map { ($0, reasons[$0] ?? "") }
        needless = order.filter { hasFailed[$0] == false }
    }

    var notices: [String] {
        needless.map { "\($0) passed in every run: its mark as an expected failure is no longer needed" }
    }
}

extension BenchResult {
    /// Holds a threshold against the turns of its class.
    static func budget(_ threshold: Threshold, _ turns: [TurnResult], of loaded: LoadedScenario) -> BudgetResult {
        let elsewhere = Set(loaded.scenario.steps.filter { $0.turnClass == .elsewhere }.map(\.id))
        let latencies = turns.filter { turn in
            turn.isTimed && elsewhere.contains(TurnResult.plainStep(turn.step)) == (threshold.turnClass == .elsewhere)
        }.map(\.countedLatency)
        var budget = BudgetResult(threshold, latencies: latencies)
        if threshold.turnClass != .local { budget.metric += " \(threshold.turnClass.rawValue)" }
        return budget
    }
}

extension TurnResult {
    /// The id of a step in its scenario, without the number of the round or of the user.
    static func plainStep(_ step: String) -> String {
        String(step.prefix { $0 != "." && $0 != "@" })
    }
}
