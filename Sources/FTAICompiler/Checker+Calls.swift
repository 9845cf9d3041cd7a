// Checks calls of tasks and of the standard library.

import FTAI
import SerenaNetBytecode

extension Checker {
    /// - Parameter isStatement: whether the call may go without a result.
    mutating func checkCall(_ call: Call, at range: SourceRange, isStatement: Bool) -> TypedExpression? {
        if let task = tasksByName[call.name] {
            return checkTaskCall(call, task, at: range, isStatement: isStatement)
        }
        switch call.name {
        case StandardFunction.count: return checkCount(call, at: range)
        case StandardFunction.float: return checkFloat(call, at: range)
        case StandardFunction.now:
            guard call.arguments.isEmpty else {
                checkArguments(call)
                problems.report(.argumentsUnfit, at: call.nameRange, "`now` takes no arguments")
                return nil
            }
            note(.reads, at: range, "`now`")
            return .init(kind: .now, type: .int, line: line(of: range))
        case StandardFunction.append:
            checkArguments(call)
            problems.report(.noResult, at: range, "`append` gives no result")
            return nil
        default: break
        }
        if let overloads = StandardFunction.builtins[call.name] { return checkBuiltin(call, overloads, at: range) }
        checkArguments(call)
        let known = problems.isFull ? [] : heads.map(\.name) + StandardFunction.names
        let suggestion = Spelling.suggestion(for: call.name, among: known).map { "Did you mean `\($0)`?" }
        problems.report(
            .callableUnknown, at: call.nameRange, "there is no task or function `\(call.name.prefix(64))`",
            help: suggestion)
        return nil
    }

    /// Checks the arguments of a call that is wrong anyway, for the problems that they have of their own.
    private mutating func checkArguments(_ call: Call) {
        for argument in call.arguments { _ = check(argument.value, expecting: nil) }
    }

    // MARK: Tasks

    private mutating func checkTaskCall(
        _ call: Call, _ task: Int, at range: SourceRange, isStatement: Bool
    ) -> TypedExpression? {
        calls.append(TaskCall(task: task, range: range, isStatement: isStatement))
        if let values = argumentsInOrder(of: call, for: task) {
            return typedCall(task, values, at: range, isStatement: isStatement)
        }
        let callee = heads[task]
        let given = arguments(of: call, for: callee)
        var values: [TypedExpression] = []
        values.reserveCapacity(given.count)
        var isWhole = true
        for (input, argument) in zip(callee.inputs, given) {
            let value: TypedExpression?
            if let argument {
                value = converted(argument, to: input.type)
            } else if let type = input.type, let constant = input.defaultValue {
                value = Self.constant(constant, type, line(of: range))
            } else {
                value = nil
            }
            if let value { values.append(value) } else { isWhole = false }
        }
        guard isWhole, values.count == callee.inputs.count else { return nil }
        return typedCall(task, values, at: range, isStatement: isStatement)
    }

    /// The values of a call that gives one without a name for each input, as most do; nil for any other call, of which nothing
    /// has been looked at then. An argument that is wrong is reported and left out.
    private mutating func argumentsInOrder(of call: Call, for task: Int) -> [TypedExpression]? {
        guard call.arguments.count == heads[task].inputs.count, call.arguments.allSatisfy({ $0.label == nil }) else {
            return nil
        }
        var values: [TypedExpression] = []
        values.reserveCapacity(call.arguments.count)
        for (position, argument) in call.arguments.enumerated() {
            if let value = converted(argument.value, to: heads[task].inputs[position].type) { values.append(value) }
        }
        return values
    }

    private mutating func typedCall(
        _ task: Int, _ values: [TypedExpression], at range: SourceRange, isStatement: Bool
    ) -> TypedExpression? {
        guard values.count == heads[task].inputs.count else { return nil }
        let kind = TypedExpression.Kind.call(task, values)
        guard let output = heads[task].output else {
            if !isStatement {
                problems.report(.noResult, at: range, "`\(heads[task].name)` gives no result")
                return nil
            }
            // The type of a call without a result is never looked at.
            return .init(kind: kind, type: .bool, line: line(of: range))
        }
        guard let type = output.type else { return nil }
        return .init(kind: kind, type: type, line: line(of: range))
    }

    /// The argument for each input; nil where there is none. Reports what does not fit, and what is missing.
    private mutating func arguments(of call: Call, for callee: TaskHead) -> [Expression?] {
        var given = [Expression?](repeating: nil, count: callee.inputs.count)
        var hasLabels = false
        var isFit = true
        func report(_ checker: inout Checker, _ range: SourceRange, _ message: String, help: String? = nil) {
            isFit = false
            let line = checker.source.line(at: callee.nameRange.start)
            let notes = [Diagnostic.Note("the task is `\(callee.signature)`", line: line)]
            checker.problems.report(.argumentsUnfit, at: range, message, notes: notes, help: help)
        }
        for (position, argument) in call.arguments.enumerated() {
            var index: Int?
            if let label = argument.label {
                hasLabels = true
                index = callee.inputs.firstIndex { $0.name == label }
                if index == nil {
                    let suggestion = Spelling.suggestion(for: label, among: callee.inputs.map(\.name))
                    report(
                        &self, argument.labelRange, "`\(callee.name)` has no input `\(label.prefix(64))`",
                        help: suggestion.map { "Did you mean `\($0)`?" })
                }
            } else if hasLabels {
                report(&self, argument.value.range, "an argument without a name stands behind one with a name")
            } else if position < callee.inputs.count {
                index = position
            } else {
                report(
                    &self, argument.value.range,
                    "`\(callee.name)` takes \(callee.inputs.count) argument\(callee.inputs.count == 1 ? "" : "s"), not \(call.arguments.count)"
                )
            }
            if let index, given[index] != nil {
                report(&self, argument.labelRange, "the input `\(callee.inputs[index].name)` has a value already")
            } else if let index {
                given[index] = argument.value
            } else {
                _ = check(argument.value, expecting: nil)
            }
        }
        if isFit, zip(callee.inputs, given).contains(where: { $1 == nil && !$0.isOptional && $0.type != nil }) {
            let missing = zip(callee.inputs, given).filter { $1 == nil && !$0.isOptional && $0.type != nil }
            let names = missing.map { "`\($0.0.name)`" }.joined(separator: ", ")
            report(&self, call.nameRange, "`\(callee.name)` needs a value for \(names)")
        }
        return given
    }

    static func constant(_ value: VMValue, _ type: ValueType, _ line: UInt32) -> TypedExpression? {
        let kind: TypedExpression.Kind?
        switch (value, type) {
        case (.null, .optional), (.null, .any): kind = .null
        case (_, .any): kind = constant(value, value.ownType, line).map { .box($0) }
        case (_, .optional(let wrapped)): kind = constant(value, wrapped, line).map { .wrap($0) }
        case (.int(let number), .int): kind = .int(number)
        case (.float(let number), .float): kind = .float(number)
        case (.bool(let flag), .bool): kind = .bool(flag)
        case (.string(let text), .string): kind = .string(text)
        case (.list(let values), .list(let element)):
            let elements = values.compactMap { constant($0, element, line) }
            kind = elements.count == values.count ? .list(elements) : nil
        case (.map(let values), .map(let element)):
            let entries = values.compactMap { entry in
                constant(entry.value, element, line).map {
                    TypedEntry(key: .init(kind: .string(entry.key), type: .string, line: line), value: $0)
                }
            }
            kind = entries.count == values.count ? .map(entries) : nil
        default: kind = nil
        }
        return kind.map { .init(kind: $0, type: type, line: line) }
    }

    // MARK: The standard library

    private mutating func checkCount(_ call: Call, at range: SourceRange) -> TypedExpression? {
        guard call.arguments.count == 1, call.arguments[0].label == nil else {
            checkArguments(call)
            problems.report(.argumentsUnfit, at: call.nameRange, "`count` takes a list or a map")
            return nil
        }
        guard let value = check(call.arguments[0].value, expecting: nil) else { return nil }
        if value.type.mapElement != nil {
            return .init(kind: .builtin(.mapCount, [value]), type: .int, line: line(of: range))
        }
        guard value.type.listElement != nil else {
            let help = value.type == .string ? "Use `length` for a text." : nil
            problems.report(
                .argumentsUnfit, at: call.arguments[0].value.range,
                "`count` takes a list or a map, not \(value.type.spoken)",
                help: help)
            return nil
        }
        return .init(kind: .count(value), type: .int, line: line(of: range))
    }

    private mutating func checkFloat(_ call: Call, at range: SourceRange) -> TypedExpression? {
        guard call.arguments.count == 1, call.arguments[0].label == nil else {
            checkArguments(call)
            problems.report(.argumentsUnfit, at: call.nameRange, "`float` takes an int")
            return nil
        }
        return converted(call.arguments[0].value, to: .float, code: .argumentsUnfit)
    }

    /// Chooses among the functions of a name: one that takes the types as they are, else one that takes them as floats.
    private mutating func checkBuiltin(_ call: Call, _ overloads: [Builtin], at range: SourceRange) -> TypedExpression?
    {
        let fitting = overloads.filter { $0.signature.parameters.count == call.arguments.count }
        if let label = call.arguments.first(where: { $0.label != nil }) {
            checkArguments(call)
            problems.report(
                .argumentsUnfit, at: label.labelRange, "functions of the standard library take arguments without names")
            return nil
        }
        var values: [TypedExpression] = []
        values.reserveCapacity(call.arguments.count)
        for (index, argument) in call.arguments.enumerated() {
            let candidates = Self.candidates(fitting, for: values.first).map(\.signature)
            let expected = candidates.count == 1 && values.count == index ? candidates[0].parameters[index] : nil
            if let value = check(argument.value, expecting: expected) { values.append(value) }
        }
        guard values.count == call.arguments.count else { return nil }
        let candidates = Self.candidates(fitting, for: values.first)
        let chosen =
            candidates.first { $0.signature.parameters == values.map(\.type) }
            ?? candidates.first { zip(values, $0.signature.parameters).allSatisfy { Self.widened($0, to: $1) != nil } }
        guard let (builtin, signature) = chosen else {
            reportOverloads(call, overloads, values)
            return nil
        }
        let arguments = zip(values, signature.parameters).compactMap { Self.widened($0, to: $1) }
        return .init(kind: .builtin(builtin, arguments), type: signature.result, line: line(of: range))
    }

    /// The overloads that a first argument leaves, with their types settled; before it is known, those that need none.
    private static func candidates(
        _ overloads: [Builtin], for first: TypedExpression?
    ) -> [(builtin: Builtin, signature: Builtin.Signature)] {
        overloads.compactMap { builtin in
            guard let first else { return builtin.isGeneric ? nil : (builtin, builtin.signature) }
            guard let signature = builtin.signature(for: first.type), let wanted = signature.parameters.first,
                widened(first, to: wanted) != nil
            else { return nil }
            return (builtin, signature)
        }
    }

    private mutating func reportOverloads(_ call: Call, _ overloads: [Builtin], _ values: [TypedExpression]) {
        if let index = values.firstIndex(where: { $0.type == .any }) {
            reportAny(call.arguments[index].value.range, "`\(call.name)` needs a value of a known type")
            return
        }
        if let index = values.firstIndex(where: { $0.type.isOptional }) {
            problems.report(
                .nullNotChecked, at: call.arguments[index].value.range,
                "`\(call.name)` needs a value, but this may be null")
            return
        }
        let forms = overloads.map { "`\(StandardFunction.form(of: $0))`" }.joined(separator: " or ")
        let given = values.map(\.type.description).joined(separator: ", ")
        problems.report(.argumentsUnfit, at: call.nameRange, "there is \(forms), but not `\(call.name)(\(given))`")
    }
}
