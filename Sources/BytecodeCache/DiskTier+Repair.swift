// The database looked through and mended.

import Foundation
import GRDB

extension DiskTier {
    /// Reads every entry, and asks SQLite about the file that is used now. Changes nothing, and makes neither folder nor file.
    ///
    /// - Returns: also the rows of the entries that are damaged.
    func inspect(compiler: String) -> (found: CacheInspection, damaged: [Int64]) {
        var inspector = DatabaseInspector(compiler: compiler)
        let files = FileManager.default
        if files.fileExists(atPath: folder), !files.isReadableFile(atPath: folder) {
            var found = CacheInspection()
            found.obstacle = "the folder cannot be read"
            return (found, [])
        }
        guard let newest else { return (inspector.found, []) }
        let path = Self.path(in: folder, newest)
        let before = Self.times(of: path)
        inspector.inspect(path)
        if !inspector.found.isSound, Self.times(of: path) != before {
            // Another process wrote to what may have been taken for a file that does not change.
            inspector = DatabaseInspector(compiler: compiler)
            inspector.inspect(path)
        }
        return (inspector.found, inspector.damaged)
    }

    /// When a database and its journal were written to last.
    private static func times(of path: String) -> [Date?] {
        ["", "-wal"].map { suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return attributes?[.modificationDate] as? Date
        }
    }

    /// Takes out the entries that are damaged. When the file itself is, what is sound goes into a new one.
    ///
    /// - Returns: what was found.
    mutating func repair(compiler: String) -> CacheInspection {
        var (found, damaged) = inspect(compiler: compiler)
        guard let newest, found.obstacle == nil, !found.isSound else { return found }
        found.obstacle = found.problems.isEmpty ? delete(damaged, from: newest) : rebuild(newest)
        return found
    }

    /// - Returns: nil when it is done, else why not.
    private mutating func delete(_ rows: [Int64], from number: Int) -> String? {
        goOn(with: number)
        let isDone: Bool? = write { database in
            for row in rows { try database.execute(sql: "DELETE FROM entries WHERE id = ?", arguments: [row]) }
            return true
        }
        return isDone == true ? nil : refusal
    }

    /// Takes what can be read of a database into the next one, which has its name when it is complete, and deletes the old one then.
    ///
    /// - Returns: nil when it is done, else why not.
    mutating func rebuild(_ number: Int) -> String? {
        let (files, next) = (FileManager.default, Self.path(in: folder, number + 1))
        let draft = "\(next).repair-\(ProcessInfo.processInfo.processIdentifier)"
        defer { for suffix in ["", "-journal"] { try? files.removeItem(atPath: draft + suffix) } }
        do {
            try DatabaseRescue.copy(Self.path(in: folder, number), to: draft)
            guard !files.fileExists(atPath: next) else { return "another process has begun a new one; try again" }
            // A journal that was left behind would be taken for that of the new database.
            for suffix in ["-wal", "-shm"] { try? files.removeItem(atPath: next + suffix) }
            try files.moveItem(atPath: draft, toPath: next)
        } catch {
            return DatabaseFile.reason(error)
        }
        goOn(with: number + 1)
        deleteReplaced()
        return nil
    }
}
