// The commands of `ftai` for documents, as their users see them.

import Foundation
import Testing

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: ToolRun.program.path()), "ftai is not built"))
struct DocumentToolTests {
    private static let good =
        "@ftai v2.0\n\n@task tip // why\n  phrases: [\"tip\"]\n  @do\n    say \"hi\"\n  @end\n@end\n"

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder([
            "good.ftai": Array(Self.good.utf8),
            "loose.ftai": Array("@ftai v2.0\n@task tip\n@do\nif true\nsay \"hi\"\nend\n@end\n@end\n".utf8),
            "bad.ftai": Array("@task tip\n  list: [a,]\n@end\n@taks x\n".utf8),
            "main.ftai": Array("@ftai v2.0\n@include ./good.ftai\n".utf8),
            "pipe.ftai": Array("@ftai v2.0\n@include ./fifo\n".utf8),
            "outside.ftai": Array("@ftai v2.0\n@include ./link\n".utf8),
            "bad.json": Array("{\"ftai\": \"2.0\", \"nodes\": [{}]}".utf8),
        ])
        mkfifo(folder.url.appending(path: "fifo").path(), 0o600)
        try FileManager.default.createSymbolicLink(
            atPath: folder.url.appending(path: "link").path(), withDestinationPath: "/etc/hostname")
        return folder
    }

    private func run(_ arguments: [String], in folder: TemporaryFolder) throws -> ToolRun {
        try withExtendedLifetime(folder) { try ToolRun(arguments, in: folder.url) }
    }

    private func text(_ name: String, in folder: TemporaryFolder) throws -> String {
        try String(contentsOf: folder.url.appending(path: name), encoding: .utf8)
    }

    static let refusals: [(arguments: [String], exit: Int32, message: String)] = [
        (["json", "bad.ftai"], 64, "bad.ftai has errors"), (["json", "bad.json", "--reverse"], 64, "FTAI0054"),
        (["json", "good.ftai", "-o", "good.ftai/x"], 6, "cannot be written"), (["fmt", "bad.ftai"], 64, "FTAI0001"),
        (["json", "good.ftai", "-o", "good.ftai"], 64, "would be written over its own source"),
        (["doc", "good.ftai", "-o", "./good.ftai"], 64, "would be written over its own source"),
        (["fmt", "missing.ftai", "good.ftai"], 64, "no such file"), (["doc", "bad.ftai"], 64, "FTAI0014"),
        (["lint", "pipe.ftai"], 64, "FTAI0042"), (["lint", "outside.ftai"], 64, "FTAI0043"),
        (["lint", "good.ftai", "--format", "xml"], 64, "xml"),
    ]

    @Test(arguments: refusals)
    func whatCannotBeDoneEndsInAMessageAndItsExitCode(arguments: [String], exit: Int32, message: String) throws {
        let result = try run(arguments, in: try folder())
        #expect(result.exit == exit)
        #expect(result.errors.contains(message), "\(result.errors)")
    }

    @Test func programsIncludeOthersWithinTheirFolder() throws {
        let folder = try folder()
        let below = folder.url.appending(path: "below")
        try FileManager.default.createDirectory(at: below, withIntermediateDirectories: true)
        try Data("@ftai v2.0\n@include ../good.ftai\n".utf8).write(to: below.appending(path: "up.ftai"))
        #expect(try run(["run", "main.ftai", "tip"], in: folder).output == "hi\n")
        #expect(try run(["compile", "main.ftai"], in: folder).exit == 0)
        #expect(try run(["disasm", "main.ftaib", "--source"], in: folder).output.contains("; 6: say \"hi\""))
        #expect(try run(["run", "below/up.ftai"], in: folder).errors.contains("FTAI0043"))
        #expect(try run(["run", "below/up.ftai", "--root", "."], in: folder).output == "hi\n")
        #expect(try run(["effects", "main.ftai"], in: folder).output.contains("says: good.ftai:6"))
        for command in ["debug", "profile"] {
            #expect(try run([command, "main.ftai", "tip"], in: folder).output.contains("good.ftai:6"))
        }
    }

    @Test func jsonGoesBothWays() throws {
        let folder = try folder()
        #expect(try run(["json", "good.ftai", "-o", "good.json"], in: folder).exit == 0)
        let back = try run(["json", "good.json", "--reverse"], in: folder)
        #expect(back.exit == 0)
        #expect(back.output == Self.good)
        let expanded = try run(["json", "main.ftai", "--expand", "--compact"], in: folder)
        #expect(expanded.output.contains("\"tag\":\"task\"") && !expanded.output.contains("include"))
    }

    @Test func fixingMendsWhatIsCertainAndKeepsPermissions() throws {
        let folder = try folder()
        let path = folder.url.appending(path: "bad.ftai").path()
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let result = try run(["lint", "bad.ftai", "--fix"], in: folder)
        #expect(result.exit == 64)
        #expect(result.errors.contains("2 problems mended") && result.errors.contains("Did you mean `@task`?"))
        let mended = "@ftai v2.0\n@task tip\n  list: [a]\n@end\n@taks x\n"
        #expect(try text("bad.ftai", in: folder) == mended)
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions == 0o640)
        #expect(try !run(["lint", "bad.ftai", "--fix"], in: folder).errors.contains("mended"))
    }

    @Test(arguments: [
        ("json", "\"diagnostics\""), ("sarif", "\"version\": \"2.1.0\""), ("github", "::error file=bad.ftai"),
    ])
    func problemsCanBeReadByPrograms(format: String, part: String) throws {
        let result = try run(["lint", "bad.ftai", "main.ftai", "--format", format], in: try folder())
        #expect(result.exit == 64)
        #expect(result.output.contains(part), "\(result.output)")
        #expect(result.errors == "")
    }

    @Test func layoutIsCheckedAndMade() throws {
        let folder = try folder()
        #expect(try run(["fmt", "good.ftai", "--check"], in: folder).exit == 0)
        let check = try run(["fmt", "loose.ftai", "--check"], in: folder)
        #expect(check.exit == 2)
        #expect(check.output == "loose.ftai: would change\n")
        #expect(try run(["fmt", "loose.ftai"], in: folder).exit == 0)
        let wanted = "@ftai v2.0\n\n@task tip\n  @do\n    if true\n      say \"hi\"\n    end\n  @end\n@end\n"
        #expect(try text("loose.ftai", in: folder) == wanted)
        #expect(try run(["fmt", "loose.ftai", "--check"], in: folder).exit == 0)
    }

    @Test func tasksAreDescribedAlsoThoseOfIncludedDocuments() throws {
        let result = try run(["doc", "main.ftai"], in: try folder())
        #expect(result.exit == 0)
        #expect(result.output.contains("# main.ftai\n\n## tip\n"), "\(result.output)")
    }
}
