// `ftai lsp`: the language server, for editors.

import ArgumentParser
import FTAI
import Foundation
import LanguageServer

struct LanguageServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lsp", abstract: "Serve an editor: problems, hover, definitions, completion, layout, renaming.",
        discussion: """
            Speaks the Language Server Protocol 3.17 over standard input and output; editors start it. Exits with 1 when the editor \
            leaves without shutting it down.

            EXAMPLES:
              ftai lsp --root tasks
            """)

    @OptionGroup var include: IncludeOption

    func run() async throws {
        try await perform { console in try serve(root: include.root, console) }
    }
}

/// Serves the editor at standard input and output until it leaves.
func serve(root: String?, _ console: Console) throws(ToolFailure) -> ToolExit {
    let server = LanguageServer(files: IncludedFilesOnDisk(), root: root)
    let input = EditorInput()
    while server.end == nil, let piece = input.next() {
        do {
            try console.write(try server.receive(piece))
        } catch let error as FramingError {
            throw ToolFailure(exit: .taskFailed, message: "\(error)")
        } catch let error as ToolFailure {
            throw error
        } catch {
            throw ToolFailure(exit: .outputFailed, message: "\(error)")
        }
    }
    return server.end == .orderly ? .fine : .taskFailed
}

/// What an editor sends, as it comes.
struct EditorInput {
    /// Waits for something; nil at the end.
    func next() -> [UInt8]? {
        let piece = FileHandle.standardInput.availableData
        return piece.isEmpty ? nil : Array(piece)
    }
}
