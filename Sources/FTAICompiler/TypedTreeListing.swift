// The typed tree as text.

import SerenaNetBytecode

/// Writes tasks whose names and types are settled, one statement in a line, operators in front of their operands.
struct TypedTreeListing {
    private let tasks: [TypedTask]
    private let tree: TypedTree
    private let names: NameTable

    init(_ program: CheckedProgram) {
        tasks = program.tasks
        tree = program.tree
        names = program.names
    }

    var text: String {
        tasks.map { task in
            let inputs = task.locals.prefix(task.inputCount).map { place in
                "\(names.text(of: tree.locals[place].name)): \(name(of: tree.locals[place].type))"
            }
            let result = task.result.map { " -> \(tree.types[$0])" } ?? ""
            let head = "task \(task.name)(\(inputs.joined(separator: ", ")))\(result)  // \(task.effects)\n"
            return head + lines(task.body, of: task, indent: 1)
        }.joined(separator: "\n")
    }

    private func name(of type: IRType?) -> String { type.map { tree.types[$0].description } ?? "?" }

    private func local(_ index: Int, of task: TypedTask) -> Local { tree.locals[task.locals.lowerBound + index] }

    private func name(ofLocal index: Int, of task: TypedTask) -> String {
        names.text(of: local(index, of: task).name)
    }

    private func lines(_ statements: NodeList, of task: TypedTask, indent: Int) -> String {
        statements.indices.map { position in
            let space = String(repeating: "  ", count: indent)
            return space + text(of: tree.statement(at: position), of: task, indent: indent)
        }.joined()
    }

    private func text(of statement: TypedStatement, of task: TypedTask, indent: Int) -> String {
        func value(_ expression: TypedNode) -> String { text(of: expression, of: task) }
        func block(_ statements: NodeList) -> String { lines(statements, of: task, indent: indent + 1) }
        let space = String(repeating: "  ", count: indent)
        switch statement.kind {
        case .set(let local, let expression, let isFirst):
            let type = isFirst ? ": \(name(of: self.local(local, of: task).type))" : ""
            return "set \(name(ofLocal: local, of: task))\(type) = \(value(expression))\n"
        case .setElement(let list, let index, let element):
            return "setElement(\(value(list)), \(value(index)), \(value(element)))\n"
        case .setEntry(let map, let key, let element):
            return "setEntry(\(value(map)), \(value(key)), \(value(element)))\n"
        case .emit(let name, let values): return "emit(\(value(name)), \(value(values)))\n"
        case .fail(let message): return "fail \(value(message))\n"
        case .attempt(let body, _, _, let handler): return "try\n" + block(body) + "\(space)catch\n" + block(handler)
        case .parallel(let requests):
            return "parallel\n" + tree.requests[requests.indices].map { "\(space)  \(value($0.call))\n" }.joined()
        case .append(let list, let element): return "append(\(value(list)), \(value(element)))\n"
        case .branch(let branches, let otherwise):
            var text = ""
            for (index, branch) in branches.indices.map({ tree.branch(at: $0) }).enumerated() {
                text += "\(index == 0 ? "" : space + "else ")if \(value(branch.condition))\n" + block(branch.block)
            }
            return otherwise.isEmpty ? text : text + "\(space)else\n" + block(otherwise)
        case .whileLoop(let condition, let body): return "while \(value(condition))\n" + block(body)
        case .forRange(let local, let from, let through, let body):
            return "for \(name(ofLocal: local, of: task)) in \(value(from))..\(value(through))\n" + block(body)
        case .forEach(let local, let list, let body):
            return "for \(name(ofLocal: local, of: task)) in \(value(list))\n" + block(body)
        case .breakLoop: return "break\n"
        case .continueLoop: return "continue\n"
        case .returnValue(let expression): return "return\(expression.map { " " + value($0) } ?? "")\n"
        case .say(let text): return "say \(value(text))\n"
        case .remember(let key, let expression): return "remember(\(value(key)), \(value(expression)))\n"
        case .evaluate(let expression): return value(expression) + "\n"
        }
    }

    private func text(of node: TypedNode, of task: TypedTask) -> String {
        func list(_ name: String, _ operands: [TypedNode]) -> String {
            "\(name)(\(operands.map { text(of: $0, of: task) }.joined(separator: ", ")))"
        }
        func list(_ name: String, _ operands: NodeList) -> String {
            list(name, operands.indices.map { tree.expression(at: $0) })
        }
        let expression = tree[node]
        switch expression.kind {
        case .int(let value): return "\(value)"
        case .float(let value): return "\(value)"
        case .bool(let value): return "\(value)"
        case .string(let text): return tree.texts[Int(text)].debugDescription
        case .null: return "null"
        case .local(let local): return name(ofLocal: local, of: task)
        case .negate(let operand): return list("negate", [operand])
        case .not(let operand): return list("not", [operand])
        case .arithmetic(let operation, let left, let right):
            return list("\(operation):\(name(of: expression.type))", [left, right])
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
        case .list(let elements): return list("\(name(of: expression.type))", elements)
        case .element(let elements, let index): return list("element", [elements, index])
        case .count(let elements): return list("count", [elements])
        case .builtin(let builtin, let arguments): return list(builtin.signature.name, arguments)
        case .call(let callee, let arguments): return list("call \(tasks[Int(callee)].name)", arguments)
        case .recall(let key): return list("recall", [key])
        case .map(let entries): return list("\(name(of: expression.type))", entries)
        case .entry(let map, let key): return list("entry", [map, key])
        case .now: return "now"
        case .box(let operand): return list("box", [operand])
        case .cast(let operand): return list("cast:\(name(of: expression.type))", [operand])
        case .callTool(let name, let arguments): return list("callTool", [name, arguments])
        case .askAgent(let name, let question): return list("askAgent", [name, question])
        }
    }
}
