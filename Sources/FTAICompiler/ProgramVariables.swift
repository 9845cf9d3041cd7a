// Where a debugger finds the variables of a program.

import FTAI
import SerenaNetBytecode

/// A variable, an input or the variable of a loop, in code that was compiled with ``CompilationOptions/keepsVariables``.
public struct ProgramVariable: Hashable, Sendable {
    public let name: String
    public let type: ValueType
    public let isInput: Bool
    /// The register of its function that holds its value, from the first time it has one.
    public let register: Int
    /// The lines, 1-based, on which it is in sight and has a value before they begin.
    public let lines: ClosedRange<Int>

    /// The variable with its lines as the author of its file counts them.
    fileprivate func placed(_ line: (Int) -> Int) -> ProgramVariable {
        if isInput { return self }
        let first = line(lines.lowerBound)
        return ProgramVariable(
            name: name, type: type, isInput: isInput, register: register,
            lines: first...max(first, line(lines.upperBound)))
    }
}

/// A program in which variables can be found while it runs.
public struct InspectableProgram: Sendable {
    public let bytecode: FTAIBytecode
    /// For each function, its variables in the order of their declarations.
    public let variables: [[ProgramVariable]]
    /// In the order of the document.
    public let warnings: [Diagnostic]
}

extension FTAICompiler {
    /// Compiles so that every variable can be found in a register. Calls are not inlined, so that each has its own registers.
    ///
    /// The program does the same as any other of the same source.
    public func compileForInspection(
        _ source: FTAISource, level: OptimizationLevel
    ) throws(CompilationError) -> InspectableProgram {
        try compileForInspection(level) { CheckedProgram(source) }
    }

    /// As for a document of one file.
    public func compileForInspection(
        _ document: DocumentIncluder.Expansion, level: OptimizationLevel
    ) throws(CompilationError) -> InspectableProgram {
        try compileForInspection(level) { CheckedProgram(document) }
    }

    private func compileForInspection(
        _ level: OptimizationLevel, _ checked: () -> CheckedProgram
    ) throws(CompilationError) -> InspectableProgram {
        let options = CompilationOptions(disabledPasses: [.inlining], keepsVariables: true)
        let program = checked()
        let outcome = try compile(level: level, options: options) { program }
        let variables = program.tasks.map { task in
            VariableScopes(of: task, in: program).variables.map { $0.placed { program.place(ofLine: $0).line } }
        }
        return InspectableProgram(bytecode: outcome.bytecode, variables: variables, warnings: outcome.warnings)
    }
}

/// Finds the lines on which each local of a task is in sight.
private struct VariableScopes {
    private let task: TypedTask
    private let program: CheckedProgram
    private var lines: [ClosedRange<Int>?]

    init(of task: TypedTask, in program: CheckedProgram) {
        self.task = task
        self.program = program
        lines = [ClosedRange<Int>?](repeating: nil, count: task.locals.count)
        for input in 0..<task.inputCount { lines[input] = 1...Int(UInt32.max) }
        visit(task.body)
    }

    var variables: [ProgramVariable] {
        program.tree.locals[task.locals].enumerated().compactMap { index, local in
            guard let lines = lines[index], let type = local.type else { return nil }
            // Behind the registers of the inputs, every local has its own, in their order.
            return ProgramVariable(
                name: program.names.text(of: local.name), type: program.tree.types[type],
                isInput: index < task.inputCount,
                register: task.inputCount + index, lines: lines)
        }
    }

    /// - Returns: the last line of the block.
    @discardableResult
    private mutating func visit(_ block: NodeList) -> Int {
        var declared: [(local: Int, line: Int)] = []
        var last = 0
        for position in block.indices {
            let statement = program.tree.statement(at: position)
            let line = Int(statement.line)
            last = max(last, line)
            switch statement.kind {
            case .set(let local, _, isFirst: true): declared.append((local, line))
            case .branch(let branches, let otherwise):
                for place in branches.indices { last = max(last, visit(program.tree.branch(at: place).block)) }
                last = max(last, visit(otherwise))
            case .whileLoop(_, let body): last = max(last, visit(body))
            case .forRange(let local, _, _, let body), .forEach(let local, _, let body):
                let end = visit(body)
                show(local, after: line, through: end)
                last = max(last, end)
            case .attempt(let body, let message, let kind, let handler):
                let begin = visit(body)
                let end = visit(handler)
                for local in [message, kind] { if let local { show(local, after: begin, through: end) } }
                last = max(last, begin, end)
            case .parallel(let requests):
                for request in program.tree.requests[requests.indices] {
                    last = max(last, Int(program.tree[request.call].line))
                    if let local = request.local { declared.append((local, last)) }
                }
            default: break
            }
        }
        for (local, line) in declared { show(local, after: line, through: last) }
        return last
    }

    private mutating func show(_ local: Int, after line: Int, through last: Int) {
        if line < last { lines[local] = (line + 1)...last }
    }
}
