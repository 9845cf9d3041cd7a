// The two faults that every run plants: caught by a harness that works, missed by one that is broken.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio
import Testing

@testable import SerenaBench

@Suite struct PlantedFaultTests {
    /// Runs two steps and the encore of the first; returns the talk and the encore.
    private static func run(_ script: [[Act]], steps: [PreparedStep]) async throws -> (RunRecord, Encore) {
        let encore = try #require(Encore(of: steps))
        let clock = JumpClock()
        let record = await ScenarioRunner(clock: clock).run(
            number: 1, steps: steps + [encore.prepared], patience: .milliseconds(1_500),
            assistant: PlantingAssistant(ScriptedAssistant(script, clock: clock)), onStep: { _ in })
        return (record, encore)
    }

    private static func steps() throws -> [PreparedStep] {
        [try burstStep("a"), try burstStep("b")]
    }

    private static let marked = [
        Act.answer(turn: 0, after: 100), Act.answer(turn: 1, after: 30), Act.answer(turn: 2, after: 90),
    ]
    private static let reported: [[Act]] = (0..<3).map { turn in
        [.begin(at: 50, turn: turn), .play(at: 400), .end(at: 420, turn: turn)]
    }

    @Test(arguments: [marked, reported])
    func bothAreCaughtAndTheTalkDoesNotNotice(_ script: [[Act]]) async throws {
        var (record, encore) = try await Self.run(script, steps: Self.steps())
        let outcome = record.takeEncore(encore)
        #expect(outcome.planted.map(\.kind) == [.delayedAnswer, .wrongIntent])
        #expect(outcome.planted.allSatisfy { $0.caught }, "\(outcome)")
        #expect(outcome.notices.isEmpty)
        #expect(record.steps.map(\.prepared.step.id) == ["a", "b"])
        let turns = record.steps.map { TurnResult($0, run: 1) }
        #expect(turns.allSatisfy { $0.passed && $0.intent == nil && ($0.latencyNs ?? .max) <= 100_000_000 })
    }

    @Test func anAssistantWithoutReportsIsJudgedByItsSoundAlone() async throws {
        var (record, encore) = try await Self.run(
            [[.play(at: 400)], [.play(at: 400)], [.play(at: 480)]], steps: Self.steps())
        let outcome = record.takeEncore(encore)
        #expect(outcome.planted.map(\.kind) == [.delayedAnswer] && outcome.planted[0].caught)
        #expect(outcome.notices.count == 1 && outcome.notices[0].contains("not observable"))
    }

    @Test func anAnswerThatIsDroppedAndGivenAnewIsHeldBackAgain() {
        let clock = JumpClock()
        let recorder = LoudspeakerRecorder(clock: clock)
        let planting = PlantingAssistant(ScriptedAssistant([], clock: clock))
        planting.setArmed(true)
        let output = planting.output(behind: recorder)
        let sound = AudioChunk(samples: [Float](repeating: 0.5, count: 800), sampleRate: 8_000)
        output.play(sound)
        output.play(sound)
        output.stop()
        output.play(sound)
        #expect(recorder.answer(since: Instant(nanoseconds: 0)).firstAudible == Instant(nanoseconds: 400_000_000))
        planting.setArmed(false)
        #expect(output.play(sound) == Instant(nanoseconds: 500_000_000))
    }

    // MARK: A broken harness

    @Test func aLoudspeakerThatLosesTheDelayIsFoundOut() async throws {
        var (record, encore) = try await Self.run(Self.marked, steps: Self.steps())
        record.replaceEncore { observation, _ in
            observation.firstAudible = observation.firstAudible.map { $0 - PlantingAssistant.delay }
        }
        let outcome = record.takeEncore(encore)
        #expect(outcome.planted.map(\.caught) == [false, true])
        #expect(outcome.planted[0].invalidReason?.contains("delayed answer, was not caught") == true)
    }

    @Test(arguments: [-3, 3])
    func aDelayOfTheWrongSizeIsNotCaught(_ error: Int) async throws {
        var (record, encore) = try await Self.run(Self.marked, steps: Self.steps())
        record.replaceEncore { observation, _ in
            observation.firstAudible = observation.firstAudible.map { $0 + .milliseconds(error) }
        }
        #expect(record.takeEncore(encore).planted.map(\.caught) == [false, true])
    }

    @Test func scoringThatIgnoresIntentsIsFoundOut() async throws {
        var (record, encore) = try await Self.run(Self.marked, steps: Self.steps())
        record.replaceEncore { _, step in step.expect.intent = nil }
        #expect(record.takeEncore(encore).planted.map(\.caught) == [true, false])
    }

    @Test func aLogThatKeepsTheOldIntentIsFoundOut() async throws {
        var (record, encore) = try await Self.run(Self.marked, steps: Self.steps())
        record.replaceEncore { observation, _ in
            for index in observation.turns.indices { observation.turns[index].report?.intent = "tip" }
        }
        #expect(record.takeEncore(encore).planted.map(\.caught) == [true, false])
    }

    @Test func scoringThatIgnoresLatenciesIsFoundOut() async throws {
        var (record, encore) = try await Self.run(Self.marked, steps: Self.steps())
        record.replaceEncore { _, step in step.expect.latency = nil }
        #expect(record.takeEncore(encore).planted.map(\.caught) == [false, true])
    }

    @Test func aRunnerThatForgetsTheEncoreIsFoundOut() async throws {
        var (record, encore) = try await Self.run(Self.marked, steps: Self.steps())
        record.steps.removeLast()
        #expect(record.takeEncore(encore).planted.map(\.caught) == [false, false])
    }

    // MARK: Which step

    @Test func theFirstRequiredStepWithoutFaultsIsRepeated() throws {
        var steps = try ["aside", "optional", "faulty", "chosen", "later"].map { try burstStep($0).step }
        steps[0].expect.isAnswered = false
        steps[1].isRequired = false
        steps[2].faults = [.networkDown]
        steps[3].after = "aside"
        let utterance = try burstStep("x").utterance
        func encore(_ steps: some Sequence<Step>) -> Encore? {
            Encore(of: steps.map { PreparedStep(step: $0, utterance: utterance) })
        }
        let chosen = try #require(encore(steps))
        #expect(chosen.original.id == "chosen" && chosen.prepared.step.after == nil && chosen.prepared.isPlanted)
        #expect(encore(steps.prefix(3))?.original.id == "optional")
        #expect(encore([steps[0], steps[2]])?.prepared.step.faults == [])
        #expect(encore(steps.prefix(1)) == nil)
    }

    // MARK: The verdict

    @Test func caughtFaultsAreInTheResultAndNowhereElse() async throws {
        let project = try TinyProject()
        let (result, folder) = try await project.environment(Self.marked).runAll(RunRequest(scenario: "tiny", runs: 2))[
            0]
        #expect(result.planted.map(\.run) == [1, 1, 2, 2] && result.planted.allSatisfy { $0.caught })
        #expect(result.turns.count == 4 && result.summary.turns == 4 && result.exitCode == .pass)
        #expect(result.turns.allSatisfy { $0.intent != PlantingAssistant.wrongIntent })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/audio").count == 4)
        #expect(try ReportFiles.read(folder) == result)
        #expect(try Baseline(name: "b", of: result).samples.count == 4)
    }

    @Test func aFaultThatSlipsThroughMakesTheRunInvalid() async throws {
        let project = try TinyProject()
        // The encore is answered with marks that cover the delay, so the stages miss it.
        let script = [
            Act.answer(turn: 0, after: 100), Act.answer(turn: 1, after: 100),
            Act.answer(turn: 2, after: 100, misplacedBy: 400),
        ]
        let (result, _) = try await project.environment(script).runAll(RunRequest(scenario: "tiny"))[0]
        #expect(result.planted.map(\.caught) == [false, true])
        #expect(result.exitCode == .invalid && result.verdict == .invalid && result.readiness?.verdict == .invalid)
        #expect(project.output.contains("planted fault, delayed answer, was not caught"))
    }

    @Test func aTalkThatIsNeverAnsweredSaysThatNothingWasPlanted() async throws {
        let project = try TinyProject("  - {id: one, say: tone, audio: burst.wav, expect: {answer: none}}\n")
        let (result, _) = try await project.environment([]).runAll(RunRequest(scenario: "tiny"))[0]
        #expect(result.planted.isEmpty && result.notices.contains { $0.contains("no fault was planted") })
    }

    @Test func processorTimeAndMemoryAreKeptStepByStep() async throws {
        let project = try TinyProject()
        let (result, _) = try await project.environment(Self.marked).runAll(RunRequest(scenario: "tiny"))[0]
        #expect(result.turns.allSatisfy { ($0.cpuNs ?? 0) > 0 && ($0.residentBytes ?? 0) > 1 << 20 })
    }
}

extension RunRecord {
    /// Stands in for a part of the harness that is broken: changes what came of the encore.
    fileprivate mutating func replaceEncore(_ change: (inout StepObservation, inout Step) -> Void) {
        guard let index = steps.firstIndex(where: \.prepared.isPlanted) else { return }
        let old = steps[index]
        var (observation, step) = (old.observation, old.prepared.step)
        change(&observation, &step)
        steps[index] = StepRecord(
            prepared: PreparedStep(step: step, utterance: old.prepared.utterance, isPlanted: true),
            observation: observation, answer: old.answer, pacingErrors: old.pacingErrors, cpu: old.cpu,
            residentBytes: old.residentBytes)
    }
}
