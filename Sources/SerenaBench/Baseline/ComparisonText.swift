// Comparisons in words and as a table of text.

/// A comparison as people read it.
enum ComparisonText {
    static let caveat =
        "With fewer than \(ComparisonSides.fewestRuns) runs on a side, differences are described, not judged. "
        + "Verdicts on a single step, or marked advisory, don't count for the exit code."

    /// - Parameter sides: the headings of the old and the new side.
    static func table(_ comparisons: [Comparison], sides: (old: String, new: String) = ("baseline", "result")) -> String
    {
        let rows =
            [["", sides.old, sides.new, "difference", "95 % interval", "margin", "verdict"]]
            + comparisons.map { comparison in
                [
                    "\(Terminal.plain(comparison.step ?? "all turns")) \(comparison.metric)",
                    Figures.milliseconds(comparison.baselineNs), Figures.milliseconds(comparison.valueNs),
                    difference(comparison), interval(comparison), comparison.margin.map { "±" + percent($0) } ?? "",
                    verdict(comparison),
                ]
            }
        return aligned(rows) + "\n\n" + caveat
    }

    /// Rows as lines; the first and the last column to the left, figures to the right.
    static func aligned(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 || column == columns - 1 ? cell + padding : padding + cell
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    static func difference(_ comparison: Comparison) -> String {
        guard let difference = comparison.differenceNs else { return "not known" }
        return (difference > 0 ? "+" : "") + Figures.milliseconds(difference)
    }

    /// The interval of the change, such as `-1.0 % to +2.4 %`; empty when it was not judged.
    static func interval(_ comparison: Comparison) -> String {
        guard comparison.margin != nil else { return "" }
        let low = comparison.ratioLow.map { signedPercent($0 - 1) } ?? "not known"
        let high = comparison.ratioHigh.map { signedPercent($0 - 1) } ?? "not known"
        return "\(low) to \(high)"
    }

    /// The verdict, what would settle it, and the stage behind it.
    static func verdict(_ comparison: Comparison) -> String {
        var text = comparison.verdict.rawValue
        if comparison.step == nil, !comparison.gated, comparison.verdict != .described { text += ", advisory" }
        if let runs = comparison.runsToSettle {
            text +=
                comparison.verdict == .described ? ", judged from \(runs) runs on" : ", \(runs) runs would settle it"
        }
        if comparison.verdict == .regressed || comparison.verdict == .improved, let stage = comparison.movedStage,
            let ns = comparison.movedStageNs
        {
            text += ", most in \(Terminal.plain(stage)) (\(ns > 0 ? "+" : "")\(Figures.milliseconds(ns)))"
        }
        return text
    }

    /// One line for each exact figure that differs.
    static func lines(_ differences: [ExactDifference]) -> [String] {
        differences.map {
            Terminal.plain("\($0.step): \($0.metric) was \($0.baseline), is \($0.value)")
        }
    }

    /// Why comparisons and budgets that don't suffice speak against a result, the weightiest first.
    static func reasons(_ result: BenchResult) -> [String] {
        let gated = result.comparisons.filter(\.gated)
        func reason(_ comparison: Comparison) -> String {
            "\(comparison.metric) beside the baseline \(comparison.baseline): \(difference(comparison)), "
                + "\(interval(comparison)), margin ±\(percent(comparison.margin ?? 0)): \(verdict(comparison))"
        }
        let exact = lines(result.exactDifferences)
        return gated.filter { $0.verdict == .regressed }.map(reason) + exact.prefix(5)
            + (exact.count > 5 ? ["\(exact.count - 5) more exact figures differ"] : [])
            + gated.filter { $0.verdict == .inconclusive }.map(reason)
            + result.budgets.filter { $0.state == .notProven && $0.gated }.map { budget in
                "\(budget.metric) below \(Figures.milliseconds(budget.limitNs)) is not proven: \(budget.over) of "
                    + "\(Figures.count(budget.turns, "turn")) late"
                    + (budget.turnsToSettle.map { "; \($0) turns with as large a share would prove it" } ?? "")
            }
    }

    static func percent(_ share: Double) -> String {
        let tenths = Int((min(max(share, -100), 100) * 1_000).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) %"
    }

    private static func signedPercent(_ share: Double) -> String {
        (share > 0 ? "+" : "") + percent(share)
    }
}
