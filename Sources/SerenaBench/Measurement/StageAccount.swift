// How the stages of a turn account for its latency, and whether they add up.

import Instrumentation

/// The share of each stage in a turn's latency, and the check that nothing is missing.
public struct StageAccount: Hashable, Sendable {
    /// Nanoseconds that each stage adds to the latency as it was measured, by stage name.
    public var contributions: [String: Int64]
    /// How far the assistant's own marks miss the measured latency; nil when it gave none.
    ///
    /// The marks are checked as the assistant set them, before the measured first audible sample takes the
    /// place of its own.
    public var residual: Duration?

    /// The largest residual with which stages add up.
    public static let tolerance = Duration.milliseconds(1)

    public var addsUp: Bool {
        guard let residual else { return true }
        return residual <= Self.tolerance && residual >= .zero - Self.tolerance
    }

    /// Accounts for the time between the end of speech and the first audible sample.
    public init(trace: TurnTrace, speechEnd: Instant, firstAudible: Instant) {
        contributions = [:]
        guard !trace.spans.isEmpty, firstAudible >= speechEnd else { return }
        let told = trace.contributions(since: speechEnd).reduce(Duration.zero) { $0 + $1.duration }
        residual = told - (firstAudible - speechEnd)
        var measured = trace
        let start = trace.spans.first { $0.stage == .firstAudio }?.start ?? firstAudible
        measured.record(.firstAudio, from: min(start, firstAudible), to: firstAudible)
        for (stage, duration) in measured.contributions(since: speechEnd) {
            contributions[stage.rawValue] = duration.nanoseconds
        }
    }
}
