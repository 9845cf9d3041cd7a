// From verified instructions to the words that the interpreter executes.

import SerenaNetBytecode

/// Appends the machine code of functions.
///
/// The byte behind the opcode says more where the opcode alone does not: which request to the host it is, which of the
/// rarer instructions, and whether a new list holds references.
struct CodeEncoder {
    private(set) var words: [UInt64] = []
    /// The types that ``ExtendedOpcode/box`` and ``ExtendedOpcode/cast`` name in `c`, where they have no operand.
    private(set) var types: [ValueType] = []
    private var typeIndices: [ValueType: Int] = [:]

    mutating func encode(_ code: ArraySlice<VMInstruction>, of function: BytecodeFunction) {
        var positions: [Int] = []
        var position = 0
        for instruction in code {
            positions.append(position)
            position += instruction.wordCount
        }
        let start = words.count
        for (index, instruction) in code.enumerated() {
            encode(instruction, of: function) { target in
                UInt16(bitPattern: Int16(truncatingIfNeeded: positions[Int(target)] - positions[index]))
            }
        }
        for position in positions.dropLast() { joinWithNext(start + position) }
    }

    /// Lets an instruction be executed together with the next where there is an opcode for both.
    private mutating func joinWithNext(_ index: Int) {
        guard let first = MachineOpcode(rawValue: UInt8(truncatingIfNeeded: words[index])), !first.isPair,
            index + 1 < words.count,
            let second = MachineOpcode(rawValue: UInt8(truncatingIfNeeded: words[index + 1])),
            let pair = MachineOpcode.pair(first, second)
        else { return }
        words[index] = words[index] & ~0xFFFF | UInt64(first.rawValue) << 8 | UInt64(pair.rawValue)
    }

    mutating func encodeHalt() {
        words.append(UInt64(MachineOpcode.halt.rawValue))
    }

    private mutating func encode(
        _ instruction: VMInstruction, of function: BytecodeFunction, distance: (UInt16) -> UInt16
    ) {
        let shape = instruction.opcode.operandShape
        func operand(_ kind: OperandKind, _ bits: UInt16) -> UInt16 {
            switch kind {
            case .read, .write: bits == VMInstruction.noRegister ? 0 : bits * 8
            case .jump: distance(bits)
            case .none, .immediate, .constant, .function, .builtin, .argumentCount, .relation: bits
            }
        }
        let opcode = MachineOpcode(instruction.opcode, type: scalarSide(of: instruction, in: function))
        let a = operand(shape.a, instruction.a)
        var b = operand(shape.b, instruction.b)
        if instruction.opcode == .loadBool, b != 0 { b = 1 }
        var c = operand(shape.c, instruction.c)
        var detail: UInt16 = 0
        if opcode == .suspend { detail = instruction.opcode.rawValue }
        if opcode == .extended,
            let extended = ExtendedOpcode(
                instruction.opcode, type: function.registers[Int(instruction.b)],
                element: function.registers[Int(shape.takesArguments ? instruction.a : instruction.b)].element
            )
        {
            detail = UInt16(extended.rawValue)
            if extended == .box { c = typeIndex(of: function.registers[Int(instruction.b)]) }
            if extended == .cast { c = typeIndex(of: function.registers[Int(instruction.a)].element ?? .any) }
        }
        if opcode == .tagReference || opcode == .untagReference {
            let type = scalarSide(of: instruction, in: function)
            c = UInt16(ReferenceTag.of(opcode == .tagReference ? type : type.element) ?? 0)
        }
        if opcode == .makeList || opcode == .callBuiltin,
            function.registers[Int(instruction.a)].element?.isReference == true
        {
            detail = 1
        }
        words.append(
            UInt64(opcode.rawValue) | UInt64(detail) << 8 | UInt64(a) << 16 | UInt64(b) << 32 | UInt64(c) << 48)
        if shape.more == 0 {
            encode(
                instruction.arguments.map { argument in
                    // A register's offset is a multiple of 8, so that what it holds can stand in the lowest bits.
                    argument * 8
                        | (instruction.opcode == .joinAsText
                            ? UInt16(textKind(of: argument, in: function).rawValue) : 0)
                })
        } else {
            encode(zip(instruction.opcode.signature.more, instruction.arguments).map { operand($0, $1) })
        }
    }

    /// There are fewer than 65,536 types, as they are nested ``ValueType/maximumDepth`` deep at most.
    private mutating func typeIndex(of type: ValueType) -> UInt16 {
        if let index = typeIndices[type] { return UInt16(truncatingIfNeeded: index) }
        types.append(type)
        typeIndices[type] = types.count - 1
        return UInt16(truncatingIfNeeded: types.count - 1)
    }

    private func scalarSide(of instruction: VMInstruction, in function: BytecodeFunction) -> ValueType {
        let register =
            switch instruction.opcode {
            case .wrap, .box: instruction.b
            case .listSet: instruction.c
            default: instruction.a
            }
        return function.registers[Int(register)]
    }

    /// Four arguments to a word, the first in the lowest bits.
    private mutating func encode(_ arguments: [UInt16]) {
        for start in stride(from: 0, to: arguments.count, by: 4) {
            var word: UInt64 = 0
            for (place, argument) in arguments[start...].prefix(4).enumerated() {
                word |= UInt64(argument) << (16 * place)
            }
            words.append(word)
        }
    }

    private func textKind(of register: UInt16, in function: BytecodeFunction) -> TextKind {
        switch function.registers[Int(register)] {
        case .int: .int
        case .float: .float
        case .bool: .bool
        default: .text
        }
    }
}
