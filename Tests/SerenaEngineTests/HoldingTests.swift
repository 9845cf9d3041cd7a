// An answer that is held in the middle, and goes on.

import Instrumentation
import SerenaAudio
import Synchronization
import Testing

@testable import SerenaEngine

/// A clock that is moved by hand.
private final class HandClock: EngineClock {
    private let time = Mutex(Instant(nanoseconds: 0))

    var now: Instant { time.withLock { $0 } }
    func sleep(until deadline: Instant) async { time.withLock { $0 = max($0, deadline) } }
    func prolong(by duration: Duration) {}
    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
    func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker { WorkerThread(name: name) }
}

/// Plays one piece after the other and keeps what is heard.
private final class TapeOutput: AudioOutput {
    private let tape = Mutex<[Float]>([])
    let clock: HandClock
    private let start: Instant

    init(clock: HandClock) {
        self.clock = clock
        start = clock.now
    }

    /// What has been heard by now.
    var heard: [Float] { tape.withLock { Array($0.prefix(place)) } }
    var isSilent: Bool { tape.withLock { $0.count <= place } }

    private var place: Int { Int((clock.now - start).nanoseconds * 16 / 1_000_000) }

    func play(_ chunk: AudioChunk) -> Instant {
        let place = place
        return tape.withLock { tape in
            tape += [Float](repeating: 0, count: max(0, place - tape.count))
            defer { tape += chunk.samples }
            return start + .samples(tape.count, at: 16_000)
        }
    }

    func stop() { stop(fading: .zero) }

    func stop(fading fade: Duration) {
        let end = place + Int(fade.nanoseconds * 16 / 1_000_000)
        tape.withLock { $0 = Array($0.prefix(end)) }
    }
}

@Suite struct HoldingTests {
    /// Half a second of words of 80 ms and pauses of 20 ms, in two pieces. No two samples are alike.
    private static let answer: [AudioChunk] = [0, 1].map { piece in
        let samples = (0..<4_000).map { index -> Float in
            let place = piece * 4_000 + index
            return place % 1_600 < 1_280 ? 0.2 + Float(place) / 16_000 : 0.001 + Float(place) / 16_000_000
        }
        return AudioChunk(samples: samples, sampleRate: 16_000)
    }

    @Test(arguments: [0, 3, 40, 90, 130, 249, 250, 251, 400, 490])
    func nothingOfAnAnswerThatGoesOnIsLost(_ milliseconds: Int) throws {
        let clock = HandClock()
        let output = TapeOutput(clock: clock)
        let voice = OwnVoice(output, clock: clock)
        for chunk in Self.answer { voice.play(chunk) }
        clock.advance(by: .milliseconds(milliseconds))
        voice.hold()
        #expect(voice.isHeld && voice.isSounding(at: clock.now + .seconds(9)))
        clock.advance(by: .milliseconds(300))
        #expect(output.isSilent)
        voice.resume()
        #expect(!voice.isHeld)
        clock.advance(by: .seconds(1))
        let whole = Self.answer.flatMap(\.samples)
        let stopped = milliseconds * 16
        // From where it stopped on everything is heard, sample by sample, and not much more than that.
        #expect(Array(output.heard.suffix(whole.count - stopped)) == Array(whole[stopped...]))
        let repeated = output.heard.count - (milliseconds + 300) * 16 - (whole.count - stopped)
        #expect(repeated >= min(stopped, 480) && repeated <= 4_800)
        let holds = try #require(voice.takeHolds())
        #expect(holds.count == 1 && holds.inVain == 1 && abs(holds.silence.milliseconds - 300) < 1)
        #expect(voice.takeHolds() == nil)
    }

    @Test func whatIsSaidWhileTheAnswerIsHeldComesBehindIt() {
        let clock = HandClock()
        let output = TapeOutput(clock: clock)
        let voice = OwnVoice(output, clock: clock)
        voice.play(Self.answer[0])
        clock.advance(by: .milliseconds(100))
        voice.hold()
        voice.hold()
        voice.play(Self.answer[1])
        voice.resume()
        clock.advance(by: .seconds(1))
        #expect(Array(output.heard.suffix(4_000)) == Self.answer[1].samples)
    }

    @Test func anAnswerThatIsGivenUpDoesNotComeBack() {
        let clock = HandClock()
        let output = TapeOutput(clock: clock)
        let voice = OwnVoice(output, clock: clock)
        voice.play(Self.answer[0])
        clock.advance(by: .milliseconds(100))
        voice.hold()
        voice.stop()
        voice.resume()
        clock.advance(by: .seconds(1))
        #expect(output.heard.count <= 1_600 + 128)
    }

    @Test func silenceCannotBeHeld() {
        let clock = HandClock()
        let voice = OwnVoice(TapeOutput(clock: clock), clock: clock)
        voice.hold()
        #expect(!voice.isHeld && voice.takeHolds() == nil)
    }
}
