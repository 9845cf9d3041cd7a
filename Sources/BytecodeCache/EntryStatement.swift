// The one question to the database that somebody waits for, asked of SQLite itself.

import GRDB
import GRDBSQLite

/// Reads entries by their row, with a statement that is prepared once.
///
/// GRDB's own way there, over a queue, a row and a value for each column, takes longer than SQLite.
///
/// `@unchecked Sendable`: a statement may not be used by several threads at once, and is not. It is part of ``DiskTier``, which
/// stands behind the lock of ``SharedDisk``; the compiler does not see that. A connection that is let go waits for its
/// statements (`sqlite3_close_v2`, which GRDB calls then).
final class EntryStatement: @unchecked Sendable {
    private let statement: OpaquePointer

    /// - Throws: `DatabaseError`, when the database is damaged or has no such table.
    init(_ database: Database) throws {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(
            database.sqliteConnection, "SELECT entry FROM entries WHERE id = ?", -1, UInt32(SQLITE_PREPARE_PERSISTENT),
            &statement, nil)
        guard code == SQLITE_OK, let statement else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
        }
        self.statement = statement
    }

    deinit {
        sqlite3_finalize(statement)
    }

    /// Gives a function the bytes of an entry, where SQLite has them. In a damaged file they may be of any type, and any number.
    ///
    /// - Returns: nil when there is no such row.
    /// - Throws: `DatabaseError`.
    func withEntry<Value>(ofRow row: Int64, _ body: (UnsafeRawBufferPointer) -> Value) throws -> Value? {
        // Ends the transaction as well. What it returns is the failure of the step, which is known.
        defer { sqlite3_reset(statement) }
        sqlite3_bind_int64(statement, 1, row)
        switch sqlite3_step(statement) {
        case SQLITE_ROW:
            // In this order: asking for the bytes may be what makes them.
            let start = sqlite3_column_blob(statement, 0)
            return body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, 0))))
        case SQLITE_DONE: return nil
        case let code:
            let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(statement)))
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }
}
