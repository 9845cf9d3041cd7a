// Entries on the disk: read, stored, taken out; and the lists of what documents include.

import Crypto
import Foundation
import GRDB

/// An entry with what clean-up and figures need to know of it.
struct EntryRow {
    let key: CacheKey
    let compiler: String
    let bytes: [UInt8]
}

extension DiskTier {
    /// Opens the entry under a key with a function that needs its bytes only as long as it runs.
    ///
    /// - Returns: nil when there is no entry.
    mutating func withEntry<Value>(for key: CacheKey, _ body: (Data) -> Value) -> Value? {
        read { database in
            let statement = try database.cachedStatement(sql: "SELECT entry FROM entries WHERE id = ?")
            let rows = try Row.fetchCursor(statement, arguments: [key.row])
            guard let row = try rows.next() else { return nil }
            return try row.withUnsafeData(atIndex: 0) { body($0 ?? Data()) }
        }
    }

    /// Stores an entry, in the place of the one under its key. When there is no room, others are deleted, and it is tried once more.
    mutating func store(_ entry: EntryRow, today: Int) {
        guard entry.bytes.count <= min(SealedEntry.maximumSize, limit / 4) else { return }
        if sizeOnDisk + entry.bytes.count > limit { cleanUp(compiler: entry.compiler, maximumAge: .max, today: today) }
        write { database in
            let statement = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO entries (id, compiler, size, entry) VALUES (?, ?, ?, ?)")
            try statement.execute(
                arguments: [entry.key.row, entry.compiler, entry.bytes.count, Data(entry.bytes)])
        }
    }

    mutating func remove(_ key: CacheKey) {
        write { try $0.execute(sql: "DELETE FROM entries WHERE id = ?", arguments: [key.row]) }
    }

    // MARK: Includes

    /// The paths of the documents that a document included when it was compiled last; nil when that is not known, or the list is damaged.
    mutating func includedPaths(for key: CacheKey) -> [String]? {
        let bytes: Data? = read { database in
            let row = try Row.fetchOne(database, sql: "SELECT paths FROM includes WHERE id = ?", arguments: [key.row])
            return row.flatMap { Data.fromDatabaseValue($0[0] as DatabaseValue) }
        }
        guard let bytes, bytes.count > 32, bytes.count < 1 << 20 else { return nil }
        let (seal, text) = (bytes.prefix(32), bytes.dropFirst(32))
        guard Self.seal(key, text).elementsEqual(seal) else { return nil }
        return String(decoding: text, as: UTF8.self).split(separator: "\0").map(String.init)
    }

    mutating func store(includedPaths paths: [String], for key: CacheKey, compiler: String) {
        let text = Data(paths.joined(separator: "\0").utf8)
        write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO includes (id, compiler, paths) VALUES (?, ?, ?)",
                arguments: [key.row, compiler, Data(Self.seal(key, text)) + text])
        }
    }

    private static func seal(_ key: CacheKey, _ text: Data) -> SHA256.Digest {
        var hash = SHA256()
        hash.update(data: key.bytes)
        hash.update(data: text)
        return hash.finalize()
    }

    // MARK: Clean-up

    /// Deletes what other compilers left and nobody used for so many days, then what is worth least, until the database keeps to four fifths of its
    /// limit.
    ///
    /// What an entry is worth is the rank of ``EvictionPolicy/greedyDualSizeFrequency`` over the days since its last use.
    ///
    /// - Parameter maximumAge: in days.
    @discardableResult
    mutating func cleanUp(compiler: String, maximumAge: Int, today: Int) -> CacheCleanUp {
        var done = CacheCleanUp()
        let oldest = maximumAge == .max ? Int.min : today - maximumAge
        let target = limit * 4 / 5
        writeOutsideOfTransaction { database in
            try database.inTransaction(.immediate) {
                done.aged = try Self.deleteAged(before: oldest, besides: compiler, in: database)
                done.evicted = try Self.deleteLeastWorth(downTo: target, today: today, in: database)
                return .commit
            }
            // Each row that the pragma gives is a page that is given back.
            _ = try Row.fetchAll(database, sql: "PRAGMA incremental_vacuum")
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        deleteReplaced()
        done.size = sizeOnDisk
        return done
    }

    private static func deleteAged(before day: Int, besides compiler: String, in database: Database) throws -> Int {
        guard day > Int.min else { return 0 }
        try database.execute(
            sql: """
                DELETE FROM entries WHERE compiler != ? AND id NOT IN (SELECT id FROM programs WHERE last_use >= ?)
                """, arguments: [compiler, day])
        let count = database.changesCount
        try database.execute(
            sql: "DELETE FROM programs WHERE last_use < ? AND id NOT IN (SELECT id FROM entries)", arguments: [day])
        try database.execute(
            sql: """
                DELETE FROM includes WHERE compiler != ? AND compiler NOT IN (SELECT compiler FROM entries)
                """, arguments: [compiler])
        return count
    }

    private static func deleteLeastWorth(downTo limit: Int, today: Int, in database: Database) throws -> Int {
        let used = try Int.fetchOne(
            database,
            sql: """
                SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)
                """)
        let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size")
        var excess = (used ?? 0) * (pageSize ?? 0) - limit
        guard excess > 0 else { return 0 }
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT entries.id, entries.size FROM entries LEFT JOIN programs ON programs.id = entries.id
                ORDER BY CAST(coalesce(memory_hits + disk_hits + compilations, 1) AS REAL) * max(coalesce(compile_ns, 0), 1)
                / max(entries.size, 1) / (1 + max(0, ? - coalesce(last_use, 0))), entries.id
                """, arguments: [today])
        var count = 0
        for row in rows where excess > 0 {
            guard let id = row.integer(0), let size = row.integer(1) else { continue }
            try database.execute(sql: "DELETE FROM entries WHERE id = ?", arguments: [id])
            excess -= max(size, 0)
            count += 1
        }
        return count
    }

    /// Deletes all entries, figures and patterns.
    mutating func removeAll() {
        writeOutsideOfTransaction { database in
            try database.inTransaction(.immediate) {
                for table in ["entries", "includes", "programs", "steps", "moments"] {
                    try database.execute(sql: "DELETE FROM \(table)")
                }
                return .commit
            }
            _ = try Row.fetchAll(database, sql: "PRAGMA incremental_vacuum")
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        deleteReplaced()
    }
}
