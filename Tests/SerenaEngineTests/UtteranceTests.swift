// What an utterance knows of itself.

import AssistantInterface
import Instrumentation
import SerenaSpeech
import Testing

@testable import SerenaEngine

@Suite struct UtteranceTests {
    private func utterance(_ number: Int = 0, speechFrames: Int) -> Utterance {
        var utterance = Utterance(number: number, preRoll: [], at: Instant(nanoseconds: 0))
        utterance.speechFrames = speechFrames
        return utterance
    }

    @Test(
        arguments: [
            ([0.02, 0.04], true, false), ([0.02, 0.9, 0.04], true, true), ([nil], true, true),
            // What is heard in silence says nothing about the speech.
            ([0.9], false, true), ([], true, true),
        ] as [([Double?], Bool, Bool)])
    func soundWithoutAVoiceIsTold(frames: [Double?], isSpeech: Bool, hasVoice: Bool) {
        var utterance = utterance(speechFrames: 0)
        for voice in frames { utterance.hear([], isSpeech: isSpeech, voice: voice, until: utterance.speechEnd) }
        #expect(utterance.hasVoice == hasVoice)
    }

    @Test(arguments: [
        (words: "Times twenty two. No,", frames: 130, lacks: false),
        (words: "Times twenty-two?", frames: 130, lacks: true),
        (words: "Times twenty two.", frames: 105, lacks: false), (words: "", frames: 130, lacks: false),
    ])
    func aWordWithoutATraceInTheTranscriptIsMissed(words: String, frames: Int, lacks: Bool) {
        var spoken = utterance(speechFrames: frames)
        spoken.heard("Times twenty two?", of: utterance(speechFrames: 100))
        #expect(spoken.hasMore(than: words) == lacks)
    }

    @Test func theSameWordsAreMeasuredFromWhereTheyWereHeardFirst() {
        var spoken = utterance(speechFrames: 130)
        #expect(!spoken.hasMore(than: "Times twenty two."))
        spoken.heard("Times twenty two.", of: utterance(1, speechFrames: 100))
        #expect(!spoken.hasMore(than: "Times twenty two."), "that was another utterance")
        spoken.heard("Times twenty two.", of: utterance(speechFrames: 100))
        spoken.heard("Times twenty-two?", of: utterance(speechFrames: 129))
        #expect(spoken.hasMore(than: "Times twenty two."))
    }

    /// Only numbers are what people take back in the same breath.
    @Test(arguments: [
        (false, "Hello.", Completeness.complete), (true, "Hello.", .complete),
        (false, "Times twenty two?", .extendable), (true, "Times twenty two?", .broken),
    ])
    func wordsThatAreMissedBehindANumberMakeARequestWaitForMore(
        lacksWords: Bool, transcript: String, completeness: Completeness
    ) {
        let zero = Instant(nanoseconds: 0)
        var understanding = Utterance.Understanding(
            transcript: transcript,
            classification: IntentClassification(
                intent: "some", confidence: 1, isComplete: true, mayContinue: completeness != .complete),
            recognition: (zero, zero), classified: (zero, zero))
        understanding.lacksWords = lacksWords
        #expect(understanding.completeness == completeness)
    }
}
