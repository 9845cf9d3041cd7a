// What makes room on the disk: what is old, what is too much, what is worth least.

import GRDB

extension DiskTier {
    /// Figures, and lists of included documents, may each take one part in so many.
    private static let share = 8

    /// Cleans up unless that was done today already, by whatever process: for times at which nobody waits.
    mutating func cleanUpDaily(compiler: String, maximumAge: Int, today: Int) {
        guard today > 0, isWritable, lastCleanUp != today else { return }
        let day: Int? = read { try Int.fetchOne($0, sql: "PRAGMA application_id") }
        guard let day else { return }
        lastCleanUp = day
        if day != today { cleanUp(compiler: compiler, maximumAge: maximumAge, today: today) }
    }

    /// Deletes what other compilers left and nobody used for so many days, then figures and lists that take more than their share, then
    /// what is worth least, until the database keeps to four fifths of its limit.
    ///
    /// What an entry is worth is the rank of ``EvictionPolicy/greedyDualSizeFrequency`` over the days since its last use.
    ///
    /// - Parameter maximumAge: in days.
    @discardableResult
    mutating func cleanUp(compiler: String, maximumAge: Int, today: Int) -> CacheCleanUp {
        var done = CacheCleanUp()
        let oldest = maximumAge == .max ? Int.min : today - maximumAge
        let (target, excess) = (limit * 4 / 5, limit / Self.share)
        let isDone: Bool? = write { database in
            done.aged = try Self.deleteAged(before: oldest, besides: compiler, in: database)
            try Self.deleteExcess(excess, in: database)
            done.evicted = try Self.deleteLeastWorth(downTo: target, today: today, in: database)
            // The day of the last clean-up stands where SQLite keeps a number for its users.
            if maximumAge != .max { try database.execute(sql: "PRAGMA application_id = \(Int32(clamping: today))") }
            return true
        }
        guard isDone == true else { return CacheCleanUp(size: sizeOnDisk) }
        if maximumAge != .max { lastCleanUp = today }
        giveBackPages()
        deleteReplaced()
        done.size = sizeOnDisk
        return done
    }

    /// Entries without figures count as used today.
    private static func deleteAged(before day: Int, besides compiler: String, in database: Database) throws -> Int {
        guard day > Int.min else { return 0 }
        try database.execute(
            sql: """
                DELETE FROM entries WHERE compiler != ? AND id IN (SELECT id FROM programs WHERE last_use < ?)
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

    /// Keeps figures, and lists of included documents, each to so many bytes. First go those without an entry, of figures those that were
    /// used least lately.
    private static func deleteExcess(_ limit: Int, in database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM programs WHERE id IN (SELECT id FROM (
                    SELECT programs.id AS id,
                        sum(64 + length(programs.compiler) + length(program) + length(file) + length(level))
                        OVER (ORDER BY entries.id IS NULL, last_use DESC, programs.id) AS bytes
                    FROM programs LEFT JOIN entries ON entries.id = programs.id) WHERE bytes > ?)
                """, arguments: [limit])
        try database.execute(
            sql: """
                DELETE FROM includes WHERE id IN (SELECT id FROM (
                    SELECT id, sum(64 + length(compiler) + length(paths))
                        OVER (ORDER BY compiler NOT IN (SELECT compiler FROM entries), id) AS bytes
                    FROM includes) WHERE bytes > ?)
                """, arguments: [limit])
    }

    private static func deleteLeastWorth(downTo limit: Int, today: Int, in database: Database) throws -> Int {
        guard try usedBytes(in: database) > limit else { return 0 }
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT entries.id FROM entries LEFT JOIN programs ON programs.id = entries.id
                ORDER BY CAST(max(coalesce(memory_hits + disk_hits + compilations, 1), 1) AS REAL)
                * max(coalesce(compile_ns, 0), 1) / max(entries.size, 1) / (1 + max(0, ? - coalesce(last_use, ?))),
                entries.id
                """, arguments: [today, today])
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
