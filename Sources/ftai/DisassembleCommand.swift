// `ftai disasm`: bytecode as text.

import ArgumentParser
import FTAI
import FTAICompiler
import SerenaNetBytecode

struct DisassembleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disasm", abstract: "Show the bytecode of a document or of a compiled program.",
        discussion: """
            EXAMPLES:
              ftai disasm tip.ftai --source
              ftai disasm tip.ftaib
            """)

    @Argument(help: "A document (.ftai) or a compiled program (.ftaib).")
    var file: String

    @OptionGroup var optimization: LevelOption

    @Flag(help: "Show each line of the source above its code.")
    var source = false

    func run() async throws {
        try await perform { console in
            try disassemble(file, optimization.level, showsSource: source, console)
        }
    }
}

/// Shows a program, with its source where that is wanted and can be had.
func disassemble(_ file: String, _ level: OptimizationLevel, showsSource: Bool, _ console: Console) throws -> ToolExit {
    let (bytecode, compiled) = try SourceFile.program(file, level, console)
    var text: String?
    if showsSource {
        text = (compiled ?? matchingSource(of: bytecode, console)).map { String(decoding: $0.bytes, as: UTF8.self) }
    }
    try console.write(Disassembly(of: bytecode, source: text).text)
    return .fine
}

/// The document that a program was compiled from, if it is still there and still the same.
func matchingSource(of bytecode: FTAIBytecode, _ console: Console) -> FTAISource? {
    let path = bytecode.metadata.sourceFile
    guard let bytes = try? SourceFile.bytes(of: path) else {
        console.note("ftai: the source \(path) cannot be read; the code is shown without it\n")
        return nil
    }
    let source = FTAISource(file: path, bytes: bytes)
    guard FTAICompiler.hash(of: source) == bytecode.sourceHash else {
        console.note("ftai: \(path) has changed since it was compiled; the code is shown without it\n")
        return nil
    }
    return source
}
