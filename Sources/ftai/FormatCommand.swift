// `ftai fmt`: documents and their code in one layout.

import ArgumentParser
import FTAI

struct FormatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt", abstract: "Lay documents and the code in them out, in place; standard input is printed.",
        discussion: """
            Comments stay, and so does every word; a document with errors is left alone. Exits with 2 when --check finds a \
            document that would change.

            EXAMPLES:
              ftai fmt tip.ftai
              ftai fmt tasks/*.ftai --check
            """)

    @Argument(help: "The documents to lay out.", completion: .file(extensions: ["ftai"]))
    var files: [String]

    @Flag(help: "Change nothing; only tell which documents would change.")
    var check = false

    func run() async throws {
        try await perform { console in try format(files, isCheck: check, console) }
    }
}

/// Lays documents out one after the other; one with errors does not keep the others from it.
func format(_ files: [String], isCheck: Bool, _ console: Console) throws(ToolFailure) -> ToolExit {
    var exit = ToolExit.fine
    for file in files {
        do throws(ToolFailure) {
            let source = try SourceFile.source(file)
            let document = try SourceFile.document(source, mode: .strict, expands: false, console)
            let text = Array(DocumentLayout.text(of: document).utf8)
            if file == SourceFile.standardInput, !isCheck {
                try console.write(text)
                continue
            }
            guard text != source.bytes else { continue }
            if isCheck {
                try console.write("\(file): would change\n")
                if exit == .fine { exit = .notFormatted }
            } else {
                try SourceFile.replace(file, by: text)
                try console.write("\(file): laid out\n")
            }
        } catch {
            guard error.exit == .badSource else { throw error }
            console.note(error)
            exit = .badSource
        }
    }
    return exit
}
