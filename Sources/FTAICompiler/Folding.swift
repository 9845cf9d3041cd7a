// Operators on constants: the value, or the expression as it is where the value is not known or would be an error.

/// Computes what can be computed before a program runs, exactly as the VM would.
enum Folding {
    static func negated(_ operand: TypedExpression) -> TypedExpression.Kind {
        switch operand.kind {
        case .int(let value) where value != .min: .int(-value)
        case .float(let value): .float(-value)
        default: .negate(operand)
        }
    }

    static func inverted(_ operand: TypedExpression) -> TypedExpression.Kind {
        switch operand.kind {
        case .bool(let value): .bool(!value)
        case .not(let inner): inner.kind
        default: .not(operand)
        }
    }

    static func arithmetic(
        _ operation: Arithmetic, _ left: TypedExpression, _ right: TypedExpression
    ) -> TypedExpression.Kind {
        switch (left.kind, right.kind) {
        case (.int(let a), .int(let b)):
            integer(operation, a, b).map(TypedExpression.Kind.int) ?? .arithmetic(operation, left, right)
        case (.float(let a), .float(let b)):
            float(operation, a, b).map(TypedExpression.Kind.float) ?? .arithmetic(operation, left, right)
        default: .arithmetic(operation, left, right)
        }
    }

    /// Nil for what is an error when it runs.
    private static func integer(_ operation: Arithmetic, _ a: Int64, _ b: Int64) -> Int64? {
        let result: (partialValue: Int64, overflow: Bool)
        switch operation {
        case .add: result = a.addingReportingOverflow(b)
        case .subtract: result = a.subtractingReportingOverflow(b)
        case .multiply: result = a.multipliedReportingOverflow(by: b)
        case .divide: result = a.dividedReportingOverflow(by: b)
        case .modulo:
            guard b != 0 else { return nil }
            // The remainder has the sign of the divisor; -1 would overflow in the division.
            let remainder = b == -1 ? 0 : a % b
            return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder
        }
        return result.overflow ? nil : result.partialValue
    }

    private static func float(_ operation: Arithmetic, _ a: Double, _ b: Double) -> Double? {
        switch operation {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .modulo: nil
        }
    }

    static func compared(
        _ comparison: Comparison, _ left: TypedExpression, _ right: TypedExpression
    ) -> TypedExpression.Kind {
        switch (left.kind, right.kind) {
        case (.int(let a), .int(let b)): .bool(holds(comparison, a, b))
        case (.float(let a), .float(let b)): .bool(holds(comparison, a, b))
        case (.bool(let a), .bool(let b)): .bool((a == b) == (comparison == .equal))
        case (.string(let a), .string(let b)):
            .bool(holds(comparison, Text(bytes: Array(a.utf8)), Text(bytes: Array(b.utf8))))
        default: .compare(comparison, left, right)
        }
    }

    /// Text as the VM compares it: byte by byte.
    private struct Text: Comparable {
        let bytes: [UInt8]

        static func < (left: Text, right: Text) -> Bool {
            left.bytes.lexicographicallyPrecedes(right.bytes)
        }
    }

    private static func holds<Value: Comparable>(_ comparison: Comparison, _ a: Value, _ b: Value) -> Bool {
        switch comparison {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessEqual: a <= b
        case .greater: a > b
        case .greaterEqual: a >= b
        }
    }

    /// The text of a constant. How floats are written is the VM's business alone.
    static func text(_ operand: TypedExpression) -> TypedExpression.Kind {
        switch operand.kind {
        case .int(let value): .string(String(value))
        case .bool(let value): .string(value ? "true" : "false")
        case .string(let value): .string(value)
        default: .toText(operand)
        }
    }

    /// Joined texts, neighbouring constants as one.
    static func joined(_ parts: [TypedExpression]) -> TypedExpression.Kind {
        var result: [TypedExpression] = []
        for part in parts {
            if case .join(let inner) = part.kind {
                result += inner
            } else if case .string(let text) = part.kind, case .string(let before)? = result.last?.kind {
                result[result.count - 1].kind = .string(before + text)
            } else {
                result.append(part)
            }
        }
        result.removeAll { part in
            if case .string(let text) = part.kind { text.isEmpty } else { false }
        }
        switch result.count {
        case 0: return .string("")
        case 1: return result[0].kind
        default: return .join(result)
        }
    }
}
