// The SQLite database in which an assistant's memory outlives it.

import Foundation
import GRDB

/// Opens and migrates the database of one assistant's memory.
///
/// Journal mode WAL with `synchronous = FULL`: what a transaction committed is there after `kill -9` and after a power cut (SQLite
/// documentation, "Write-Ahead Logging" and "PRAGMA synchronous").
enum MemoryDatabase {
    /// Opens the file at `path`, which is made with its folder when it does not exist.
    ///
    /// - Throws: ``MemoryStoreError`` when the path cannot be opened or holds something else than such a database.
    static func open(path: String) throws(MemoryStoreError) -> DatabaseQueue {
        do {
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try migrator.migrate(queue)
            return queue
        } catch let error as DatabaseError {
            throw MemoryStoreError(path: path, reason: reason(for: error))
        } catch {
            throw MemoryStoreError(path: path, reason: error.localizedDescription)
        }
    }

    /// A database that is gone when the process ends.
    static func openInMemory() throws(MemoryStoreError) -> DatabaseQueue {
        do {
            let queue = try DatabaseQueue(configuration: configuration)
            try migrator.migrate(queue)
            return queue
        } catch {
            throw MemoryStoreError(path: ":memory:", reason: error.localizedDescription)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        return configuration
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: threads and entries") { database in
            try database.create(table: "memory_threads") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("name", .text).notNull().unique()
            }
            try database.create(table: "memory_entries") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("thread_id", .integer).notNull().references("memory_threads", onDelete: .cascade)
                table.column("key", .text).notNull()
                table.column("value", .text).notNull()
            }
            try database.create(
                index: "memory_entries_by_key", on: "memory_entries", columns: ["thread_id", "key", "id"])
        }
        return migrator
    }

    private static func reason(for error: DatabaseError) -> String {
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            "it is not a database, or it is damaged; move it away to start with an empty memory"
        case .SQLITE_CANTOPEN: "it cannot be opened; is it a folder, or is its folder write-protected?"
        case .SQLITE_FULL: "the disk is full"
        case .SQLITE_READONLY, .SQLITE_PERM: "it cannot be written"
        default: error.message ?? error.description
        }
    }
}

/// Why a memory cannot be opened or kept.
public struct MemoryStoreError: Error, CustomStringConvertible, Sendable {
    public let path: String
    public let reason: String

    public var description: String {
        "memory at \(path): \(reason)"
    }
}
