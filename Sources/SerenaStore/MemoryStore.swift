// What an assistant remembers: text under a key, in a thread, the newest value first.

import GRDB
import Instrumentation
import Synchronization

/// Keeps what tasks remember.
///
/// Keys compare without case. Nothing is overwritten: a key keeps its history, and recalling it gives the newest value.
public protocol MemoryStore: Sendable {
    /// Keeps `value` under `key`. A value that was kept can be recalled at once.
    func remember(key: String, value: String) async throws

    /// The newest value under `key`, or nil.
    func recall(key: String) async throws -> String?

    /// Returns once everything remembered so far is on disk.
    ///
    /// - Throws: ``MemoryStoreError`` when something could not be kept, once per failure.
    func flush() async throws
}

/// A memory thread in SQLite, mirrored in memory so that a turn never waits for the disk.
///
/// Reading touches the mirror alone. Writing changes the mirror and leaves the commit to a worker; ``flush()`` waits for it.
public actor SQLiteMemoryStore: MemoryStore {
    private let path: String
    private let database: DatabaseQueue
    private let thread: Int64
    private let writer: any Worker
    private var newest: [String: String]
    private let failure = Mutex<(any Error)?>(nil)
    private let isFull = Mutex(false)

    /// Opens the thread `name` in the database at `path`; both are made when they do not exist.
    ///
    /// - Parameters:
    ///   - path: of the database file, or nil for a memory that ends with the process.
    ///   - worker: does the writing, one transaction after the other.
    /// - Throws: ``MemoryStoreError``.
    public init(path: String?, thread name: String = "default", worker: any Worker) throws {
        self.path = path ?? ":memory:"
        database = try path.map(MemoryDatabase.open) ?? MemoryDatabase.openInMemory()
        writer = worker
        (thread, newest) = try database.write { database in
            try database.execute(sql: "INSERT OR IGNORE INTO memory_threads (name) VALUES (?)", arguments: [name])
            let thread = try Int64.fetchOne(
                database, sql: "SELECT id FROM memory_threads WHERE name = ?", arguments: [name])
            guard let thread else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
            let rows = try Row.fetchAll(
                database, sql: "SELECT key, value FROM memory_entries WHERE thread_id = ? ORDER BY id",
                arguments: [thread])
            let entries = rows.map { ($0["key"] as String, $0["value"] as String) }
            return (thread, Dictionary(entries) { $1 })
        }
    }

    public func remember(key: String, value: String) {
        let key = key.lowercased()
        newest[key] = value
        // The order on disk is the order of the calls; a failure is reported, and does not stop later writes.
        writer.submit { [database, thread, self] in
            do {
                if isFull.withLock({ $0 }) {
                    throw DatabaseError(resultCode: .SQLITE_FULL, message: "database or disk is full")
                }
                try database.write { database in
                    try database.execute(
                        sql: "INSERT INTO memory_entries (thread_id, key, value) VALUES (?, ?, ?)",
                        arguments: [thread, key, value])
                }
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
    }

    /// Lets writing fail as it does on a full disk, or mends it.
    public func simulateFullDisk(_ isFull: Bool) {
        self.isFull.withLock { $0 = isFull }
    }

    public func recall(key: String) -> String? {
        newest[key.lowercased()]
    }

    /// The newest value under each key; keys are in lower case.
    public var entries: [String: String] { newest }

    public func flush() async throws {
        let error = try await writer.run { [self] in
            failure.withLock { failure in
                defer { failure = nil }
                return failure
            }
        }
        guard let error else { return }
        throw MemoryStoreError(path: path, reason: (error as? DatabaseError)?.message ?? "\(error)")
    }
}
