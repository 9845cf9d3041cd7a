// The part of the page that says whether the demo is ready.

import Foundation

/// Gates, confidence, checklist, recommendations, risks and expiry, as the template shows them.
struct ReadinessSection {
    let verdict: String
    let tone: String
    let gates: [Gate]
    let confidence: String
    let confidenceDetail: String
    let formula: String
    let hasRecommendations: Bool
    let recommendations: [Advice]
    let hasRisks: Bool
    let risks: [String]
    let hasChecklist: Bool
    let checklist: [Check]
    let hasExpiry: Bool
    let expiry: [ReportPage.Fact]

    struct Gate {
        let id: String
        let name: String
        let state: String
        let tone: String
        let hasCauses: Bool
        let causes: [Cause]
        /// How many causes are not shown; nil when all are.
        let more: String?
    }

    struct Cause {
        let text: String
        /// Step, run, recording and offset, where they are known.
        let place: String?
        let replay: String?
    }

    struct Advice {
        let text: String
        let saving: String?
        let evidence: String
    }

    struct Check {
        let mark: String
        let tone: String
        let name: String
        let state: String
        let detail: String
        let remedy: String?
    }

    private static let shownCauses = 12

    init(_ readiness: Readiness) {
        verdict = readiness.verdict.rawValue
        tone = ReportTone(readiness.verdict).rawValue
        gates = readiness.gates.map(Self.gate)
        let bound = readiness.confidence
        confidence = "\(Figures.tenthsOfPercent(bound.lowerBound))"
        confidenceDetail =
            "the least chance that the whole next show succeeds, at \(Figures.percent(bound.level)) confidence: "
            + "\(bound.cleanRuns) of \(Figures.count(bound.runs, "run")) were clean"
        formula = bound.formula
        recommendations = readiness.recommendations.map {
            Advice(text: $0.text, saving: $0.savesNs.map { "−\(Figures.milliseconds($0))" }, evidence: $0.evidence)
        }
        hasRecommendations = !recommendations.isEmpty
        risks = readiness.risks
        hasRisks = !risks.isEmpty
        checklist = readiness.checklist.map(Self.check)
        hasChecklist = !checklist.isEmpty
        expiry = readiness.holdsFor.sorted { $0.key < $1.key }.map { ReportPage.Fact(name: $0.key, value: $0.value) }
        hasExpiry = !expiry.isEmpty
    }

    private static func gate(_ gate: ReadinessGate) -> Gate {
        let tone =
            switch gate.state {
            case .passed: "pass"
            case .passedWithRisks, .notProven: "warn"
            case .failed: "fail"
            case .notJudged: "muted"
            }
        let rest = gate.causes.count - shownCauses
        return Gate(
            id: gate.id, name: gate.name, state: gate.state.rawValue, tone: tone, hasCauses: !gate.causes.isEmpty,
            causes: gate.causes.prefix(shownCauses).map(cause),
            more: rest > 0 ? "And \(Figures.count(rest, "more cause")) in result.json." : nil)
    }

    private static func cause(_ cause: ReadinessCause) -> Cause {
        var parts: [String] = []
        if let step = cause.step { parts.append("step \(step)") }
        if let run = cause.run { parts.append("run \(run)") }
        if let recording = cause.recording {
            parts.append(recording + (cause.offsetNs.map { " at \(Figures.seconds($0))" } ?? ""))
        }
        return Cause(
            text: cause.text, place: parts.isEmpty ? nil : parts.joined(separator: ", "), replay: cause.replay)
    }

    private static func check(_ item: ChecklistItem) -> Check {
        let (mark, tone) =
            switch item.state {
            case .ok: ("✓", "pass")
            case .warning: ("!", "warn")
            case .failed: ("✗", "fail")
            case .askPerson: ("?", "muted")
            }
        return Check(
            mark: mark, tone: tone, name: item.name, state: item.state.rawValue, detail: item.detail,
            remedy: item.remedy)
    }
}

extension Figures {
    /// `86.1 %`, rounded down, so that a bound is never shown better than it is.
    static func tenthsOfPercent(_ fraction: Double) -> String {
        guard fraction.isFinite else { return "not known" }
        let tenths = Int((min(1, max(0, fraction)) * 1_000 + 1e-9).rounded(.down))
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// `1.94 s`.
    static func seconds(_ nanoseconds: Int64) -> String {
        let hundredths = Int((Double(nanoseconds) / 1e7).rounded())
        let fraction = abs(hundredths % 100)
        return "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
    }
}
