// The stages of a compilation, to be looked at.

import FTAI
import SerenaNetBytecode

/// A form that a program has on its way from source to bytecode.
public enum CompilationStage: Hashable, Sendable {
    /// Names and types are settled.
    case tree
    /// Blocks and values, before any pass.
    case intermediate
    /// Blocks and values each time after that pass.
    case after(Pass)
    /// Instructions and registers.
    case bytecode
}

extension FTAICompiler {
    /// A program at a stage, as text.
    ///
    /// - Returns: nil for the stage behind a pass that the level does not run.
    /// - Throws: ``CompilationError`` when there is no program.
    public func listing(
        of source: FTAISource, at stage: CompilationStage, level: OptimizationLevel,
        options: CompilationOptions = .init()
    ) throws(CompilationError) -> String? {
        try listing(of: CheckedProgram(source), at: stage, level: level, options: options)
    }

    func listing(
        of program: CheckedProgram, at stage: CompilationStage, level: OptimizationLevel, options: CompilationOptions
    ) throws(CompilationError) -> String? {
        if stage == .bytecode {
            return Disassembly(of: try compile(level: level, options: options) { program }.bytecode).text
        }
        guard !program.hasErrors else { throw CompilationError(diagnostics: program.diagnostics) }
        if stage == .tree { return TypedTreeListing(program).text }
        var form = program.intermediateForm()
        guard case .after(let wanted) = stage else { return IRListing(program: form).text }
        var listings: [String] = []
        Optimizer(level: level, options: options).run(&form) { pass, form in
            guard pass == wanted else { return }
            listings.append("// after \(pass.rawValue), run \(listings.count + 1)\n" + IRListing(program: form).text)
        }
        return listings.isEmpty ? nil : listings.joined(separator: "\n")
    }
}
