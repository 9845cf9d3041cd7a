// The report for a pull request.

/// Renders `report.md`: the verdict, the figures and what changed at once, all else folded. A pure function of the result.
enum MarkdownReport {
    /// GitHub refuses a comment of more than 65,536 characters; what does not fit below this is left to the full report.
    static let longest = 60_000
    private static let rowsOfTable = 60

    static func text(_ result: BenchResult) -> String {
        let words = VerdictText(result)
        var text = head(result, words) + latency(result) + changes(result)
        let details = [
            ("Readiness", readiness(result)), ("Steps", steps(result)), ("All comparisons", comparisons(result)),
            ("Measurement", measurement(result)),
        ]
        for (title, lines) in details where !lines.isEmpty {
            let section =
                "\n<details><summary>\(title)</summary>\n\n" + lines.joined(separator: "\n") + "\n\n</details>\n"
            guard text.utf16.count + section.utf16.count < longest else {
                text += "\n\(title): too long to show here; the full report has it.\n"
                continue
            }
            text += section
        }
        return text
    }

    private static func head(_ result: BenchResult, _ words: VerdictText) -> String {
        let readiness = result.readiness.map { " · \($0.verdict.rawValue)" } ?? ""
        var lines = [
            "## \(mark(result)) \(result.verdict.rawValue)\(readiness): \(cell(result.scenario.title))", "",
        ]
        lines += words.reasons.prefix(12).map { "- \(cell($0, limit: 400))" }
        let marked = [words.unexpectedPasses, words.expectedFailures].compactMap(\.self)
        lines += marked.map { "- \(cell($0, limit: 400))" }
        if !words.nextStep.isEmpty { lines += ["", "**Next:** \(cell(words.nextStep, limit: 400))"] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func mark(_ result: BenchResult) -> String {
        switch ReportTone(result) {
        case .pass: "✅"
        case .warn: "⚠️"
        case .fail: "❌"
        }
    }

    private static func latency(_ result: BenchResult) -> String {
        let summary = result.summary
        let values = [summary.p50Ns, summary.p95Ns, summary.p99Ns, summary.maxNs].map {
            Figures.milliseconds($0)
        }
        var lines = [
            "", "| p50 | p95 | p99 | slowest | answered | false cut-offs |",
            "| ---: | ---: | ---: | ---: | ---: | ---: |",
            "| \(values.joined(separator: " | ")) | \(summary.answered) of \(summary.answerable) | "
                + "\(summary.falseCutOffs) |",
        ]
        lines += running(result)
        if !result.budgets.isEmpty {
            lines += ["", "| budget | measured | turns over | state |", "| --- | ---: | ---: | --- |"]
        }
        lines += result.budgets.map { budget in
            let settles = budget.turnsToSettle.map { "; \($0) turns would settle it" } ?? ""
            return "| \(cell(budget.metric)) < \(Figures.milliseconds(budget.limitNs)) | "
                + "\(Figures.milliseconds(budget.valueNs)) | \(budget.over) of \(budget.turns) | "
                + "\(budget.state.rawValue)\(budget.state == .notProven ? settles : "") |"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What stands beside the latency: cut-offs with their bound, work done ahead, stages that fell behind.
    private static func running(_ result: BenchResult) -> [String] {
        let notes = [
            result.summary.answerable > 0 ? "False cut-offs: \(CutOffs(result.turns).text)." : nil,
            SpeculationTotals(result.turns).map { "Running ahead: \($0.text)." },
            Backlog(result.turns).text.map { "Fell behind: \(cell($0, limit: 400))." },
            Stops(result.turns).map { "Answers broken off without cause: \($0.withoutCause)." },
        ]
        let lines = notes.compactMap(\.self)
        return lines.isEmpty ? [] : [""] + lines.map { "- \($0)" }
    }

    /// What is not as it was: judged comparisons that are not OK, and exact figures that differ.
    private static func changes(_ result: BenchResult) -> String {
        let moved = result.comparisons.filter { [.regressed, .improved, .inconclusive].contains($0.verdict) }
        guard !moved.isEmpty || !result.exactDifferences.isEmpty else { return "" }
        var lines = ["", "### What changed", ""]
        lines += moved.prefix(20).map { "- \(cell(ComparisonWords.sentence($0), limit: 400))" }
        lines += result.exactDifferences.prefix(20).map {
            "- \(cell($0.step)): \(cell($0.metric)) \(cell($0.baseline)) → \(cell($0.value))"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func readiness(_ result: BenchResult) -> [String] {
        guard let readiness = result.readiness else { return [] }
        var lines = ["| gate | state | why |", "| --- | --- | --- |"]
        lines += readiness.gates.map { gate in
            let causes = gate.causes.prefix(3).map { cell($0.text) }.joined(separator: "; ")
            return "| \(gate.id) \(cell(gate.name)) | \(gate.state.rawValue) | \(causes) |"
        }
        lines += ["", "Confidence: \(cell(readiness.confidence.formula))"]
        lines += readiness.recommendations.isEmpty ? [] : [""]
        lines += readiness.recommendations.prefix(5).map { "- \(cell($0.text, limit: 400)) (\(cell($0.evidence)))" }
        return lines
    }

    private static func steps(_ result: BenchResult) -> [String] {
        let sections = StepSection.all(of: result)
        var lines = [
            "| | step | passed | p50 | slowest | word errors | answer |",
            "| --- | --- | ---: | ---: | ---: | ---: | --- |",
        ]
        for step in sections.prefix(rowsOfTable) {
            let mark = step.tone == "pass" ? "✓" : (step.tone == "fail" ? "✗" : "!")
            lines.append(
                "| \(mark) | \(cell(step.id)) | \(step.passed) | \(step.median) | \(step.slowest) | "
                    + "\(step.wordErrorRate) | \(cell(step.answer, limit: 100)) |")
        }
        if sections.count > rowsOfTable { lines += ["", "And \(sections.count - rowsOfTable) more steps."] }
        let failures = sections.flatMap { step in step.failures.map { "\(step.id), \($0)" } }
        if !failures.isEmpty { lines += [""] + failures.prefix(30).map { "- \(cell($0, limit: 400))" } }
        return lines
    }

    private static func comparisons(_ result: BenchResult) -> [String] {
        guard let first = result.comparisons.first else { return [] }
        let rows = result.comparisons.prefix(rowsOfTable).map { comparison in
            "| \(cell(ComparisonWords.subject(comparison))) | \(Figures.milliseconds(comparison.baselineNs)) | "
                + "\(Figures.milliseconds(comparison.valueNs)) | \(ComparisonWords.change(comparison) ?? "–") | "
                + "\(comparison.verdict.rawValue) |"
        }
        return [
            "Beside the baseline \(cell(first.baseline)):", "",
            "| | baseline | this result | change | verdict |", "| --- | ---: | ---: | ---: | --- |",
        ] + rows
    }

    private static func measurement(_ result: BenchResult) -> [String] {
        let calibration =
            result.calibration.map { "measuring error \(Figures.milliseconds($0.p99Ns)) (p99)" }
            ?? "not calibrated in this run"
        return [
            "\(cell(result.assistant.name)) \(cell(result.assistant.version)) on \(cell(result.machine.cpu)), "
                + "\(Figures.count(result.machine.cores, "core")), \(cell(result.machine.os)); "
                + "\(Figures.count(Set(result.turns.map(\.run)).count, "run")), \(cell(result.settings.clock.rawValue)) clock, seed "
                + "\(result.settings.seed), started \(cell(result.startedAt)). "
                + "Frames late by \(Figures.milliseconds(result.pacing.p99Ns)) (p99); \(calibration)."
        ] + (result.notices.isEmpty ? [] : [""])
            + result.notices.prefix(20).map { "- \(cell($0, limit: 400))" }
    }

    /// Text from outside, no longer than `limit` characters before it is escaped.
    private static func cell(_ text: String, limit: Int = 160) -> String {
        text.count > limit ? escape(String(text.prefix(limit))) + "…" : escape(text)
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
