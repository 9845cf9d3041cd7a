// From a result to the verdict over the demo: the worst gate decides. A pure function.

import AssistantInterface
import BenchStatistics
import Foundation

extension Readiness {
    /// Judges a result.
    ///
    /// - Parameters:
    ///   - steps: of the scenario; they know which faults were brought about.
    ///   - baseline: the one that the result was compared with, if any.
    ///   - machineState: what the machine was like before the runs.
    init(judging result: BenchResult, steps: [Step], baseline: Baseline? = nil, machineState: MachineState) {
        let evidence = ReadinessEvidence(result: result, steps: steps)
        let gates = [evidence.validity(), evidence.mustPass(), evidence.budget(), evidence.regression()]
        let checklist = evidence.checklist(machineState, baseline: baseline)
        let worst = Self.verdict(of: gates, checklist: checklist)
        self.init(
            verdict: worst, gates: gates,
            confidence: ShowConfidence(cleanRuns: evidence.cleanRuns.count, of: evidence.runs.count),
            checklist: checklist, recommendations: evidence.recommendations(),
            risks: Self.risks(gates, evidence.mustPassRisks(), checklist),
            holdsFor: Self.fingerprints(result, program: machineState.program),
            runsToProve: worst == .notProven ? evidence.runsToProve() : nil)
    }

    /// The worst gate decides; a checklist that is not clean makes a risk of what would be ready.
    static func verdict(of gates: [ReadinessGate], checklist: [ChecklistItem]) -> Verdict {
        if gates.contains(where: { $0.id == "A" && $0.state == .failed }) { return .invalid }
        let states = Set(gates.map(\.state))
        if states.contains(.failed) { return .notReady }
        if states.contains(.notProven) { return .notProven }
        let isClean = !checklist.contains { $0.state == .warning || $0.state == .failed }
        return states.contains(.passedWithRisks) || !isClean ? .readyWithRisks : .ready
    }

    /// Risks are named whatever the verdict is: a talk that is not proven yet may have them as well.
    private static func risks(
        _ gates: [ReadinessGate], _ turns: [ReadinessCause], _ checklist: [ChecklistItem]
    ) -> [String] {
        let others = gates.filter { $0.id != "B" && $0.state == .passedWithRisks }.flatMap(\.causes)
        let gated = (turns + others).map(\.text)
        let listed = checklist.filter { $0.state == .warning || $0.state == .failed }.map { "\($0.name): \($0.detail)" }
        return gated + listed
    }

    /// Which answers, in ``Readiness/holdsFor``, belong to which part.
    enum Part: String, CaseIterable {
        case code, model, settings, machine
        case audioDevice = "audio device"
        case scenario
    }

    /// What a run without a sound device is made with.
    static let recordedAudio = "recordings in, a recorded loudspeaker out"

    /// Short names for everything that the verdict rests on.
    static func fingerprints(_ result: BenchResult, program: String?) -> [String: String] {
        var prints = fingerprints(of: result.assistant)
        prints[Part.code.rawValue] = code(result.assistant, program: program)
        prints[Part.machine.rawValue] = result.machine.fingerprint
        prints[Part.audioDevice.rawValue] = recordedAudio
        prints[Part.scenario.rawValue] = fingerprint(of: result.inputs)
        return prints
    }

    /// The parts that a started assistant tells.
    static func fingerprints(of assistant: AssistantIdentity) -> [String: String] {
        [
            Part.model.rawValue: fingerprint(of: assistant.inputs),
            Part.settings.rawValue: fingerprint(of: assistant.settings),
        ]
    }

    static func code(_ assistant: AssistantIdentity, program: String?) -> String {
        ["\(assistant.name) \(assistant.version)", program.map { "program \($0)" }].compactMap(\.self)
            .joined(separator: ", ")
    }

    static func fingerprint(of values: [String: String]) -> String {
        let text = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        return String(Digest.sha256(of: Data(text.utf8)).prefix(16))
    }

    /// What has changed since the verdict, by name; parts that `present` does not know are not judged.
    func expired(comparedWith present: [String: String]) -> [String] {
        holdsFor.keys.sorted().filter { key in present[key].map { $0 != holdsFor[key] } ?? false }
    }
}

extension ShowConfidence {
    /// What `cleanRuns` of `runs` say about the next show, at 95 % confidence.
    init(cleanRuns: Int, of runs: Int) {
        let level = 0.95
        let bound = Binomial.lowerBound(successes: cleanRuns, of: runs, confidence: level)
        let shown = String(format: "%.3f", bound)
        let formula =
            if runs == 0 {
                "no run, so nothing is known"
            } else if cleanRuns == runs {
                "\(cleanRuns) of \(runs) runs clean: (1 − 0.95)^(1/\(runs)) = \(shown)"
            } else if cleanRuns == 0 {
                "0 of \(runs) runs clean: 0"
            } else {
                "\(cleanRuns) of \(runs) runs clean: the p at which P(Bin(\(runs), p) ≥ \(cleanRuns)) = 1 − 0.95 is \(shown) "
                    + "(Clopper–Pearson, one-sided)"
            }
        self.init(runs: runs, cleanRuns: cleanRuns, level: level, lowerBound: bound, formula: formula)
    }
}

extension ReadinessEvidence {
    /// Further runs that would settle what is open; nil when no number is known.
    func runsToProve() -> Int? {
        let made = runs.count
        var needed = max(0, Self.fewestRuns - made)
        let open = result.budgets.filter { $0.state == .notProven && $0.level == .error }
        let answerable = result.turns.count(where: \.answerExpected)
        if !open.isEmpty {
            guard made > 0, answerable > 0 else { return nil }
            for budget in open {
                guard let turns = budget.turnsToSettle else { return nil }
                // Turns come in whole runs: ⌈turns · runs / answerable⌉ runs in all.
                let total = (turns * made + answerable - 1) / answerable
                needed = max(needed, total - made)
            }
        }
        for comparison in result.comparisons where comparison.verdict == .inconclusive && comparison.gated {
            guard let runs = comparison.runsToSettle else { return nil }
            needed = max(needed, runs - made)
        }
        return needed > 0 ? needed : nil
    }
}
