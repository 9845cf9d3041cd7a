// Checks statements: declarations, assignments, branches and loops.

import FTAI
import SerenaNetBytecode

extension Checker {
    /// Checks a block.
    ///
    /// - Parameter proven: locals that are not null in it.
    /// - Returns: what is left of it, and whether the code behind it can be reached through it.
    mutating func check(
        _ block: Block, proven: Set<KnownLocal> = [], opensScope: Bool = true
    ) -> (statements: NodeList, completes: Bool) {
        if opensScope { scopes.open() }
        let outer = known
        if !proven.isEmpty { known.formUnion(lasting(proven, in: block.range)) }
        defer {
            known = outer
            if opensScope { scopes.close() }
        }
        let mark = open.count
        var completes = true
        for position in block.statements.indices {
            let statement = parser.tree.statement(at: position)
            let line = line(of: statement.range)
            let (kind, goesOn) = check(statement, restOfBlock: SourceRange(statement.range.end, block.range.end))
            if let kind { open.append(typed.add(TypedStatement(kind: kind, line: line))) }
            if completes, !goesOn, position + 1 < block.statements.indices.upperBound {
                let next = parser.tree.statement(at: position + 1)
                report(.codeUnreachable, at: next.range, "this code can never run")
            }
            completes = completes && goesOn
        }
        return (closeList(from: mark), completes)
    }

    /// - Returns: nil for the statement when it cannot be made sense of.
    private mutating func check(
        _ statement: Statement, restOfBlock: SourceRange
    ) -> (kind: TypedStatement.Kind?, completes: Bool) {
        switch statement.kind {
        case .declare(let declaration): return (checkDeclaration(declaration), true)
        case .assign(let name, let value): return (checkAssignment(name, value), true)
        case .assignElement(let list, let index, let value): return (checkElement(list, index, value), true)
        case .branch(let branches, let otherwise): return checkBranches(branches, otherwise, restOfBlock)
        case .whileLoop(let condition, let block): return checkWhile(condition, block)
        case .forLoop(let loop): return (checkFor(parser.tree.loops[Int(loop)]), true)
        case .breakLoop: return (checkJump(.breakLoop, statement.range), false)
        case .continueLoop: return (checkJump(.continueLoop, statement.range), false)
        case .returnValue(let value): return (checkReturn(value, statement.range), false)
        case .say(let value):
            note(.says, at: statement.range, "`say`")
            return (text(value).map { .say($0.node) }, true)
        case .remember(let key, let value):
            note(.writes, at: statement.range, "`remember`")
            guard let key = checkKey(key), let value = text(value) else { return (nil, true) }
            return (.remember(key: key.node, value: value.node), true)
        case .evaluate(let expression): return (checkCallStatement(expression), true)
        case .emit(let call): return (checkEmit(parser.tree.call(call), statement.range), true)
        case .fail(let message): return (text(message).map { .fail($0.node) }, false)
        case .attempt(let attempt): return checkAttempt(parser.tree.attempts[Int(attempt)])
        case .parallel(let block): return (checkParallel(block, statement.range), true)
        }
    }

    // MARK: Variables

    private mutating func checkDeclaration(_ declaration: Statement.Declaration) -> TypedStatement.Kind? {
        let annotation = declaration.annotation.map { parser.tree.type($0) }
        let wanted = annotation?.type
        var value = check(declaration.value, expecting: wanted)
        if let wanted, let given = value {
            value = convert(given, to: wanted, at: range(of: declaration.value))
        }
        // A type that is named holds, even when the value does not fit it.
        let type = annotation.map { $0.type } ?? value?.type
        let local = declare(declaration.name, type: type, isVariable: declaration.isVariable)
        return value.map { .set(local: local, $0.node, isFirst: true) }
    }

    private mutating func checkAssignment(_ name: DeclaredName, _ value: ExpressionNode) -> TypedStatement.Kind? {
        guard let local = scopes.local(named: name.name) else {
            _ = check(value, expecting: nil)
            let help = "Declare it with `var \(parser.spelling(of: name.name)) = …`."
            reportUnknown(name.name, at: name.range, help: help)
            return nil
        }
        if !locals[local].isVariable {
            let spelling = parser.spelling(of: name.name)
            let isInput = local < signatures.tasks[task].inputs.count
            let message = isInput ? "`\(spelling)` is an input" : "`\(spelling)` is declared with `let`"
            let help = isInput ? "Copy it into a `var`." : "Declare it with `var`."
            let line = source.line(at: locals[local].range.start)
            report(
                .assignmentToConstant, at: name.range, "\(message), and cannot be assigned",
                notes: [.init("it is declared here", line: line)], help: help)
        }
        guard let type = locals[local].type else {
            _ = check(value, expecting: nil)
            return nil
        }
        return converted(value, to: type).map { .set(local: local, $0.node, isFirst: false) }
    }

    private mutating func checkElement(
        _ list: ExpressionNode, _ index: ExpressionNode, _ value: ExpressionNode
    ) -> TypedStatement.Kind? {
        let container = checkContainer(list)
        if let container, let element = parser.types.mapElement(container.type) {
            let key = converted(index, to: parser.types.mapKey(container.type))
            guard let value = converted(value, to: element), let key else { return nil }
            return .setEntry(map: container.node, key: key.node, value.node)
        }
        let place = converted(index, to: .int)
        guard let container, let element = parser.types.listElement(container.type) else {
            _ = check(value, expecting: nil)
            return nil
        }
        guard let value = converted(value, to: element), let place else { return nil }
        return .setElement(list: container.node, index: place.node, value.node)
    }

    // MARK: Branches and loops

    private mutating func checkBranches(
        _ branches: NodeList, _ otherwise: Block?, _ restOfBlock: SourceRange
    ) -> (kind: TypedStatement.Kind?, completes: Bool) {
        let (first, last) = (branches.indices.lowerBound, branches.indices.upperBound - 1)
        let mark = open.count
        var isWhole = true
        var completes = false
        // What is known when all conditions so far were false.
        var refuted: Set<KnownLocal> = []
        // What holds behind the branches, as far as they can be passed.
        var provenBehind: Set<KnownLocal>?
        let outer = known
        for position in branches.indices {
            let branch = parser.tree.branch(at: position)
            let condition = converted(branch.condition, to: .bool)
            let proof = proof(of: branch.condition)
            let (block, goesOn) = check(branch.block, proven: proof.whenTrue)
            if goesOn {
                completes = true
                let holds = refuted.isEmpty ? proof.whenTrue : proof.whenTrue.union(refuted)
                provenBehind = provenBehind.map { Self.common($0, holds) } ?? holds
            }
            if !proof.whenFalse.isEmpty {
                refuted.formUnion(proof.whenFalse)
                let end = (otherwise ?? parser.tree.branch(at: last).block).range.end
                known.formUnion(lasting(proof.whenFalse, in: SourceRange(branch.block.range.end, end)))
            }
            if let condition {
                open.append(typed.add(TypedBranch(condition: condition.node, block: block)))
            } else {
                isWhole = false
            }
        }
        known = outer
        let made = closeList(from: mark)
        var rest = NodeList.empty
        var restCompletes = true
        if let otherwise { (rest, restCompletes) = check(otherwise, proven: refuted) }
        if restCompletes {
            completes = true
            provenBehind = provenBehind.map { Self.common($0, refuted) } ?? refuted
        }
        if let provenBehind, !provenBehind.isEmpty {
            // Behind `if x == null … return … end`, `x` is known not to be null, unless a branch or what follows assigns it.
            let start = parser.tree.branch(at: first).block.range.start
            known.formUnion(lasting(provenBehind, in: SourceRange(start, restOfBlock.end)))
        }
        return (isWhole ? .branch(made, otherwise: rest) : nil, completes)
    }

    /// What is in both sets; mostly there is nothing in them.
    private static func common(_ left: Set<KnownLocal>, _ right: Set<KnownLocal>) -> Set<KnownLocal> {
        left.isEmpty || right.isEmpty ? [] : left.intersection(right)
    }

    private mutating func checkWhile(
        _ condition: ExpressionNode, _ block: Block
    ) -> (kind: TypedStatement.Kind?, completes: Bool) {
        let value = converted(condition, to: .bool)
        loops.append(false)
        let (body, _) = check(block, proven: proof(of: condition).whenTrue)
        let isLeft = loops.removeLast()
        var isEndless = false
        if case .bool(true) = parser.tree[condition].kind { isEndless = true }
        return (value.map { .whileLoop($0.node, body) }, !isEndless || isLeft)
    }

    private mutating func checkFor(_ loop: ForLoop) -> TypedStatement.Kind? {
        var through: TypedValue?
        let first: TypedValue?
        let type: IRType?
        if let last = loop.last {
            first = converted(loop.first, to: .int)
            through = converted(last, to: .int)
            type = .int
        } else {
            first = checkSequence(loop.first)
            type = first.flatMap { parser.types.listElement($0.type) }
        }
        scopes.open()
        defer { scopes.close() }
        let local = declare(loop.name, type: type, isVariable: false, warnsIfUnused: false)
        loops.append(false)
        let (body, _) = check(loop.block)
        loops.removeLast()
        guard let first else { return nil }
        guard loop.last != nil else { return .forEach(local: local, first.node, body) }
        return through.map { .forRange(local: local, from: first.node, through: $0.node, body) }
    }

    /// - Parameter jump: `break` or `continue`.
    private mutating func checkJump(_ jump: TypedStatement.Kind, _ range: SourceRange) -> TypedStatement.Kind? {
        guard let last = loops.indices.last else {
            report(.outsideLoop, at: range, "there is no loop around this")
            return nil
        }
        if case .breakLoop = jump { loops[last] = true }
        return jump
    }

    // MARK: Results and calls

    private mutating func checkReturn(_ value: ExpressionNode?, _ range: SourceRange) -> TypedStatement.Kind? {
        guard signatures.tasks[task].hasOutput else {
            guard let value else { return .returnValue(nil) }
            _ = check(value, expecting: nil)
            report(
                .returnUnfit, at: self.range(of: value),
                "`\(heads[task].name)` has no output, so nothing can be returned", help: "Declare `@output name:type`.")
            return nil
        }
        guard let value else {
            let output = heads[task].output?.name ?? ""
            report(.returnUnfit, at: range, "`\(heads[task].name)` must return its output `\(output)`")
            return nil
        }
        guard let type = signatures.tasks[task].output else {
            _ = check(value, expecting: nil)
            return nil
        }
        return converted(value, to: type, code: .returnUnfit).map { .returnValue($0.node) }
    }

    private mutating func checkCallStatement(_ node: ExpressionNode) -> TypedStatement.Kind? {
        let expression = parser.tree[node]
        if case .request(let request, let call) = expression.kind {
            return checkRequest(request, parser.tree.call(call), expression.range).map { .evaluate($0.node) }
        }
        guard case .call(let index) = expression.kind else { return nil }
        let call = parser.tree.call(index)
        if case .append? = StandardFunction(call.name) { return checkAppend(call) }
        guard let value = checkCall(call, at: expression.range, isStatement: true) else { return nil }
        switch typed[value.node].kind {
        case .builtin(let builtin, _) where !builtin.changesArgument: reportUnused(expression.range, call.name)
        case .count, .toFloat, .now: reportUnused(expression.range, call.name)
        default: break
        }
        return .evaluate(value.node)
    }

    private mutating func reportUnused(_ range: SourceRange, _ name: Name) {
        let spelling = parser.spelling(of: name)
        report(.resultUnused, at: range, "`\(spelling)` does nothing but give a result, and nobody uses it")
    }

    private mutating func checkAppend(_ call: Call) -> TypedStatement.Kind? {
        let arguments = call.arguments
        guard arguments.count == 2, parser.tree.firstLabel(arguments) == nil else {
            checkArguments(arguments)
            report(.argumentsUnfit, at: call.nameRange, "`append` takes a list and a value")
            return nil
        }
        let first = arguments.indices.lowerBound
        let list = checkList(parser.tree.expression(at: first))
        let element = list.flatMap { parser.types.listElement($0.type) }
        let value = converted(parser.tree.expression(at: first + 1), to: element)
        guard let list, let value else { return nil }
        return .append(list: list.node, value.node)
    }
}
