// The program `ftai` as its users see it: what it prints, and how it exits.

import Foundation
import SerenaNetBytecode
import Testing

/// Runs the `ftai` that was built beside the tests.
struct ToolRun {
    let exit: Int32
    let output: String
    let errors: String

    static var program: URL {
        // The test bundle, or the program that runs it, lies beside the other products.
        let candidates =
            [Bundle.main.bundleURL, Bundle.main.executableURL?.deletingLastPathComponent()]
            + Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
        let folders =
            candidates.compactMap { $0 } + [URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()]
        return folders.map { $0.appending(path: "ftai") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path()) } ?? URL(filePath: "ftai")
    }

    /// - Parameters:
    ///   - output: where the result goes in place of the test.
    ///   - input: what stands in the standard input.
    ///   - environment: beside the path to programs.
    init(
        _ arguments: [String], in folder: URL, output path: String? = nil, input: String = "",
        environment: [String: String] = [:]
    ) throws {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        let script = folder.appending(path: "input-\(UUID().uuidString)")
        try Data(input.utf8).write(to: script)
        process.standardInput = try FileHandle(forReadingFrom: script)
        let log = folder.appending(path: "errors-\(UUID().uuidString)")
        let result = path.map { URL(filePath: $0) } ?? folder.appending(path: "output-\(UUID().uuidString)")
        for file in [log, result] where !FileManager.default.fileExists(atPath: file.path()) {
            try Data().write(to: file)
        }
        let out = try FileHandle(forWritingTo: result)
        let err = try FileHandle(forWritingTo: log)
        process.standardOutput = out
        process.standardError = err
        try process.run()
        process.waitUntilExit()
        exit = process.terminationStatus
        output = path == nil ? try String(contentsOf: result, encoding: .utf8) : ""
        errors = try String(contentsOf: log, encoding: .utf8)
    }
}

/// A folder that is gone when the test ends.
final class TemporaryFolder {
    let url: URL

    init(_ files: [String: [UInt8]]) throws {
        url = FileManager.default.temporaryDirectory.appending(path: "ftai-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, bytes) in files { try Data(bytes).write(to: url.appending(path: name)) }
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: ToolRun.program.path()), "ftai is not built"))
struct ToolTests {
    private static let tip = """
        @ftai v2.0
        @task tip
          @input bill:float
          @input rates:list<float> [15]
          @output tip:float
          @do
            let last = recall "bill"
            remember "bill" = bill
            say "Last time it was {last ?? "nothing"}."
            return bill * rates[0] / 100
          @end
        @end

        """

    private func folder() throws -> TemporaryFolder {
        try TemporaryFolder([
            "tip.ftai": Array(Self.tip.utf8), "empty.ftai": [], "binary.ftai": [0, 0xFF, 0x89, 10],
            "cut.ftaib": [0x89, 0x46],
            "three.ftai": Array(Programs.task("let x: int = \"a\"\nsay nmae\nif 1\n  say 2\nend").utf8),
            "fails.ftai": Array(Programs.task("let xs = [1]\nsay xs[3]").utf8),
            "outside.ftai": Array(
                Programs.task(
                    "let w = call weather(city: \"Rome\")\nsay field(w, \"sky\") as string ?? \"?\"\nemit seen(w: w)"
                ).utf8),
            "many.ftai": Array(
                Programs.task("parallel\n  let _a = call first()\n  let _b = call second()\n  call first()\nend").utf8),
            "hostile.ftai": Array(Programs.task("call \"a\\u{1b}[31m\\u{7}\"()").utf8),
            "keys.ftai": Array(
                Programs.task(
                    "let m: map<int, list<string>> = [1: [\"x\"]]\nreturn [m]",
                    head: "  @output r:list<map<int, list<string>>>\n"
                ).utf8),
            "loud.ftai": Array(Programs.task("fail \"\\u{1b}[31mred\\u{7}\"").utf8),
            "endless.ftai": Array(Programs.task("while true\nend").utf8),
        ])
    }

    static let refusals: [(arguments: [String], exit: Int32, message: String)] = [
        (["run", "missing.ftai"], 64, "missing.ftai: there is no such file"),
        (["lint", "missing.ftai", "tip.ftai"], 64, "missing.ftai: there is no such file"),
        (["run", "."], 64, ". is a folder"), (["run", "empty.ftai"], 64, "the document is empty"),
        (["lint", "binary.ftai"], 64, "FTAI0006"), (["disasm", "cut.ftaib"], 64, "not valid bytecode"),
        (["compile", "three.ftai"], 64, "3 errors"), (["run", "tip.ftai"], 64, "--input bill=<float>"),
        (["run", "tip.ftai", "tpi"], 64, "did you mean `tip`?"),
        (["run", "tip.ftai", "--input", "bil=1"], 64, "did you mean `bill`?"),
        (["run", "tip.ftai", "--input", "bill=x"], 64, "no value for the input `bill` of type float"),
        (["run", "tip.ftai", "--input", "bill"], 64, "write --input name=value"),
        (["run", "tip.ftai", "--budget-ms", "0"], 64, "--budget-ms"), (["nonsense"], 64, "nonsense"),
        (["run", "tip.ftai", "-O", "fast"], 64, "fast"),
        (["run", "outside.ftai"], 1, "--answer weather=JSON"),
        (["run", "outside.ftai", "--answer", "weather={"], 64, "is no JSON"),
        (["run", "outside.ftai", "--answer", "weather"], 64, "write --answer name=JSON"),
        (["effects", "three.ftai"], 64, "3 errors"),
        (["run", "fails.ftai"], 1, "fails.ftai:5: index 3 is outside"),
        (["run", "endless.ftai", "--budget-ms", "20"], 1, "the program was stopped after"),
        (["compile", "tip.ftai", "-o", "./tip.ftai"], 64, "would be written over its own source"),
        (["run", "outside.ftai", "--suspend-to", "outside.ftai"], 64, "would be written over its own source"),
        (["compile", "-"], 64, "compile without -o needs a file"), (["debug", "-"], 64, "debug needs a file"),
        (["compile", "tip.ftai", "-o", "tip.ftai/x"], 6, "tip.ftai/x cannot be written"),
        (["run", "tip.ftai", "--input", "bill=1", "--memory", "tip.ftai/m"], 6, "tip.ftai/m"),
    ]

    @Test(arguments: refusals)
    func whatCannotBeDoneEndsInAMessageAndItsExitCode(arguments: [String], exit: Int32, message: String) throws {
        let folder = try folder()
        let run = try ToolRun(arguments, in: folder.url)
        #expect(run.exit == exit)
        #expect(run.errors.contains(message), "\(run.errors)")
    }

    @Test func aTaskIsRunAndRemembers() throws {
        let folder = try folder()
        let arguments = ["run", "tip.ftai", "--input", "bill=50", "--input", "rates=10,20", "--memory", "m.sqlite"]
        let first = try ToolRun(arguments, in: folder.url)
        #expect(first.output == "Last time it was nothing.\ntip = 5\n")
        #expect(first.exit == 0 && first.errors.isEmpty)
        let second = try ToolRun(arguments + ["--stats"], in: folder.url)
        #expect(second.output == "Last time it was 50.\ntip = 5\n")
        #expect(second.errors.contains("instructions"))
    }

    @Test func aCompiledProgramRunsAndIsShownWithItsSource() throws {
        let folder = try folder()
        let compiled = try ToolRun(["compile", "tip.ftai", "-O", "performance"], in: folder.url)
        #expect(compiled.output.hasPrefix("tip.ftaib: 1 task, "))
        let run = try ToolRun(["run", "tip.ftaib", "--input", "bill=50"], in: folder.url)
        #expect(run.output == "Last time it was nothing.\ntip = 7.5\n")
        let shown = try ToolRun(["disasm", "tip.ftaib", "--source"], in: folder.url)
        #expect(shown.output.contains("say \"Last time") && shown.output.contains("divFloat"))
        try Data("@ftai v2.0\n".utf8).write(to: folder.url.appending(path: "tip.ftai"))
        let changed = try ToolRun(["disasm", "tip.ftaib", "--source"], in: folder.url)
        #expect(changed.exit == 0 && changed.errors.contains("has changed since it was compiled"))
    }

    @Test func theOutsideIsAnsweredFromTheCommandLine() throws {
        let folder = try folder()
        let run = try ToolRun(["run", "outside.ftai", "--answer", #"weather={"sky":"blue"}"#], in: folder.url)
        #expect(run.output == "blue\n" && run.exit == 0)
        #expect(run.errors == "event seen {\"w\":{\"sky\":\"blue\"}}\n")
    }

    @Test(arguments: ["run", "profile", "debug"])
    func keysThatAreIntsAreShownAsInts(command: String) throws {
        let folder = try folder()
        let run = try ToolRun([command, "keys.ftai"], in: folder.url, input: "next\nlocals\ncontinue\n")
        #expect(run.output.contains("r = [[1: [\"x\"]]]"), "\(run.output)")
        if command == "debug" { #expect(run.output.contains("list<string>> = [1: [\"x\"]]\n"), "\(run.output)") }
    }

    @Test func allThatATaskWaitsForIsNamed() throws {
        let folder = try folder()
        let run = try ToolRun(["run", "many.ftai", "--suspend-to", "many.ftais"], in: folder.url)
        #expect(run.exit == 0)
        #expect(run.errors.contains("waits for `first`, `second`\n"), "\(run.errors)")
        #expect(run.errors.contains("--answer first=JSON --answer second=JSON\n"), "\(run.errors)")
    }

    @Test(arguments: [
        ["run", "loud.ftai"], ["profile", "loud.ftai"], ["run", "hostile.ftai"], ["effects", "hostile.ftai"],
        ["run", "hostile.ftai", "--suspend-to", "h.ftais"],
    ])
    func whatATaskNamesCannotSteerTheTerminal(arguments: [String]) throws {
        let folder = try folder()
        let run = try ToolRun(arguments, in: folder.url)
        #expect(run.errors.contains("\u{FFFD}[31m") || run.output.contains("\u{FFFD}[31m"), "\(run)")
        #expect(!(run.errors + run.output).contains { $0 == "\u{1B}" || $0 == "\u{7}" })
    }

    @Test func documentsAreReadFromStandardInput() throws {
        let folder = try folder()
        func run(_ arguments: String...) throws -> ToolRun {
            try ToolRun(arguments, in: folder.url, input: Self.tip)
        }
        #expect(try run("lint", "-").output == "-: no errors\n")
        #expect(try run("lint", "-", "--fix").exit == 64)
        #expect(try run("fmt", "-").output == Self.tip.replacing("@task", with: "\n@task"))
        #expect(try run("run", "-", "--input", "bill=50").output == "Last time it was nothing.\ntip = 7.5\n")
        #expect(try run("effects", "-").output.contains("says: line 9"))
        #expect(try run("json", "-").output.contains("\"tag\": \"task\""))
        #expect(try run("compile", "-", "-o", "made.ftaib").exit == 0)
        #expect(try run("run", "made.ftaib", "--input", "bill=50").output.hasSuffix("tip = 7.5\n"))
    }

    @Test func effectsAreShownWithTheLinesThatCauseThem() throws {
        let folder = try folder()
        let run = try ToolRun(["effects", "tip.ftai"], in: folder.url)
        #expect(
            run.output == "tip  reads, says, writes\n  reads: line 7, `recall`\n  says: line 9, `say`\n"
                + "  writes: line 8, `remember`\n")
        #expect(try ToolRun(["compile", "tip.ftai"], in: folder.url).exit == 0)
        #expect(try ToolRun(["effects", "tip.ftaib"], in: folder.url).output == "tip  reads, says, writes\n")
    }

    @Test func aProfileIsShownAndWritten() throws {
        let folder = try folder()
        let run = try ToolRun(
            ["profile", "tip.ftai", "--input", "bill=50", "--output", "made/profile"], in: folder.url)
        #expect(run.exit == 0 && run.errors.isEmpty)
        #expect(run.output.contains("instructions in task tip, level none"))
        #expect(run.output.hasSuffix("made/profile/flame.svg\nmade/profile/profile.json\ntip = 7.5\n"))
        let profile = try String(contentsOf: folder.url.appending(path: "made/profile/profile.json"), encoding: .utf8)
        #expect(try ExecutionProfile(json: profile).functions.map(\.calls) == [1])
    }

    @Test func aTaskIsDebuggedByAScript() throws {
        let folder = try folder()
        let arguments = ["debug", "tip.ftai", "--input", "bill=50"]
        let run = try ToolRun(arguments, in: folder.url, input: "break 8\nc\nlocals\nc\n")
        #expect(run.exit == 0 && run.errors.isEmpty)
        #expect(
            run.output.contains(
                "(ftai) locals\n  bill: float = 50.0\n  rates: list<float> = [15.0]\n  last: string? = null\n"))
        #expect(run.output.hasSuffix("Last time it was nothing.\nthe task has ended; tip = 7.5\n(ftai) \n"))
        #expect(try ToolRun(["compile", "tip.ftai"], in: folder.url).exit == 0)
        let compiled = try ToolRun(["debug", "tip.ftaib", "--input", "bill=50"], in: folder.url, input: "registers\n")
        #expect(
            compiled.output.contains("registers shows what there is")
                && compiled.output.contains("  r0: float = 50.0\n"))
    }

    @Test func includedTasksAreDebuggedAndProfiledInTheirOwnFiles() throws {
        let folder = try TemporaryFolder([
            "main.ftai": Array(
                "@ftai v2.0\n@include ./lib.ftai\n@task main\n  @do\n    say twice(4)\n  @end\n@end\n".utf8),
            "lib.ftai": Array(
                "@ftai v2.0\n@task twice\n  @input n:int\n  @output r:int\n  @do\n    let m = n * 2\n    return m\n  @end\n@end\n"
                    .utf8),
        ])
        let script = "b twice\nc\nn\nlocals\np twice(5)\nb 6\nc\n"
        let debugged = try ToolRun(["debug", "main.ftai", "main"], in: folder.url, input: script)
        #expect(debugged.exit == 0 && debugged.errors.isEmpty, "\(debugged.errors)")
        for part in [
            "lib.ftai:6\n →   6      let m = n * 2\n", "  m: int = 8\n", "(ftai) p twice(5)\n10\n",
            "there is no code on line 6 or behind it", "8\nthe task has ended",
        ] {
            #expect(debugged.output.contains(part), "\(debugged.output)")
        }
        let profiled = try ToolRun(["profile", "main.ftai", "main"], in: folder.url)
        #expect(profiled.output.contains("lib.ftai:6  let m = n * 2\n"), "\(profiled.output)")
        #expect(profiled.output.contains("  5  say twice(4)\n"), "\(profiled.output)")
    }

    static let stages: [(arguments: [String], exit: Int32, part: String)] = [
        (["compile", "tip.ftai", "--emit", "tree"], 0, "return divide:float("),
        (["compile", "tip.ftai", "--emit", "ir"], 0, "v3 = recall v2"),
        (["compile", "tip.ftai", "-O", "performance", "--emit", "ir-after=folding"], 0, "// after folding, run 1"),
        (["compile", "tip.ftai", "--emit", "bytecode"], 0, "floatToString"),
        (["compile", "tip.ftai", "--disable-pass", "texts", "--emit", "bytecode"], 0, "floatToString"),
        (["compile", "tip.ftai", "--feedback"], 0, "nothing to be made faster"),
        (["compile", "--list-passes"], 0, "none: none"), (["compile", "tip.ftai", "--emit", "nonsense"], 64, ""),
        (["compile", "tip.ftai", "--disable-pass", "nonsense"], 64, ""), (["compile"], 64, ""),
        (["compile", "tip.ftai", "-O", "none", "--emit", "ir-after=folding"], 64, ""),
    ]

    @Test(arguments: stages)
    func aCompilationCanBeLookedAt(arguments: [String], exit: Int32, part: String) throws {
        let folder = try folder()
        let run = try ToolRun(arguments, in: folder.url)
        #expect(run.exit == exit)
        #expect(part.isEmpty || run.output.contains(part), "\(run.output)\(run.errors)")
    }

    @Test func allErrorsOfADocumentAreShownWithoutColour() throws {
        let folder = try folder()
        let run = try ToolRun(["lint", "three.ftai", "tip.ftai"], in: folder.url)
        #expect(run.exit == 64)
        #expect(run.output == "tip.ftai: no errors\n")
        for place in ["three.ftai:4:18: error:", "three.ftai:5:9: error:", "three.ftai:6:8: error:"] {
            #expect(run.errors.contains(place))
        }
        #expect(!run.errors.contains("\u{1B}"))
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func aFullDiskIsReported() throws {
        let folder = try folder()
        let run = try ToolRun(["run", "tip.ftai", "--input", "bill=1"], in: folder.url, output: "/dev/full")
        #expect(run.exit == 6)
        #expect(run.errors.contains("the output cannot be written"))
    }

    @Test(arguments: [[], ["lint"], ["compile"], ["run"], ["resume"], ["disasm"], ["effects"]])
    func everyCommandExplainsItselfWithExamples(command: [String]) throws {
        let folder = try folder()
        let run = try ToolRun(command + ["--help"], in: folder.url)
        #expect(run.exit == 0)
        #expect(run.output.contains("EXAMPLES:"))
    }
}
