// The part of the page that holds a result beside its baseline.

import Foundation

/// The comparisons with their picture, and the exact figures that differ.
struct ComparisonSection {
    let baseline: String
    let lead: String
    let hasRows: Bool
    let rows: [Row]
    /// Nil when no comparison has a ratio.
    let plot: RatioPlot?
    let hasExact: Bool
    let exact: [ExactDifference]
    /// Nil when all are shown.
    let moreExact: String?

    struct Row {
        let subject: String
        let before: String
        let after: String
        let change: String
        let verdict: String
        let tone: String
        /// What moved, and what would settle it.
        let note: String
    }

    private static let shownExact = 40

    /// Nil when there is nothing to compare with.
    init?(_ result: BenchResult) {
        guard !result.comparisons.isEmpty || !result.exactDifferences.isEmpty else { return nil }
        baseline = result.comparisons.first?.baseline ?? ""
        let isJudged = result.comparisons.contains { $0.verdict != .described }
        lead =
            isJudged
            ? "Judged against a margin: what could be noise, or is too small to matter, counts as unchanged."
            : "Differences are described, not judged."
        rows = result.comparisons.map(Self.row)
        hasRows = !rows.isEmpty
        plot = RatioPlot(result.comparisons)
        exact = Array(result.exactDifferences.prefix(Self.shownExact))
        hasExact = !exact.isEmpty
        let rest = result.exactDifferences.count - Self.shownExact
        moreExact = rest > 0 ? "And \(rest) more in result.json." : nil
    }

    private static func row(_ comparison: Comparison) -> Row {
        var notes: [String] = []
        if let stage = comparison.movedStage {
            let moved = comparison.movedStageNs.map { " \($0 > 0 ? "+" : "")\(Figures.milliseconds($0))" } ?? ""
            notes.append("mostly \(Waterfall.label(stage))\(moved)")
        }
        if let runs = comparison.runsToSettle { notes.append("\(Figures.count(runs, "run")) would settle it") }
        if comparison.verdict != .described, !comparison.gated { notes.append("advisory") }
        return Row(
            subject: ComparisonWords.subject(comparison), before: Figures.milliseconds(comparison.baselineNs),
            after: Figures.milliseconds(comparison.valueNs), change: ComparisonWords.change(comparison) ?? "–",
            verdict: comparison.verdict.rawValue, tone: tone(of: comparison), note: notes.joined(separator: "; "))
    }

    static func tone(of comparison: Comparison) -> String {
        switch comparison.verdict {
        case .regressed: comparison.gated ? "fail" : "warn"
        case .improved, .ok: "pass"
        case .inconclusive: "warn"
        case .described: "muted"
        }
    }
}

/// The ratios to the baseline with their intervals and margins, on a logarithmic scale: twice as slow is as far from the middle as
/// twice as fast.
struct RatioPlot {
    let description: String
    let rows: [Row]
    let ticks: [Waterfall.Tick]
    /// Where nothing changed.
    let middle: String
    /// In pixels.
    let height: Int
    let axisTop: Int
    let tickBaseline: Int

    struct Row {
        let label: String
        let value: String
        let tone: String
        let title: String
        /// Of the centre, in pixels.
        let y: Int
        let bandTop: Int
        let point: String
        let interval: Interval?
        let margin: Interval?
    }

    struct Interval {
        let from: String
        let to: String
        let width: String
    }

    private static let rowHeight = 26
    private static let shown = 24
    /// Beyond four times slower or faster the picture ends; the table has the figure.
    private static let widest = 4.0

    /// Nil when no comparison has a ratio.
    init?(_ comparisons: [Comparison]) {
        let drawn = comparisons.compactMap { comparison in
            ComparisonWords.ratio(comparison).flatMap { $0.isFinite && $0 > 0 ? (comparison, $0) : nil }
        }.prefix(Self.shown)
        guard !drawn.isEmpty else { return nil }
        let extremes = drawn.flatMap { comparison, ratio in
            [ratio, comparison.ratioLow, comparison.ratioHigh, comparison.margin.map { 1 + $0 }].compactMap(\.self)
        }.filter { $0.isFinite && $0 > 0 }.map { max($0, 1 / $0) }
        let edge = log(min(Self.widest, max(1.06, (extremes.max() ?? 1) * 1.03)))
        func place(_ ratio: Double) -> Double {
            guard ratio > 0 else { return 0 }
            return min(100, max(0, (log(ratio) / edge + 1) * 50))
        }
        func interval(_ low: Double, _ high: Double) -> Interval {
            Interval(
                from: WaterfallScale.percent(place(low)), to: WaterfallScale.percent(place(high)),
                width: WaterfallScale.percent(max(0, place(high) - place(low))))
        }
        rows = drawn.enumerated().map { index, entry in
            let (comparison, ratio) = entry
            let y = index * Self.rowHeight + Self.rowHeight / 2
            var margin: Interval?
            if let share = comparison.margin, share >= 0 { margin = interval(1 / (1 + share), 1 + share) }
            var range: Interval?
            if let low = comparison.ratioLow, let high = comparison.ratioHigh, low <= high {
                range = interval(low, high)
            }
            let change = ComparisonWords.signedPercent(ratio - 1)
            return Row(
                label: ComparisonWords.subject(comparison), value: change,
                tone: ComparisonSection.tone(of: comparison),
                title: "\(ComparisonWords.subject(comparison)): \(change), \(comparison.verdict.rawValue)", y: y,
                bandTop: index * Self.rowHeight + 2, point: WaterfallScale.percent(place(ratio)), interval: range,
                margin: margin)
        }
        middle = WaterfallScale.percent(50)
        axisTop = rows.count * Self.rowHeight
        height = axisTop + 20
        tickBaseline = axisTop + 15
        ticks = Self.ticks(edge: edge, place: place)
        description = rows.map(\.title).joined(separator: "; ") + "."
    }

    private static func ticks(edge: Double, place: (Double) -> Double) -> [Waterfall.Tick] {
        let reach = exp(edge) - 1
        let step = [0.02, 0.05, 0.1, 0.2, 0.5, 1].last { $0 <= reach * 0.8 } ?? 0.02
        return [1 / (1 + step), 1, 1 + step].map { ratio in
            Waterfall.Tick(
                x: WaterfallScale.percent(place(ratio)),
                label: ratio == 1 ? "same" : ComparisonWords.signedPercent(ratio - 1))
        }
    }
}
