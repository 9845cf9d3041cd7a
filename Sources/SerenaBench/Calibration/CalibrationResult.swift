// The measuring error of the harness.

import BenchStatistics

/// How far the harness's figures lie from the truth, found against an assistant of exactly known delay.
public struct CalibrationResult: Codable, Hashable, Sendable {
    /// The greatest p99 error, in nanoseconds, with which figures can be trusted. In real time threads wake up late; nothing does
    /// on the virtual clock.
    public static func limitNs(on clock: RunClock) -> Int64 {
        switch clock {
        case .realtime: 5_000_000
        case .virtual: 1_000_000
        }
    }

    public var delays: [Delay]
    /// Over the magnitudes of all errors.
    public var p50Ns: Int64
    public var p99Ns: Int64
    public var maxNs: Int64

    /// The errors at one delay.
    public struct Delay: Codable, Hashable, Sendable {
        public var delayNs: Int64
        /// Measured latency minus delay, turn by turn.
        public var errorsNs: [Int64]

        /// The nearest-rank quantile of the errors' magnitudes; p is above 0 and at most 1.
        public func magnitude(at p: Double) -> Int64 {
            Quantile.nearestRank(p, of: errorsNs.map { abs($0) }) ?? 0
        }
    }

    public init(delays: [Delay]) {
        self.delays = delays
        let magnitudes: [Int64?] = delays.flatMap(\.errorsNs).map { abs($0) }
        p50Ns = Quantile.nearestRank(0.5, of: magnitudes) ?? 0
        p99Ns = Quantile.nearestRank(0.99, of: magnitudes) ?? 0
        maxNs = magnitudes.compactMap { $0 }.max() ?? 0
    }

    public func isWithinLimit(on clock: RunClock) -> Bool {
        p99Ns <= Self.limitNs(on: clock)
    }
}
