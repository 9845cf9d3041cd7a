// How many instructions of the processor the virtual machine needs, beside Lua and LuaJIT.

import EvaluationInterface
import Foundation

/// Counts the instructions of the benchmark programs and their twins with callgrind.
///
/// The count is the difference between a larger and a smaller run, so that starting and compiling do not count.
public struct InstructionEvaluation: Evaluation {
    public let name = "vm-instructions"
    public let summary = "processor instructions of the virtual machine, beside Lua 5.4 and LuaJIT"

    private static let valgrind = OutsideProgram(
        path: "/usr/bin/valgrind", arguments: ["--tool=callgrind", "--callgrind-out-file=/dev/null"])

    public init() {}

    public func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        var report = EvaluationReport(name: name, title: "The virtual machine, instructions of the processor")
        guard Self.valgrind.isInstalled else {
            report.notes = ["valgrind is not installed: `apt-get install valgrind`"]
            return report
        }
        guard let ftai = Self.ftai else {
            report.notes = ["`ftai` does not stand beside this program: `swift build -c release --product ftai`"]
            return report
        }
        // LuaJIT's compiler writes code while it runs, which callgrind follows slowly and counts in another way.
        let peers = Peer.all.filter { $0.program.isInstalled && $0.name != "LuaJIT" }
        var table = EvaluationTable(
            title: "Millions of instructions",
            columns: ["program", "SerenaNet"] + peers.flatMap { [$0.name, "ratio"] })
        var ratios = [[Double]](repeating: [], count: peers.count)
        let programs = MachineProgram.all
        for (index, program) in programs.enumerated() {
            context.progress(program.name, Double(index) / Double(programs.count))
            let (ours, theirs) = try Self.counts(of: program, ftai: ftai, peers, isQuick: context.isQuick)
            var row = [program.name, String(format: "%.1f", ours / 1e6)]
            for (peer, count) in theirs.enumerated() {
                ratios[peer].append(ours / count)
                row += [String(format: "%.1f", count / 1e6), String(format: "%.2f", ours / count)]
            }
            table.rows.append(row)
        }
        table.rows.append(
            ["geometric mean", ""] + ratios.flatMap { ["", String(format: "%.2f", geometricMean($0))] })
        report.tables = [table]
        if let lua = peers.firstIndex(where: { $0.name == "Lua 5.4" }) {
            let mean = geometricMean(ratios[lua])
            report.goals = [
                EvaluationGoal(
                    "instructions of Lua 5.4, geometric mean", goal: "≤ 0.5", measured: String(format: "%.2f", mean),
                    isMet: mean <= 0.5)
            ]
        }
        report.notes = [
            "counted by callgrind: a run of the `quick` size of `vm` less a run of a quarter of it, so that starting and compiling do not count"
        ]
        return report
    }

    /// The tool for authors, where it was built together with this program.
    private static var ftai: String? {
        let file = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "ftai")
        return FileManager.default.isExecutableFile(atPath: file.path()) ? file.path() : nil
    }

    private static func counts(of program: MachineProgram, ftai: String, _ peers: [Peer], isQuick: Bool) throws
        -> (ours: Double, theirs: [Double])
    {
        let large = isQuick ? max(4, program.quickSize / 4) : program.quickSize
        // The trees' size is their depth.
        let small = program.name == "trees" ? large - 2 : large / 4
        return try withTemporaryFolder { folder in
            let (ours, twin) = (folder.appending(path: "program.ftaib"), folder.appending(path: "twin.lua"))
            let source = folder.appending(path: "\(program.name).ftai")
            try Data(program.ftai).write(to: source)
            _ = try OutsideProgram(path: ftai).run([
                "compile", source.path(), "--level", "performance", "--output", ours.path(),
            ])
            func count(_ command: (Int) -> [String]) throws -> Double {
                try instructions(command(large)) - instructions(command(small))
            }
            return (
                try count { [ftai, "run", ours.path(), "main", "--budget-ms", "600000", "--input", "n=\($0)"] },
                try peers.map { peer in
                    try peer.source(of: program).write(to: twin)
                    return try count { [peer.program.path] + peer.program.arguments + [twin.path(), "\($0)"] }
                }
            )
        }
    }

    private static func instructions(_ command: [String]) throws -> Double {
        let report = try valgrind.run(command).errors
        let line = report.split(separator: "\n").first { $0.contains("Collected :") }
        guard let count = line?.split(separator: " ").last.flatMap({ Double($0) }) else {
            throw EvaluationError("valgrind does not say how many instructions it has counted")
        }
        return count
    }
}
