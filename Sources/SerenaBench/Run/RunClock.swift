// In real time or on a virtual clock: how a run is made on either.

import Instrumentation

/// The clock of a run.
public enum RunClock: String, CaseIterable, Codable, Sendable {
    /// Frames are delivered on schedule, as a microphone would.
    case realtime
    /// Time passes from event to event; a talk takes as long as the work that it causes.
    case virtual
}

/// What happened in a run on a virtual clock, named so that two runs can be told to be the same.
public struct EventSequence: Codable, Hashable, Sendable {
    /// Counted from 1.
    public var run: Int
    public var events: Int
    /// Names the sequence with all its times.
    public var digest: String
}

extension RunClock {
    /// Does `body` on a clock of this kind.
    ///
    /// - Parameters:
    ///   - realtime: the clock for real time.
    ///   - serviceTimes: how long work takes on a virtual clock.
    /// - Returns: what `body` returns, and what a virtual clock kept.
    /// - Throws: what `body` throws; ``BenchError`` when recorded times did not suffice.
    func perform<Value: Sendable>(
        realtime: any EngineClock, serviceTimes: ServiceTimeSource = .measured,
        _ body: @escaping @Sendable (any EngineClock) async throws -> Value
    ) async throws -> (value: Value, record: VirtualRecord?) {
        guard self == .virtual else { return (try await body(realtime), nil) }
        let clock = VirtualClock(serviceTimes: serviceTimes)
        // The record is taken by the clock's own task: outside of it, more may have happened by the time of asking.
        let (value, record) = try await clock.perform { (try await body(clock), clock.record) }
        if let worker = record.exhaustedWorker {
            throw BenchError(
                .invalid, "the recorded service times end before the run does (worker '\(worker)'): it is another run",
                remedy: "record it again with this build and these inputs")
        }
        return (value, record)
    }
}
