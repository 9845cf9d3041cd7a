// Hearing without the rest of the assistant, with a recogniser that follows a script.

import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech
import Testing

@testable import SerenaEngine

@Suite struct RealTimeAudioProcessorTests {
    /// Frames of a voice-like buzz and of silence, given as fast as they are taken.
    private struct ScriptedSource: AudioSource {
        let clock: any EngineClock
        /// Seconds of speech, then of silence, and so on.
        let seconds: [Double]
        var failure: RecognitionError?

        func deliver(to listener: @escaping @Sendable (AudioFrame) async -> Void) async throws {
            var index = 0
            let start = clock.now
            for (part, length) in seconds.enumerated() {
                for _ in 0..<Int((length * 100).rounded()) {
                    let time = start + AudioFrame.duration * (index + 1)
                    await clock.sleep(until: time)
                    if Task.isCancelled { return }
                    await listener(AudioFrame(index: index, time: time, samples: Self.samples(index, part % 2 == 1)))
                    index += 1
                }
            }
            if let failure { throw failure }
        }

        private static func samples(_ index: Int, _ isSpeech: Bool) -> [Float] {
            (0..<AudioFrame.sampleCount).map { offset in
                guard isSpeech else { return 0 }
                let time = Double(index * AudioFrame.sampleCount + offset) / 16_000
                let buzz = (1...8).reduce(0.0) { $0 + cos(2 * .pi * 120 * Double($1) * time) / Double($1) }
                return Float(buzz * 0.1 * (0.55 + 0.45 * cos(2 * .pi * 5 * time)))
            }
        }
    }

    private static func processor(
        on clock: any EngineClock, words: @escaping @Sendable (Int) -> String?
    ) throws -> RealTimeAudioProcessor {
        try RealTimeAudioProcessor(
            parts: EngineParts(
                recognizer: ScriptedRecognizer(words: words), synthesizer: SquareWaveSynthesizer()), clock: clock)
    }

    private static func results(
        of seconds: [Double], failure: RecognitionError? = nil, profile: VoiceProfile? = nil,
        words: @escaping @Sendable (Int) -> String?
    ) async throws -> [AudioProcessingResult] {
        let clock = VirtualClock()
        return try await clock.perform {
            let processor = try processor(on: clock, words: words)
            try await processor.startListening()
            await processor.setVoiceProfile(profile)
            var results: [AudioProcessingResult] = []
            let source = ScriptedSource(clock: clock, seconds: seconds, failure: failure)
            for try await result in try await processor.processAudioStream(source) { results.append(result) }
            await processor.stopListening()
            return results
        }
    }

    @Test func speechBecomesPartialAndThenFinalResults() async throws {
        let results = try await Self.results(of: [0.5, 1.2, 1, 0.8, 1]) { _ in
            "What is a fifteen percent tip on eighty four dollars?"
        }
        let finals = results.filter(\.isComplete)
        #expect(finals.map(\.utterance) == [0, 1] && results.contains { !$0.isComplete })
        #expect(finals.allSatisfy { $0.intentClassification.intent == "tip" && $0.confidence > 0.8 })
        // Words that are complete in meaning wait for 150 ms; the detector may see the end of speech a little later.
        #expect(
            finals.allSatisfy { $0.stages.endpoint >= .milliseconds(140) && $0.stages.endpoint < .milliseconds(260) })
        #expect(finals.allSatisfy { $0.problem == nil && $0.processingTime >= $0.stages.recognition })
    }

    @Test func whatIsOpenWhenTheSourceEndsIsUnderstood() async throws {
        let results = try await Self.results(of: [0.5, 0.7]) { _ in "Hello Serena." }
        #expect(results.last?.isComplete == true && results.last?.transcription == "Hello Serena.")
    }

    @Test func aRecogniserThatFailsIsReportedWithTheUtterance() async throws {
        let results = try await Self.results(of: [0.5, 0.7, 1]) { $0 == 0 ? "" : nil }
        let last = try #require(results.last)
        #expect(last.isComplete && last.transcription.isEmpty && last.problem?.contains("the script ends here") == true)
    }

    @Test func aSourceThatFailsEndsTheStreamWithItsReason() async throws {
        await #expect(throws: RecognitionError.unsupportedRate(1)) {
            try await Self.results(of: [0.1], failure: .unsupportedRate(1)) { _ in "" }
        }
    }

    /// A speaker of ordinary, high and low pace, and words that are complete, may be for others, or have only begun.
    @Test(arguments: [
        (150.0, "Hello Serena.", 140...160), (320, "Hello Serena.", 140...160), (75, "Hello Serena.", 155...190),
        (150, "Every great idea begins with a question.", 690...760), (150, "What is seventeen times", 1_740...1_800),
    ])
    func theWaitDependsOnThePaceAndOnWhatTheWordsMean(rate: Double, words: String, wait: ClosedRange<Int>) async throws
    {
        let profile = VoiceProfile(userId: "ada", acousticModel: "scripted", speakingRate: rate)
        let results = try await Self.results(of: [0.5, 0.8, 2.5], profile: profile) { _ in words }
        let endpoint = try #require(results.last { $0.isComplete }).stages.endpoint
        #expect(wait.contains(Int(endpoint.nanoseconds / 1_000_000)), "\(endpoint)")
    }

    @Test func whoGoesOnAfterAPauseIsHeardToTheEnd() async throws {
        let results = try await Self.results(of: [0.5, 0.8, 0.3, 0.8, 1]) { tenths in
            tenths < 12 ? "What is seventeen times" : "What is seventeen times three?"
        }
        #expect(results.filter(\.isComplete).map(\.transcription) == ["What is seventeen times three?"])
    }

    @Test func nobodyIsHeardBeforeTheStartAndAfterTheStop() async throws {
        let clock = VirtualClock()
        try await clock.perform {
            let processor = try Self.processor(on: clock) { _ in "Hello." }
            let source = ScriptedSource(clock: clock, seconds: [3_600])
            await #expect(throws: (any Error).self) { _ = try await processor.processAudioStream(source) }
            try await processor.startListening()
            let results = try await processor.processAudioStream(source)
            await processor.stopListening()
            for try await _ in results { Issue.record("there is nothing to hear") }
            await #expect(throws: (any Error).self) { _ = try await processor.processAudioStream(source) }
        }
    }
}
