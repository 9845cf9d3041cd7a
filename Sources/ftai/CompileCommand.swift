// `ftai compile`: a document to a file of bytecode, or to the text of any stage on the way there.

import ArgumentParser
import FTAI
import FTAICompiler
import SerenaNetBytecode

struct CompileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compile", abstract: "Compile the tasks of a document to bytecode.",
        discussion: """
            EXAMPLES:
              ftai compile tip.ftai
              ftai compile tip.ftai -O performance -o build/tip.ftaib
              ftai compile tip.ftai --emit ir
              ftai compile tip.ftai -O performance --emit ir-after=folding
              ftai compile tip.ftai -O performance --feedback
              ftai compile tip.ftai -O performance --profile build/profile/profile.json
              ftai compile --list-passes
            """)

    @Argument(help: "The document to compile.", completion: .file(extensions: ["ftai"]))
    var file: String?

    @OptionGroup var optimization: LevelOption
    @OptionGroup var include: IncludeOption

    @Option(
        name: [.short, .long], help: "The file to write; by default the document's name with .ftaib.",
        completion: .file(extensions: ["ftaib"]))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Show a stage instead of writing a file: tree, ir, ir-after=PASS or bytecode.", valueName: "stage"),
        completion: .list(["tree", "ir", "bytecode"] + Pass.allCases.map { "ir-after=\($0.rawValue)" }))
    var emit: CompilationStage?

    @Option(
        name: .customLong("disable-pass"),
        help: ArgumentHelp("A pass that is not run; may be repeated.", valueName: "pass"))
    var disabledPasses: [Pass] = []

    @Option(help: "What a run showed, made by `ftai profile`: for inlining and the order of code.")
    var profile: String?

    @Flag(help: "Tell what would make the tasks faster, instead of writing a file.")
    var feedback = false

    @Flag(help: "Show the passes of every level.")
    var listPasses = false

    func run() async throws {
        try await perform { console in
            if listPasses { return try showPasses(console) }
            guard let file else {
                throw ToolFailure(exit: .badSource, message: "no document is named", remedy: "ftai compile FILE")
            }
            try SourceFile.refuse(output, over: file)
            if emit == nil, !feedback, output == nil { try SourceFile.requireFile(file, for: "compile without -o") }
            let document = try SourceFile.source(file)
            var options = CompilationOptions(disabledPasses: Set(disabledPasses))
            if let profile { options.profile = try readProfile(profile, of: document) }
            let source = SourceFile.expanded(document, root: include.root)
            if let emit { return try show(source, at: emit, optimization.level, options, console) }
            if feedback { return try showFeedback(on: source, optimization.level, options, console) }
            return try compile(source, optimization.level, options, output: output ?? compiledPath(of: file), console)
        }
    }
}

/// A profile of a document, which must not have been changed since.
private func readProfile(_ path: String, of source: FTAISource) throws(ToolFailure) -> ExecutionProfile {
    let text = String(decoding: try SourceFile.bytes(of: path), as: UTF8.self)
    let profile: ExecutionProfile
    do {
        profile = try ExecutionProfile(json: text)
    } catch {
        throw ToolFailure(
            exit: .badSource, message: "\(path): \(error)", remedy: "ftai profile \(source.file) --output FOLDER")
    }
    guard profile.sourceHash == FTAICompiler.hash(of: source) else {
        throw ToolFailure(
            exit: .badSource, message: "\(path) was recorded with another text of \(source.file)",
            remedy: "ftai profile \(source.file) --output FOLDER")
    }
    return profile
}

extension Pass: ExpressibleByArgument {}

extension CompilationStage: ExpressibleByArgument {
    public init?(argument: String) {
        switch argument {
        case "tree": self = .tree
        case "ir": self = .intermediate
        case "bytecode": self = .bytecode
        default:
            let prefix = "ir-after="
            guard argument.hasPrefix(prefix), let pass = Pass(rawValue: String(argument.dropFirst(prefix.count))) else {
                return nil
            }
            self = .after(pass)
        }
    }
}

/// The place of a compiled program beside its document.
private func compiledPath(of file: String) -> String {
    file.hasSuffix(".ftai") ? file + "b" : file + ".ftaib"
}

/// Compiles a document and writes the program to a file.
func compile(
    _ source: DocumentIncluder.Expansion, _ level: OptimizationLevel, _ options: CompilationOptions,
    output path: String, _ console: Console
) throws -> ToolExit {
    let outcome = try SourceFile.compile(source, level, console, options: options)
    let bytes = outcome.bytecode.encoded()
    try SourceFile.write(bytes, to: path)
    let tasks = outcome.bytecode.tasks.count
    let figures = "\(outcome.metrics.instructionCount) instructions, \(bytes.count) bytes, level \(level.rawValue)"
    try console.write("\(path): \(tasks) task\(tasks == 1 ? "" : "s"), \(figures)\n")
    return .fine
}

/// Shows a program at a stage of its compilation.
func show(
    _ source: DocumentIncluder.Expansion, at stage: CompilationStage, _ level: OptimizationLevel,
    _ options: CompilationOptions,
    _ console: Console
) throws -> ToolExit {
    // Errors and warnings are shown as by any other compilation.
    _ = try SourceFile.compile(source, level, console, options: options)
    guard let text = try FTAICompiler().listing(of: source, at: stage, level: level, options: options) else {
        throw ToolFailure(
            exit: .badSource, message: "the level \(level.rawValue) does not run that pass",
            remedy: "ftai compile --list-passes")
    }
    try console.write(text)
    return .fine
}

/// Shows what would make the tasks of a document faster.
func showFeedback(
    on source: DocumentIncluder.Expansion, _ level: OptimizationLevel, _ options: CompilationOptions, _ console: Console
) throws -> ToolExit {
    _ = try SourceFile.compile(source, level, console, options: options)
    let hints = try FTAICompiler().feedback(on: source, level: level, options: options)
    let file = source.files.first?.source.file ?? ""
    for hint in hints {
        try console.write(
            "\(hint.file ?? file):\(hint.line): \(hint.kind.rawValue): \(hint.message), in task \(hint.task)\n")
    }
    if hints.isEmpty { try console.write("\(file): nothing to be made faster was found\n") }
    return .fine
}

/// Shows which passes each level runs, in their order.
func showPasses(_ console: Console) throws -> ToolExit {
    for level in OptimizationLevel.allCases {
        let passes = Pass.passes(of: level).map(\.rawValue).joined(separator: ", ")
        try console.write("\(level.rawValue): \(passes.isEmpty ? "none" : passes)\n")
    }
    return .fine
}
