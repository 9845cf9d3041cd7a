// Writes the bytecode of conditions: as jumps where that is all they are for, else as a bool in a register.

import SerenaNetBytecode

extension CodeGenerator {
    /// Jumps when a condition is true, or when it is false; otherwise goes on with what follows.
    mutating func jump(_ condition: TypedExpression, when wanted: Bool, to label: Label) {
        let line = condition.line
        switch condition.kind {
        case .bool(let value):
            if value == wanted { builder.emitJump(.jump, to: label, line) }
        case .not(let operand):
            jump(operand, when: !wanted, to: label)
        case .and(let left, let right):
            jumpPair(left, right, settledBy: false, when: wanted, to: label)
        case .or(let left, let right):
            jumpPair(left, right, settledBy: true, when: wanted, to: label)
        case .isNull(let operand):
            jumpIfNull(operand, when: wanted, to: label, line)
        case .compare(let comparison, let left, let right) where left.type == .int:
            jumpInts(comparison, left, right, when: wanted, to: label, line)
        case .compare(.notEqual, let left, let right):
            let equal = TypedExpression(kind: .compare(.equal, left, right), type: .bool, line: line)
            jump(equal, when: !wanted, to: label)
        default:
            let operand = value(condition)
            builder.emitJump(wanted ? .jumpIf : .jumpIfNot, operand.register, to: label, line)
            builder.release(operand)
        }
    }

    /// `and` is settled by a false left side, `or` by a true one.
    private mutating func jumpPair(
        _ left: TypedExpression, _ right: TypedExpression, settledBy settling: Bool, when wanted: Bool, to label: Label
    ) {
        if wanted == settling {
            jump(left, when: wanted, to: label)
            if builder.isReachable { jump(right, when: wanted, to: label) }
            return
        }
        let skip = builder.makeLabel()
        jump(left, when: settling, to: skip)
        if builder.isReachable { jump(right, when: wanted, to: label) }
        builder.place(skip)
    }

    private mutating func jumpIfNull(_ operand: TypedExpression, when wanted: Bool, to label: Label, _ line: UInt32) {
        let register = value(operand)
        if wanted {
            builder.emitJump(.jumpIfNull, register.register, to: label, line)
        } else {
            let isNull = builder.makeLabel()
            builder.emitJump(.jumpIfNull, register.register, to: isNull, line)
            builder.emitJump(.jump, to: label, line)
            builder.place(isNull)
        }
        builder.release(register)
    }

    /// Comparison and jump in one instruction.
    private mutating func jumpInts(
        _ comparison: Comparison, _ left: TypedExpression, _ right: TypedExpression, when wanted: Bool, to label: Label,
        _ line: UInt32
    ) {
        let a = value(left)
        let b = value(right)
        let (first, second) = (a.register, b.register)
        switch wanted ? comparison : comparison.opposite {
        case .equal: builder.emitJump(.jumpEqualInt, first, second, to: label, line)
        case .notEqual: builder.emitJump(.jumpNotEqualInt, first, second, to: label, line)
        case .less: builder.emitJump(.jumpLessInt, first, second, to: label, line)
        case .lessEqual: builder.emitJump(.jumpLessEqualInt, first, second, to: label, line)
        case .greater: builder.emitJump(.jumpLessInt, second, first, to: label, line)
        case .greaterEqual: builder.emitJump(.jumpLessEqualInt, second, first, to: label, line)
        }
        builder.release(a)
        builder.release(b)
    }

    // MARK: Conditions as values

    /// A comparison or a `not` as a bool.
    mutating func generateTruth(_ expression: TypedExpression, into register: UInt16) {
        let line = expression.line
        guard case .compare(let comparison, let left, let right) = expression.kind else {
            guard case .not(let operand) = expression.kind else { return }
            let operandRegister = value(operand)
            builder.emit(VMInstruction(.not, a: register, b: operandRegister.register), line)
            builder.release(operandRegister)
            return
        }
        let a = value(left)
        let b = value(right)
        let form = comparison.form(of: left.type)
        let (first, second) = form.isSwapped ? (b.register, a.register) : (a.register, b.register)
        builder.emit(VMInstruction(form.opcode, a: register, b: first, c: second), line)
        if form.isInverted { builder.emit(VMInstruction(.not, a: register, b: register), line) }
        builder.release(a)
        builder.release(b)
    }

    /// `and`, `or` and comparisons with null as a bool: false, unless the jump says otherwise.
    mutating func generateBranching(_ expression: TypedExpression, into register: UInt16) {
        let line = expression.line
        let isFalse = builder.makeLabel()
        let end = builder.makeLabel()
        jump(expression, when: false, to: isFalse)
        if builder.isReachable {
            builder.emit(VMInstruction(.loadBool, a: register, b: 1), line)
            builder.emitJump(.jump, to: end, line)
        }
        builder.place(isFalse)
        if builder.isReachable { builder.emit(VMInstruction(.loadBool, a: register, b: 0), line) }
        builder.place(end)
    }
}

extension Comparison {
    /// What holds exactly when this does not. Only for ints: a float may be neither less nor greater.
    var opposite: Comparison {
        switch self {
        case .equal: .notEqual
        case .notEqual: .equal
        case .less: .greaterEqual
        case .lessEqual: .greater
        case .greater: .lessEqual
        case .greaterEqual: .less
        }
    }

    /// The instruction that compares values of a type, whether its operands change places, and whether its result is turned.
    func form(of type: ValueType) -> (opcode: VMOpcode, isSwapped: Bool, isInverted: Bool) {
        let equal: VMOpcode
        let less: VMOpcode
        var lessEqual: VMOpcode?
        switch type {
        case .int: (equal, less, lessEqual) = (.equalInt, .lessInt, .lessEqualInt)
        case .float: (equal, less, lessEqual) = (.equalFloat, .lessFloat, .lessEqualFloat)
        case .string: (equal, less) = (.equalString, .lessString)
        default: (equal, less) = (.equalBool, .equalBool)
        }
        switch self {
        case .equal: return (equal, false, false)
        case .notEqual: return (equal, false, true)
        case .less: return (less, false, false)
        case .greater: return (less, true, false)
        // Texts have a total order: a ≤ b exactly when not b < a.
        case .lessEqual: return lessEqual.map { ($0, false, false) } ?? (less, true, true)
        case .greaterEqual: return lessEqual.map { ($0, true, false) } ?? (less, false, true)
        }
    }
}
