// `ftai lint`: what is wrong with documents and the code in them.

import ArgumentParser
import FTAI
import FTAICompiler

struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Show everything that is wrong with documents and their tasks.",
        discussion: """
            EXAMPLES:
              ftai lint tip.ftai
              ftai lint tasks/*.ftai
            """)

    @Argument(help: "The documents to check.")
    var files: [String]

    func run() async throws {
        try await perform { console in try lint(files, console) }
    }
}

/// Checks documents one after the other; one that cannot be read does not keep the others from being checked.
func lint(_ files: [String], _ console: Console) throws(ToolFailure) -> ToolExit {
    var exit = ToolExit.fine
    for file in files {
        do throws(ToolFailure) {
            let source = try SourceFile.source(file)
            if try lint(source, console) != .fine { exit = .badSource }
        } catch {
            guard error.exit == .badSource else { throw error }
            console.note(error)
            exit = .badSource
        }
    }
    return exit
}

private func lint(_ source: FTAISource, _ console: Console) throws(ToolFailure) -> ToolExit {
    let diagnostics = FTAICompiler().validateSyntax(source)
    console.note(DiagnosticRenderer(useColor: console.useColor).render(diagnostics, source: source))
    guard !diagnostics.contains(where: { $0.severity == .error }) else { return .badSource }
    try console.write("\(source.file): no errors\n")
    return .fine
}
