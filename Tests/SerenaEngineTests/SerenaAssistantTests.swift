// What the engine does with what it hears.

import AssistantInterface
import FTAI
import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech
import Testing

@testable import SerenaEngine

@Suite struct SerenaAssistantTests {
    private let clock = RealtimeClock()

    /// Plays stretches of a voice-like sound and of silence, then silence until `turns` turns have ended.
    ///
    /// - Parameter stretches: tenths of a second, sound and silence in turn.
    private func talk(
        _ stretches: [Int], turns: Int, folder: String? = nil, fault: Fault? = nil,
        words: @escaping @Sendable (Int) -> String?
    ) async throws -> Witness {
        var configuration = EngineConfiguration()
        configuration.folder = folder
        var parts = EngineParts(recognizer: ScriptedRecognizer(words: words), synthesizer: SquareWaveSynthesizer())
        parts.loadStandIn = { ScriptedRecognizer(words: words) }
        let assistant = SerenaAssistant(configuration: configuration, parts: parts, clock: clock)
        let witness = Witness(clock: clock)
        try await assistant.start(output: witness, observer: witness)
        if let fault { await assistant.inject(fault) }
        var index = 0
        func hear(loud: Bool, frames: Int) async {
            for _ in 0..<frames {
                // As loud and soft as syllables are, four times a second; a steady tone would be taken for background.
                let amplitude: Float = loud ? [0.4, 0.3, 0.2, 0.1, 0.05][(index / 5) % 5] : 0
                let samples = (0..<AudioFrame.sampleCount).map { ($0 / 40) % 2 == 0 ? amplitude : -amplitude }
                await assistant.hear(AudioFrame(index: index, time: clock.now, samples: samples))
                index += 1
                await clock.sleep(until: clock.now + .milliseconds(1))
            }
        }
        // A stream that begins in the middle of a sound takes it for the background.
        await hear(loud: false, frames: 30)
        for (position, tenths) in stretches.enumerated() { await hear(loud: position % 2 == 0, frames: tenths * 10) }
        var patience = 3000
        while witness.reports.count < turns, patience > 0 {
            await hear(loud: false, frames: 1)
            patience -= 1
        }
        await assistant.stop()
        return witness
    }

    @Test func questionIsAnsweredByItsTask() async throws {
        let witness = try await talk([10], turns: 1) { $0 == 0 ? "" : "What is six times seven?" }
        let report = try #require(witness.reports.first)
        #expect(report.intent == "multiply")
        #expect(report.route == .vm)
        #expect(report.slots == ["a": "6", "b": "7"])
        #expect(report.response == "6 times 7 is 42.")
        #expect(report.problem == nil)
        #expect(witness.chunks == 1)
    }

    @Test func everyStageIsTracedAndTheyAddUp() async throws {
        let witness = try await talk([10], turns: 1) { $0 == 0 ? "" : "What is six times seven?" }
        let trace = try #require(witness.reports.first).trace
        #expect(Set(trace.spans.map(\.stage)) == Set(TurnStage.allCases))
        let speechEnd = try #require(trace.end(of: .speechEnd))
        let firstAudio = try #require(trace.end(of: .firstAudio))
        #expect(trace.contributions(since: speechEnd).map(\.duration).reduce(.zero, +) == firstAudio - speechEnd)
        for span in trace.spans { #expect(span.start <= span.end, "\(span.stage)") }
    }

    @Test func talkForTheAudienceIsLeftAlone() async throws {
        let witness = try await talk([10], turns: 1) { $0 == 0 ? "" : "Every great idea begins with a question." }
        let report = try #require(witness.reports.first)
        #expect(report.route == .ignored)
        #expect(report.response.isEmpty)
        #expect(witness.chunks == 0)
    }

    @Test(arguments: [
        (nil, "I don't know that."), (Fault.networkDown, "I don't know that, and I'm offline right now."),
    ])
    func unknownQuestionIsAnsweredHonestly(fault: Fault?, answer: String) async throws {
        let witness = try await talk([10], turns: 1, fault: fault) {
            $0 == 0 ? "" : "Serena, who will win the football match tomorrow?"
        }
        #expect(witness.reports.map(\.response) == [answer])
        #expect(witness.reports.map(\.route) == [.traditional])
    }

    @Test(arguments: [
        (Fault.recognizerSlow, "My name is Daniel.", "Nice to meet you, Daniel.", nil),
        (.recognizerFails, "My name is Daniel.", "Nice to meet you, Daniel.", "stood in"),
        (.voiceFails, "My name is Daniel.", EmergencySentence.text, "speech output failed"),
        (.diskFull, "My name is Daniel.", "Nice to meet you, Daniel.", "disk is full"),
    ])
    func everyFaultIsSurvivedAndNamed(fault: Fault, words: String, answer: String, problem: String?) async throws {
        let witness = try await talk([10], turns: 1, fault: fault) { $0 == 0 ? "" : words }
        let report = try #require(witness.reports.first)
        #expect(report.response == answer)
        #expect(witness.chunks > 0)
        #expect(problem.map { report.problem?.contains($0) == true } ?? (report.problem == nil), "\(report)")
    }

    @Test func theExactFiguresOfATurnAreTheSameEveryTime() async throws {
        var reports: [TurnReport] = []
        for _ in 0..<2 {
            reports += try await talk([10], turns: 1) { $0 == 0 ? "" : "My name is Daniel." }.reports
        }
        #expect(
            reports.map(\.events)
                == Array(repeating: ["intent learn_name", "route vm", "remember name", "say"], count: 2))
        #expect(reports[0].exact == reports[1].exact)
        #expect(Set(reports[0].exact.keys) == ["allocatedBytes", "bytecodeBytes", "instructions"])
        #expect(reports[0].exact.values.allSatisfy { $0 > 0 })
    }

    @Test func userWhoGoesOnIsNotAnsweredWithTheFirstHalf() async throws {
        // Half a second of words, a pause of 100 ms, in which the answer to these is begun, then the rest.
        let witness = try await talk([5, 1, 10], turns: 1) { tenths in
            tenths == 0 ? "" : tenths < 10 ? "What is six times seven" : "What is six times seventy?"
        }
        #expect(witness.reports.map(\.response) == ["6 times 70 is 420."])
    }

    @Test func answerThatWasBegunAheadIsUsedAndOneInVainIsCounted() async throws {
        let witness = try await talk([5, 1, 10], turns: 1) { tenths in
            tenths == 0 ? "" : tenths < 10 ? "What is six times seven?" : "What is six times seventy one?"
        }
        let speculation = try #require(witness.reports.first?.speculation)
        #expect(witness.reports.map(\.response) == ["6 times 71 is 426."])
        // The final recognition, and the final answer if it was begun in time; before them the same.
        #expect((1...2).contains(speculation.used))
        #expect((1...2).contains(speculation.wasted))
        #expect(witness.chunks == 1)
    }

    @Test func whatWasRememberedInVainIsNotRemembered() async throws {
        let witness = try await talk([5, 1, 10, 10, 20], turns: 2) { tenths in
            switch tenths {
            case 0: ""
            case ..<10: "My name is Daniel."
            // With all of it at hand, the recogniser hears something else.
            case ..<18: "Every great idea begins with a simple question."
            default: "Do you remember my name?"
            }
        }
        #expect(
            witness.reports.last?.response.contains("haven't told me") == true, "\(witness.reports.map(\.response))")
    }

    @Test func requestBrokenInTwoByALongPauseIsUnderstood() async throws {
        let witness = try await talk([6, 19, 12], turns: 2) { tenths in
            switch tenths {
            case 0: ""
            case ..<9: "How many"
            default: "kilometers are twenty six miles?"
            }
        }
        #expect(witness.reports.last?.intent == "kilometers")
        #expect(witness.reports.map(\.response) == ["", "26 miles are 41.8 kilometers."])
    }

    @Test func laterTurnRemembersAnEarlierOneAndBothAreLogged() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "engine-\(UUID().uuidString)").path()
        let witness = try await talk([10, 20, 20], turns: 2, folder: folder) {
            $0 == 0 ? "" : $0 < 15 ? "My name is Daniel." : "Do you remember my name?"
        }
        #expect(witness.reports.map(\.response) == ["Nice to meet you, Daniel.", "Of course. Your name is Daniel."])
        let log = try Data(contentsOf: URL(filePath: folder + "/turns.ftai"))
        let parsed = FTAIParser().parse(ftaiContent: [UInt8](log), file: "turns.ftai")
        #expect(parsed.diagnostics.filter { $0.severity == .error }.isEmpty)
        let turns = try #require(parsed.document).tags
        #expect(turns.map(\.title) == ["turn 0", "turn 1"])
        #expect(turns.last?.value(of: "said")?.text == "Of course. Your name is Daniel.")
    }

    @Test func requestForWhatIsRememberedIsHeardAgainstTheMemory() async throws {
        let witness = try await talk([10, 20, 20], turns: 2) {
            $0 == 0 ? "" : $0 < 15 ? "My favorite color is blue." : "What is my favorite collar?"
        }
        #expect(
            witness.reports.map(\.response) == ["I'll remember that you like blue.", "Your favorite color is blue."])
    }

    @Test func recogniserThatFailsIsReportedAndTheTalkGoesOn() async throws {
        let witness = try await talk([10, 20, 20], turns: 2) {
            $0 == 0 ? "" : $0 < 15 ? nil : "What is six times seven?"
        }
        #expect(witness.reports.count == 2)
        #expect(try #require(witness.reports.first?.problem).contains("recognition failed"))
        #expect(witness.reports.last?.response == "6 times 7 is 42.")
    }

    @Test func documentThatDoesNotCompileIsRefusedWithEveryError() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "broken-\(UUID().uuidString).ftai").path()
        try "@ftai v2.0\n@task a\n  @do\n    let x = 1 + true\n    say y\n    return 3\n  @end\n@end\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        var configuration = EngineConfiguration()
        configuration.taskFiles = [path]
        let parts = EngineParts(recognizer: ScriptedRecognizer { _ in "" }, synthesizer: SquareWaveSynthesizer())
        let assistant = SerenaAssistant(configuration: configuration, parts: parts, clock: clock)
        let witness = Witness(clock: clock)
        let error = await #expect(throws: AssistantError.self) {
            try await assistant.start(output: witness, observer: witness)
        }
        let reason = try #require(error).reason
        #expect(reason.contains(":4:") && reason.contains(":5:") && reason.contains("^"))
    }
}
