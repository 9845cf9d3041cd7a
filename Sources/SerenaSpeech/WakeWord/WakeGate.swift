// Whether the assistant is awake.

import Instrumentation

/// Open from the wake word until some time after the last answer.
public struct WakeGate: Hashable, Sendable {
    /// How long the assistant stays awake after it was woken or has answered.
    public let attention: Duration
    private var awakeUntil: Instant?

    public init(attention: Duration = .seconds(8)) {
        self.attention = attention
    }

    public func isAwake(at time: Instant) -> Bool {
        awakeUntil.map { time < $0 } ?? false
    }

    /// The wake word was heard, or something was said or answered while awake: the time counts from here.
    public mutating func attend(at time: Instant) {
        awakeUntil = max(awakeUntil ?? time, time + attention)
    }

    /// Somebody said goodbye.
    public mutating func sleep() {
        awakeUntil = nil
    }
}
