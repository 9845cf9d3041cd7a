// Programs of several files: a document with all that it includes, compiled as one.

import FTAI
import SerenaNetBytecode

extension FTAICompiler {
    /// Compiles a document with all that it includes. Tasks may call each other across files; an error names the file that it
    /// stands in, and so does a failure while the program runs.
    public func compile(
        _ expansion: DocumentIncluder.Expansion, level: OptimizationLevel, options: CompilationOptions = .init()
    ) throws(CompilationError) -> CompilationOutcome {
        try compile(level: level, options: options) { CheckedProgram(expansion) }
    }

    /// Everything that is wrong with a document, with what it includes, and with their code.
    public func validateSyntax(_ expansion: DocumentIncluder.Expansion) -> [Diagnostic] {
        CheckedProgram(expansion).diagnostics
    }

    /// See ``feedback(on:level:options:)``.
    public func feedback(
        on expansion: DocumentIncluder.Expansion, level: OptimizationLevel, options: CompilationOptions = .init()
    ) throws(CompilationError) -> [CompilerFeedback] {
        try feedback(on: CheckedProgram(expansion), level: level, options: options)
    }

    /// See ``effects(of:)``.
    public static func effects(of expansion: DocumentIncluder.Expansion) -> [EffectReport] {
        effects(of: CheckedProgram(expansion))
    }

    /// See ``listing(of:at:level:options:)``.
    public func listing(
        of expansion: DocumentIncluder.Expansion, at stage: CompilationStage, level: OptimizationLevel,
        options: CompilationOptions = .init()
    ) throws(CompilationError) -> String? {
        try listing(of: CheckedProgram(expansion), at: stage, level: level, options: options)
    }
}

extension CheckedProgram {
    init(_ expansion: DocumentIncluder.Expansion) {
        let source = expansion.whole ?? FTAISource(file: "", bytes: [])
        // What is wrong with the documents themselves is known already, file by file.
        let problems = DiagnosticCollector(source: source, mode: .strict)
        self.init(expansion.document, source: source, problems: problems, expansion: expansion)
    }

    var hasErrors: Bool { problems.hasErrors || expansion?.hasErrors == true }

    /// Everything that was found, file by file, in the order of each.
    var diagnostics: [Diagnostic] {
        guard let expansion else { return problems.sorted() }
        let found = expansion.files.flatMap(\.diagnostics) + expansion.placed(problems.sorted())
        return expansion.report(found).files.flatMap(\.diagnostics)
    }

    /// The line as the author of its file counts it, and the file where it is an included one.
    func place(ofLine line: Int) -> (file: String?, line: Int) {
        guard let expansion, let place = expansion.place(ofLine: line), expansion.files.count > 1 else {
            return (nil, line)
        }
        return (place.file.file == source.file ? nil : place.file.file, place.line)
    }

    /// The line of the whole that a line of a file is; the reverse of ``place(ofLine:)``.
    func wholeLine(_ file: String?, _ line: Int) -> Int? {
        guard let expansion else { return file == nil ? line : nil }
        return expansion.line(line, ofFile: file)
    }

    /// The included file that a task stands in; nil for the document itself.
    func file(of head: TaskHead) -> String? {
        expansion == nil ? nil : place(ofLine: source.line(at: head.nameRange.start)).file
    }

    /// Lines as the authors of their files count them.
    func lines(_ lines: [UInt32]) -> [UInt32] {
        guard let expansion, expansion.files.count > 1 else { return lines }
        return lines.map { $0 == 0 ? 0 : UInt32(clamping: place(ofLine: Int($0)).line) }
    }

    /// SHA-256 of every included file, by its path.
    var dependencies: [String: String] {
        Dictionary((expansion?.files ?? []).dropFirst().map { ($0.source.file, FTAICompiler.hash(of: $0.source)) }) {
            first, _ in first
        }
    }

    /// The included files as a part of the cache key, in the order in which they are included.
    var dependencyKey: String {
        (expansion?.files ?? []).dropFirst().map { "\n\($0.source.file) \(FTAICompiler.hash(of: $0.source))" }.joined()
    }
}
