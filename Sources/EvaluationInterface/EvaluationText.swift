// An evaluation as a person reads it in a terminal.

/// Renders reports as plain text: tables with aligned columns, numbers to the right.
public enum EvaluationText {
    /// - Parameter usesColour: marks goals green or red by ANSI codes.
    public static func render(_ report: EvaluationReport, usesColour: Bool) -> String {
        var parts = [report.title]
        parts += report.tables.map(render)
        if !report.goals.isEmpty { parts.append(goals(report.goals, usesColour: usesColour)) }
        if !report.notes.isEmpty { parts.append(report.notes.map { "note: \($0)" }.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// One table of the goals of several evaluations.
    public static func summary(of reports: [EvaluationReport], usesColour: Bool) -> String {
        let rows = reports.flatMap { report in
            report.goals.map { [$0.isMet ? "met" : "MISSED", report.name, $0.subject, $0.goal, $0.measured] }
        }
        let table = render(
            EvaluationTable(title: "All goals", columns: ["", "part", "what", "goal", "measured"], rows: rows))
        guard usesColour else { return table + "\n" }
        return table.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("MISSED") ? "\u{1B}[31m\(line)\u{1B}[0m" : String(line)
        }.joined(separator: "\n") + "\n"
    }

    private static func render(_ table: EvaluationTable) -> String {
        let lines = [table.columns] + table.rows
        let widths = table.columns.indices.map { column in
            lines.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        let isNumeric = table.columns.indices.map { column in
            !table.rows.isEmpty && table.rows.allSatisfy { !$0.indices.contains(column) || looksNumeric($0[column]) }
        }
        func line(_ cells: [String]) -> String {
            cells.indices.map { column in
                let padding = String(repeating: " ", count: max(0, widths[column] - cells[column].count))
                return isNumeric[column] ? padding + cells[column] : cells[column] + padding
            }.joined(separator: "  ").trimmingTrailingSpaces
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        return ([table.title, line(table.columns), rule] + table.rows.map(line)).joined(separator: "\n")
    }

    private static func looksNumeric(_ cell: String) -> Bool {
        cell.isEmpty || cell == "–" || cell.first.map { $0.isNumber || "-−+<≤>≥".contains($0) } ?? false
    }

    private static func goals(_ goals: [EvaluationGoal], usesColour: Bool) -> String {
        goals.map { goal in
            let mark = goal.isMet ? "met   " : "MISSED"
            let shown = usesColour ? "\u{1B}[\(goal.isMet ? 32 : 31)m\(mark)\u{1B}[0m" : mark
            return "\(shown)  \(goal.subject): \(goal.measured) (goal \(goal.goal))"
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
    }
}
