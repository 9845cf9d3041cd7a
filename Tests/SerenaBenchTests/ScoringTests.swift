// Whether a step met its expectations.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio
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

@Suite struct OrderAndInterruptionScoringTests {
    private static func failures(
        _ expect: StepExpectation, events: [String] = [], stop: Duration? = nil
    ) -> [String] {
        let report = TurnReport(turn: 0, response: "yes", events: events)
        let observation = StepObservation(
            speechStart: Instant(nanoseconds: 0), speechEnd: Instant(nanoseconds: 1_000),
            firstAudible: Instant(nanoseconds: 2_000),
            turns: [
                ObservedTurn(
                    number: 0, began: Instant(nanoseconds: 0), ended: Instant(nanoseconds: 3_000), report: report)
            ], bargeInStop: stop)
        return TurnScoring.failures(Step(id: "a", say: "x", audio: "a", expect: expect), observation)
    }

    @Test(
        arguments: [
            ([], nil), (["a", "c"], nil), (["a", "b", "c", "a"], nil),
            (["c", "b"], "the event 'b' comes out of order"),
            (["d"], "the event 'd' is missing"), (["b", "b"], "the event 'b' comes out of order"),
        ] as [([String], String?)])
    func eventsMustOccurInTheirOrder(_ expected: [String], _ failure: String?) {
        let failures = Self.failures(StepExpectation(events: expected), events: ["a", "b", "c", "a"])
        #expect(failures == [failure].compactMap(\.self))
    }

    @Test(
        arguments: [
            (.milliseconds(300), nil), (.milliseconds(10), nil),
            (.milliseconds(301), "the old answer went on for 301 ms"),
            (nil, "there was no answer to interrupt"),
        ] as [(Duration?, String?)])
    func anInterruptedAnswerMustStopInTime(_ stop: Duration?, _ failure: String?) {
        let failures = Self.failures(StepExpectation(stopsWithin: .milliseconds(300)), stop: stop)
        #expect(failures.count == (failure == nil ? 0 : 1))
        if let failure { #expect(failures[0].hasPrefix(failure)) }
    }
}

@Suite struct NamedFailureTests {
    /// An expectation of `answer: named`, what was heard, what the report says, and what is wrong about it.
    @Test(
        arguments: [
            (true, nil, nil), (true, "the disk is full", nil), (false, "the recogniser failed", nil),
            (false, nil, "no answer was heard, and the assistant names no problem"),
        ] as [(Bool, String?, String?)])
    func silenceNeedsAName(_ heard: Bool, _ problem: String?, _ failure: String?) {
        var expect = StepExpectation()
        expect.mayFailByName = true
        let step = Step(id: "a", say: "x", audio: "a", expect: expect)
        let observation = StepObservation(
            speechStart: Instant(nanoseconds: 0), speechEnd: Instant(nanoseconds: 1_000),
            firstAudible: heard ? Instant(nanoseconds: 2_000) : nil,
            turns: [
                ObservedTurn(
                    number: 0, began: Instant(nanoseconds: 0), ended: Instant(nanoseconds: 3_000),
                    report: TurnReport(turn: 0, problem: problem))
            ])
        #expect(TurnScoring.failures(step, observation) == [failure].compactMap(\.self))
        #expect(TurnScoring.failsByName(step, observation) == (!heard && problem != nil))
    }
}

@Suite struct ExpectedFailureTests {
    /// Runs of two steps; the second is marked. Whether it passes in each run, and what follows.
    @Test(
        arguments: [
            ([false, false], false, 0), ([true, false], false, 0), ([true, true], true, 1),
        ] as [([Bool], Bool, Int)])
    func aMarkHoldsUntilItsStepAlwaysPasses(_ passes: [Bool], _ isFailed: Bool, _ notices: Int) {
        let latencies = passes.flatMap { [200, $0 ? 300 : nil] }
        var result = sampleResult(latencies) { turn in
            if turn.step == "two" { turn.expectedFailure = "not yet" }
        }
        let expected = ExpectedFailures(result.turns)
        #expect(expected.failed.map(\.step) == (isFailed ? [] : ["two"]))
        #expect(expected.needless == (isFailed ? ["two"] : []) && expected.notices.count == notices)
        #expect(result.findings.contains(.failed) == isFailed)
        // What is known to fail does not make the percentiles infinite.
        result.summary = Summary(turns: result.turns)
        #expect(result.summary.p99Ns != nil)
        let words = VerdictText(result)
        let text = (words.reasons + [words.expectedFailures ?? ""]).joined(separator: "\n")
        #expect(text.contains(isFailed ? "no longer needed" : "two: not yet"))
    }

    @Test func eachClassOfTurnsHasItsOwnBudget() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let silence = [Float](repeating: 0, count: 1_600)
        try AudioFile.write(
            Recording(samples: silence + CalibrationAssistant.burst + silence, sampleRate: 16_000),
            to: folder + "/a.wav")
        try Data(
            """
            name: t
            thresholds: [max<500ms, {threshold: max<3s, class: elsewhere}]
            steps: [{id: one, say: x, audio: a.wav}, {id: two, say: x, audio: a.wav, class: elsewhere}]
            """.utf8
        ).write(to: URL(fileURLWithPath: folder + "/t.yaml"))
        let loaded = try LoadedScenario(path: folder + "/t.yaml")
        let turns = sampleResult([200, 2_000]).turns
        let budgets = loaded.scenario.thresholds.map { BenchResult.budget($0, turns, of: loaded) }
        #expect(budgets.map(\.metric) == ["max", "max elsewhere"])
        #expect(budgets.map(\.turns) == [1, 1] && budgets.map(\.over) == [0, 0])
    }
}
