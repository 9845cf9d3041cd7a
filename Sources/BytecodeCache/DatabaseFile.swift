// How a database is opened: for writing, or for reading alone, and which failures say nothing about the file.

import Foundation
import GRDB

/// Makes the connections to a database.
enum DatabaseFile {
    /// Changes with the tables.
    static let schemaVersion = 1
    /// In bytes.
    static let pageSize = 8_192
    /// How long another process may keep the database, in seconds.
    private static let patience = 0.25

    // MARK: Writing

    /// Opens a database, and makes it when it is not there. One that is there is only read for that.
    ///
    /// - Parameter limit: the most bytes that it may take; it gets a little more, for when nothing can be deleted.
    static func forWriting(_ path: String, limit: Int) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        let pages = max(16, limit / pageSize * 5 / 4)
        configuration.prepareDatabase { database in
            try prepare(database)
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            try database.execute(sql: "PRAGMA max_page_count = \(pages)")
            try database.execute(sql: "PRAGMA journal_size_limit = 1048576")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 64")
            try database.execute(sql: "PRAGMA cell_size_check = ON")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try makeTables(in: queue)
        return queue
    }

    /// Makes a database that nobody else knows of yet: without a journal of its own, so that it can be moved when it is closed.
    static func new(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.prepareDatabase { try prepare($0) }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try makeTables(in: queue)
        return queue
    }

    /// What can only be settled before there are tables is left alone afterwards: `auto_vacuum` writes, and so would wait for others.
    private static func prepare(_ database: Database) throws {
        try database.execute(sql: "PRAGMA trusted_schema = OFF")
        guard try isNew(database) else { return }
        try database.execute(sql: "PRAGMA page_size = \(pageSize)")
        try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
    }

    private static func isNew(_ database: Database) throws -> Bool {
        try Int.fetchOne(database, sql: "PRAGMA user_version") != schemaVersion
    }

    private static func makeTables(in queue: DatabaseQueue) throws {
        try queue.inDatabase { database in
            guard try isNew(database) else { return }
            try database.inTransaction(.immediate) {
                try makeTables(in: database)
                return .commit
            }
        }
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

    /// The tables and their columns, as they are read.
    static let tables: KeyValuePairs = [
        "entries": "id, compiler, size, entry", "includes": "id, compiler, paths",
        "programs": """
        id, compiler, program, file, level, memory_hits, disk_hits, compilations, compile_ns, saved_ns, last_use
        """,
        "steps": "talk, previous, operation, count", "moments": "talk, minute, operation, count",
    ]

    // MARK: Reading

    /// Opens a database without changing it or its folder.
    ///
    /// SQLite needs a journal beside the database that is open, and makes one. Where none stands nobody has it open, and it is read as a
    /// file that does not change (`immutable`); so is one whose empty journal SQLite may not use.
    ///
    /// - Parameter toleratesDamage: whether tables are read although others are damaged.
    static func forReading(_ path: String, toleratesDamage: Bool = false) throws -> DatabaseQueue {
        guard isFile(path) else {
            throw DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "there is no file that can be read")
        }
        guard FileManager.default.fileExists(atPath: path + "-wal") else {
            return try unchanging(path, toleratesDamage: toleratesDamage)
        }
        do {
            let queue = try DatabaseQueue(path: path, configuration: reading(toleratesDamage: toleratesDamage))
            // Whether SQLite may use the journal shows with the first question.
            _ = try queue.inDatabase { try Int.fetchOne($0, sql: "PRAGMA user_version") }
            return queue
        } catch let error as DatabaseError where saysNothingOfTheFile(error) && !isBusy(error) && journalIsEmpty(path) {
            return try unchanging(path, toleratesDamage: toleratesDamage)
        }
    }

    private static func unchanging(_ path: String, toleratesDamage: Bool) throws -> DatabaseQueue {
        try DatabaseQueue(
            path: URL(filePath: path).absoluteString + "?immutable=1",
            configuration: reading(toleratesDamage: toleratesDamage))
    }

    private static func reading(toleratesDamage: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(patience)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            // The first lets a description of a table that cannot be understood be passed over.
            try database.execute(
                sql: toleratesDamage ? "PRAGMA writable_schema = ON" : "PRAGMA cell_size_check = ON")
        }
        return configuration
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func journalIsEmpty(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
        return attributes.map { $0[.size] as? Int == 0 } ?? true
    }

    // MARK: Failures

    static func isBusy(_ error: DatabaseError) -> Bool {
        [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode)
    }

    /// Whether an error is about the disk, permissions or other processes. All others are about what is in the file.
    static func saysNothingOfTheFile(_ error: DatabaseError) -> Bool {
        let codes: [ResultCode] = [
            .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_READONLY,
            .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_NOMEM, .SQLITE_INTERRUPT,
        ]
        return codes.contains(error.resultCode)
    }

    /// Why something could not be done, in words for whoever wanted it.
    static func reason(_ error: any Error) -> String {
        guard let error = error as? DatabaseError else { return error.localizedDescription }
        return isBusy(error) ? "another process keeps it busy; try again" : error.message ?? error.description
    }
}
