// The compiler as callers see it: a document in, a program out.

import Crypto
import FTAI
import SerenaNetBytecode
import Synchronization

/// Compiles the tasks of documents to bytecode.
public protocol FTAICompilerProtocol: Sendable {
    /// Compiles at the level `basic`.
    func compile(_ source: FTAISource) throws(CompilationError) -> CompilationOutcome

    func compileWithOptimization(
        _ source: FTAISource, level: OptimizationLevel
    ) throws(CompilationError) -> CompilationOutcome

    /// Everything that is wrong with a document and its code, without making a program. A document need not have code.
    func validateSyntax(_ source: FTAISource) -> [Diagnostic]

    /// The figures of the last compilation that succeeded; nil before the first.
    func getCompilationMetrics() -> CompilationMetrics?
}

/// The compiler.
///
/// ```swift
/// let outcome = try FTAICompiler().compile(FTAISource(file: "tip.ftai", bytes: bytes))
/// ```
/// The same source gives the same program, at any time and on any machine.
public final class FTAICompiler: FTAICompilerProtocol {
    /// Part of the cache key: changes whenever the compiler would make another program of the same source.
    public static let version = "7"

    private let now: (@Sendable () -> Duration)?
    private let lastMetrics = Mutex<CompilationMetrics?>(nil)

    /// - Parameter now: a clock for the figures, such as the time since the engine started; without it no time is measured.
    public init(now: (@Sendable () -> Duration)? = nil) {
        self.now = now
    }

    public func compile(_ source: FTAISource) throws(CompilationError) -> CompilationOutcome {
        try compileWithOptimization(source, level: .basic)
    }

    public func compileWithOptimization(
        _ source: FTAISource, level: OptimizationLevel
    ) throws(CompilationError) -> CompilationOutcome {
        try compile(source, level: level, options: CompilationOptions())
    }

    /// Compiles with more choices than the level.
    public func compile(
        _ source: FTAISource, level: OptimizationLevel, options: CompilationOptions
    ) throws(CompilationError) -> CompilationOutcome {
        try compile(level: level, options: options) { CheckedProgram(source) }
    }

    /// Compiles what a reader hands over, and keeps the figures.
    func compile(
        level: OptimizationLevel, options: CompilationOptions, checked: () -> CheckedProgram
    ) throws(CompilationError) -> CompilationOutcome {
        let start = now?()
        var program = checked()
        guard !program.hasErrors else { throw CompilationError(diagnostics: program.diagnostics) }
        guard let bytecode = program.bytecode(level: level, options: options) else {
            throw CompilationError(diagnostics: program.diagnostics)
        }
        var elapsed: Duration?
        if let start, let end = now?() { elapsed = end - start }
        let metrics = CompilationMetrics(source: program.source, bytecode: bytecode, compilationTime: elapsed)
        lastMetrics.withLock { $0 = metrics }
        return CompilationOutcome(bytecode: bytecode, warnings: program.diagnostics, metrics: metrics)
    }

    public func validateSyntax(_ source: FTAISource) -> [Diagnostic] {
        CheckedProgram(source).problems.sorted()
    }

    /// SHA-256 of a source, as ``FTAIBytecode/sourceHash`` has it.
    public static func hash(of source: FTAISource) -> String {
        hex(SHA256.hash(data: source.bytes))
    }

    static func hash(ofText text: String) -> String {
        hex(SHA256.hash(data: Array(text.utf8)))
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        digest.withUnsafeBytes { bytes in
            String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
                for (index, byte) in bytes.enumerated() {
                    text[2 * index] = digit(byte >> 4)
                    text[2 * index + 1] = digit(byte & 15)
                }
                return 2 * bytes.count
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }

    public func getCompilationMetrics() -> CompilationMetrics? {
        lastMetrics.withLock { $0 }
    }
}

/// A document whose tasks have been checked.
struct CheckedProgram {
    let source: FTAISource
    /// The files that the source consists of; nil when it is one file.
    let expansion: DocumentIncluder.Expansion?
    let heads: [TaskHead]
    private(set) var tasks: [TypedTask] = []
    /// The code of all tasks.
    private(set) var tree = TypedTree()
    private(set) var names = NameTable.common
    private(set) var problems: DiagnosticCollector
    /// Why each task has its effects.
    private(set) var causes: [[EffectCause]] = []
    private(set) var calls: [[TaskCall]] = []
    private let outside: OutsideNames

    init(_ source: FTAISource) {
        var problems = DiagnosticCollector(source: source, mode: .strict)
        let document = FTAIParser(mode: .strict).parse(source, keepsCode: false, problems: &problems)
        self.init(document, source: source, problems: problems, expansion: nil)
    }

    /// - Parameter problems: what is wrong with the document itself.
    init(
        _ document: FTAIDocument?, source: FTAISource, problems: DiagnosticCollector,
        expansion: DocumentIncluder.Expansion?
    ) {
        self.source = source
        self.expansion = expansion
        guard let document else {
            heads = []
            outside = OutsideNames()
            self.problems = problems
            return
        }
        var reader = TaskHeadReader(source: source, problems: problems)
        heads = reader.heads(of: document)
        outside = reader.outside
        self.problems = reader.problems
        check()
    }

    private mutating func check() {
        for index in heads.indices { reportUnknownAgent(of: index) }
        var checker = Checker(heads, outside: outside, source: source, problems: problems)
        tasks.reserveCapacity(heads.count)
        causes.reserveCapacity(heads.count)
        calls.reserveCapacity(heads.count)
        for index in heads.indices {
            tasks.append(checker.check(index))
            causes.append(checker.causes)
            calls.append(checker.calls)
        }
        problems = checker.parser.problems
        names = checker.parser.words.names
        tree = checker.finished()
        let effects = EffectAnalysis.closed(own: tasks.map(\.effects), calls: calls)
        for index in heads.indices {
            tasks[index].effects = effects[index]
            if heads[index].effectBound != nil {
                EffectAnalysis.check(
                    heads[index], effects: effects[index], causes: causes[index], calls: calls[index], all: effects,
                    heads: heads, problems: &problems)
            }
            reportUnusedResults(of: index)
        }
    }

    /// A task that belongs to an agent belongs to one of those that the document declares, if it declares any.
    private mutating func reportUnknownAgent(of index: Int) {
        guard !outside.agents.isEmpty, let agent = heads[index].agent, !outside.agents.contains(agent) else { return }
        let suggestion = Spelling.suggestion(for: agent, among: outside.agents).map { "Did you mean `\($0)`?" }
        problems.report(
            .outsideUnknown, at: heads[index].nameRange,
            "`\(heads[index].name)` belongs to the agent `\(agent.prefix(64))`, which this document does not declare",
            help: suggestion)
    }

    /// A call of a pure task that gives a result is for that alone, unless it is given a list or a map that it may change.
    private mutating func reportUnusedResults(of index: Int) {
        for call in calls[index] where call.isStatement && tasks[call.task].effects.isEmpty {
            let callee = heads[call.task]
            guard callee.output != nil, callee.inputs.allSatisfy({ $0.type?.isScalar == true }) else { continue }
            problems.report(
                .resultUnused, at: call.range, "`\(callee.name)` does nothing but give a result, and nobody uses it")
        }
    }

    /// The program; nil when there is no task, or the program is too large for the VM, which is reported.
    mutating func bytecode(level: OptimizationLevel, options: CompilationOptions = .init()) -> FTAIBytecode? {
        if heads.isEmpty {
            problems.report(.taskMissing, at: SourceRange(0, 0), "no task of this document has a `@do` body")
        }
        var program = intermediateForm(keepsVariables: options.keepsVariables)
        let hash = FTAICompiler.hash(of: expansion?.files.first?.source ?? source)
        let guide = options.profile.flatMap { ProfileGuide($0, sourceHash: hash, place: wholeLine) }
        let optimizer = Optimizer(level: level, options: options, guide: guide)
        optimizer.run(&program)
        let fusesLoops = optimizer.passes.contains(.loopFusion)
        let fusesBranches = optimizer.passes.contains(.fusion)
        var pool = ConstantPool()
        var functions: [BytecodeFunction] = []
        var instructions: [VMInstruction] = []
        instructions.reserveCapacity(program.functions.reduce(0) { $0 + $1.size })
        for index in program.functions.indices {
            // Taken out, so that the emitter is the only one that holds it, too.
            var function = IRFunction(name: "", result: nil, line: 0)
            swap(&function, &program.functions[index])
            let inlined = function.inlined.map { InlinedCall(name: $0.name, parent: UInt16(truncating: $0.parent)) }
            var emitter = CodeEmitter(
                function, texts: program.texts, types: program.types, pool: pool, fusesLoops: fusesLoops,
                fusesBranches: fusesBranches)
            // The emitter is the only one that holds the pool, so that it need not be copied.
            pool = ConstantPool()
            do {
                let emitted = try emitter.emit()
                functions.append(
                    bytecode(of: index, emitted, inlined, types: program.types, at: instructions.count))
                instructions += emitted.code
            } catch {
                problems.report(
                    .programTooLarge, at: heads[index].nameRange, "`\(tasks[index].name)` needs \(error.what)")
            }
            pool = emitter.pool
        }
        checkLimit("tasks", functions.count, BytecodeLimits.functions)
        checkLimit("constants", pool.constants.count, BytecodeLimits.constants)
        guard !problems.hasErrors else { return nil }
        var form = options.keepsVariables ? " with variables" : ""
        if guide != nil, let profile = options.profile {
            form += " profile \(FTAICompiler.hash(ofText: profile.json))"
        }
        let key = FTAICompiler.hash(
            ofText: "\(hash) \(FTAICompiler.version) \(level.rawValue)\(dependencyKey)\(form)")
        return FTAIBytecode(
            id: programName, sourceHash: hash, instructions: instructions, functions: functions,
            constants: pool.constants, tasks: declarations,
            metadata: BytecodeMetadata(
                sourceLanguage: "FTAI 2.0", targetVM: "SerenaNet 2", sourceFile: source.file,
                dependencies: dependencies, cacheKey: key),
            optimizationLevel: level)
    }

    /// The tasks in intermediate form, as they are written.
    func intermediateForm(keepsVariables: Bool = false) -> IRProgram {
        var program = IRProgram()
        program.types = tree.types
        for task in tasks {
            var lowering = Lowering(task, of: tasks, in: tree, types: program.types, texts: program.texts)
            // As with the pool: who holds the only copy can write to it.
            program.types = IRTypes()
            program.texts = IRTexts()
            lowering.lower(keepsVariables: keepsVariables)
            program.functions.append(lowering.function)
            program.types = lowering.types
            program.texts = lowering.texts
            program.effects.append(task.effects)
        }
        return program
    }

    private func bytecode(
        of index: Int, _ emitted: EmittedFunction, _ inlined: [InlinedCall], types: IRTypes, at start: Int
    ) -> BytecodeFunction {
        BytecodeFunction(
            name: tasks[index].name, parameterCount: tasks[index].inputCount,
            registers: emitted.registers.map { types[$0] },
            result: tasks[index].result.map { types[$0] }, effects: tasks[index].effects,
            code: start..<(start + emitted.code.count),
            lines: lines(emitted.lines), file: expansion == nil ? nil : file(of: heads[index]), inlined: inlined,
            scopes: emitted.scopes,
            handlers: emitted.handlers)
    }

    private mutating func checkLimit(_ what: String, _ count: Int, _ limit: Int) {
        guard count > limit else { return }
        problems.report(
            .programTooLarge, at: SourceRange(0, 0), "the program has \(count) \(what); the limit is \(limit)")
    }

    private var programName: String {
        var path = source.file.utf8[...]
        while path.last == UInt8(ascii: "/") { path.removeLast() }
        guard !path.isEmpty else { return source.file }
        let start = path.lastIndex(of: UInt8(ascii: "/")).map { path.index(after: $0) } ?? path.startIndex
        let file = path[start...]
        return String(Substring(file.count > 5 && file.suffix(5).elementsEqual(".ftai".utf8) ? file.dropLast(5) : file))
    }

    private var declarations: [TaskDeclaration] {
        heads.indices.map { index in
            var inputs: [TaskDeclaration.Input] = []
            inputs.reserveCapacity(heads[index].inputs.count)
            for input in heads[index].inputs {
                guard let type = input.type else { continue }
                inputs.append(.init(name: input.name, type: type, defaultValue: input.defaultValue))
            }
            return TaskDeclaration(
                name: heads[index].name, function: index, inputs: inputs, outputName: heads[index].output?.name,
                phrases: heads[index].phrases, agent: heads[index].agent)
        }
    }
}
