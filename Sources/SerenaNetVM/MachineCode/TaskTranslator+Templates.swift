// The templates of instructions that compute; the others are in the files beside.

import SerenaNetBytecode

extension TaskTranslator {
    func translate(_ instruction: VMInstruction) -> FunctionScope.Flow {
        let (a, b, c) = (instruction.a, instruction.b, instruction.c)
        switch instruction.opcode {
        case .move: copy(a, b)
        case .loadInt: write(a, constant: UInt64(bitPattern: Int64(VMInstruction.immediate(b))))
        case .loadBool: write(a, constant: b == 0 ? 0 : 1)
        case .loadNull: write(a, constant: 0)
        case .loadConstant:
            write(a, constant: program.constants.load(fromByteOffset: Int(b) * 8, as: UInt64.self))
        case .addInt, .subInt, .mulInt, .divInt, .modInt: calculate(instruction)
        case .negInt:
            let from = read(b, Assembler.scratch0)
            let to = target(a)
            assembler.negate(to, from, overflow: interpretLabel())
            write(a, from: to)
        case .addIntImmediate: add(a, b, immediate: c)
        case .addFloat: calculate(.add, a, b, c)
        case .subFloat: calculate(.subtract, a, b, c)
        case .mulFloat: calculate(.multiply, a, b, c)
        case .divFloat: calculate(.divide, a, b, c)
        case .negFloat:
            let to = floatTarget(a)
            assembler.negate(to, readFloat(b, Assembler.floatScratch0))
            writeFloat(a, from: to)
        case .intToFloat:
            let to = floatTarget(a)
            assembler.convert(to, read(b, Assembler.scratch0))
            writeFloat(a, from: to)
        case .equalInt, .equalBool: compare(a, b, .equal, c)
        case .lessInt: compare(a, b, .less, c)
        case .lessEqualInt: compare(a, b, .lessOrEqual, c)
        case .equalFloat: compareFloats(a, b, .equal, c)
        case .lessFloat: compareFloats(a, b, .less, c)
        case .lessEqualFloat: compareFloats(a, b, .lessOrEqual, c)
        case .not:
            let from = read(b, Assembler.scratch0)
            let to = target(a)
            assembler.flip(to, from)
            write(a, from: to)
        case .mulAddInt: multiplyAndAdd(instruction)
        case .mulAddFloat, .mulSubFloat, .subMulFloat, .addAddFloat: calculateTwice(instruction)
        default: return translateElse(instruction)
        }
        return .next
    }

    private func translateElse(_ instruction: VMInstruction) -> FunctionScope.Flow {
        if let flow = translateJump(instruction) { return flow }
        if let flow = translateObject(instruction) { return flow }
        // The outside, failing on purpose, and whatever has no template.
        assembler.jump(interpretLabel())
        return .ended
    }

    // MARK: Integers

    private func calculate(_ instruction: VMInstruction) {
        let left = read(instruction.b, Assembler.scratch0)
        let right = read(instruction.c, Assembler.scratch1)
        let to = target(instruction.a)
        let refuse = interpretLabel()
        switch instruction.opcode {
        case .addInt: assembler.add(to, left, right, overflow: refuse)
        case .subInt: assembler.subtract(to, left, right, overflow: refuse)
        case .mulInt: assembler.multiply(to, left, right, overflow: refuse)
        case .divInt: assembler.divide(to, left, right, refuse: refuse)
        default: assembler.remainder(to, left, right, refuse: refuse)
        }
        write(instruction.a, from: to)
    }

    func add(_ a: UInt16, _ b: UInt16, immediate: UInt16) {
        let left = read(b, Assembler.scratch0)
        let to = target(a)
        assembler.add(to, left, immediate: Int32(VMInstruction.immediate(immediate)), overflow: interpretLabel())
        write(a, from: to)
    }

    /// a ← d + b × c
    private func multiplyAndAdd(_ instruction: VMInstruction) {
        let left = read(instruction.b, Assembler.scratch0)
        let right = read(instruction.c, Assembler.scratch1)
        let refuse = interpretLabel()
        // Not in a's pin, which may be d as well.
        assembler.multiply(Assembler.scratch0, left, right, overflow: refuse)
        scope.forget()
        let summand = read(instruction.arguments[0], Assembler.scratch1)
        let to = target(instruction.a)
        assembler.add(to, Assembler.scratch0, summand, overflow: refuse)
        write(instruction.a, from: to)
    }

    private func compare(_ a: UInt16, _ b: UInt16, _ condition: IntegerCondition, _ c: UInt16) {
        let left = read(b, Assembler.scratch0)
        let right = read(c, Assembler.scratch1)
        let to = target(a)
        assembler.set(to, left, condition, right)
        write(a, from: to)
    }

    // MARK: Floats

    private func calculate(_ operation: FloatOperation, _ a: UInt16, _ b: UInt16, _ c: UInt16) {
        let left = readFloat(b, Assembler.floatScratch0)
        let right = readFloat(c, Assembler.floatScratch1)
        let to = floatTarget(a)
        assembler.perform(operation, to, left, right)
        writeFloat(a, from: to)
    }

    /// Two operations, each rounded: of b and c, and of that and d.
    private func calculateTwice(_ instruction: VMInstruction) {
        let left = readFloat(instruction.b, Assembler.floatScratch0)
        let right = readFloat(instruction.c, Assembler.floatScratch1)
        let between = Assembler.floatScratch0
        assembler.perform(instruction.opcode == .addAddFloat ? .add : .multiply, between, left, right)
        let other = readFloat(instruction.arguments[0], Assembler.floatScratch1)
        let to = floatTarget(instruction.a)
        switch instruction.opcode {
        case .mulSubFloat: assembler.perform(.subtract, to, between, other)
        case .subMulFloat: assembler.perform(.subtract, to, other, between)
        default: assembler.perform(.add, to, between, other)
        }
        writeFloat(instruction.a, from: to)
    }

    private func compareFloats(_ a: UInt16, _ b: UInt16, _ relation: Relation, _ c: UInt16) {
        let left = readFloat(b, Assembler.floatScratch0)
        let right = readFloat(c, Assembler.floatScratch1)
        let to = target(a)
        assembler.set(to, left, relation, right)
        write(a, from: to)
    }
}
