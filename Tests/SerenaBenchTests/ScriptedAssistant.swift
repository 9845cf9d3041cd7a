// A clock that jumps and an assistant that does what a script says, so that runs are exact and take no time.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio
import Synchronization

@testable import SerenaBench

/// Waiting on this clock takes no time: it is simply later afterwards. Only one task may wait on it.
final class JumpClock: EngineClock {
    private let time = Mutex(Instant(nanoseconds: 0))

    var now: Instant { time.withLock { $0 } }

    func sleep(until deadline: Instant) async {
        time.withLock { $0 = max($0, deadline) }
        await Task.yield()
    }

    func prolong(by duration: Duration) {}

    func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker { WorkerThread(name: name) }
}

/// Something that the assistant does at a time counted from the first sample of an utterance's sound.
struct Act: Sendable {
    enum Deed: Sendable {
        case begin(turn: Int)
        case play(AudioChunk)
        case end(TurnReport)
        /// Ends the turn with marks for the endpoint and the first audible sample, counted from the sound's start.
        case endMarked(turn: Int, endpoint: Duration, firstAudio: Duration, response: String)
        /// Silences the loudspeaker.
        case stop
        case cancel(@Sendable () -> Void)
    }

    var at: Duration
    var deed: Deed

    static func play(at milliseconds: Int, for length: Int = 100, leadingSilence: Int = 0) -> Act {
        let silence = [Float](repeating: 0, count: 16 * leadingSilence)
        let sound = [Float](repeating: 0.3, count: 16 * length)
        return Act(
            at: .milliseconds(milliseconds),
            deed: .play(AudioChunk(samples: silence + sound, sampleRate: 16_000)))
    }

    static func begin(at milliseconds: Int, turn: Int) -> Act {
        Act(at: .milliseconds(milliseconds), deed: .begin(turn: turn))
    }

    static func end(at milliseconds: Int, turn: Int, response: String = "tone") -> Act {
        Act(
            at: .milliseconds(milliseconds),
            deed: .end(TurnReport(turn: turn, transcript: "tone", response: response)))
    }
}

/// Hears utterances that are separated by silence, and acts as its script says for each of them.
actor ScriptedAssistant: Assistant {
    private let script: [[Act]]
    private let clock: any EngineClock
    private var pending: [(due: Instant, soundStart: Instant, deed: Act.Deed)] = []
    private var utterances = 0
    private var quietFrames = 100
    private var output: (any AudioOutput)?
    private var observer: (any TurnObserver)?
    private(set) var faults: [Fault] = []

    init(_ script: [[Act]], clock: any EngineClock) {
        self.script = script
        self.clock = clock
    }

    var identity: AssistantIdentity { AssistantIdentity(name: "scripted", version: "1") }

    func start(output: any AudioOutput, observer: any TurnObserver) {
        self.output = output
        self.observer = observer
    }

    func hear(_ frame: AudioFrame) {
        if let first = frame.samples.firstIndex(where: { $0 != 0 }) {
            if quietFrames > 20 {
                let start = frame.time - .samples(frame.samples.count - first, at: AudioFrame.sampleRate)
                let acts = utterances < script.count ? script[utterances] : []
                pending += acts.map { (start + $0.at, start, $0.deed) }
                utterances += 1
            }
            quietFrames = 0
        } else {
            quietFrames += 1
        }
        let due = pending.filter { $0.due <= frame.time }
        pending.removeAll { $0.due <= frame.time }
        for act in due { perform(act.deed, soundStart: act.soundStart) }
    }

    private func perform(_ deed: Act.Deed, soundStart: Instant) {
        switch deed {
        case .begin(let turn): observer?.turnBegan(turn, at: clock.now)
        case .play(let chunk): output?.play(chunk)
        case .end(let report): observer?.turnEnded(report)
        case .endMarked(let turn, let endpoint, let firstAudio, let response):
            var trace = TurnTrace()
            trace.record(.endpoint, from: soundStart, to: soundStart + endpoint)
            trace.record(.firstAudio, from: soundStart + endpoint, to: soundStart + firstAudio)
            observer?.turnEnded(TurnReport(turn: turn, response: response, route: .vm, trace: trace))
        case .stop: output?.stop()
        case .cancel(let cancel): cancel()
        }
    }

    func inject(_ fault: Fault) { faults.append(fault) }

    func stop() {}
}

/// A step whose recording is 100 ms of silence, 300 ms of sound and 100 ms of silence.
func burstStep(
    _ id: String, expect: StepExpectation = StepExpectation(), pause: Duration = .milliseconds(300)
) throws
    -> PreparedStep
{
    let silence = [Float](repeating: 0, count: 1_600)
    let recording = Recording(
        samples: silence + CalibrationAssistant.burst + silence, sampleRate: 16_000)
    let utterance = try Utterance(
        recording: recording, bounds: 1_600...6_399, file: "\(id).wav", sha256: "0")
    return PreparedStep(
        step: Step(id: id, say: "tone", audio: "\(id).wav", pause: pause, expect: expect),
        utterance: utterance)
}

/// Runs steps against a script on a clock that jumps.
func runScript(_ script: [[Act]], steps: [PreparedStep], patience: Duration = .milliseconds(1_500))
    async -> RunRecord
{
    let clock = JumpClock()
    return await ScenarioRunner(clock: clock).run(
        number: 1, steps: steps, patience: patience, assistant: ScriptedAssistant(script, clock: clock),
        onStep: { _ in })
}

/// A fresh folder that the test may fill.
func temporaryFolder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(
        "bench-\(UUID().uuidString)"
    ).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}

/// A small result with one turn for each latency; nil is a turn without an answer.
func sampleResult(_ latencies: [Int?], edit: (inout TurnResult) -> Void = { _ in }) -> BenchResult {
    let turns = latencies.enumerated().map { index, latency in
        var turn = TurnResult(
            run: index / 2 + 1, step: index % 2 == 0 ? "one" : "two", required: true,
            passed: latency != nil,
            failures: latency == nil ? ["no answer was heard"] : [], answerExpected: true,
            latencyNs: latency.map { Int64($0) * 1_000_000 }, transcript: "tone",
            expectedTranscript: "tone",
            wordErrorRate: 0, intent: nil, expectedIntent: nil, slots: ["n": "1"], response: "tone",
            route: .vm,
            routeReason: "a task fits", problem: nil,
            stagesNs: latency.map {
                ["endpoint": Int64($0) * 900_000, "firstAudio": Int64($0) * 100_000]
            } ?? [:],
            stageResidualNs: 0,
            spans: [SpanResult(stage: "endpoint", startNs: -20_000_000, endNs: 90_000_000)],
            firstPartialNs: nil, endpointingNs: nil,
            audio: Utterance.Source(
                file: "one.wav", sha256: "00", sampleRate: 16_000, speechEndSample: 99),
            answerAudio: nil, falseCutOff: false, exact: ["instructions": 12], events: [],
            expectedFailure: nil, bargeInStopNs: nil, cpuNs: nil, residentBytes: nil, pacingErrorP99Ns: 1_000)
        edit(&turn)
        return turn
    }
    let counted = turns.filter(\.answerExpected).map(\.countedLatency)
    return BenchResult(
        verdict: .pass, exitCode: .pass,
        scenario: ScenarioReference(
            name: "tiny", title: "Tiny", path: "Scenarios/tiny.yaml", sha256: "aa"),
        assistant: AssistantIdentity(name: "scripted", version: "1"),
        machine: Machine(cpu: "a processor", cores: 2, memoryBytes: 1 << 34, os: "a system"),
        inputs: ["tiny.yaml": "aa"],
        settings: RunSettings(
            clock: .realtime, variant: [:], runs: 1, warmup: 0, seed: 1, patienceNs: 1, pacingLimitNs: 5_000_000),
        budgets: [BudgetResult(.standard, latencies: counted)], eventSequences: [], turns: turns, comparisons: [],
        exactDifferences: [], readiness: nil, planted: [],
        runFailures: [], invalidReasons: [], notices: [], summary: Summary(turns: turns),
        pacing: PacingSummary(errors: [1_000]), calibration: nil, startedAt: "2026-01-01T00:00:00Z",
        durationNs: 1, interrupted: false)
}
