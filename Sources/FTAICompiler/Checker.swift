// Settles the names and types of the code of tasks, and what running them can do.

import FTAI
import SerenaNetBytecode

/// What a task may do, and the first place that makes it so.
struct EffectCause {
    let effect: EffectSet
    let range: SourceRange
    let what: String
}

/// A call of one task by another.
struct TaskCall {
    let task: Int
    let range: SourceRange
    /// Whether it stands as a statement of its own.
    var isStatement = false
}

/// The tools and agents that a document declares; a list without any says nothing.
struct OutsideNames {
    var tools: [String] = []
    var agents: [String] = []
}

/// An expression that has been checked.
struct TypedValue {
    let node: TypedNode
    let type: IRType
}

/// Reads and checks the code of one task after the other. Where a type cannot be told the problem is reported once, and what
/// depends on it is left alone.
struct Checker {
    let source: FTAISource
    let heads: [TaskHead]
    let outside: OutsideNames
    let signatures: TaskSignatures
    /// Has the tree of the task that is checked, and the names and types of the program.
    var parser: CodeParser
    /// What has been made of the tasks.
    var typed = TypedTree()

    /// The index of the task.
    private(set) var task = 0
    var locals: [Local] = []
    var scopes = Scopes()
    /// What checks have shown of locals, here.
    var known: Set<KnownLocal> = []
    /// For each loop around, whether a `break` leaves it.
    var loops: [Bool] = []
    /// What the task does, one cause for each effect.
    private(set) var causes: [EffectCause] = []
    /// The calls of the task, in the order of its code.
    var calls: [TaskCall] = []
    var hasAttempts = false
    /// What belongs to lists that are still being made, the innermost last.
    var open: [Int32] = []
    /// The line that was asked for last, see ``line(of:)``.
    private var lastLine: (number: UInt32, start: Int, end: Int) = (0, 0, 0)

    init(_ heads: [TaskHead], outside: OutsideNames, source: FTAISource, problems: DiagnosticCollector) {
        var size = 0
        var longest = 0
        for index in heads.indices {
            let length = heads[index].code.end - heads[index].code.start
            size += length
            longest = max(longest, length)
        }
        var parser = CodeParser(in: source, problems: problems, size: longest)
        signatures = TaskSignatures(of: heads, &parser)
        self.heads = heads
        self.outside = outside
        self.source = source
        self.parser = parser
        typed.reserve(min(size / 6, 4096))
        scopes.reserve(parser.words.names.count + 16)
        open.reserveCapacity(16)
        locals.reserveCapacity(16)
    }

    /// Reads and checks the code of a task. Its effects are still to be joined with those of the tasks that it calls.
    mutating func check(_ index: Int) -> TypedTask {
        let block = parser.parseTask(heads[index].code)
        begin(index)
        let (body, completes) = check(block, opensScope: false)
        scopes.closeAll()
        if completes, let output = heads[index].output {
            let message = "not every way through `\(heads[index].name)` returns its output `\(output.name)`"
            report(
                .returnMissing, at: heads[index].nameRange, message,
                notes: [.init("the output is declared here", line: source.line(at: output.range.start))])
        }
        // What is not read may be read in code that could not be understood.
        if !parser.problems.hasErrors || !parser.problems.hasErrors(in: heads[index].code) {
            for local in locals where local.warnsIfUnused && !local.isUsed {
                report(.variableUnused, at: local.range, "`\(parser.spelling(of: local.name))` is never read")
            }
        }
        return TypedTask(
            name: heads[index].name, locals: typed.addLocals(locals), inputCount: signatures.tasks[index].inputs.count,
            result: signatures.tasks[index].output, body: body, hasAttempts: hasAttempts,
            effects: causes.reduce(EffectSet.pure) { $0.union($1.effect) }, line: line(of: heads[index].nameRange))
    }

    private mutating func begin(_ index: Int) {
        task = index
        locals.removeAll(keepingCapacity: true)
        if !known.isEmpty { known = [] }
        if !causes.isEmpty { causes = [] }
        if !calls.isEmpty { calls = [] }
        hasAttempts = false
        for (place, input) in zip(signatures.tasks[index].inputs, heads[index].inputs) {
            let name = DeclaredName(name: signatures.inputs[place].name, range: input.range)
            declare(name, type: signatures.inputs[place].type, isVariable: false, warnsIfUnused: false)
        }
    }

    /// What has been made of all tasks.
    mutating func finished() -> TypedTree {
        swap(&typed.types, &parser.types)
        typed.texts = parser.words.texts
        return typed
    }

    /// The line of a range. Mostly it is the one that was asked for last.
    mutating func line(of range: SourceRange) -> UInt32 {
        let offset = range.start
        if offset >= lastLine.start, offset < lastLine.end { return lastLine.number }
        // Or one of the next.
        var line = Int(lastLine.number)
        if offset >= lastLine.end {
            let last = min(line + 8, source.lineStarts.count)
            while line < last, source.lineStarts[line] <= offset { line += 1 }
        }
        if offset < lastLine.start || line < source.lineStarts.count && source.lineStarts[line] <= offset {
            line = source.line(at: offset)
        }
        let end = line < source.lineStarts.count ? source.lineStarts[line] : Int.max
        lastLine = (UInt32(truncatingIfNeeded: line), source.lineStarts[line - 1], end)
        return lastLine.number
    }

    mutating func report(
        _ code: DiagnosticCode, at range: SourceRange, _ message: String, notes: [Diagnostic.Note] = [],
        help: String? = nil
    ) {
        parser.problems.report(code, at: range, message, notes: notes, help: help)
    }

    // MARK: Nodes

    func range(of node: ExpressionNode) -> SourceRange { parser.tree[node].range }

    mutating func made(_ kind: TypedExpression.Kind, _ type: IRType, _ line: UInt32) -> TypedValue {
        TypedValue(node: typed.add(kind, type: type, line: line), type: type)
    }

    /// Makes a list of what was put down since a mark.
    mutating func closeList(from mark: Int) -> NodeList {
        let list = typed.addList(of: open, from: mark)
        drop(from: mark)
        return list
    }

    /// Forgets what was put down since a mark.
    mutating func drop(from mark: Int) {
        while open.count > mark { open.removeLast() }
    }

    // MARK: Names

    @discardableResult
    mutating func declare(
        _ name: DeclaredName, type: IRType?, isVariable: Bool, warnsIfUnused: Bool = true
    ) -> Int {
        if let earlier = scopes.local(named: name.name) {
            let line = source.line(at: locals[earlier].range.start)
            report(
                .nameRepeated, at: name.range, "there is a `\(parser.spelling(of: name.name))` here already",
                notes: [.init("it is declared here", line: line)])
        }
        let index = locals.count
        let isSilent = !warnsIfUnused || parser.words.names.first(of: name.name) == Byte.underscore
        locals.append(
            Local(name: name.name, type: type, isVariable: isVariable, warnsIfUnused: !isSilent, range: name.range))
        scopes.declare(name.name, as: index)
        return index
    }

    mutating func reportUnknown(_ name: Name, at range: SourceRange, help: String? = nil) {
        let spelling = parser.spelling(of: name)
        let known = parser.problems.isFull ? [] : scopes.names.map(parser.spelling).sorted()
        parser.problems.reportUnknown(
            .nameUnknown, at: range, "there is no variable or input `\(spelling.prefix(64))` here", name: spelling,
            among: known, otherwise: help)
    }

    mutating func note(_ effect: EffectSet, at range: SourceRange, _ what: @autoclosure () -> String) {
        if !causes.contains(where: { $0.effect == effect }) {
            causes.append(EffectCause(effect: effect, range: range, what: what()))
        }
    }
}
