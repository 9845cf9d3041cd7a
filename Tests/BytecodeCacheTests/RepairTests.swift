// A damaged database looked through and mended: what is sound stays, and what is only busy is left alone.

import Foundation
import GRDB
import Testing

@testable import BytecodeCache

/// Databases changed behind the cache's back.
enum Damage {
    static func path(_ folder: TemporaryFolder) -> String { folder.path + "/bytecode-1-0.sqlite" }

    /// A database with so many programs and a pattern, which nobody has open.
    static func fill(_ folder: TemporaryFolder, count: Int = 6) throws {
        let cache = BytecodeCacheManager.open(folder)
        for number in 0..<count { _ = try cache.program(for: Documents.request(number)) }
        cache.noteUse(of: "greet", elapsed: .zero)
        cache.optimizeCache()
    }

    static func change(_ folder: TemporaryFolder, _ sql: String) throws {
        try DatabaseQueue(path: path(folder)).inDatabase { try $0.execute(sql: sql) }
    }

    /// Another connection, which writes and does not come to an end.
    static func hold(_ folder: TemporaryFolder) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: path(folder), configuration: configuration)
        try queue.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        return queue
    }

    static func write(_ bytes: [UInt8], at place: Int, _ folder: TemporaryFolder) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: path(folder)))
        try file.seek(toOffset: UInt64(place))
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }

    /// Makes the first page of a table one that is none.
    static func breakTable(_ name: String, _ folder: TemporaryFolder) throws {
        try write([0xff], at: (root(of: name, folder) - 1) * DatabaseFile.pageSize, folder)
    }

    /// The first page of a table.
    static func root(of table: String, _ folder: TemporaryFolder) throws -> Int {
        let page = try DatabaseQueue(path: path(folder)).inDatabase { database in
            try Int.fetchOne(database, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [table])
        }
        return try #require(page)
    }

    /// All files of a folder.
    static func contents(_ folder: TemporaryFolder) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, try Data(contentsOf: URL(filePath: folder.path + "/" + name)))
            })
    }
}

@Suite struct RepairTests {
    @Test func whereNothingIsThereIsNothingToVerify() {
        let folder = TemporaryFolder()
        #expect(BytecodeCacheManager.open(folder).verify() == CacheInspection())
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test(arguments: ["head", "entries", "programs", "dropped"])
    func damagedDatabaseIsCalledDamagedAndLeftAsItIs(part: String) throws {
        let folder = TemporaryFolder()
        try Damage.fill(folder)
        switch part {
        case "head": try Damage.write(Array("XXXX".utf8), at: 0, folder)
        case "dropped": try Damage.change(folder, "DROP TABLE moments")
        default: try Damage.breakTable(part, folder)
        }
        let before = try Damage.contents(folder)
        for _ in 0..<2 {
            let found = BytecodeCacheManager.open(folder).verify()
            #expect(!found.isSound && !found.problems.isEmpty && found.obstacle == nil)
        }
        #expect(try Damage.contents(folder) == before)
    }

    @Test func soundDatabaseIsReadWithoutAFileBesideIt() throws {
        let folder = TemporaryFolder()
        try Damage.fill(folder)
        let before = try Damage.contents(folder)
        let found = BytecodeCacheManager.open(folder).verify()
        #expect(found.isSound && found.sound == 6)
        #expect(try Damage.contents(folder) == before)
    }

    @Test(arguments: ["programs", "includes", "moments"], [false, true])
    func brokenTableCostsNoEntry(table: String, isDropped: Bool) throws {
        let folder = TemporaryFolder()
        try Damage.fill(folder)
        if isDropped {
            try Damage.change(folder, "DROP TABLE \(table)")
        } else {
            try Damage.breakTable(table, folder)
        }
        let found = BytecodeCacheManager.open(folder).repair()
        #expect(found.sound == 6 && !found.problems.isEmpty && found.obstacle == nil)
        let cache = BytecodeCacheManager.open(folder)
        #expect(cache.verify().isSound && cache.verify().sound == 6)
        #expect(cache.patterns.totals.map(\.operation) == ["greet"])
        #expect(cache.programs.count == (table == "programs" ? 0 : 6))
        #expect(!FileManager.default.fileExists(atPath: Damage.path(folder)))
    }

    /// The pages of the entries by their numbers, from the page above them (SQLite documentation, "Database File Format", 1.6).
    private static func leaves(_ folder: TemporaryFolder) throws -> [Int] {
        let bytes = try Data(contentsOf: URL(filePath: Damage.path(folder)))
        let start = (try Damage.root(of: "entries", folder) - 1) * DatabaseFile.pageSize
        func number(at place: Int, _ count: Int) -> Int {
            bytes[start + place..<start + place + count].reduce(0) { $0 << 8 | Int($1) }
        }
        #expect(bytes[start] == 5)
        return (0..<number(at: 3, 2)).map { number(at: number(at: 12 + 2 * $0, 2), 4) } + [number(at: 8, 4)]
    }

    @Test func brokenPageCostsNoMoreThanWhatIsOnIt() throws {
        let folder = TemporaryFolder()
        try Damage.fill(folder, count: 160)
        let leaves = try Self.leaves(folder)
        try #require(leaves.count > 8)
        for page in [leaves[1], leaves[leaves.count - 2]] {
            try Damage.write([0xff], at: (page - 1) * DatabaseFile.pageSize, folder)
        }
        #expect(BytecodeCacheManager.open(folder).repair().obstacle == nil)
        let cache = BytecodeCacheManager.open(folder)
        #expect(cache.verify().isSound && (120..<160).contains(cache.verify().sound))
    }

    @Test func repairThatCannotBeFinishedLeavesEverything() throws {
        let folder = TemporaryFolder()
        try Damage.fill(folder)
        try Damage.breakTable("programs", folder)
        // Where the new database is to be made there is a folder.
        let number = ProcessInfo.processInfo.processIdentifier
        let draft = folder.path + "/bytecode-1-1.sqlite.repair-\(number)/x"
        try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: true)
        let cache = BytecodeCacheManager.open(folder)
        let before = try Data(contentsOf: URL(filePath: Damage.path(folder)))
        #expect(cache.repair().obstacle != nil)
        #expect(try Data(contentsOf: URL(filePath: Damage.path(folder))) == before)
        #expect(cache.databasePath == Damage.path(folder))
    }

    // MARK: Other processes

    @Test func busyDatabaseIsNotADamagedOne() throws {
        let folder = TemporaryFolder()
        try Damage.fill(folder)
        let other = try DatabaseQueue(path: Damage.path(folder))
        try other.inDatabase { database in
            try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; DELETE FROM moments; COMMIT")
        }
        let cache = BytecodeCacheManager.open(folder)
        for found in [cache.verify(), cache.repair()] {
            #expect(found.problems == [] && found.damaged == 0)
            #expect(found.obstacle == "another process keeps it busy; try again")
        }
        try other.close()
        #expect(cache.verify().isSound && cache.verify().sound == 6)
    }

    @Test func whatCannotBeDeletedIsNotCalledDeleted() throws {
        let folder = TemporaryFolder()
        try Damage.fill(folder)
        try Damage.change(folder, "UPDATE entries SET entry = x'00' WHERE id = (SELECT min(id) FROM entries)")
        let other = try Damage.hold(folder)
        let cache = BytecodeCacheManager.open(folder)
        let busy = CacheObstacle(reason: "another process keeps it busy; try again")
        #expect(throws: busy) { try cache.clear() }
        #expect(cache.verify().sound == 5 && cache.verify().damaged == 1)
        #expect(cache.repair().obstacle == busy.reason)
        try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
        #expect(cache.repair().damaged == 1)
        #expect(cache.verify().isSound && cache.verify().sound == 5)
        try cache.clear()
        #expect(cache.verify() == CacheInspection())
    }

    @Test func damagedDatabaseIsClearedAsWell() throws {
        let folder = TemporaryFolder()
        try Damage.fill(folder)
        try Damage.breakTable("entries", folder)
        try BytecodeCacheManager.open(folder).clear()
        #expect(BytecodeCacheManager.open(folder).verify() == CacheInspection())
        #expect(!FileManager.default.fileExists(atPath: Damage.path(folder)))
    }

    @Test func whoeverReadsDoesNotWaitForWhoeverWrites() throws {
        let folder = TemporaryFolder()
        try Damage.fill(folder)
        let other = try Damage.hold(folder)
        let cache = BytecodeCacheManager.open(folder)
        for number in 0..<6 { #expect(try cache.program(for: Documents.request(number)).origin == .disk) }
        #expect(cache.figures.busy == 0)
        try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
    }
}
