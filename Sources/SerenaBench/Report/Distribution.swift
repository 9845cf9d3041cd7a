// The distribution of all latencies, one dot for each turn, or bars where there are too many for dots.

import Foundation

/// The geometry of the plot: across in percent of the width, upwards in pixels.
struct Distribution {
    let description: String
    let dots: [Dot]
    let bars: [Bar]
    let ticks: [Waterfall.Tick]
    let marks: [Mark]
    let height: Int
    let axis: Int
    let tickBaseline: Int
    let legend: String
    /// Turns that cannot be shown as a dot.
    let missing: String?

    struct Dot {
        let x: String
        let y: String
        let radius: String
        let tone: String
        let title: String
    }

    struct Bar {
        let x: String
        let y: String
        let width: String
        let height: String
        let tone: String
        let title: String
    }

    /// A vertical line with its words above.
    struct Mark {
        /// `median`, `limit` or `before`, which choose the colour.
        let style: String
        let x: String
        let label: String
        let anchor: String
        /// Of the words and of the top of the line, in pixels.
        let baseline: Int
        let top: Int
    }

    private static let bins = 64
    private static let tallest = 190.0
    private static let top = 44.0
    /// With more turns than this, columns are bars.
    private static let mostDots = 1_200

    private struct Scale {
        let high: Double
        func place(_ ns: Int64) -> Double { Double(ns) / high * 100 }
        func bin(_ ns: Int64) -> Int { min(bins - 1, max(0, Int(place(ns) / 100 * Double(bins)))) }
    }

    /// Nil when nothing was answered.
    init?(_ result: BenchResult) {
        let turns = result.turns.filter { $0.answerExpected && ($0.countedLatency ?? -1) >= 0 }
        let latencies = turns.compactMap(\.countedLatency)
        guard let slowest = latencies.max() else { return nil }
        let limit = (result.budgets.first { $0.metric == "p(95)" } ?? result.budgets.first)?.limitNs
        let scale = Scale(high: Double(max(slowest, limit ?? 0, 100_000_000)) * 1.08)
        var columns = [Int](repeating: 0, count: Self.bins)
        for latency in latencies { columns[scale.bin(latency)] += 1 }
        let tallest = max(1, columns.max() ?? 1)
        let pitch = min(9, Self.tallest / Double(tallest))
        axis = Int(Self.top + max(46, pitch * Double(tallest) + 6))
        height = axis + 22
        tickBaseline = axis + 16
        let usesBars = turns.count > Self.mostDots
        dots = usesBars ? [] : Self.dots(turns, scale, limit: limit, axis: axis, pitch: pitch)
        bars = usesBars ? Self.bars(columns, scale, limit: limit, axis: axis, pitch: pitch) : []
        let step = [20.0, 50, 100, 200, 500, 1_000, 2_000, 5_000].first { scale.high / 1e6 / $0 <= 6 } ?? 20_000
        ticks = stride(from: 0, through: scale.high / 1e6, by: step).compactMap { tick in
            let place = scale.place(Int64(tick * 1e6))
            return place > 97
                ? nil : Waterfall.Tick(x: WaterfallScale.percent(place), label: "\(Int(tick))")
        }
        marks = Self.marks(result, scale, limit: limit)
        let absent = result.summary.answerable - turns.count
        missing = absent > 0 ? "\(Figures.count(absent, "turn")) without a proper answer cannot be shown." : nil
        legend =
            "\(Figures.count(turns.count, "turn"))\(usesBars ? "" : ", one dot each"); milliseconds from the end of speech."
        description =
            "\(turns.count == 1 ? "1 latency" : "\(turns.count) latencies") between "
            + "\(Figures.milliseconds(latencies.min())) and \(Figures.milliseconds(slowest)), median "
            + "\(Figures.milliseconds(result.summary.p50Ns))."
    }

    private static func dots(
        _ turns: [TurnResult], _ scale: Scale, limit: Int64?, axis: Int, pitch: Double
    ) -> [Dot] {
        var filled = [Int](repeating: 0, count: bins)
        return turns.compactMap { turn in
            guard let latency = turn.latencyNs else { return nil }
            let bin = scale.bin(latency)
            let y = Double(axis) - 6 - pitch * Double(filled[bin])
            filled[bin] += 1
            let isOver = limit.map { latency >= $0 } ?? false
            return Dot(
                x: WaterfallScale.percent((Double(bin) + 0.5) / Double(bins) * 100), y: "\(Int(y.rounded()))",
                radius: pitch < 7 ? "2.5" : "4", tone: turn.isFailure ? "failed" : (isOver ? "over" : "fine"),
                title: "\(turn.step), run \(turn.run): \(Figures.milliseconds(latency))")
        }
    }

    private static func bars(
        _ columns: [Int], _ scale: Scale, limit: Int64?, axis: Int, pitch: Double
    ) -> [Bar] {
        columns.enumerated().filter { $0.element > 0 }.map { bin, count in
            let low = Int64(scale.high * Double(bin) / Double(bins))
            let tall = max(1, pitch * Double(count))
            let isOver = limit.map { low >= $0 } ?? false
            return Bar(
                x: WaterfallScale.percent((Double(bin) + 0.08) / Double(bins) * 100),
                y: "\(Int((Double(axis) - tall).rounded()))", width: WaterfallScale.percent(0.84 / Double(bins) * 100),
                height: "\(Int(tall.rounded()))", tone: isOver ? "over" : "fine",
                title: "\(Figures.count(count, "turn")) from \(Figures.milliseconds(low)) on")
        }
    }

    private static func marks(_ result: BenchResult, _ scale: Scale, limit: Int64?) -> [Mark] {
        func mark(_ style: String, _ ns: Int64?, _ label: String, row: Int) -> Mark? {
            guard let ns, ns >= 0, scale.place(ns) <= 100 else { return nil }
            let place = scale.place(ns)
            return Mark(
                style: style, x: WaterfallScale.percent(place), label: "\(label) \(Figures.milliseconds(ns))",
                anchor: place > 55 ? "end" : (place < 12 ? "start" : "middle"), baseline: 12 + 16 * row,
                top: 18 + 16 * row)
        }
        let before = result.comparisons.first { $0.step == nil && $0.metric == "p(50)" }?.baselineNs
        return [
            mark("before", before, "baseline", row: 1), mark("limit", limit, "limit", row: 0),
            mark("median", result.summary.p50Ns, "median", row: 0),
        ].compactMap(\.self)
    }
}
