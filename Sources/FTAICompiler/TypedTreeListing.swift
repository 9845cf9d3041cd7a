// The typed tree as text.

import SerenaNetBytecode

/// Writes tasks whose names and types are settled, one statement in a line, operators in front of their operands.
struct TypedTreeListing {
    let tasks: [TypedTask]

    var text: String {
        tasks.map { task in
            let inputs = task.locals.prefix(task.inputCount).map { "\($0.name): \(name(of: $0.type))" }
            let result = task.result.map { " -> \($0)" } ?? ""
            let head = "task \(task.name)(\(inputs.joined(separator: ", ")))\(result)  // \(task.effects)\n"
            return head + lines(task.body, of: task, indent: 1)
        }.joined(separator: "\n")
    }

    private func name(of type: ValueType?) -> String { type?.description ?? "?" }

    private func lines(_ statements: [TypedStatement], of task: TypedTask, indent: Int) -> String {
        statements.map { statement in
            let space = String(repeating: "  ", count: indent)
            return space + text(of: statement, of: task, indent: indent)
        }.joined()
    }

    private func text(of statement: TypedStatement, of task: TypedTask, indent: Int) -> String {
        func value(_ expression: TypedExpression) -> String { text(of: expression, of: task) }
        func block(_ statements: [TypedStatement]) -> String { lines(statements, of: task, indent: indent + 1) }
        let space = String(repeating: "  ", count: indent)
        switch statement.kind {
        case .set(let local, let expression, let isFirst):
            let type = isFirst ? ": \(name(of: task.locals[local].type))" : ""
            return "set \(task.locals[local].name)\(type) = \(value(expression))\n"
        case .setElement(let list, let index, let element):
            return "setElement(\(value(list)), \(value(index)), \(value(element)))\n"
        case .setEntry(let map, let key, let element):
            return "setEntry(\(value(map)), \(value(key)), \(value(element)))\n"
        case .emit(let name, let values): return "emit(\(value(name)), \(value(values)))\n"
        case .fail(let message): return "fail \(value(message))\n"
        case .attempt(let body, _, _, let handler): return "try\n" + block(body) + "\(space)catch\n" + block(handler)
        case .parallel(let requests):
            return "parallel\n" + requests.map { "\(space)  \(value($0.call))\n" }.joined()
        case .append(let list, let element): return "append(\(value(list)), \(value(element)))\n"
        case .branch(let branches, let otherwise):
            var text = ""
            for (index, branch) in branches.enumerated() {
                text += "\(index == 0 ? "" : space + "else ")if \(value(branch.condition))\n" + block(branch.block)
            }
            return otherwise.isEmpty ? text : text + "\(space)else\n" + block(otherwise)
        case .whileLoop(let condition, let body): return "while \(value(condition))\n" + block(body)
        case .forRange(let local, let from, let through, let body):
            return "for \(task.locals[local].name) in \(value(from))..\(value(through))\n" + block(body)
        case .forEach(let local, let list, let body):
            return "for \(task.locals[local].name) in \(value(list))\n" + block(body)
        case .breakLoop: return "break\n"
        case .continueLoop: return "continue\n"
        case .returnValue(let expression): return "return\(expression.map { " " + value($0) } ?? "")\n"
        case .say(let text): return "say \(value(text))\n"
        case .remember(let key, let expression): return "remember(\(value(key)), \(value(expression)))\n"
        case .evaluate(let expression): return value(expression) + "\n"
        }
    }

    private func text(of expression: TypedExpression, of task: TypedTask) -> String {
        func list(_ name: String, _ operands: [TypedExpression]) -> String {
            "\(name)(\(operands.map { text(of: $0, of: task) }.joined(separator: ", ")))"
        }
        switch expression.kind {
        case .int(let value): return "\(value)"
        case .float(let value): return "\(value)"
        case .bool(let value): return "\(value)"
        case .string(let text): return text.debugDescription
        case .null: return "null"
        case .local(let local): return task.locals[local].name
        case .negate(let operand): return list("negate", [operand])
        case .not(let operand): return list("not", [operand])
        case .arithmetic(let operation, let left, let right):
            return list("\(operation):\(expression.type)", [left, right])
        case .compare(let comparison, let left, let right): return list("\(comparison)", [left, right])
        case .and(let left, let right): return list("and", [left, right])
        case .or(let left, let right): return list("or", [left, right])
        case .toFloat(let operand): return list("toFloat", [operand])
        case .toText(let operand): return list("toText", [operand])
        case .wrap(let operand): return list("wrap", [operand])
        case .unwrap(let operand): return list("unwrap", [operand])
        case .isNull(let operand): return list("isNull", [operand])
        case .orElse(let left, let right): return list("orElse", [left, right])
        case .join(let parts): return list("join", parts)
        case .list(let elements): return list("\(expression.type)", elements)
        case .element(let elements, let index): return list("element", [elements, index])
        case .count(let elements): return list("count", [elements])
        case .builtin(let builtin, let arguments): return list(builtin.signature.name, arguments)
        case .call(let callee, let arguments): return list("call \(tasks[callee].name)", arguments)
        case .recall(let key): return list("recall", [key])
        case .map(let entries): return list("\(expression.type)", entries.flatMap { [$0.key, $0.value] })
        case .entry(let map, let key): return list("entry", [map, key])
        case .now: return "now"
        case .box(let operand): return list("box", [operand])
        case .cast(let operand): return list("cast:\(expression.type)", [operand])
        case .callTool(let name, let arguments): return list("callTool", [name, arguments])
        case .askAgent(let name, let question): return list("askAgent", [name, question])
        }
    }
}
