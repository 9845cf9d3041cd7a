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
    @OptionGroup var include: IncludeOption

    @Flag(help: "Show each line of the source above its code.")
    var source = false

    func run() async throws {
        try await perform { console in
            try disassemble(file, optimization.level, root: include.root, showsSource: source, console)
        }
    }
}

/// Shows a program, with its source where that is wanted and can be had.
func disassemble(
    _ file: String, _ level: OptimizationLevel, root: String?, showsSource: Bool, _ console: Console
) throws -> ToolExit {
    let (bytecode, compiled) = try SourceFile.program(file, level, console, root: root)
    var texts: [String: String] = [:]
    if showsSource {
        for source in compiled?.files.map(\.source) ?? [] {
            texts[source.file] = source.text(SourceRange(0, source.bytes.count))
        }
        if compiled == nil { texts = matchingSources(of: bytecode, console) }
    }
    try console.write(Disassembly(of: bytecode, included: texts).text)
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

/// The documents that a program was compiled from, as far as they are still there and still the same.
private func matchingSources(of bytecode: FTAIBytecode, _ console: Console) -> [String: String] {
    let hashes = bytecode.metadata.dependencies.merging([bytecode.metadata.sourceFile: bytecode.sourceHash]) { $1 }
    var texts: [String: String] = [:]
    for (path, hash) in hashes.sorted(by: { $0.key < $1.key }) {
        guard let bytes = try? SourceFile.bytes(of: path) else {
            console.note("ftai: the source \(path) cannot be read; the code is shown without it\n")
            continue
        }
        guard FTAICompiler.hash(of: FTAISource(file: path, bytes: bytes)) == hash else {
            console.note("ftai: \(path) has changed since it was compiled; the code is shown without it\n")
            continue
        }
        texts[path] = String(decoding: bytes, as: UTF8.self)
    }
    return texts
}
