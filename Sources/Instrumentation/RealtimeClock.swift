// The clock of a run in real time.

import Foundation

/// The system's monotonic clock, counted from the moment this value was made.
public final class RealtimeClock: EngineClock {
    private let origin: Int64
    private let alarms: AlarmThread

    public init() {
        origin = Self.monotonicNanoseconds()
        alarms = AlarmThread()
    }

    public var now: Instant {
        Instant(nanoseconds: Self.monotonicNanoseconds() - origin)
    }

    public func sleep(until deadline: Instant) async {
        await alarms.wait(until: deadline.nanoseconds + origin)
    }

    public func prolong(by duration: Duration) {
        let nanoseconds = max(0, duration.nanoseconds)
        // Blocks the thread, as the work that it stands for would; the thread is the worker's own.
        var left = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        var wanted = left
        while nanosleep(&wanted, &left) != 0, errno == EINTR { wanted = left }
    }

    public func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker {
        WorkerThread(name: name, precedence: precedence)
    }

    static func monotonicNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A thread that wakes sleepers on time.
///
/// `Task.sleep` resumes on the cooperative pool through a timer with leeway and was seen to be milliseconds late while both
/// cores are busy; a thread that waits on a condition with a deadline is late by tens of microseconds.
private final class AlarmThread: Sendable {
    private let board = AlarmBoard()

    init() {
        let board = board
        let thread = Thread { board.run() }
        thread.name = "alarms"
        thread.qualityOfService = .userInteractive
        thread.start()
    }

    deinit {
        board.close()
    }

    func wait(until deadline: Int64) async {
        let id = board.newIdentifier()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                board.add(id, deadline: deadline, continuation)
            }
        } onCancel: {
            board.cancel(id)
        }
        board.forget(id)
    }
}

/// The sleepers and their deadlines.
///
/// `@unchecked Sendable`: every access to the stored properties happens while `mutex` is held. POSIX primitives rather than
/// `NSCondition`, because its deadlines are on the wall clock, which may jump.
private final class AlarmBoard: @unchecked Sendable {
    private struct Alarm {
        let id: UInt64
        let deadline: Int64
        let continuation: CheckedContinuation<Void, Never>
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var alarms: [Alarm] = []
    private var cancelledBeforeAdded: Set<UInt64> = []
    private var lastIdentifier: UInt64 = 0
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        #if os(Linux)
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        #else
            pthread_cond_init(condition, nil)
        #endif
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func newIdentifier() -> UInt64 {
        locked {
            lastIdentifier += 1
            return lastIdentifier
        }
    }

    func add(_ id: UInt64, deadline: Int64, _ continuation: CheckedContinuation<Void, Never>) {
        let passed = locked {
            if cancelledBeforeAdded.remove(id) != nil || isClosed || deadline <= RealtimeClock.monotonicNanoseconds() {
                return true
            }
            alarms.append(Alarm(id: id, deadline: deadline, continuation: continuation))
            pthread_cond_signal(condition)
            return false
        }
        if passed { continuation.resume() }
    }

    func cancel(_ id: UInt64) {
        let alarm: Alarm? = locked {
            guard let index = alarms.firstIndex(where: { $0.id == id }) else {
                cancelledBeforeAdded.insert(id)
                return nil
            }
            return alarms.remove(at: index)
        }
        alarm?.continuation.resume()
    }

    /// Drops what a cancellation that came too late left behind.
    func forget(_ id: UInt64) {
        locked { _ = cancelledBeforeAdded.remove(id) }
    }

    func close() {
        locked {
            isClosed = true
            pthread_cond_signal(condition)
        }
    }

    /// The body of the thread: wakes whoever is due, then waits for the next deadline or a change.
    func run() {
        while true {
            let (due, ended) = waitForDue()
            for alarm in due { alarm.continuation.resume() }
            if ended { return }
        }
    }

    private func waitForDue() -> (due: [Alarm], ended: Bool) {
        locked {
            while !isClosed {
                let now = RealtimeClock.monotonicNanoseconds()
                let due = alarms.filter { $0.deadline <= now }
                guard due.isEmpty else {
                    alarms.removeAll { $0.deadline <= now }
                    return (due.sorted { $0.deadline < $1.deadline }, false)
                }
                if let next = alarms.map(\.deadline).min() {
                    waitOnCondition(until: next)
                } else {
                    pthread_cond_wait(condition, mutex)
                }
            }
            let rest = alarms
            alarms = []
            return (rest, true)
        }
    }

    private func waitOnCondition(until deadline: Int64) {
        #if os(Linux)
            var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
            pthread_cond_timedwait(condition, mutex, &time)
        #else
            let left = max(0, deadline - RealtimeClock.monotonicNanoseconds())
            var time = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
            pthread_cond_timedwait_relative_np(condition, mutex, &time)
        #endif
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
