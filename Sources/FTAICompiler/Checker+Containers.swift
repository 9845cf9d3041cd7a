// Checks maps, indices, and values of type `any`.

import FTAI
import SerenaNetBytecode

extension Checker {
    // MARK: Lists and maps

    /// An expression that must be a list or a map.
    mutating func checkContainer(_ node: ExpressionNode) -> TypedValue? {
        guard let value = check(node, expecting: nil) else { return nil }
        if isContainer(value.type) { return value }
        reportUnfit(value.type, expected: "a list or a map", at: range(of: node))
        return nil
    }

    /// What a loop goes through: a list, or the keys of a map.
    mutating func checkSequence(_ node: ExpressionNode) -> TypedValue? {
        guard let value = checkContainer(node) else { return nil }
        guard let key = parser.types.mapKey(value.type) else { return value }
        let keys: Builtin = key == .int ? .intKeys : .keys
        return made(.builtin(keys, list(value)), parser.types.list(of: key), typed[value.node].line)
    }

    /// A list of one value.
    mutating func list(_ value: TypedValue) -> NodeList {
        open.append(value.node.index)
        return closeList(from: open.count - 1)
    }

    func isContainer(_ type: IRType) -> Bool {
        parser.types.listElement(type) != nil || parser.types.mapElement(type) != nil
    }

    mutating func reportUnfit(_ type: IRType, expected: String, at range: SourceRange) {
        if type == .any {
            reportAny(range, "expected \(expected), but this may be anything")
        } else if let wrapped = parser.types.wrapped(type), isContainer(wrapped) {
            report(.nullNotChecked, at: range, "expected \(expected), but this may be null")
        } else {
            report(.typeMismatch, at: range, "expected \(expected), found \(parser.types.spoken(type))")
        }
    }

    mutating func checkIndex(_ container: ExpressionNode, _ index: ExpressionNode, _ line: UInt32) -> TypedValue? {
        let container = checkContainer(container)
        if let container, let element = parser.types.mapElement(container.type) {
            let type = parser.types.orNull(element)
            let key = parser.types.mapKey(container.type)
            return converted(index, to: key).map { made(.entry(container.node, key: $0.node), type, line) }
        }
        let index = converted(index, to: .int)
        guard let container, let index, let element = parser.types.listElement(container.type) else { return nil }
        return made(.element(container.node, index: index.node), element, line)
    }

    /// - Parameter entries: keys and values in turn.
    mutating func checkEntries(_ entries: NodeList, _ range: SourceRange, _ expecting: IRType?) -> TypedValue? {
        let mark = open.count
        defer { drop(from: mark) }
        let count = entries.count / 2
        let key = checkKeys(entries, expecting)
        let isWhole = open.count - mark == count
        let wanted =
            expecting == .any ? .any : expecting.flatMap { parser.types.mapElement(parser.types.wrapped($0) ?? $0) }
        // The values of a map follow the rules of the elements of a list.
        if entries.isEmpty, wanted == nil {
            report(
                .typeUndetermined, at: range, "nothing tells what type the values of this map have",
                help: "Name the type: `var ages: map<string, int> = [:]`.")
            return nil
        }
        let expected = wanted.map { parser.types.list(of: $0) }
        guard let list = checkElements(entries, from: 1, by: 2, range, expected), isWhole,
            case .list(let values) = typed[list.node].kind, let element = parser.types.listElement(list.type)
        else { return nil }
        let first = open.count
        for index in 0..<count {
            open.append(open[mark + index])
            open.append(typed.lists[values.indices.lowerBound + index])
        }
        let pairs = typed.addList(of: open, from: first)
        let type = key == .int ? parser.types.intMap(of: element) : parser.types.map(of: element)
        return made(.map(pairs), type, line(of: range))
    }

    /// Puts the keys of a map down. What is expected settles whether they are texts or ints, else the first of them does.
    private mutating func checkKeys(_ entries: NodeList, _ expecting: IRType?) -> IRType {
        var wanted = expecting.flatMap { parser.types.mapKey(parser.types.wrapped($0) ?? $0) }
        for position in stride(from: entries.indices.lowerBound, to: entries.indices.upperBound, by: 2) {
            let node = parser.tree.expression(at: position)
            guard let given = check(node, expecting: wanted) else { continue }
            let type = wanted ?? (given.type == .int ? .int : .string)
            wanted = type
            let key = given.type == type ? given : convert(given, to: type, at: self.range(of: node))
            if let key { open.append(key.node.index) }
        }
        return wanted ?? .string
    }

    // MARK: Any

    mutating func reportAny(_ range: SourceRange, _ message: String) {
        report(.anyNotChecked, at: range, message, help: "Check it with `if x is int`, or take it as `x as int ?? 0`.")
    }

    /// `x is T` and `x as T`.
    mutating func checkTypeTest(
        _ operand: ExpressionNode, _ written: WrittenType, isQuestion: Bool, _ line: UInt32
    ) -> TypedValue? {
        guard let value = checkRaw(operand), let type = written.type else { return nil }
        guard value.type == .any else {
            report(
                .operandsUnfit, at: range(of: operand),
                "`\(isQuestion ? "is" : "as")` looks into an any, and this is \(parser.types.spoken(value.type))",
                help: "Its type is known already.")
            return nil
        }
        guard !parser.types.isNullable(type) else {
            report(
                .operandsUnfit, at: written.range,
                "\(parser.types.spoken(type)) may be null: name a type that is not",
                help: "Whether an `any` is null, `x == null` tells.")
            return nil
        }
        let cast = made(.cast(value.node), parser.types.optional(of: type), line)
        guard isQuestion else { return cast }
        let isNull = made(.isNull(cast.node), .bool, line)
        return made(.not(isNull.node), .bool, line)
    }
}

extension VMValue {
    /// The type that a constant has by itself; what can be mixed is of `any`.
    var ownType: ValueType {
        switch self {
        case .int: .int
        case .float: .float
        case .bool: .bool
        case .string: .string
        case .list: .list(.any)
        case .map: .map(.any)
        case .null: .any
        }
    }
}
