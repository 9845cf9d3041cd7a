// x86-64: floats, fuel, calls, and the way in and out.

import SerenaNetBytecode

extension X86Assembler {
    // MARK: Floats

    /// An instruction with a prefix and two registers; `isWide` where one of them is a general one of 64 bits.
    private mutating func emit(
        prefix: UInt8, _ opcode: UInt8, _ register: UInt8, _ other: UInt8, isWide: Bool = false
    ) {
        buffer.append(prefix)
        let extensions = (isWide ? 8 : 0) | (register >> 3) << 2 | other >> 3
        if extensions != 0 { buffer.append(0x40 | extensions) }
        buffer.append(0x0F)
        buffer.append(opcode)
        buffer.append(0xC0 | (register & 7) << 3 | other & 7)
    }

    private mutating func emit(floatMove opcode: UInt8, _ register: UInt8, at address: UInt8, _ offset: Int) {
        buffer.append(0xF2)
        let extensions = (register >> 3) << 2 | address >> 3
        if extensions != 0 { buffer.append(0x40 | extensions) }
        buffer.append(0x0F)
        buffer.append(opcode)
        emitMemory(register, at: address, offset)
    }

    mutating func load(_ to: FloatRegister, slot: Int) { emit(floatMove: 0x10, to.number, at: Self.base, slot) }
    mutating func store(_ from: FloatRegister, slot: Int) { emit(floatMove: 0x11, from.number, at: Self.base, slot) }

    mutating func move(_ to: FloatRegister, _ from: FloatRegister) {
        if to != from { emit(prefix: 0x66, 0x28, to.number, from.number) }
    }

    mutating func moveBits(_ to: IntegerRegister, _ from: FloatRegister) {
        emit(prefix: 0x66, 0x7E, from.number, to.number, isWide: true)
    }

    mutating func moveBits(_ to: FloatRegister, _ from: IntegerRegister) {
        emit(prefix: 0x66, 0x6E, to.number, from.number, isWide: true)
    }

    mutating func perform(
        _ operation: FloatOperation, _ to: FloatRegister, _ left: FloatRegister, _ right: FloatRegister
    ) {
        let opcode: UInt8 =
            switch operation {
            case .add: 0x58
            case .multiply: 0x59
            case .subtract: 0x5C
            case .divide: 0x5E
            }
        // The order matters even where it should not: of two that are no numbers, the first is the result.
        let target = to == right && to != left ? Self.floatTemporary : to
        move(target, left)
        emit(prefix: 0xF2, opcode, target.number, right.number)
        move(to, target)
    }

    mutating func negate(_ to: FloatRegister, _ from: FloatRegister) {
        moveBits(IntegerRegister(Self.temporary), from)
        // btc temporary, 63
        buffer.append(0x49)
        buffer.append(0x0F)
        buffer.append(0xBA)
        buffer.append(0xF8 | Self.temporary & 7)
        buffer.append(63)
        moveBits(to, IntegerRegister(Self.temporary))
    }

    mutating func convert(_ to: FloatRegister, _ from: IntegerRegister) {
        // xorps first: the conversion writes only half of the register, and would wait for what wrote the other.
        if to.number >= 8 { buffer.append(0x45) }
        buffer.append(0x0F)
        buffer.append(0x57)
        buffer.append(0xC0 | (to.number & 7) << 3 | to.number & 7)
        emit(prefix: 0xF2, 0x2A, to.number, from.number, isWide: true)
    }

    mutating func set(_ to: IntegerRegister, _ left: FloatRegister, _ relation: Relation, _ right: FloatRegister) {
        // cmpsd leaves all bits or none; its predicates: 0 =, 1 <, 2 ≤, 4 ≠, 5 not <, 6 not ≤.
        let (predicate, isMirrored): (UInt8, Bool) =
            switch relation {
            case .equal: (0, false)
            case .less: (1, false)
            case .lessOrEqual: (2, false)
            case .greater: (1, true)
            case .greaterOrEqual: (2, true)
            case .notEqual: (4, false)
            case .notLess: (5, false)
            case .notLessOrEqual: (6, false)
            }
        move(Self.floatTemporary, isMirrored ? right : left)
        emit(prefix: 0xF2, 0xC2, Self.floatTemporary.number, isMirrored ? left.number : right.number)
        buffer.append(predicate)
        moveBits(to, Self.floatTemporary)
        emit(group: 4, to.number, immediate: 1)
    }

    mutating func load(_ to: FloatRegister, element: IntegerRegister, of list: IntegerRegister) {
        let bits = IntegerRegister(Self.temporary)
        load(bits, element: element, of: list)
        moveBits(to, bits)
    }

    mutating func jump(if left: FloatRegister, _ relation: Relation, _ right: FloatRegister, to label: CodeLabel) {
        // ucomisd of what is no number sets zero, parity and carry; `above` and `not below` are false then.
        func compare(_ first: FloatRegister, _ second: FloatRegister) {
            emit(prefix: 0x66, 0x2E, first.number, second.number)
        }
        let (below, notBelow, equal, notEqual, notAbove, above): (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) =
            (2, 3, 4, 5, 6, 7)
        let parity: UInt8 = 0xA
        switch relation {
        case .less: compare(right, left); jump(on: above, label)
        case .lessOrEqual: compare(right, left); jump(on: notBelow, label)
        case .greater: compare(left, right); jump(on: above, label)
        case .greaterOrEqual: compare(left, right); jump(on: notBelow, label)
        case .notLess: compare(right, left); jump(on: notAbove, label)
        case .notLessOrEqual: compare(right, left); jump(on: below, label)
        case .notEqual:
            compare(left, right)
            jump(on: notEqual, label)
            jump(on: parity, label)
        case .equal:
            compare(left, right)
            let end = buffer.makeLabel()
            jump(on: parity, end)
            jump(on: equal, label)
            buffer.bind(end)
        }
    }

    // MARK: Fuel

    mutating func spend(_ instructions: Int) {
        // lea leaves the flags alone.
        if instructions > 0 { emit(0x8D, Self.fuel, at: Self.fuel, -instructions) }
    }

    mutating func spendForCall(_ instructions: Int) {
        emit(group: 5, Self.fuel, immediate: Int32(truncatingIfNeeded: instructions))
    }

    // MARK: Calls

    mutating func requireRoom(_ frameEnd: Int, refuse: CodeLabel) {
        emit(0x8D, Self.temporary, at: Self.base, frameEnd)
        emit(0x3B, Self.temporary, at: Self.state, MachineCodeState.stackEnd)
        jump(on: 7, refuse)
        emit(0x3B, Self.stack, at: Self.state, MachineCodeState.stackLimit)
        jump(on: 6, refuse)
    }

    mutating func clear(slots: Range<Int>) {
        guard !slots.isEmpty else { return }
        // xor r11d, r11d
        for byte in [0x45, 0x31, 0xDB] as [UInt8] { buffer.append(byte) }
        if slots.count <= 12 {
            for slot in slots { store(IntegerRegister(Self.temporary), slot: slot * 8) }
            return
        }
        // From the last to the first, with the number of those that are left in rax.
        constant(Self.scratch0, UInt64(slots.count))
        let again = buffer.makeLabel()
        emit(0x8D, Self.rdx, at: Self.base, slots.lowerBound * 8 - 8)
        buffer.bind(again)
        emit(0x89, Self.temporary, element: Self.rax, of: Self.rdx)
        emit(group: 5, Self.rax, immediate: 1)
        jump(on: 5, again)
    }

    mutating func link(at offset: Int, returnAddress: UInt64, frameSize: Int, result: Int) {
        let register = IntegerRegister(Self.temporary)
        constant(register, returnAddress)
        store(register, slot: offset - 16)
        constant(register, UInt64(frameSize) | UInt64(result) << 32)
        store(register, slot: offset - 8)
    }

    mutating func moveBase(_ bytes: Int) {
        emit(group: 0, Self.base, immediate: Int32(truncatingIfNeeded: bytes))
    }

    mutating func `return`() {
        buffer.append(0xC3)
    }

    mutating func callSlowly(_ instruction: UInt64, _ entrances: CodeEntrances) {
        constant(IntegerRegister(6), instruction)
        call(entrances.slow)
    }

    mutating func callForFuel(_ entrances: CodeEntrances) { call(entrances.refuel) }

    mutating func keepResult() {
        // mov ecx, [base − 8]; mov edx, [base − 4]: the caller's frame size, and where the result goes.
        let (size, place): (UInt8, UInt8) = (1, 2)
        emit(0x8B, place, at: Self.base, -8)
        // mov ecx, edx; shr rdx, 32
        buffer.append(0x89)
        buffer.append(0xC0 | place << 3 | size)
        emit(0xC1, 5, place)
        buffer.append(32)
        // rax ← base − size + place, then what stands there
        emit(0x89, Self.base, Self.rax)
        emit(0x29, size, Self.rax)
        emit(0x01, place, Self.rax)
        emit(0x8B, Self.rax, at: Self.rax, 0)
    }

    // MARK: In and out

    /// rbp, rbx, r12 to r15, as they are pushed.
    private static let preserved: [UInt8] = [5, 3, 12, 13, 14, 15]
    private static let (rcx, rsi, rdi, r8): (UInt8, UInt8, UInt8, UInt8) = (1, 6, 7, 8)

    private mutating func push(_ register: UInt8, isPop: Bool = false) {
        if register >= 8 { buffer.append(0x41) }
        buffer.append((isPop ? 0x58 : 0x50) | register & 7)
    }

    mutating func emit(_ entrances: CodeEntrances) {
        let (leave, stop) = (buffer.makeLabel(), buffer.makeLabel())
        emitEntry(entrances, leave: leave)
        emitExit(entrances, leave: leave, stop: stop)
        buffer.bind(entrances.slow)
        emit(0x89, Self.base, Self.rdx)
        callMachine(MachineCodeState.slow)
        `return`()
        buffer.bind(entrances.refuel)
        emit(0x03, Self.rax, at: Self.state, MachineCodeState.code)
        emit(0x89, Self.rax, at: Self.state, MachineCodeState.pc)
        emit(0x89, Self.rdx, at: Self.state, MachineCodeState.frameSize)
        emit(0x89, Self.base, at: Self.state, MachineCodeState.base)
        emit(0x89, Self.fuel, at: Self.state, MachineCodeState.fuel)
        emit(0x89, Self.state, Self.rsi)
        callMachine(MachineCodeState.refuel)
        emit(0x8B, Self.fuel, at: Self.state, MachineCodeState.fuel)
        emit(0x85, Self.rax, Self.rax)
        let isOver = buffer.makeLabel()
        jump(on: 5, isOver)
        `return`()
        // As if nothing had been called.
        buffer.bind(isOver)
        emit(group: 0, Self.stack, immediate: 8)
        jump(stop)
    }

    /// Calls a function of the machine, which finds the stack where the conventions want it, at a multiple of 16.
    private mutating func callMachine(_ function: Int) {
        emit(0x8B, Self.rdi, at: Self.state, MachineCodeState.machine)
        emit(0x89, Self.stack, 5)
        emit(group: 4, Self.stack, immediate: -16)
        // call [state + function]
        buffer.append(0x41)
        buffer.append(0xFF)
        emitMemory(2, at: Self.state, function)
        emit(0x89, 5, Self.stack)
    }

    private mutating func emitEntry(_ entrances: CodeEntrances, leave: CodeLabel) {
        buffer.bind(entrances.enter)
        for register in Self.preserved { push(register) }
        emit(group: 5, Self.stack, immediate: 8)
        emit(0x89, Self.rdi, Self.state)
        emit(0x8B, Self.base, at: Self.state, MachineCodeState.base)
        emit(0x8B, Self.fuel, at: Self.state, MachineCodeState.fuel)
        emit(0x89, Self.stack, at: Self.state, MachineCodeState.entryStack)
        emit(0x89, Self.stack, Self.rax)
        emit(0x2B, Self.rax, at: Self.state, MachineCodeState.stackAllowance)
        emit(group: 5, Self.rax, immediate: Int32(Self.bytesPerCall))
        emit(0x89, Self.rax, at: Self.state, MachineCodeState.stackLimit)
        // call rsi
        buffer.append(0xFF)
        buffer.append(0xD0 | Self.rsi)
        // The first function has returned: its result stands in rax. What the caller's frame is, the header tells.
        emit(0x8B, Self.rcx, at: Self.base, -16)
        emit(0x8B, Self.rdx, at: Self.base, -8)
        // mov r8d, edx
        for byte in [0x41, 0x89, 0xD0] as [UInt8] { buffer.append(byte) }
        emit(0x29, Self.r8, Self.base)
        emit(0xC1, 5, Self.rdx)
        buffer.append(32)
        emit(0x01, Self.base, Self.rdx)
        emit(0x89, Self.rax, at: Self.rdx, 0)
        emit(0x89, Self.rcx, at: Self.state, MachineCodeState.pc)
        emit(0x89, Self.r8, at: Self.state, MachineCodeState.frameSize)
        // dec [state + depth]
        emit(0xFF, 1, at: Self.state, MachineCodeState.depth)
        constant(Self.scratch0, UInt64(MachineCodeEnd.returned.rawValue))
        jump(leave)
    }

    private mutating func emitExit(_ entrances: CodeEntrances, leave: CodeLabel, stop: CodeLabel) {
        buffer.bind(entrances.exit)
        emit(0x03, Self.rax, at: Self.state, MachineCodeState.code)
        emit(0x89, Self.rax, at: Self.state, MachineCodeState.pc)
        emit(0x89, Self.rdx, at: Self.state, MachineCodeState.frameSize)
        emit(0x89, Self.rcx, Self.rax)
        buffer.bind(stop)
        // How many calls are open, the thread's stack tells.
        emit(0x8B, Self.rdx, at: Self.state, MachineCodeState.entryStack)
        emit(0x29, Self.stack, Self.rdx)
        emit(group: 5, Self.rdx, immediate: Int32(Self.bytesPerCall))
        emit(0xC1, 5, Self.rdx)
        buffer.append(3)
        emit(0x01, Self.rdx, at: Self.state, MachineCodeState.depth)
        buffer.bind(leave)
        emit(0x89, Self.base, at: Self.state, MachineCodeState.base)
        emit(0x89, Self.fuel, at: Self.state, MachineCodeState.fuel)
        emit(0x8B, Self.stack, at: Self.state, MachineCodeState.entryStack)
        emit(group: 0, Self.stack, immediate: 8)
        for register in Self.preserved.reversed() { push(register, isPop: true) }
        `return`()
    }
}
