// Checks operators: arithmetic, comparison, logic, and `??`.

import FTAI
import SerenaNetBytecode

extension Checker {
    mutating func checkUnary(_ unary: UnaryOperator, _ operand: ExpressionNode, _ range: SourceRange) -> TypedValue? {
        let line = line(of: range)
        if unary == .not { return converted(operand, to: .bool).map { made(.not($0.node), .bool, line) } }
        switch parser.tree[operand].kind {
        case .integer(let magnitude): return integer(magnitude, isNegative: true, range)
        case .float(let value): return made(.float(-value), .float, line)
        default: break
        }
        guard let value = check(operand, expecting: nil) else { return nil }
        guard value.type == .int || value.type == .float else {
            reportOperand("-", value.type, at: self.range(of: operand))
            return nil
        }
        return made(.negate(value.node), value.type, line)
    }

    mutating func checkBinary(
        _ binary: BinaryOperator, _ left: ExpressionNode, _ right: ExpressionNode, _ range: SourceRange,
        _ expecting: IRType?
    ) -> TypedValue? {
        switch binary {
        case .and, .or: checkLogic(binary, left, right, range)
        case .orElse: checkOrElse(left, right, range, expecting)
        case .add: checkArithmetic(.add, binary, left, right, range)
        case .subtract: checkArithmetic(.subtract, binary, left, right, range)
        case .multiply: checkArithmetic(.multiply, binary, left, right, range)
        case .divide: checkArithmetic(.divide, binary, left, right, range)
        case .modulo: checkArithmetic(.modulo, binary, left, right, range)
        case .equal: checkComparison(.equal, binary, left, right, range)
        case .notEqual: checkComparison(.notEqual, binary, left, right, range)
        case .less: checkComparison(.less, binary, left, right, range)
        case .lessEqual: checkComparison(.lessEqual, binary, left, right, range)
        case .greater: checkComparison(.greater, binary, left, right, range)
        case .greaterEqual: checkComparison(.greaterEqual, binary, left, right, range)
        }
    }

    private mutating func reportOperand(_ symbol: String, _ type: IRType, at range: SourceRange, help: String? = nil) {
        if type == .any {
            reportAny(range, "`\(symbol)` needs a value of a known type, but this may be anything")
        } else if parser.types.isOptional(type) {
            report(.nullNotChecked, at: range, "`\(symbol)` needs a value, but this may be null")
        } else {
            report(.operandsUnfit, at: range, "`\(symbol)` does not work on \(parser.types.spoken(type))", help: help)
        }
    }

    /// Whether an operand can be computed with; reports one that cannot.
    private mutating func isNumber(_ value: TypedValue, _ binary: BinaryOperator, at node: ExpressionNode) -> Bool {
        if value.type == .int || value.type == .float { return true }
        let isText = value.type == .string && binary == .add
        let help = isText ? "Join texts by writing them into one: `\"{a}{b}\"`." : nil
        reportOperand(binary.rawValue, value.type, at: range(of: node), help: help)
        return false
    }

    private mutating func checkArithmetic(
        _ arithmetic: Arithmetic, _ binary: BinaryOperator, _ left: ExpressionNode, _ right: ExpressionNode,
        _ range: SourceRange
    ) -> TypedValue? {
        let first = check(left, expecting: nil)
        let second = check(right, expecting: nil)
        guard let first, let second else { return nil }
        guard isNumber(first, binary, at: left), isNumber(second, binary, at: right) else { return nil }
        let line = line(of: range)
        if first.type == .int, second.type == .int {
            return made(.arithmetic(arithmetic, first.node, second.node), .int, line)
        }
        if arithmetic == .modulo {
            let place = self.range(of: first.type == .float ? left : right)
            reportOperand("%", .float, at: place, help: "Convert it with `int`, `round` or `floor`.")
            return nil
        }
        guard let first = widened(first, to: .float), let second = widened(second, to: .float) else { return nil }
        return made(.arithmetic(arithmetic, first.node, second.node), .float, line)
    }

    private mutating func checkLogic(
        _ binary: BinaryOperator, _ left: ExpressionNode, _ right: ExpressionNode, _ range: SourceRange
    ) -> TypedValue? {
        let first = converted(left, to: .bool)
        // The right side runs only when the left side has not settled the matter.
        let outer = known
        let proof = proof(of: left)
        let shown = binary == .and ? proof.whenTrue : proof.whenFalse
        if !shown.isEmpty { known.formUnion(shown) }
        let second = converted(right, to: .bool)
        known = outer
        guard let first, let second else { return nil }
        let kind: TypedExpression.Kind =
            binary == .and ? .and(first.node, second.node) : .or(first.node, second.node)
        return made(kind, .bool, line(of: range))
    }

    // MARK: Comparison

    private mutating func checkComparison(
        _ comparison: Comparison, _ binary: BinaryOperator, _ left: ExpressionNode, _ right: ExpressionNode,
        _ range: SourceRange
    ) -> TypedValue? {
        let isEquality = comparison == .equal || comparison == .notEqual
        if isEquality, case .null = parser.tree[right].kind { return checkNullComparison(comparison, left, range) }
        if isEquality, case .null = parser.tree[left].kind { return checkNullComparison(comparison, right, range) }
        let first = check(left, expecting: nil)
        let second = check(right, expecting: nil)
        guard let first, let second else { return nil }
        let isFirstNullable = parser.types.isNullable(first.type)
        if isFirstNullable || parser.types.isNullable(second.type) {
            let (type, place) = isFirstNullable ? (first.type, left) : (second.type, right)
            reportOperand(binary.rawValue, type, at: self.range(of: place))
            return nil
        }
        let line = line(of: range)
        let operands: (TypedValue, TypedValue)
        if first.type == second.type {
            operands = (first, second)
        } else if let first = widened(first, to: .float), let second = widened(second, to: .float) {
            operands = (first, second)
        } else {
            let types = "\(parser.types.spoken(first.type)) and \(parser.types.spoken(second.type))"
            report(.operandsUnfit, at: range, "`\(binary.rawValue)` cannot compare \(types)")
            return nil
        }
        let type = operands.0.type
        guard type.isScalar, isEquality || type != .bool else {
            reportOperand(binary.rawValue, type, at: self.range(of: left))
            return nil
        }
        return made(.compare(comparison, operands.0.node, operands.1.node), .bool, line)
    }

    private mutating func checkNullComparison(
        _ comparison: Comparison, _ operand: ExpressionNode, _ range: SourceRange
    ) -> TypedValue? {
        guard let value = checkRaw(operand) else { return nil }
        guard parser.types.isNullable(value.type) else {
            report(
                .operandsUnfit, at: range, "\(parser.types.spoken(value.type)) is never null",
                help: "Leave the comparison out.")
            return nil
        }
        if case .local(let local) = typed[value.node].kind, known.contains(KnownLocal(local: local, type: nil)) {
            let spelling = parser.spelling(of: locals[local].name)
            report(.neverNull, at: range, "`\(spelling)` is known not to be null here")
        }
        let line = line(of: range)
        let isNull = made(.isNull(value.node), .bool, line)
        return comparison == .equal ? isNull : made(.not(isNull.node), .bool, line)
    }

    /// An expression with the type of its declaration, whatever is known of it here.
    mutating func checkRaw(_ node: ExpressionNode) -> TypedValue? {
        let expression = parser.tree[node]
        guard case .name(let name) = expression.kind else { return check(node, expecting: nil) }
        return rawLocal(name, expression.range, line(of: expression.range))
    }

    private mutating func checkOrElse(
        _ left: ExpressionNode, _ right: ExpressionNode, _ range: SourceRange, _ expecting: IRType?
    ) -> TypedValue? {
        let wanted = expecting.map { parser.types.orNull($0) }
        guard let first = check(left, expecting: wanted) else {
            _ = check(right, expecting: expecting)
            return nil
        }
        if first.type == .any {
            return converted(right, to: .any).map { made(.orElse(first.node, $0.node), .any, line(of: range)) }
        }
        guard let wrapped = parser.types.wrapped(first.type) else {
            _ = check(right, expecting: first.type)
            report(.neverNull, at: self.range(of: left), "the left side of this `??` is never null")
            return first
        }
        // The right side may be null itself; then so may the whole.
        guard let second = check(right, expecting: first.type) else { return nil }
        let type = parser.types.isOptional(second.type) ? first.type : wrapped
        guard let fallback = convert(second, to: type, at: self.range(of: right)) else { return nil }
        return made(.orElse(first.node, fallback.node), type, line(of: range))
    }
}
