// x86-64: integers, memory and jumps. Encodings after the Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.
//
//   rax rcx rdx   scratch                       rbx   base of the frame
//   r11 xmm3      within one operation          r12   MachineCodeState
//   rbp           stack pointer while a slow    r14   fuel
//                 operation runs                others pins

import SerenaNetBytecode

struct X86Assembler: CodeAssembler {
    var buffer = CodeBuffer()

    static let scratch0 = IntegerRegister(0)
    static let scratch1 = IntegerRegister(1)
    static let scratch2 = IntegerRegister(2)
    static let floatScratch0 = FloatRegister(0)
    static let floatScratch1 = FloatRegister(1)
    static let pins = [6, 7, 8, 9, 10, 13, 15].map { IntegerRegister($0) }
    static let floatPins = (4...15).map { FloatRegister(UInt8($0)) }
    static let bytesPerCall = 8

    static let rax: UInt8 = 0
    static let rdx: UInt8 = 2
    static let base: UInt8 = 3
    static let stack: UInt8 = 4
    static let temporary: UInt8 = 11
    static let state: UInt8 = 12
    static let fuel: UInt8 = 14
    static let floatTemporary = FloatRegister(3)

    // MARK: Forms of instructions

    /// `opcode` with two 64-bit registers: `register` in the field reg, `other` in r/m.
    mutating func emit(_ opcode: UInt8, _ register: UInt8, _ other: UInt8) {
        buffer.append(0x48 | (register >> 3) << 2 | other >> 3)
        buffer.append(opcode)
        buffer.append(0xC0 | (register & 7) << 3 | other & 7)
    }

    /// `opcode` with a 64-bit register and memory at `offset` from the register `address`.
    mutating func emit(_ opcode: UInt8, _ register: UInt8, at address: UInt8, _ offset: Int) {
        buffer.append(0x48 | (register >> 3) << 2 | address >> 3)
        buffer.append(opcode)
        emitMemory(register, at: address, offset)
    }

    /// The bytes ModRM, SIB and displacement.
    mutating func emitMemory(_ register: UInt8, at address: UInt8, _ offset: Int) {
        let isShort = Int(Int8(truncatingIfNeeded: offset)) == offset
        buffer.append((isShort ? 0x40 : 0x80) | (register & 7) << 3 | address & 7)
        if address & 7 == 4 { buffer.append(0x24) }
        if isShort {
            buffer.append(UInt8(truncatingIfNeeded: offset))
        } else {
            buffer.append32(UInt32(truncatingIfNeeded: offset))
        }
    }

    /// `opcode` with a 64-bit register and memory at `list` + 8 × `index`. The low bits of `list` are not those of rbp.
    mutating func emit(_ opcode: UInt8, _ register: UInt8, element index: UInt8, of list: UInt8) {
        buffer.append(0x48 | (register >> 3) << 2 | (index >> 3) << 1 | list >> 3)
        buffer.append(opcode)
        buffer.append((register & 7) << 3 | 4)
        buffer.append(0xC0 | (index & 7) << 3 | list & 7)
    }

    /// An operation of the group 81/83 on a 64-bit register: 0 add, 1 or, 4 and, 5 sub, 6 xor, 7 cmp.
    mutating func emit(group: UInt8, _ register: UInt8, immediate: Int32) {
        let isShort = Int32(Int8(truncatingIfNeeded: immediate)) == immediate
        buffer.append(0x48 | register >> 3)
        buffer.append(isShort ? 0x83 : 0x81)
        buffer.append(0xC0 | group << 3 | register & 7)
        if isShort {
            buffer.append(UInt8(truncatingIfNeeded: immediate))
        } else {
            buffer.append32(UInt32(bitPattern: immediate))
        }
    }

    /// A jump on a condition, by its number in the processor's instructions.
    mutating func jump(on condition: UInt8, _ label: CodeLabel) {
        buffer.append(0x0F)
        buffer.append(0x80 | condition)
        emitDistance(to: label)
    }

    private mutating func emitDistance(to label: CodeLabel) {
        buffer.refer(to: label, form: 0)
        buffer.append32(0)
    }

    private static func number(of condition: IntegerCondition) -> UInt8 {
        switch condition {
        case .equal: 4
        case .notEqual: 5
        case .less: 0xC
        case .greaterOrEqual: 0xD
        case .lessOrEqual: 0xE
        case .greater: 0xF
        }
    }

    static let overflow: UInt8 = 0
    private static let belowOrEqual: UInt8 = 6
    private static let notSigned: UInt8 = 9

    // MARK: Moving

    mutating func load(_ to: IntegerRegister, slot: Int) { emit(0x8B, to.number, at: Self.base, slot) }
    mutating func store(_ from: IntegerRegister, slot: Int) { emit(0x89, from.number, at: Self.base, slot) }

    mutating func move(_ to: IntegerRegister, _ from: IntegerRegister) {
        if to != from { emit(0x89, from.number, to.number) }
    }

    mutating func constant(_ to: IntegerRegister, _ value: UInt64) {
        let register = to.number
        if value <= UInt64(UInt32.max) {
            // Writing the lower half clears the upper.
            if register >= 8 { buffer.append(0x41) }
            buffer.append(0xB8 | register & 7)
            buffer.append32(UInt32(value))
        } else if Int64(bitPattern: value) >= Int64(Int32.min), Int64(bitPattern: value) < 0 {
            buffer.append(0x48 | register >> 3)
            buffer.append(0xC7)
            buffer.append(0xC0 | register & 7)
            buffer.append32(UInt32(truncatingIfNeeded: value))
        } else {
            buffer.append(0x48 | register >> 3)
            buffer.append(0xB8 | register & 7)
            buffer.append64(value)
        }
    }

    // MARK: Integers

    mutating func add(_ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, overflow: CodeLabel) {
        let other = to == right ? left : right
        if to != right { move(to, left) }
        emit(0x01, other.number, to.number)
        jump(on: Self.overflow, overflow)
    }

    mutating func subtract(
        _ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, overflow: CodeLabel
    ) {
        let target = to == right && to != left ? IntegerRegister(Self.temporary) : to
        move(target, left)
        emit(0x29, right.number, target.number)
        jump(on: Self.overflow, overflow)
        move(to, target)
    }

    mutating func multiply(
        _ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, overflow: CodeLabel
    ) {
        let other = to == right ? left : right
        if to != right { move(to, left) }
        buffer.append(0x48 | (to.number >> 3) << 2 | other.number >> 3)
        buffer.append(0x0F)
        buffer.append(0xAF)
        buffer.append(0xC0 | (to.number & 7) << 3 | other.number & 7)
        jump(on: Self.overflow, overflow)
    }

    mutating func add(_ to: IntegerRegister, _ left: IntegerRegister, immediate: Int32, overflow: CodeLabel?) {
        move(to, left)
        emit(group: 0, to.number, immediate: immediate)
        if let overflow { jump(on: Self.overflow, overflow) }
    }

    mutating func negate(_ to: IntegerRegister, _ from: IntegerRegister, overflow: CodeLabel) {
        move(to, from)
        emit(0xF7, 3, to.number)
        jump(on: Self.overflow, overflow)
    }

    mutating func divide(_ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, refuse: CodeLabel) {
        let end = divide(left, right, refuse: refuse)
        buffer.bind(end)
        move(to, Self.scratch0)
    }

    mutating func remainder(
        _ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, refuse: CodeLabel
    ) {
        let end = divide(left, right, refuse: refuse)
        // The remainder has the sign of the dividend; where that is not the divisor's, the divisor is added.
        emit(0x85, Self.rdx, Self.rdx)
        jump(on: Self.number(of: .equal), end)
        emit(0x89, Self.rdx, Self.temporary)
        emit(0x31, right.number, Self.temporary)
        jump(on: Self.notSigned, end)
        emit(0x01, right.number, Self.rdx)
        buffer.bind(end)
        move(to, Self.scratch2)
    }

    /// Quotient in rax and remainder in rdx: of small numbers by the short division, which is done at the label that is given
    /// back, else by the long one, behind which the code goes on.
    private mutating func divide(
        _ left: IntegerRegister, _ right: IntegerRegister, refuse: CodeLabel
    ) -> CodeLabel {
        // −1 and 0 become 0 and 1.
        emit(0x8D, Self.temporary, at: right.number, 1)
        emit(group: 7, Self.temporary, immediate: 1)
        jump(on: Self.belowOrEqual, refuse)
        move(Self.scratch0, left)
        emit(0x89, Self.rax, Self.temporary)
        emit(0x09, right.number, Self.temporary)
        // shr temporary, 32: nothing is left when both fit 32 bits without a sign.
        emit(0xC1, 5, Self.temporary)
        buffer.append(32)
        let (isLong, end) = (buffer.makeLabel(), buffer.makeLabel())
        jump(on: Self.number(of: .notEqual), isLong)
        // xor edx, edx; div r32
        buffer.append(0x31)
        buffer.append(0xD2)
        if right.number >= 8 { buffer.append(0x41) }
        buffer.append(0xF7)
        buffer.append(0xF0 | right.number & 7)
        jump(end)
        buffer.bind(isLong)
        // cqo; idiv r64
        buffer.append(0x48)
        buffer.append(0x99)
        emit(0xF7, 7, right.number)
        return end
    }

    mutating func flip(_ to: IntegerRegister, _ from: IntegerRegister) {
        move(to, from)
        emit(group: 6, to.number, immediate: 1)
    }

    mutating func setBits(_ to: IntegerRegister, _ from: IntegerRegister, _ bits: UInt8) {
        move(to, from)
        emit(group: 1, to.number, immediate: Int32(bits))
    }

    mutating func set(
        _ to: IntegerRegister, _ left: IntegerRegister, _ condition: IntegerCondition, _ right: IntegerRegister
    ) {
        emit(0x39, right.number, left.number)
        // setcc of the temporary's lowest byte; movzx
        buffer.append(0x41)
        buffer.append(0x0F)
        buffer.append(0x90 | Self.number(of: condition))
        buffer.append(0xC0 | Self.temporary & 7)
        buffer.append(0x49 | (to.number >> 3) << 2)
        buffer.append(0x0F)
        buffer.append(0xB6)
        buffer.append(0xC0 | (to.number & 7) << 3 | Self.temporary & 7)
    }

    // MARK: Objects

    mutating func load(_ to: IntegerRegister, field: Int, of object: IntegerRegister) {
        emit(0x8B, to.number, at: object.number, field)
    }

    mutating func store(_ from: IntegerRegister, field: Int, of object: IntegerRegister) {
        emit(0x89, from.number, at: object.number, field)
    }

    mutating func load(_ to: IntegerRegister, element: IntegerRegister, of list: IntegerRegister) {
        emit(0x8B, Self.temporary, at: list.number, HeapList.elementsOffset)
        emit(0x8B, to.number, element: element.number, of: Self.temporary)
    }

    mutating func store(_ from: IntegerRegister, element: IntegerRegister, of list: IntegerRegister) {
        emit(0x8B, Self.temporary, at: list.number, HeapList.elementsOffset)
        emit(0x89, from.number, element: element.number, of: Self.temporary)
    }

    mutating func jump(
        ifOutside index: IntegerRegister, field: Int, of object: IntegerRegister, to label: CodeLabel
    ) {
        emit(0x3B, index.number, at: object.number, field)
        jump(on: 3, label)
    }

    // MARK: Jumps

    mutating func jump(_ label: CodeLabel) {
        buffer.append(0xE9)
        emitDistance(to: label)
    }

    mutating func jump(
        if left: IntegerRegister, _ condition: IntegerCondition, _ right: IntegerRegister, to label: CodeLabel
    ) {
        emit(0x39, right.number, left.number)
        jump(on: Self.number(of: condition), label)
    }

    mutating func jump(
        if left: IntegerRegister, _ condition: IntegerCondition, immediate: Int32, to label: CodeLabel
    ) {
        if immediate == 0 {
            emit(0x85, left.number, left.number)
        } else {
            emit(group: 7, left.number, immediate: immediate)
        }
        jump(on: Self.number(of: condition), label)
    }

    mutating func spend(_ instructions: Int, thenJump label: CodeLabel) {
        spendForCall(instructions)
        jump(on: Self.number(of: .greater), label)
    }

    mutating func call(_ label: CodeLabel) {
        buffer.append(0xE8)
        emitDistance(to: label)
    }

    mutating func beginFunction(refuel: CodeLabel) {
        jump(on: Self.number(of: .lessOrEqual), refuel)
    }

    func finish() -> [UInt8]? {
        var buffer = buffer
        for reference in buffer.references {
            // Distances count from behind their four bytes. Code is far shorter than 2 GB.
            guard let target = buffer.position(of: reference.label) else { return nil }
            buffer.replace32(
                at: reference.position, by: UInt32(truncatingIfNeeded: target - reference.position - 4))
        }
        return buffer.bytes
    }
}
