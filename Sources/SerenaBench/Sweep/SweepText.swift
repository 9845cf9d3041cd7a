// A sweep as tables: for the terminal and as Markdown.

/// The tables of a sweep, as rows of text.
enum SweepText {
    static let columns = [
        "turns", "p50", "p95", "p99", "false cut-offs", "share", "at most (95 %)", "unanswered", "failed",
    ]

    static func rows(_ result: SweepResult) -> [[String]] {
        [[result.parameter] + columns] + result.points.map { [$0.value] + cells($0.figures) }
    }

    private static func cells(_ figures: SweepFigures) -> [String] {
        [
            "\(figures.turns)", latency(figures.p50Ns), latency(figures.p95Ns), latency(figures.p99Ns),
            "\(figures.falseCutOffs) of \(figures.answerable)", share(figures.falseCutOffShare),
            share(figures.falseCutOffShareAtMost), "\(figures.unanswered)", "\(figures.failed)",
        ]
    }

    /// One row for each tag: in each cell the share of false cut-offs and the median latency, or, for turns that must not be answered, how many failed.
    static func tagRows(_ result: SweepResult) -> [[String]] {
        let names = Set(result.points.flatMap { $0.tags.map(\.tag) }).sorted()
        return [["tag", "turns"] + result.points.map { "\(result.parameter) \($0.value)" }]
            + names.map { name in
                let figures = result.points.map { point in point.tags.first { $0.tag == name }?.figures }
                let turns = figures.compactMap { $0?.turns }.max() ?? 0
                return [name, "\(turns)"] + figures.map { $0.map(cell) ?? "–" }
            }
    }

    private static func cell(_ figures: SweepFigures) -> String {
        guard let cut = figures.falseCutOffShare else { return "\(figures.failed) failed" }
        return "\(Figures.finePercent(cut)) · \(latency(figures.p50Ns))"
    }

    /// Columns of equal width.
    static func lines(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { index, text in
                let space = String(repeating: " ", count: widths[index] - text.count)
                return index == 0 ? text + space : space + text
            }
            return Terminal.plain(cells.joined(separator: "  "))
        }
    }

    static func markdown(_ result: SweepResult) -> String {
        let title = MarkdownReport.escape(result.scenario.title)
        var text = "## \(title): false cut-offs against latency\n\n"
        text += table(rows(result)) + "\n"
        text +=
            "Percentiles are over the turns that were answered and not cut off. \(Figures.count(result.runs, "run")) for each value, "
            + "\(result.clock.rawValue) clock, \(MarkdownReport.escape(result.machine.cpu)), \(Figures.count(result.machine.cores, "core")).\n"
        text += "\n### By tag: share of false cut-offs · median latency\n\n" + table(tagRows(result))
        if !result.problems.isEmpty {
            text += "\n" + result.problems.map { "- \(MarkdownReport.escape($0))" }.joined(separator: "\n") + "\n"
        }
        return text
    }

    private static func table(_ rows: [[String]]) -> String {
        let lines = rows.map { "| " + $0.map(MarkdownReport.escape).joined(separator: " | ") + " |" }
        let rule = "| --- |" + String(repeating: " ---: |", count: max(0, (rows.first?.count ?? 1) - 1))
        return ([lines.first ?? "", rule] + lines.dropFirst()).joined(separator: "\n") + "\n"
    }

    static func latency(_ nanoseconds: Int64?) -> String {
        nanoseconds.map { Figures.milliseconds($0) } ?? "–"
    }

    static func share(_ share: Double?) -> String {
        share.map(Figures.finePercent) ?? "–"
    }
}
