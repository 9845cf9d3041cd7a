// What the ear is told of the mouth.

import Instrumentation
import SerenaAudio
import Testing

@testable import SerenaEngine

/// Plays everything at a fixed time after it was handed over.
private struct LateOutput: AudioOutput {
    let clock: any EngineClock
    let delay: Duration

    func play(_ chunk: AudioChunk) -> Instant { clock.now + delay }
    func stop() {}
}

@Suite struct OwnVoiceTests {
    @Test func theReferenceIsWhatIsDueDuringTheFrame() throws {
        let clock = VirtualClock()
        let voice = OwnVoice(LateOutput(clock: clock, delay: .milliseconds(30)), clock: clock)
        let now = clock.now
        let due = voice.play(AudioChunk(samples: [Float](repeating: 0.5, count: 480), sampleRate: 16_000))
        #expect(due - now >= .milliseconds(30))
        #expect(voice.reference(forFrameEndingAt: due) == nil)
        let reference = try #require(voice.reference(forFrameEndingAt: due + .milliseconds(20)))
        #expect(reference.count == 160 && reference.allSatisfy { abs($0 - 0.5) < 0.02 })
        #expect(voice.isSounding(at: due + .milliseconds(20)))
        #expect(!voice.isSounding(at: due + .milliseconds(31)))
    }

    @Test func whatWasStoppedIsNotExpectedBack() {
        let clock = VirtualClock()
        let voice = OwnVoice(LateOutput(clock: clock, delay: .milliseconds(30)), clock: clock)
        let due = voice.play(AudioChunk(samples: [Float](repeating: 0.5, count: 480), sampleRate: 16_000))
        voice.stop()
        #expect(voice.reference(forFrameEndingAt: due + .milliseconds(20)) == nil)
        #expect(!voice.isSounding(at: due))
    }
}
