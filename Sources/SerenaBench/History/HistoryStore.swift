// The SQLite database in which every result is kept.

import Foundation
import GRDB

/// All results that were ever committed, at `Reports/history.sqlite`.
///
/// Journal mode WAL with `synchronous = FULL`: what was committed is there after `kill -9` and after a power cut, and a reader and a
/// writer of two processes don't wait for each other (SQLite documentation, "Write-Ahead Logging"). Two writers wait five seconds.
struct HistoryStore: Sendable {
    static let fileName = "history.sqlite"
    /// `PRAGMA user_version` of the format that this program writes.
    static let currentVersion = 1
    /// `PRAGMA application_id`, which tells the file from other databases: "SBHi".
    private static let applicationID = 0x5342_4869

    let path: String
    private let queue: DatabaseQueue

    /// Opens the history at `path`, which is made when it does not exist.
    ///
    /// - Throws: ``BenchError`` with ``ExitCode/usage`` when it is damaged, newer, or another database, and with ``ExitCode/output``
    ///   when it cannot be written.
    init(path: String) throws(BenchError) {
        self.path = path
        do {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if !FileManager.default.fileExists(atPath: path) { try Self.found(path, in: folder) }
            queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            if try !queue.read({ try Self.isReady($0, path: path) }) { try Self.fill(queue) }
        } catch {
            throw Self.describe(error, path: path)
        }
    }

    /// Makes a new history under another name and gives it its own in one step, so that nobody meets it half made.
    ///
    /// SQLite does not wait for others while a database changes to WAL; here nobody else has it open. The other name is one that
    /// ``RunFolder`` takes away when its process was killed.
    private static func found(_ path: String, in folder: String) throws {
        let partial = "\(folder)/.partial-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: partial) }
        let queue = try DatabaseQueue(path: partial, configuration: configuration)
        try fill(queue)
        try queue.close()
        do {
            try FileManager.default.linkItem(atPath: partial, toPath: path)
        } catch {
            // Another program was faster; its history is as good.
            guard FileManager.default.fileExists(atPath: path) else { throw error }
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        return configuration
    }

    /// Whether the database is a history; false for an empty one.
    private static func isReady(_ database: Database, path: String) throws -> Bool {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master") ?? 0
        if tables == 0, version == 0 { return false }
        guard application == applicationID else {
            throw BenchError(.usage, "\(path) is a database, but no history", remedy: "move it away")
        }
        guard version <= currentVersion else {
            throw BenchError(
                .usage,
                "\(path) was written by a newer version (format \(version); this program knows \(currentVersion))",
                remedy: "update serena-bench")
        }
        return true
    }

    /// Makes a history of an empty database. The journal mode stays with the file.
    private static func fill(_ queue: DatabaseQueue) throws {
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.inTransaction(.immediate) {
                try database.execute(sql: schema)
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(currentVersion)")
                return .commit
            }
        }
    }

    private static let schema = """
        CREATE TABLE result (
            id INTEGER PRIMARY KEY,
            result_sha256 TEXT NOT NULL UNIQUE,
            scenario TEXT NOT NULL, variant TEXT NOT NULL, clock TEXT NOT NULL, fingerprint TEXT NOT NULL,
            title TEXT NOT NULL, machine TEXT NOT NULL,
            assistant TEXT NOT NULL, assistant_version TEXT NOT NULL, settings TEXT NOT NULL,
            started_at TEXT NOT NULL, verdict TEXT NOT NULL, readiness TEXT, exit_code INTEGER NOT NULL,
            interrupted INTEGER NOT NULL, seed INTEGER NOT NULL, folder TEXT NOT NULL,
            summary TEXT NOT NULL, per_run TEXT NOT NULL, latencies BLOB NOT NULL
        ) STRICT;
        CREATE INDEX result_by_series ON result (scenario, variant, clock, fingerprint, started_at, id);
        """

    /// Adds a result.
    ///
    /// - Returns: false when it was there already.
    func add(_ row: HistoryRow) throws(BenchError) -> Bool {
        do {
            return try queue.write { database in
                try database.execute(
                    sql:
                        "INSERT OR IGNORE INTO result VALUES (NULL, \(Array(repeating: "?", count: 20).joined(separator: ",")))",
                    arguments: try HistoryRow.Columns.arguments(of: row))
                return database.changesCount > 0
            }
        } catch {
            throw Self.describe(error, path: path)
        }
    }

    /// The newest `limit` results of a series that were started before `time` (nil: all), the oldest first.
    func rows(of series: SeriesKey, before time: String? = nil, limit: Int) throws(BenchError) -> [HistoryRow] {
        let variant: String
        do { variant = try HistoryRow.Columns.json(series.variant) } catch { throw Self.describe(error, path: path) }
        return try fetch(
            """
            SELECT * FROM result WHERE scenario = ? AND variant = ? AND clock = ? AND fingerprint = ?
            AND (? IS NULL OR started_at < ?) ORDER BY started_at DESC, id DESC LIMIT ?
            """, [series.scenario, variant, series.clock, series.machine, time, time, limit]
        ).reversed()
    }

    /// Every series of a scenario, or of all scenarios, in the order of their names.
    func series(of scenario: String?) throws(BenchError) -> [SeriesKey] {
        do {
            return try queue.read { database in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT DISTINCT scenario, variant, clock, fingerprint FROM result WHERE ? IS NULL OR scenario = ?
                        ORDER BY scenario, variant, clock, fingerprint
                        """, arguments: [scenario, scenario]
                ).map(HistoryRow.Columns.series)
            }
        } catch {
            throw Self.describe(error, path: path)
        }
    }

    private func fetch(_ sql: String, _ arguments: StatementArguments) throws(BenchError) -> [HistoryRow] {
        do {
            return try queue.read { database in
                try Row.fetchAll(database, sql: sql, arguments: arguments).map(HistoryRow.Columns.row)
            }
        } catch {
            throw Self.describe(error, path: path)
        }
    }

    private static func describe(_ error: any Error, path: String) -> BenchError {
        if let error = error as? BenchError { return error }
        guard let error = error as? DatabaseError else {
            if error is DecodingError || error is HistoryRow.Columns.Damage {
                return BenchError(
                    .usage, "\(path) is damaged: a row cannot be read",
                    remedy: "move it away; the results can be imported")
            }
            return BenchError(.output, "\(path) cannot be written: \(FileProblem.describe(error))")
        }
        return switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            BenchError(
                .usage, "\(path) is damaged, or no database",
                remedy: "move it away; then serena-bench history import Reports/*/result.json")
        case .SQLITE_BUSY, .SQLITE_LOCKED: BenchError(.output, "\(path) is in use by another program for too long")
        case .SQLITE_FULL: BenchError(.output, "\(path) cannot be written: No space left on device")
        case .SQLITE_CANTOPEN: BenchError(.output, "\(path) cannot be opened; is it a folder, or write-protected?")
        case .SQLITE_READONLY, .SQLITE_PERM: BenchError(.output, "\(path) cannot be written")
        default: BenchError(.output, "\(path) cannot be used: \(error.message ?? "SQLite error \(error.resultCode)")")
        }
    }
}
