// How the stages of a turn add up.

import Testing

@testable import Instrumentation

@Suite struct TurnTraceTests {
    private func instant(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test func stagesAddUpToTheEndOfTheLastOne() {
        var trace = TurnTrace()
        trace.record(.endpoint, from: instant(1000), to: instant(1200))
        trace.record(.transcript, from: instant(1060), to: instant(1150))
        trace.record(.execution, from: instant(1200), to: instant(1203))
        trace.record(.firstAudio, from: instant(1203), to: instant(1230))
        let contributions = trace.contributions(since: instant(1010))
        #expect(contributions.map(\.stage) == [.endpoint, .transcript, .execution, .firstAudio])
        #expect(
            contributions.map(\.duration) == [.milliseconds(190), .zero, .milliseconds(3), .milliseconds(27)])
        #expect(contributions.map(\.duration).reduce(.zero, +) == instant(1230) - instant(1010))
    }

    @Test func stageRecordedAgainReplacesTheFirst() {
        var trace = TurnTrace()
        trace.record(.transcript, from: instant(1), to: instant(2))
        trace.record(.transcript, from: instant(3), to: instant(5))
        #expect(trace.spans == [StageSpan(stage: .transcript, start: instant(3), end: instant(5))])
    }

    @Test(arguments: [
        (Duration.seconds(2), Int64(2_000_000_000)), (.milliseconds(-3), -3_000_000), (.nanoseconds(1), 1),
    ])
    func durationsBecomeNanoseconds(duration: Duration, nanoseconds: Int64) {
        #expect(duration.nanoseconds == nanoseconds)
    }

    @Test func durationTooLongForNanosecondsSaturates() {
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min / 2).nanoseconds == .min)
    }

    @Test(arguments: [(16_000, 16_000, 1000), (160, 16_000, 10), (441, 44_100, 10), (0, 8000, 0)])
    func samplesHaveADuration(samples: Int, rate: Int, milliseconds: Int) {
        #expect(Duration.samples(samples, at: rate) == .milliseconds(milliseconds))
    }
}
