// The waterfall of a turn: which stage took when, relative to the end of speech.

import Foundation
import Instrumentation

/// The geometry of a waterfall, in percent of its width, so that it fits every screen.
struct Waterfall {
    /// Unique in the page.
    let id: String
    let step: String
    let run: String
    let latency: String
    let isOver: Bool
    let description: String
    let rows: [Row]
    let ticks: [Tick]
    /// Where speech ends.
    let zero: String
    let limit: String?
    let limitLabel: String
    /// In pixels.
    let height: Int
    let axisTop: Int
    let tickBaseline: Int
    /// Whether the turns from this one on are folded away.
    var opensDetails = false

    struct Row {
        let label: String
        let value: String
        let bars: [Bar]
    }

    struct Bar {
        /// The stage, which chooses the colour.
        let stage: String
        let x: String
        let width: String
        /// In pixels.
        let y: Int
        let height: Int
        /// `solid` for time that adds to the latency, `ahead` for work that overlaps something else.
        let style: String
        let title: String
    }

    struct Tick {
        let x: String
        let label: String
    }

    static let rowHeight = 22
    private static let barHeight = 12

    /// Nil when the assistant told nothing about its stages, or there was no answer.
    init?(_ turn: TurnResult, limitNs: Int64?) {
        guard let latency = turn.latencyNs, latency >= 0, !turn.stagesNs.isEmpty else { return nil }
        let scale = WaterfallScale(turn, latency: latency, limitNs: limitNs)
        id = "w-\(turn.run)-\(turn.step)"
        step = turn.step
        run = "Run \(turn.run)"
        self.latency = Figures.milliseconds(latency)
        isOver = limitNs.map { latency >= $0 } ?? false
        let segments = Self.segments(turn)
        var rows = [Self.totalRow(segments, latency: latency, scale)]
        for segment in segments {
            rows.append(
                Self.row(
                    segment, span: turn.spans.first { $0.stage == segment.stage }, at: rows.count, scale))
        }
        self.rows = rows
        description =
            "The answer began \(Figures.milliseconds(latency)) after the end of speech: "
            + segments.map { "\(Self.label($0.stage)) \(Figures.milliseconds($0.end - $0.start))" }
            .joined(separator: ", ") + "."
        zero = scale.x(0)
        limit = limitNs.map(scale.x)
        limitLabel = limitNs.map { Figures.milliseconds($0) } ?? ""
        axisTop = rows.count * Self.rowHeight
        height = axisTop + 20
        tickBaseline = axisTop + 15
        ticks = scale.ticks
    }

    /// The part of a stage that adds to the latency.
    private struct Segment {
        let stage: String
        let start: Int64
        let end: Int64
    }

    private static func segments(_ turn: TurnResult) -> [Segment] {
        var reached: Int64 = 0
        return TurnStage.allCases.compactMap { stage in
            guard let duration = turn.stagesNs[stage.rawValue] else { return nil }
            defer { reached += duration }
            return Segment(stage: stage.rawValue, start: reached, end: reached + duration)
        }
    }

    private static func totalRow(_ segments: [Segment], latency: Int64, _ scale: WaterfallScale)
        -> Row
    {
        let bars = segments.filter { $0.end > $0.start }.map { segment in
            Bar(
                stage: segment.stage, x: scale.x(segment.start),
                width: scale.width(segment.start, segment.end), y: 3,
                height: barHeight + 4, style: "solid",
                title: "\(label(segment.stage)): \(Figures.milliseconds(segment.end - segment.start))")
        }
        return Row(label: "Latency", value: Figures.milliseconds(latency), bars: bars)
    }

    private static func row(
        _ segment: Segment, span: SpanResult?, at index: Int, _ scale: WaterfallScale
    ) -> Row {
        let y = index * rowHeight + (rowHeight - barHeight) / 2
        var bars: [Bar] = []
        if let span, span.endNs > span.startNs {
            bars.append(
                Bar(
                    stage: segment.stage, x: scale.x(span.startNs),
                    width: scale.width(span.startNs, span.endNs), y: y,
                    height: barHeight, style: "ahead",
                    title: "\(label(segment.stage)): worked from \(Figures.milliseconds(span.startNs)) to "
                        + Figures.milliseconds(span.endNs)))
        }
        if segment.end > segment.start {
            bars.append(
                Bar(
                    stage: segment.stage, x: scale.x(segment.start),
                    width: scale.width(segment.start, segment.end),
                    y: y, height: barHeight, style: "solid",
                    title: "\(label(segment.stage)) adds \(Figures.milliseconds(segment.end - segment.start))"
                ))
        }
        let isAhead = segment.end == segment.start && (span.map { $0.endNs > $0.startNs } ?? false)
        let value = isAhead ? "ahead" : Figures.milliseconds(segment.end - segment.start)
        return Row(label: label(segment.stage), value: value, bars: bars)
    }

    /// What a stage is called in the report.
    static func label(_ stage: String) -> String {
        switch TurnStage(rawValue: stage) {
        case .speechEnd: "Speech end"
        case .endpoint: "Endpoint"
        case .transcript: "Transcript"
        case .intent: "Intent"
        case .bytecode: "Bytecode"
        case .execution: "Execution"
        case .firstSentence: "First sentence"
        case .firstAudio: "First audio"
        case nil: stage
        }
    }
}

/// Turns nanoseconds after the end of speech into percent of the width.
struct WaterfallScale {
    private let low: Double
    private let high: Double

    /// Work ahead of the end of speech is shown as far back as this.
    private static let earliestNs: Int64 = -400_000_000

    init(_ turn: TurnResult, latency: Int64, limitNs: Int64?) {
        let first = max(
            Self.earliestNs, turn.spans.filter { $0.stage != "speechEnd" }.map(\.startNs).min() ?? 0)
        low = Double(min(0, first)) - 20e6
        high = Double(max(latency, limitNs ?? 0, 100_000_000)) * 1.06
    }

    func x(_ ns: Int64) -> String {
        Self.percent(position(ns))
    }

    func width(_ from: Int64, _ to: Int64) -> String {
        Self.percent(max(0.3, position(to) - position(from)))
    }

    /// Round times, at most six of them.
    var ticks: [Waterfall.Tick] {
        let span = (high - low) / 1e6
        let step = [10.0, 20, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000].first { span / $0 <= 6 } ?? 10_000
        let first = (low / 1e6 / step).rounded(.up)
        return stride(from: first, through: high / 1e6 / step, by: 1).compactMap { number in
            let milliseconds = number * step
            let place = position(Int64(milliseconds * 1e6))
            guard place > 4, place < 96 else { return nil }
            return Waterfall.Tick(x: Self.percent(place), label: "\(Int(milliseconds))")
        }
    }

    private func position(_ ns: Int64) -> Double {
        min(100, max(0, (Double(ns) - low) / (high - low) * 100))
    }

    static func percent(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)%"
    }
}
