// A clock whose time passes from event to event, so that a talk takes only as long as the work that it causes.

import Foundation

/// A discrete-event clock.
///
/// Waiting costs nothing: when nobody works, time jumps to the next thing that is due. A piece of work takes, on this clock, as
/// long as it really took on the machine, on the worker that it occupies; work that is asked of a busy worker waits. Only one
/// thread runs at any moment, so everything that happens is in one order, and that order depends on the service times alone:
/// given those of an earlier run (``ServiceTimeSource/recorded(_:)``), a run repeats itself event by event.
///
/// Work of ``WorkerPrecedence/yielding`` is taken to keep a core busy: it was measured alone, so no more of it is under way at a time than there
/// are cores, whichever workers it belongs to. Ordinary work, which is short, goes ahead of it, as it does on the machine.
///
/// Work that touches the outside in its middle, by reading the clock, is held at that point until everybody else has come as
/// far. Conservative synchronisation, as in Chandy and Misra, "Distributed simulation", IEEE Transactions on Software
/// Engineering 5 (1979).
///
/// All code must belong to workers of the clock; begin with ``perform(_:)``.
public final class VirtualClock: EngineClock {
    private let timeline: VirtualTimeline
    private let lease: VirtualLease
    private let stage: VirtualWorker

    /// - Parameters:
    ///   - serviceTimes: how long work takes.
    ///   - cores: how much yielding work can be under way at a time.
    public init(
        serviceTimes: ServiceTimeSource = .measured, cores: Int = ProcessInfo.processInfo.activeProcessorCount
    ) {
        timeline = VirtualTimeline(serviceTimes: serviceTimes, cores: cores)
        lease = VirtualLease(timeline)
        stage = VirtualWorker(name: "stage", precedence: .immediate, timeline: timeline, lease: lease)
        timeline.start()
    }

    public var now: Instant {
        Instant(nanoseconds: timeline.synchronizedTime())
    }

    public func sleep(until deadline: Instant) async {
        guard deadline > now else { return }
        let id = timeline.newSleeper()
        await withTaskCancellationHandler {
            await withCheckedContinuation { timeline.addSleeper(id, until: deadline.nanoseconds, $0) }
        } onCancel: {
            timeline.cancelSleeper(id)
        }
    }

    public func prolong(by duration: Duration) {
        VirtualThread.current?.prolong(by: max(0, duration.nanoseconds))
    }

    public func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker {
        VirtualWorker(name: name, precedence: precedence, timeline: timeline, lease: lease)
    }

    /// Does `body` as a task of this clock, from its first line to its last, and returns what it returns.
    ///
    /// When the calling task is cancelled, so is `body`.
    public func perform<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = Task(executorPreference: stage) { try await body() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// What has happened so far.
    public var record: VirtualRecord {
        timeline.record
    }
}

/// What a virtual clock keeps about its run.
public struct VirtualRecord: Hashable, Sendable {
    /// Events so far.
    public var events: Int
    /// Names the sequence of all events with their times: 64-bit FNV-1a (Fowler, Noll, Vo; RFC 9923) over time, kind and worker.
    public var digest: String
    public var serviceTimes: ServiceTimes
    /// Jobs that came from threads of which the clock knows nothing. Their place in the sequence is chance.
    public var strayJobs: Int
    /// The worker whose recorded service times did not suffice; nil when all did. The run was then another one.
    public var exhaustedWorker: String?
}
