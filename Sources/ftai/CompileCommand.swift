// `ftai compile`: a document to a file of bytecode.

import ArgumentParser
import FTAI
import SerenaNetBytecode

struct CompileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compile", abstract: "Compile the tasks of a document to bytecode.",
        discussion: """
            EXAMPLES:
              ftai compile tip.ftai
              ftai compile tip.ftai -O performance -o build/tip.ftaib
            """)

    @Argument(help: "The document to compile.")
    var file: String

    @OptionGroup var optimization: LevelOption

    @Option(name: [.short, .long], help: "The file to write; by default the document's name with .ftaib.")
    var output: String?

    func run() async throws {
        try await perform { console in try compile(file, optimization.level, output: output, console) }
    }
}

/// Compiles a document and writes the program beside it, or where it is wanted.
func compile(_ file: String, _ level: OptimizationLevel, output: String?, _ console: Console) throws -> ToolExit {
    let outcome = try SourceFile.compile(try SourceFile.source(file), level, console)
    let path = output ?? (file.hasSuffix(".ftai") ? file + "b" : file + ".ftaib")
    let bytes = outcome.bytecode.encoded()
    try SourceFile.write(bytes, to: path)
    let tasks = outcome.bytecode.tasks.count
    let figures = "\(outcome.metrics.instructionCount) instructions, \(bytes.count) bytes, level \(level.rawValue)"
    try console.write("\(path): \(tasks) task\(tasks == 1 ? "" : "s"), \(figures)\n")
    return .fine
}
