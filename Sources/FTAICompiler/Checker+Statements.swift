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
    ) -> (statements: [TypedStatement], completes: Bool) {
        if opensScope { scopes.open() }
        let outer = known
        if !proven.isEmpty { known.formUnion(lasting(proven, in: block.range)) }
        defer {
            known = outer
            if opensScope { scopes.close() }
        }
        var statements: [TypedStatement] = []
        statements.reserveCapacity(block.statements.count)
        var completes = true
        for (index, statement) in block.statements.enumerated() {
            let (kind, goesOn) = check(statement, restOfBlock: SourceRange(statement.range.end, block.range.end))
            if let kind { statements.append(TypedStatement(kind: kind, line: line(of: statement.range))) }
            if completes, !goesOn, index + 1 < block.statements.count {
                problems.report(.codeUnreachable, at: block.statements[index + 1].range, "this code can never run")
            }
            completes = completes && goesOn
        }
        return (statements, completes)
    }

    /// - Returns: nil for the statement when it cannot be made sense of.
    private mutating func check(
        _ statement: Statement, restOfBlock: SourceRange
    ) -> (kind: TypedStatement.Kind?, completes: Bool) {
        switch statement.kind {
        case .declare(let declaration): return (checkDeclaration(declaration), true)
        case .assign(let name, let range, let value): return (checkAssignment(name, range, value), true)
        case .assignElement(let list, let index, let value): return (checkElement(list, index, value), true)
        case .branch(let branches, let otherwise): return checkBranches(branches, otherwise, restOfBlock)
        case .whileLoop(let condition, let block): return checkWhile(condition, block)
        case .forLoop(let name, let range, let sequence, let block):
            return (checkFor(name, range, sequence, block), true)
        case .breakLoop, .continueLoop: return (checkJump(statement), false)
        case .returnValue(let value): return (checkReturn(value, statement.range), false)
        case .say(let value):
            note(.says, at: statement.range, "`say`")
            return (text(value).map(TypedStatement.Kind.say), true)
        case .remember(let key, let value):
            note(.writes, at: statement.range, "`remember`")
            guard let key = checkKey(key), let value = text(value) else { return (nil, true) }
            return (.remember(key: key, value: value), true)
        case .evaluate(let expression): return (checkCallStatement(expression), true)
        case .emit(let request): return (checkEmit(request, statement.range), true)
        case .fail(let message): return (text(message).map(TypedStatement.Kind.fail), false)
        case .attempt(let body, let message, let kind, let handler):
            return checkAttempt(body, message, kind, handler)
        case .parallel(let block): return (checkParallel(block, statement.range), true)
        }
    }

    // MARK: Variables

    private mutating func checkDeclaration(_ declaration: Statement.Declaration) -> TypedStatement.Kind? {
        let wanted = declaration.annotation?.type
        var value = check(declaration.value, expecting: wanted)
        if let wanted, let given = value {
            value = convert(given, to: wanted, at: declaration.value.range)
        }
        // A type that is named holds, even when the value does not fit it.
        let type = declaration.annotation.map { $0.type } ?? value?.type
        let local = declare(
            declaration.name, at: declaration.nameRange, type: type, isVariable: declaration.isVariable)
        return value.map { .set(local: local, $0, isFirst: true) }
    }

    private mutating func checkAssignment(
        _ name: String, _ range: SourceRange, _ value: Expression
    ) -> TypedStatement.Kind? {
        guard let local = lookup(name) else {
            _ = check(value, expecting: nil)
            reportUnknown(name, at: range, help: "Declare it with `var \(name) = …`.")
            return nil
        }
        if !locals[local].isVariable {
            let isInput = local < head.inputs.count
            let message = isInput ? "`\(name)` is an input" : "`\(name)` is declared with `let`"
            let help = isInput ? "Copy it into a `var`." : "Declare it with `var`."
            let line = source.line(at: declarations[local].range.start)
            problems.report(
                .assignmentToConstant, at: range, "\(message), and cannot be assigned",
                notes: [.init("it is declared here", line: line)], help: help)
        }
        guard let type = locals[local].type else {
            _ = check(value, expecting: nil)
            return nil
        }
        return converted(value, to: type).map { .set(local: local, $0, isFirst: false) }
    }

    private mutating func checkElement(
        _ list: Expression, _ index: Expression, _ value: Expression
    ) -> TypedStatement.Kind? {
        let typedList = checkContainer(list)
        if let typedList, let element = typedList.type.mapElement {
            let key = converted(index, to: .string)
            guard let value = converted(value, to: element), let key else { return nil }
            return .setEntry(map: typedList, key: key, value)
        }
        let typedIndex = converted(index, to: .int)
        guard let typedList, let element = typedList.type.listElement else {
            _ = check(value, expecting: nil)
            return nil
        }
        guard let value = converted(value, to: element), let typedIndex else { return nil }
        return .setElement(list: typedList, index: typedIndex, value)
    }

    // MARK: Branches and loops

    private mutating func checkBranches(
        _ branches: [Statement.Branch], _ otherwise: Block?, _ restOfBlock: SourceRange
    ) -> (kind: TypedStatement.Kind?, completes: Bool) {
        var typed: [TypedBranch] = []
        var isWhole = true
        var completes = false
        // What is known when all conditions so far were false.
        var refuted: Set<KnownLocal> = []
        // What holds behind the branches, as far as they can be passed.
        var provenBehind: Set<KnownLocal>?
        let outer = known
        for branch in branches {
            let condition = converted(branch.condition, to: .bool)
            let proof = proof(of: branch.condition)
            let (block, goesOn) = check(branch.block, proven: proof.whenTrue)
            if goesOn {
                completes = true
                provenBehind = (provenBehind ?? proof.whenTrue.union(refuted)).intersection(
                    proof.whenTrue.union(refuted))
            }
            refuted.formUnion(proof.whenFalse)
            let end = otherwise?.range.end ?? branches.last?.block.range.end ?? branch.block.range.end
            known.formUnion(lasting(proof.whenFalse, in: SourceRange(branch.block.range.end, end)))
            if let condition { typed.append(TypedBranch(condition: condition, block: block)) } else { isWhole = false }
        }
        known = outer
        var rest: [TypedStatement] = []
        var restCompletes = true
        if let otherwise { (rest, restCompletes) = check(otherwise, proven: refuted) }
        if restCompletes {
            completes = true
            provenBehind = (provenBehind ?? refuted).intersection(refuted)
        }
        keep(provenBehind ?? [], from: branches, otherwise, restOfBlock)
        return (isWhole ? .branch(typed, otherwise: rest) : nil, completes)
    }

    /// Behind `if x == null … return … end`, `x` is known not to be null, unless a branch or what follows assigns it.
    private mutating func keep(
        _ proven: Set<KnownLocal>, from branches: [Statement.Branch], _ otherwise: Block?, _ restOfBlock: SourceRange
    ) {
        guard !proven.isEmpty, let first = branches.first else { return }
        known.formUnion(lasting(proven, in: SourceRange(first.block.range.start, restOfBlock.end)))
    }

    private mutating func checkWhile(
        _ condition: Expression, _ block: Block
    ) -> (kind: TypedStatement.Kind?, completes: Bool) {
        let typed = converted(condition, to: .bool)
        loops.append(false)
        let (body, _) = check(block, proven: proof(of: condition).whenTrue)
        let isLeft = loops.removeLast()
        var isEndless = false
        if case .bool(true) = condition.kind { isEndless = true }
        return (typed.map { .whileLoop($0, body) }, !isEndless || isLeft)
    }

    private mutating func checkFor(
        _ name: String, _ range: SourceRange, _ sequence: Statement.Sequence, _ block: Block
    ) -> TypedStatement.Kind? {
        var bounds: (from: TypedExpression, through: TypedExpression)?
        var list: TypedExpression?
        let type: ValueType?
        switch sequence {
        case .range(let from, let through):
            let typedFrom = converted(from, to: .int)
            let typedThrough = converted(through, to: .int)
            if let typedFrom, let typedThrough { bounds = (typedFrom, typedThrough) }
            type = .int
        case .list(let expression):
            list = checkSequence(expression)
            type = list?.type.listElement
        }
        scopes.open()
        defer { scopes.close() }
        let local = declare(name, at: range, type: type, isVariable: false, warnsIfUnused: false)
        loops.append(false)
        let (body, _) = check(block)
        loops.removeLast()
        if let bounds { return .forRange(local: local, from: bounds.from, through: bounds.through, body) }
        return list.map { .forEach(local: local, $0, body) }
    }

    private mutating func checkJump(_ statement: Statement) -> TypedStatement.Kind? {
        guard let last = loops.indices.last else {
            problems.report(.outsideLoop, at: statement.range, "there is no loop around this")
            return nil
        }
        if case .breakLoop = statement.kind {
            loops[last] = true
            return .breakLoop
        }
        return .continueLoop
    }

    // MARK: Results and calls

    private mutating func checkReturn(_ value: Expression?, _ range: SourceRange) -> TypedStatement.Kind? {
        guard let output = head.output else {
            guard let value else { return .returnValue(nil) }
            _ = check(value, expecting: nil)
            problems.report(
                .returnUnfit, at: value.range, "`\(head.name)` has no output, so nothing can be returned",
                help: "Declare `@output name:type`.")
            return nil
        }
        guard let value else {
            let message = "`\(head.name)` must return its output `\(output.name)`"
            problems.report(.returnUnfit, at: range, message)
            return nil
        }
        guard let type = output.type else {
            _ = check(value, expecting: nil)
            return nil
        }
        return converted(value, to: type, code: .returnUnfit).map { .returnValue($0) }
    }

    private mutating func checkCallStatement(_ expression: Expression) -> TypedStatement.Kind? {
        if case .request(let request) = expression.kind {
            return checkRequest(request, expression.range).map { .evaluate($0) }
        }
        guard case .call(let call) = expression.kind else { return nil }
        if call.name == StandardFunction.append { return checkAppend(call) }
        let typed = checkCall(call, at: expression.range, isStatement: true)
        switch typed?.kind {
        case .builtin(let builtin, _) where !builtin.changesArgument: reportUnused(expression.range, call.name)
        case .count, .toFloat, .now: reportUnused(expression.range, call.name)
        default: break
        }
        return typed.map { .evaluate($0) }
    }

    private mutating func reportUnused(_ range: SourceRange, _ name: String) {
        problems.report(.resultUnused, at: range, "`\(name)` does nothing but give a result, and nobody uses it")
    }

    private mutating func checkAppend(_ call: Call) -> TypedStatement.Kind? {
        guard call.arguments.count == 2, call.arguments.allSatisfy({ $0.label == nil }) else {
            for argument in call.arguments { _ = check(argument.value, expecting: nil) }
            problems.report(.argumentsUnfit, at: call.nameRange, "`append` takes a list and a value")
            return nil
        }
        let list = checkList(call.arguments[0].value)
        let value = converted(call.arguments[1].value, to: list?.type.listElement)
        guard let list, let value else { return nil }
        return .append(list: list, value)
    }
}
