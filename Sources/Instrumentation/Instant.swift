// A point on the clock of one run, and arithmetic on it.

/// A point in time on the monotonic clock of one run.
///
/// The zero is the clock's own and means nothing outside the run; only differences between instants of the same clock do.
public struct Instant: Comparable, Hashable, Sendable {
    /// Nanoseconds since the clock's zero.
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds + duration.nanoseconds)
    }

    public static func - (later: Instant, earlier: Instant) -> Duration {
        .nanoseconds(later.nanoseconds - earlier.nanoseconds)
    }

    public static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds - duration.nanoseconds)
    }
}

extension Duration {
    /// The whole duration in nanoseconds; attoseconds beyond that are cut off. Saturates after 292 years.
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, sumOverflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return sumOverflow ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in milliseconds, for display.
    public var milliseconds: Double {
        Double(nanoseconds) / 1e6
    }

    /// The time that `samples` samples last at `sampleRate` Hz.
    public static func samples(_ samples: Int, at sampleRate: Int) -> Duration {
        .nanoseconds(Int64(samples) * 1_000_000_000 / Int64(sampleRate))
    }
}
