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
    /// Stores an entry, in the place of the one under its key. When there is no room, others are deleted, and it is tried once more.
    mutating func store(_ entry: EntryRow, today: Int) {
        guard entry.bytes.count <= min(SealedEntry.maximumSize, limit / 4) else { return }
        let used: Int? = read { try Self.usedBytes(in: $0) }
        if (used ?? 0) + entry.bytes.count + 4 * Self.pageSize > limit {
            cleanUp(compiler: entry.compiler, maximumAge: .max, today: today)
        }
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
        guard let bytes, bytes.count >= 32, bytes.count < 1 << 20 else { return nil }
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
        guard try usedBytes(in: database) > limit else { return 0 }
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT entries.id FROM entries LEFT JOIN programs ON programs.id = entries.id
                ORDER BY CAST(coalesce(memory_hits + disk_hits + compilations, 1) AS REAL) * max(coalesce(compile_ns, 0), 1)
                / max(entries.size, 1) / (1 + max(0, ? - coalesce(last_use, 0))), entries.id
                """, arguments: [today])
        for (count, row) in rows.enumerated() {
            // Entries share pages, and a page is free when the last of them is gone: so what counts are pages, now and then.
            if count % 16 == 0, try usedBytes(in: database) <= limit { return count }
            try database.execute(sql: "DELETE FROM entries WHERE id = ?", arguments: [row.integer(0)])
        }
        return rows.count
    }

    /// The bytes of the pages that are in use.
    static func usedBytes(in database: Database) throws -> Int {
        func pragma(_ name: String) throws -> Int {
            try Int.fetchOne(try database.cachedStatement(sql: "PRAGMA \(name)")) ?? 0
        }
        return (try pragma("page_count") - pragma("freelist_count")) * (try pragma("page_size"))
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
