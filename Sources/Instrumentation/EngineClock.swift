// The clock that everything on a turn's path is given, and the workers whose time it accounts for.

/// The only source of time, of waiting and of background work on the path of a turn.
///
/// The engine and the harness never read the wall clock, sleep, or start a thread by themselves: they ask the clock that they
/// were given. ``RealtimeClock`` does it in real time. ``VirtualClock`` can stand in its place, because every wait and
/// every piece of work passes through here.
public protocol EngineClock: Sendable {
    /// The time now.
    var now: Instant { get }

    /// Waits until `deadline`; returns at once when it has passed, and early when the task is cancelled.
    func sleep(until deadline: Instant) async

    /// Makes the piece of work that calls it take so much longer. Only for what runs on a worker.
    func prolong(by duration: Duration)

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
    /// Only does what takes microseconds, such as hearing the next 10 ms of sound. A virtual clock lets it take no time.
    case immediate
    case ordinary
    /// Computes for long, and lets others go first: those that must hear the next 10 ms of sound on time. Threads that the work
    /// starts are alike.
    case yielding
}

/// Does one thing at a time, off the caller's thread: pieces of work, the jobs of an actor, or those of a task that prefers it.
///
/// Code that waits for something without a worker of its own goes on on Swift's pool of threads, of which a virtual clock knows nothing.
/// So everything on a turn's path belongs to a worker: actors have one as their executor, and tasks are begun with one as their preference.
public protocol Worker: SerialExecutor, TaskExecutor, Sendable {
    /// Does `work` after everything that was asked for earlier. Returns at once.
    func submit(_ work: @escaping @Sendable () -> Void)
}

extension Worker {
    /// Does `work` after everything that was asked for earlier, and returns what it returns.
    public func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit { continuation.resume(with: Result { try work() }) }
        }
    }
}
