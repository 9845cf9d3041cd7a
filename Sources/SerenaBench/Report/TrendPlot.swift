// The picture of results over time.

/// The p50 and p95 of the results of one series, and where the level changed. Across in percent, upwards in pixels.
struct TrendPlot {
    /// Unique in the page.
    let id: String
    let caption: String
    let description: String
    let median: [Segment]
    let high: [Segment]
    let dots: [Dot]
    let changes: [Change]
    let levels: [Waterfall.Tick]
    let first: String
    let last: String
    /// In pixels.
    let height: Int
    let axis: Int
    let tickBaseline: Int
    let hasChanges: Bool

    struct Segment {
        let x1: String
        let y1: Int
        let x2: String
        let y2: Int
    }

    struct Dot {
        let x: String
        let y: Int
        let tone: String
        let title: String
    }

    struct Change {
        let x: String
        let text: String
    }

    private static let top = 14.0
    private static let bottom = 164.0

    /// Nil when there are fewer than two points.
    init?(_ trend: HistoryTrend, id: String) {
        let points = trend.points
        guard points.count > 1 else { return nil }
        self.id = id
        let figures = points.flatMap { [$0.summary.p50Ns, $0.summary.p95Ns] }.compactMap(\.self)
        let step = Self.step(for: Double(figures.max() ?? 0) / 1e6)
        let ceiling = step * ((Double(figures.max() ?? 0) / 1e6 / step).rounded(.up))
        func x(_ index: Int) -> String {
            WaterfallScale.percent(4 + 92 * Double(index) / Double(points.count - 1))
        }
        func y(_ ns: Int64) -> Int {
            let share = min(1, max(0, Double(ns) / 1e6 / max(1, ceiling)))
            return Int((Self.bottom - share * (Self.bottom - Self.top)).rounded())
        }
        func line(_ value: (HistoryRow) -> Int64?) -> [Segment] {
            zip(points.indices, points.indices.dropFirst()).compactMap { before, after in
                guard let from = value(points[before]), let to = value(points[after]) else { return nil }
                return Segment(x1: x(before), y1: y(from), x2: x(after), y2: y(to))
            }
        }
        median = line(\.summary.p50Ns)
        high = line(\.summary.p95Ns)
        dots = points.enumerated().compactMap { index, point in
            point.summary.p50Ns.map {
                Dot(
                    x: x(index), y: y($0), tone: point.exitCode == 0 ? "fine" : "failed",
                    title:
                        "\(Self.day(point.startedAt)), \(point.assistantVersion): p50 \(Figures.milliseconds($0)), p95 "
                        + "\(Figures.milliseconds(point.summary.p95Ns)), \(point.verdict)")
            }
        }
        changes = trend.changes.map { change in
            Change(
                x: x(change.index),
                text:
                    "\(Self.day(points[change.index].startedAt)), version \(points[change.index].assistantVersion): p50 "
                    + "\(Figures.milliseconds(change.beforeNs)) → \(Figures.milliseconds(change.afterNs))")
        }
        hasChanges = !changes.isEmpty
        levels = stride(from: 0, through: ceiling, by: step).map {
            Waterfall.Tick(x: "\(y(Int64($0 * 1e6)))", label: "\(Int($0)) ms")
        }
        axis = Int(Self.bottom)
        height = axis + 24
        tickBaseline = axis + 17
        first = Self.day(points.first?.startedAt ?? "")
        last = Self.day(points.last?.startedAt ?? "")
        caption = "\(points.count) results of \(trend.series.text) on this kind of machine."
        let ends = [points.first, points.last].map { Figures.milliseconds($0?.summary.p50Ns) }
        description =
            "The p50 went from \(ends[0]) to \(ends[1]) over \(points.count) results, with "
            + Figures.count(changes.count, "change") + " of level."
    }

    private static func step(for milliseconds: Double) -> Double {
        [10.0, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000].first { milliseconds / $0 <= 4 } ?? 20_000
    }

    /// The day of an ISO 8601 time.
    static func day(_ time: String) -> String {
        String(time.prefix { $0 != "T" }.prefix(10))
    }
}
