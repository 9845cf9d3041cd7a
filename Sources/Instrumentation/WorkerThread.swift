// An operating system thread that runs actors and work items, apart from Swift's own pool of threads.

import Foundation

/// A thread of its own that runs the jobs of one actor, or pieces of work, in order.
///
/// Swift's cooperative pool has as many threads as the machine has cores. A recogniser that computes for 100 ms would hold
/// one of two, and the code that must hear the next 10 ms of sound would wait. Each of the few busy parts of a turn
/// therefore has a thread, and the operating system shares the cores among them.
public final class WorkerThread: Worker {
    private let queue: JobQueue

    /// How much a yielding thread yields: with a niceness of 10, Linux gives it a ninth of the share of an ordinary one, and
    /// lets an ordinary one that wakes up take its place at once (sched(7)). No right is needed for it.
    private static let yieldingNiceness: Int32 = 10

    /// Starts the thread.
    public init(name: String, precedence: WorkerPrecedence = .ordinary) {
        let queue = JobQueue()
        self.queue = queue
        let thread = Thread {
            #if os(Linux)
                // On Linux this is for the calling thread alone, and threads inherit it (setpriority(2)).
                if precedence == .yielding {
                    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.yieldingNiceness)
                }
            #endif
            while let job = queue.next() { job() }
        }
        thread.name = name
        thread.qualityOfService = precedence == .yielding ? QualityOfService.utility : .userInitiated
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit {
        queue.close()
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let (executor, taskExecutor) = (asUnownedSerialExecutor(), asUnownedTaskExecutor())
        queue.add { job.runSynchronously(isolatedTo: executor, taskExecutor: taskExecutor) }
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        UnownedTaskExecutor(ordinary: self)
    }

    public func submit(_ work: @escaping @Sendable () -> Void) {
        queue.add(work)
    }
}

/// Jobs in order of arrival, handed over between threads.
///
/// `@unchecked Sendable`: every access to `jobs` and `isClosed` happens while `condition` is locked.
private final class JobQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [@Sendable () -> Void] = []
    private var head = 0
    private var isClosed = false

    func add(_ job: @escaping @Sendable () -> Void) {
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    /// Waits for a job; nil once the queue is closed and empty.
    func next() -> (@Sendable () -> Void)? {
        condition.lock()
        defer { condition.unlock() }
        while head == jobs.count {
            if isClosed { return nil }
            condition.wait()
        }
        let job = jobs[head]
        head += 1
        if head == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            head = 0
        }
        return job
    }

    func close() {
        condition.lock()
        isClosed = true
        condition.signal()
        condition.unlock()
    }
}
