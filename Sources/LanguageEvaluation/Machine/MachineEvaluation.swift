// How fast the virtual machine is, beside Lua and LuaJIT.

import EvaluationInterface
import Foundation
import SerenaNetVM

/// Runs the benchmark programs in alternation with their twins in Lua, and compares processor times.
public struct MachineEvaluation: Evaluation {
    public let name = "vm"
    public let summary = "time of the virtual machine, beside Lua 5.4 and LuaJIT"

    public init() {}

    public func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        var report = EvaluationReport(name: name, title: "The virtual machine")
        let peers = Peer.all.filter(\.program.isInstalled)
        for missing in Peer.all where !missing.program.isInstalled {
            report.notes.append("\(missing.name) is not installed: `apt-get install \(missing.package)`")
        }
        let programs = MachineProgram.all
        var races: [Race] = []
        for (index, program) in programs.enumerated() {
            context.progress(program.name, Double(index) / Double(programs.count))
            races.append(try Race(program, peers, context))
        }
        report.tables = [Self.table(races, peers)]
        report.goals = Self.goals(races, peers)
        try MonitorCost.measure(context, into: &report)
        try MachineLimits.measure(isQuick: context.isQuick, into: &report)
        report.notes += [
            "processor time, the least of \(Race.rounds(context)) runs of each, one after the other in turn; that of Lua without what starting and ending it takes, ours from the inputs to the release of the memory",
            "machine code: the task is translated once it is hot, in the first run; what the operating system and translating take is in that run, which is hardly the least",
            "a ratio is our time divided by that of the other; all programs say the same as their twins",
            "pauses and budgets are measured in processor time of the thread",
        ]
        report.notes += programs.compactMap { program in program.difference.map { "\(program.name): \($0)" } }
        return report
    }

    private static func table(_ races: [Race], _ peers: [Peer]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "Time of each program",
            columns: ["program", "SerenaNet ms"] + peers.flatMap { ["\($0.name) ms", "ratio"] } + ["machine code ms"]
                + peers.map { "of \($0.name)" })
        for race in races {
            table.rows.append(
                [race.program.name, String(format: "%.1f", race.ours * 1e3)]
                    + race.theirs.flatMap {
                        [String(format: "%.1f", $0 * 1e3), String(format: "%.2f", race.ours / $0)]
                    } + [String(format: "%.1f", race.translated * 1e3)]
                    + race.theirs.map { String(format: "%.2f", race.translated / $0) })
        }
        func means(_ title: String, _ races: [Race]) {
            func cell(_ peer: Int, _ time: KeyPath<Race, Double>) -> String {
                String(format: "%.2f", geometricMean(races.map { $0[keyPath: time] / $0.theirs[peer] }))
            }
            table.rows.append(
                [title, ""] + peers.indices.flatMap { ["", cell($0, \.ours)] } + [""]
                    + peers.indices.map { cell($0, \.translated) })
        }
        means("geometric mean", races)
        means("of the same programs", races.filter { $0.program.difference == nil })
        return table
    }

    private static func goals(_ races: [Race], _ peers: [Peer]) -> [EvaluationGoal] {
        func ratios(_ peer: String, _ isMeant: (MachineProgram) -> Bool = { _ in true }) -> [Double]? {
            peers.firstIndex { $0.name == peer }.map { index in
                races.filter { isMeant($0.program) }.map { $0.ours / $0.theirs[index] }
            }
        }
        func translated(_ names: String...) -> Double? {
            peers.firstIndex { $0.name == "Lua 5.4" }.flatMap { index in
                races.filter { names.contains($0.program.name) }.map { $0.translated / $0.theirs[index] }.max()
            }
        }
        func goal(_ subject: String, _ measured: Double, atMost limit: Double) -> EvaluationGoal {
            EvaluationGoal(
                subject, goal: "≤ \(limit)", measured: String(format: "%.2f", measured), isMet: measured <= limit)
        }
        var goals: [EvaluationGoal] = []
        if let all = ratios("Lua 5.4"), let allocating = ratios("Lua 5.4", \.isAllocating) {
            goals.append(goal("time of Lua 5.4, geometric mean", geometricMean(all), atMost: 0.65))
            goals.append(goal("time of Lua 5.4, the slowest program", all.max() ?? 0, atMost: 1))
            goals.append(
                goal("time of Lua 5.4, programs that allocate, the slowest", allocating.max() ?? 0, atMost: 0.3))
        }
        if let interpreter = ratios("LuaJIT -joff") {
            goals.append(goal("time of LuaJIT's interpreter, geometric mean", geometricMean(interpreter), atMost: 0.9))
        }
        if let calls = translated("fib"),
            let loops = translated("integer_loop", "modulo_loop", "while_loop")
        {
            goals.append(goal("machine code, time of Lua 5.4, fib", calls, atMost: 0.15))
            goals.append(goal("machine code, time of Lua 5.4, the slowest loop of ints", loops, atMost: 0.35))
        }
        return goals
    }
}

/// Another implementation that the twins of the programs run on.
struct Peer {
    let name: String
    let package: String
    let program: OutsideProgram
    /// Whether its language is Lua 5.1, which has no operators on bits.
    var isOld = false

    /// A twin as this implementation can read it.
    func source(of program: MachineProgram) -> Data {
        let text = String(decoding: program.lua, as: UTF8.self)
        return Data((isOld ? text.replacing("(j & 1)", with: "(j % 2)") : text).utf8)
    }

    static let all = [
        Peer(name: "Lua 5.4", package: "lua5.4", program: OutsideProgram(path: "/usr/bin/lua5.4")),
        Peer(
            name: "LuaJIT -joff", package: "luajit",
            program: OutsideProgram(path: "/usr/bin/luajit", arguments: ["-joff"]), isOld: true),
        Peer(name: "LuaJIT", package: "luajit", program: OutsideProgram(path: "/usr/bin/luajit"), isOld: true),
    ]
}

/// The times of one program and its twins.
private struct Race {
    let program: MachineProgram
    /// Seconds of processor time, the least of all runs.
    var ours = Double.infinity
    /// The same as machine code, from the first run on in which the program becomes hot.
    var translated = Double.infinity
    /// In the order of the peers.
    var theirs: [Double]

    static func rounds(_ context: EvaluationContext) -> Int { context.isQuick ? 2 : 7 }

    init(_ program: MachineProgram, _ peers: [Peer], _ context: EvaluationContext) throws {
        self.program = program
        let size = context.isQuick ? program.quickSize : program.size
        let loaded = try program.loaded(machineCode: .off)
        let hot = try program.loaded(machineCode: .automatic)
        var times = [Double](repeating: .infinity, count: peers.count)
        var starts = times
        var (least, leastTranslated) = (Double.infinity, Double.infinity)
        try withTemporaryFolder { folder in
            let nothing = folder.appending(path: "nothing.lua")
            try Data().write(to: nothing)
            let twins = peers.indices.map { folder.appending(path: "twin\($0).lua") }
            for (peer, twin) in zip(peers, twins) { try peer.source(of: program).write(to: twin) }
            for _ in 0..<Self.rounds(context) {
                let before = ProcessorTime.ofThread
                let said = try program.run(loaded, size: size, clock: context.clock)
                least = min(least, ProcessorTime.ofThread - before)
                let start = ProcessorTime.ofThread
                let alsoSaid = try program.run(hot, size: size, clock: context.clock)
                leastTranslated = min(leastTranslated, ProcessorTime.ofThread - start)
                guard said == alsoSaid else {
                    throw EvaluationError("`\(program.name)` says \(said), and \(alsoSaid) as machine code")
                }
                for (index, peer) in peers.enumerated() {
                    let (output, time) = try Self.run(peer, twins[index], size)
                    times[index] = min(times[index], time)
                    starts[index] = min(starts[index], try Self.run(peer, nothing, size).time)
                    guard Self.agree(output, said) else {
                        throw EvaluationError("`\(program.name)` says \(said), and \(output) on \(peer.name)")
                    }
                }
            }
        }
        ours = least
        translated = leastTranslated
        theirs = zip(times, starts).map { max($0 - $1, 1e-6) }
    }

    private static func run(_ peer: Peer, _ file: URL, _ size: Int) throws -> (output: String, time: Double) {
        let before = ProcessorTime.ofChildren
        let output = try peer.program.run([file.path(percentEncoded: false), "\(size)"])
        return (output, ProcessorTime.ofChildren - before)
    }

    /// The same text, or the same number in as many digits as Lua writes.
    private static func agree(_ left: String, _ right: String) -> Bool {
        if left == right { return true }
        guard let left = Double(left), let right = Double(right) else { return false }
        return left.isNaN && right.isNaN || abs(left - right) <= abs(right) * 1e-9
    }
}
