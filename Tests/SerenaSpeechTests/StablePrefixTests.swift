// Which words of partial transcripts are reported as stable.

import SerenaAudio
import Testing

@testable import SerenaSpeech

@Suite struct StablePrefixTests {
    @Test(arguments: [
        (2, ["what", "what is", "what is the"], ["what", "is"]),
        (3, ["what", "what is", "what is the"], ["what"]),
        (2, ["cold", "called", "call me"], []),
        (2, ["Count down.", "count down from", "Count, down from five"], ["count", "down", "from"]),
        (2, ["", "", ""], []),
    ])
    func wordsAreStableOnceLooksAgree(agreement: Int, partials: [String], words: [String]) {
        var prefix = StablePrefix(agreement: agreement)
        for partial in partials { prefix.take(partial) }
        #expect(prefix.words == words)
        #expect(prefix.contradictions == 0)
    }

    @Test func whatWasReportedStaysAndTheContradictionIsCounted() {
        var prefix = StablePrefix()
        #expect(prefix.take("how many") == [])
        #expect(prefix.take("how many") == ["how", "many"])
        #expect(prefix.take("now many things") == [])
        #expect(prefix.words == ["how", "many"])
        #expect(prefix.contradictions == 1)
        prefix.take("how many things are")
        #expect(prefix.take("how many things are there") == ["things", "are"])
    }

    @Test func aScriptIsSaidLineByLine() throws {
        let recognizer = ScriptedRecognizer(["one", "two"])
        let sound = [Float](repeating: 0.1, count: 4_000)
        #expect(try recognizer.transcribe([], sampleRate: 16_000) == .empty)
        let heard = try (0..<3).map { _ in try recognizer.transcribe(sound, sampleRate: 16_000).text }
        #expect(heard == ["one", "two", "two"])
        #expect(throws: RecognitionError.self) {
            try ScriptedRecognizer([]).transcribe(sound, sampleRate: 16_000)
        }
    }
}
