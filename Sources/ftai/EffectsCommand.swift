// `ftai effects`: what each task does besides computing, and why.

import ArgumentParser
import FTAI
import FTAICompiler
import SerenaNetBytecode
import TaskInspection

struct EffectsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "effects", abstract: "Show what each task does besides computing, and which line makes it so.",
        discussion: """
            EXAMPLES:
              ftai effects tip.ftai
              ftai effects tip.ftaib
            """)

    @Argument(
        help: "A document (.ftai) or a compiled program (.ftaib).", completion: .file(extensions: ["ftai", "ftaib"]))
    var file: String

    @OptionGroup var include: IncludeOption

    func run() async throws {
        try await perform { console in try showEffects(file, root: include.root, console) }
    }
}

/// A line for each task, and under it one for each effect with its cause. A compiled program tells no causes.
func showEffects(_ file: String, root: String?, _ console: Console) throws(ToolFailure) -> ToolExit {
    let (bytecode, document) = try SourceFile.program(file, .none, console, root: root)
    let width = bytecode.tasks.map(\.name.count).max() ?? 0
    let reports = document.map { FTAICompiler.effects(of: $0) } ?? []
    for task in bytecode.tasks {
        let padding = String(repeating: " ", count: width - task.name.count)
        let effects = bytecode.effects(ofTask: task.name) ?? .pure
        let report = reports.first { $0.task == task.name }
        let bound = report?.bound.map { "  (at most \($0))" } ?? ""
        try console.write("\(task.name)\(padding)  \(effects)\(bound)\n")
        for cause in report?.causes ?? [] {
            let place = cause.file.map { "\($0):\(cause.line)" } ?? "line \(cause.line)"
            try console.write(TerminalText.lines("  \(cause.effect): \(place), \(cause.what)\n"))
        }
    }
    return .fine
}
