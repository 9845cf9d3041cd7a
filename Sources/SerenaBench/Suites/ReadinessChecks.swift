// The checks of DemoReadinessTests, each a pure function from what was measured to a line of the suite.

import AssistantInterface

enum ReadinessChecks {
    /// Whether a talk can be shown.
    static func talk(_ result: BenchResult, report: String) -> SuiteCheck {
        let name = "readiness of \(result.scenario.name)"
        guard let readiness = result.readiness else {
            return SuiteCheck(name, .invalid, "readiness was not judged", report: report)
        }
        let state: SuiteCheck.State =
            switch readiness.verdict {
            case .ready, .readyWithRisks: .passed
            case .notProven: .notProven
            case .notReady: .failed
            case .invalid: .invalid
            }
        let bound = Figures.percent(readiness.confidence.lowerBound)
        let worst = readiness.gates.first { $0.state == .failed || $0.state == .notProven }?.causes.first?.text
        return SuiteCheck(
            name, state,
            "\(readiness.verdict.rawValue), the whole next show succeeds with at least \(bound)"
                + (worst.map { "; \($0)" } ?? ""),
            figures: ["confidenceLowerBound": readiness.confidence.lowerBound], report: report)
    }

    /// Whether every turn of a talk from which the network was taken did what it should while it was away.
    static func fallBacks(_ record: RunRecord) -> SuiteCheck {
        judge("fall-backs", record, while: .networkDown, "without a network")
    }

    /// Whether every turn did what it should after the network came back.
    static func recovery(_ record: RunRecord) -> SuiteCheck {
        judge("recovery", record, while: .networkUp, "after the network came back")
    }

    /// Whether an assistant that is started again after another one was stopped serves a whole talk.
    static func restart(_ records: [RunRecord]) -> SuiteCheck {
        let failures = records.compactMap { record in record.failure ?? firstFailure(of: record.steps, in: record) }
        return SuiteCheck(
            "restart", failures.isEmpty && records.count > 1 ? .passed : .failed,
            failures.first
                ?? "\(Figures.count(records.count, "talk")) one after the other, each with a fresh assistant",
            figures: ["talks": Double(records.count)])
    }

    private static func judge(_ name: String, _ record: RunRecord, while fault: Fault, _ when: String) -> SuiteCheck {
        var state: Fault?
        let steps = record.steps.filter { step in
            state = step.prepared.step.faults.last ?? state
            return state == fault
        }
        if let failure = record.failure { return SuiteCheck(name, .failed, failure) }
        guard !steps.isEmpty else { return SuiteCheck(name, .notProven, "the talk has no turn \(when)") }
        let failure = firstFailure(of: steps, in: record)
        return SuiteCheck(
            name, failure == nil ? .passed : .failed,
            failure ?? "\(Figures.count(steps.count, "turn")) \(when), all as they should be",
            figures: ["turns": Double(steps.count)])
    }

    private static func firstFailure(of steps: [StepRecord], in record: RunRecord) -> String? {
        steps.lazy.map { TurnResult($0, run: record.number) }.first(where: \.isFailure)
            .map { "\($0.step): \($0.failures.joined(separator: "; "))" }
    }
}
