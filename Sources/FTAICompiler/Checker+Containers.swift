// Checks maps, indices, and values of type `any`.

import FTAI
import SerenaNetBytecode

extension Checker {
    // MARK: Lists and maps

    /// An expression that must be a list or a map.
    mutating func checkContainer(_ expression: Expression) -> TypedExpression? {
        guard let value = check(expression, expecting: nil) else { return nil }
        if value.type.listElement != nil || value.type.mapElement != nil { return value }
        reportUnfit(value.type, expected: "a list or a map", at: expression.range)
        return nil
    }

    /// What a loop goes through: a list, or the keys of a map.
    mutating func checkSequence(_ expression: Expression) -> TypedExpression? {
        guard let value = checkContainer(expression) else { return nil }
        guard value.type.mapElement != nil else { return value }
        return .init(kind: .builtin(.keys, [value]), type: .list(.string), line: value.line)
    }

    func isContainer(_ type: ValueType?) -> Bool {
        type?.listElement != nil || type?.mapElement != nil
    }

    mutating func reportUnfit(_ type: ValueType, expected: String, at range: SourceRange) {
        if type == .any {
            reportAny(range, "expected \(expected), but this may be anything")
        } else if isContainer(type.wrapped) {
            problems.report(.nullNotChecked, at: range, "expected \(expected), but this may be null")
        } else {
            problems.report(.typeMismatch, at: range, "expected \(expected), found \(type.spoken)")
        }
    }

    mutating func checkIndex(_ container: Expression, _ index: Expression, _ line: UInt32) -> TypedExpression? {
        let container = checkContainer(container)
        if let container, let element = container.type.mapElement {
            return converted(index, to: .string).map {
                .init(kind: .entry(container, key: $0), type: element.orNull, line: line)
            }
        }
        let index = converted(index, to: .int)
        guard let container, let index, let element = container.type.listElement else { return nil }
        return .init(kind: .element(container, index: index), type: element, line: line)
    }

    mutating func checkEntries(
        _ entries: [MapEntry], _ range: SourceRange, _ expecting: ValueType?
    ) -> TypedExpression? {
        let keys = entries.compactMap { converted($0.key, to: .string) }
        let wanted = expecting == .any ? .any : (expecting?.wrapped ?? expecting)?.mapElement
        let values = entries.map(\.value)
        // The values of a map follow the rules of the elements of a list.
        if entries.isEmpty, wanted == nil {
            problems.report(
                .typeUndetermined, at: range, "nothing tells what type the values of this map have",
                help: "Name the type: `var ages: map<string, int> = [:]`.")
            return nil
        }
        guard let list = checkElements(values, range, wanted.map { .list($0) }), keys.count == entries.count,
            case .list(let typed) = list.kind, let element = list.type.listElement
        else { return nil }
        let pairs = zip(keys, typed).map { TypedEntry(key: $0, value: $1) }
        return .init(kind: .map(pairs), type: .map(element), line: line(of: range))
    }

    // MARK: Any

    mutating func reportAny(_ range: SourceRange, _ message: String) {
        problems.report(
            .anyNotChecked, at: range, message, help: "Check it with `if x is int`, or take it as `x as int ?? 0`.")
    }

    /// `x is T` and `x as T`.
    mutating func checkTypeTest(
        _ operand: Expression, _ parsed: ParsedType, isQuestion: Bool, _ line: UInt32
    ) -> TypedExpression? {
        guard let value = checkRaw(operand), let type = parsed.type else { return nil }
        guard value.type == .any else {
            problems.report(
                .operandsUnfit, at: operand.range,
                "`\(isQuestion ? "is" : "as")` looks into an any, and this is \(value.type.spoken)",
                help: "Its type is known already.")
            return nil
        }
        guard !type.isNullable else {
            problems.report(
                .operandsUnfit, at: parsed.range, "\(type.spoken) may be null: name a type that is not",
                help: "Whether an `any` is null, `x == null` tells.")
            return nil
        }
        let cast = TypedExpression(kind: .cast(value), type: .optional(type), line: line)
        guard isQuestion else { return cast }
        let isNull = TypedExpression(kind: .isNull(cast), type: .bool, line: line)
        return .init(kind: .not(isNull), type: .bool, line: line)
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
