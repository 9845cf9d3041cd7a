// What a compilation gives: the program, the warnings, the figures, or everything that is wrong.

import FTAI
import SerenaNetBytecode

/// A program, and what its author may want to know.
public struct CompilationOutcome: Sendable {
    public let bytecode: FTAIBytecode
    /// In the order of the document.
    public let warnings: [Diagnostic]
    public let metrics: CompilationMetrics

    public init(bytecode: FTAIBytecode, warnings: [Diagnostic], metrics: CompilationMetrics) {
        self.bytecode = bytecode
        self.warnings = warnings
        self.metrics = metrics
    }
}

/// Why there is no program.
public struct CompilationError: Error, Sendable, CustomStringConvertible {
    /// Errors and warnings, in the order of the document; at least one is an error.
    public let diagnostics: [Diagnostic]

    public init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    public var description: String {
        let errors = diagnostics.filter { $0.severity == .error }
        guard let first = errors.first else { return "the document has errors" }
        let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        return "\(first.file):\(first.line):\(first.column): \(first.message)\(more)"
    }
}

/// The figures of one compilation.
public struct CompilationMetrics: Hashable, Sendable {
    /// In bytes.
    public var sourceSize: Int
    /// In bytes: instructions and constants.
    public var bytecodeSize: Int
    /// Nil when the compiler was given no clock.
    public var compilationTime: Duration?
    public var level: OptimizationLevel
    public var instructionCount: Int
    /// What running every instruction once takes, at 3 ns each: a measure for comparing, as loops and calls are not followed.
    public var estimatedExecutionTime: Duration

    init(source: FTAISource, bytecode: FTAIBytecode, compilationTime: Duration?) {
        self.sourceSize = source.bytes.count
        var words = 0
        for index in bytecode.instructions.indices { words += bytecode.instructions[index].wordCount }
        let constants = bytecode.constants.reduce(0) { size, constant in
            if case .string(let text) = constant { size + text.utf8.count } else { size + 8 }
        }
        self.bytecodeSize = words * 8 + constants
        self.compilationTime = compilationTime
        self.level = bytecode.optimizationLevel
        self.instructionCount = bytecode.instructions.count
        self.estimatedExecutionTime = .nanoseconds(3) * bytecode.instructions.count
    }
}
