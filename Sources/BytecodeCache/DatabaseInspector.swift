// What is damaged in a database, and which of its rows can still be read.

import Foundation
import GRDB

/// Looks through a database over a connection of its own that changes nothing.
struct DatabaseInspector {
    private(set) var found = CacheInspection()
    /// The rows of the entries that are damaged.
    private(set) var damaged: [Int64] = []
    /// Programs of other compilers are not judged.
    private let compiler: String

    init(compiler: String) {
        self.compiler = compiler
    }

    /// Looks at the database in a file.
    mutating func inspect(_ path: String) {
        do {
            let queue = try DatabaseFile.forReading(path)
            try queue.read { database in
                // Where nothing was ever written, there is nothing that could be damaged.
                guard try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") != 0 else { return }
                judgeTables(of: database)
                try judgeEntries(of: database)
                note(try String.fetchAll(database, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" })
            }
        } catch {
            note(error)
        }
    }

    private mutating func judgeTables(of database: Database) {
        for (table, columns) in DatabaseFile.tables {
            do { _ = try database.makeStatement(sql: "SELECT \(columns) FROM \(table)") } catch { note(error) }
        }
    }

    private mutating func judgeEntries(of database: Database) throws {
        for row in try RowNumbers.all(of: "entries", in: database) {
            do {
                let columns = try Row.fetchOne(
                    database, sql: "SELECT compiler, entry FROM entries WHERE id = ?", arguments: [row])
                let isOwn = columns?.text(0) == compiler
                if !isOwn { found.ofOtherCompilers += 1 }
                guard let bytes = columns.flatMap({ Data.fromDatabaseValue($0[1] as DatabaseValue) }),
                    SealedEntry.isSound(bytes, row: row, readsProgram: isOwn)
                else {
                    damaged.append(row)
                    continue
                }
                found.sound += 1
            } catch {
                note(error)
                damaged.append(row)
            }
        }
        found.damaged = damaged.count
    }

    private mutating func note(_ error: any Error) {
        if let error = error as? DatabaseError, !DatabaseFile.saysNothingOfTheFile(error) {
            note([error.message ?? error.description])
        } else if found.obstacle == nil {
            found.obstacle = DatabaseFile.reason(error)
        }
    }

    private mutating func note(_ problems: [String]) {
        found.problems += problems.filter { !found.problems.contains($0) }
    }
}

/// The numbers of the rows that can be found in a table, also in one that is damaged.
enum RowNumbers {
    /// Halves of halves in which rows are looked for between two places that cannot be read.
    private static let depth = 8

    /// Reads from both ends, and where both get stuck, each half of what lies between: the numbers are evenly distributed.
    ///
    /// - Throws: `DatabaseError`, when the disk or another process is in the way.
    static func all(of table: String, in database: Database) throws -> [Int64] {
        var found: Set<Int64> = []
        var open = [(first: Int64.min, last: Int64.max, depth: 0)]
        while let range = open.popLast() {
            let up = try read(table, range.first, range.last, "ASC", in: database)
            found.formUnion(up.numbers)
            guard !up.isComplete else { continue }
            let down = try read(table, range.first, range.last, "DESC", in: database)
            found.formUnion(down.numbers)
            let (first, last) = (up.numbers.last ?? range.first, down.numbers.last ?? range.last)
            guard range.depth < depth, first < last else { continue }
            let middle = first / 2 + last / 2
            open += [(first, middle, range.depth + 1), (middle + 1, last, range.depth + 1)]
        }
        return found.sorted()
    }

    private static func read(
        _ table: String, _ first: Int64, _ last: Int64, _ order: String, in database: Database
    ) throws -> (numbers: [Int64], isComplete: Bool) {
        var numbers: [Int64] = []
        do {
            let cursor = try Int64.fetchCursor(
                database, sql: "SELECT id FROM \(table) WHERE id BETWEEN ? AND ? ORDER BY id \(order)",
                arguments: [first, last])
            while let number = try cursor.next() { numbers.append(number) }
            return (numbers, true)
        } catch let error as DatabaseError where !DatabaseFile.saysNothingOfTheFile(error) {
            return (numbers, false)
        }
    }
}
