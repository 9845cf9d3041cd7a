// What is compiled once is not compiled again, in this process and the next, until something changes.

import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode
import Synchronization
import Testing

@testable import BytecodeCache

@Suite struct CacheTests {
    @Test func secondRequestComesFromMemory() throws {
        let cache = BytecodeCacheManager()
        let first = try cache.program(for: Documents.request(1))
        let second = try cache.program(for: Documents.request(1))
        #expect(first.origin == .compiler && second.origin == .memory)
        #expect(first.bytecode == second.bytecode && first.key == second.key)
        #expect(cache.getCachedBytecode(first.key)?.bytecode == first.bytecode)
        #expect(cache.figures.misses == 1 && cache.figures.memoryHits == 2)
        #expect(cache.figures.hitRate == 2.0 / 3)
    }

    @Test func anotherProcessFindsItOnTheDisk() throws {
        let folder = TemporaryFolder()
        let first = try BytecodeCacheManager.open(folder).program(for: Documents.request(1))
        let cache = BytecodeCacheManager.open(folder)
        let second = try cache.program(for: Documents.request(1))
        #expect(second.origin == .disk && second.bytecode == first.bytecode)
        #expect(try cache.program(for: Documents.request(1)).origin == .memory)
        #expect(try FTAICompiler().compile(Documents.source(1)).bytecode == second.bytecode)
    }

    @Test func folderMayHaveAnyName() throws {
        let folder = TemporaryFolder("cache dir ü 100%")
        _ = try BytecodeCacheManager.open(folder).program(for: Documents.request(1))
        let cache = BytecodeCacheManager.open(folder)
        #expect(try cache.program(for: Documents.request(1)).origin == .disk)
        #expect(cache.databasePath == folder.path + "/bytecode-1-0.sqlite")
        #expect(cache.sizeOnDisk > 0)
        let home = ["SERENA_HOME": "/home/a b/ü%20"]
        #expect(CacheFolder.standard(environment: home) == "/home/a b/ü%20/Cache")
        #expect(CacheFolder.standard(environment: ["HOME": "/home/a b"]) == "/home/a b/.cache/serena")
    }

    @Test func documentWithErrorsIsRefusedEveryTime() {
        let cache = BytecodeCacheManager()
        let request = CompilationRequest(
            FTAISource(file: "bad.ftai", text: "@ftai v2.0\n@task a\n@do\nsay 1 +\n@end\n@end\n"))
        for _ in 0..<2 { #expect(throws: CompilationError.self) { try cache.program(for: request) } }
        #expect(cache.figures.programsInMemory == 0)
    }

    @Test func programThatIsNotSafeToRunIsNotKept() throws {
        let folder = TemporaryFolder()
        let cache = BytecodeCacheManager.open(folder)
        var bytecode = try FTAICompiler().compile(Documents.source(1)).bytecode
        bytecode.instructions[0].a = 60_000
        let key = cache.keys.key(of: Documents.request(1))
        cache.cacheBytecode(bytecode, for: key)
        #expect(cache.getCachedBytecode(key) == nil)
        #expect(BytecodeCacheManager.open(folder).getCachedBytecode(key) == nil)
    }

    @Test func unsafeProgramWithARightSealIsTakenOut() throws {
        let folder = TemporaryFolder()
        let cache = BytecodeCacheManager.open(folder)
        var bytecode = try FTAICompiler().compile(Documents.source(1)).bytecode
        bytecode.instructions[0].a = 60_000
        let key = cache.keys.key(of: Documents.request(1))
        let program = CachedProgram(bytecode, compilationTime: nil, warningCount: 0)
        cache.disk?.use { disk in
            disk.store(EntryRow(key: key, compiler: "4", bytes: SealedEntry.seal(program, for: key)), today: 0)
        }
        #expect(try cache.program(for: Documents.request(1)).origin == .compiler)
        #expect(cache.figures.damagedEntries == 1)
    }

    // MARK: Includes

    private static let main = """
        @ftai v2.0
        @include /tax.ftai
        @task main
          @output total:int
          @do
            return tax(20)
          @end
        @end

        """

    private static func request(_ files: [String: String]) -> CompilationRequest {
        let source = FTAISource(file: "/p/main.ftai", text: files["/p/main.ftai"] ?? "")
        return CompilationRequest(source, includes: .init(root: "/p", files: FilesInMemory(files)))
    }

    @Test func changeOfAnIncludedDocumentIsAMissAndItsReturnAHit() throws {
        func tax(_ rate: Int) -> String {
            "@ftai v2.0\n@task tax\n@input bill:int\n@output t:int\n@do\nreturn bill / \(rate)\n@end\n@end\n"
        }
        let main = Self.main.replacing("/tax.ftai", with: "tax.ftai")
        let before = Self.request(["/p/main.ftai": main, "/p/tax.ftai": tax(5)])
        let after = Self.request(["/p/main.ftai": main, "/p/tax.ftai": tax(4)])
        let gone = Self.request(["/p/main.ftai": main])
        let folder = TemporaryFolder()
        let cache = BytecodeCacheManager.open(folder)
        let first = try cache.program(for: before)
        #expect(first.origin == .compiler)
        #expect(try cache.program(for: before).origin == .memory)
        let second = try cache.program(for: after)
        #expect(second.origin == .compiler && second.bytecode != first.bytecode)
        #expect(try cache.program(for: before).bytecode == first.bytecode)
        #expect(throws: CompilationError.self) { try cache.program(for: gone) }
        let next = BytecodeCacheManager.open(folder)
        #expect(try next.program(for: after).origin == .disk)
        #expect(try next.program(for: before).origin == .disk)
    }

    @Test func documentThatIncludesNothingIsFoundOnTheDisk() throws {
        let folder = TemporaryFolder()
        let request = Self.request(["/p/main.ftai": String(decoding: Documents.source(1).bytes, as: UTF8.self)])
        #expect(try BytecodeCacheManager.open(folder).program(for: request).origin == .compiler)
        #expect(try BytecodeCacheManager.open(folder).program(for: request).origin == .disk)
    }

    // MARK: Compilers

    @Test func entriesOfAnotherCompilerAreLeftForItAndAgedOut() throws {
        let folder = TemporaryFolder()
        let day = Mutex(100)
        func open(_ version: String) -> BytecodeCacheManager {
            .open(folder) {
                $0.identity = CompilerIdentity(version: version)
                $0.today = { [day = day.withLock { $0 }] in day }
            }
        }
        let old = open("old")
        #expect(try old.program(for: Documents.request(1)).origin == .compiler)
        old.flush()
        let new = open("new")
        #expect(try new.program(for: Documents.request(1)).origin == .compiler)
        #expect(new.optimizeCache().aged == 0)
        #expect(try open("old").program(for: Documents.request(1)).origin == .disk)
        day.withLock { $0 = 131 }
        let late = open("new")
        #expect(late.verify().sound == 2)
        #expect(late.optimizeCache().aged == 1)
        #expect(try open("old").program(for: Documents.request(1)).origin == .compiler)
        #expect(try open("new").program(for: Documents.request(1)).origin == .disk)
    }

    @Test func entriesWhoseUseNobodyWroteDownAgeFromTheirDay() throws {
        let folder = TemporaryFolder()
        func open(_ version: String, _ day: Int) -> BytecodeCacheManager {
            .open(folder) {
                $0.identity = CompilerIdentity(version: version)
                $0.today = { day }
            }
        }
        _ = try open("old", 100).program(for: Documents.request(1))
        #expect(open("new", 130).optimizeCache().aged == 0)
        #expect(open("new", 131).optimizeCache().aged == 1)
        _ = try open("old", 131).program(for: Documents.request(1))
        try Damage.change(folder, "DELETE FROM programs")
        #expect(open("new", 999).optimizeCache().aged == 0)
    }

    @Test func whatIsOldGoesByItselfOnceADay() throws {
        let folder = TemporaryFolder()
        func use(_ version: String, _ day: Int, _ number: Int) throws {
            let cache = BytecodeCacheManager.open(folder) {
                $0.identity = CompilerIdentity(version: version)
                $0.today = { day }
            }
            _ = try cache.program(for: Documents.request(number))
            cache.flush()
        }
        func entries() -> Int { BytecodeCacheManager.open(folder).verify().sound }
        try use("old", 100, 1)
        try use("new", 130, 2)
        #expect(entries() == 2)
        try use("new", 131, 3)
        #expect(entries() == 2)
        // Today it was done already.
        try Damage.change(folder, "UPDATE entries SET compiler = 'old'")
        try Damage.change(folder, "UPDATE programs SET last_use = 1")
        try use("new", 131, 4)
        #expect(entries() == 3)
        try use("new", 132, 4)
        #expect(entries() == 1)
    }

    // MARK: Size

    @Test func databaseKeepsToItsLimit() throws {
        let folder = TemporaryFolder()
        let limit = 512 << 10
        let warnings = Mutex<[String]>([])
        let cache = BytecodeCacheManager.open(folder) {
            $0.diskLimit = limit
            $0.warn = { text in warnings.withLock { $0.append(text) } }
        }
        let bytecode = try FTAICompiler().compile(Documents.source(1)).bytecode
        for number in 0..<1_000 {
            cache.cacheBytecode(bytecode, for: cache.keys.key(of: Documents.request(number)))
            if number % 100 == 0 { #expect(cache.sizeOnDisk <= limit + (64 + 64) * 8_192) }
        }
        let cleaned = cache.optimizeCache()
        #expect(warnings.withLock { $0 } == [])
        #expect(cleaned.size <= limit)
        #expect(cache.verify().isSound && cache.verify().sound > 50)
        #expect(cache.getCachedBytecode(cache.keys.key(of: Documents.request(999))) != nil)
    }

    @Test func figuresAndListsDoNotDriveOutEntries() throws {
        let folder = TemporaryFolder()
        func open() -> BytecodeCacheManager { .open(folder) { $0.diskLimit = 1 << 20 } }
        _ = try open().program(for: Documents.request(0))
        try Damage.change(
            folder,
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
            INSERT INTO programs SELECT i, '4', 'task', '/home/somebody/tasks/task.ftai', 'basic', 9, 9, 9, 9, 9, 9 FROM n
            """)
        try Damage.change(
            folder,
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
            INSERT INTO includes SELECT i, 'gone', zeroblob(100) FROM n
            """)
        for number in 1..<4 { _ = try open().program(for: Documents.request(number)) }
        for number in 0..<4 { #expect(try open().program(for: Documents.request(number)).origin == .disk) }
        #expect(open().programs.count < 2_000)
        #expect(open().programs.filter { $0.size > 0 }.count == 4)
    }

    // MARK: Figures

    @Test func figuresOfAllProcessesAddUp() throws {
        let folder = TemporaryFolder()
        for _ in 0..<3 {
            let time = Mutex(Duration.zero)
            let cache = BytecodeCacheManager.open(folder) {
                $0.elapsed = {
                    time.withLock { now in
                        now += .milliseconds(2)
                        return now
                    }
                }
            }
            for _ in 0..<2 { _ = try cache.program(for: Documents.request(1)) }
            cache.flush()
        }
        let programs = BytecodeCacheManager.open(folder).programs
        let program = try #require(programs.first)
        #expect(programs.count == 1 && program.program == "task1" && program.level == "basic")
        #expect(program.compilations == 1 && program.memoryHits == 3 && program.diskHits == 2)
        #expect(program.compilationNs == 2_000_000 && program.savedNs == 10_000_000 && program.size > 100)
    }

    @Test func figuresThatAreTooLargeAreCut() throws {
        let folder = TemporaryFolder()
        _ = try BytecodeCacheManager.open(folder).program(for: Documents.request(1))
        let columns = ["memory_hits", "disk_hits", "compilations", "compile_ns", "saved_ns", "last_use"]
        for value in ["9223372036854775807", "-9223372036854775808", "9e300", "'text'"] {
            try Damage.change(
                folder, "UPDATE programs SET \(columns.map { "\($0) = \(value)" }.joined(separator: ", "))")
            let cache = BytecodeCacheManager.open(folder)
            #expect(try cache.program(for: Documents.request(1)).origin == .disk)
            let figures = try #require(cache.programs.first)
            for number in [figures.memoryHits, figures.diskHits, figures.compilations, figures.savedNs] {
                #expect((0...1 << 48).contains(number), "\(value)")
            }
        }
    }

    @Test func timeThatIsTooLongIsCut() throws {
        let folder = TemporaryFolder()
        let cache = BytecodeCacheManager.open(folder)
        let bytecode = try FTAICompiler().compile(Documents.source(1)).bytecode
        let program = CachedProgram(bytecode, compilationTime: .seconds(1e15), warningCount: 0)
        #expect(program.figures.compilationNs == 1 << 48)
        let key = cache.keys.key(of: Documents.request(1))
        cache.disk?.use { disk in
            disk.store(EntryRow(key: key, compiler: "4", bytes: SealedEntry.seal(program, for: key)), today: 0)
        }
        for _ in 0..<2 { #expect(cache.getCachedBytecode(key) != nil) }
        #expect(cache.programs.first?.savedNs == 1 << 48)
    }

    @Test func clearedCacheIsEmpty() throws {
        let folder = TemporaryFolder()
        let cache = BytecodeCacheManager.open(folder)
        for number in 0..<20 { _ = try cache.program(for: Documents.request(number)) }
        try cache.clear()
        #expect(cache.verify() == CacheInspection() && cache.programs.isEmpty)
        #expect(try cache.program(for: Documents.request(3)).origin == .compiler)
    }
}
