// Checks operators: arithmetic, comparison, logic, and `??`.

import FTAI
import SerenaNetBytecode

extension Checker {
    mutating func checkUnary(_ unary: UnaryOperator, _ operand: Expression, _ range: SourceRange) -> TypedExpression? {
        let line = line(of: range)
        switch unary {
        case .not:
            return converted(operand, to: .bool).map { .init(kind: .not($0), type: .bool, line: line) }
        case .negate:
            if case .integer(let magnitude) = operand.kind { return integer(magnitude, isNegative: true, range) }
            if case .float(let value) = operand.kind { return .init(kind: .float(-value), type: .float, line: line) }
            guard let value = check(operand, expecting: nil) else { return nil }
            guard value.type == .int || value.type == .float else {
                reportOperand("-", value.type, at: operand.range)
                return nil
            }
            return .init(kind: .negate(value), type: value.type, line: line)
        }
    }

    mutating func checkBinary(
        _ binary: BinaryOperator, _ left: Expression, _ right: Expression, _ range: SourceRange, _ expecting: ValueType?
    ) -> TypedExpression? {
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

    private mutating func reportOperand(_ symbol: String, _ type: ValueType, at range: SourceRange, help: String? = nil)
    {
        if type == .any {
            reportAny(range, "`\(symbol)` needs a value of a known type, but this may be anything")
        } else if type.isOptional {
            problems.report(.nullNotChecked, at: range, "`\(symbol)` needs a value, but this may be null")
        } else {
            problems.report(.operandsUnfit, at: range, "`\(symbol)` does not work on \(type.spoken)", help: help)
        }
    }

    /// Whether an operand can be computed with; reports one that cannot.
    private mutating func isNumber(_ value: TypedExpression, _ binary: BinaryOperator, at range: SourceRange) -> Bool {
        if value.type == .int || value.type == .float { return true }
        let isText = value.type == .string && binary == .add
        let help = isText ? "Join texts by writing them into one: `\"{a}{b}\"`." : nil
        reportOperand(binary.rawValue, value.type, at: range, help: help)
        return false
    }

    private mutating func checkArithmetic(
        _ arithmetic: Arithmetic, _ binary: BinaryOperator, _ left: Expression, _ right: Expression,
        _ range: SourceRange
    ) -> TypedExpression? {
        let typedLeft = check(left, expecting: nil)
        let typedRight = check(right, expecting: nil)
        guard let typedLeft, let typedRight else { return nil }
        guard isNumber(typedLeft, binary, at: left.range), isNumber(typedRight, binary, at: right.range) else {
            return nil
        }
        let line = line(of: range)
        if typedLeft.type == .int, typedRight.type == .int {
            return .init(kind: .arithmetic(arithmetic, typedLeft, typedRight), type: .int, line: line)
        }
        if arithmetic == .modulo {
            let place = typedLeft.type == .float ? left.range : right.range
            reportOperand("%", .float, at: place, help: "Convert it with `int`, `round` or `floor`.")
            return nil
        }
        guard let left = Self.widened(typedLeft, to: .float), let right = Self.widened(typedRight, to: .float) else {
            return nil
        }
        return .init(kind: .arithmetic(arithmetic, left, right), type: .float, line: line)
    }

    private mutating func checkLogic(
        _ binary: BinaryOperator, _ left: Expression, _ right: Expression, _ range: SourceRange
    ) -> TypedExpression? {
        let typedLeft = converted(left, to: .bool)
        // The right side runs only when the left side has not settled the matter.
        let outer = known
        let proof = proof(of: left)
        let shown = binary == .and ? proof.whenTrue : proof.whenFalse
        if !shown.isEmpty { known.formUnion(shown) }
        let typedRight = converted(right, to: .bool)
        known = outer
        guard let typedLeft, let typedRight else { return nil }
        let kind: TypedExpression.Kind = binary == .and ? .and(typedLeft, typedRight) : .or(typedLeft, typedRight)
        return .init(kind: kind, type: .bool, line: line(of: range))
    }

    // MARK: Comparison

    private mutating func checkComparison(
        _ comparison: Comparison, _ binary: BinaryOperator, _ left: Expression, _ right: Expression,
        _ range: SourceRange
    ) -> TypedExpression? {
        let isEquality = comparison == .equal || comparison == .notEqual
        if isEquality, case .null = right.kind { return checkNullComparison(comparison, left, range) }
        if isEquality, case .null = left.kind { return checkNullComparison(comparison, right, range) }
        let typedLeft = check(left, expecting: nil)
        let typedRight = check(right, expecting: nil)
        guard let typedLeft, let typedRight else { return nil }
        if typedLeft.type.isNullable || typedRight.type.isNullable {
            let (value, place) = typedLeft.type.isNullable ? (typedLeft, left.range) : (typedRight, right.range)
            reportOperand(binary.rawValue, value.type, at: place)
            return nil
        }
        let line = line(of: range)
        let operands: (TypedExpression, TypedExpression)
        if typedLeft.type == typedRight.type {
            operands = (typedLeft, typedRight)
        } else if let left = Self.widened(typedLeft, to: .float), let right = Self.widened(typedRight, to: .float) {
            operands = (left, right)
        } else {
            let types = "\(typedLeft.type.spoken) and \(typedRight.type.spoken)"
            problems.report(.operandsUnfit, at: range, "`\(binary.rawValue)` cannot compare \(types)")
            return nil
        }
        let type = operands.0.type
        guard type.isScalar, isEquality || type != .bool else {
            reportOperand(binary.rawValue, type, at: left.range)
            return nil
        }
        return .init(kind: .compare(comparison, operands.0, operands.1), type: .bool, line: line)
    }

    private mutating func checkNullComparison(
        _ comparison: Comparison, _ operand: Expression, _ range: SourceRange
    ) -> TypedExpression? {
        guard let value = checkRaw(operand) else { return nil }
        guard value.type.isNullable else {
            problems.report(
                .operandsUnfit, at: range, "\(value.type.spoken) is never null", help: "Leave the comparison out.")
            return nil
        }
        if case .local(let local) = value.kind, known.contains(KnownLocal(local: local, type: nil)) {
            problems.report(.neverNull, at: range, "`\(locals[local].name)` is known not to be null here")
        }
        let isNull = TypedExpression(kind: .isNull(value), type: .bool, line: line(of: range))
        return comparison == .equal ? isNull : .init(kind: .not(isNull), type: .bool, line: isNull.line)
    }

    /// An expression with the type of its declaration, whatever is known of it here.
    mutating func checkRaw(_ expression: Expression) -> TypedExpression? {
        guard case .name(let name) = expression.kind else { return check(expression, expecting: nil) }
        return rawLocal(name, expression.range, line(of: expression.range))
    }

    private mutating func checkOrElse(
        _ left: Expression, _ right: Expression, _ range: SourceRange, _ expecting: ValueType?
    ) -> TypedExpression? {
        guard let typedLeft = check(left, expecting: expecting?.orNull) else {
            _ = check(right, expecting: expecting)
            return nil
        }
        if typedLeft.type == .any {
            return converted(right, to: .any).map {
                .init(kind: .orElse(typedLeft, $0), type: .any, line: line(of: range))
            }
        }
        guard let wrapped = typedLeft.type.wrapped else {
            _ = check(right, expecting: typedLeft.type)
            problems.report(.neverNull, at: left.range, "the left side of this `??` is never null")
            return typedLeft
        }
        // The right side may be null itself; then so may the whole.
        guard let typedRight = check(right, expecting: typedLeft.type) else { return nil }
        let isOptional = typedRight.type.isOptional
        let type = isOptional ? typedLeft.type : wrapped
        guard let fallback = convert(typedRight, to: type, at: right.range) else { return nil }
        return .init(kind: .orElse(typedLeft, fallback), type: type, line: line(of: range))
    }
}
