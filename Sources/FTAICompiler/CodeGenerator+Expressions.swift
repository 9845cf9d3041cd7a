// Writes the bytecode of expressions.

import SerenaNetBytecode

extension CodeGenerator {
    /// More parts of a text or a list than this are joined in several instructions.
    static let chunk = 32

    /// Computes an expression into a register: the one that is given, or one that is free.
    mutating func value(_ expression: TypedExpression, into register: UInt16, isTemporary: Bool = false) -> Operand {
        generate(expression, into: register)
        return Operand(register: register, isTemporary: isTemporary)
    }

    /// Computes an expression; a local is used where it stands.
    mutating func value(_ expression: TypedExpression) -> Operand {
        switch expression.kind {
        case .local(let local): return Operand(register: UInt16(truncatingIfNeeded: local), isTemporary: false)
        case .int(let number): return constant(.int(number), expression.line)
        case .float(let number): return constant(.float(number), expression.line)
        case .string(let text): return constant(.string(text), expression.line)
        case .negate, .arithmetic, .toFloat, .toText, .wrap, .unwrap, .element, .count, .entry, .box, .cast:
            // The operands are read before the result is written: it may take the register of one of them.
            let operands = expression.operands.map { value($0) }
            operands.forEach { builder.release($0) }
            let register = builder.acquire(expression.type)
            emit(expression, operands.map(\.register), into: register)
            return Operand(register: register, isTemporary: true)
        default:
            return value(expression, into: builder.acquire(expression.type), isTemporary: true)
        }
    }

    mutating func generate(_ expression: TypedExpression, into register: UInt16) {
        let line = expression.line
        switch expression.kind {
        case .int(let number): load(.int(number), into: register, line)
        case .float(let number): load(.float(number), into: register, line)
        case .string(let text): load(.string(text), into: register, line)
        case .bool(let flag): builder.emit(VMInstruction(.loadBool, a: register, b: flag ? 1 : 0), line)
        case .null: builder.emit(VMInstruction(.loadNull, a: register), line)
        case .local(let local):
            guard local != Int(register) else { return }
            builder.emit(VMInstruction(.move, a: register, b: UInt16(truncatingIfNeeded: local)), line)
        case .now: builder.emit(VMInstruction(.readClock, a: register), line)
        case .negate, .arithmetic, .toFloat, .toText, .wrap, .unwrap, .element, .count, .recall, .entry, .box, .cast,
            .callTool, .askAgent:
            let operands = expression.operands.map { value($0) }
            emit(expression, operands.map(\.register), into: register)
            operands.forEach { builder.release($0) }
        case .not, .compare: generateTruth(expression, into: register)
        case .and, .or, .isNull: generateBranching(expression, into: register)
        case .orElse(let left, let right): generateOrElse(left, right, into: register, line)
        case .join(let parts): generateJoin(parts, into: register, line)
        case .list(let elements): generateList(elements, into: register, line)
        case .map(let entries): generateMap(entries, into: register, line)
        case .builtin(let builtin, let arguments):
            generateCall(.callBuiltin, builtin.rawValue, arguments, into: register, line)
        case .call(let task, let arguments):
            generateCall(.call, UInt16(truncatingIfNeeded: task), arguments, into: register, line)
        }
    }

    /// Emits the one instruction of an expression whose operands are computed.
    private mutating func emit(_ expression: TypedExpression, _ operands: [UInt16], into register: UInt16) {
        let opcode: VMOpcode
        switch expression.kind {
        case .negate: opcode = expression.type == .int ? .negInt : .negFloat
        case .arithmetic(let operation, let left, let right):
            if let step = Self.step(operation, left, right) {
                let immediate = UInt16(bitPattern: step)
                builder.emit(
                    VMInstruction(.addIntImmediate, a: register, b: operands[0], c: immediate), expression.line)
                return
            }
            opcode = Self.opcode(of: operation, isInt: expression.type == .int)
        case .toFloat: opcode = .intToFloat
        case .toText(let operand):
            opcode = operand.type == .int ? .intToString : operand.type == .float ? .floatToString : .boolToString
        case .wrap: opcode = .wrap
        case .unwrap: opcode = .unwrap
        case .element: opcode = .listGet
        case .count: opcode = .listCount
        case .entry: opcode = .mapGet
        case .box: opcode = .box
        case .cast: opcode = .cast
        case .callTool: opcode = .callTool
        case .askAgent: opcode = .askAgent
        default: opcode = .recall
        }
        let c = operands.count > 1 ? operands[1] : 0
        builder.emit(VMInstruction(opcode, a: register, b: operands[0], c: c), expression.line)
    }

    /// The number that is added, when it fits into an instruction.
    static func step(_ operation: Arithmetic, _ left: TypedExpression, _ right: TypedExpression) -> Int16? {
        guard left.type == .int, case .int(let number) = right.kind else { return nil }
        switch operation {
        case .add: return Int16(exactly: number)
        case .subtract: return number == .min ? nil : Int16(exactly: -number)
        default: return nil
        }
    }

    private static func opcode(of operation: Arithmetic, isInt: Bool) -> VMOpcode {
        switch operation {
        case .add: isInt ? .addInt : .addFloat
        case .subtract: isInt ? .subInt : .subFloat
        case .multiply: isInt ? .mulInt : .mulFloat
        case .divide: isInt ? .divInt : .divFloat
        case .modulo: .modInt
        }
    }

    // MARK: Optionals, texts, lists, calls

    private mutating func generateOrElse(
        _ left: TypedExpression, _ right: TypedExpression, into register: UInt16, _ line: UInt32
    ) {
        let isNull = builder.makeLabel()
        let end = builder.makeLabel()
        let operand = value(left)
        builder.emitJump(.jumpIfNull, operand.register, to: isNull, line)
        let opcode: VMOpcode = right.type.isNullable ? .move : .unwrap
        builder.emit(VMInstruction(opcode, a: register, b: operand.register), line)
        builder.release(operand)
        builder.emitJump(.jump, to: end, line)
        builder.place(isNull)
        generate(right, into: register)
        builder.place(end)
    }

    private mutating func generateJoin(_ parts: [TypedExpression], into register: UInt16, _ line: UInt32) {
        var isFirst = true
        for start in stride(from: 0, to: parts.count, by: Self.chunk) {
            let operands = parts[start..<min(start + Self.chunk, parts.count)].map { value($0) }
            let registers = (isFirst ? [] : [register]) + operands.map(\.register)
            builder.emit(VMInstruction(.concatenate, a: register, arguments: registers), line)
            operands.forEach { builder.release($0) }
            isFirst = false
        }
    }

    private mutating func generateList(_ elements: [TypedExpression], into register: UInt16, _ line: UInt32) {
        let first = elements.prefix(Self.chunk).map { value($0) }
        builder.emit(VMInstruction(.makeList, a: register, arguments: first.map(\.register)), line)
        first.forEach { builder.release($0) }
        for element in elements.dropFirst(Self.chunk) {
            let operand = value(element)
            builder.emit(VMInstruction(.listAppend, a: register, b: operand.register), line)
            builder.release(operand)
        }
    }

    private mutating func generateCall(
        _ opcode: VMOpcode, _ callee: UInt16, _ arguments: [TypedExpression], into register: UInt16, _ line: UInt32
    ) {
        let operands = arguments.map { value($0) }
        builder.emit(VMInstruction(opcode, a: register, b: callee, arguments: operands.map(\.register)), line)
        operands.forEach { builder.release($0) }
    }
}

extension TypedExpression {
    /// The operands of an expression that is one instruction.
    var operands: [TypedExpression] {
        switch kind {
        case .negate(let operand), .toFloat(let operand), .toText(let operand), .wrap(let operand),
            .unwrap(let operand),
            .count(let operand), .recall(let operand), .box(let operand), .cast(let operand):
            [operand]
        case .arithmetic(let operation, let left, let right):
            CodeGenerator.step(operation, left, right) == nil ? [left, right] : [left]
        case .element(let list, let index): [list, index]
        case .entry(let map, let key): [map, key]
        case .callTool(let name, let arguments): [name, arguments]
        case .askAgent(let name, let question): [name, question]
        default: []
        }
    }
}
