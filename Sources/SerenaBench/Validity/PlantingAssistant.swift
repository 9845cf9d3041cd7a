// Puts two faults of known size between an assistant and the harness, so that a run shows that it would have noticed.

import AssistantInterface
import Instrumentation
import SerenaAudio
import Synchronization

/// An assistant that passes everything through until it is armed; then its answers come late and its intents are wrong.
///
/// Neither the assistant nor what measures it knows: the sound goes the way of all sound, and the report that of all reports.
public final class PlantingAssistant: Assistant {
    /// The time by which an armed assistant's answer is held back; a whole number of samples at every usual rate.
    public static let delay = Duration.milliseconds(400)
    /// The intent that an armed assistant reports. No task can have this name: it is no identifier of FTAI.
    public static let wrongIntent = "planted-wrong-intent"

    private let assistant: any Assistant
    private let plant = Plant()

    public init(_ assistant: any Assistant) {
        self.assistant = assistant
    }

    /// Plants the faults from now on, or no longer.
    public func setArmed(_ isArmed: Bool) {
        plant.setArmed(isArmed)
    }

    public var identity: AssistantIdentity {
        get async { await assistant.identity }
    }

    public func start(output: any AudioOutput, observer: any TurnObserver) async throws {
        try await assistant.start(
            output: self.output(behind: output), observer: MisleadingObserver(observer, plant: plant))
    }

    /// The output that the assistant is given instead of `output`.
    func output(behind output: any AudioOutput) -> any AudioOutput {
        DelayedOutput(output: output, plant: plant)
    }

    public func hear(_ frame: AudioFrame) async {
        await assistant.hear(frame)
    }

    public func inject(_ fault: Fault) async {
        await assistant.inject(fault)
    }

    public func stop() async {
        await assistant.stop()
    }
}

/// Whether faults are planted at the moment, and whether the answer that goes on has been held back already.
private final class Plant: Sendable {
    private struct State {
        var isArmed = false
        var isHeldBack = false
    }

    private let state = Mutex(State())

    var isArmed: Bool { state.withLock(\.isArmed) }

    func setArmed(_ isArmed: Bool) {
        state.withLock { $0 = State(isArmed: isArmed) }
    }

    /// True once for each answer.
    func takesDelay() -> Bool {
        state.withLock { state in
            guard state.isArmed, !state.isHeldBack else { return false }
            state.isHeldBack = true
            return true
        }
    }

    /// What was handed over is dropped, the delay with it.
    func answerDropped() {
        state.withLock { $0.isHeldBack = false }
    }
}

/// Holds an answer back by playing silence ahead of it: everything behind is heard later by exactly that, on every clock.
///
/// The assistant is told when its sound would have been due, so that its own marks know nothing of the delay.
private struct DelayedOutput: AudioOutput {
    let output: any AudioOutput
    let plant: Plant

    @discardableResult
    func play(_ chunk: AudioChunk) -> Instant {
        guard !chunk.samples.isEmpty, chunk.sampleRate > 0, plant.takesDelay() else { return output.play(chunk) }
        let count = PlantingAssistant.delay.nanoseconds * Int64(chunk.sampleRate) / 1_000_000_000
        let silence = AudioChunk(samples: [Float](repeating: 0, count: Int(count)), sampleRate: chunk.sampleRate)
        let due = output.play(silence)
        output.play(chunk)
        return due
    }

    func stop() {
        plant.answerDropped()
        output.stop()
    }

    func stop(fading fade: Duration) {
        plant.answerDropped()
        output.stop(fading: fade)
    }
}

/// Hands reports on, with another intent while faults are planted.
private struct MisleadingObserver: TurnObserver {
    let observer: any TurnObserver
    let plant: Plant

    init(_ observer: any TurnObserver, plant: Plant) {
        self.observer = observer
        self.plant = plant
    }

    func turnBegan(_ turn: Int, at time: Instant) {
        observer.turnBegan(turn, at: time)
    }

    func turn(_ turn: Int, heardPartial text: String, stable: Int, at time: Instant) {
        observer.turn(turn, heardPartial: text, stable: stable, at: time)
    }

    func turnEnded(_ report: TurnReport) {
        var report = report
        if plant.isArmed { report.intent = PlantingAssistant.wrongIntent }
        observer.turnEnded(report)
    }
}
