// Programs of several files: tasks call each other across them, and whatever goes wrong is told of the right one.

import FTAI
import FTAICompiler
import SerenaNetBytecode
import SerenaNetVM
import Testing

/// Files that exist in memory, all in one folder.
private struct FolderInMemory: IncludedFiles {
    let files: [String: String]

    func canonicalPath(of path: String) -> String? {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let clean = "/" + parts.joined(separator: "/")
        return files[clean] != nil || clean == "/p" ? clean : nil
    }

    func bytes(of path: String, limit: Int) -> [UInt8]? {
        files[path].map { Array($0.utf8.prefix(limit + 1)) }
    }
}

@Suite struct IncludedProgramTests {
    private static let main = """
        @ftai v2.0
        @include ./parts/tax.ftai

        @task main
          @input bill:int 10
          @output total:int
          @do
            say "with tax: {tax(bill)}"
            return share(bill, 4) + share(bill, 0)
          @end
        @end
        @include shared.ftai
        """
    private static let tax =
        "@ftai v2.0 lang:en\n\n@task tax\n  @input bill:int\n  @output tax:int\n  @do\n    return share(bill, 5)\n  @end\n@end"
    private static let shared =
        "@ftai v2.0\n@task share\n@input a:int\n@input b:int\n@output c:int\n@do\nsay \"of {a}\"\nreturn a / b\n@end\n@end\n"

    private static func expand(
        main: String = main, tax: String = tax, shared: String = shared
    ) -> DocumentIncluder.Expansion {
        let files = [
            "/p/main.ftai": main, "/p/parts/tax.ftai": tax, "/p/shared.ftai": shared, "/secret.ftai": "@ftai v2.0\n",
        ]
        let includer = DocumentIncluder(
            root: "/p", parser: FTAIParser(mode: .strict), files: FolderInMemory(files: files))
        return includer.expand(FTAISource(file: "/p/main.ftai", text: main))
    }

    private static func problems(_ expansion: DocumentIncluder.Expansion) -> [String] {
        FTAICompiler().validateSyntax(expansion).map { "\($0.file):\($0.line):\($0.column) \($0.code.rawValue)" }
    }

    @Test(arguments: OptimizationLevel.allCases)
    func tasksCallEachOtherAcrossFilesAndFailInTheirs(level: OptimizationLevel) throws {
        let outcome = try FTAICompiler().compile(Self.expand(), level: level)
        #expect(outcome.warnings == [])
        let bytecode = try FTAIBytecode(decoding: outcome.bytecode.encoded())
        let execution = try Execution(of: "main", in: LoadedProgram(bytecode), clock: FrozenClock())
        var said: [String] = []
        var step = execution.advance()
        while case .suspended(.say(let text)) = step {
            said.append(text)
            step = execution.advance()
        }
        #expect(said == ["of 10", "with tax: 2", "of 10", "of 10"])
        guard case .failed(.programFault(let fault)) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(fault.kind == .divisionByZero)
        #expect(fault.location == ProgramLocation(file: "/p/shared.ftai", line: 8, stack: ["share", "main"]))
    }

    @Test func theListingShowsTheLinesOfEveryFile() throws {
        let expansion = Self.expand()
        let bytecode = try FTAICompiler().compile(expansion, level: .performance).bytecode
        let texts = Dictionary(uniqueKeysWithValues: expansion.files.map { ($0.source.file, $0.source) })
        let listing = Disassembly(of: bytecode, included: texts.mapValues { $0.text(SourceRange(0, $0.bytes.count)) })
            .text
        #expect(listing.contains("file       /p/shared.ftai"))
        #expect(listing.contains("; 8: return a / b"))
        #expect(listing.contains("; 9: return share(bill, 4) + share(bill, 0)"))
        #expect(listing.contains("includes  /p/parts/tax.ftai, sha256 "))
    }

    static let broken: [(main: String, tax: String, problems: [String])] = [
        // A name that is unknown, in an included file that does not end with a line break.
        (main, tax.replacing("share(bill, 5)", with: "shear(bill, 5)"), ["/p/parts/tax.ftai:7:12 FTAI0202"]),
        // What is wrong with the included document itself.
        (main, tax.replacing("  @end\n@end", with: "  @end"), ["/p/parts/tax.ftai:3:1 FTAI0016"]),
        // In both, in the order of the files.
        (
            main.replacing("tax(bill)", with: "tax()"), tax.replacing("share(bill, 5)", with: "share(bill, true)"),
            ["/p/main.ftai:8:21 FTAI0205", "/p/parts/tax.ftai:7:24 FTAI0203"]
        ),
        (
            main.replacing("./parts", with: "../parts"), tax,
            ["/p/main.ftai:2:10 FTAI0042", "/p/main.ftai:8:21 FTAI0202"]
        ),
        (main.replacing("shared.ftai", with: "../secret.ftai"), tax, []),
        (main, tax + "\n@include ../main.ftai\n", ["/p/parts/tax.ftai:10:10 FTAI0044"]),
    ]

    @Test(arguments: broken.indices)
    func problemsAreToldOfTheFileThatTheyStandIn(index: Int) {
        let (main, tax, expected) = Self.broken[index]
        let problems = Self.problems(Self.expand(main: main, tax: tax))
        if expected.isEmpty {
            #expect(problems.contains("/p/main.ftai:12:10 FTAI0043"), "\(problems)")
        } else {
            #expect(problems == expected)
        }
    }

    @Test func aTaskThatIsIncludedTwiceNamesItsFirstPlace() {
        let twice = Self.main.replacing("@include shared.ftai", with: "@include shared.ftai\n@include ./shared.ftai")
        let problems = FTAICompiler().validateSyntax(Self.expand(main: twice))
        #expect(problems.map(\.code) == [.nameRepeated])
        #expect(problems.first?.file == "/p/shared.ftai")
        #expect(problems.flatMap(\.notes) == [.init("it is the same task: this file is included twice")])
        let again = Self.main.replacing("@task main", with: "@task tax")
        let notes = FTAICompiler().validateSyntax(Self.expand(main: again)).flatMap(\.notes)
        #expect(notes.contains { $0.message.hasSuffix("/p/parts/tax.ftai:3") && $0.line == nil }, "\(notes)")
    }

    @Test func everyIncludedFileIsPartOfTheIdentity() throws {
        let plain = try FTAICompiler().compile(Self.expand(), level: .basic).bytecode
        let changed = try FTAICompiler().compile(Self.expand(shared: Self.shared + "// why\n"), level: .basic).bytecode
        #expect(plain.metadata.dependencies.keys.sorted() == ["/p/parts/tax.ftai", "/p/shared.ftai"])
        #expect(plain.metadata.cacheKey != changed.metadata.cacheKey)
        #expect(plain.metadata.dependencies != changed.metadata.dependencies)
        #expect(plain.sourceHash == changed.sourceHash)
    }

    @Test func aDocumentWithoutIncludesCompilesToTheSameAsEver() throws {
        let source = FTAISource(file: "/p/shared.ftai", text: Self.shared)
        let includer = DocumentIncluder(
            root: "/p", parser: FTAIParser(mode: .strict), files: FolderInMemory(files: [:]))
        let joined = try FTAICompiler().compile(includer.expand(source), level: .performance).bytecode
        #expect(try FTAICompiler().compileWithOptimization(source, level: .performance).bytecode == joined)
    }

    @Test func effectsAndHintsNameTheFile() throws {
        let reports = FTAICompiler.effects(of: Self.expand())
        #expect(reports.map(\.task) == ["tax", "main", "share"])
        #expect(reports.last?.causes.map { "\($0.file ?? "-"):\($0.line)" } == ["/p/shared.ftai:7"])
        #expect(reports[1].causes.map { "\($0.file ?? "-"):\($0.line)" } == ["-:8"])
    }
}
