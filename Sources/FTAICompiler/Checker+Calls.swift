// Checks calls of tasks. Those of the standard library are in `Checker+Library.swift`.

import FTAI
import SerenaNetBytecode

extension Checker {
    /// - Parameter isStatement: whether the call may go without a result.
    mutating func checkCall(_ call: Call, at range: SourceRange, isStatement: Bool) -> TypedValue? {
        if let task = signatures.task(named: call.name) {
            return checkTaskCall(call, task, at: range, isStatement: isStatement)
        }
        if let function = StandardFunction(call.name) { return checkFunction(function, call, at: range) }
        checkArguments(call.arguments)
        let spelling = parser.spelling(of: call.name)
        parser.problems.reportUnknown(
            .callableUnknown, at: call.nameRange, "there is no task or function `\(spelling.prefix(64))`",
            name: spelling, among: heads.map(\.name) + StandardFunction.names)
        return nil
    }

    /// Checks the arguments of a call that is wrong anyway, for the problems that they have of their own.
    mutating func checkArguments(_ arguments: NodeList) {
        for position in arguments.indices { _ = check(parser.tree.argument(at: position).value, expecting: nil) }
    }

    private mutating func checkTaskCall(
        _ call: Call, _ callee: Int, at range: SourceRange, isStatement: Bool
    ) -> TypedValue? {
        if calls.isEmpty { calls.reserveCapacity(8) }
        calls.append(TaskCall(task: callee, range: range, isStatement: isStatement))
        let inputs = signatures.tasks[callee].inputs
        let mark = open.count
        // Most calls give one value without a name for each input.
        if call.arguments.count == inputs.count, parser.tree.firstLabel(call.arguments) == nil {
            for (place, position) in zip(inputs, call.arguments.indices) {
                let value = converted(parser.tree.expression(at: position), to: signatures.inputs[place].type)
                if let value { open.append(value.node.index) }
            }
        } else {
            checkMatched(call, callee, at: range)
        }
        guard open.count - mark == inputs.count else {
            drop(from: mark)
            return nil
        }
        let kind = TypedExpression.Kind.call(Int32(truncatingIfNeeded: callee), closeList(from: mark))
        guard signatures.tasks[callee].hasOutput else {
            if !isStatement {
                report(.noResult, at: range, "`\(heads[callee].name)` gives no result")
                return nil
            }
            // The type of a call without a result is never looked at.
            return made(kind, .bool, line(of: range))
        }
        guard let type = signatures.tasks[callee].output else { return nil }
        return made(kind, type, line(of: range))
    }

    /// Puts down the values for the inputs of a task, as far as they are right.
    private mutating func checkMatched(_ call: Call, _ callee: Int, at range: SourceRange) {
        let given = match(call, to: callee)
        for (place, argument) in zip(signatures.tasks[callee].inputs, given) {
            let type = signatures.inputs[place].type
            let value: TypedValue?
            if let argument {
                value = converted(argument, to: type)
            } else if let type {
                let head = heads[callee].inputs[place - signatures.tasks[callee].inputs.lowerBound]
                value = head.defaultValue.flatMap { constant($0, type, line(of: range)) }
            } else {
                value = nil
            }
            if let value { open.append(value.node.index) }
        }
    }

    /// The argument for each input; nil where there is none. Reports what does not fit, and what is missing.
    private mutating func match(_ call: Call, to callee: Int) -> [ExpressionNode?] {
        let head = heads[callee]
        let inputs = signatures.inputs[signatures.tasks[callee].inputs]
        var given = [ExpressionNode?](repeating: nil, count: inputs.count)
        var hasLabels = false
        var isFit = true
        for (number, position) in call.arguments.indices.enumerated() {
            let argument = parser.tree.argument(at: position)
            let place = range(of: argument.value)
            var index: Int?
            if let label = argument.label {
                hasLabels = true
                index = inputs.firstIndex { $0.name == label }.map { $0 - inputs.startIndex }
                if index == nil { refuseLabel(label, argument.labelRange, of: head) }
            } else if hasLabels {
                refuse(place, "an argument without a name stands behind one with a name", head)
            } else if number < inputs.count {
                index = number
            } else {
                let plural = inputs.count == 1 ? "" : "s"
                let message =
                    "`\(head.name)` takes \(inputs.count) argument\(plural), not \(call.arguments.count)"
                refuse(place, message, head)
            }
            if let index, given[index] != nil {
                refuse(argument.labelRange, "the input `\(head.inputs[index].name)` has a value already", head)
                isFit = false
            } else if let index {
                given[index] = argument.value
            } else {
                isFit = false
                _ = check(argument.value, expecting: nil)
            }
        }
        let missing = zip(zip(inputs, head.inputs), given).filter { inputs, value in
            value == nil && !inputs.0.isOptional && inputs.0.type != nil
        }
        if isFit, !missing.isEmpty {
            let names = missing.map { "`\($0.0.1.name)`" }.joined(separator: ", ")
            refuse(call.nameRange, "`\(head.name)` needs a value for \(names)", head)
        }
        return given
    }

    private mutating func refuse(_ range: SourceRange, _ message: String, _ callee: TaskHead) {
        report(.argumentsUnfit, at: range, message, notes: [signatureNote(of: callee)])
    }

    private func signatureNote(of callee: TaskHead) -> Diagnostic.Note {
        .init("the task is `\(callee.signature)`", line: source.line(at: callee.nameRange.start))
    }

    private mutating func refuseLabel(_ label: Name, _ range: SourceRange, of callee: TaskHead) {
        let spelling = parser.spelling(of: label)
        parser.problems.reportUnknown(
            .argumentsUnfit, at: range, "`\(callee.name)` has no input `\(spelling.prefix(64))`",
            notes: [signatureNote(of: callee)], name: spelling, among: callee.inputs.map(\.name))
    }

    /// A value that a head names as an expression; nil when it is not of the type.
    private mutating func constant(_ value: VMValue, _ type: IRType, _ line: UInt32) -> TypedValue? {
        switch (value, parser.types[type]) {
        case (.null, .optional), (.null, .any): return made(.null, type, line)
        case (_, .any):
            let own = parser.types.number(of: value.ownType)
            return constant(value, own, line).map { made(.box($0.node), type, line) }
        case (_, .optional):
            guard let wrapped = parser.types.wrapped(type) else { return nil }
            return constant(value, wrapped, line).map { made(.wrap($0.node), type, line) }
        case (.int(let number), .int): return made(.int(number), type, line)
        case (.float(let number), .float): return made(.float(number), type, line)
        case (.bool(let flag), .bool): return made(.bool(flag), type, line)
        case (.string(let text), .string): return constant(text, line)
        case (.list(let values), .list):
            guard let element = parser.types.listElement(type) else { return nil }
            let mark = open.count
            for value in values {
                if let made = constant(value, element, line) { open.append(made.node.index) }
            }
            let elements = closeList(from: mark)
            return elements.count == values.count ? made(.list(elements), type, line) : nil
        case (.map(let values), .map), (.map(let values), .intMap): return constant(values, type, line)
        default: return nil
        }
    }

    private mutating func constant(_ values: [VMMapEntry], _ type: IRType, _ line: UInt32) -> TypedValue? {
        guard let element = parser.types.mapElement(type) else { return nil }
        let mark = open.count
        for entry in values {
            guard let value = constant(entry.value, element, line) else { continue }
            if parser.types.hasIntKeys(type) {
                guard let key = entry.intKey else { continue }
                open.append(made(.int(key), .int, line).node.index)
            } else {
                open.append(constant(entry.key, line).node.index)
            }
            open.append(value.node.index)
        }
        let entries = closeList(from: mark)
        return entries.count == 2 * values.count ? made(.map(entries), type, line) : nil
    }
}
