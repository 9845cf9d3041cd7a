// Settles the names and types of a task's code, and what running it can do.

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

/// What a check has shown of a local.
struct KnownLocal: Hashable {
    let local: Int
    /// What an `any` is; nil for an optional, which is then known not to be null.
    let type: ValueType?
}

/// The locals in sight, by name.
struct Scopes {
    private var locals: [String: Int] = [:]
    /// What each declaration hid, so that it is in sight again when the scope ends.
    private var hidden: [(name: String, local: Int?)] = []
    /// For each open scope but the outermost, how many declarations there were when it began.
    private var starts: [Int] = []

    func local(named name: String) -> Int? { locals[name] }

    /// In no order.
    var names: some Collection<String> { locals.keys }

    mutating func open() { starts.append(hidden.count) }

    mutating func close() {
        guard let start = starts.popLast() else { return }
        while hidden.count > start {
            let (name, local) = hidden.removeLast()
            locals[name] = local
        }
    }

    mutating func declare(_ name: String, as local: Int) {
        hidden.append((name, locals.updateValue(local, forKey: name)))
    }
}

/// The tools and agents that a document declares; a list without any says nothing.
struct OutsideNames {
    var tools: [String] = []
    var agents: [String] = []
}

/// Checks the code of one task. Where a type cannot be told the problem is reported once, and what depends on it is left alone.
struct Checker {
    let source: FTAISource
    let heads: [TaskHead]
    let tasksByName: [String: Int]
    let head: TaskHead
    let outside: OutsideNames
    let assignments: [String: [Int]]
    var problems: DiagnosticCollector

    var locals: [Local] = []
    /// Where each local was declared, and whether it is worth a warning when it is not read.
    var declarations: [(range: SourceRange, warnsIfUnused: Bool)] = []
    /// For each local, whether it is read.
    var used: [Bool] = []
    var scopes = Scopes()
    /// What checks have shown of locals, here.
    var known: Set<KnownLocal> = []
    /// For each loop around, whether a `break` leaves it.
    var loops: [Bool] = []
    var causes: [EffectCause] = []
    var calls: [TaskCall] = []
    var hasAttempts = false
    /// See ``line(of:)``.
    private var lastLine = 1

    init(
        _ index: Int, of heads: [TaskHead], byName tasksByName: [String: Int], outside: OutsideNames, code: TaskCode,
        source: FTAISource, problems: DiagnosticCollector
    ) {
        self.tasksByName = tasksByName
        self.source = source
        self.heads = heads
        self.head = heads[index]
        self.outside = outside
        self.assignments = code.assignments
        self.problems = problems
        for input in head.inputs {
            declare(input.name, at: input.range, type: input.type, isVariable: false, warnsIfUnused: false)
        }
    }

    /// Checks the code. Its effects are still to be joined with those of the tasks that it calls.
    mutating func check(_ code: TaskCode) -> TypedTask {
        let (body, completes) = check(code.block, opensScope: false)
        if completes, let output = head.output {
            let message = "not every way through `\(head.name)` returns its output `\(output.name)`"
            problems.report(
                .returnMissing, at: head.nameRange, message,
                notes: [.init("the output is declared here", line: source.line(at: output.range.start))])
        }
        // What is not read may be read in code that could not be understood.
        guard !problems.hasErrors(in: head.code) else { return typed(body) }
        for (index, declaration) in declarations.enumerated() where declaration.warnsIfUnused && !used[index] {
            problems.report(.variableUnused, at: declaration.range, "`\(locals[index].name)` is never read")
        }
        return typed(body)
    }

    private mutating func typed(_ body: [TypedStatement]) -> TypedTask {
        let effects = causes.reduce(EffectSet.pure) { $0.union($1.effect) }
        return TypedTask(
            name: head.name, locals: locals, inputCount: head.inputs.count, result: head.output?.type, body: body,
            hasAttempts: hasAttempts, effects: effects, line: line(of: head.nameRange))
    }

    /// The line of a range. Mostly it is the one that was asked for last, or the next.
    mutating func line(of range: SourceRange) -> UInt32 {
        let offset = range.start
        var line = lastLine
        if offset < source.lineStarts[line - 1]
            || line + 1 < source.lineStarts.count && offset >= source.lineStarts[line + 1]
        {
            line = source.line(at: offset)
        } else if line < source.lineStarts.count, offset >= source.lineStarts[line] {
            line += 1
        }
        lastLine = line
        return UInt32(truncatingIfNeeded: line)
    }

    // MARK: Names

    @discardableResult
    mutating func declare(
        _ name: String, at range: SourceRange, type: ValueType?, isVariable: Bool, warnsIfUnused: Bool = true
    ) -> Int {
        if let earlier = lookup(name) {
            let line = source.line(at: declarations[earlier].range.start)
            problems.report(
                .nameRepeated, at: range, "there is a `\(name)` here already",
                notes: [.init("it is declared here", line: line)])
        }
        let index = locals.count
        locals.append(Local(name: name, type: type, isVariable: isVariable))
        declarations.append((range, warnsIfUnused && !name.hasPrefix("_")))
        used.append(false)
        scopes.declare(name, as: index)
        return index
    }

    func lookup(_ name: String) -> Int? { scopes.local(named: name) }

    mutating func reportUnknown(_ name: String, at range: SourceRange, help: String? = nil) {
        let known = problems.isFull ? [] : scopes.names.sorted()
        let suggestion = Spelling.suggestion(for: name, among: known).map { "Did you mean `\($0)`?" }
        problems.report(
            .nameUnknown, at: range, "there is no variable or input `\(name.prefix(64))` here",
            help: suggestion ?? help)
    }

    mutating func note(_ effect: EffectSet, at range: SourceRange, _ what: String) {
        if !causes.contains(where: { $0.effect == effect }) {
            causes.append(EffectCause(effect: effect, range: range, what: what))
        }
    }

    // MARK: What checks prove

    /// What an expression proves of locals, when it is true and when it is false.
    func proof(of expression: Expression) -> (whenTrue: Set<KnownLocal>, whenFalse: Set<KnownLocal>) {
        switch expression.kind {
        case .binary(.notEqual, let left, let right):
            (Set(nullCompared(left, right)), [])
        case .binary(.equal, let left, let right):
            ([], Set(nullCompared(left, right)))
        case .unary(.not, let operand):
            { ($0.whenFalse, $0.whenTrue) }(proof(of: operand))
        case .binary(.and, let left, let right):
            (proof(of: left).whenTrue.union(proof(of: right).whenTrue), [])
        case .binary(.or, let left, let right):
            ([], proof(of: left).whenFalse.union(proof(of: right).whenFalse))
        case .isType(let operand, let type):
            (Set(anyQuestioned(operand, type)), [])
        default:
            ([], [])
        }
    }

    /// The local that is compared with null, if the comparison is one of those.
    private func nullCompared(_ left: Expression, _ right: Expression) -> [KnownLocal] {
        let other: Expression
        switch (left.kind, right.kind) {
        case (_, .null): other = left
        case (.null, _): other = right
        default: return []
        }
        guard case .name(let name) = other.kind, let local = lookup(name), locals[local].type?.isOptional == true
        else { return [] }
        return [KnownLocal(local: local, type: nil)]
    }

    /// The local that is asked whether it is of a type.
    private func anyQuestioned(_ operand: Expression, _ type: ParsedType) -> [KnownLocal] {
        guard let type = type.type, case .name(let name) = operand.kind, let local = lookup(name),
            locals[local].type == .any
        else { return [] }
        return [KnownLocal(local: local, type: type)]
    }

    /// Of what is proven, that which stays so throughout a range: a variable must not be assigned there.
    func lasting(_ proven: Set<KnownLocal>, in range: SourceRange) -> Set<KnownLocal> {
        // Mostly nothing is proven.
        guard !proven.isEmpty else { return proven }
        return proven.filter { proof in
            let local = proof.local
            guard locals[local].isVariable, let places = assignments[locals[local].name] else { return true }
            // The places are in order: the first at or behind the beginning decides.
            var low = 0
            var high = places.count
            while low < high {
                let middle = (low + high) / 2
                if places[middle] < range.start { low = middle + 1 } else { high = middle }
            }
            return low == places.count || places[low] >= range.end
        }
    }
}
