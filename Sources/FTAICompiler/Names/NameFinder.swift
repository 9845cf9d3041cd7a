// Goes through the tasks of a document and notes what each name means.

import FTAI
import SerenaNetBytecode

/// Declares names in the order in which ``Checker`` does, so that the types that it settled belong to the same names.
struct NameFinder {
    private(set) var names = ProgramNames()
    private let program: CheckedProgram
    /// Has the code of the task that is gone through.
    private var parser: CodeParser
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
        let silent = DiagnosticCollector(source: program.source, mode: .strict)
        parser = CodeParser(in: program.source, problems: silent)
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
        for input in names.tasks[index].inputs {
            scopes.declare(parser.name(of: names.declarations[input].name), as: input)
        }
        // Each piece of code may have as many problems as a program, so that none is left out for want of room.
        parser.problems = DiagnosticCollector(source: program.source, mode: .strict)
        find(in: parser.parseTask(head.code), opensScope: false)
    }

    private mutating func declare(
        _ declared: DeclaredName, _ kind: ProgramNames.Declaration.Kind, sight: SourceRange
    ) {
        let name = parser.spelling(of: declared.name)
        let places = program.tasks[current].locals
        var type: ValueType?
        if declaredLocals < places.count {
            let local = program.tree.locals[places.lowerBound + declaredLocals]
            if program.names.text(of: local.name) == name { type = local.type.map { program.tree.types[$0] } }
        }
        declaredLocals += 1
        scopes.declare(declared.name, as: add(kind, name, declared.range, type: type, sight: sight))
    }

    private mutating func find(in block: Block, opensScope: Bool = true) {
        if opensScope { scopes.open() }
        for position in block.statements.indices {
            let statement = parser.tree.statement(at: position)
            find(in: statement, rest: SourceRange(statement.range.end, max(statement.range.end, block.range.end)))
        }
        if opensScope { scopes.close() }
    }

    private mutating func find(in statement: Statement, rest: SourceRange) {
        switch statement.kind {
        case .declare(let declaration):
            find(in: declaration.value)
            declare(declaration, sight: rest)
        case .assign(let name, let value):
            find(in: value)
            use(name.range, scopes.local(named: name.name))
        case .assignElement(let list, let index, let value): for part in [list, index, value] { find(in: part) }
        case .branch(let branches, let otherwise):
            for place in branches.indices {
                let branch = parser.tree.branch(at: place)
                find(in: branch.condition)
                find(in: branch.block)
            }
            if let otherwise { find(in: otherwise) }
        case .whileLoop(let condition, let block):
            find(in: condition)
            find(in: block)
        case .forLoop(let loop): find(in: parser.tree.loops[Int(loop)])
        case .remember(let key, let value): for part in [key, value] { find(in: part) }
        case .returnValue(let value): if let value { find(in: value) }
        case .say(let value), .evaluate(let value), .fail(let value): find(in: value)
        case .emit(let call): find(inArguments: parser.tree.call(call).arguments)
        case .attempt(let attempt): find(in: parser.tree.attempts[Int(attempt)])
        case .parallel(let block): findParallel(block, rest: rest)
        case .breakLoop, .continueLoop: break
        }
    }

    private mutating func find(in attempt: Attempt) {
        find(in: attempt.body)
        scopes.open()
        for name in [attempt.message, attempt.kind] {
            if let name { declare(name, .failure, sight: attempt.handler.range) }
        }
        find(in: attempt.handler)
        scopes.close()
    }

    private mutating func declare(_ declaration: Statement.Declaration, sight: SourceRange) {
        declare(declaration.name, declaration.isVariable ? .variable : .constant, sight: sight)
    }

    private mutating func find(in loop: ForLoop) {
        find(in: loop.first)
        if let last = loop.last { find(in: last) }
        scopes.open()
        declare(loop.name, .element, sight: loop.block.range)
        find(in: loop.block)
        scopes.close()
    }

    /// All calls are made before the first result has a name.
    private mutating func findParallel(_ block: Block, rest: SourceRange) {
        var declarations: [Statement.Declaration] = []
        for position in block.statements.indices {
            switch parser.tree.statement(at: position).kind {
            case .declare(let declaration):
                find(in: declaration.value)
                if case .request = parser.tree[declaration.value].kind { declarations.append(declaration) }
            case .evaluate(let value): find(in: value)
            default: break
            }
        }
        for declaration in declarations { declare(declaration, sight: rest) }
    }

    // MARK: Expressions

    private mutating func find(in node: ExpressionNode) {
        let expression = parser.tree[node]
        switch expression.kind {
        case .integer, .float, .bool, .null, .literal, .invalid: break
        case .name(let name):
            use(expression.range, scopes.local(named: name) ?? declaration(ofTask: parser.spelling(of: name)))
        case .text(let parts), .list(let parts), .map(let parts):
            for position in parts.indices { find(in: parser.tree.expression(at: position)) }
        case .unary(_, let operand), .recall(let operand), .isType(let operand, _), .asType(let operand, _),
            .labelled(_, let operand):
            find(in: operand)
        case .binary(_, let left, let right), .index(let left, let right):
            find(in: left)
            find(in: right)
        case .call(let call): find(in: parser.tree.call(call))
        case .request(_, let call): find(inArguments: parser.tree.call(call).arguments)
        }
    }

    private mutating func find(inArguments arguments: NodeList) {
        for position in arguments.indices { find(in: parser.tree.argument(at: position).value) }
    }

    private mutating func find(in call: Call) {
        let name = parser.spelling(of: call.name)
        let isFunction = StandardFunction.isName(call.name)
        if isFunction {
            names.uses.append(.init(range: call.nameRange, meaning: .function(name)))
        } else {
            use(call.nameRange, declaration(ofTask: name))
        }
        let task = isFunction ? nil : tasks[name]
        for position in call.arguments.indices {
            let argument = parser.tree.argument(at: position)
            if let label = argument.label, let task {
                use(argument.labelRange, input(parser.spelling(of: label), ofTask: task))
            }
            find(in: argument.value)
        }
    }
}
