// Several processes on one cache, and processes that are killed while they write.

import Foundation
import Testing

@testable import BytecodeCache

#if os(Linux)
    /// What the processes are told.
    private enum Wanted {
        static let folder = "SERENA_CACHE_WRITER"
        static let range = "SERENA_CACHE_WRITER_RANGE"

        static var environment: [String: String] { ProcessInfo.processInfo.environment }
    }

    /// Runs in processes of their own, which the tests below start from the same executable.
    @Suite struct CacheWriter {
        @Test(.enabled(if: Wanted.environment[Wanted.folder] != nil))
        func writesPrograms() throws {
            let folder = try #require(Wanted.environment[Wanted.folder])
            let range = try #require(Wanted.environment[Wanted.range]).split(separator: "-").compactMap { Int($0) }
            let cache = BytecodeCacheManager(CacheConfiguration(folder: folder))
            for number in range[0]..<range[1] {
                _ = try cache.program(for: Documents.request(number))
                if number % 4 == 0 { cache.flush() }
                if number % 32 == 31 { cache.optimizeCache() }
                try FileHandle.standardOutput.write(contentsOf: Data("stored \(number)\n".utf8))
            }
            let figures = cache.figures
            try FileHandle.standardOutput.write(
                contentsOf: Data("busy \(figures.busy) damaged \(figures.damagedDatabases)\n".utf8))
        }
    }

    /// A process that writes programs.
    private final class WriterProcess {
        private let process = Process()
        private let output = Pipe()
        private var text = ""

        init(folder: String, range: Range<Int>) throws {
            process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = ["--testing-library", "swift-testing", "--filter", "CacheWriter"]
            process.environment = Wanted.environment.merging([
                Wanted.folder: folder, Wanted.range: "\(range.lowerBound)-\(range.upperBound)",
            ]) { $1 }
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        /// Reads until the process has stored so many programs, or has ended.
        func waitUntil(stored count: Int) {
            while numbers.count < count {
                let part = output.fileHandleForReading.availableData
                if part.isEmpty { return }
                text += String(decoding: part, as: UTF8.self)
            }
        }

        /// Kills the process at a moment that nothing in it determines: that it may be any moment is what is tested.
        func kill(after microseconds: UInt32) {
            usleep(microseconds)
            Foundation.kill(process.processIdentifier, SIGKILL)
            waitForEnd()
        }

        func waitForEnd() {
            text += String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
        }

        /// What it said that it had stored. A line without its end was not said.
        var numbers: [Int] {
            text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { line in
                line.hasPrefix("stored ") ? Int(line.dropFirst(7)) : nil
            }
        }

        var summary: String { text.split(separator: "\n").last { $0.hasPrefix("busy") }.map(String.init) ?? "" }
    }

    @Suite(.serialized, .enabled(if: Wanted.environment[Wanted.folder] == nil)) struct ProcessTests {
        private static let isLong = Wanted.environment["SERENA_LONG_TESTS"] == "1"

        /// In each round a process goes on where the one before was killed.
        @Test func killedProcessLosesAtMostWhatItWasWriting() throws {
            let folder = TemporaryFolder()
            var random = SystemRandomNumberGenerator()
            var next = 0
            var rounds = 0
            while rounds < (Self.isLong ? 1_000 : 20) {
                let writer = try WriterProcess(folder: folder.path, range: next..<(next + 100_000))
                writer.waitUntil(stored: Int.random(in: 1...12, using: &random))
                writer.kill(after: UInt32.random(in: 0...3_000, using: &random))
                let cache = BytecodeCacheManager(CacheConfiguration(folder: folder.path))
                for number in writer.numbers {
                    #expect(try cache.program(for: Documents.request(number)).origin == .disk, "program \(number)")
                }
                #expect(!writer.numbers.isEmpty && cache.figures.damagedEntries == 0)
                #expect(cache.figures.damagedDatabases == 0)
                next += writer.numbers.count
                rounds += 1
                if rounds % 20 == 0 { #expect(cache.verify().isSound) }
            }
        }

        @Test func fourProcessesShareOneCache() throws {
            let folder = TemporaryFolder()
            let ranges = [0..<60, 20..<80, 40..<100, 60..<120]
            let writers = try ranges.map { try WriterProcess(folder: folder.path, range: $0) }
            for writer in writers { writer.waitForEnd() }
            for (writer, range) in zip(writers, ranges) { #expect(writer.numbers == Array(range)) }
            let lost = writers.filter { $0.summary != "busy 0 damaged 0" }
            let cache = BytecodeCacheManager(CacheConfiguration(folder: folder.path))
            let inspection = cache.verify()
            #expect(inspection.isSound)
            // A process that another one kept waiting for too long goes on without storing.
            if lost.isEmpty { #expect(inspection.sound == 120) }
            #expect(inspection.sound > 100)
        }
    }
#endif
