// Checks expressions: names, literals, lists, texts, and the conversions between types.

import FTAI
import SerenaNetBytecode

extension Checker {
    /// Checks an expression.
    ///
    /// - Parameter expecting: the type that is wanted, where there is one: it settles the types of `null`, `[]` and numbers.
    ///   The result may still have another type.
    /// - Returns: nil when the type cannot be told; then a problem has been reported.
    mutating func check(_ expression: Expression, expecting: ValueType?) -> TypedExpression? {
        let line = line(of: expression.range)
        switch expression.kind {
        case .integer(let magnitude): return integer(magnitude, isNegative: false, expression.range)
        case .float(let value): return .init(kind: .float(value), type: .float, line: line)
        case .bool(let value): return .init(kind: .bool(value), type: .bool, line: line)
        case .null: return checkNull(expression.range, expecting)
        case .text(let pieces): return checkText(pieces, line)
        case .name(let name): return checkName(name, expression.range, line)
        case .list(let elements): return checkElements(elements, expression.range, expecting)
        case .unary(let unary, let operand): return checkUnary(unary, operand, expression.range)
        case .binary(let binary, let left, let right):
            return checkBinary(binary, left, right, expression.range, expecting)
        case .map(let entries): return checkEntries(entries, expression.range, expecting)
        case .index(let container, let index): return checkIndex(container, index, line)
        case .request(let request): return checkRequest(request, expression.range)
        case .isType(let operand, let type): return checkTypeTest(operand, type, isQuestion: true, line)
        case .asType(let operand, let type): return checkTypeTest(operand, type, isQuestion: false, line)
        case .call(let call):
            return checkCall(call, at: expression.range, isStatement: false)
        case .recall(let key):
            note(.reads, at: expression.range, "`recall`")
            return checkKey(key).map { .init(kind: .recall($0), type: .optional(.string), line: line) }
        case .invalid: return nil
        }
    }

    // MARK: Conversions

    /// Checks an expression and converts its value to a type; without a type it is only checked.
    mutating func converted(
        _ expression: Expression, to type: ValueType?, code: DiagnosticCode = .typeMismatch
    ) -> TypedExpression? {
        guard let value = check(expression, expecting: type), let type else { return nil }
        return convert(value, to: type, at: expression.range, code: code)
    }

    /// A value as another type, where that loses nothing: int as float, anything as what may be null. Reports what does not fit.
    mutating func convert(
        _ value: TypedExpression, to type: ValueType, at range: SourceRange, code: DiagnosticCode = .typeMismatch
    ) -> TypedExpression? {
        if let value = Self.widened(value, to: type) { return value }
        if value.type == .any {
            reportAny(range, "expected \(type.spoken), but this may be anything")
            return nil
        }
        if value.type.wrapped.map({ $0 == type || ($0 == .int && type == .float) }) == true {
            problems.report(.nullNotChecked, at: range, "expected \(type.spoken), but this may be null")
        } else {
            var help: String?
            if type == .string, value.type.isScalar { help = "Write it into a text: `\"{…}\"`." }
            if type == .int, value.type == .float { help = "Use `round`, `floor`, `ceil`, `trunc` or `int`." }
            problems.report(
                code, at: range, "expected \(type.spoken), found \(value.type.spoken)", help: help)
        }
        return nil
    }

    static func widened(_ value: TypedExpression, to type: ValueType) -> TypedExpression? {
        if value.type == type { return value }
        if value.type == .int, type == .float { return float(value) }
        if type == .any { return .init(kind: .box(value), type: .any, line: value.line) }
        if let wrapped = type.wrapped, !value.type.isOptional, let inner = widened(value, to: wrapped) {
            return .init(kind: .wrap(inner), type: type, line: value.line)
        }
        return nil
    }

    static func float(_ value: TypedExpression) -> TypedExpression {
        if case .int(let number) = value.kind {
            return .init(kind: .float(Double(number)), type: .float, line: value.line)
        }
        return .init(kind: .toFloat(value), type: .float, line: value.line)
    }

    /// A scalar as text.
    mutating func text(_ expression: Expression) -> TypedExpression? {
        guard let value = check(expression, expecting: nil) else { return nil }
        if value.type == .string { return value }
        guard value.type.isScalar else {
            if value.type == .any {
                reportAny(expression.range, "this may be anything, and cannot stand in a text")
            } else if value.type.isOptional {
                problems.report(.nullNotChecked, at: expression.range, "this may be null, and cannot stand in a text")
            } else {
                problems.report(
                    .typeMismatch, at: expression.range, "\(value.type.spoken) cannot stand in a text",
                    help: value.type == .list(.string) ? "Use `join`." : "Write its elements one by one.")
            }
            return nil
        }
        return .init(kind: .toText(value), type: .string, line: value.line)
    }

    /// The key of `remember` and `recall`: a string.
    mutating func checkKey(_ key: Expression) -> TypedExpression? {
        if case .name(let name) = key.kind, lookup(name) == nil {
            reportUnknown(name, at: key.range, help: "Put the key in quotes: `\"\(name)\"`.")
            return nil
        }
        return converted(key, to: .string)
    }

    /// An expression that must be a list.
    mutating func checkList(_ expression: Expression) -> TypedExpression? {
        guard let list = check(expression, expecting: nil) else { return nil }
        guard list.type.listElement == nil else { return list }
        reportUnfit(list.type, expected: "a list", at: expression.range)
        return nil
    }

    // MARK: Literals and names

    mutating func integer(_ magnitude: UInt64, isNegative: Bool, _ range: SourceRange) -> TypedExpression? {
        let limit = isNegative ? Int64.min.magnitude : Int64.max.magnitude
        guard magnitude <= limit else {
            problems.report(.numberOutOfRange, at: range, "this number is too large for an int")
            return nil
        }
        let value = Int64(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude)
        return .init(kind: .int(value), type: .int, line: line(of: range))
    }

    private mutating func checkNull(_ range: SourceRange, _ expecting: ValueType?) -> TypedExpression? {
        guard let expecting else {
            problems.report(.typeUndetermined, at: range, "nothing tells what type this `null` has")
            return nil
        }
        guard expecting.isNullable else {
            problems.report(.typeMismatch, at: range, "expected \(expecting.spoken), found `null`")
            return nil
        }
        return .init(kind: .null, type: expecting, line: line(of: range))
    }

    private mutating func checkText(_ pieces: [TextPiece], _ line: UInt32) -> TypedExpression? {
        var parts: [TypedExpression] = []
        parts.reserveCapacity(pieces.count)
        var isWhole = true
        for piece in pieces {
            switch piece {
            case .literal(let text): parts.append(.init(kind: .string(text), type: .string, line: line))
            case .value(let expression):
                if let value = text(expression) { parts.append(value) } else { isWhole = false }
            }
        }
        guard isWhole else { return nil }
        if parts.count == 1 { return parts[0] }
        return .init(kind: .join(parts), type: .string, line: line)
    }

    private mutating func checkName(_ name: String, _ range: SourceRange, _ line: UInt32) -> TypedExpression? {
        guard let value = rawLocal(name, range, line) else { return nil }
        guard case .local(let local) = value.kind else { return value }
        if let wrapped = value.type.wrapped, known.contains(KnownLocal(local: local, type: nil)) {
            return .init(kind: .unwrap(value), type: wrapped, line: line)
        }
        guard value.type == .any, !known.isEmpty else { return value }
        // Of several types, which exclude each other, any will do: such code never runs.
        let types = known.filter { $0.local == local }.compactMap(\.type)
        guard let type = types.min(by: { $0.description < $1.description }) else { return value }
        let cast = TypedExpression(kind: .cast(value), type: .optional(type), line: line)
        return .init(kind: .unwrap(cast), type: type, line: line)
    }

    /// A local with the type of its declaration, whatever is known of it here.
    mutating func rawLocal(_ name: String, _ range: SourceRange, _ line: UInt32) -> TypedExpression? {
        guard let local = lookup(name) else {
            let isTask = tasksByName[name] != nil
            reportUnknown(name, at: range, help: isTask ? "Call the task: `\(name)(…)`." : nil)
            return nil
        }
        used[local] = true
        return locals[local].type.map { .init(kind: .local(local), type: $0, line: line) }
    }

    mutating func checkElements(
        _ elements: [Expression], _ range: SourceRange, _ expecting: ValueType?
    ) -> TypedExpression? {
        let line = line(of: range)
        if let element = expecting == .any ? .any : (expecting?.wrapped ?? expecting)?.listElement {
            let values = elements.compactMap { converted($0, to: element) }
            guard values.count == elements.count else { return nil }
            return .init(kind: .list(values), type: .list(element), line: line)
        }
        guard let first = elements.first else {
            problems.report(
                .typeUndetermined, at: range, "nothing tells what type the elements of this list have",
                help: "Name the type: `var xs: list<int> = []`.")
            return nil
        }
        // The first element tells what an empty list or a null among the others is.
        var values: [TypedExpression] = []
        values.reserveCapacity(elements.count)
        for element in elements {
            if let value = check(element, expecting: values.first?.type) { values.append(value) }
        }
        guard values.count == elements.count else { return nil }
        // Ints among floats become floats; otherwise the first element settles the type.
        let isMixed =
            values.allSatisfy { $0.type == .int || $0.type == .float } && values.contains { $0.type == .float }
        let element = isMixed ? .float : values[0].type
        guard element.depth < ValueType.maximumDepth else {
            problems.report(.codeTooDeep, at: first.range, "lists are nested too deep")
            return nil
        }
        let fitting = zip(values, elements).compactMap { value, expression in
            convert(value, to: element, at: expression.range)
        }
        guard fitting.count == elements.count else { return nil }
        return .init(kind: .list(fitting), type: .list(element), line: line)
    }
}
