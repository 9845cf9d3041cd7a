// Figures that can be won alone, each shown beside the one that pays for it.

import BenchStatistics

/// Pairs of figures, and the picture of latency against false cut-offs.
struct PairsSection {
    let pairs: [Pair]
    let scatter: Scatter?

    struct Pair {
        let left: Figure
        let right: Figure
        let note: String
    }

    struct Figure {
        let label: String
        let value: String
        let tone: String
    }

    /// One dot for each step: how fast it is answered, and how often the user is cut off.
    struct Scatter {
        let description: String
        let dots: [Dot]
        let ticks: [Waterfall.Tick]
        let levels: [Waterfall.Tick]
        /// In pixels.
        let height: Int
        let axis: Int
        let tickBaseline: Int
    }

    struct Dot {
        let x: String
        let y: Int
        let tone: String
        let title: String
        /// Shown beside dots that stand out; nil for all others.
        let label: String?
        let anchor: String
        /// From the dot to its label, in pixels.
        let dx: Int
    }

    init(_ result: BenchResult) {
        let summary = result.summary
        let cutOffs = CutOffs(result.turns)
        var pairs = [
            Pair(
                left: Figure(label: "Latency p95", value: Figures.milliseconds(summary.p95Ns), tone: "plain"),
                right: Figure(
                    label: "False cut-offs", value: "\(cutOffs.count) of \(cutOffs.turns)",
                    tone: cutOffs.count > 0 ? "fail" : "plain"),
                note: "An assistant that waits less answers sooner, and interrupts more."
                    + (cutOffs.shareAtMost.map {
                        " At 95 % confidence it cuts off at most \(Figures.finePercent($0)) of its users."
                    } ?? ""))
        ]
        let endpointing = result.turns.filter { !$0.falseCutOff }.map(\.endpointingNs).compactMap(\.self)
        if let delay = Quantile.nearestRank(0.5, of: endpointing.map(Optional.some)) {
            let rate = Figures.percent(summary.meanWordErrorRate)
            pairs.append(
                Pair(
                    left: Figure(
                        label: "Waiting for the end, median", value: Figures.milliseconds(delay), tone: "plain"),
                    right: Figure(label: "Word errors", value: rate, tone: "plain"),
                    note: "A recogniser that decides early hears less."))
        }
        pairs += [Self.bargeIn(result), Self.speculation(result)].compactMap(\.self)
        self.pairs = pairs
        scatter = Self.scatter(result)
    }

    /// How fast the assistant falls silent when it is interrupted, and how often it falls silent at the wrong sound.
    private static func bargeIn(_ result: BenchResult) -> Pair? {
        let stops = result.turns.compactMap(\.bargeInStopNs)
        let withoutCause = Stops(result.turns)?.withoutCause ?? 0
        guard !stops.isEmpty || withoutCause > 0 else { return nil }
        return Pair(
            left: Figure(
                label: "Barge-in stop, slowest", value: stops.max().map { Figures.milliseconds($0) } ?? "–",
                tone: "plain"),
            right: Figure(
                label: "Stops without cause", value: "\(withoutCause)", tone: withoutCause > 0 ? "fail" : "plain"),
            note: "Falling silent at every sound is fast, and wrong at applause or an “mm-hm”.")
    }

    /// What work ahead of the endpoint gave, and what it cost.
    private static func speculation(_ result: BenchResult) -> Pair? {
        guard let totals = SpeculationTotals(result.turns) else { return nil }
        let share = totals.wastedShare.map { ", \(Figures.finePercent($0)) of the processor time" } ?? ""
        return Pair(
            left: Figure(label: "Running ahead, used", value: "\(totals.used)", tone: "plain"),
            right: Figure(label: "Wasted", value: "\(totals.wasted)\(share)", tone: "plain"),
            note:
                "Work begun before the user has finished saves time when it fits, and costs the processor when it does not."
        )
    }

    private static func scatter(_ result: BenchResult) -> Scatter? {
        let steps = Dictionary(grouping: result.turns.filter(\.answerExpected), by: \.step)
        let points = steps.compactMap { step, turns -> (step: String, latency: Int64, share: Double)? in
            let latencies: [Int64?] = turns.compactMap(\.countedLatency)
            guard let median = Quantile.nearestRank(0.5, of: latencies) else { return nil }
            return (step, median, Double(turns.count(where: \.falseCutOff)) / Double(turns.count))
        }.sorted { ($0.latency, $0.step) < ($1.latency, $1.step) }
        // Without a single cut-off every dot would lie on the axis.
        guard points.count > 1, points.contains(where: { $0.share > 0 }) else { return nil }
        let high = Double(max(points.map(\.latency).max() ?? 0, 100_000_000)) * 1.08
        let most = max(0.1, points.map(\.share).max() ?? 0)
        let (top, axis) = (16.0, 150.0)
        func place(_ ns: Int64) -> Double { min(100, max(0, Double(ns) / high * 100)) }
        func rise(_ share: Double) -> Int { Int((axis - share / most * (axis - top)).rounded()) }
        let step = [20.0, 50, 100, 200, 500, 1_000, 2_000, 5_000].first { high / 1e6 / $0 <= 6 } ?? 20_000
        return Scatter(
            description: points.map {
                "\($0.step): \(Figures.milliseconds($0.latency)), \(Figures.percent($0.share)) cut off"
            }.joined(separator: "; ") + ".",
            dots: points.map { point in
                Dot(
                    x: WaterfallScale.percent(place(point.latency)), y: rise(point.share),
                    tone: point.share > 0 ? "failed" : "fine",
                    title: "\(point.step): median \(Figures.milliseconds(point.latency)), "
                        + "\(Figures.percent(point.share)) of its turns cut off",
                    label: point.share > 0 ? point.step : nil, anchor: place(point.latency) > 60 ? "end" : "start",
                    dx: place(point.latency) > 60 ? -8 : 8)
            },
            ticks: stride(from: 0, through: high / 1e6, by: step).compactMap { tick in
                let place = place(Int64(tick * 1e6))
                return place > 97 || place < 3
                    ? nil : Waterfall.Tick(x: WaterfallScale.percent(place), label: "\(Int(tick)) ms")
            },
            levels: [0, most / 2, most].map { Waterfall.Tick(x: "\(rise($0))", label: Figures.percent($0)) },
            height: 176, axis: Int(axis), tickBaseline: 167)
    }
}
