// Talks whose steps overlap, repeat, or are heard through something.

import AssistantInterface
import Instrumentation
import SerenaAudio
import Testing

@testable import SerenaBench

@Suite struct TalkTests {
    /// A burst step that begins at a time of its own.
    private static func step(
        _ id: String, _ start: StepStart, expect: StepExpectation = StepExpectation()
    ) throws -> PreparedStep {
        let plain = try burstStep(id, expect: expect)
        var step = plain.step
        step.start = start
        return PreparedStep(step: step, utterance: plain.utterance)
    }

    /// An answer of 3 s, which begins 200 ms after the end of speech.
    private static func longAnswer(isReported: Bool) -> [Act] {
        let play = Act.play(at: 500, for: 3_000)
        return isReported ? [.begin(at: 20, turn: 0), play, .end(at: 520, turn: 0)] : [play]
    }

    /// Whether the assistant reports turns, when it falls silent after the interruption began, and for how long the old answer
    /// goes on.
    @Test(
        arguments: [(true, 150, 150), (false, 150, 150), (true, 600, 600), (true, nil, 2_700), (false, nil, 2_700)]
            as [(Bool, Int?, Int)])
    func anInterruptionShowsWhenTheOldAnswerStops(_ isReported: Bool, _ stop: Int?, _ expected: Int) async throws {
        let steps = [try burstStep("a"), try Self.step("b", .during(step: "a", after: .milliseconds(200)))]
        var acts = stop.map { [Act(at: .milliseconds($0), deed: .stop)] } ?? []
        acts.append(.play(at: 650))
        if isReported { acts = [.begin(at: 20, turn: 1)] + acts + [.end(at: 660, turn: 1, response: "new")] }
        let record = await runScript([Self.longAnswer(isReported: isReported), acts], steps: steps)
        try #require(record.steps.map(\.prepared.step.id) == ["a", "b"])
        let (old, new) = (record.steps[0].observation, record.steps[1].observation)
        #expect(old.latency == .milliseconds(200) && old.bargeInStop == nil)
        // The sound of the interruption begins 100 ms after its recording.
        #expect(new.speechStart - old.speechStart == .milliseconds(800))
        #expect(abs((try #require(new.bargeInStop)).milliseconds - Double(expected)) <= 10)
        // The loudspeaker plays one answer behind the other.
        let latency = try #require(new.latency).milliseconds
        #expect(latency == (stop == nil ? 2_400 : 350))
        if isReported {
            #expect(old.turns.map(\.number) == [0] && new.turns.map(\.number) == [1])
            #expect(TurnResult(record.steps[1], run: 1).bargeInStopNs == new.bargeInStop?.nanoseconds)
        }
    }

    @Test func anAnswerThatBeginsWhileItIsInterruptedIsACutOff() async throws {
        let steps = [try burstStep("a"), try Self.step("b", .during(step: "a", after: .milliseconds(200)))]
        let acts = [
            Act(at: .milliseconds(50), deed: .stop), .begin(at: 60, turn: 1), .play(at: 100), .end(at: 120, turn: 1),
        ]
        let record = await runScript([Self.longAnswer(isReported: true), acts], steps: steps)
        let turn = TurnResult(try #require(record.steps.last), run: 1)
        #expect(turn.step == "b" && turn.falseCutOff)
    }

    @Test func aHecklerIsOverWhenTheAnswerIs() async throws {
        let steps = [
            try burstStep("a"),
            try Self.step(
                "heckler", .during(step: "a", after: .milliseconds(500)), expect: StepExpectation(isAnswered: false)),
            try burstStep("c", pause: .milliseconds(400)),
        ]
        let last: [Act] = [.begin(at: 20, turn: 2), .play(at: 400), .end(at: 420, turn: 2)]
        let record = await runScript([Self.longAnswer(isReported: true), [], last], steps: steps)
        let turns = record.steps.map { TurnResult($0, run: 1) }
        #expect(turns.map(\.step) == ["a", "heckler", "c"])
        #expect(turns.map(\.passed) == [true, true, true], "\(turns.map(\.failures))")
        // The answer ends 3.5 s after the first sound; then the pause, and the silence in the recording.
        let starts = record.steps.map(\.observation.speechStart)
        #expect((starts[2] - starts[0]).milliseconds >= 4_000)
    }

    @Test func withoutAnAnswerTheInterruptionBecomesAnOrdinaryStep() async throws {
        let steps = [try burstStep("a"), try Self.step("b", .during(step: "a", after: .zero))]
        let record = await runScript([[], [.play(at: 400)]], steps: steps)
        #expect(record.steps.map(\.observation.latency) == [nil, .milliseconds(100)])
        #expect(record.steps[1].observation.bargeInStop == nil)
    }

    @Test(arguments: [3_000, 900])
    func aStepBeginsAtItsTimeWhateverGoesOn(_ time: Int) async throws {
        let steps = [try burstStep("a"), try Self.step("b", .at(.milliseconds(time)))]
        let record = await runScript([Self.longAnswer(isReported: true), []], steps: steps)
        #expect(
            record.steps.map(\.observation.speechStart.nanoseconds) == [600_000_000, Int64(time + 100) * 1_000_000])
    }

    @Test func speechThatOverlapsIsMixed() throws {
        var talk = Talk(
            steps: [try burstStep("a"), try Self.step("b", .at(.milliseconds(700)))], patience: .seconds(1),
            start: Instant(nanoseconds: 0))
        let alone = try burstStep("a").utterance.samples
        let frames = (0..<100).map { index in
            let time = Instant(nanoseconds: Int64(index) * 10_000_000)
            return talk.nextFrame(
                at: time,
                hearing: Hearing(queueEnd: Instant(nanoseconds: .min / 2), hasAnswer: false, turnsEnded: false)
            ).samples
        }
        // At 850 ms the first is 350 ms, the second 150 ms into its recording.
        let mixed = (0..<160).map { min(1, max(-1, alone[5_600 + $0] + alone[2_400 + $0])) }
        #expect(frames[85] == mixed)
    }

    @Test func noiseGoesOnThroughPausesAndLinesLoseIt() throws {
        var step = try burstStep("a")
        step.surroundings = Surroundings(bed: NoiseBed(samples: (0..<1_000).map { Float($0) / 10_000 }))
        var other = try burstStep("b")
        other.surroundings = Surroundings(limit: 0.01, line: [.dropouts(length: .seconds(10), share: 0.9)])
        var talk = Talk(steps: [step, other], patience: .seconds(1), start: Instant(nanoseconds: 0))
        let hearing = Hearing(queueEnd: Instant(nanoseconds: .min / 2), hasAnswer: false, turnsEnded: false)
        let frames = (0..<400).map {
            talk.nextFrame(at: Instant(nanoseconds: Int64($0) * 10_000_000), hearing: hearing).samples
        }
        #expect(frames[0][5] == 0.0005 && frames[10][0] == 0.06)
        #expect(frames[49][159] == Float(7_999 % 1_000) / 10_000)
        // The second step is heard, or not, through its own line, from the end of the first on.
        #expect(frames[250...].joined().allSatisfy { abs($0) <= 0.01 })
        #expect(frames[250...].contains { $0.allSatisfy { $0 == 0 } })
    }

    @Test func roundsBeginAsLongAsThereIsTime() async throws {
        var scenario = Scenario(name: "t", steps: [])
        scenario.repetition = .lasting(.seconds(4))
        let staged = Staging(scenario: scenario).stage([try burstStep("a"), try burstStep("b")]).steps
        #expect(staged.prefix(4).map(\.step.id) == ["a", "b", "a.2", "b.2"] && staged.count > 4)
        let acts: [Act] = [.play(at: 400), .end(at: 420, turn: 0)]
        let record = await runScript(Array(repeating: acts, count: 50), steps: staged)
        let ids = record.steps.map(\.prepared.step.id)
        // A round takes about 2 s with its answers: the third begins within 4 s, and is held to its end.
        #expect(ids.count % 2 == 0 && ids.count >= 4 && ids.count < staged.count, "\(ids)")
        let last = try #require(record.steps.dropLast().last?.observation.speechStart)
        #expect(last.nanoseconds <= 4_200_000_000)
    }

    @Test func usersHaveIdsOfTheirOwnAndBeginApart() throws {
        let step = try Self.step("b", .during(step: "a", after: .zero))
        #expect(step.renamed(by: "@2").step.start == .during(step: "a@2", after: .zero))
        let delayed = try burstStep("a").delayed(by: .milliseconds(370))
        #expect(delayed.step.start == .at(.milliseconds(870)))
    }
}

@Suite struct LongTalkTests {
    /// Two hours of frames without an assistant: what the talk itself costs must not grow with its length.
    @Test func twoHoursOfRoundsAreMadeInShortTime() throws {
        var scenario = Scenario(name: "t", steps: [])
        scenario.repetition = .lasting(.seconds(7_200))
        let steps = Staging(scenario: scenario).stage([try burstStep("a")]).steps
        var talk = Talk(steps: steps, patience: .milliseconds(100), start: Instant(nanoseconds: 0))
        let hearing = Hearing(queueEnd: Instant(nanoseconds: .min / 2), hasAnswer: false, turnsEnded: false)
        let begin = ContinuousClock.now
        var begun = 0
        for index in 0..<50_000 where !talk.isOver {
            let (_, events) = talk.nextFrame(at: Instant(nanoseconds: Int64(index) * 10_000_000), hearing: hearing)
            begun += events.count { if case .stepBegan = $0 { true } else { false } }
        }
        #expect(begun > 500 && ContinuousClock.now - begin < .seconds(20))
    }

    @Test func turnsThatAreOverAreForgotten() async {
        let clock = JumpClock()
        let log = TurnLog(clock: clock)
        log.turnBegan(0, at: Instant(nanoseconds: 0))
        log.turnEnded(TurnReport(turn: 0))
        log.turnBegan(1, at: Instant(nanoseconds: 5))
        await clock.sleep(until: Instant(nanoseconds: 100))
        log.forget(before: Instant(nanoseconds: 50))
        #expect(log.turns(since: Instant(nanoseconds: 0)).map(\.number) == [1])
    }
}
