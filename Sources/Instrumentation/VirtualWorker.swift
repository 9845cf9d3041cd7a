// The workers of a virtual clock, and the threads that do what takes time.

import Foundation
import Synchronization

/// A worker whose work takes time on a virtual clock; one of ``WorkerPrecedence/immediate`` is let off.
final class VirtualWorker: Worker {
    private let name: String
    private let timeline: VirtualTimeline
    private let lease: VirtualLease
    /// Nil for a worker that takes no time: its work is done on the stage.
    private let thread: VirtualThread?

    init(name: String, precedence: WorkerPrecedence, timeline: VirtualTimeline, lease: VirtualLease) {
        self.name = name
        self.timeline = timeline
        self.lease = lease
        thread =
            precedence == .immediate
            ? nil : VirtualThread(name: name, isHeavy: precedence == .yielding, timeline: timeline)
    }

    deinit {
        thread?.close()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The worker must outlive its jobs, as a thread outlives what runs on it.
        submit { [self] in
            job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
    }

    func submit(_ work: @escaping @Sendable () -> Void) {
        timeline.schedule(thread.map { .arrival(at: $0, work) } ?? .act(work), named: name)
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        UnownedTaskExecutor(ordinary: self)
    }
}

/// Ends the timeline when the clock and all of its workers are gone.
final class VirtualLease: Sendable {
    private let timeline: VirtualTimeline

    init(_ timeline: VirtualTimeline) {
        self.timeline = timeline
    }

    deinit {
        timeline.close()
    }
}

/// A thread that runs only while it has the baton, and accounts for what it does.
///
/// `@unchecked Sendable`: `queue` and `isBusy` belong to the stage; the stretch belongs to the thread while it has the baton, and
/// the semaphores order one after the other. `isClosed` is atomic.
final class VirtualThread: @unchecked Sendable {
    let name: String
    /// Whether its work keeps a core busy for long.
    let isHeavy: Bool
    private let timeline: VirtualTimeline
    private let baton = DispatchSemaphore(value: 0)
    private let isClosed = Atomic(false)

    private var queue: [@Sendable () -> Void] = []
    private var isBusy = false

    private var work: (@Sendable () -> Void)?
    private var stretchStart: Int64 = 0
    private var realStart: Int64 = 0
    private var prolonged: Int64 = 0

    init(name: String, isHeavy: Bool, timeline: VirtualTimeline) {
        self.name = name
        self.isHeavy = isHeavy
        self.timeline = timeline
        let thread = Thread { self.run() }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    func close() {
        isClosed.store(true, ordering: .releasing)
        baton.signal()
    }

    // MARK: On the stage

    /// Takes a piece of work; whether the thread was free and begins with it at once.
    func accept(_ work: @escaping @Sendable () -> Void) -> Bool {
        guard !isBusy else {
            queue.append(work)
            return false
        }
        isBusy = true
        self.work = work
        return true
    }

    /// The work is over; whether the thread goes on with the next piece.
    func finish() -> Bool {
        isBusy = !queue.isEmpty
        if isBusy { work = queue.removeFirst() }
        return isBusy
    }

    func takeBaton() {
        baton.signal()
    }

    // MARK: On the thread

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// The thread on which this is asked; nil on every other kind of thread.
    static var current: VirtualThread? {
        pthread_getspecific(key).map { Unmanaged<VirtualThread>.fromOpaque($0).takeUnretainedValue() }
    }

    private func run() {
        pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        while true {
            baton.wait()
            if isClosed.load(ordering: .acquiring) { return }
            beginStretch(at: timeline.currentTime)
            work?()
            work = nil
            timeline.returnBaton(whenFinished: self, at: endStretch())
        }
    }

    func waitForBaton() {
        baton.wait()
    }

    /// Tells the workers of one clock from those of another.
    var clockIdentity: ObjectIdentifier { ObjectIdentifier(timeline) }

    /// Holds the work until everybody else has come as far.
    func synchronize() {
        _ = timeline.synchronizedTime()
    }

    /// Holds the work until somebody calls ``unpark()``. The wait is no work, and takes no service time.
    func park() {
        _ = endStretch()
        timeline.pause()
        waitForBaton()
        beginStretch(at: timeline.currentTime)
    }

    /// Lets the work go on, at the time of the caller.
    func unpark() {
        timeline.schedule(.resumption(self), named: name)
    }

    func prolong(by nanoseconds: Int64) {
        prolonged += nanoseconds
    }

    func beginStretch(at time: Int64) {
        stretchStart = time
        prolonged = 0
        realStart = RealtimeClock.monotonicNanoseconds()
    }

    /// Ends a stretch and begins the next; gives the time of the one and the other.
    func endStretch() -> Int64 {
        let measured = RealtimeClock.monotonicNanoseconds() - realStart
        let end = stretchStart + timeline.serviceTime(of: name, measured: measured, prolonged: prolonged)
        beginStretch(at: end)
        return end
    }
}
