// Whether an answer was heard to its end, judged by what the loudspeaker was given.

import AssistantInterface
import Instrumentation
import SerenaAudio
import Testing

@testable import SerenaBench

@Suite struct HeldAnswerTests {
    private static let begin = Instant(nanoseconds: 0)
    private static let sound: [Float] = (0..<16_000).map { 0.1 + Float($0) / 32_000 }

    private static func after(_ milliseconds: Int) -> Instant { begin + .milliseconds(milliseconds) }

    /// Half a second of sound that was dropped.
    private static func dropped(at time: Instant = begin) -> DroppedSound {
        DroppedSound(
            at: time, [.init(handedOver: time - .seconds(1), samples: Array(sound[8_000...]), sampleRate: 16_000)])
    }

    @Test(
        arguments: [
            // As it was, from a little earlier, from too early, something else, too late.
            (8_000, 200, 0, true), (5_000, 200, 0, true), (0, 200, 0, true), (8_000, 200, 1, false),
            (8_000, 3_100, 0, false), (8_001, 200, 0, false),
        ] as [(Int, Int, Int, Bool)])
    func anAnswerGoesOnWhenItsRestIsHandedOverAgain(_ from: Int, _ delay: Int, _ shift: Int, _ goesOn: Bool) {
        var dropped = Self.dropped()
        #expect(dropped.unheard == .milliseconds(500))
        let samples = Self.sound[from...].map { $0 + 0.01 * Float(shift) }
        let first = dropped.take(AudioChunk(samples: samples, sampleRate: 16_000), at: Self.after(delay))
        #expect(first == (goesOn ? Self.begin - .seconds(1) : nil))
        #expect(dropped.unheard == (goesOn ? .zero : .milliseconds(500)))
    }

    @Test func whatIsNotAudibleIsNotMissed() {
        let silence = DroppedSound(
            at: Self.begin, [.init(handedOver: Self.begin, samples: [0, 0.001, 0], sampleRate: 16_000)])
        #expect(silence.unheard == .zero)
    }

    @Test func aHoldIsNoStopOnceTheAnswerGoesOn() {
        let clock = JumpClock()
        let output = LoudspeakerRecorder(clock: clock)
        let chunk = AudioChunk(samples: Self.sound, sampleRate: 16_000)
        let first = output.play(chunk)
        output.stop(fading: .milliseconds(8))
        #expect(output.stops.count == 1 && output.dropped[0].unheard > .zero)
        output.play(chunk)
        #expect(output.stops.isEmpty && output.dropped[0].unheard == .zero)
        #expect(output.played.allSatisfy { $0.handedOver == first })
    }

    @Test(
        arguments: [
            (nil, "there was no answer to fall into"), (.zero, nil),
            (.milliseconds(420), "the answer was broken off: its last 420 ms were never heard"),
        ] as [(Duration?, String?)])
    func anAnswerThatMustBeHeardToItsEndMayNotBeBrokenOff(_ unheard: Duration?, _ failure: String?) {
        var expect = StepExpectation(isAnswered: false)
        expect.isHeardToEnd = true
        var observation = StepObservation(
            speechStart: Instant(nanoseconds: 0), speechEnd: Instant(nanoseconds: 1_000), firstAudible: nil)
        observation.unheard = unheard
        let failures = TurnScoring.failures(Step(id: "a", say: "x", audio: "a", expect: expect), observation)
        #expect(failures == [failure].compactMap(\.self))
    }
}
