// The tasks of an assistant, compiled once and found again.

import BytecodeCache
import Foundation
import SerenaNetBytecode
import Testing

@testable import SerenaEngine

@Suite struct TaskLibraryTests {
    @Test func secondAssistantNeedNotCompile() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tasks-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let cache = BytecodeCacheManager(CacheConfiguration(folder: folder.path()))
        let plain = try TaskLibrary(paths: [])
        let (first, second) = (try TaskLibrary(paths: [], cache: cache), try TaskLibrary(paths: [], cache: cache))
        #expect(first.program == plain.program && second.program == plain.program && first.inputs == plain.inputs)
        #expect(cache.figures.misses == 1 && cache.figures.memoryHits == 1)
        let next = BytecodeCacheManager(CacheConfiguration(folder: folder.path()))
        #expect(try TaskLibrary(paths: [], cache: next).program == plain.program)
        #expect(next.figures.diskHits == 1)
    }

    @Test func documentThatDoesNotCompileIsShownWithItsErrors() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "bad-\(UUID().uuidString).ftai").path()
        try Data("@ftai v2.0\n@task a\n  @do\n    say 1 +\n  @end\n@end\n".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect {
            try TaskLibrary(paths: [path], cache: BytecodeCacheManager())
        } throws: {
            "\($0)".contains("do not compile") && "\($0)".contains("say 1 +")
        }
    }
}
