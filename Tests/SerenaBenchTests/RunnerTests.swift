// Runs on a clock that jumps: latencies, cut-offs, silence, late and endless answers, interruption.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio
import Synchronization
import Testing

@testable import SerenaBench

@Suite struct RunnerTests {
    /// The sound of a burst step lasts 300 ms; acts are counted from its first sample.
    private static func answered(after delay: Int) -> [Act] {
        [.begin(at: 50, turn: 0), .play(at: 300 + delay), .end(at: 300 + delay + 20, turn: 0)]
    }

    @Test(arguments: [0, 10, 250, 700, 1_490])
    func latencyRunsFromTheEndOfSpeechToTheFirstAudibleSample(_ delay: Int) async throws {
        let record = await runScript([Self.answered(after: delay)], steps: [try burstStep("a")])
        #expect(record.steps.map(\.observation.latency) == [.milliseconds(delay)])
        #expect(TurnResult(try #require(record.steps.first), run: 1).passed)
    }

    @Test func leadingSilenceOfAnAnswerCountsAsLatency() async throws {
        let acts: [Act] = [.play(at: 400, leadingSilence: 150), .end(at: 400, turn: 0)]
        let record = await runScript([acts], steps: [try burstStep("a")])
        #expect(record.steps.first?.observation.latency == .milliseconds(250))
    }

    @Test func anInaudibleAnswerIsNoAnswer() async throws {
        let quiet = AudioChunk(samples: [Float](repeating: 0.001, count: 3_200), sampleRate: 16_000)
        let acts = [
            Act(at: .milliseconds(400), deed: .play(quiet)), .end(at: 410, turn: 0, response: ""),
        ]
        let record = await runScript([acts], steps: [try burstStep("a")])
        let turn = TurnResult(try #require(record.steps.first), run: 1)
        #expect(turn.latencyNs == nil && turn.failures == ["no answer was heard"])
    }

    @Test(arguments: [
        [Act.play(at: 200), .end(at: 210, turn: 0)],
        [.begin(at: 20, turn: 0), .end(at: 200, turn: 0), .play(at: 500)],
        [
            .begin(at: 20, turn: 0), .begin(at: 200, turn: 1), .play(at: 500), .end(at: 510, turn: 0),
            .end(at: 510, turn: 1),
        ],
    ])
    func takingTheTurnBeforeTheEndOfSpeechIsACutOff(_ acts: [Act]) async throws {
        let record = await runScript([acts], steps: [try burstStep("a")])
        let turn = TurnResult(try #require(record.steps.first), run: 1)
        #expect(turn.falseCutOff && !turn.passed && turn.countedLatency == nil)
    }

    @Test func silenceIsKeptOrBroken() async throws {
        let steps = [
            try burstStep("kept", expect: StepExpectation(isAnswered: false)),
            try burstStep("broken", expect: StepExpectation(isAnswered: false)),
        ]
        let record = await runScript([[], Self.answered(after: 200)], steps: steps)
        let turns = record.steps.map { TurnResult($0, run: 1) }
        #expect(turns.map(\.passed) == [true, false])
        #expect(turns[1].failures == ["an answer was heard where silence was expected"])
    }

    @Test func aMissingAnswerFailsAndTheTalkGoesOn() async throws {
        let steps = [try burstStep("deaf"), try burstStep("fine")]
        let record = await runScript([[], Self.answered(after: 100)], steps: steps)
        #expect(record.steps.map(\.observation.latency) == [nil, .milliseconds(100)])
    }

    @Test func anAnswerAfterPatienceStillBelongsToItsStep() async throws {
        let steps = [
            try burstStep("late", pause: .seconds(1)), try burstStep("fine", pause: .seconds(1)),
        ]
        let record = await runScript(
            [Self.answered(after: 1_800), Self.answered(after: 100)], steps: steps)
        #expect(record.steps.map(\.observation.latency) == [.milliseconds(1_800), .milliseconds(100)])
    }

    @Test func theNextStepWaitsForTheWholeAnswerAndItsPause() async throws {
        let acts: [Act] = [
            .begin(at: 10, turn: 0), .play(at: 400, for: 500), .play(at: 1_500, for: 300),
            .end(at: 1_600, turn: 0),
        ]
        let steps = [try burstStep("a"), try burstStep("b", pause: .milliseconds(700))]
        let record = await runScript([acts, Self.answered(after: 50)], steps: steps)
        let speechStarts = record.steps.map(\.observation.speechStart)
        // Sound to 1800 ms after the first sample, 700 ms of pause, 100 ms of silence in the recording.
        #expect(speechStarts[1] - speechStarts[0] == .milliseconds(2_600))
        #expect(record.steps[0].answer.played.count == 2)
    }

    @Test func theSoundOfAnAnswerIsHandedOverAndNotKept() async throws {
        let clock = JumpClock()
        let heard = Mutex<[Int]>([])
        let record = await ScenarioRunner(clock: clock).run(
            number: 1, steps: [try burstStep("a")], patience: .milliseconds(1_500),
            assistant: ScriptedAssistant([Self.answered(after: 50)], clock: clock),
            onStep: { step in heard.withLock { $0.append(step.answer.played.reduce(0) { $0 + $1.samples.count }) } })
        let samples = heard.withLock(\.self)
        #expect(samples.count == 1 && samples.allSatisfy { $0 > 0 })
        #expect(record.steps[0].answer.played.allSatisfy { $0.samples.isEmpty })
        #expect(record.steps[0].observation.latency != nil)
        #expect(TurnResult(record.steps[0], run: 1).answerAudio == "audio/run1-a.wav")
    }

    @Test func anEndlessAnswerIsCutAndFails() async throws {
        let acts = (0..<100).map { Act.play(at: 400 + $0 * 900, for: 1_000) }
        let record = await runScript([acts], steps: [try burstStep("a")])
        let turn = TurnResult(try #require(record.steps.first), run: 1)
        #expect(turn.failures.contains("the answer did not come to an end and was cut"))
    }

    @Test func faultsComeBeforeTheStepThatNamesThem() async throws {
        var step = try burstStep("a").step
        step.faults = [.networkDown, .networkUp]
        let clock = JumpClock()
        let assistant = ScriptedAssistant([Self.answered(after: 10)], clock: clock)
        _ = await ScenarioRunner(clock: clock).run(
            number: 1, steps: [PreparedStep(step: step, utterance: try burstStep("a").utterance)],
            patience: .seconds(1), assistant: assistant, onStep: { _ in })
        #expect(await assistant.faults == [.networkDown, .networkUp])
    }

    @Test(arguments: [(400, true), (390, false)])
    func stagesAreHeldAgainstWhatWasHeard(_ marked: Int, _ addsUp: Bool) async throws {
        let end = Act.Deed.endMarked(
            turn: 0, endpoint: .milliseconds(380), firstAudio: .milliseconds(marked), response: "tone")
        let acts: [Act] = [.play(at: 400), Act(at: .milliseconds(410), deed: end)]
        let record = await runScript([acts], steps: [try burstStep("a")])
        let turn = TurnResult(try #require(record.steps.first), run: 1)
        #expect(turn.stagesNs.values.reduce(0, +) == turn.latencyNs)
        #expect((turn.stageResidualNs == 0) == addsUp)
    }

    @Test func anInterruptedRunKeepsTheStepsThatAreOver() async throws {
        let clock = JumpClock()
        let steps = try (0..<50).map { try burstStep("s\($0)") }
        let trigger = AsyncStream<Void>.makeStream()
        let stop = Act(at: .milliseconds(50), deed: .cancel { trigger.continuation.yield() })
        let script = [Self.answered(after: 10), [stop]]
        let assistant = ScriptedAssistant(script, clock: clock)
        let run = Task {
            await ScenarioRunner(clock: clock).run(
                number: 1, steps: steps, patience: .seconds(60), assistant: assistant, onStep: { _ in })
        }
        for await _ in trigger.stream {
            run.cancel()
            break
        }
        let record = await run.value
        #expect(record.isInterrupted)
        #expect(record.steps.first?.observation.latency == .milliseconds(10))
        #expect(record.steps.count < steps.count)
    }

    @Test func anAssistantThatCannotStartIsAFailureOfTheRun() async throws {
        struct Broken: Assistant {
            var identity: AssistantIdentity { AssistantIdentity(name: "broken", version: "1") }
            func start(output: any AudioOutput, observer: any TurnObserver) throws {
                throw AssistantError("no model")
            }
            func hear(_ frame: AudioFrame) {}
            func inject(_ fault: Fault) {}
            func stop() {}
        }
        let record = await ScenarioRunner(clock: JumpClock()).run(
            number: 1, steps: [try burstStep("a")], patience: .seconds(1), assistant: Broken(),
            onStep: { _ in })
        #expect(record.failure?.contains("no model") == true && record.steps.isEmpty)
    }
}

@Suite struct LoudspeakerRecorderTests {
    private static func chunk(_ milliseconds: Int, level: Float = 0.5) -> AudioChunk {
        AudioChunk(samples: [Float](repeating: level, count: 8 * milliseconds), sampleRate: 8_000)
    }

    @Test func chunksQueueUpOneBehindTheOther() async {
        let clock = JumpClock()
        let recorder = LoudspeakerRecorder(clock: clock)
        #expect(recorder.play(Self.chunk(100)) == Instant(nanoseconds: 0))
        #expect(recorder.play(Self.chunk(100)) == Instant(nanoseconds: 100_000_000))
        await clock.sleep(until: Instant(nanoseconds: 500_000_000))
        #expect(recorder.play(Self.chunk(100)) == Instant(nanoseconds: 500_000_000))
        #expect(recorder.queueEnd == Instant(nanoseconds: 600_000_000))
    }

    @Test func stoppingDropsWhatHasNotBeenHeard() async throws {
        let clock = JumpClock()
        let recorder = LoudspeakerRecorder(clock: clock)
        recorder.play(Self.chunk(100))
        recorder.play(Self.chunk(100))
        await clock.sleep(until: Instant(nanoseconds: 50_000_000))
        recorder.stop()
        let answer = recorder.answer(since: Instant(nanoseconds: 0))
        #expect(answer.played.map(\.samples.count) == [400])
        #expect(recorder.play(Self.chunk(10)) == Instant(nanoseconds: 50_000_000))
    }

    @Test func gapsBecomeSilenceInTheRecording() async throws {
        let clock = JumpClock()
        let recorder = LoudspeakerRecorder(clock: clock)
        recorder.play(Self.chunk(100))
        await clock.sleep(until: Instant(nanoseconds: 300_000_000))
        recorder.play(Self.chunk(100, level: .nan))
        let recording = try #require(try recorder.answer(since: Instant(nanoseconds: 0)).recording())
        #expect(recording.samples.count == 8 * 400)
        #expect(recording.samples.allSatisfy { $0.isFinite })
    }
}
