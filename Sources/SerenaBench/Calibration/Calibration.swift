// Measures the harness against an assistant whose delay is known.

import AssistantInterface
import Instrumentation
import SerenaAudio

/// Finds the measuring error of the harness, along the same way that every figure takes.
public enum Calibration {
    /// The delays that are tried when nobody names others.
    public static let standardDelays: [Duration] = [
        .zero, .milliseconds(50), .milliseconds(250), .milliseconds(700),
    ]

    /// Measures each delay `repeats` times.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/invalid`` when an answer was not heard or the task was cancelled.
    public static func measure(
        delays: [Duration], repeats: Int, clock: any EngineClock,
        onDelay: @Sendable (Duration) -> Void = { _ in }
    ) async throws -> CalibrationResult {
        let runner = ScenarioRunner(clock: clock)
        var results: [CalibrationResult.Delay] = []
        for (index, delay) in delays.enumerated() {
            onDelay(delay)
            let steps = try (0..<repeats).map { try step("burst\($0 + 1)") }
            let record = await runner.run(
                number: index + 1, steps: steps, patience: delay + Scenario.defaultPatience,
                assistant: CalibrationAssistant(delay: delay, clock: clock), onStep: { _ in })
            guard !record.isInterrupted else {
                throw BenchError(.invalid, "the calibration was interrupted")
            }
            let latencies = record.steps.compactMap(\.observation.latency)
            guard latencies.count == repeats else {
                throw BenchError(
                    .invalid,
                    "of \(repeats) answers after \(Figures.milliseconds(delay.nanoseconds)), "
                        + "only \(latencies.count) were heard")
            }
            let errors = latencies.map { ($0 - delay).nanoseconds }
            results.append(CalibrationResult.Delay(delayNs: delay.nanoseconds, errorsNs: errors))
        }
        return CalibrationResult(delays: results)
    }

    /// The recording of a burst: silence, the burst, silence. Its bounds are found like those of any recording.
    private static func step(_ id: String) throws -> PreparedStep {
        let silence = [Float](repeating: 0, count: AudioFrame.sampleRate / 10)
        let recording = Recording(
            samples: silence + CalibrationAssistant.burst + silence, sampleRate: AudioFrame.sampleRate)
        guard let found = SpeechAnnotation.find(in: recording.samples, sampleRate: recording.sampleRate) else {
            throw BenchError(.internalError, "the calibration burst was not found in its own recording")
        }
        let utterance = try Utterance(
            recording: recording, bounds: found.firstSample...found.lastSample, file: "built-in burst",
            sha256: "")
        let step = Step(id: id, say: "tone", audio: "built-in burst", pause: .milliseconds(250))
        return PreparedStep(step: step, utterance: utterance)
    }
}
