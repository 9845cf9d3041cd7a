// Gathers the instructions of one function: registers, labels, lines.

import SerenaNetBytecode

/// The program needs more than the VM allows.
struct ProgramTooLarge: Error {
    let what: String
}

/// The constants of a program, each once.
struct ConstantPool {
    private enum Key: Hashable {
        case int(Int64)
        /// By its bits: 0 and −0 are different constants.
        case float(UInt64)
        case string(String)
    }

    private(set) var constants: [BytecodeConstant] = []
    private var indices: [Key: Int] = [:]

    /// The index of a constant; beyond the limit it is wrong, and ``constants`` has too many.
    mutating func index(of constant: BytecodeConstant) -> UInt16 {
        let key: Key =
            switch constant {
            case .int(let value): .int(value)
            case .float(let value): .float(value.bitPattern)
            case .string(let text): .string(text)
            }
        if let index = indices[key] { return UInt16(truncatingIfNeeded: index) }
        constants.append(constant)
        indices[key] = constants.count - 1
        return UInt16(truncatingIfNeeded: constants.count - 1)
    }
}

/// A place in the code that jumps can name before it is reached.
struct Label {
    fileprivate let index: Int
}

/// A register that holds a value, and whether it may be taken for another as soon as the value has been used.
struct Operand {
    let register: UInt16
    let isTemporary: Bool
}

/// The code of one function while it is written.
struct FunctionBuilder {
    private(set) var registers: [ValueType] = []
    private(set) var code: [VMInstruction] = []
    private(set) var lines: [UInt32] = []
    /// Whether control can come to the next instruction.
    private(set) var isReachable = true
    private var freeRegisters: [ValueType: [UInt16]] = [:]
    /// Where each label stands.
    private var positions: [Int?] = []
    /// Which labels have been jumped to already.
    private var isNamed: [Bool] = []
    /// The label in each instruction that jumps.
    private var jumps: [(instruction: Int, label: Int)] = []
    private var caught: [(range: Range<Int>, label: Int, message: UInt16?, kind: UInt16?)] = []

    // MARK: Registers

    /// A register of its own for a local.
    mutating func addRegister(_ type: ValueType) -> UInt16 {
        registers.append(type)
        return UInt16(truncatingIfNeeded: registers.count - 1)
    }

    /// A register for a value that is needed for a short time.
    mutating func acquire(_ type: ValueType) -> UInt16 {
        freeRegisters[type]?.popLast() ?? addRegister(type)
    }

    mutating func release(_ operand: Operand) {
        guard operand.isTemporary, Int(operand.register) < registers.count else { return }
        freeRegisters[registers[Int(operand.register)], default: []].append(operand.register)
    }

    // MARK: Code

    mutating func emit(_ instruction: VMInstruction, _ line: UInt32) {
        code.append(instruction)
        lines.append(line)
        switch instruction.opcode {
        case .jump, .return, .returnNothing, .fail: isReachable = false
        default: break
        }
    }

    mutating func makeLabel() -> Label {
        positions.append(nil)
        isNamed.append(false)
        return Label(index: positions.count - 1)
    }

    /// Puts a label here.
    ///
    /// - Parameter isLoopStart: whether jumps to it follow later.
    mutating func place(_ label: Label, isLoopStart: Bool = false) {
        positions[label.index] = code.count
        isReachable = isReachable || isLoopStart || isNamed[label.index]
    }

    /// Emits an instruction that jumps; its target is filled in at the end.
    mutating func emitJump(_ opcode: VMOpcode, _ a: UInt16 = 0, _ b: UInt16 = 0, to label: Label, _ line: UInt32) {
        jumps.append((code.count, label.index))
        isNamed[label.index] = true
        emit(VMInstruction(opcode, a: a, b: b), line)
    }

    /// Where the next instruction will stand.
    var position: Int { code.count }

    /// Lets failures of a range go on at a label. Of ranges within each other the inner one is added first.
    mutating func addHandler(for range: Range<Int>, at label: Label, message: UInt16?, kind: UInt16?) {
        isNamed[label.index] = true
        caught.append((range, label.index, message, kind))
    }

    /// The handlers of the code behind a prologue of so many instructions.
    func handlers(behind prologue: Int) -> [FaultHandler] {
        caught.map { range, label, message, kind in
            FaultHandler(
                range: range.lowerBound + prologue..<range.upperBound + prologue,
                target: (positions[label] ?? 0) + prologue, message: message ?? VMInstruction.noRegister,
                kind: kind ?? VMInstruction.noRegister)
        }
    }

    /// The code with its jumps resolved, behind a prologue that was found to be needed while it was written.
    func finished(prologue: [VMInstruction], line: UInt32) throws(ProgramTooLarge) -> ([VMInstruction], [UInt32]) {
        guard registers.count <= BytecodeLimits.registers else {
            throw ProgramTooLarge(
                what: "\(registers.count) variables and values; the limit is \(BytecodeLimits.registers)")
        }
        var code = prologue + code
        let words = code.reduce(0) { $0 + $1.wordCount }
        guard words <= BytecodeLimits.functionWords else {
            throw ProgramTooLarge(what: "\(words) words of code; the limit is \(BytecodeLimits.functionWords)")
        }
        for (instruction, label) in jumps {
            let target = UInt16(truncatingIfNeeded: (positions[label] ?? 0) + prologue.count)
            let index = instruction + prologue.count
            let signature = code[index].opcode.signature
            if signature.a == .jump {
                code[index].a = target
            } else if signature.b == .jump {
                code[index].b = target
            } else {
                code[index].c = target
            }
        }
        return (code, [UInt32](repeating: line, count: prologue.count) + lines)
    }
}
