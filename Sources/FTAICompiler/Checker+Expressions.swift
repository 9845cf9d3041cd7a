// Checks expressions: names, literals, lists, texts, and the conversions between types.

import FTAI
import SerenaNetBytecode

extension Checker {
    /// Checks an expression.
    ///
    /// - Parameter expecting: the type that is wanted, where there is one: it settles the types of `null`, `[]` and numbers.
    ///   The result may still have another type.
    /// - Returns: nil when the type cannot be told; then a problem has been reported.
    mutating func check(_ node: ExpressionNode, expecting: IRType?) -> TypedValue? {
        let expression = parser.tree[node]
        let line = line(of: expression.range)
        switch expression.kind {
        case .integer(let magnitude): return integer(magnitude, isNegative: false, expression.range)
        case .float(let value): return made(.float(value), .float, line)
        case .bool(let value): return made(.bool(value), .bool, line)
        case .null: return checkNull(expression.range, expecting)
        case .literal(let text): return made(.string(text), .string, line)
        case .text(let pieces): return checkText(pieces, line)
        case .name(let name): return checkName(name, expression.range, line)
        case .list(let elements): return checkElements(elements, expression.range, expecting)
        case .unary(let unary, let operand): return checkUnary(unary, operand, expression.range)
        case .binary(let binary, let left, let right):
            return checkBinary(binary, left, right, expression.range, expecting)
        case .map(let entries): return checkEntries(entries, expression.range, expecting)
        case .index(let container, let index): return checkIndex(container, index, line)
        case .request(let request, let call): return checkRequest(request, parser.tree.call(call), expression.range)
        case .isType(let operand, let type):
            return checkTypeTest(operand, parser.tree.type(type), isQuestion: true, line)
        case .asType(let operand, let type):
            return checkTypeTest(operand, parser.tree.type(type), isQuestion: false, line)
        case .call(let call):
            return checkCall(parser.tree.call(call), at: expression.range, isStatement: false)
        case .recall(let key):
            note(.reads, at: expression.range, "`recall`")
            let type = parser.types.optional(of: .string)
            return checkKey(key).map { made(.recall($0.node), type, line) }
        case .labelled, .invalid: return nil
        }
    }

    // MARK: Conversions

    /// Checks an expression and converts its value to a type; without a type it is only checked.
    mutating func converted(
        _ node: ExpressionNode, to type: IRType?, code: DiagnosticCode = .typeMismatch
    ) -> TypedValue? {
        guard let value = check(node, expecting: type), let type else { return nil }
        if value.type == type { return value }
        return convert(value, to: type, at: range(of: node), code: code)
    }

    /// A value as another type, where that loses nothing: int as float, anything as what may be null. Reports what does not fit.
    mutating func convert(
        _ value: TypedValue, to type: IRType, at range: SourceRange, code: DiagnosticCode = .typeMismatch
    ) -> TypedValue? {
        if let value = widened(value, to: type) { return value }
        let wanted = parser.types.spoken(type)
        if value.type == .any {
            reportAny(range, "expected \(wanted), but this may be anything")
            return nil
        }
        if let wrapped = parser.types.wrapped(value.type), wrapped == type || (wrapped == .int && type == .float) {
            report(.nullNotChecked, at: range, "expected \(wanted), but this may be null")
        } else {
            var help: String?
            if type == .string, value.type.isScalar { help = "Write it into a text: `\"{…}\"`." }
            if type == .int, value.type == .float { help = "Use `round`, `floor`, `ceil`, `trunc` or `int`." }
            report(code, at: range, "expected \(wanted), found \(parser.types.spoken(value.type))", help: help)
        }
        return nil
    }

    /// Whether a value of one type can be taken as one of another.
    func canWiden(_ given: IRType, to type: IRType) -> Bool {
        if given == type || type == .any || (given == .int && type == .float) { return true }
        guard let wrapped = parser.types.wrapped(type), !parser.types.isOptional(given) else { return false }
        return canWiden(given, to: wrapped)
    }

    mutating func widened(_ value: TypedValue, to type: IRType) -> TypedValue? {
        if value.type == type { return value }
        if value.type == .int, type == .float { return float(value) }
        let line = typed[value.node].line
        if type == .any { return made(.box(value.node), .any, line) }
        if let wrapped = parser.types.wrapped(type), !parser.types.isOptional(value.type),
            let inner = widened(value, to: wrapped)
        {
            return made(.wrap(inner.node), type, line)
        }
        return nil
    }

    /// An int as a float.
    private mutating func float(_ value: TypedValue) -> TypedValue {
        let expression = typed[value.node]
        if case .int(let number) = expression.kind { return made(.float(Double(number)), .float, expression.line) }
        return made(.toFloat(value.node), .float, expression.line)
    }

    /// A scalar as text.
    mutating func text(_ node: ExpressionNode) -> TypedValue? {
        guard let value = check(node, expecting: nil) else { return nil }
        if value.type == .string { return value }
        guard value.type.isScalar else {
            let range = range(of: node)
            if value.type == .any {
                reportAny(range, "this may be anything, and cannot stand in a text")
            } else if parser.types.isOptional(value.type) {
                report(.nullNotChecked, at: range, "this may be null, and cannot stand in a text")
            } else {
                report(
                    .typeMismatch, at: range, "\(parser.types.spoken(value.type)) cannot stand in a text",
                    help: parser.types.listElement(value.type) == .string
                        ? "Use `join`." : "Write its elements one by one.")
            }
            return nil
        }
        return made(.toText(value.node), .string, typed[value.node].line)
    }

    /// The key of `remember` and `recall`: a string.
    mutating func checkKey(_ key: ExpressionNode) -> TypedValue? {
        if case .name(let name) = parser.tree[key].kind, scopes.local(named: name) == nil {
            let help = "Put the key in quotes: `\"\(parser.spelling(of: name))\"`."
            reportUnknown(name, at: range(of: key), help: help)
            return nil
        }
        return converted(key, to: .string)
    }

    /// An expression that must be a list.
    mutating func checkList(_ node: ExpressionNode) -> TypedValue? {
        guard let list = check(node, expecting: nil) else { return nil }
        guard parser.types.listElement(list.type) == nil else { return list }
        reportUnfit(list.type, expected: "a list", at: range(of: node))
        return nil
    }

    // MARK: Literals and names

    mutating func integer(_ magnitude: UInt64, isNegative: Bool, _ range: SourceRange) -> TypedValue? {
        let limit = isNegative ? Int64.min.magnitude : Int64.max.magnitude
        guard magnitude <= limit else {
            report(.numberOutOfRange, at: range, "this number is too large for an int")
            return nil
        }
        let value = Int64(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude)
        return made(.int(value), .int, line(of: range))
    }

    private mutating func checkNull(_ range: SourceRange, _ expecting: IRType?) -> TypedValue? {
        guard let expecting else {
            report(.typeUndetermined, at: range, "nothing tells what type this `null` has")
            return nil
        }
        guard parser.types.isNullable(expecting) else {
            report(.typeMismatch, at: range, "expected \(parser.types.spoken(expecting)), found `null`")
            return nil
        }
        return made(.null, expecting, line(of: range))
    }

    private mutating func checkText(_ pieces: NodeList, _ line: UInt32) -> TypedValue? {
        let mark = open.count
        for position in pieces.indices {
            if let value = text(parser.tree.expression(at: position)) { open.append(value.node.index) }
        }
        guard open.count - mark == pieces.count else {
            drop(from: mark)
            return nil
        }
        if pieces.count == 1 {
            let node = TypedNode(index: open[mark])
            drop(from: mark)
            return TypedValue(node: node, type: .string)
        }
        return made(.join(closeList(from: mark)), .string, line)
    }

    private mutating func checkName(_ name: Name, _ range: SourceRange, _ line: UInt32) -> TypedValue? {
        let value = rawLocal(name, range, line)
        guard !known.isEmpty, let value, case .local(let local) = typed[value.node].kind else { return value }
        if let wrapped = parser.types.wrapped(value.type) {
            guard known.contains(KnownLocal(local: local, type: nil)) else { return value }
            return made(.unwrap(value.node), wrapped, line)
        }
        guard value.type == .any else { return value }
        // Of several types, which exclude each other, any will do: such code never runs.
        let types = known.filter { $0.local == local }.compactMap(\.type)
        let first = types.min { parser.types[$0].description < parser.types[$1].description }
        guard let first else { return value }
        let cast = made(.cast(value.node), parser.types.optional(of: first), line)
        return made(.unwrap(cast.node), first, line)
    }

    /// A local with the type of its declaration, whatever is known of it here.
    mutating func rawLocal(_ name: Name, _ range: SourceRange, _ line: UInt32) -> TypedValue? {
        guard let local = scopes.local(named: name) else {
            let isTask = signatures.task(named: name) != nil
            let help = isTask ? "Call the task: `\(parser.spelling(of: name))(…)`." : nil
            reportUnknown(name, at: range, help: help)
            return nil
        }
        locals[local].isUsed = true
        return locals[local].type.map { made(.local(local), $0, line) }
    }

    // MARK: Lists

    /// Checks what a list is made of.
    ///
    /// - Parameters:
    ///   - offset: how many places to pass over.
    ///   - step: from one element to the next.
    mutating func checkElements(
        _ elements: NodeList, from offset: Int = 0, by step: Int = 1, _ range: SourceRange, _ expecting: IRType?
    ) -> TypedValue? {
        let line = line(of: range)
        let mark = open.count
        defer { drop(from: mark) }
        let count = elements.count / step
        let start = elements.indices.lowerBound + offset
        let wanted =
            expecting == .any ? .any : expecting.flatMap { parser.types.listElement(parser.types.wrapped($0) ?? $0) }
        if let wanted {
            for index in 0..<count {
                let value = converted(parser.tree.expression(at: start + index * step), to: wanted)
                if let value { open.append(value.node.index) }
            }
            guard open.count - mark == count else { return nil }
            return madeList(from: mark, of: wanted, line)
        }
        guard count > 0 else {
            report(
                .typeUndetermined, at: range, "nothing tells what type the elements of this list have",
                help: "Name the type: `var xs: list<int> = []`.")
            return nil
        }
        // The first element tells what an empty list or a null among the others is.
        var first: IRType?
        for index in 0..<count {
            guard let value = check(parser.tree.expression(at: start + index * step), expecting: first) else {
                continue
            }
            if first == nil { first = value.type }
            open.append(value.node.index)
        }
        guard open.count - mark == count, let first else { return nil }
        let element = commonType(of: mark, first)
        guard parser.types[element].depth < ValueType.maximumDepth else {
            let place = self.range(of: parser.tree.expression(at: start))
            report(.codeTooDeep, at: place, "lists are nested too deep")
            return nil
        }
        var isWhole = true
        for index in 0..<count {
            let node = TypedNode(index: open[mark + index])
            let value = TypedValue(node: node, type: typed[node].type)
            if value.type == element { continue }
            let place = self.range(of: parser.tree.expression(at: start + index * step))
            if let fitting = convert(value, to: element, at: place) {
                open[mark + index] = fitting.node.index
            } else {
                isWhole = false
            }
        }
        return isWhole ? madeList(from: mark, of: element, line) : nil
    }

    private mutating func madeList(from mark: Int, of element: IRType, _ line: UInt32) -> TypedValue {
        made(.list(typed.addList(of: open, from: mark)), parser.types.list(of: element), line)
    }

    /// Ints among floats become floats; otherwise the first element settles the type.
    private func commonType(of mark: Int, _ first: IRType) -> IRType {
        guard first == .int || first == .float else { return first }
        var hasFloat = false
        for index in mark..<open.count {
            let type = typed[TypedNode(index: open[index])].type
            if type == .float { hasFloat = true } else if type != .int { return first }
        }
        return hasFloat ? .float : first
    }
}
