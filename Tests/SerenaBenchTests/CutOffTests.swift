// Tests of what counts as a false cut-off, and that it counts once.

import AssistantInterface
import Instrumentation
import Testing

@testable import SerenaBench

@Suite struct CutOffTests {
    /// A turn of the assistant: when it began, ended and decided, in milliseconds; speech lasts from 0 to 2,000.
    struct Turn: Sendable {
        var began = 50
        var ended: Int?
        var endpoint: Int?
        var route = Route.vm
    }

    private static func observation(_ turns: [Turn], answeredAt: Int?) -> StepObservation {
        func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: Int64(milliseconds) * 1_000_000) }
        return StepObservation(
            speechStart: at(0), speechEnd: at(2_000), firstAudible: answeredAt.map(at),
            turns: turns.enumerated().map { index, turn in
                var trace = TurnTrace()
                if let endpoint = turn.endpoint { trace.record(.endpoint, from: at(endpoint - 100), to: at(endpoint)) }
                return ObservedTurn(
                    number: index, began: at(turn.began), ended: turn.ended.map(at),
                    report: TurnReport(
                        turn: index, response: turn.route == .ignored ? "" : "yes", route: turn.route, trace: trace))
            })
    }

    @Test(arguments: [
        (turns: [Turn(ended: 2_400, endpoint: 2_150)], answeredAt: 2_200, isCutOff: false),
        // Answered inside a pause, with or without a second turn for the rest.
        ([Turn(ended: 1_500, endpoint: 1_100)], 1_200, true),
        ([Turn(ended: 1_500, endpoint: 1_100), Turn(began: 1_600, ended: 2_400, endpoint: 2_200)], 1_200, true),
        // The request was broken in two, and only the second half was answered, in time.
        ([Turn(ended: 1_150, endpoint: 1_100), Turn(began: 1_600, ended: 2_400, endpoint: 2_200)], 2_250, true),
        // The first half was let pass in silence, and the whole answered after it; or never answered.
        (
            [Turn(ended: 1_150, endpoint: 1_100, route: .ignored), Turn(began: 1_600, ended: 2_400, endpoint: 2_200)],
            2_250, false
        ),
        ([Turn(ended: 1_150, endpoint: 1_100, route: .ignored)], nil, true),
        ([Turn(), Turn(began: 1_600, ended: 2_400, endpoint: 2_200)], 2_250, true),
        // The first half was taken for all, and answered late, after the user had finished.
        ([Turn(ended: 2_600, endpoint: 1_700)], 2_300, true),
        // A turn that begins after the speech is no part of it.
        ([Turn(ended: 2_400, endpoint: 2_150), Turn(began: 2_500)], 2_200, false),
    ])
    func takingTheTurnInsideTheSpeechIsACutOff(_ turns: [Turn], _ answeredAt: Int?, _ isCutOff: Bool) throws {
        var step = try burstStep("a").step
        let observation = Self.observation(turns, answeredAt: answeredAt)
        #expect(TurnScoring.isCutOff(step, observation) == isCutOff)
        let named = TurnScoring.failures(step, observation).count { $0.hasPrefix("false cut-off") }
        #expect(named == (isCutOff ? 1 : 0))
        step.expect.isAnswered = false
        // Talk for somebody else may be cut up, as long as nothing is said into it.
        #expect(TurnScoring.isCutOff(step, observation) == ((answeredAt ?? 9_999) < 2_000))
    }
}
