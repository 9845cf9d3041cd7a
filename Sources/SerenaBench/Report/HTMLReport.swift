// The report for people: one HTML file that needs nothing else.

import BenchStatistics
import Foundation
import Mustache

/// Renders `report.html`. A pure function of the result.
enum HTMLReport {
    static func text(_ result: BenchResult) throws -> String {
        let template = try MustacheTemplate(string: resource(PackageResources.report_mustache))
        return template.render(ReportPage(result, css: resource(PackageResources.report_css)))
    }

    private static func resource(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

/// What the template shows. Everything in it is text that is ready to be read; the template escapes it.
struct ReportPage {
    let css: String
    let title: String
    let verdict: String
    /// Chooses the colours: pass, fail, warn.
    let tone: String
    let headline: String
    let reasons: [String]
    let nextStep: String
    let assistant: String
    let started: String
    let machine: String
    let facts: [Fact]
    let cards: [Card]
    let budgets: [BudgetRow]
    let hasBudgets: Bool
    let distribution: Distribution?
    let steps: [StepSection]
    let hasWaterfalls: Bool
    let comparison: ComparisonSection?
    let trust: [Fact]
    let notices: [String]
    let hasNotices: Bool
    let inputs: [Fact]
    let runs: String

    struct Fact {
        let name: String
        let value: String
    }

    /// A figure on the first screen.
    struct Card {
        let label: String
        let value: String
        let unit: String
        let detail: String
        let tone: String
    }

    struct BudgetRow {
        let metric: String
        let value: String
        let limit: String
        let over: String
        let state: String
        let tone: String
        let detail: String
    }

    struct ComparisonSection {
        let baseline: String
        let caveat: String
        let rows: [Row]

        struct Row {
            let subject: String
            let before: String
            let after: String
            let difference: String
        }
    }
}

extension ReportPage {
    init(_ result: BenchResult, css: String) {
        let words = VerdictText(result)
        self.css = css
        title = result.scenario.title
        verdict = result.verdict.rawValue
        tone = Self.tone(of: result.verdict)
        headline = Self.sentence(words.headline)
        reasons = words.reasons.dropFirst().map(Self.sentence)
        nextStep = words.nextStep
        assistant = "\(result.assistant.name) \(result.assistant.version)"
        started = result.startedAt.replacing("T", with: " ").replacing("Z", with: " UTC")
        machine = "\(result.machine.cpu), \(Figures.count(result.machine.cores, "core"))"
        runs = Figures.count(Set(result.turns.map(\.run)).count, "run")
        facts = Self.facts(result)
        cards = Self.cards(result)
        budgets = result.budgets.map(Self.budgetRow)
        hasBudgets = !budgets.isEmpty
        distribution = Distribution(result)
        steps = StepSection.all(of: result)
        hasWaterfalls = steps.contains(where: \.hasWaterfall)
        comparison = Self.comparison(result)
        trust = Self.trust(result)
        notices = result.notices
        hasNotices = !notices.isEmpty
        inputs = result.inputs.sorted { $0.key < $1.key }.map { Fact(name: $0.key, value: $0.value) }
    }

    static func tone(of verdict: Verdict) -> String {
        switch verdict {
        case .pass: "pass"
        case .failed, .budgetExceeded: "fail"
        case .invalid, .notComparable: "warn"
        }
    }

    private static func sentence(_ text: String) -> String {
        guard let first = text.first else { return text }
        let end = ".!?:".contains(text.last ?? ".") ? "" : "."
        return first.uppercased() + text.dropFirst() + end
    }

    private static func facts(_ result: BenchResult) -> [Fact] {
        let runs = result.settings.runs
        let warmup = result.settings.warmup
        return [
            Fact(name: "Scenario", value: result.scenario.name),
            Fact(name: "Assistant", value: "\(result.assistant.name) \(result.assistant.version)"),
            Fact(
                name: "Runs",
                value: "\(Set(result.turns.map(\.run)).count) of \(runs)"
                    + (warmup > 0 ? ", \(warmup) warm-up" : "")),
            Fact(
                name: "Machine",
                value: "\(result.machine.cpu), \(Figures.count(result.machine.cores, "core"))"),
            Fact(name: "System", value: result.machine.os),
            Fact(
                name: "Started",
                value: result.startedAt.replacing("T", with: " ").replacing("Z", with: " UTC")),
        ]
    }

    private static func cards(_ result: BenchResult) -> [Card] {
        let summary = result.summary
        let slowest = result.turns.filter { $0.countedLatency != nil }.max {
            ($0.latencyNs ?? .min) < ($1.latencyNs ?? .min)
        }
        return [
            latencyCard("p50, median", summary.p50Ns, 50, "half of all turns", in: result),
            latencyCard("p95", summary.p95Ns, 95, "19 of 20 turns", in: result),
            latencyCard("p99", summary.p99Ns, 99, "99 of 100 turns", in: result),
            latencyCard(
                "Slowest", summary.maxNs, 100, slowest.map { "\($0.step), run \($0.run)" } ?? "", in: result
            ),
            Card(
                label: "False cut-offs", value: "\(summary.falseCutOffs)", unit: "",
                detail: "in \(Figures.count(summary.turns, "turn"))",
                tone: summary.falseCutOffs > 0 ? "fail" : "plain"),
            Card(
                label: "Answered", value: "\(summary.answered)", unit: "of \(summary.answerable)",
                detail: "word error rate \(Figures.percent(summary.meanWordErrorRate))",
                tone: summary.answered < summary.answerable ? "fail" : "plain"),
        ]
    }

    /// A latency with its budget; grey where there are too few turns for its percentile.
    private static func latencyCard(
        _ label: String, _ value: Int64?, _ percent: Double, _ detail: String, in result: BenchResult
    ) -> Card {
        let metric: LatencyMetric = percent < 100 ? .percentile(percent) : .maximum
        let budget = result.budgets.first { $0.metric == metric.text }
        let turns = result.summary.answerable
        let needed = Quantile.samplesNeeded(for: percent / 100)
        guard let value else {
            return Card(
                label: label, value: "–", unit: "",
                detail: turns == 0 ? "nothing to answer" : "an answer is missing",
                tone: turns == 0 || turns < needed ? "grey" : "fail")
        }
        let isGrey = turns < needed
        let isOver = budget.map { value >= $0.limitNs } ?? false
        let limit = budget.map { "limit \(Figures.milliseconds($0.limitNs))" } ?? detail
        return Card(
            label: label, value: Figures.millisecondsNumber(value), unit: "ms",
            detail: isGrey ? "needs \(needed) turns, has \(turns)" : limit,
            tone: isGrey ? "grey" : (isOver ? "fail" : "plain"))
    }

    private static func budgetRow(_ budget: BudgetResult) -> BudgetRow {
        let tone: String =
            switch budget.state {
            case .proven: "pass"
            case .failed: budget.level == .error ? "fail" : "warn"
            case .notProven: "muted"
            }
        let detail: String =
            switch budget.state {
            case .proven: "measured; not yet proven by statistics"
            case .failed: budget.level == .error ? "fails the run" : "warning only"
            case .notProven: "needs \(budget.turnsNeeded) turns, has \(budget.turns); decides nothing"
            }
        return BudgetRow(
            metric: budget.metric, value: Figures.milliseconds(budget.valueNs),
            limit: Figures.milliseconds(budget.limitNs), over: "\(budget.over) of \(budget.turns)",
            state: budget.state.rawValue, tone: tone, detail: detail)
    }

    private static func comparison(_ result: BenchResult) -> ComparisonSection? {
        guard let first = result.comparisons.first else { return nil }
        return ComparisonSection(
            baseline: first.baseline, caveat: ComparisonText.caveat,
            rows: result.comparisons.map {
                ComparisonSection.Row(
                    subject: "\($0.step ?? "All turns") \($0.metric)",
                    before: Figures.milliseconds($0.baselineNs),
                    after: Figures.milliseconds($0.valueNs), difference: ComparisonText.difference($0))
            })
    }

    private static func trust(_ result: BenchResult) -> [Fact] {
        let pacing = result.pacing
        let calibration =
            result.calibration.map {
                "\(Figures.milliseconds($0.p99Ns)) (p99), found right before the runs"
            }
            ?? "not calibrated in this run; serena-bench calibrate measures it"
        let residual = result.turns.compactMap(\.stageResidualNs).map { abs($0) }.max()
        return [
            Fact(
                name: "Frames",
                value: "\(pacing.frames) of 10 ms; late by \(Figures.milliseconds(pacing.p99Ns)) (p99), "
                    + "\(Figures.milliseconds(pacing.maxNs)) (worst); limit "
                    + "\(Figures.milliseconds(result.settings.pacingLimitNs)) (p99)"),
            Fact(
                name: "Stages",
                value: residual.map {
                    "add up to the latency within \(Figures.milliseconds($0)); limit 1.0 ms"
                }
                    ?? "the assistant marked none"),
            Fact(name: "Measuring error", value: calibration),
            Fact(name: "Clock", value: result.settings.clock.rawValue),
            Fact(name: "Seed", value: "\(result.settings.seed)"),
            Fact(name: "Machine fingerprint", value: result.machine.fingerprint),
        ]
    }
}
