// Tests of what a result adds up to besides latency: cut-offs, work done ahead, stages behind, stops without cause.

import AssistantInterface
import Instrumentation
import SerenaAudio
import Testing

@testable import SerenaBench

@Suite struct RunningFiguresTests {
    @Test(arguments: [
        // With no cut-off in n turns the bound is 1 − 0.05^(1/n).
        (cut: 0, of: 10, share: 0.0, atMost: 0.2589), (0, 300, 0, 0.00994), (1, 10, 0.1, 0.3942), (10, 10, 1, 1),
    ])
    func cutOffsAreGivenWithTheirExactBound(cut: Int, of turns: Int, share: Double, atMost: Double) throws {
        let result = sampleResult((0..<turns).map { _ in 100 })
        let counted = result.turns.enumerated().map { index, turn in
            var turn = turn
            turn.falseCutOff = index < cut
            return turn
        }
        let cutOffs = CutOffs(counted)
        #expect(cutOffs.share == share)
        #expect(abs(try #require(cutOffs.shareAtMost) - atMost) < 0.0001)
        #expect(Summary(turns: counted).falseCutOffShareAtMost == cutOffs.shareAtMost)
    }

    @Test func turnsThatExpectSilenceDoNotDiluteTheCutOffs() {
        var turns = sampleResult([100, 100, 100, 100]).turns
        for index in 0..<3 { turns[index].answerExpected = false }
        turns[0].falseCutOff = true
        #expect(CutOffs(turns).text.hasPrefix("1 of 2 (50.0 %"))
    }

    @Test func workAheadIsAddedUpOverTheTurnsThatCountIt() throws {
        var turns = sampleResult([100, 100, 100]).turns
        #expect(SpeculationTotals(turns) == nil)
        turns[0].speculation = SpeculationResult(used: 2, wasted: 1, wastedCPUNs: 5)
        turns[0].cpuNs = 60
        turns[1].speculation = SpeculationResult(used: 0, wasted: 2, wastedCPUNs: 15)
        turns[1].cpuNs = 140
        turns[2].cpuNs = 1_000
        let totals = try #require(SpeculationTotals(turns))
        #expect((totals.used, totals.wasted) == (2, 3))
        #expect(totals.wastedShare == 0.1)
        #expect(totals.text == "used 2, wasted 3 (10.0 % of the processor time)")
    }

    @Test func stagesThatFellBehindAreCountedByTurn() {
        var turns = sampleResult([100, 100, 100]).turns
        #expect(Backlog(turns).text == nil)
        turns[0].fellBehind = ["voice", "recognition"]
        turns[2].fellBehind = ["recognition"]
        #expect(Backlog(turns).text == "recognition in 2 turns, voice in 1 turn")
    }

    @Test func whatAnAssistantReportsOfItsTurnsReachesTheStep() throws {
        let ahead = [Speculation(used: 1, wasted: 2, wastedCPU: .milliseconds(3)), Speculation(wasted: 1)]
        let turns = ahead.enumerated().map { index, speculation in
            ObservedTurn(
                number: index, began: Instant(nanoseconds: 0),
                report: TurnReport(turn: index, speculation: speculation, backlog: ["recognition"]))
        }
        #expect(SpeculationResult(turns) == SpeculationResult(used: 1, wasted: 3, wastedCPUNs: 3_000_000))
        #expect(SpeculationResult([ObservedTurn(number: 0, began: Instant(nanoseconds: 0))]) == nil)
    }

    @Test(arguments: [
        // Applause or a cough during an answer is no cause; a request is, and so is an order to be silent.
        (answered: false, stopExpected: false, breaksIn: true, stops: 1, withoutCause: 1), (true, false, true, 1, 0),
        (false, true, true, 1, 0), (true, false, false, 1, 1), (true, false, false, 0, 0),
    ])
    func aStopNeedsACause(answered: Bool, stopExpected: Bool, breaksIn: Bool, stops: Int, withoutCause: Int) throws {
        var step = try burstStep("a").step
        step.expect.isAnswered = answered
        step.expect.stopsWithin = stopExpected ? .milliseconds(300) : nil
        var observation = StepObservation(
            speechStart: Instant(nanoseconds: 0), speechEnd: Instant(nanoseconds: 1_000), firstAudible: nil)
        observation.breaksIn = breaksIn
        observation.stops = stops
        #expect(TurnScoring.stopsWithoutCause(step, observation) == withoutCause)
    }

    @Test func theLoudspeakerCountsOnlyStopsThatAreHeard() async {
        let clock = JumpClock()
        let output = LoudspeakerRecorder(clock: clock)
        output.stop()
        output.play(AudioChunk(samples: [Float](repeating: 0, count: 1_600), sampleRate: 16_000))
        output.stop()
        #expect(output.stops.isEmpty)
        output.play(AudioChunk(samples: [Float](repeating: 0.5, count: 1_600), sampleRate: 16_000))
        output.cut()
        #expect(output.stops.isEmpty)
        output.play(AudioChunk(samples: [Float](repeating: 0.5, count: 1_600), sampleRate: 16_000))
        output.stop()
        #expect(output.stops == [clock.now])
    }

    @Test func aResultWithoutTheseFiguresIsStillRead() throws {
        let result = sampleResult([100])
        let text = String(decoding: try JSONDocument.encode(result), as: UTF8.self)
        for key in ["speculation", "fellBehind", "stopsWithoutCause", "tags"] { #expect(!text.contains("\"\(key)\"")) }
        let again = try JSONDocument.decode(
            BenchResult.self, kind: BenchResult.kind, version: BenchResult.currentSchemaVersion,
            from: try JSONDocument.encode(result), path: "result.json", failure: .usage)
        #expect(again == result)
    }
}
