// Which tasks a talk asked for, one after the other: what the cache learns from it.

import BytecodeCache
import Instrumentation
import Synchronization

/// Tells the cache of each task that was asked for. Nothing but the names of tasks is kept: no words, no values.
final class TaskUses: Sendable {
    private let talk: String
    private let cache: BytecodeCacheManager
    private let clock: any EngineClock
    private let start: Instant
    private let previous = Mutex<String?>(nil)

    /// - Parameter talk: what talks are called that are alike: the name of their document.
    init(of talk: String, cache: BytecodeCacheManager, clock: any EngineClock) {
        self.talk = talk
        self.cache = cache
        self.clock = clock
        start = clock.now
    }

    /// Counts a task. Touches memory alone, and is for the time behind a turn.
    func note(_ task: String) {
        let before = previous.withLock { previous in
            defer { previous = task }
            return previous
        }
        cache.noteUse(of: task, after: before, in: talk, elapsed: clock.now - start)
    }

    /// Writes down what was counted. For the end of a talk, as it waits for the disk.
    func keep() {
        cache.flush()
    }
}
