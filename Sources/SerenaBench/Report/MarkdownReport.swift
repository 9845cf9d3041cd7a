// The report for a pull request.

/// Renders `report.md`. A pure function of the result.
enum MarkdownReport {
    static func text(_ result: BenchResult) -> String {
        let words = VerdictText(result)
        var lines = [
            "## \(mark(result.verdict)) \(result.verdict.rawValue): \(escape(result.scenario.title))", "",
        ]
        lines += words.reasons.prefix(12).map { "- \(escape($0))" }
        if !words.nextStep.isEmpty { lines += ["", "**Next:** \(escape(words.nextStep))"] }
        lines += ["", "### Latency", ""] + latency(result)
        lines += ["", "### Steps", ""] + steps(result)
        if let first = result.comparisons.first {
            lines += ["", "### Beside the baseline \(escape(first.baseline))", ""] + comparisons(result)
        }
        lines += ["", "### Measurement", ""] + measurement(result)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func mark(_ verdict: Verdict) -> String {
        switch verdict {
        case .pass: "✅"
        case .invalid, .notComparable: "⚠️"
        case .failed, .budgetExceeded: "❌"
        }
    }

    private static func latency(_ result: BenchResult) -> [String] {
        let summary = result.summary
        let values = [summary.p50Ns, summary.p95Ns, summary.p99Ns, summary.maxNs].map {
            Figures.milliseconds($0)
        }
        var lines = [
            "| p50 | p95 | p99 | slowest | answered | false cut-offs |",
            "| ---: | ---: | ---: | ---: | ---: | ---: |",
            "| \(values.joined(separator: " | ")) | \(summary.answered) of \(summary.answerable) | "
                + "\(summary.falseCutOffs) |",
        ]
        if !result.budgets.isEmpty {
            lines += ["", "| budget | measured | turns over | state |", "| --- | ---: | ---: | --- |"]
        }
        lines += result.budgets.map { budget in
            let state =
                budget.state == .notProven
                ? "not judged: \(budget.turns) of \(budget.turnsNeeded) turns needed" : budget.state.rawValue
            return "| \(budget.metric) < \(Figures.milliseconds(budget.limitNs)) | "
                + "\(Figures.milliseconds(budget.valueNs)) | \(budget.over) of \(budget.turns) | \(state) |"
        }
        return lines
    }

    private static func steps(_ result: BenchResult) -> [String] {
        var lines = [
            "| | step | passed | p50 | slowest | word errors | answer |",
            "| --- | --- | ---: | ---: | ---: | ---: | --- |",
        ]
        for step in StepSection.all(of: result) {
            let mark = step.tone == "pass" ? "✓" : (step.tone == "warn" ? "!" : "✗")
            lines.append(
                "| \(mark) | \(escape(step.id)) | \(step.passed) | \(step.median) | \(step.slowest) | "
                    + "\(step.wordErrorRate) | \(escape(String(step.answer.prefix(100)))) |")
        }
        let failures = StepSection.all(of: result).flatMap { step in
            step.failures.map { "\(step.id), \($0)" }
        }
        if !failures.isEmpty { lines += [""] + failures.prefix(30).map { "- \(escape($0))" } }
        return lines
    }

    private static func comparisons(_ result: BenchResult) -> [String] {
        ["| | baseline | this result | difference |", "| --- | ---: | ---: | ---: |"]
            + result.comparisons.map {
                "| \(escape($0.step ?? "all turns")) \($0.metric) | \(Figures.milliseconds($0.baselineNs)) | "
                    + "\(Figures.milliseconds($0.valueNs)) | \(ComparisonText.difference($0)) |"
            } + ["", ComparisonText.caveat]
    }

    private static func measurement(_ result: BenchResult) -> [String] {
        let calibration =
            result.calibration.map { "measuring error \(Figures.milliseconds($0.p99Ns)) (p99)" }
            ?? "not calibrated in this run"
        return [
            "\(escape(result.assistant.name)) \(escape(result.assistant.version)) on \(escape(result.machine.cpu)), "
                + "\(Figures.count(result.machine.cores, "core")), \(escape(result.machine.os)); "
                + "\(Figures.count(Set(result.turns.map(\.run)).count, "run")), started \(escape(result.startedAt)). "
                + "Frames late by \(Figures.milliseconds(result.pacing.p99Ns)) (p99); \(calibration)."
        ] + (result.notices.isEmpty ? [] : [""]) + result.notices.map { "- \(escape($0))" }
    }

    /// Text from outside, so that it cannot become structure: one line, no table cells, links, tags or emphasis.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for character in Terminal.plain(text) {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "!", "@":
                escaped += "\\\(character)"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
