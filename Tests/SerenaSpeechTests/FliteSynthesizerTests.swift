// That text becomes sound, at once and without a pause before it.

import Foundation
import SerenaAudio
import Synchronization
import Testing

@testable import SerenaSpeech

@Suite struct FliteSynthesizerTests {
    @Test(arguments: FliteSynthesizer.Voice.allCases)
    func aSentenceIsSpokenInPieces(by voice: FliteSynthesizer.Voice) throws {
        let (samples, chunks, rate) = try speak("The tip is twelve dollars and sixty cents.", voice)
        let seconds = Double(samples.count) / Double(rate)
        #expect((1.5...5).contains(seconds))
        #expect(Level.rms(of: samples) > -35)
        #expect(chunks > 20)
        let first = try #require(Audibility.firstAudibleSample(in: samples))
        #expect(Double(first) / Double(rate) <= LeadingSilence.runUpSeconds)
    }

    @Test func theSameTextSoundsTheSameEveryTime() throws {
        let first = try speak("Hello there.", .slt).samples
        #expect(!first.isEmpty)
        #expect(try speak("Hello there.", .slt).samples == first)
    }

    @Test func theListenerCanStopIt() throws {
        var chunks = 0
        try FliteSynthesizer().synthesize("First sentence. Second sentence. Third sentence.") { _ in
            chunks += 1
            return chunks < 3
        }
        #expect(chunks == 3)
        #expect(try speak("Hello there.", .slt).chunks > 3)
    }

    @Test(arguments: ["", " \n", "?!…", "\u{0}\u{1}", "日本語", "🙂"])
    func whatCannotBeSpokenIsSilent(text: String) throws {
        #expect(try speak(text, .slt).chunks == 0)
    }

    @Test(arguments: ["12.60", "%", "e.g. <b>x</b> & y", String(repeating: "la ", count: 200), "a\u{301}", "((("])
    func unusualTextDoesNoHarm(text: String) throws {
        let samples = try speak(text, .kal16).samples
        #expect(samples.allSatisfy { abs($0) <= 1 })
        #expect(samples.isEmpty == (text == "((("))
    }

    @Test func voicesCanBeUsedFromManyThreads() throws {
        let alone = try speak("One at a time.", .kal16).samples
        #expect(!alone.isEmpty)
        let differing = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let samples = try? speak("One at a time.", .kal16).samples
            if samples != alone { differing.withLock { $0 += 1 } }
        }
        #expect(differing.withLock { $0 } == 0)
    }

    @Test func silenceIsCutAcrossPieces() {
        var cutter = LeadingSilence(sampleRate: 1_000)
        #expect(cutter.cut(Array(repeating: 0, count: 30)).isEmpty)
        #expect(cutter.cut([0.001, 0.5, 0]) == [0, 0, 0, 0, 0.001, 0.5, 0])
        #expect(cutter.cut([0, 0]) == [0, 0])
    }

    private func speak(_ text: String, _ voice: FliteSynthesizer.Voice) throws -> (
        samples: [Float], chunks: Int, rate: Int
    ) {
        var samples: [Float] = []
        var chunks = 0
        var rate = 0
        try FliteSynthesizer(voice: voice).synthesize(text) { chunk in
            samples += chunk.samples
            chunks += 1
            rate = chunk.sampleRate
            return true
        }
        return (samples, chunks, rate)
    }
}
