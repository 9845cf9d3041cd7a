// Goes through the tasks of a document and notes what each name means.

import FTAI
import SerenaNetBytecode

/// Declares names in the order in which ``Checker`` does, so that the types that it settled belong to the same names.
struct NameFinder {
    private(set) var names = ProgramNames()
    private let program: CheckedProgram
    private let outside: OutsideNames
    /// The index of each task, by name.
    private var tasks: [String: Int] = [:]
    /// The task that is gone through.
    private var current = 0
    /// How many locals of it have been declared.
    private var declaredLocals = 0
    /// Declarations by the names that mean them here.
    private var scopes = Scopes()

    init(_ program: CheckedProgram) {
        self.program = program
        outside = TaskHeadReader.outsideNames(in: program.expansion?.document?.nodes ?? [])
    }

    mutating func find() {
        (names.tools, names.agents) = (outside.tools, outside.agents)
        let whole = SourceRange(0, program.source.bytes.count)
        var declarations: [Int] = []
        for (index, head) in program.heads.enumerated() {
            declarations.append(add(.task, head.name, head.nameRange, type: nil, sight: whole))
            if tasks[head.name] == nil { tasks[head.name] = index }
        }
        for (index, head) in program.heads.enumerated() { declareHead(head, index, declarations[index]) }
        // The inputs of all tasks are known before the first call that names one.
        for (index, head) in program.heads.enumerated() { findCode(of: head, index) }
        let tags = Self.tasks(in: program.expansion?.document?.nodes ?? [])
        for (index, head) in program.heads.enumerated() {
            let tag = tags.first { ($0.value?.range ?? $0.nameRange) == head.nameRange }
            for phrase in tag?.value(of: "phrases")?.elements ?? [] { findSlots(in: phrase.range, of: index) }
        }
        names.uses.sort { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) }
    }

    private mutating func add(
        _ kind: ProgramNames.Declaration.Kind, _ name: String, _ range: SourceRange, type: ValueType?,
        sight: SourceRange
    ) -> Int {
        names.declarations.append(.init(kind: kind, name: name, range: range, type: type, sight: sight))
        return names.declarations.count - 1
    }

    private mutating func use(_ range: SourceRange, _ declaration: Int?) {
        if let declaration { names.uses.append(.init(range: range, meaning: .declaration(declaration))) }
    }

    // MARK: Heads

    private mutating func declareHead(_ head: TaskHead, _ index: Int, _ declaration: Int) {
        let inputs = head.inputs.map { add(.input, $0.name, $0.range, type: $0.type, sight: head.code) }
        if let output = head.output {
            _ = add(.output, output.name, output.range, type: output.type, sight: head.code)
        }
        names.tasks.append(
            .init(
                declaration: declaration, signature: head.signature, effects: program.tasks[index].effects,
                phrases: head.phrases, inputs: inputs, code: head.code))
    }

    private static func tasks(in nodes: [FTAINode]) -> [FTAITag] {
        nodes.compactMap(\.asTag).flatMap { $0.isNamed("task") ? [$0] : tasks(in: $0.body) }
    }

    /// The slots of a phrase, `{bill:float}`, name inputs.
    private mutating func findSlots(in range: SourceRange, of task: Int) {
        guard range.isKnown, range.end <= program.source.bytes.count else { return }
        let bytes = program.source.bytes
        var index = range.start
        while index < range.end {
            defer { index += 1 }
            guard bytes[index] == Byte.openBrace else { continue }
            var start = index + 1
            while start < range.end, Byte.isBlank(bytes[start]) { start += 1 }
            var end = start
            while end < range.end, Byte.isName(bytes[end]) { end += 1 }
            let word = SourceRange(start, end)
            use(word, input(program.source.text(word), ofTask: task))
        }
    }

    private func declaration(ofTask name: String) -> Int? { tasks[name].map { names.tasks[$0].declaration } }

    private func input(_ name: String, ofTask task: Int) -> Int? {
        names.tasks[task].inputs.first { names.declarations[$0].name == name }
    }

    // MARK: Code

    private mutating func findCode(of head: TaskHead, _ index: Int) {
        current = index
        declaredLocals = head.inputs.count
        scopes = Scopes()
        for input in names.tasks[index].inputs { scopes.declare(names.declarations[input].name, as: input) }
        let silent = DiagnosticCollector(source: program.source, mode: .strict)
        var parser = CodeParser(head.code, in: program.source, problems: silent)
        find(in: parser.parseTask().block, opensScope: false)
    }

    private mutating func declare(
        _ name: String, _ range: SourceRange, _ kind: ProgramNames.Declaration.Kind, sight: SourceRange
    ) {
        let locals = program.tasks[current].locals
        let local = locals.indices.contains(declaredLocals) ? locals[declaredLocals] : nil
        declaredLocals += 1
        let type = local?.name == name ? local?.type : nil
        scopes.declare(name, as: add(kind, name, range, type: type, sight: sight))
    }

    private mutating func find(in block: Block, opensScope: Bool = true) {
        if opensScope { scopes.open() }
        for statement in block.statements {
            find(in: statement, rest: SourceRange(statement.range.end, max(statement.range.end, block.range.end)))
        }
        if opensScope { scopes.close() }
    }

    private mutating func find(in statement: Statement, rest: SourceRange) {
        switch statement.kind {
        case .declare(let declaration):
            find(in: declaration.value)
            declare(declaration, sight: rest)
        case .assign(let name, let range, let value):
            find(in: value)
            use(range, scopes.local(named: name))
        case .assignElement(let list, let index, let value): for part in [list, index, value] { find(in: part) }
        case .branch(let branches, let otherwise):
            for branch in branches {
                find(in: branch.condition)
                find(in: branch.block)
            }
            if let otherwise { find(in: otherwise) }
        case .whileLoop(let condition, let block):
            find(in: condition)
            find(in: block)
        case .forLoop(let name, let range, let sequence, let block): findLoop(name, range, sequence, block)
        case .remember(let key, let value): for part in [key, value] { find(in: part) }
        case .returnValue(let value): if let value { find(in: value) }
        case .say(let value), .evaluate(let value), .fail(let value): find(in: value)
        case .emit(let request): for argument in request.arguments { find(in: argument.value) }
        case .attempt(let body, let message, let kind, let handler):
            find(in: body)
            scopes.open()
            for name in [message, kind] {
                if let name { declare(name.text, name.range, .failure, sight: handler.range) }
            }
            find(in: handler)
            scopes.close()
        case .parallel(let block): findParallel(block, rest: rest)
        case .breakLoop, .continueLoop: break
        }
    }

    private mutating func declare(_ declaration: Statement.Declaration, sight: SourceRange) {
        let kind: ProgramNames.Declaration.Kind = declaration.isVariable ? .variable : .constant
        declare(declaration.name, declaration.nameRange, kind, sight: sight)
    }

    private mutating func findLoop(
        _ name: String, _ range: SourceRange, _ sequence: Statement.Sequence, _ block: Block
    ) {
        switch sequence {
        case .range(let from, let through): for bound in [from, through] { find(in: bound) }
        case .list(let list): find(in: list)
        }
        scopes.open()
        declare(name, range, .element, sight: block.range)
        find(in: block)
        scopes.close()
    }

    /// All calls are made before the first result has a name.
    private mutating func findParallel(_ block: Block, rest: SourceRange) {
        var declarations: [Statement.Declaration] = []
        for statement in block.statements {
            switch statement.kind {
            case .declare(let declaration):
                find(in: declaration.value)
                if case .request = declaration.value.kind { declarations.append(declaration) }
            case .evaluate(let value): find(in: value)
            default: break
            }
        }
        for declaration in declarations { declare(declaration, sight: rest) }
    }

    // MARK: Expressions

    private mutating func find(in expression: Expression) {
        switch expression.kind {
        case .integer, .float, .bool, .null, .invalid: break
        case .text(let pieces):
            for case .value(let value) in pieces { find(in: value) }
        case .name(let name): use(expression.range, scopes.local(named: name) ?? declaration(ofTask: name))
        case .list(let elements): for element in elements { find(in: element) }
        case .map(let entries):
            for entry in entries {
                find(in: entry.key)
                find(in: entry.value)
            }
        case .unary(_, let operand), .recall(let operand), .isType(let operand, _), .asType(let operand, _):
            find(in: operand)
        case .binary(_, let left, let right), .index(let left, let right):
            find(in: left)
            find(in: right)
        case .call(let call): find(in: call)
        case .request(let request): for argument in request.arguments { find(in: argument.value) }
        }
    }

    private mutating func find(in call: Call) {
        if StandardFunction.isName(call.name) {
            names.uses.append(.init(range: call.nameRange, meaning: .function(call.name)))
        } else {
            use(call.nameRange, declaration(ofTask: call.name))
        }
        let task = StandardFunction.isName(call.name) ? nil : tasks[call.name]
        for argument in call.arguments {
            if let label = argument.label, let task { use(argument.labelRange, input(label, ofTask: task)) }
            find(in: argument.value)
        }
    }
}
