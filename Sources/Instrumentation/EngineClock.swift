// The clock that everything on a turn's path is given, and the workers whose time it accounts for.

/// The only source of time, of waiting and of background work on the path of a turn.
///
/// The engine and the harness never read the wall clock, sleep, or start a thread by themselves: they ask the clock that they
/// were given. ``RealtimeClock`` does it in real time. A virtual clock can stand in its place, because every wait and
/// every piece of heavy work passes through here.
public protocol EngineClock: Sendable {
    /// The time now.
    var now: Instant { get }

    /// Waits until `deadline`; returns at once when it has passed, and early when the task is cancelled.
    func sleep(until deadline: Instant) async

    /// A worker that does one piece of work at a time, in the order in which it was asked.
    ///
    /// - Parameters:
    ///   - name: what the worker is for, such as `recognition`; it names the thread in a debugger.
    ///   - precedence: who goes first when there are more threads than cores.
    func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker
}

extension EngineClock {
    /// A worker of ordinary precedence.
    public func makeWorker(named name: String) -> any Worker {
        makeWorker(named: name, precedence: .ordinary)
    }
}

/// Who goes first when there are more threads that could run than cores.
public enum WorkerPrecedence: Sendable {
    case ordinary
    /// Computes for long, and lets others go first: those that must hear the next 10 ms of sound on time. Threads that the work
    /// starts are alike.
    case yielding
}

/// Does heavy work off the caller's thread, one piece after the other.
public protocol Worker: Sendable {
    /// Runs `work` after everything that was asked for earlier, and returns what it returns.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value
}
