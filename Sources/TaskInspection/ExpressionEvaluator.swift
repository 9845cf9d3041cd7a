// Values of expressions over the variables of a program that stands still.

import FTAI
import FTAICompiler
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM

/// Why an expression has no value, in words for whoever wrote it.
package struct EvaluationError: Error, CustomStringConvertible {
    package let description: String
}

/// Computes expressions of the language as a task of their own: all of it can be used, tasks of the document included, as long as
/// nothing but computing is done. The program that is looked at does not notice.
package final class ExpressionEvaluator {
    /// A variable with its value at this place.
    package struct Variable {
        package let name: String
        package let type: ValueType
        package let value: VMValue
    }

    /// What tells one compilation from another.
    private struct Key: Hashable {
        let expression: String
        let inputs: [String]
    }

    private let document: FTAISource?
    private let compile: (FTAISource) throws(CompilationError) -> FTAIBytecode
    private let clock: any EngineClock
    private var programs: [Key: LoadedProgram] = [:]

    private static let task = "expression_that_is_looked_at"
    private static let budget = PerformanceRequirements(
        maxExecutionTime: .seconds(2), maxInstructions: 20_000_000, maxMemoryUsage: 64 << 20)
    /// Compilations that are kept: conditions are computed again and again.
    private static let mostPrograms = 64

    /// - Parameters:
    ///   - document: its tasks can be called.
    ///   - compile: compiles the document with the expression at its end.
    init(
        document: FTAISource?, compile: @escaping (FTAISource) throws(CompilationError) -> FTAIBytecode,
        clock: any EngineClock
    ) {
        self.document = document
        self.compile = compile
        self.clock = clock
    }

    /// - Parameter variables: those in sight; no two have one name.
    package func value(of expression: String, with variables: [Variable]) throws(EvaluationError) -> VMValue {
        let words = Set(expression.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
        let used = variables.filter { words.contains($0.name) }
        let program = try self.program(for: expression, used)
        var inputs: [String: VMValue] = [:]
        for variable in used { inputs[variable.name] = variable.value }
        do {
            let execution = try Execution(
                of: Self.task, in: program, inputs: inputs, requirements: Self.budget, clock: clock)
            switch execution.advance() {
            case .finished(let value): return value ?? .null
            case .failed(.programFault(let fault)): throw EvaluationError(description: "\(fault.kind)")
            case .failed(let error): throw error
            case .suspended: throw EvaluationError(description: "the expression asks the outside for something")
            }
        } catch let error as EvaluationError {
            throw error
        } catch {
            throw EvaluationError(description: "\(error)")
        }
    }

    private func program(for expression: String, _ variables: [Variable]) throws(EvaluationError) -> LoadedProgram {
        let inputs = variables.map { "  @input \($0.name):\($0.type)\n" }
        let key = Key(expression: expression, inputs: inputs)
        if let program = programs[key] { return program }
        let task =
            "\n@task \(Self.task)\n  effects: pure\n\(inputs.joined())  @output value:any\n  @do\n    return \(expression)\n"
            + "  @end\n@end\n"
        let program: LoadedProgram
        do {
            program = try load(FTAISource(file: "expression", text: "@ftai v2.0\n" + task)) {
                source throws(CompilationError) in
                try FTAICompiler().compile(source).bytecode
            }
        } catch {
            // It may call tasks of the document, which take longer to compile than an expression.
            guard let document else { throw error }
            let text = String(decoding: document.bytes, as: UTF8.self) + task
            program = try load(FTAISource(file: document.file, text: text), compile)
        }
        if programs.count >= Self.mostPrograms { programs.removeAll() }
        programs[key] = program
        return program
    }

    private func load(
        _ source: FTAISource, _ compile: (FTAISource) throws(CompilationError) -> FTAIBytecode
    ) throws(EvaluationError) -> LoadedProgram {
        do {
            return try LoadedProgram(try compile(source))
        } catch let error as CompilationError {
            let lines = source.bytes.count { $0 == UInt8(ascii: "\n") }
            throw Self.explanation(of: error, line: lines - 2)
        } catch {
            throw EvaluationError(description: "\(error)")
        }
    }

    /// - Parameter line: where the expression stands; what is said of the task around it helps nobody.
    private static func explanation(of error: CompilationError, line: Int) -> EvaluationError {
        let errors = error.diagnostics.filter { $0.severity == .error }
        if errors.contains(where: { $0.code == .effectExceeded }) {
            return EvaluationError(description: "an expression that is looked at must not do anything but compute")
        }
        let first = errors.first { $0.line == line } ?? errors.first
        let help = first?.help.flatMap { $0.hasPrefix("Did you mean") ? " \($0)" : nil } ?? ""
        return EvaluationError(description: (first?.message ?? "the expression cannot be understood") + help)
    }
}
