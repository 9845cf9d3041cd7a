// What the page shows: every part of it as text that is ready to be read.

import BenchStatistics
import Foundation

/// What the template shows. Everything in it is text; the template escapes it.
struct ReportPage {
    let css: String
    let title: String
    let verdict: String
    /// The readiness verdict; nil when readiness was not judged.
    let readinessVerdict: String?
    /// Chooses the colours: pass, fail, warn.
    let tone: String
    let headline: String
    let reasons: [String]
    let nextStep: String
    let expectedFailures: String?
    let unexpectedPasses: String?
    let assistant: String
    let started: String
    let machine: String
    let facts: [Fact]
    let cards: [Card]
    let budgets: [BudgetRow]
    let hasBudgets: Bool
    let readiness: ReadinessSection?
    let distribution: Distribution?
    let steps: [StepSection]
    let hasWaterfalls: Bool
    let comparison: ComparisonSection?
    let trend: TrendPlot?
    let pairs: PairsSection?
    let trust: [Fact]
    let planted: [PlantedRow]
    let hasPlanted: Bool
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

    /// The planted faults of one kind, over all runs.
    struct PlantedRow {
        let kind: String
        let caught: String
        let tone: String
        let detail: String
    }
}

extension ReportPage {
    init(_ material: ReportMaterial, css: String) {
        let result = material.result
        let words = VerdictText(result)
        self.css = css
        title = result.scenario.title
        verdict = result.verdict.rawValue
        readinessVerdict = result.readiness?.verdict.rawValue
        tone = ReportTone(result).rawValue
        headline = Self.sentence(words.headline)
        reasons = Self.shown(words.reasons.dropFirst().map(Self.sentence))
        nextStep = words.nextStep
        expectedFailures = words.expectedFailures.map(Self.sentence)
        unexpectedPasses = words.unexpectedPasses.map(Self.sentence)
        assistant = "\(result.assistant.name) \(result.assistant.version)"
        started = Self.time(result.startedAt)
        machine = "\(result.machine.cpu), \(Figures.count(result.machine.cores, "core"))"
        runs =
            Figures.count(Set(result.turns.map(\.run)).count, "run")
            + (result.settings.clock == .virtual ? " on the virtual clock" : " in real time")
        facts = Self.facts(result)
        cards = Self.cards(result)
        budgets = result.budgets.map(Self.budgetRow)
        hasBudgets = !budgets.isEmpty
        readiness = result.readiness.map { ReadinessSection($0) }
        distribution = Distribution(result)
        steps = StepSection.all(of: result, clips: material.clips)
        hasWaterfalls = steps.contains(where: \.hasWaterfall)
        comparison = ComparisonSection(result)
        trend = material.trend.flatMap { TrendPlot($0, id: "trend-plot") }
        pairs = result.summary.answerable > 0 ? PairsSection(result) : nil
        trust = Self.trust(result)
        planted = Self.planted(result)
        hasPlanted = !planted.isEmpty
        notices = result.notices
        hasNotices = !notices.isEmpty
        inputs = result.inputs.sorted { $0.key < $1.key }.map { Fact(name: $0.key, value: $0.value) }
    }

    private static func sentence(_ text: String) -> String {
        guard let first = text.first else { return text }
        let end = ".!?:".contains(text.last ?? ".") ? "" : "."
        return first.uppercased() + text.dropFirst() + end
    }

    /// What fits the first screen; the sections below have the rest.
    private static func shown(_ reasons: [String]) -> [String] {
        let most = 6
        guard reasons.count > most else { return reasons }
        return reasons.prefix(most) + [
            "And \(Figures.count(reasons.count - most, "more reason")), in the sections below."
        ]
    }

    private static func time(_ stamp: String) -> String {
        stamp.replacing("T", with: " ").replacing("Z", with: " UTC")
    }

    private static func facts(_ result: BenchResult) -> [Fact] {
        let warmup = result.settings.warmup
        let variant = result.settings.variant.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return [
            Fact(name: "Scenario", value: result.scenario.name),
            Fact(name: "Assistant", value: "\(result.assistant.name) \(result.assistant.version)"),
            Fact(
                name: "Runs",
                value: "\(Set(result.turns.map(\.run)).count) of \(result.settings.runs)"
                    + (warmup > 0 ? ", \(warmup) warm-up" : "")),
        ] + (variant.isEmpty ? [] : [Fact(name: "Variant", value: variant.joined(separator: ", "))]) + [
            Fact(
                name: "Machine",
                value: "\(result.machine.cpu), \(Figures.count(result.machine.cores, "core"))"),
            Fact(name: "System", value: result.machine.os),
            Fact(name: "Started", value: time(result.startedAt)),
        ]
            + result.assistant.settings.sorted { $0.key < $1.key }.map {
                Fact(name: "Setting \($0.key)", value: $0.value)
            }
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
                detail: summary.falseCutOffShareAtMost.map { "at most \(Figures.finePercent($0)) of turns" }
                    ?? "in \(Figures.count(summary.turns, "turn"))",
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
            case .failed: budget.gated ? "fail" : "warn"
            case .notProven: "muted"
            }
        let detail: String =
            switch budget.state {
            case .proven: "shown at 95 % confidence"
            case .failed: budget.gated ? "fails the run" : "warning only"
            case .notProven:
                budget.turnsToSettle.map { "\($0) turns would settle it, there are \(budget.turns)" }
                    ?? "more turns like these would not settle it"
            }
        return BudgetRow(
            metric: budget.metric, value: Figures.milliseconds(budget.valueNs),
            limit: Figures.milliseconds(budget.limitNs), over: "\(budget.over) of \(budget.turns)",
            state: budget.state.rawValue, tone: tone, detail: detail)
    }

    private static func planted(_ result: BenchResult) -> [PlantedRow] {
        PlantedFault.Kind.allCases.compactMap { kind in
            let faults = result.planted.filter { $0.kind == kind }
            guard let first = faults.first else { return nil }
            let caught = faults.count(where: \.caught)
            let shown = faults.first { !$0.caught } ?? first
            return PlantedRow(
                kind: kind.rawValue, caught: "\(caught) of \(faults.count) caught",
                tone: caught == faults.count ? "pass" : "fail", detail: "Run \(shown.run): \(shown.detail)")
        }
    }

    private static func trust(_ result: BenchResult) -> [Fact] {
        let pacing = result.pacing
        let calibration =
            result.calibration.map {
                "\(Figures.milliseconds($0.p99Ns)) (p99), found right before the runs"
            }
            ?? "not calibrated in this run; serena-bench calibrate measures it"
        let residual = result.turns.compactMap(\.stageResidualNs).map(\.magnitude).max()
        return [
            Fact(
                name: "Frames",
                value: "\(pacing.frames) of 10 ms; late by \(Figures.milliseconds(pacing.p99Ns)) (p99), "
                    + "\(Figures.milliseconds(pacing.maxNs)) (worst); limit "
                    + "\(Figures.milliseconds(result.settings.pacingLimitNs)) (p99)"),
            Fact(
                name: "Stages",
                value: residual.map {
                    "add up to the latency within \(Figures.milliseconds(Int64(clamping: $0))); limit 1.0 ms"
                }
                    ?? "the assistant marked none"),
            Fact(
                name: "Fell behind", value: Backlog(result.turns).text ?? "no stage, as far as the assistant reports it"
            ),
            Fact(name: "Measuring error", value: calibration),
            Fact(name: "Clock", value: result.settings.clock.rawValue),
            Fact(name: "Seed", value: "\(result.settings.seed)"),
            Fact(name: "Machine fingerprint", value: result.machine.fingerprint),
        ]
    }
}
