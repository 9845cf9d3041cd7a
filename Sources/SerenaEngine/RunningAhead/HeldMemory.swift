// What a task wants to remember, kept back until it may be.

import SerenaStore
import Synchronization

/// A memory that a task reads and writes while nothing of it is real yet.
///
/// What was written is seen by whoever reads through it, and by nobody else, until ``commit()``; after ``drop()`` it never is.
final class HeldMemory: MemoryStore {
    private enum Phase { case held, committed, dropped }

    private struct State {
        var phase = Phase.held
        /// In the order in which they were made; keys in lower case.
        var writes: [(key: String, value: String)] = []
    }

    private let store: any MemoryStore
    private let state = Mutex(State())

    init(of store: any MemoryStore) {
        self.store = store
    }

    func remember(key: String, value: String) async throws {
        let isCommitted = state.withLock { state in
            if state.phase == .held { state.writes.append((key.lowercased(), value)) }
            return state.phase == .committed
        }
        if isCommitted { try await store.remember(key: key, value: value) }
    }

    func recall(key: String) async throws -> String? {
        let wanted = key.lowercased()
        let own = state.withLock { $0.writes.last { $0.key == wanted }?.value }
        if let own { return own }
        return try await store.recall(key: key)
    }

    func flush() async throws {
        try await store.flush()
    }

    /// Makes real what was written, in order, and whatever will be.
    ///
    /// - Throws: what the store throws; the other writes are made all the same.
    func commit() async throws {
        var failure: (any Error)?
        while let write = next() {
            do {
                try await store.remember(key: write.key, value: write.value)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Forgets what was written, and whatever will be.
    func drop() {
        state.withLock { state in
            guard state.phase == .held else { return }
            state = State(phase: .dropped)
        }
    }

    /// The next write that has to be made real; when there is none, those to come need not be held any more.
    private func next() -> (key: String, value: String)? {
        state.withLock { state in
            guard state.phase == .held else { return nil }
            if state.writes.isEmpty {
                state.phase = .committed
                return nil
            }
            return state.writes.removeFirst()
        }
    }
}
