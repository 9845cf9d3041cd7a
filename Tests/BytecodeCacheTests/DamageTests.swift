// A damaged database: what is wrong in it is never executed, and is there again after the next request.

import Foundation
import GRDB
import SerenaNetBytecode
import Synchronization
import Testing

@testable import BytecodeCache

@Suite struct DamageTests {
    /// A database with a few programs, in one file.
    private static func filled(_ folder: TemporaryFolder) throws -> (path: String, programs: [Int: FTAIBytecode]) {
        let cache = BytecodeCacheManager.open(folder)
        var programs: [Int: FTAIBytecode] = [:]
        for number in 0..<4 { programs[number] = try cache.program(for: Documents.request(number)).bytecode }
        cache.optimizeCache()
        return (try #require(cache.databasePath), programs)
    }

    /// Bytes all over the file, and those of its head that say how it may be used; every byte in the long suite.
    private static func places(in size: Int) -> [Int] {
        let isLong = ProcessInfo.processInfo.environment["SERENA_LONG_TESTS"] == "1"
        return isLong ? Array(0..<size) : Array(16..<24) + Array(stride(from: 0, to: size, by: 487))
    }

    @Test func flippedBitAnywhereIsNeverExecuted() throws {
        let original = TemporaryFolder()
        let (path, programs) = try Self.filled(original)
        let bytes = try Data(contentsOf: URL(filePath: path))
        var (found, rebuilt) = (0, 0)
        for place in Self.places(in: bytes.count) {
            let folder = TemporaryFolder()
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
            var damaged = bytes
            damaged[place] ^= 1 << (place % 8)
            try damaged.write(to: URL(filePath: folder.path).appending(path: URL(filePath: path).lastPathComponent))
            let cache = BytecodeCacheManager.open(folder)
            for (number, program) in programs {
                let answer = try cache.program(for: Documents.request(number))
                #expect(answer.bytecode == program, "byte \(place)")
                if answer.origin == .disk { found += 1 } else { rebuilt += 1 }
            }
            // A row whose number was changed can hide one that was found until another was stored; that is stored again then.
            for time in 2...3 {
                let again = BytecodeCacheManager.open(folder)
                for (number, program) in programs {
                    let answer = try again.program(for: Documents.request(number))
                    #expect(answer.bytecode == program, "byte \(place), opened \(time) times")
                    #expect(time == 2 || answer.origin == .disk, "byte \(place), opened \(time) times")
                }
            }
        }
        #expect(found > 0 && rebuilt > 0)
    }

    @Test func everyFlippedBitOfAnEntryIsSeen() throws {
        let cache = BytecodeCacheManager()
        let bytecode = try cache.program(for: Documents.request(1)).bytecode
        let key = cache.keys.key(of: Documents.request(1))
        let sealed = SealedEntry.seal(
            CachedProgram(bytecode, compilationTime: .microseconds(70), warningCount: 2), for: key)
        let opened = try #require(sealed.withUnsafeBytes { SealedEntry.open($0, for: key) })
        #expect(opened.bytecode == bytecode && opened.compilationTime == .microseconds(70) && opened.warningCount == 2)
        for place in sealed.indices {
            var damaged = sealed
            damaged[place] ^= 1 << (place % 8)
            #expect(damaged.withUnsafeBytes { SealedEntry.open($0, for: key) } == nil, "byte \(place)")
            #expect(!SealedEntry.isSound(Data(damaged), row: key.row, readsProgram: false), "byte \(place)")
        }
        for length in [0, 1, 40, 100, sealed.count - 1] {
            #expect(sealed.prefix(length).withUnsafeBytes { SealedEntry.open($0, for: key) } == nil)
        }
        let other = cache.keys.key(of: Documents.request(2))
        #expect(sealed.withUnsafeBytes { SealedEntry.open($0, for: other) } == nil)
    }

    @Test(arguments: [Data("this is no database".utf8), Data(repeating: 7, count: 40_000), Data()])
    func fileThatIsNoDatabaseIsLeftAloneAndReplaced(content: Data) throws {
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let path = folder.path + "/bytecode-1-0.sqlite"
        try content.write(to: URL(filePath: path))
        let cache = BytecodeCacheManager.open(folder)
        _ = try cache.program(for: Documents.request(1))
        _ = try cache.program(for: Documents.request(2))
        #expect(try BytecodeCacheManager.open(folder).program(for: Documents.request(2)).origin == .disk)
        if !content.isEmpty { #expect(try Data(contentsOf: URL(filePath: path)) == content) }
    }

    @Test func repairTakesOutWhatIsDamagedAndKeepsTheRest() throws {
        let folder = TemporaryFolder()
        let cache = BytecodeCacheManager.open(folder)
        for number in 0..<6 { _ = try cache.program(for: Documents.request(number)) }
        let key = try #require(cache.key(for: Documents.request(3)))
        cache.disk?.use { disk in
            _ = disk.write { database in
                try database.execute(
                    sql: "UPDATE entries SET entry = zeroblob(length(entry)) WHERE id = ?", arguments: [key.row])
            }
        }
        #expect(cache.verify().damaged == 1 && cache.verify().sound == 5)
        #expect(cache.repair().damaged == 1)
        #expect(cache.verify().isSound && cache.verify().sound == 5)
        let next = BytecodeCacheManager.open(folder)
        #expect(try next.program(for: Documents.request(3)).origin == .compiler)
        #expect(try next.program(for: Documents.request(4)).origin == .disk)
    }

    @Test func rebuiltDatabaseHasWhatWasSound() throws {
        let folder = TemporaryFolder()
        let cache = BytecodeCacheManager.open(folder)
        for number in 0..<6 { _ = try cache.program(for: Documents.request(number)) }
        cache.noteUse(of: "greet", elapsed: .zero)
        cache.flush()
        let before = cache.databasePath
        #expect(cache.disk?.use { $0.rebuild(0) } == .some(nil))
        #expect(cache.databasePath != before && cache.verify().sound == 6)
        let next = BytecodeCacheManager.open(folder)
        #expect(try next.program(for: Documents.request(5)).origin == .disk)
        #expect(next.patterns.totals.map(\.operation) == ["greet"])
    }

    // MARK: A disk that refuses

    @Test func folderThatCannotBeMadeLeavesTheMemoryAndWarnsOnce() throws {
        let folder = TemporaryFolder()
        try Data().write(to: URL(filePath: folder.path))
        let warnings = Mutex<[String]>([])
        let cache = BytecodeCacheManager.open(folder) { $0.warn = { text in warnings.withLock { $0.append(text) } } }
        for _ in 0..<2 {
            for number in 0..<5 { _ = try cache.program(for: Documents.request(number)) }
        }
        cache.optimizeCache()
        #expect(cache.figures.memoryHits == 5 && cache.figures.misses == 5)
        #expect(warnings.withLock { $0.count } == 1)
    }

    /// For the super-user every folder can be written; then there is nothing to see.
    @Test(.enabled(if: geteuid() != 0)) func folderThatIsWriteProtectedLeavesTheMemory() throws {
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o500])
        let warnings = Mutex<[String]>([])
        let cache = BytecodeCacheManager.open(folder) { $0.warn = { text in warnings.withLock { $0.append(text) } } }
        for _ in 0..<2 { _ = try cache.program(for: Documents.request(1)) }
        #expect(cache.figures.memoryHits == 1 && warnings.withLock { $0.count } == 1)
    }

    @Test(.enabled(if: geteuid() != 0)) func folderThatIsWriteProtectedIsReadAllTheSame() throws {
        let folder = TemporaryFolder()
        try Damage.fill(folder)
        func protect(_ mode: Int) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path)
        }
        try protect(0o500)
        let warnings = Mutex<[String]>([])
        let cache = BytecodeCacheManager.open(folder) { $0.warn = { text in warnings.withLock { $0.append(text) } } }
        for number in 0..<6 { #expect(try cache.program(for: Documents.request(number)).origin == .disk) }
        for number in 6..<8 { #expect(try cache.program(for: Documents.request(number)).origin == .compiler) }
        cache.flush()
        #expect(warnings.withLock { $0.count } == 1)
        #expect(cache.verify().isSound && cache.verify().sound == 6)
        #expect(throws: CacheObstacle.self) { try cache.clear() }
        #expect(cache.verify().sound == 6)
        try protect(0o700)
    }

    @Test func fullDiskLeavesTheMemoryAndWhatWasThere() throws {
        let folder = TemporaryFolder()
        let warnings = Mutex<[String]>([])
        _ = try BytecodeCacheManager.open(folder).program(for: Documents.request(0))
        let cache = BytecodeCacheManager.open(folder) { $0.warn = { text in warnings.withLock { $0.append(text) } } }
        #expect(try cache.program(for: Documents.request(0)).origin == .disk)
        // No page more than there are: SQLite then fails as it does on a full disk.
        cache.disk?.use { disk in
            _ = disk.read { try Int.fetchOne($0, sql: "PRAGMA max_page_count = 1") }
        }
        for number in 0..<40 { _ = try cache.program(for: Documents.request(number)) }
        for number in 0..<40 { #expect(try cache.program(for: Documents.request(number)).origin == .memory) }
        #expect(warnings.withLock { $0.count } == 1)
        #expect(try BytecodeCacheManager.open(folder).program(for: Documents.request(0)).origin == .disk)
    }
}
