// Documents of tasks: with those that they include, compiled once and found again.

import AssistantInterface
import BytecodeCache
import Foundation
import SerenaNetBytecode
import Testing

@testable import SerenaEngine

@Suite struct TaskLibraryTests {
    /// A folder with documents, and what is made of the first.
    private func library(_ documents: [(name: String, text: String)]) throws -> TaskLibrary {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tasks-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for document in documents {
            try Data("@ftai v2.0\n\(document.text)".utf8).write(to: folder.appending(path: document.name))
        }
        return try TaskLibrary(paths: [folder.appending(path: documents[0].name).path()])
    }

    private static func task(_ name: String, _ code: String) -> String {
        "@task \(name)\n  phrases: [\"\(name) please\"]\n  @do\n    \(code)\n  @end\n@end\n"
    }

    @Test func includedTasksAreKnownAndTheirDocumentsAreAmongTheInputs() throws {
        let library = try library([
            ("main.ftai", "@include ./tea.ftai\n" + Self.task("breakfast", "tea()")),
            ("tea.ftai", Self.task("tea", "say \"Tea.\"")),
        ])
        #expect(Set(library.patterns.map(\.intent)) == ["breakfast", "tea"])
        #expect(Set(library.inputs.keys.map { $0.split(separator: "/").last ?? "" }) == ["main.ftai", "tea.ftai"])
        #expect(Set(library.inputs.values).count == 2)
    }

    @Test func whatIsWrongInAnIncludedDocumentIsToldOfThere() throws {
        let error = #expect(throws: AssistantError.self) {
            try library([
                ("main.ftai", "@include ./tea.ftai\n" + Self.task("breakfast", "tea()")),
                ("tea.ftai", Self.task("tea", "say tee")),
            ])
        }
        #expect(error?.reason.contains("tea.ftai:5:") == true, "\(error?.reason ?? "")")
    }

    @Test func whatLiesOutsideTheFolderIsRefused() throws {
        let error = #expect(throws: AssistantError.self) {
            try library([("main.ftai", "@include ../../etc/hostname\n" + Self.task("breakfast", "say \"x\""))])
        }
        #expect(error?.reason.contains("FTAI004") == true, "\(error?.reason ?? "")")
    }

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
