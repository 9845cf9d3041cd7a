// The programs on the disk, in SQLite: opened, read, written, and what happens when the disk refuses.

import Foundation
import GRDB

/// A database of sealed entries that several processes share. Used by one thread at a time.
///
/// Nothing here fails: when the disk does, the cache goes on without it. A database that SQLite finds damaged is left as it is, and a new one with the
/// next number in its name takes its place; processes that still use the old one come to the same end. Journal mode WAL with `synchronous = NORMAL`:
/// a process that is killed loses what it was writing, a power cut perhaps the last entries, and neither damages the rest (SQLite documentation,
/// "Write-Ahead Logging").
struct DiskTier {
    /// Changes with the tables.
    private static let schemaVersion = 1
    /// How long another process may keep the database, in seconds.
    private static let patience = 0.25
    /// In bytes.
    static let pageSize = 8_192
    /// Databases that may be found damaged before the disk itself is suspected.
    private static let mostReplacements = 3

    let folder: String
    let limit: Int
    private let warn: @Sendable (String) -> Void

    private var queue: DatabaseQueue? {
        // A statement belongs to its connection.
        willSet { entryStatement = nil }
    }
    private var entryStatement: EntryStatement?
    private var generation = 0
    private var isGivenUp = false
    private var mayWrite = true
    private var hasWarned = false
    private(set) var replacements = 0
    private(set) var busy = 0

    init(folder: String, limit: Int, warn: @escaping @Sendable (String) -> Void) {
        self.folder = folder
        self.limit = limit
        self.warn = warn
    }

    /// The file that is used now.
    var path: String { Self.path(in: folder, generation) }

    /// Whether the disk takes entries, as far as is known.
    var isWritable: Bool { mayWrite && !isGivenUp }

    private static func path(in folder: String, _ generation: Int) -> String {
        URL(filePath: folder).appending(path: "bytecode-\(schemaVersion)-\(generation).sqlite")
            .path(percentEncoded: false)
    }

    /// The databases in a folder by their number.
    private static func generations(in folder: String) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("bytecode-\(schemaVersion)-"), name.hasSuffix(".sqlite") else { return nil }
            let number = name.dropFirst("bytecode-\(schemaVersion)-".count).dropLast(".sqlite".count)
            return number.count <= 6 ? Int(number) : nil
        }.filter { $0 >= 0 }
    }

    // MARK: Work with the database

    /// Reads without a transaction: for single statements.
    mutating func read<Value>(_ body: (Database) throws -> Value?) -> Value? {
        perform { try $0.unsafeRead(body) }
    }

    /// Writes in one transaction.
    @discardableResult
    mutating func write<Value>(_ body: (Database) throws -> Value) -> Value? {
        guard mayWrite else { return nil }
        return perform { try $0.write(body) }
    }

    /// Writes without a transaction: for statements that make their own, or cannot be in one.
    @discardableResult
    mutating func writeOutsideOfTransaction<Value>(_ body: (Database) throws -> Value) -> Value? {
        guard mayWrite else { return nil }
        return perform { try $0.writeWithoutTransaction(body) }
    }

    /// Reads the entry of a row with a function that needs its bytes only as long as it runs.
    ///
    /// - Returns: nil when there is no entry.
    mutating func withEntry<Value>(ofRow row: Int64, _ body: (UnsafeRawBufferPointer) -> Value) -> Value? {
        var statement = entryStatement
        let value = perform { queue in
            // What is asked of SQLite here does not go over the queue: the lock around this type already keeps others
            // away from the connection.
            let prepared = try statement ?? queue.inDatabase { try EntryStatement($0) }
            statement = prepared
            return try prepared.withEntry(ofRow: row, body)
        }
        if queue != nil { entryStatement = statement }
        return value
    }

    private mutating func perform<Value>(_ body: (DatabaseQueue) throws -> Value?) -> Value? {
        do {
            guard let queue = try opened() else { return nil }
            return try body(queue)
        } catch let error as DatabaseError {
            handle(error)
        } catch {
            giveUp("\(error.localizedDescription)")
        }
        return nil
    }

    private mutating func opened() throws -> DatabaseQueue? {
        if let queue { return queue }
        guard !isGivenUp else { return nil }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        generation = max(generation, Self.generations(in: folder).max() ?? 0)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { database in
            guard try Int.fetchOne(database, sql: "PRAGMA user_version") != Self.schemaVersion else { return }
            try database.inTransaction(.immediate) {
                try Self.makeTables(in: database)
                return .commit
            }
        }
        self.queue = queue
        return queue
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(Self.patience)
        // A little more than the limit, which clean-up keeps to: this is for when nothing can be deleted.
        let pages = max(16, limit / Self.pageSize * 5 / 4)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA page_size = \(Self.pageSize)")
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            try database.execute(sql: "PRAGMA max_page_count = \(pages)")
            try database.execute(sql: "PRAGMA journal_size_limit = 1048576")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 64")
            try database.execute(sql: "PRAGMA cell_size_check = ON")
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        return configuration
    }

    private static func makeTables(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS entries (
                    id INTEGER PRIMARY KEY, compiler TEXT NOT NULL, size INTEGER NOT NULL, entry BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS includes (id INTEGER PRIMARY KEY, compiler TEXT NOT NULL, paths BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS programs (
                    id INTEGER PRIMARY KEY, compiler TEXT NOT NULL, program TEXT NOT NULL, file TEXT NOT NULL,
                    level TEXT NOT NULL, memory_hits INTEGER NOT NULL, disk_hits INTEGER NOT NULL,
                    compilations INTEGER NOT NULL, compile_ns INTEGER NOT NULL, saved_ns INTEGER NOT NULL,
                    last_use INTEGER NOT NULL);
                CREATE TABLE IF NOT EXISTS steps (
                    talk TEXT NOT NULL, previous TEXT NOT NULL, operation TEXT NOT NULL, count INTEGER NOT NULL,
                    PRIMARY KEY (talk, previous, operation)) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS moments (
                    talk TEXT NOT NULL, minute INTEGER NOT NULL, operation TEXT NOT NULL, count INTEGER NOT NULL,
                    PRIMARY KEY (talk, minute, operation)) WITHOUT ROWID;
                PRAGMA user_version = \(schemaVersion);
                """)
    }

    // MARK: What the disk refuses

    private mutating func handle(_ error: DatabaseError) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: busy += 1
        case .SQLITE_FULL: stopWriting("the disk, or the cache's share of it, is full")
        // A flipped bit in its head makes a file that can be written one that SQLite will not write.
        case .SQLITE_READONLY where isFileWritable: replace()
        case .SQLITE_READONLY, .SQLITE_PERM: stopWriting("it cannot be written")
        case .SQLITE_IOERR where queue != nil: stopWriting(error.message ?? "the disk reports an error")
        case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_AUTH, .SQLITE_NOMEM, .SQLITE_INTERRUPT:
            giveUp(error.message ?? error.description)
        default: replace()
        }
    }

    private var isFileWritable: Bool {
        [folder, path].allSatisfy { FileManager.default.isWritableFile(atPath: $0) }
    }

    private mutating func stopWriting(_ reason: String) {
        mayWrite = false
        // Opening writes as well: a database that cannot be opened cannot be read.
        if queue == nil { isGivenUp = true }
        warnOnce(reason)
    }

    private mutating func giveUp(_ reason: String) {
        isGivenUp = true
        queue = nil
        warnOnce(reason)
    }

    private mutating func warnOnce(_ reason: String) {
        guard !hasWarned else { return }
        hasWarned = true
        warn("the bytecode cache in \(folder) goes on in memory alone: \(reason)")
    }

    /// Leaves a damaged database alone and goes on with the next.
    mutating func replace() {
        queue = nil
        replacements += 1
        guard replacements <= Self.mostReplacements else { return giveUp("databases get damaged again and again") }
        // Another process may have come here before, and made the next one already.
        let newest = Self.generations(in: folder).max() ?? generation
        generation = newest > generation ? newest : generation + 1
    }

    /// Deletes the databases that were left alone as damaged.
    func deleteReplaced() {
        for old in Self.generations(in: folder) where old < generation {
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: Self.path(in: folder, old) + suffix)
            }
        }
    }

    /// The bytes of the database with its journal.
    var sizeOnDisk: Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum + ((attributes?[.size] as? Int) ?? 0)
        }
    }
}

/// Values of rows, which in a damaged file may be of any type.
extension Row {
    func integer(_ column: Int) -> Int? {
        Int.fromDatabaseValue(self[column] as DatabaseValue)
    }

    func text(_ column: Int) -> String? {
        String.fromDatabaseValue(self[column] as DatabaseValue)
    }
}
