// A sweep as a page that needs nothing else: the curve of false cut-offs against latency, and the tables.

/// The page `sweep.html`. A pure function of the result.
enum SweepPage {
    static func text(_ result: SweepResult) throws -> String {
        try PageTemplates.render(Content(result), with: "sweep")
    }

    private struct Content {
        let css = PageTemplates.style
        let title: String
        let lead: String
        let curve: SweepCurve?
        let goal: String
        let head: [String]
        let rows: [Row]
        let tagHead: [String]
        let tagRows: [Row]
        let hasTags: Bool
        let problems: [String]
        let hasProblems: Bool

        init(_ result: SweepResult) {
            title = result.scenario.title
            lead =
                "\(result.assistant.name) \(result.assistant.version), \(Figures.count(result.runs, "run")) for each value of "
                + "\(result.parameter), \(result.clock.rawValue) clock; \(result.machine.cpu), "
                + "\(Figures.count(result.machine.cores, "core")); \(result.startedAt)."
            curve = SweepCurve(result)
            let within = result.points.filter { SweepResult.isWithinGoal($0.figures) }.map(\.value)
            goal =
                within.isEmpty
                ? "No value of \(result.parameter) reaches the goal."
                : "The goal is reached with \(result.parameter) at \(within.joined(separator: ", "))."
            let table = SweepText.rows(result)
            head = table[0]
            rows = zip(table.dropFirst(), result.points).map {
                Row($0, head: table[0], isGood: SweepResult.isWithinGoal($1.figures))
            }
            let tags = SweepText.tagRows(result)
            tagHead = tags[0]
            tagRows = tags.dropFirst().map { Row($0, head: tags[0], isGood: false) }
            hasTags = tags.count > 1
            problems = result.problems
            hasProblems = !problems.isEmpty
        }
    }

    private struct Row {
        let name: String
        let isGood: Bool
        let cells: [Cell]

        init(_ row: [String], head: [String], isGood: Bool) {
            name = row.first ?? ""
            self.isGood = isGood
            cells = zip(row, head).dropFirst().map { Cell(label: $1, text: $0) }
        }
    }

    private struct Cell {
        let label: String
        let text: String
    }
}

/// The geometry of the curve, in the units of its view box.
struct SweepCurve {
    let description: String
    let series: [Series]
    let goals: [Goal]
    let ticks: [Tick]
    let levels: [Tick]

    struct Series {
        /// `median` or `high`, which choose the colour.
        let style: String
        let path: String
        let dots: [Dot]
    }

    struct Dot {
        let x: Int
        let y: Int
        let title: String
        let label: String
        let labelY: Int
    }

    struct Goal {
        let style: String
        let x: Int
        let y: Int
        let width: Int
        let height: Int
    }

    struct Tick {
        let place: Int
        let label: String
    }

    private static let frame = (left: 62.0, right: 980.0, top: 20.0, bottom: 380.0)

    /// Latency across, from 0. Shares upwards, by their square root: what matters lies near zero, where a linear scale shows nothing.
    private struct Scale {
        let longest: Double
        let most: Double

        func x(_ ns: Int64) -> Int {
            Int((frame.left + min(1, max(0, Double(ns) / longest)) * (frame.right - frame.left)).rounded())
        }

        func y(_ share: Double) -> Int {
            Int((frame.bottom - min(1, max(0, share / most)).squareRoot() * (frame.bottom - frame.top)).rounded())
        }
    }

    /// Nil without a point that has both figures.
    init?(_ result: SweepResult) {
        let points = result.points.compactMap { point in
            point.figures.falseCutOffShare.map { (value: point.value, share: $0, figures: point.figures) }
        }
        let latencies = points.flatMap { [$0.figures.p50Ns, $0.figures.p95Ns] }.compactMap(\.self)
        guard let slowest = latencies.max() else { return nil }
        let scale = Scale(
            longest: Double(max(slowest, SweepResult.Goal.p95Ns)) * 1.06,
            most: max(0.05, (points.map(\.share).max() ?? 0) * 1.1))
        func curve(_ style: String, _ name: String, _ latency: (SweepFigures) -> Int64?) -> Series {
            let dots = points.compactMap { point in
                latency(point.figures).map { ns in
                    Dot(
                        x: scale.x(ns), y: scale.y(point.share),
                        title: "\(result.parameter) \(point.value): \(name) \(Figures.milliseconds(ns)), "
                            + "\(point.figures.falseCutOffs) of \(point.figures.answerable) cut off",
                        label: point.value, labelY: scale.y(point.share) - 11)
                }
            }
            let path = dots.enumerated().map { "\($0.offset == 0 ? "M" : "L")\($0.element.x) \($0.element.y)" }
            return Series(style: style, path: path.joined(separator: " "), dots: dots)
        }
        series = [
            curve("high", "p95", \.p95Ns), curve("median", "p50", \.p50Ns),
        ]
        goals = [("high", SweepResult.Goal.p95Ns), ("median", SweepResult.Goal.p50Ns)].map { style, limit in
            let top = scale.y(SweepResult.Goal.cutOffShare)
            return Goal(
                style: style, x: Int(Self.frame.left), y: top, width: scale.x(limit) - Int(Self.frame.left),
                height: Int(Self.frame.bottom) - top)
        }
        let step = [50.0, 100, 200, 250, 500, 1_000, 2_000].first { scale.longest / 1e6 / $0 <= 9 } ?? 5_000
        ticks = stride(from: 0, through: scale.longest / 1e6, by: step).map {
            Tick(place: scale.x(Int64($0 * 1e6)), label: $0 == 0 ? "0" : "\(Int($0)) ms")
        }
        levels = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1].filter { $0 <= scale.most }.map {
            Tick(place: scale.y($0), label: $0 == 0.005 ? "0.5 %" : Figures.percent($0))
        }
        description = points.map { point in
            "\(result.parameter) \(point.value): \(Figures.finePercent(point.share)) cut off, p50 "
                + "\(SweepText.latency(point.figures.p50Ns)), p95 \(SweepText.latency(point.figures.p95Ns))"
        }.joined(separator: "; ")
    }
}
