// `ftai doc`: a page about the tasks of a document.

import ArgumentParser
import FTAI

struct ReferenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doc", abstract: "Write a page about the tasks of a document, in Markdown.",
        discussion: """
            EXAMPLES:
              ftai doc tip.ftai
              ftai doc tasks.ftai -o TASKS.md
            """)

    @Argument(
        help: "The document; what it includes is described as well.", completion: .file(extensions: ["ftai"]))
    var file: String

    @Option(
        name: [.short, .long], help: "The file to write; by default the page is printed.",
        completion: .file(extensions: ["md"]))
    var output: String?

    func run() async throws {
        try await perform { console in
            try SourceFile.refuse(output, over: file)
            let source = try SourceFile.source(file)
            let document = try SourceFile.document(source, mode: .strict, expands: true, console)
            try SourceFile.write(TaskReference.markdown(of: document, file: file), to: output, console)
            return .fine
        }
    }
}
