// That the recordings of people say what the evaluation takes them to say.

import AssistantInterface
import EvaluationInterface
import Foundation
import SerenaSpeech
import Testing

@testable import SpeechEvaluation

@Suite struct RecordingsOfPeopleTests {
    private static let hasRecordings = FileManager.default.fileExists(atPath: HumanRecordings.folder)
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static var moonshine: MoonshineRecognizer? {
        try? RecognitionFigures.moonshine(EvaluationContext(home: root, clock: StoppedClock()))
    }

    @Test(.enabled(if: hasRecordings && moonshine != nil)) func areMostlyUnderstood() throws {
        let recognizer = try #require(Self.moonshine)
        let samples = try HumanRecordings.load()
        #expect(samples.count == 14)
        for sample in samples {
            let heard = try recognizer.transcribe(sample.samples, sampleRate: 16_000).text
            let rate = WordErrorRate.compute(reference: sample.text, hypothesis: heard).rate
            #expect(rate <= 0.7, "\(sample.name): \(heard)")
        }
    }

    @Test func missingRecordingsNameTheRemedy() {
        #expect {
            try HumanRecordings.load(from: "/nowhere")
        } throws: { error in
            (error as? EvaluationError)?.remedy == HumanRecordings.remedy
        }
    }
}
