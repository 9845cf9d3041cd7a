// Makes typed code smaller without changing what it does: constants are computed, what can never run is dropped.

import SerenaNetBytecode

/// Constant folding, propagation of constant `let`s, and removal of dead branches.
///
/// What would fail when it runs, such as an overflow or a division by zero, is left for the run to report.
struct Simplifier {
    /// The values of the locals that are constant.
    private var constants: [Int: TypedExpression.Kind] = [:]
    private let locals: [Local]

    static func simplified(_ task: TypedTask) -> TypedTask {
        var simplifier = Simplifier(locals: task.locals)
        var task = task
        task.body = simplifier.simplify(task.body)
        return task
    }

    private init(locals: [Local]) {
        self.locals = locals
    }

    // MARK: Statements

    private mutating func simplify(_ statements: [TypedStatement]) -> [TypedStatement] {
        var result: [TypedStatement] = []
        for statement in statements {
            result += simplify(statement)
            // Behind a jump nothing of the block can run.
            if let last = result.last, last.leavesBlock { break }
        }
        return result
    }

    /// What is left of a statement: nothing, itself, or the block of the one branch that is taken.
    private mutating func simplify(_ statement: TypedStatement) -> [TypedStatement] {
        func made(_ kind: TypedStatement.Kind) -> [TypedStatement] {
            [TypedStatement(kind: kind, line: statement.line)]
        }
        switch statement.kind {
        case .set(let local, let value, let isFirst):
            let value = simplify(value)
            if isFirst, !locals[local].isVariable, value.isConstant {
                constants[local] = value.kind
                return []
            }
            return made(.set(local: local, value, isFirst: isFirst))
        case .setElement(let list, let index, let value):
            return made(.setElement(list: simplify(list), index: simplify(index), simplify(value)))
        case .setEntry(let map, let key, let value):
            return made(.setEntry(map: simplify(map), key: simplify(key), simplify(value)))
        case .append(let list, let value): return made(.append(list: simplify(list), simplify(value)))
        case .branch(let branches, let otherwise): return simplify(branches, otherwise, statement.line)
        case .whileLoop(let condition, let body):
            let condition = simplify(condition)
            if case .bool(false) = condition.kind { return [] }
            return made(.whileLoop(condition, simplify(body)))
        case .forRange(let local, let from, let through, let body):
            let (from, through) = (simplify(from), simplify(through))
            if case .int(let first) = from.kind, case .int(let last) = through.kind, first > last { return [] }
            return made(.forRange(local: local, from: from, through: through, simplify(body)))
        case .forEach(let local, let list, let body):
            return made(.forEach(local: local, simplify(list), simplify(body)))
        case .returnValue(let value): return made(.returnValue(value.map { simplify($0) }))
        case .say(let text): return made(.say(simplify(text)))
        case .remember(let key, let value): return made(.remember(key: simplify(key), value: simplify(value)))
        case .evaluate(let call): return made(.evaluate(simplify(call)))
        case .emit(let name, let values): return made(.emit(name: name, values: simplify(values)))
        case .fail(let message): return made(.fail(simplify(message)))
        case .attempt(let body, let message, let kind, let handler):
            let body = simplify(body)
            return body.isEmpty
                ? [] : made(.attempt(body, message: message, kind: kind, handler: simplify(handler)))
        case .parallel(let requests):
            return made(.parallel(requests.map { TypedRequest(local: $0.local, call: simplify($0.call)) }))
        case .breakLoop, .continueLoop: return [statement]
        }
    }

    private mutating func simplify(
        _ branches: [TypedBranch], _ otherwise: [TypedStatement], _ line: UInt32
    ) -> [TypedStatement] {
        var kept: [TypedBranch] = []
        for branch in branches {
            let condition = simplify(branch.condition)
            if case .bool(let isTaken) = condition.kind {
                guard isTaken else { continue }
                let block = simplify(branch.block)
                if kept.isEmpty { return block }
                return [TypedStatement(kind: .branch(kept, otherwise: block), line: line)]
            }
            kept.append(TypedBranch(condition: condition, block: simplify(branch.block)))
        }
        let otherwise = simplify(otherwise)
        return kept.isEmpty ? otherwise : [TypedStatement(kind: .branch(kept, otherwise: otherwise), line: line)]
    }

    // MARK: Expressions

    private func simplify(_ expression: TypedExpression) -> TypedExpression {
        var result = expression
        result.kind = simplified(expression.kind)
        return result
    }

    private func simplified(_ kind: TypedExpression.Kind) -> TypedExpression.Kind {
        switch kind {
        case .int, .float, .bool, .string, .null, .now: return kind
        case .local(let local): return constants[local] ?? kind
        case .negate(let operand): return Folding.negated(simplify(operand))
        case .not(let operand): return Folding.inverted(simplify(operand))
        case .arithmetic(let operation, let left, let right):
            return Folding.arithmetic(operation, simplify(left), simplify(right))
        case .compare(let comparison, let left, let right):
            return Folding.compared(comparison, simplify(left), simplify(right))
        case .and(let left, let right):
            let (left, right) = (simplify(left), simplify(right))
            if case .bool(let value) = left.kind { return value ? right.kind : .bool(false) }
            return .and(left, right)
        case .or(let left, let right):
            let (left, right) = (simplify(left), simplify(right))
            if case .bool(let value) = left.kind { return value ? .bool(true) : right.kind }
            return .or(left, right)
        case .toFloat(let operand):
            let operand = simplify(operand)
            if case .int(let value) = operand.kind { return .float(Double(value)) }
            return .toFloat(operand)
        case .toText(let operand): return Folding.text(simplify(operand))
        case .join(let parts): return Folding.joined(parts.map(simplify))
        case .list(let elements): return .list(elements.map(simplify))
        case .map(let entries):
            return .map(entries.map { TypedEntry(key: simplify($0.key), value: simplify($0.value)) })
        case .entry(let map, let key): return .entry(simplify(map), key: simplify(key))
        case .box(let value): return .box(simplify(value))
        case .cast(let value): return .cast(simplify(value))
        case .callTool(let name, let arguments): return .callTool(name: name, arguments: simplify(arguments))
        case .askAgent(let name, let question): return .askAgent(name: name, question: simplify(question))
        case .element(let list, let index): return .element(simplify(list), index: simplify(index))
        case .count(let list): return .count(simplify(list))
        case .builtin(let builtin, let arguments): return .builtin(builtin, arguments.map(simplify))
        case .call(let task, let arguments): return .call(task, arguments.map(simplify))
        case .recall(let key): return .recall(simplify(key))
        case .wrap, .unwrap, .isNull, .orElse: return simplifiedOptional(kind)
        }
    }

    private func simplifiedOptional(_ kind: TypedExpression.Kind) -> TypedExpression.Kind {
        switch kind {
        case .wrap(let operand): return .wrap(simplify(operand))
        case .unwrap(let operand):
            let operand = simplify(operand)
            if case .wrap(let inner) = operand.kind { return inner.kind }
            return .unwrap(operand)
        case .isNull(let operand):
            let operand = simplify(operand)
            if case .null = operand.kind { return .bool(true) }
            if case .wrap(let inner) = operand.kind, inner.isConstant { return .bool(false) }
            return .isNull(operand)
        case .orElse(let left, let right):
            let (left, right) = (simplify(left), simplify(right))
            if case .null = left.kind { return right.kind }
            if case .wrap(let inner) = left.kind, inner.type == right.type { return inner.kind }
            return .orElse(left, right)
        default: return kind
        }
    }
}

extension TypedExpression {
    /// Whether the value is known, and can be had again wherever it is needed.
    var isConstant: Bool {
        switch kind {
        case .int, .float, .bool, .string, .null: true
        case .wrap(let inner): inner.isConstant
        default: false
        }
    }
}

extension TypedStatement {
    /// Whether nothing behind it in its block can run.
    var leavesBlock: Bool {
        switch kind {
        case .breakLoop, .continueLoop, .returnValue, .fail: true
        default: false
        }
    }
}
