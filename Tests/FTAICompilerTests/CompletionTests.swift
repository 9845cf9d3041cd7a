// What a shell knows of `ftai`: scripts that complete its commands, and help with examples for each.

import Foundation
import Testing

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: ToolRun.program.path()), "ftai is not built"))
struct CompletionTests {
    private func run(_ arguments: [String]) throws -> ToolRun {
        let folder = try TemporaryFolder([:])
        return try withExtendedLifetime(folder) { try ToolRun(arguments, in: folder.url) }
    }

    /// The commands as the overview lists them.
    private func commands() throws -> [String] {
        let help = try run(["--help"]).output
        let list = help.components(separatedBy: "SUBCOMMANDS:\n").last ?? ""
        return list.matches(of: /(?m)^  ([a-z]+) {2,}/).map { String($0.1) }
    }

    @Test func everyCommandShowsExamplesOfItself() throws {
        let commands = try commands()
        #expect(commands.count >= 8)
        for command in commands {
            let help = try run(["help", command])
            #expect(help.exit == 0)
            #expect(help.output.contains("EXAMPLES:\n  ftai \(command) "), "\(command)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func theShellsCompleteCommandsStagesAndDocuments(shell: String) throws {
        let script = try run(["--generate-completion-script", shell])
        #expect(script.exit == 0)
        for word in try commands() + ["ftaib", "ir-after=inlining", "performance", "sarif"] {
            #expect(script.output.contains(word), "\(word) in \(shell)")
        }
    }

    @Test func theScriptForBashIsOne() throws {
        let folder = try TemporaryFolder([
            "ftai.bash": Array(try run(["--generate-completion-script", "bash"]).output.utf8)
        ])
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-n", folder.url.appending(path: "ftai.bash").path()]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
