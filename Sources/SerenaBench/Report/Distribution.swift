// The distribution of all latencies, one dot for each turn.

import Foundation

/// The geometry of the dot plot: across in percent of the width, upwards in pixels.
struct Distribution {
    let description: String
    let dots: [Dot]
    let ticks: [Waterfall.Tick]
    let limit: String?
    let limitLabel: String
    let median: String?
    let medianLabel: String
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

    private static let bins = 64
    private static let tallest = 190.0
    private static let top = 26.0

    /// Nil when nothing was answered.
    init?(_ result: BenchResult) {
        let turns = result.turns.filter { $0.answerExpected && ($0.countedLatency ?? -1) >= 0 }
        let latencies = turns.compactMap(\.countedLatency)
        guard let slowest = latencies.max() else { return nil }
        let limitNs = (result.budgets.first { $0.metric == "p(95)" } ?? result.budgets.first)?.limitNs
        let high = Double(max(slowest, limitNs ?? 0, 100_000_000)) * 1.08
        func place(_ ns: Int64) -> Double { Double(ns) / high * 100 }
        var columns = [Int](repeating: 0, count: Self.bins)
        for latency in latencies { columns[Self.bin(place(latency))] += 1 }
        let pitch = min(9, Self.tallest / Double(max(1, columns.max() ?? 1)))
        let stack = max(46, pitch * Double(columns.max() ?? 1) + 6)
        axis = Int(Self.top + stack)
        height = axis + 22
        tickBaseline = axis + 16
        var filled = [Int](repeating: 0, count: Self.bins)
        var dots: [Dot] = []
        for turn in turns {
            guard let latency = turn.latencyNs else { continue }
            let bin = Self.bin(place(latency))
            let y = Double(axis) - 6 - pitch * Double(filled[bin])
            filled[bin] += 1
            let isOver = limitNs.map { latency >= $0 } ?? false
            dots.append(
                Dot(
                    x: WaterfallScale.percent((Double(bin) + 0.5) / Double(Self.bins) * 100),
                    y: "\(Int(y.rounded()))",
                    radius: pitch < 7 ? "2.5" : "4",
                    tone: !turn.passed ? "failed" : (isOver ? "over" : "fine"),
                    title: "\(turn.step), run \(turn.run): \(Figures.milliseconds(latency))"))
        }
        self.dots = dots
        let step = [20.0, 50, 100, 200, 500, 1_000, 2_000, 5_000].first { high / 1e6 / $0 <= 6 } ?? 20_000
        ticks = stride(from: 0, through: high / 1e6, by: step).compactMap { tick in
            let place = place(Int64(tick * 1e6))
            return place > 97
                ? nil : Waterfall.Tick(x: WaterfallScale.percent(place), label: "\(Int(tick))")
        }
        limit = limitNs.map { WaterfallScale.percent(place($0)) }
        limitLabel = limitNs.map { "limit \(Figures.milliseconds($0))" } ?? ""
        median = result.summary.p50Ns.map { WaterfallScale.percent(place($0)) }
        medianLabel = result.summary.p50Ns.map { "median \(Figures.milliseconds($0))" } ?? ""
        let absent = result.summary.answerable - turns.count
        missing = absent > 0 ? "\(Figures.count(absent, "turn")) without a proper answer cannot be shown." : nil
        legend = "\(Figures.count(turns.count, "turn")), one dot each; milliseconds from the end of speech."
        description =
            "\(Figures.count(turns.count, "latency").replacing("latencys", with: "latencies")) between "
            + "\(Figures.milliseconds(latencies.min())) and \(Figures.milliseconds(slowest)), median "
            + "\(Figures.milliseconds(result.summary.p50Ns))."
    }

    private static func bin(_ place: Double) -> Int {
        min(bins - 1, max(0, Int(place / 100 * Double(bins))))
    }
}
