// An assistant that understands nothing but answers after an exactly known delay.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio

/// Answers a tone burst of known length with a tone, exactly `delay` after the burst ends.
///
/// It needs no detector for the end of the burst: the first audible sample gives the beginning, and the number of
/// samples the end. Whatever the harness measures beyond the delay is therefore the harness's error, the wake-up of a
/// thread included.
public actor CalibrationAssistant: Assistant {
    /// The burst that it answers, in the place of a user's voice.
    public static let burst = CalibrationAssistant.tone(hertz: 440, sampleRate: AudioFrame.sampleRate)
    /// The time that burst and answer last.
    public static let burstDuration = Duration.milliseconds(300)
    /// Silence that must follow the burst before another one is heard, in frames.
    private static let quietFrames = 20

    private let delay: Duration
    private let clock: any EngineClock
    private let worker: any Worker
    private var output: (any AudioOutput)?
    private var observer: (any TurnObserver)?
    private var turn = 0
    private var quiet = quietFrames
    private var answers: [Task<Void, Never>] = []

    nonisolated public var unownedExecutor: UnownedSerialExecutor {
        worker.asUnownedSerialExecutor()
    }

    public init(delay: Duration, clock: any EngineClock) {
        self.delay = delay
        self.clock = clock
        worker = clock.makeWorker(named: "calibration", precedence: .immediate)
    }

    public var identity: AssistantIdentity {
        AssistantIdentity(
            name: "calibration", version: "1",
            settings: ["delayMs": Figures.millisecondsNumber(delay.nanoseconds)],
            notices: ["this is the harness's own calibration assistant; it understands nothing"])
    }

    public func start(output: any AudioOutput, observer: any TurnObserver) {
        self.output = output
        self.observer = observer
    }

    public func hear(_ frame: AudioFrame) {
        guard let first = Audibility.firstAudibleSample(in: frame.samples) else {
            quiet += 1
            return
        }
        let isNew = quiet >= Self.quietFrames
        quiet = 0
        guard isNew else { return }
        let began = frame.time - .samples(frame.samples.count - first, at: AudioFrame.sampleRate)
        let number = turn
        turn += 1
        observer?.turnBegan(number, at: began)
        answers.append(
            Task(executorPreference: worker) { await self.answer(number, burstEnd: began + Self.burstDuration) })
    }

    public func inject(_ fault: Fault) {}

    public func stop() async {
        for answer in answers { answer.cancel() }
        for answer in answers { await answer.value }
        answers = []
        output = nil
        observer = nil
    }

    private func answer(_ number: Int, burstEnd: Instant) async {
        await clock.sleep(until: burstEnd + delay)
        guard !Task.isCancelled, let output, let observer else { return }
        let heard = output.play(AudioChunk(samples: Self.burst, sampleRate: AudioFrame.sampleRate))
        var trace = TurnTrace()
        trace.record(.speechEnd, from: burstEnd - Self.burstDuration, to: burstEnd)
        trace.record(.endpoint, from: burstEnd, to: heard)
        trace.record(.firstAudio, from: heard, to: heard)
        observer.turnEnded(
            TurnReport(
                turn: number, transcript: "tone", response: "tone", route: .traditional,
                routeReason: "the calibration assistant answers every sound", trace: trace))
    }

    /// A tone that begins and ends at full level, so that its first and last samples are audible.
    private static func tone(hertz: Double, sampleRate: Int) -> [Float] {
        let count = Int(burstDuration.nanoseconds * Int64(sampleRate) / 1_000_000_000)
        return (0..<count).map { Float(0.3 * cos(2 * .pi * hertz * Double($0) / Double(sampleRate))) }
    }
}
