// How long a hit takes, in memory and on the disk, beside compiling.

import BytecodeCache
import EvaluationInterface
import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode

enum HitTimes {
    /// The times of one way to a program, in nanoseconds.
    private struct Times {
        var all: [UInt64] = []

        mutating func time<Value>(_ clock: clockid_t, _ work: () throws -> Value) rethrows -> Value {
            let start = HitTimes.now(clock)
            let value = try work()
            all.append(HitTimes.now(clock) - start)
            return value
        }

        /// The nearest rank.
        func quantile(_ share: Double) -> UInt64 {
            let sorted = all.sorted()
            return sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
        }

        var row: [String] { [0.5, 0.99].map { Self.text(quantile($0)) } }

        static func text(_ nanoseconds: UInt64) -> String { String(format: "%.2f", Double(nanoseconds) / 1_000) }
    }

    private struct Measured {
        var memory = Times()
        /// Hits that come directly after another.
        var memoryInARow = Times()
        var memoryWithKey = Times()
        var disk = Times()
        /// The first request of a process.
        var opening = Times()
        var compiler = Times()

        /// Makes room for all times now, so that none of them is that of making room.
        init(rounds: Int) {
            memory.all.reserveCapacity(rounds)
            memoryInARow.all.reserveCapacity(rounds)
            memoryWithKey.all.reserveCapacity(rounds)
            disk.all.reserveCapacity(rounds)
            compiler.all.reserveCapacity(rounds)
        }
    }

    static func measure(
        documents: [(name: String, source: FTAISource)], rounds: Int, into report: inout EvaluationReport
    ) throws {
        var table = EvaluationTable(
            title: "Time from a request to the program, µs",
            columns: ["document", "bytes", "bytecode", "from", "p50", "p99", "compiling : this, p50"])
        for (name, source) in documents {
            let (measured, size) = try measure(source, rounds: rounds)
            let ways = [
                ("memory, by key", measured.memory), ("memory, by key, in a row", measured.memoryInARow),
                ("memory, by document", measured.memoryWithKey),
                ("disk", measured.disk), ("disk, with opening it", measured.opening),
                ("compiler and verifier", measured.compiler),
            ]
            for (way, times) in ways {
                let ratio = Double(measured.compiler.quantile(0.5)) / Double(max(1, times.quantile(0.5)))
                table.rows.append(
                    [name, "\(source.bytes.count)", "\(size)", way] + times.row + [String(format: "%.1f", ratio)])
            }
            guard name == documents.first?.name else { continue }
            let (memory, disk) = (measured.memory.quantile(0.99), measured.disk.quantile(0.99))
            report.goals += [
                EvaluationGoal(
                    "hit in memory, p99", goal: "≤ 1 µs", measured: "\(Times.text(memory)) µs", isMet: memory <= 1_000),
                EvaluationGoal(
                    "hit on the disk with all checks, p99", goal: "≤ 50 µs", measured: "\(Times.text(disk)) µs",
                    isMet: disk <= 50_000),
            ]
        }
        report.tables.append(table)
    }

    private static func measure(_ source: FTAISource, rounds: Int) throws -> (Measured, size: Int) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cache-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let request = CompilationRequest(source)
        let memory = BytecodeCacheManager()
        var configuration = CacheConfiguration(folder: folder.path(percentEncoded: false))
        // Nothing stays in memory, so that every request goes to the disk.
        configuration.memoryLimit = 0
        let disk = BytecodeCacheManager(configuration)
        let answer = try memory.program(for: request)
        _ = try disk.program(for: request)
        var measured = Measured(rounds: rounds)
        func check(_ program: FTAIBytecode?) throws {
            guard program?.metadata.cacheKey == answer.bytecode.metadata.cacheKey else {
                throw EvaluationError("the cache does not give the program that was compiled")
            }
        }
        // What a way gives is let go before the next is timed, so that none pays for what another made.
        for _ in 0..<rounds {
            try check(measured.memory.time(CLOCK_MONOTONIC) { memory.getCachedBytecode(answer.key) }?.bytecode)
            try check(measured.memoryInARow.time(CLOCK_MONOTONIC) { memory.getCachedBytecode(answer.key) }?.bytecode)
            try check(try measured.memoryWithKey.time(CLOCK_MONOTONIC) { try memory.program(for: request).bytecode })
            try check(measured.disk.time(CLOCK_THREAD_CPUTIME_ID) { disk.getCachedBytecode(answer.key) }?.bytecode)
            try check(
                try measured.compiler.time(CLOCK_THREAD_CPUTIME_ID) {
                    let bytecode = try FTAICompiler().compile(source).bytecode
                    try BytecodeVerifier.verify(bytecode)
                    return bytecode
                })
        }
        // Behind the rest: whatever comes after a connection is opened and closed takes twice its time.
        for _ in 0..<max(1, rounds / 20) {
            try check(
                measured.opening.time(CLOCK_THREAD_CPUTIME_ID) {
                    BytecodeCacheManager(configuration).getCachedBytecode(answer.key)
                }?.bytecode)
        }
        guard disk.figures.diskHits == rounds else { throw EvaluationError("a request did not go to the disk") }
        return (measured, answer.bytecode.encoded().count)
    }

    fileprivate static func now(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
