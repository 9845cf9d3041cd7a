// One run: a fresh assistant hears the whole scenario, and what comes of it is kept.

import AssistantInterface
import Instrumentation
import SerenaAudio

/// What happened to one step of a run.
struct StepRecord: Sendable {
    let prepared: PreparedStep
    let observation: StepObservation
    /// With its sound when the step closes; in the record of a run without.
    var answer: RecordedAnswer
    /// How late each frame of the step was delivered, in nanoseconds.
    let pacingErrors: [Int64]
    /// CPU time of the process over the step.
    var cpu = Duration.zero
    /// Memory of the process at the end of the step, in bytes.
    var residentBytes: Int64?
}

extension StepRecord {
    /// The record without the samples of the answer: a long talk would fill the memory with them.
    var withoutSound: StepRecord {
        var record = self
        record.answer = answer.withoutSound
        return record
    }
}

/// What happened in one run.
struct RunRecord: Sendable {
    var number: Int
    var steps: [StepRecord] = []
    /// How late each frame of the run was delivered, in nanoseconds.
    var pacingErrors: [Int64] = []
    var identity: AssistantIdentity?
    /// Whether the run was broken off from outside.
    var isInterrupted = false
    /// Why the assistant could not work.
    var failure: String?
}

/// Replays a scenario on a worker of its own, so that neither the assistant's work nor Swift's pool delays a frame.
actor ScenarioRunner {
    /// What was played so long ago can still be heard.
    private static let longestEcho = Duration.seconds(1)

    private let worker: any Worker
    private let clock: any EngineClock
    /// The processor time when the step began that goes on.
    private var cpuAtBegin = Duration.zero

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        worker.asUnownedSerialExecutor()
    }

    init(clock: any EngineClock) {
        self.clock = clock
        worker = clock.makeWorker(named: "runner", precedence: .immediate)
    }

    /// Runs `steps` against `assistant` once.
    ///
    /// When the task is cancelled, the run stops after the current frame with the steps that are over. `onStep` is told of every step that is
    /// kept, with the sound of its answer, which the record no longer holds.
    func run(
        number: Int, steps: [PreparedStep], patience: Duration, assistant: any Assistant,
        onStep: @Sendable (StepRecord) -> Void
    ) async -> RunRecord {
        var record = RunRecord(number: number)
        let output = LoudspeakerRecorder(clock: clock)
        let log = TurnLog(clock: clock)
        do {
            try await assistant.start(output: output, observer: log)
        } catch {
            record.failure = "the assistant could not start: \(error)"
            return record
        }
        record.identity = await assistant.identity
        await deliver(steps, patience, to: assistant, output, log, into: &record, onStep)
        // A cancelled task would cut short what the assistant does to keep its files whole.
        await Task(executorPreference: worker) { await assistant.stop() }.value
        return record
    }

    private func deliver(
        _ steps: [PreparedStep], _ patience: Duration, to assistant: any Assistant,
        _ output: LoudspeakerRecorder,
        _ log: TurnLog, into record: inout RunRecord, _ onStep: @Sendable (StepRecord) -> Void
    ) async {
        let start = clock.now
        var talk = Talk(steps: steps, patience: patience, start: start)
        var ledger = TalkLedger()
        var index = 0
        while !talk.isOver {
            let time = start + .nanoseconds(AudioFrame.duration.nanoseconds * Int64(index))
            var hearing = hearing(ledger, output, log)
            if let echo = talk.echo { hearing.echo = sound(of: echo, at: time, output) }
            let (samples, events) = talk.nextFrame(at: time, hearing: hearing)
            for event in events {
                switch event {
                case .answerCut(let step):
                    ledger.cut(step)
                    output.cut()
                case .stepClosed(let step):
                    guard let closed = close(step, of: steps, &ledger, output, log, record.pacingErrors) else {
                        continue
                    }
                    record.steps.append(closed.withoutSound)
                    onStep(closed)
                case .stepBegan(let step):
                    if ledger.windows.allSatisfy(\.isClosed) {
                        output.forget(before: time - Self.longestEcho)
                        log.forget(before: time)
                    }
                    ledger.began(step, steps[step], at: time, afterFrames: record.pacingErrors.count)
                    cpuAtBegin = ProcessUsage.current().cpu
                    (assistant as? PlantingAssistant)?.setArmed(steps[step].isPlanted)
                    for fault in steps[step].step.faults { await assistant.inject(fault) }
                }
            }
            let due = time + AudioFrame.duration
            await clock.sleep(until: due)
            guard !Task.isCancelled else {
                record.isInterrupted = true
                for step in talk.finishedSteps {
                    let closed = close(step, of: steps, &ledger, output, log, record.pacingErrors)
                    guard let closed else { continue }
                    record.steps.append(closed.withoutSound)
                    onStep(closed)
                }
                return
            }
            record.pacingErrors.append(max(0, (clock.now - due).nanoseconds))
            if !talk.isMicrophoneAway(at: time) {
                await assistant.hear(AudioFrame(index: index, time: due, samples: samples))
            }
            index += 1
        }
    }

    /// What comes back of the assistant's own voice in the frame that begins at `time`.
    private func sound(of echo: Echo, at time: Instant, _ output: LoudspeakerRecorder) -> [Float] {
        let played = output.sound(from: time - echo.delay, count: AudioFrame.sampleCount)
        return SpeechChannel.amplified(played.map { $0.isFinite ? $0 : 0 }, by: echo.level)
    }

    private func hearing(_ ledger: TalkLedger, _ output: LoudspeakerRecorder, _ log: TurnLog) -> Hearing {
        ledger.hearing(output.played, queueEnd: output.queueEnd, turns: log.turns(since: ledger.horizon))
    }

    private func close(
        _ step: Int, of steps: [PreparedStep], _ ledger: inout TalkLedger, _ output: LoudspeakerRecorder,
        _ log: TurnLog,
        _ pacing: [Int64]
    ) -> StepRecord? {
        let usage = ProcessUsage.current()
        var closed = ledger.close(
            step, steps[step], output.played, dropped: output.dropped, turns: log.turns(since: ledger.horizon),
            pacing: pacing)
        closed?.cpu = usage.cpu - cpuAtBegin
        closed?.residentBytes = usage.residentBytes
        return closed
    }
}
