// The encore of a run: one step again, with faults planted, and whether the measurement caught them.

import AssistantInterface
import Instrumentation

/// The step that is repeated behind the talk with faults planted in it, and what must come of it.
///
/// The encore takes the way of every other step, from the loudspeaker to the scoring, and is judged by what came out at the end of
/// it. It never counts among the turns of the run.
struct Encore {
    /// The step of the talk that is repeated.
    let original: Step
    let prepared: PreparedStep

    /// Chooses the step: the first that must be answered and changes nothing around the assistant.
    ///
    /// Where no required one can be had, one that is not required; nil when the talk has no step that should be answered.
    init?(of steps: [PreparedStep]) {
        let answered = steps.filter(\.step.expect.isAnswered)
        let quiet = answered.filter(\.step.faults.isEmpty)
        guard let chosen = quiet.first(where: \.step.isRequired) ?? quiet.first ?? answered.first else { return nil }
        original = chosen.step
        var step = chosen.step
        // No step of a scenario can have a name with a plus sign.
        step.id = "\(step.id)+planted"
        step.after = nil
        step.faults = []
        step.pause = Scenario.defaultPause
        // An answer that is held back by this time can never be below it, however fast the assistant is.
        step.expect.latency = PlantingAssistant.delay
        step.expect.intent = step.expect.intent ?? Self.anyIntent
        prepared = PreparedStep(step: step, utterance: chosen.utterance, isPlanted: true)
    }

    /// The intent expected of a step that expects none. What counts is that the planted one is named as wrong.
    private static let anyIntent = "any-but-the-planted-one"

    /// Without marks of the assistant, the delay is seen only against another turn, whose latency differs by itself: half of
    /// the delay is left for that.
    static let toleranceWithoutMarks = PlantingAssistant.delay / 2

    /// What became of the planted faults.
    struct Outcome: Hashable {
        var planted: [PlantedFault] = []
        /// What could not be observed, and why.
        var notices: [String] = []
    }

    /// Judges the encore of run `run`.
    ///
    /// - Parameters:
    ///   - encore: what the runner made of the encore; nil when it was not reached.
    ///   - talk: the original step, as it went in the talk.
    func judge(_ encore: StepRecord?, talk: StepRecord?, run: Int) -> Outcome {
        guard let encore else {
            return Outcome(
                planted: PlantedFault.Kind.allCases.map {
                    PlantedFault(
                        run: run, kind: $0, caught: false, detail: "the talk did not reach the step that holds it")
                })
        }
        guard encore.observation.firstAudible != nil || talk?.observation.firstAudible != nil else {
            return Outcome(notices: [
                "step \(original.id) is never answered, so no fault could be planted in it"
            ])
        }
        // The very functions that make and judge a turn of the talk.
        let turn = TurnResult(encore, run: run)
        var outcome = Outcome(planted: [delayedAnswer(turn, talk: talk, run: run)])
        if encore.observation.turns.contains(where: { $0.report != nil }) {
            outcome.planted.append(wrongIntent(turn, run: run))
        } else {
            outcome.notices.append(
                "the planted wrong intent is not observable, because the assistant does not report its turns"
            )
        }
        return outcome
    }

    private func delayedAnswer(_ turn: TurnResult, talk: StepRecord?, run: Int) -> PlantedFault {
        let delay = PlantingAssistant.delay
        let isNamed = turn.failures.contains { $0.hasPrefix("latency is ") }
        let shift: Duration?
        let tolerance: Duration
        let reference: String
        if let residual = turn.stageResidualNs {
            shift = .zero - .nanoseconds(residual)
            tolerance = StageAccount.tolerance
            reference = "the assistant's own marks"
        } else {
            let usual = talk?.observation.latency
            shift = turn.latencyNs.flatMap { latency in usual.map { .nanoseconds(latency) - $0 } }
            tolerance = Self.toleranceWithoutMarks
            reference = "step \(original.id) of the talk"
        }
        let isSized = shift.map { abs(($0 - delay).nanoseconds) <= tolerance.nanoseconds } ?? false
        let seen =
            shift.map { "\(Figures.milliseconds($0.nanoseconds)) later than \(reference)" } ?? "no answer to measure"
        return PlantedFault(
            run: run, kind: .delayedAnswer, caught: isSized && isNamed,
            detail: "held back by \(Figures.milliseconds(delay.nanoseconds)); measured \(seen)"
                + (isNamed ? "" : "; scoring did not call it late"))
    }

    private func wrongIntent(_ turn: TurnResult, run: Int) -> PlantedFault {
        let isNamed = turn.failures.contains { $0.hasPrefix("intent is \(PlantingAssistant.wrongIntent) ") }
        return PlantedFault(
            run: run, kind: .wrongIntent, caught: isNamed,
            detail: "reported as \(PlantingAssistant.wrongIntent); scoring "
                + (isNamed ? "named it" : "saw \(turn.intent ?? "no intent") and did not name it"))
    }
}

extension PlantedFault {
    /// Why figures cannot be trusted when this fault slipped through; nil when it was caught.
    var invalidReason: String? {
        caught ? nil : "run \(run): a planted fault, \(kind.rawValue), was not caught: \(detail)"
    }
}

extension RunRecord {
    /// Takes the encore out of the steps of the run, and judges it. A run that broke off is judged for that alone.
    mutating func takeEncore(_ encore: Encore?) -> Encore.Outcome {
        let planted = steps.first { $0.prepared.isPlanted }
        steps.removeAll { $0.prepared.isPlanted }
        guard failure == nil, !isInterrupted else { return Encore.Outcome() }
        guard let encore else {
            return Encore.Outcome(
                notices: ["no step of the talk should be answered, so no fault was planted"])
        }
        let talk = steps.first { $0.prepared.step.id == encore.original.id }
        return encore.judge(planted, talk: talk, run: number)
    }
}
