// Whether a step met its expectations.

import AssistantInterface
import Instrumentation
import Testing

@testable import SerenaBench

@Suite struct ScoringTests {
    private static func observation(latency: Int64? = 200, _ report: TurnReport) -> StepObservation {
        StepObservation(
            speechStart: Instant(nanoseconds: 0), speechEnd: Instant(nanoseconds: 1_000_000_000),
            firstAudible: latency.map { Instant(nanoseconds: 1_000_000_000 + $0 * 1_000_000) },
            turns: [
                ObservedTurn(
                    number: 0, began: Instant(nanoseconds: 0), ended: Instant(nanoseconds: 1_300_000_000),
                    report: report)
            ])
    }

    private static let report = TurnReport(
        turn: 0, transcript: "What is a 15% tip on $84?", intent: "tip",
        slots: ["percent": "15", "name": "Ann Lee"],
        response: "That is 12 dollars and sixty cents.", route: .vm)

    private static let table: [(StepExpectation, String?)] = [
        (
            StepExpectation(intent: "tip", slots: ["percent": "15.0", "name": "ann lee"], route: .vm), nil
        ),
        (StepExpectation(response: [.contains("twelve dollars and 60 cents")], wordErrorRate: 0), nil),
        (
            StepExpectation(response: [
                .matches("D.LLARS"), .any([.contains("no"), .contains("that is")]),
            ]), nil
        ),
        (StepExpectation(intent: "sum"), "intent is tip instead of sum"),
        (StepExpectation(slots: ["percent": "16"]), "slot percent is '15' instead of '16'"),
        (StepExpectation(slots: ["other": "1"]), "slot other is missing instead of '1'"),
        (StepExpectation(response: [.contains("thirteen")]), "response does not contain 'thirteen'"),
        (StepExpectation(response: [.matches("^no")]), "response does not match /^no/"),
        (StepExpectation(latency: .milliseconds(200)), "latency is 200 ms, not below 200 ms"),
        (StepExpectation(route: .ignored), "route is vm instead of ignored"),
        (StepExpectation(isAnswered: false), "an answer was heard where silence was expected"),
    ]

    @Test(arguments: table)
    func expectationsAreHeldAgainstWhatHappened(_ expect: StepExpectation, _ failure: String?) {
        let step = Step(
            id: "a", say: "What is a fifteen percent tip on 84 dollars?", audio: "a.wav", expect: expect)
        let failures = TurnScoring.failures(step, Self.observation(Self.report))
        if let failure {
            #expect(failures.count == 1 && failures[0].hasPrefix(failure), "\(failures)")
        } else {
            #expect(failures.isEmpty)
        }
    }

    @Test func wordsThatWereMisheardAreCounted() {
        let step = Step(
            id: "a", say: "one two three four", audio: "a", expect: StepExpectation(wordErrorRate: 0.4))
        let misheard = TurnReport(turn: 0, transcript: "one too tree four", response: "x")
        let failures = TurnScoring.failures(step, Self.observation(misheard))
        #expect(failures == ["word error rate is 50 %, above 40 %"])
    }

    @Test func withoutReportsEverythingExpectedOfThemFails() {
        let step = Step(
            id: "a", say: "x", audio: "a",
            expect: StepExpectation(intent: "tip", response: [.contains("y")]))
        let observation = StepObservation(
            speechStart: Instant(nanoseconds: 0), speechEnd: Instant(nanoseconds: 1), firstAudible: nil)
        #expect(TurnScoring.failures(step, observation).count == 3)
    }
}
