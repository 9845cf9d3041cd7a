// `ftai lint`: what is wrong with documents and the code in them, and how it is mended.

import ArgumentParser
import FTAI
import FTAICompiler

extension DiagnosticReport.Format: ExpressibleByArgument {}

struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Show everything that is wrong with documents and their tasks.",
        discussion: """
            Included documents are checked as well. With --fix, the problems that a program can mend without changing what \
            a document means are mended first; the file is replaced as a whole or not at all.

            EXAMPLES:
              ftai lint tip.ftai
              ftai lint tasks/*.ftai --fix
              ftai lint tip.ftai --format sarif > tip.sarif
            """)

    @Argument(help: "The documents to check.", completion: .file(extensions: ["ftai"]))
    var files: [String]

    @Flag(help: "Mend what can be mended.")
    var fix = false

    @Option(
        help: "How problems are shown: \(DiagnosticReport.Format.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: DiagnosticReport.Format = .text

    @Option(
        help: "The folder that included documents are kept to; by default the folder of each document.",
        completion: .directory)
    var root: String?

    func run() async throws {
        let request = LintRequest(files: files, fixes: fix, format: format, root: root)
        try await perform { console in try lint(request, console) }
    }
}

/// What is to be checked, and how.
struct LintRequest {
    let files: [String]
    let fixes: Bool
    let format: DiagnosticReport.Format
    let root: String?
}

/// Checks documents one after the other; one that cannot be read does not keep the others from being checked.
func lint(_ request: LintRequest, _ console: Console) throws(ToolFailure) -> ToolExit {
    var exit = ToolExit.fine
    var report = DiagnosticReport(files: [])
    for file in request.files {
        do throws(ToolFailure) {
            if request.fixes { try SourceFile.requireFile(file, for: "--fix") }
            var source = try SourceFile.source(file)
            if request.fixes { source = try mended(source, console) }
            let found = problems(of: source, root: request.root)
            report.files += found
            guard request.format == .text else { continue }
            let part = DiagnosticReport(files: found)
            console.note(part.rendered(.text, useColor: console.useColor))
            if !part.hasErrors { try console.write("\(file): no errors\n") }
        } catch {
            guard error.exit == .badSource else { throw error }
            console.note(error)
            exit = .badSource
        }
    }
    if request.format != .text { try console.write(report.rendered(request.format)) }
    return report.hasErrors ? .badSource : exit
}

/// What is wrong with a document, its tasks, and what it includes.
private func problems(of source: FTAISource, root: String?) -> [DiagnosticReport.File] {
    let document = SourceFile.expanded(source, root: root)
    return document.report(FTAICompiler().validateSyntax(document)).files
}

/// Applies the fixes that are certain, and replaces the file when there were any.
private func mended(_ source: FTAISource, _ console: Console) throws(ToolFailure) -> FTAISource {
    let outcome = DiagnosticFixer.fixed(source) { FTAICompiler().validateSyntax($0) }
    guard outcome.count > 0 else { return source }
    try SourceFile.replace(source.file, by: outcome.bytes)
    console.note("\(source.file): \(outcome.count) problem\(outcome.count == 1 ? "" : "s") mended\n")
    return FTAISource(file: source.file, bytes: outcome.bytes)
}
