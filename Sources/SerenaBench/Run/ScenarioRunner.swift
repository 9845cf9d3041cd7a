// One run: a fresh assistant hears the whole scenario in real time, and what comes of it is kept.

import AssistantInterface
import Instrumentation
import SerenaAudio

/// What happened to one step of a run.
struct StepRecord: Sendable {
    let prepared: PreparedStep
    let observation: StepObservation
    let answer: RecordedAnswer
    /// How late each frame of the step was delivered, in nanoseconds.
    let pacingErrors: [Int64]
    /// CPU time of the process over the step.
    let cpu: Duration
    /// Memory of the process at the end of the step, in bytes.
    let residentBytes: Int64?
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

/// Replays a scenario on a thread of its own, so that neither the assistant's work nor Swift's pool delays a frame.
actor ScenarioRunner {
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
    /// When the task is cancelled, the run stops after the current frame with the steps that are over.
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
        var begin = start
        var firstFrame = 0
        var isEndless = false
        var index = 0
        while !talk.isOver {
            let time = start + .nanoseconds(AudioFrame.duration.nanoseconds * Int64(index))
            let (samples, events) = talk.nextFrame(at: time, hearing: hearing(since: begin, output, log))
            for event in events {
                switch event {
                case .answerCut:
                    isEndless = true
                    output.stop()
                case .stepClosed(let step):
                    let closed = close(
                        steps[step], began: begin, isEndless: isEndless, output, log,
                        pacing: Array(record.pacingErrors[firstFrame...]))
                    record.steps.append(closed)
                    onStep(closed)
                    output.forget(before: time)
                case .stepBegan(let step):
                    begin = time
                    firstFrame = record.pacingErrors.count
                    isEndless = false
                    cpuAtBegin = ProcessUsage.current().cpu
                    (assistant as? PlantingAssistant)?.setArmed(steps[step].isPlanted)
                    for fault in steps[step].step.faults { await assistant.inject(fault) }
                }
            }
            let due = time + AudioFrame.duration
            await clock.sleep(until: due)
            guard !Task.isCancelled else {
                record.isInterrupted = true
                if let step = talk.finishedStep {
                    let pacing = Array(record.pacingErrors[firstFrame...])
                    record.steps.append(
                        close(steps[step], began: begin, isEndless: isEndless, output, log, pacing: pacing))
                }
                return
            }
            record.pacingErrors.append(max(0, (clock.now - due).nanoseconds))
            await assistant.hear(AudioFrame(index: index, time: due, samples: samples))
            index += 1
        }
    }

    private func hearing(since begin: Instant, _ output: LoudspeakerRecorder, _ log: TurnLog)
        -> Hearing
    {
        let turns = log.turns(since: begin)
        let queueEnd = output.queueEnd
        return Hearing(
            queueEnd: queueEnd, hasAnswer: queueEnd > begin,
            turnsEnded: !turns.isEmpty && turns.allSatisfy { $0.ended != nil })
    }

    private func close(
        _ prepared: PreparedStep, began begin: Instant, isEndless: Bool, _ output: LoudspeakerRecorder,
        _ log: TurnLog,
        pacing: [Int64]
    ) -> StepRecord {
        let answer = output.answer(since: begin)
        let observation = StepObservation(
            speechStart: begin + prepared.utterance.speechStart,
            speechEnd: begin + prepared.utterance.speechEnd,
            firstAudible: answer.firstAudible, isEndless: isEndless, turns: log.turns(since: begin))
        let usage = ProcessUsage.current()
        return StepRecord(
            prepared: prepared, observation: observation, answer: answer, pacingErrors: pacing,
            cpu: usage.cpu - cpuAtBegin, residentBytes: usage.residentBytes)
    }
}
