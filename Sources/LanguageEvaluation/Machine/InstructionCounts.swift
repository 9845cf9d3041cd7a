// How many instructions of the processor the virtual machine takes, beside Lua.

import EvaluationInterface
import Foundation
import SerenaNetBytecode

/// Counts the processor's instructions of the benchmark programs and of their twins in Lua, interpreted, under callgrind.
///
/// Each program is run with a smaller and a larger problem: what the larger takes more is the program's own work, without starting,
/// loading and ending. Unlike times, such counts hardly differ from run to run, and depend neither on where the code lies nor on
/// what else the machine does.
public struct InstructionEvaluation: Evaluation {
    public let name = "instructions"
    public let summary = "the processor's instructions of the virtual machine, beside Lua 5.4 (about three minutes)"

    public init() {}

    public func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        var report = EvaluationReport(name: name, title: "Instructions of the virtual machine")
        let lua = OutsideProgram(path: "/usr/bin/lua5.4")
        let missing = Callgrind.missing + (lua.isInstalled ? [] : [lua.path])
        guard missing.isEmpty else {
            report.notes = ["nothing is counted without \(missing.joined(separator: ", ")): `\(Self.installation)`"]
            return report
        }
        let programs = context.isQuick ? Array(MachineProgram.all.prefix(1)) : MachineProgram.all
        let counts = try withTemporaryFolder { folder in
            let callgrind = try Callgrind(folder: folder)
            let ftai = try callgrind.stripped(try Self.ftai)
            var counts: [Count] = []
            for (index, program) in programs.enumerated() {
                context.progress(program.name, Double(index) / Double(programs.count))
                try Task.checkCancellation()
                counts.append(try Count(program, ftai: ftai, lua: lua, callgrind, in: folder, context))
            }
            return counts
        }
        report.tables = [Self.table(counts)]
        let mean = geometricMean(counts.map(\.ratio))
        report.goals = [
            EvaluationGoal(
                "instructions of Lua 5.4, geometric mean", goal: "≤ 0.5", measured: String(format: "%.2f", mean),
                isMet: mean <= 0.5)
        ]
        report.notes = [
            "the processor's instructions with the larger problem, less those with the smaller, as callgrind counts them; the interpreter, without machine code",
            "for each of the program: divided by the instructions of bytecode that it executes between the two sizes",
        ]
        report.notes += programs.compactMap { program in program.difference.map { "\(program.name): \($0)" } }
        return report
    }

    private static let installation = "apt-get install lua5.4 valgrind binutils"

    /// The tool that runs tasks, beside this program.
    private static var ftai: OutsideProgram {
        get throws {
            let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            let program = OutsideProgram(path: folder.appending(path: "ftai").path(percentEncoded: false))
            guard program.isInstalled else {
                throw EvaluationError("\(program.path) is not there", remedy: "scripts/ftai --version builds it")
            }
            return program
        }
    }

    private static func table(_ counts: [Count]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "Instructions of each program",
            columns: [
                "program", "problems", "SerenaNet, million", "for each of the program", "Lua 5.4, million", "ratio",
            ])
        for count in counts {
            table.rows.append([
                count.program.name, "\(count.sizes.small), \(count.sizes.large)",
                String(format: "%.2f", Double(count.ours) / 1e6),
                String(format: "%.1f", Double(count.ours) / Double(count.executed)),
                String(format: "%.2f", Double(count.theirs) / 1e6), String(format: "%.2f", count.ratio),
            ])
        }
        func mean(_ title: String, _ counts: [Count]) {
            table.rows.append([title, "", "", "", "", String(format: "%.2f", geometricMean(counts.map(\.ratio)))])
        }
        mean("geometric mean", counts)
        mean("of the same programs", counts.filter { $0.program.difference == nil })
        return table
    }
}

/// What one program and its twin take more for a larger problem.
private struct Count {
    let program: MachineProgram
    let sizes: (small: Int, large: Int)
    /// Instructions of the processor.
    let ours: Int
    let theirs: Int
    /// Instructions of bytecode.
    let executed: Int

    var ratio: Double { Double(ours) / Double(theirs) }

    init(
        _ program: MachineProgram, ftai: OutsideProgram, lua: OutsideProgram, _ callgrind: Callgrind, in folder: URL,
        _ context: EvaluationContext
    ) throws {
        self.program = program
        let sizes = program.countedSizes
        self.sizes = sizes
        let bytecode = folder.appending(path: "\(program.name).ftaib")
        let twin = folder.appending(path: "\(program.name).lua")
        let loaded = try program.loaded(machineCode: .off)
        try Data(loaded.bytecode.encoded()).write(to: bytecode)
        try Data(program.lua).write(to: twin)
        func counted(_ run: (Int) throws -> Int) throws -> Int {
            let more = try run(sizes.large) - run(sizes.small)
            guard more > 0 else { throw EvaluationError("`\(program.name)` takes no more for a larger problem") }
            return more
        }
        ours = try counted { size in
            try callgrind.instructions(
                of: ftai,
                [
                    "run", bytecode.path(percentEncoded: false), "--machine-code", "off", "--budget-ms", "600000",
                    "--input", "n=\(size)",
                ])
        }
        theirs = try counted { size in
            try callgrind.instructions(of: lua, [twin.path(percentEncoded: false), "\(size)"])
        }
        executed = try counted { size in
            try program.instructionsExecuted(loaded, size: size, clock: context.clock)
        }
    }
}

extension MachineProgram {
    /// Two problems that differ by enough for what starting takes to be no part of the difference, and by so little
    /// that neither takes more than some seconds under callgrind.
    fileprivate var countedSizes: (small: Int, large: Int) {
        switch name {
        // The work grows with the square or more.
        case "fib": (quickSize, quickSize + 4)
        case "trees": (quickSize, quickSize + 2)
        case "integer_loop", "modulo_loop", "while_loop", "float_loop", "float_recurrence": (quickSize, quickSize * 2)
        default: (quickSize * 5, quickSize * 10)
        }
    }
}
