// When each stage of a turn ended, and how the stages add up to the turn's latency.

/// The stages of a turn, in the order in which they end on the way from the user's last word to the first sound of the answer.
public enum TurnStage: String, CaseIterable, Codable, Sendable {
    /// The user's last audible sample. The engine's own estimate; the harness replaces it with the recording's annotation.
    case speechEnd
    /// The engine decided that the user has finished.
    case endpoint
    /// The final transcript was at hand.
    case transcript
    /// The intent and its slots were known.
    case intent
    /// The bytecode of the task was at hand.
    case bytecode
    /// The task had run up to its first output.
    case execution
    /// The first sentence of the answer was complete and handed to synthesis.
    case firstSentence
    /// The first audible sample of the answer was due at the loudspeaker.
    case firstAudio
}

/// The interval that a stage's work took, on the run's clock. Work done ahead of the endpoint overlaps it.
public struct StageSpan: Hashable, Sendable {
    public let stage: TurnStage
    public let start: Instant
    public let end: Instant

    public init(stage: TurnStage, start: Instant, end: Instant) {
        self.stage = stage
        self.start = start
        self.end = end
    }
}

/// What one turn did when: a span for each stage that happened.
public struct TurnTrace: Hashable, Sendable {
    public private(set) var spans: [StageSpan] = []

    public init() {}

    /// Records that `stage` took from `start` to `end`. A stage recorded again replaces what was recorded before.
    public mutating func record(_ stage: TurnStage, from start: Instant, to end: Instant) {
        spans.removeAll { $0.stage == stage }
        spans.append(StageSpan(stage: stage, start: start, end: end))
    }

    /// When `stage` ended, if it happened.
    public func end(of stage: TurnStage) -> Instant? {
        spans.first { $0.stage == stage }?.end
    }

    /// How much each stage after `speechEnd` added to the time from `speechEnd` to the end of `firstAudio`.
    ///
    /// A stage adds the time by which its end lies beyond the ends of all stages before it; one that was done ahead adds
    /// nothing. The durations therefore add up to the end of the last recorded stage minus `speechEnd`.
    public func contributions(since speechEnd: Instant) -> [(stage: TurnStage, duration: Duration)] {
        var reached = speechEnd
        return TurnStage.allCases.dropFirst().compactMap { stage in
            guard let end = end(of: stage) else { return nil }
            let duration = max(.zero, end - reached)
            reached = max(reached, end)
            return (stage, duration)
        }
    }
}
