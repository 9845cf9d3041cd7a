// That speech is noticed soon, its end too, and nothing else is taken for it.

import Testing

@testable import SerenaAudio

@Suite struct VoiceActivityTests {
    struct Surroundings: Sendable, CustomStringConvertible {
        let description: String
        var speech = -26.0
        var noise: Double?
        var offset: Float = 0
    }

    private static let surroundings = [
        Surroundings(description: "digital silence"), Surroundings(description: "dither", noise: -90),
        Surroundings(description: "quiet room", noise: -65), Surroundings(description: "20 dB", noise: -46),
        Surroundings(description: "20 dB, loud", speech: -14, noise: -34),
        Surroundings(description: "15 dB", noise: -41),
        Surroundings(description: "quiet talker", speech: -40, noise: -75),
        Surroundings(description: "offset", noise: -70, offset: 0.2),
    ]

    @Test(arguments: surroundings)
    func speechIsNoticedWithin50MillisecondsAndItsEndWithin30(of surroundings: Surroundings) throws {
        let samples = Self.scene(surroundings)
        let activity = Self.activity(samples)
        // Speech lies from frame 100 to frame 199.
        #expect(activity[..<100].allSatisfy { !$0.isSpeech })
        let onset = try #require(activity.firstIndex { $0.isSpeech })
        #expect(onset < 105)
        // The syllables dip by 20 dB for a moment, and a detector may see that; nothing longer.
        #expect(activity[onset..<200].count { !$0.isSpeech } <= 30)
        let last = try #require(activity.lastIndex { $0.isSpeech })
        #expect((195...202).contains(last))
    }

    @Test(arguments: [-90.0, -75, -60, -50, -40, -30])
    func noiseOfAnyLevelIsNoSpeech(level: Double) {
        let activity = Self.activity(Signal.noise(level, seconds: 5, seed: 11))
        #expect(activity.allSatisfy { !$0.isSpeech })
        #expect(abs((activity.last?.noiseFloor ?? 0) - max(-75, level)) < 3)
    }

    @Test(arguments: [-50.0, -35, -25])
    func noiseThatSetsInBecomesBackgroundWithinASecond(level: Double) {
        let samples = Signal.silence(1) + Signal.noise(level, seconds: 3, seed: 5)
        let activity = Self.activity(samples)
        #expect(activity[200...].allSatisfy { !$0.isSpeech })
    }

    @Test func speechIsNoticedAboveANoiseThatSetIn() {
        let samples = Signal.sum(
            Signal.silence(1) + Signal.noise(-45, seconds: 3, seed: 5),
            Signal.silence(3) + Signal.voice(-25, seconds: 1))
        let activity = Self.activity(samples)
        #expect(activity[200..<300].allSatisfy { !$0.isSpeech })
        #expect(activity[300..<305].contains { $0.isSpeech })
    }

    @Test(arguments: Array(0..<160).filter { $0 % 13 == 0 || $0 == 159 }, [1, 16])
    func aClickIsNoSpeech(position: Int, length: Int) {
        var samples = Signal.noise(-70, seconds: 1, seed: 9)
        for index in 0..<length { samples[8_000 + position + index] = index % 2 == 0 ? 0.9 : -0.9 }
        #expect(Self.activity(samples).allSatisfy { !$0.isSpeech })
    }

    @Test(arguments: [[Float](), [.nan], Array(repeating: .infinity, count: 160), Array(repeating: 1, count: 5_000)])
    func brokenFramesDoNoHarm(samples: [Float]) {
        var detector = EnergyVoiceActivityDetector()
        let broken = AudioFrame(index: 0, time: .init(nanoseconds: 0), samples: samples)
        for _ in 0..<20 {
            let activity = detector.process(broken)
            #expect(activity.level.isFinite && activity.noiseFloor.isFinite)
        }
        let voice = Signal.frames(Signal.silence(3) + Signal.voice(-20, seconds: 0.5))
        #expect(voice.map { detector.process($0).isSpeech }.suffix(30).contains(true))
    }

    @Test func resettingForgetsTheStream() {
        let frames = Signal.frames(Self.scene(Surroundings(description: "", noise: -50)))
        var detector = EnergyVoiceActivityDetector()
        let first = frames.map { detector.process($0) }
        detector.reset()
        #expect(frames.map { detector.process($0) } == first)
    }

    /// One second of background, one of speech, one of background.
    private static func scene(_ surroundings: Surroundings) -> [Float] {
        let voice = Signal.silence(1) + Signal.voice(surroundings.speech, seconds: 1) + Signal.silence(1)
        let noise = surroundings.noise.map { Signal.noise($0, seconds: 3, seed: 21) } ?? Signal.silence(3)
        return zip(voice, noise).map { $0 + $1 + surroundings.offset }
    }

    private static func activity(_ samples: [Float]) -> [VoiceActivity] {
        var detector = EnergyVoiceActivityDetector()
        return Signal.frames(samples).map { detector.process($0) }
    }
}
