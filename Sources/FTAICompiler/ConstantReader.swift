// Constants of the head of a task: the defaults of its inputs.

import SerenaNetBytecode

/// Constants as values.
enum ConstantReader {
    /// The value of an expression that is a constant of the type; nil when it is not.
    static func value(of expression: Expression, as type: ValueType) -> VMValue? {
        if case .null = expression.kind, type.isNullable { return .null }
        if type == .any { return anyValue(of: expression) }
        if let wrapped = type.wrapped {
            return value(of: expression, as: wrapped)
        }
        switch (expression.kind, type) {
        case (.integer(let magnitude), .int): return Int64(exactly: magnitude).map(VMValue.int)
        case (.integer(let magnitude), .float): return .float(Double(magnitude))
        case (.float(let value), .float): return .float(value)
        case (.unary(.negate, let operand), .int):
            guard case .integer(let magnitude) = operand.kind else { return nil }
            return magnitude <= Int64.min.magnitude ? .int(Int64(truncatingIfNeeded: 0 &- magnitude)) : nil
        case (.unary(.negate, let operand), .float):
            guard case .float(let value)? = value(of: operand, as: .float) else { return nil }
            return .float(-value)
        case (.bool(let value), .bool): return .bool(value)
        case (.text(let pieces), .string):
            var text = ""
            for piece in pieces {
                guard case .literal(let part) = piece else { return nil }
                text += part
            }
            return .string(text)
        case (.list(let elements), .list(let element)):
            let values = elements.compactMap { value(of: $0, as: element) }
            return values.count == elements.count ? .list(values) : nil
        case (.map(let entries), .map(let element)):
            let values = entries.compactMap { entry -> VMMapEntry? in
                guard case .string(let key)? = value(of: entry.key, as: .string) else { return nil }
                return value(of: entry.value, as: element).map { VMMapEntry(key: key, value: $0) }
            }
            return values.count == entries.count ? .map(values) : nil
        default: return nil
        }
    }

    /// The value of a constant whose type is its own.
    private static func anyValue(of expression: Expression) -> VMValue? {
        for type in [ValueType.int, .float, .bool, .string, .list(.any), .map(.any)] {
            if let value = value(of: expression, as: type) { return value }
        }
        return nil
    }
}
