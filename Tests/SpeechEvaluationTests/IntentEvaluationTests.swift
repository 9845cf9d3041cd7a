// That the evaluation of intents counts right.

import EvaluationInterface
import Foundation
import Instrumentation
import SerenaSpeech
import Testing

@testable import SpeechEvaluation

@Suite struct IntentEvaluationTests {
    @Test func theLabelledSetIsLargeEnoughAndSplitInHalves() throws {
        let utterances = try LabelledUtterances.all()
        #expect(utterances.count >= 500)
        #expect(utterances.count { $0.intent == nil } >= 200)
        #expect(Set(utterances.map(\.text)).count == utterances.count)
        let share = Double(utterances.count(where: \.isForTuning)) / Double(utterances.count)
        #expect((0.4...0.6).contains(share))
    }

    @Test(arguments: ["greet\tHello", "\t\tHello", "tip\tbill\tTip on ten", "tip\tbill=10\t"])
    func anUnreadableLineIsRefusedWithItsNumber(line: String) {
        let error = #expect(throws: EvaluationError.self) { try LabelledUtterances.read("# head\n\(line)\n") }
        #expect(error?.reason.contains("line 2") == true)
    }

    @Test func calibrationErrorIsTheMeanDistanceOfTheBins() {
        let right = Array(repeating: (confidence: 0.95, isRight: true), count: 5)
        let wrong = Array(repeating: (confidence: 0.75, isRight: false), count: 5)
        #expect(abs(Reliability(right).expectedCalibrationError - 0.05) < 1e-9)
        #expect(abs(Reliability(right + wrong).expectedCalibrationError - 0.4) < 1e-9)
        #expect(Reliability([]).expectedCalibrationError == 0)
    }

    @Test func aLogisticFitFindsTheBoundary() {
        let examples = stride(from: 0.0, to: 1, by: 0.02).map { (features: [1, $0], happened: $0 > 0.6) }
        let weights = LogisticFit.coefficients(examples)
        #expect(weights.count == 2)
        #expect(abs(-weights[0] / weights[1] - 0.6) < 0.05)
    }

    @Test func linesOfAScenarioAreWhatIsSaid() {
        let text = "steps:\n  - id: a\n    say: Hello.\n    voice: x\n  - say: \"Good-bye.\"\n    say: 'Thanks.'\n"
        #expect(RehearsedTalk.lines(of: text) == ["Hello.", "Thanks."])
    }

    @Test(arguments: ["intents", "prediction"])
    func aQuickEvaluationHasFigures(name: String) async throws {
        let home = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var context = EvaluationContext(home: home, clock: RealtimeClock())
        context.isQuick = true
        let report = try await #require(SpeechEvaluations.all.first { $0.name == name }).run(context)
        #expect(!report.tables.isEmpty && report.tables.allSatisfy { !$0.columns.isEmpty })
        #expect(!report.goals.isEmpty)
    }
}
