// What makes room on the disk: what is old, what is too much, what is worth least.

import GRDB

extension DiskTier {
    /// Deletes what other compilers left and nobody used for so many days, then what is worth least, until the database keeps to four fifths of its limit.
    ///
    /// What an entry is worth is the rank of ``EvictionPolicy/greedyDualSizeFrequency`` over the days since its last use.
    ///
    /// - Parameter maximumAge: in days.
    @discardableResult
    mutating func cleanUp(compiler: String, maximumAge: Int, today: Int) -> CacheCleanUp {
        var done = CacheCleanUp()
        let oldest = maximumAge == .max ? Int.min : today - maximumAge
        let target = limit * 4 / 5
        let isDone: Bool? = write { database in
            done.aged = try Self.deleteAged(before: oldest, besides: compiler, in: database)
            done.evicted = try Self.deleteLeastWorth(downTo: target, today: today, in: database)
            return true
        }
        guard isDone == true else { return CacheCleanUp(size: sizeOnDisk) }
        giveBackPages()
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
    ///
    /// - Returns: nil when they are gone, else why they are not.
    mutating func removeAll() -> String? {
        let before = replacements
        if deleteRows() { return nil }
        // A damaged database was left for the next one, and with that it goes.
        return replacements > before && deleteRows() ? nil : refusal
    }

    private mutating func deleteRows() -> Bool {
        let isDone: Bool? = write { database in
            for (table, _) in DatabaseFile.tables { try database.execute(sql: "DELETE FROM \(table)") }
            return true
        }
        guard isDone == true else { return false }
        giveBackPages()
        deleteReplaced()
        return true
    }

    private mutating func giveBackPages() {
        writeOutsideOfTransaction { database in
            // Each row that the pragma gives is a page that is given back.
            _ = try Row.fetchAll(database, sql: "PRAGMA incremental_vacuum")
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }
}
