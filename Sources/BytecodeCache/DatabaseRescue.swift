// What can still be read of a damaged database, taken into a new one.

import Foundation
import GRDB

/// Copies the rows that can be read. Entries are copied when they are sound; whoever reads anything else takes it with care anyway.
enum DatabaseRescue {
    /// - Parameters:
    ///   - path: of the damaged database, which stays as it is.
    ///   - target: where the new one is made. Its rows are committed when this returns.
    /// - Throws: `DatabaseError`, when the disk or another process is in the way.
    static func copy(_ path: String, to target: String) throws {
        let new = try DatabaseFile.new(target)
        if let old = try readable({ try DatabaseFile.forReading(path, toleratesDamage: true) }) {
            try old.inDatabase { source in
                try new.write { target in
                    for (table, columns) in DatabaseFile.tables {
                        try copy(table, columns, from: source, to: target)
                    }
                }
            }
        }
        try new.close()
    }

    private static func copy(
        _ table: String, _ columns: String, from source: Database, to target: Database
    ) throws {
        let marks = columns.split(separator: ",").map { _ in "?" }.joined(separator: ", ")
        // A value that does not belong into its column is left behind.
        let insertion = try target.makeStatement(sql: "INSERT OR IGNORE INTO \(table) (\(columns)) VALUES (\(marks))")
        try forEachRow(of: table, columns, in: source) { row in
            guard table != "entries" || isSound(row) else { return }
            try insertion.execute(arguments: StatementArguments(row.databaseValues))
        }
    }

    private static func isSound(_ row: Row) -> Bool {
        guard let number = row.integer(0), let bytes = Data.fromDatabaseValue(row[3] as DatabaseValue) else {
            return false
        }
        return SealedEntry.isSound(bytes, row: Int64(number), readsProgram: false)
    }

    /// Some rows may come twice.
    private static func forEachRow(
        of table: String, _ columns: String, in source: Database, _ body: (Row) throws -> Void
    ) throws {
        guard !columns.hasPrefix("id,") else {
            for number in try RowNumbers.all(of: table, in: source) {
                let sql = "SELECT \(columns) FROM \(table) WHERE id = ?"
                let row = try readable { try Row.fetchOne(source, sql: sql, arguments: [number]) }
                if let row { try body(row) }
            }
            return
        }
        for order in ["ASC", "DESC"] {
            let keys = columns.split(separator: ", ").prefix(3).map { "\($0) \(order)" }.joined(separator: ", ")
            let cursor = try readable {
                try Row.fetchCursor(source, sql: "SELECT \(columns) FROM \(table) ORDER BY \(keys)")
            }
            while let row = try readable({ try cursor?.next() }) { try body(row) }
        }
    }

    /// - Returns: nil where the file is damaged.
    private static func readable<Value>(_ body: () throws -> Value?) throws -> Value? {
        do {
            return try body()
        } catch let error as DatabaseError where !DatabaseFile.saysNothingOfTheFile(error) {
            return nil
        }
    }
}
