// A lock that work may hold while it reads the clock.

import Foundation
import Synchronization

/// Keeps two workers out of the same library, on either clock.
///
/// Work on a virtual clock is held where it reads the clock, until everybody else has come as far. If it holds an ordinary lock then, another
/// worker of that clock that wants the lock would wait for it for ever, because the two never run at the same time. With this lock the
/// other worker is held as well, until the one that has the lock gives it back.
public final class WorkLock: Sendable {
    private struct State {
        /// The clock of the worker that has the lock; nil when it is free, or its holder belongs to no virtual clock.
        var holder: ObjectIdentifier?
        /// Workers of that clock that want it, in the order in which they asked.
        var waiting: [VirtualThread] = []
    }

    private let lock = NSLock()
    private let state = Mutex(State())

    public init() {}

    /// Does `body` while nobody else does theirs.
    public func withLock<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        acquire()
        defer { release() }
        return try body()
    }

    private func acquire() {
        let thread = VirtualThread.current
        // Whether the lock is free now is known only when everybody else has come as far.
        thread?.synchronize()
        while !lock.try() {
            // Whoever belongs to another clock goes on by itself meanwhile.
            guard let thread, queue(thread) else {
                lock.lock()
                break
            }
            thread.park()
        }
        state.withLock { $0.holder = thread?.clockIdentity }
    }

    /// Whether the lock is held by a worker of the thread's own clock, so that the thread must wait in the queue.
    private func queue(_ thread: VirtualThread) -> Bool {
        state.withLock { state in
            guard state.holder == thread.clockIdentity else { return false }
            state.waiting.append(thread)
            return true
        }
    }

    private func release() {
        let next = state.withLock { state in
            state.holder = nil
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        lock.unlock()
        next?.unpark()
    }
}
