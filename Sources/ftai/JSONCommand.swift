// `ftai json`: documents as JSON and back.

import ArgumentParser
import FTAI

struct JSONCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "json", abstract: "Turn a document into JSON, or JSON back into a document, without loss.",
        discussion: """
            EXAMPLES:
              ftai json tip.ftai
              ftai json tip.ftai --compact -o tip.json
              ftai json tip.json --reverse -o tip.ftai
            """)

    @Argument(
        help: "The document, or the JSON with --reverse.", completion: .file(extensions: ["ftai", "json"]))
    var file: String

    @Flag(help: "Read JSON and write a document.")
    var reverse = false

    @Flag(help: "Write the JSON on one line.")
    var compact = false

    @Flag(help: "Put included documents in the place of `@include`.")
    var expand = false

    @Flag(help: "Read documents that deviate from the rules; what deviates is only warned of.")
    var lenient = false

    @Option(
        name: [.short, .long], help: "The file to write; by default the result is printed.",
        completion: .file(extensions: ["ftai", "json"]))
    var output: String?

    func run() async throws {
        try await perform { console in
            try SourceFile.refuse(output, over: file)
            let source = try SourceFile.source(file)
            let text =
                reverse
                ? try document(fromJSON: source, console)
                : try SourceFile.document(source, mode: lenient ? .lenient : .strict, expands: expand, console)
                    .json.text(isCompact: compact)
            try SourceFile.write(text, to: output, console)
            return .fine
        }
    }
}

private func document(fromJSON source: FTAISource, _ console: Console) throws(ToolFailure) -> String {
    do {
        return FTAISerializer.serialize(try FTAIDocument(json: source))
    } catch {
        console.note(DiagnosticRenderer(useColor: console.useColor).render([error], source: source))
        throw ToolFailure(exit: .badSource, message: "\(source.file) is no document")
    }
}
