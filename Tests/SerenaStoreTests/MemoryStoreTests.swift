// What a memory keeps, across values, processes and damage.

import Foundation
import Instrumentation
import Testing

@testable import SerenaStore

@Suite struct MemoryStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "memory-\(UUID().uuidString)")
    private var path: String { folder.appending(path: "memory.sqlite").path() }

    private func open(_ path: String?, thread: String = "default") throws -> SQLiteMemoryStore {
        try SQLiteMemoryStore(path: path, thread: thread, worker: WorkerThread(name: "memory"))
    }

    @Test func newestValueIsRecalledAndKeysCompareWithoutCase() async throws {
        let memory = try open(nil)
        #expect(await memory.recall(key: "name") == nil)
        await memory.remember(key: "Name", value: "Ada")
        await memory.remember(key: "name", value: "Daniel")
        #expect(await memory.recall(key: "NAME") == "Daniel")
    }

    @Test func whatWasFlushedIsThereWhenOpenedAgain() async throws {
        let memory = try open(path)
        for number in 0..<100 { await memory.remember(key: "key \(number % 10)", value: "value \(number) ✓") }
        try await memory.flush()
        let again = try open(path)
        for digit in 0..<10 { #expect(await again.recall(key: "key \(digit)") == "value \(90 + digit) ✓") }
    }

    @Test func threadsDoNotSeeEachOther() async throws {
        let first = try open(path, thread: "first")
        await first.remember(key: "name", value: "Ada")
        try await first.flush()
        #expect(await (try open(path, thread: "second")).recall(key: "name") == nil)
        #expect(await (try open(path, thread: "first")).recall(key: "name") == "Ada")
    }

    @Test func fileThatIsNoDatabaseIsRefusedAndLeftAlone() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let bytes = Data("this is not a database, and must stay as it is. ".utf8) + Data(repeating: 7, count: 5000)
        try bytes.write(to: URL(filePath: path))
        #expect(throws: MemoryStoreError.self) { try open(path) }
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    }

    @Test func folderInPlaceOfTheFileIsRefused() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(throws: MemoryStoreError.self) { try open(path) }
    }
}
