// That the bounds of speech in a recording are found to the sample.

import Testing

@testable import SerenaAudio

@Suite struct SpeechAnnotationTests {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        var rate = 16_000
        var level = -26.0
        var noise: Double?
        var offset: Float = 0
        /// In samples.
        var tolerance = 2
    }

    @Test(arguments: [
        Case(description: "digital silence"), Case(description: "48 kHz", rate: 48_000),
        Case(description: "8 kHz", rate: 8_000), Case(description: "quiet", level: -45),
        Case(description: "loud", level: -12), Case(description: "dither", noise: -90, tolerance: 8),
        Case(description: "room noise", noise: -65, tolerance: 40),
        Case(description: "20 dB of signal to noise", noise: -46, tolerance: 80),
        Case(description: "offset", offset: 0.05),
    ])
    func theFirstAndLastSampleOfSpeechAreFound(of test: Case) throws {
        let before = Signal.silence(0.4, rate: test.rate)
        let voice = Signal.voice(test.level, seconds: 1, rate: test.rate)
        var samples = before + voice + Signal.silence(0.5, rate: test.rate)
        if let noise = test.noise {
            let background = Signal.noise(noise, seconds: 1.9, seed: 7, rate: test.rate)
            samples = Signal.sum(samples, background)
        }
        samples = samples.map { $0 + test.offset }
        let annotation = try #require(SpeechAnnotation.find(in: samples, sampleRate: test.rate))
        #expect(abs(annotation.firstSample - before.count) <= test.tolerance)
        #expect(abs(annotation.lastSample - (before.count + voice.count - 1)) <= test.tolerance)
        #expect(abs(annotation.activeLevel - test.level) < 6)
    }

    @Test func clicksAreNoSpeech() throws {
        var samples = Signal.silence(0.5) + Signal.voice(-26, seconds: 1) + Signal.silence(0.5)
        samples[1_000] = 0.9
        for index in 30_000..<30_080 { samples[index] = 0.5 }
        let annotation = try #require(SpeechAnnotation.find(in: samples, sampleRate: 16_000))
        #expect(abs(annotation.firstSample - 8_000) <= 2)
        #expect(abs(annotation.lastSample - 23_999) <= 2)
    }

    @Test func pausesInsideSpeechBelongToIt() throws {
        let samples =
            Signal.silence(0.2) + Signal.voice(-26, seconds: 0.5) + Signal.silence(0.8)
            + Signal.voice(-30, seconds: 0.5)
            + Signal.silence(0.2)
        let annotation = try #require(SpeechAnnotation.find(in: samples, sampleRate: 16_000))
        #expect(abs(annotation.lastSample - 31_999) <= 2)
    }

    @Test(arguments: [
        [], [0.5], Signal.silence(1), Signal.noise(-30, seconds: 1, seed: 1), Signal.noise(-80, seconds: 1, seed: 2),
        Array(repeating: 0.7, count: 16_000), Array(repeating: .nan, count: 16_000),
    ])
    func withoutSpeechThereIsNoAnnotation(samples: [Float]) {
        #expect(SpeechAnnotation.find(in: samples, sampleRate: 16_000) == nil)
    }

    @Test(arguments: [0, -1, 50])
    func impossibleRatesHaveNoAnnotation(rate: Int) {
        #expect(SpeechAnnotation.find(in: Signal.voice(-26, seconds: 1), sampleRate: rate) == nil)
    }
}
