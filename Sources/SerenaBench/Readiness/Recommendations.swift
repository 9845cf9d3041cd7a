// What would make the demo faster or safer, ranked by the time that it would save. A pure function.

import BenchStatistics
import Instrumentation

extension ReadinessEvidence {
    /// A stage that takes less than this in the slow turns is no place to look for time.
    private static let leastSaving: Int64 = 5_000_000

    /// The one that would save most first; those that are not about time follow.
    func recommendations() -> [Recommendation] {
        (stageRecommendations() + [silences(), cutOffs()].compactMap(\.self)).sorted {
            ($0.savesNs ?? 0, $1.text) > ($1.savesNs ?? 0, $0.text)
        } + [wordErrors(), latePacing()].compactMap(\.self)
    }

    private var answeredTurns: [TurnResult] {
        result.turns.filter { $0.answerExpected && $0.countedLatency != nil }
    }

    /// Answered turns at or beyond the 95th percentile: those that decide about the budget.
    private var slowTurns: [TurnResult] {
        let answered = answeredTurns
        guard let limit = Quantile.nearestRank(0.95, of: answered.map(\.countedLatency)) else { return [] }
        return answered.filter { ($0.countedLatency ?? 0) >= limit }
    }

    /// What each stage would save if the slow turns were as quick in it as the quickest turn of the same talk: nobody can save all of it.
    private func stageRecommendations() -> [Recommendation] {
        let slow = slowTurns
        let answered = answeredTurns
        let steps = Set(slow.map(\.step)).sorted().prefix(3).joined(separator: ", ")
        return TurnStage.allCases.compactMap { stage in
            guard let advice = Self.advice(for: stage) else { return nil }
            let shares = slow.map { Int64?.some($0.stagesNs[stage.rawValue] ?? 0) }
            let quickest = answered.map { $0.stagesNs[stage.rawValue] ?? 0 }.min() ?? 0
            guard let median = Quantile.nearestRank(0.5, of: shares), median - quickest >= Self.leastSaving else {
                return nil
            }
            return Recommendation(
                text: advice, savesNs: median - quickest,
                evidence: "the stage \(stage.rawValue) takes \(Figures.milliseconds(median)) (median) of the slowest "
                    + "\(Figures.count(slow.count, "turn")) (\(steps)), and \(Figures.milliseconds(quickest)) in the "
                    + "quickest of this talk")
        }
    }

    private static func advice(for stage: TurnStage) -> String? {
        switch stage {
        case .speechEnd: nil
        case .endpoint: "Shorten the wait for the end of the sentence, as far as false cut-offs allow."
        case .transcript: "Use a smaller speech model, or give recognition a core of its own."
        case .intent: "Write fewer or shorter phrases for the tasks of this talk."
        case .bytecode: "Compile the tasks of this talk ahead of the show."
        case .execution: "Let the slow tasks say something before they compute."
        case .firstSentence: "Begin the slow answers with a short sentence."
        case .firstAudio: "Use a voice that begins to speak sooner."
        }
    }

    private func silences() -> Recommendation? {
        let silent = result.turns.filter { $0.answerExpected && $0.latencyNs == nil && $0.expectedFailure == nil }
        guard !silent.isEmpty else { return nil }
        return Recommendation(
            text:
                "Mend the steps that stay without an answer: \(Set(silent.map(\.step)).sorted().prefix(5).joined(separator: ", ")).",
            savesNs: result.settings.patienceNs,
            evidence: "\(silent.count) of \(Figures.count(result.summary.answerable, "turn")) had no answer within "
                + Figures.milliseconds(result.settings.patienceNs))
    }

    private func cutOffs() -> Recommendation? {
        let cut = result.turns.filter(\.falseCutOff)
        guard !cut.isEmpty else { return nil }
        return Recommendation(
            text: "Wait longer for the end of the sentence, or speak without the pause in "
                + "\(Set(cut.map(\.step)).sorted().prefix(5).joined(separator: ", ")).",
            savesNs: nil, evidence: "\(Figures.count(cut.count, "turn")) of \(result.turns.count) cut the user off")
    }

    private func wordErrors() -> Recommendation? {
        let wrong = result.turns.filter { $0.wordErrorRate > 0 && $0.answerExpected }
        guard let worst = wrong.max(by: { $0.wordErrorRate < $1.wordErrorRate }) else { return nil }
        return Recommendation(
            text: "Reword the step “\(worst.step)”, or speak it more slowly: it is misheard most.", savesNs: nil,
            evidence: "word error rate \(Figures.percent(worst.wordErrorRate)) in run \(worst.run), "
                + "\(Figures.percent(result.summary.meanWordErrorRate)) over all turns")
    }

    private func latePacing() -> Recommendation? {
        guard result.pacing.p99Ns * 2 > result.settings.pacingLimitNs, result.settings.pacingLimitNs > 0 else {
            return nil
        }
        return Recommendation(
            text: "Close what else runs on this machine.", savesNs: nil,
            evidence:
                "frames came late by \(Figures.milliseconds(result.pacing.p99Ns)) (p99), more than half of what is allowed"
        )
    }
}
