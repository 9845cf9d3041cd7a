// Constants as values: what an input is when a caller leaves it out.

import SerenaNetBytecode

/// Reads constants among the expressions that a parser has made.
struct ConstantReader {
    private let tree: SyntaxTree
    private let texts: [String]

    init(_ parser: CodeParser) {
        tree = parser.tree
        texts = parser.words.texts
    }

    /// The value of an expression that is a constant of the type; nil when it is not.
    func value(of node: ExpressionNode, as type: ValueType) -> VMValue? {
        let kind = tree[node].kind
        if case .null = kind, type.isNullable { return .null }
        if type == .any { return anyValue(of: node) }
        if let wrapped = type.wrapped { return value(of: node, as: wrapped) }
        switch (kind, type) {
        case (.integer(let magnitude), .int): return Int64(exactly: magnitude).map(VMValue.int)
        case (.integer(let magnitude), .float): return .float(Double(magnitude))
        case (.float(let value), .float): return .float(value)
        case (.unary(.negate, let operand), .int):
            guard case .integer(let magnitude) = tree[operand].kind else { return nil }
            return magnitude <= Int64.min.magnitude ? .int(Int64(truncatingIfNeeded: 0 &- magnitude)) : nil
        case (.unary(.negate, let operand), .float):
            guard case .float(let value)? = value(of: operand, as: .float) else { return nil }
            return .float(-value)
        case (.bool(let value), .bool): return .bool(value)
        case (.literal(let text), .string): return .string(texts[Int(text)])
        case (.text(let pieces), .string): return text(pieces)
        case (.list(let elements), .list(let element)):
            let values = elements.indices.compactMap { value(of: tree.expression(at: $0), as: element) }
            return values.count == elements.count ? .list(values) : nil
        case (.map(let entries), .map(let element)): return map(entries, from: .string, of: element)
        case (.map(let entries), .intMap(let element)): return map(entries, from: .int, of: element)
        default: return nil
        }
    }

    private func text(_ pieces: NodeList) -> VMValue? {
        var text = ""
        for position in pieces.indices {
            guard case .literal(let part) = tree[tree.expression(at: position)].kind else { return nil }
            text += texts[Int(part)]
        }
        return .string(text)
    }

    /// - Parameter entries: keys and values in turn.
    private func map(_ entries: NodeList, from key: ValueType, of element: ValueType) -> VMValue? {
        var values: [VMMapEntry] = []
        for position in stride(from: entries.indices.lowerBound, to: entries.indices.upperBound, by: 2) {
            guard let value = value(of: tree.expression(at: position + 1), as: element) else { return nil }
            switch self.value(of: tree.expression(at: position), as: key) {
            case .string(let key): values.append(VMMapEntry(key: key, value: value))
            case .int(let key): values.append(VMMapEntry(key: key, value: value))
            default: return nil
            }
        }
        return .map(values)
    }

    /// The value of a constant whose type is its own.
    private func anyValue(of node: ExpressionNode) -> VMValue? {
        for type in [ValueType.int, .float, .bool, .string, .list(.any), .map(.any), .intMap(.any)] {
            if let value = value(of: node, as: type) { return value }
        }
        return nil
    }
}
