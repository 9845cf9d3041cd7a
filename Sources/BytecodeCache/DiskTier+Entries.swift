// Entries on the disk: stored and taken out; and the lists of what documents include.

import Crypto
import Foundation
import GRDB

/// An entry with what clean-up and figures need to know of it.
struct EntryRow {
    let key: CacheKey
    let compiler: String
    let bytes: [UInt8]
    /// What stands beside it; nil for nothing.
    var figures: ProgramFigures?
}

extension DiskTier {
    /// Stores an entry, in the place of the one under its key. When there is no room, others are deleted, and it is tried once more.
    mutating func store(_ entry: EntryRow, today: Int) {
        guard entry.bytes.count <= min(SealedEntry.maximumSize, limit / 4) else { return }
        let used: Int? = read { try Self.usedBytes(in: $0) }
        if (used ?? 0) + entry.bytes.count + 4 * DatabaseFile.pageSize > limit {
            cleanUp(compiler: entry.compiler, maximumAge: .max, today: today)
        }
        write { database in
            let statement = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO entries (id, compiler, size, entry) VALUES (?, ?, ?, ?)")
            try statement.execute(
                arguments: [entry.key.row, entry.compiler, entry.bytes.count, Data(entry.bytes)])
            // Its age counts from now on, also when nobody writes down what it was used for.
            if var figures = entry.figures {
                (figures.compiler, figures.lastUse) = (entry.compiler, today)
                try Self.add(figures, for: entry.key, in: database)
            }
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
}
