// How long compiling takes, beside `luac -p` on an equivalent program.

import EvaluationInterface
import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode

/// Times the compiler in CPU time.
enum CompileTimes {
    private static let luac = "/usr/bin/luac5.4"
    /// How many times the program stands in the long source that gives the time of a line.
    private static let copies = 40

    static func measure(rounds: Int, into report: inout EvaluationReport) throws {
        var table = EvaluationTable(
            title: "Time from source to verified bytecode, cold, in µs",
            columns: ["level", "`journey`: one task of 50 lines", "`bill`: five tasks, 88 lines"])
        var atBasic = Double.infinity
        for level in OptimizationLevel.allCases {
            let times = try [BenchmarkProgram.journey, .bill].map { program in
                try least(of: rounds) { try compile(program.source, level) }
            }
            if level == .basic { atBasic = times[0] }
            table.rows.append([level.rawValue] + times.map { String(format: "%.0f", $0 * 1e6) })
        }
        report.tables.append(table)
        report.goals.append(
            EvaluationGoal(
                "compile and verify a task of 50 lines, at `basic`", goal: "≤ 100 µs",
                measured: String(format: "%.0f µs", atBasic * 1e6), isMet: atBasic <= 100e-6))
        try compareLoops(rounds: max(3, rounds / 100), into: &report)
        try compareLines(rounds: max(3, rounds / 100), into: &report)
        try timeVerifier(rounds: max(20, rounds / 10), into: &report)
    }

    /// What a loop takes in a task of many, against one in a task of few: passes over loops must not walk over all for each.
    private static func compareLoops(rounds: Int, into report: inout EvaluationReport) throws {
        let times = try [20, 400].map { count in
            let loops = (0..<count).map { number in
                "for a\(number) in list\nfor b\(number) in 1..9\nsum = sum + a\(number)\nend\nend\n"
            }
            let head = "@ftai v2.0\n@task main\n@do\nlet list = [1]\nvar sum = 0\n"
            let text = head + loops.joined() + "say sum\n@end\n@end\n"
            let source = FTAISource(file: "loops.ftai", text: text)
            return try least(of: rounds) { try compile(source, .performance) } / Double(count)
        }
        report.goals.append(
            EvaluationGoal(
                "compile a loop of 400 at `performance`, against one of 20", goal: "≤ 3 ×",
                measured: String(format: "%.1f ×", times[1] / times[0]), isMet: times[1] <= 3 * times[0]))
    }

    /// The verifier alone, over the tasks of `bill` many times.
    private static func timeVerifier(rounds: Int, into report: inout EvaluationReport) throws {
        let bill = String(decoding: PackageResources.bill_ftai, as: UTF8.self)
        let source = FTAISource(file: "long.ftai", text: long(ftai: bill))
        let program = try FTAICompiler().compileWithOptimization(source, level: .basic).bytecode
        let bytes = program.instructions.reduce(0) { $0 + $1.wordCount * 8 }
        let time = try least(of: rounds) { try BytecodeVerifier.verify(program) }
        let speed = Double(bytes) / time / 1e6
        report.tables.append(
            EvaluationTable(
                title: "The verifier, over a large program", columns: ["what", "measured"],
                rows: [
                    ["bytes of instructions", "\(bytes)"], ["instructions", "\(program.instructions.count)"],
                    ["µs", String(format: "%.1f", time * 1e6)], ["MB/s", String(format: "%.0f", speed)],
                ]))
        report.goals.append(
            EvaluationGoal(
                "bytecode verified in a second", goal: "≥ 50 MB", measured: String(format: "%.0f MB", speed),
                isMet: speed >= 50))
    }

    /// Per line, from the difference between a long source and a short one, so that what starting costs does not count.
    private static func compareLines(rounds: Int, into report: inout EvaluationReport) throws {
        let (bill, lua) = (
            String(decoding: PackageResources.bill_ftai, as: UTF8.self),
            String(decoding: PackageResources.bill_lua, as: UTF8.self)
        )
        let ours = try perLine(long(ftai: bill), bill) { text in
            let source = FTAISource(file: "long.ftai", text: text)
            return try least(of: rounds) { try compile(source, .basic) }
        }
        guard FileManager.default.isExecutableFile(atPath: luac) else {
            report.notes.append("\(luac) is not installed, so there is nothing to compare the time of a line with")
            return
        }
        let longLua = String(repeating: "do\n\(lua)end\n", count: copies)
        let theirs = try perLine(longLua, lua) { text in try luacTime(text, rounds: rounds) }
        report.tables.append(
            EvaluationTable(
                title: "Time for a line", columns: ["compiler", "µs"],
                rows: [
                    ["ftai, basic, with verification", String(format: "%.2f", ours * 1e6)],
                    ["luac5.4 -p", String(format: "%.2f", theirs * 1e6)],
                ]))
        report.goals.append(
            EvaluationGoal(
                "compile a line, against luac -p", goal: "≤ 1 ×", measured: String(format: "%.1f ×", ours / theirs),
                isMet: ours <= theirs))
    }

    private static func perLine(_ long: String, _ short: String, _ time: (String) throws -> Double) rethrows -> Double {
        func lines(_ text: String) -> Int { text.utf8.reduce(0) { $1 == 10 ? $0 + 1 : $0 } }
        return (try time(long) - time(short)) / Double(lines(long) - lines(short))
    }

    /// The tasks of the document many times, under other names.
    private static func long(ftai text: String) -> String {
        let names = ["main", "with_tip", "share", "is_fair", "money"]
        let tasks = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined(separator: "\n")
        let copies = (0..<Self.copies).map { copy in
            names.reduce(tasks) { text, name in
                text.replacing("@task \(name)\n", with: "@task \(name)\(copy)\n").replacing(
                    "\(name)(", with: "\(name)\(copy)(")
            }
        }
        return "@ftai v2.0\n" + copies.joined(separator: "\n")
    }

    private static func compile(_ source: FTAISource, _ level: OptimizationLevel) throws {
        try BytecodeVerifier.verify(try FTAICompiler().compileWithOptimization(source, level: level).bytecode)
    }

    // MARK: Clocks

    private static func least(of rounds: Int, _ work: () throws -> Void) rethrows -> Double {
        var least = Double.infinity
        for _ in 0..<rounds {
            let start = threadTime()
            try work()
            least = min(least, threadTime() - start)
        }
        return least
    }

    /// CPU time of this thread, in seconds.
    private static func threadTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// CPU time of the children that have ended, in seconds.
    private static func childrenTime() -> Double {
        var usage = rusage()
        // RUSAGE_CHILDREN, which is imported with another type on every platform.
        getrusage(-1, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func luacTime(_ text: String, rounds: Int) throws -> Double {
        let file = FileManager.default.temporaryDirectory.appending(path: "luac-\(UUID().uuidString).lua")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        var least = Double.infinity
        for _ in 0..<rounds {
            let start = childrenTime()
            let process = Process()
            process.executableURL = URL(filePath: luac)
            process.arguments = ["-p", file.path(percentEncoded: false)]
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw EvaluationError("luac refuses its program") }
            least = min(least, childrenTime() - start)
        }
        return least
    }
}
