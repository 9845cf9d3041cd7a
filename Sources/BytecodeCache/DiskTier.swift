// The programs on the disk, in SQLite: opened, read, written, and what happens when the disk refuses.

import Foundation
import GRDB

/// A database of sealed entries that several processes share. Used by one thread at a time.
///
/// Nothing here fails: when the disk does, the cache goes on without it. A database that SQLite finds damaged is left as it is, and a new one with the
/// next number in its name takes its place; processes that still use the old one come to the same end. Journal mode WAL with `synchronous = NORMAL`:
/// a process that is killed loses what it was writing, a power cut perhaps the last entries, and neither damages the rest (SQLite documentation,
/// "Write-Ahead Logging").
struct DiskTier {
    /// Databases that may be found damaged before the disk itself is suspected.
    private static let mostReplacements = 3

    let folder: String
    let limit: Int
    private let warn: @Sendable (String) -> Void

    private var queue: DatabaseQueue? {
        // A statement belongs to its connection.
        willSet { entryStatement = nil }
    }
    private var entryStatement: EntryStatement?
    private var generation = 0
    private var isGivenUp = false
    private var mayWrite = true
    private var hasWarned = false
    /// Why something could not be done last.
    private(set) var refusal = "it cannot be written"
    /// The day of the last clean-up, as far as this process knows.
    var lastCleanUp: Int?
    private(set) var replacements = 0
    private(set) var busy = 0

    init(folder: String, limit: Int, warn: @escaping @Sendable (String) -> Void) {
        self.folder = folder
        self.limit = limit
        self.warn = warn
    }

    /// The file that is used now.
    var path: String { Self.path(in: folder, generation) }

    /// Whether the disk takes entries, as far as is known.
    var isWritable: Bool { mayWrite && !isGivenUp }

    static func path(in folder: String, _ generation: Int) -> String { path(of: name(generation), in: folder) }

    private static func path(of name: String, in folder: String) -> String {
        URL(filePath: folder).appending(path: name).path(percentEncoded: false)
    }

    private static func name(_ generation: Int) -> String {
        "bytecode-\(DatabaseFile.schemaVersion)-\(generation).sqlite"
    }

    /// The number of the database that other processes would open now; nil when there is none.
    var newest: Int? { Self.generations(in: folder).max() }

    /// Goes on with a database that stands in the folder.
    mutating func goOn(with number: Int) {
        guard generation != number else { return }
        (queue, generation) = (nil, number)
    }

    /// The databases in a folder by their number.
    private static func generations(in folder: String) -> [Int] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap(number(of:))
    }

    private static func number(of name: String) -> Int? {
        guard let digits = name.split(separator: "-").last?.split(separator: ".").first, digits.count <= 15,
            let number = Int(digits), name == Self.name(number)
        else { return nil }
        return number
    }

    // MARK: Work with the database

    /// Reads without a transaction: for single statements.
    mutating func read<Value>(_ body: (Database) throws -> Value?) -> Value? {
        perform { try $0.unsafeRead(body) }
    }

    /// Writes in one transaction.
    @discardableResult
    mutating func write<Value>(_ body: (Database) throws -> Value) -> Value? {
        guard mayWrite else { return nil }
        return perform { try $0.write(body) }
    }

    /// Writes without a transaction: for statements that make their own, or cannot be in one.
    @discardableResult
    mutating func writeOutsideOfTransaction<Value>(_ body: (Database) throws -> Value) -> Value? {
        guard mayWrite else { return nil }
        return perform { try $0.writeWithoutTransaction(body) }
    }

    /// Reads the entry of a row with a function that needs its bytes only as long as it runs.
    ///
    /// - Returns: nil when there is no entry.
    mutating func withEntry<Value>(ofRow row: Int64, _ body: (UnsafeRawBufferPointer) -> Value) -> Value? {
        var statement = entryStatement
        let value = perform { queue in
            // What is asked of SQLite here does not go over the queue: the lock around this type already keeps others
            // away from the connection.
            let prepared = try statement ?? queue.inDatabase { try EntryStatement($0) }
            statement = prepared
            return try prepared.withEntry(ofRow: row, body)
        }
        if queue != nil { entryStatement = statement }
        return value
    }

    private mutating func perform<Value>(_ body: (DatabaseQueue) throws -> Value?) -> Value? {
        do {
            guard let queue = try opened() else { return nil }
            return try body(queue)
        } catch let error as DatabaseError {
            handle(error)
        } catch {
            giveUp("\(error.localizedDescription)")
        }
        return nil
    }

    private mutating func opened() throws -> DatabaseQueue? {
        if let queue { return queue }
        guard !isGivenUp else { return nil }
        let opened = try mayWrite ? openedForWriting() : DatabaseFile.forReading(path)
        queue = opened
        return opened
    }

    /// What cannot be written is opened for reading, where that is possible.
    private mutating func openedForWriting() throws -> DatabaseQueue {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            generation = max(generation, Self.generations(in: folder).max() ?? 0)
            return try DatabaseFile.forWriting(path, limit: limit)
        } catch let error as DatabaseError
            where DatabaseFile.saysNothingOfTheFile(error) && !DatabaseFile.isBusy(error)
            && !(error.resultCode == .SQLITE_READONLY && isFileWritable)
        {
            guard let readable = try? DatabaseFile.forReading(path) else { throw error }
            queue = readable
            stopWriting("it cannot be written")
            return readable
        }
    }

    // MARK: What the disk refuses

    private mutating func handle(_ error: DatabaseError) {
        refusal = DatabaseFile.reason(error)
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: busy += 1
        case .SQLITE_FULL: stopWriting("the disk, or the cache's share of it, is full")
        // A flipped bit in its head makes a file that can be written one that SQLite will not write.
        case .SQLITE_READONLY where isFileWritable: replace()
        case .SQLITE_READONLY, .SQLITE_PERM: stopWriting("it cannot be written")
        case .SQLITE_IOERR where queue != nil: stopWriting(error.message ?? "the disk reports an error")
        case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_AUTH, .SQLITE_NOMEM, .SQLITE_INTERRUPT:
            giveUp(error.message ?? error.description)
        default: replace()
        }
    }

    private var isFileWritable: Bool {
        [folder, path].allSatisfy { FileManager.default.isWritableFile(atPath: $0) }
    }

    private mutating func stopWriting(_ reason: String) {
        mayWrite = false
        refusal = reason
        if queue == nil { isGivenUp = true }
        warnOnce(reason)
    }

    private mutating func giveUp(_ reason: String) {
        isGivenUp = true
        refusal = reason
        queue = nil
        warnOnce(reason)
    }

    private mutating func warnOnce(_ reason: String) {
        guard !hasWarned else { return }
        hasWarned = true
        warn("the bytecode cache in \(folder) goes on in memory alone: \(reason)")
    }

    /// Leaves a damaged database alone and goes on with the next, where one can be made.
    private mutating func replace() {
        queue = nil
        replacements += 1
        guard mayWrite else { return giveUp("the database is damaged") }
        guard replacements <= Self.mostReplacements else { return giveUp("databases get damaged again and again") }
        // Another process may have come here before, and made the next one already.
        let newest = Self.generations(in: folder).max() ?? generation
        generation = newest > generation ? newest : generation + 1
    }

    /// Deletes the databases that were left alone as damaged, and what is left of repairs that were broken off.
    func deleteReplaced() {
        let current = Self.name(generation)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let isOld = Self.number(of: name).map { $0 < generation } ?? name.hasPrefix(current + ".repair-")
            guard isOld else { continue }
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: Self.path(of: name, in: folder) + suffix)
            }
        }
    }

    /// The bytes of the database with its journal.
    var sizeOnDisk: Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum + ((attributes?[.size] as? Int) ?? 0)
        }
    }
}

/// Values of rows, which in a damaged file may be of any type.
extension Row {
    func integer(_ column: Int) -> Int? {
        Int.fromDatabaseValue(self[column] as DatabaseValue)
    }

    /// A number that was counted up: not negative, and not so large that sums of thousands of them overflow.
    func count(_ column: Int) -> Int {
        ProgramFigures.clamped(integer(column) ?? 0)
    }

    func text(_ column: Int) -> String? {
        String.fromDatabaseValue(self[column] as DatabaseValue)
    }
}
