// Results over time: the points of a line, and where its level changed.

import BenchStatistics

/// The places at which a new level begins in a series of figures. Given values, gives indices.
public typealias ChangePointDetection = @Sendable ([Double]) -> [Int]

/// The results of one series, the oldest first.
struct HistoryTrend: Sendable {
    let series: SeriesKey
    let points: [HistoryRow]
    /// Where the level of the p50 changed, in the order of time.
    let changes: [Change]

    struct Change: Sendable {
        /// The index of the first point of the new level.
        let index: Int
        /// The medians of the p50 on both sides, each up to the neighbouring change.
        let beforeNs: Int64?
        let afterNs: Int64?
    }

    /// The newest points in which changes are looked for; finding them takes time with the square of their number.
    static let searched = 300

    /// Results that are interrupted or invalid are left out: their figures say nothing.
    init(series: SeriesKey, rows: [HistoryRow], detect: ChangePointDetection) {
        self.series = series
        let points = rows.filter(\.isMeasured)
        self.points = points
        let measured = Array(points.indices.filter { points[$0].summary.p50Ns != nil }.suffix(Self.searched))
        let values = measured.map { Double(points[$0].summary.p50Ns ?? 0) }
        let starts = Set(detect(values)).filter { $0 > 0 && $0 < values.count }.sorted()
        func median(_ range: Range<Int>) -> Int64? {
            Quantile.nearestRank(0.5, of: measured[range].map { points[$0].summary.p50Ns })
        }
        changes = starts.enumerated().map { number, start in
            let from = number > 0 ? starts[number - 1] : 0
            let to = number + 1 < starts.count ? starts[number + 1] : values.count
            return Change(
                index: measured[start], beforeNs: median(from..<start), afterNs: median(start..<to))
        }
    }
}

/// A line of text that shows the course of some figures.
enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    /// One character for each figure, from the smallest to the largest of them; a dot for none.
    static func text(_ values: [Int64?]) -> String {
        let known = values.compactMap(\.self)
        guard let low = known.min(), let high = known.max() else { return String(repeating: "·", count: values.count) }
        let span = Double(high) - Double(low)
        return String(
            values.map { value in
                guard let value else { return "·" }
                let share = span > 0 ? (Double(value) - Double(low)) / span : 0
                return bars[min(bars.count - 1, max(0, Int((share * Double(bars.count - 1)).rounded())))]
            })
    }
}
