// arm64: floats, fuel, calls, and the way in and out.

import SerenaNetBytecode

extension ARMAssembler {
    // MARK: Floats

    mutating func load(_ to: FloatRegister, slot: Int) {
        transfer(to.number, at: Self.base, slot, isLoad: true, isFloat: true)
    }

    mutating func store(_ from: FloatRegister, slot: Int) {
        transfer(from.number, at: Self.base, slot, isLoad: false, isFloat: true)
    }

    mutating func move(_ to: FloatRegister, _ from: FloatRegister) {
        if to != from { emit(0x1E60_4000, to.number, from.number) }
    }

    mutating func moveBits(_ to: IntegerRegister, _ from: FloatRegister) { emit(0x9E66_0000, to.number, from.number) }
    mutating func moveBits(_ to: FloatRegister, _ from: IntegerRegister) { emit(0x9E67_0000, to.number, from.number) }

    mutating func perform(
        _ operation: FloatOperation, _ to: FloatRegister, _ left: FloatRegister, _ right: FloatRegister
    ) {
        let word: UInt32 =
            switch operation {
            case .add: 0x1E60_2800
            case .subtract: 0x1E60_3800
            case .multiply: 0x1E60_0800
            case .divide: 0x1E60_1800
            }
        emit(word, to.number, left.number, right.number)
    }

    mutating func negate(_ to: FloatRegister, _ from: FloatRegister) { emit(0x1E61_4000, to.number, from.number) }
    mutating func convert(_ to: FloatRegister, _ from: IntegerRegister) { emit(0x9E62_0000, to.number, from.number) }

    /// After fcmp of what is no number, carry and overflow are set: `negative` and `belowOrEqual` are false then.
    private static func condition(of relation: Relation) -> Condition {
        switch relation {
        case .less: .negative
        case .equal: .equal
        case .lessOrEqual: .belowOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .notEqual: .notEqual
        case .notLess: .notNegative
        case .notLessOrEqual: .above
        }
    }

    mutating func set(_ to: IntegerRegister, _ left: FloatRegister, _ relation: Relation, _ right: FloatRegister) {
        emit(0x1E60_2000, 0, left.number, right.number)
        set(to, Self.condition(of: relation))
    }

    mutating func jump(if left: FloatRegister, _ relation: Relation, _ right: FloatRegister, to label: CodeLabel) {
        emit(0x1E60_2000, 0, left.number, right.number)
        jump(on: Self.condition(of: relation), label)
    }

    // MARK: Fuel

    mutating func spend(_ instructions: Int) {
        if instructions > 0 { addNumber(Self.fuel, Self.fuel, -instructions) }
    }

    mutating func spend(_ instructions: Int, thenJump label: CodeLabel) {
        spendForCall(instructions)
        jump(on: .greater, label)
    }

    mutating func spendForCall(_ instructions: Int) {
        addNumber(Self.fuel, Self.fuel, -instructions, setsFlags: true)
    }

    // MARK: Calls

    mutating func requireRoom(_ frameEnd: Int, refuse: CodeLabel) {
        addNumber(Self.temporary, Self.base, frameEnd)
        transfer(Self.otherTemporary, at: Self.state, MachineCodeState.stackEnd, isLoad: true)
        compare(Self.temporary, Self.otherTemporary)
        jump(on: .above, refuse)
        moveFromStack(Self.temporary)
        transfer(Self.otherTemporary, at: Self.state, MachineCodeState.stackLimit, isLoad: true)
        compare(Self.temporary, Self.otherTemporary)
        jump(on: .belowOrEqual, refuse)
    }

    mutating func clear(slots: Range<Int>) {
        if slots.count <= 12 {
            for slot in slots { transfer(Self.stackOrZero, at: Self.base, slot * 8, isLoad: false) }
            return
        }
        // From the last to the first.
        constant(Self.scratch0, UInt64(slots.count))
        let again = buffer.makeLabel()
        addNumber(Self.scratch2.number, Self.base, slots.lowerBound * 8 - 8)
        buffer.bind(again)
        emit(0xF820_7800, Self.stackOrZero, Self.scratch2.number, Self.scratch0.number)
        addNumber(Self.scratch0.number, Self.scratch0.number, -1, setsFlags: true)
        jump(on: .notEqual, again)
    }

    mutating func link(at offset: Int, returnAddress: UInt64, frameSize: Int, result: Int) {
        let register = IntegerRegister(Self.temporary)
        constant(register, returnAddress)
        store(register, slot: offset - 16)
        constant(register, UInt64(frameSize) | UInt64(result) << 32)
        store(register, slot: offset - 8)
    }

    mutating func moveBase(_ bytes: Int) { addNumber(Self.base, Self.base, bytes) }

    mutating func call(_ label: CodeLabel) { emit(0x9400_0000, to: label, .far) }

    mutating func `return`() {
        // ldr x30, [sp], 16; ret
        emit(0xF841_07E0, Self.link)
        emit(0xD65F_03C0)
    }

    mutating func beginFunction(refuel: CodeLabel) {
        pushLink()
        jump(on: .lessOrEqual, refuel)
    }

    /// str x30, [sp, −16]!
    private mutating func pushLink() { emit(0xF81F_0FE0, Self.link) }

    mutating func callSlowly(_ instruction: UInt64, _ entrances: CodeEntrances) {
        constant(IntegerRegister(1), instruction)
        call(entrances.slow)
    }

    mutating func callForFuel(_ entrances: CodeEntrances) { call(entrances.refuel) }

    mutating func keepResult() {
        let (size, place) = (Self.scratch1, Self.scratch2)
        transfer(place.number, at: Self.base, -8, isLoad: true)
        // mov w, w leaves the lower half; lsr 32 the upper.
        emit(0x2A00_03E0, size.number, 0, place.number)
        emit(0xD360_FC00, place.number, place.number)
        emit(0xCB00_0000, size.number, Self.base, size.number)
        emit(0xF860_6800, Self.scratch0.number, size.number, place.number)
    }

    // MARK: In and out

    /// x29 to x22 and their neighbours are the caller's; x22 only makes the pair full.
    private static let preserved: [(UInt8, UInt8)] = [(29, 30), (19, 20), (21, 22)]

    mutating func emit(_ entrances: CodeEntrances) {
        let (leave, stop) = (buffer.makeLabel(), buffer.makeLabel())
        emitEntry(entrances, leave: leave)
        emitExit(entrances, leave: leave, stop: stop)
        buffer.bind(entrances.slow)
        pushLink()
        move(IntegerRegister(2), IntegerRegister(Self.base))
        callMachine(MachineCodeState.slow)
        move(Self.scratch0, IntegerRegister(0))
        `return`()
        buffer.bind(entrances.refuel)
        pushLink()
        storePlace()
        transfer(Self.base, at: Self.state, MachineCodeState.base, isLoad: false)
        transfer(Self.fuel, at: Self.state, MachineCodeState.fuel, isLoad: false)
        move(IntegerRegister(1), IntegerRegister(Self.state))
        callMachine(MachineCodeState.refuel)
        transfer(Self.fuel, at: Self.state, MachineCodeState.fuel, isLoad: true)
        // ldr x30, [sp], 16
        emit(0xF841_07E0, Self.link)
        // cbnz x0
        emit(0xB500_0000, to: stop, .near)
        emit(0xD65F_03C0)
    }

    private mutating func callMachine(_ function: Int) {
        transfer(0, at: Self.state, MachineCodeState.machine, isLoad: true)
        transfer(Self.temporary, at: Self.state, function, isLoad: true)
        // blr
        emit(0xD63F_0000, 0, Self.temporary)
    }

    /// The instruction's address and the size of the frame, from scratch 0 and 2.
    private mutating func storePlace() {
        transfer(Self.temporary, at: Self.state, MachineCodeState.code, isLoad: true)
        emit(0x8B00_0000, Self.scratch0.number, Self.scratch0.number, Self.temporary)
        transfer(Self.scratch0.number, at: Self.state, MachineCodeState.pc, isLoad: false)
        transfer(Self.scratch2.number, at: Self.state, MachineCodeState.frameSize, isLoad: false)
    }

    private mutating func emitEntry(_ entrances: CodeEntrances, leave: CodeLabel) {
        buffer.bind(entrances.enter)
        for (first, second) in Self.preserved { emit(0xA9BF_03E0 | UInt32(second) << 10, first) }
        move(IntegerRegister(Self.state), IntegerRegister(0))
        transfer(Self.base, at: Self.state, MachineCodeState.base, isLoad: true)
        transfer(Self.fuel, at: Self.state, MachineCodeState.fuel, isLoad: true)
        moveFromStack(Self.temporary)
        transfer(Self.temporary, at: Self.state, MachineCodeState.entryStack, isLoad: false)
        transfer(Self.otherTemporary, at: Self.state, MachineCodeState.stackAllowance, isLoad: true)
        emit(0xCB00_0000, Self.temporary, Self.temporary, Self.otherTemporary)
        addNumber(Self.temporary, Self.temporary, -Self.bytesPerCall)
        transfer(Self.temporary, at: Self.state, MachineCodeState.stackLimit, isLoad: false)
        // adr x30, returned: the way in goes to the middle of a function, behind the place where it would keep the address.
        let returned = buffer.makeLabel()
        emit(0x1000_0000 | UInt32(Self.link), to: returned, .address)
        pushLink()
        // br x1
        emit(0xD61F_0000, 0, 1)
        buffer.bind(returned)
        // The first function has returned. What the caller's frame is, the header tells.
        transfer(Self.scratch1.number, at: Self.base, -16, isLoad: true)
        transfer(Self.scratch2.number, at: Self.base, -8, isLoad: true)
        emit(0x2A00_03E0, Self.temporary, 0, Self.scratch2.number)
        emit(0xCB00_0000, Self.base, Self.base, Self.temporary)
        emit(0xD360_FC00, Self.scratch2.number, Self.scratch2.number)
        emit(0xF820_6800, Self.scratch0.number, Self.base, Self.scratch2.number)
        transfer(Self.scratch1.number, at: Self.state, MachineCodeState.pc, isLoad: false)
        transfer(Self.temporary, at: Self.state, MachineCodeState.frameSize, isLoad: false)
        transfer(Self.temporary, at: Self.state, MachineCodeState.depth, isLoad: true)
        addNumber(Self.temporary, Self.temporary, -1)
        transfer(Self.temporary, at: Self.state, MachineCodeState.depth, isLoad: false)
        constant(IntegerRegister(0), UInt64(MachineCodeEnd.returned.rawValue))
        jump(leave)
    }

    private mutating func emitExit(_ entrances: CodeEntrances, leave: CodeLabel, stop: CodeLabel) {
        buffer.bind(entrances.exit)
        storePlace()
        move(IntegerRegister(0), Self.scratch1)
        buffer.bind(stop)
        // How many calls are open, the thread's stack tells.
        transfer(Self.temporary, at: Self.state, MachineCodeState.entryStack, isLoad: true)
        moveFromStack(Self.otherTemporary)
        emit(0xCB00_0000, Self.temporary, Self.temporary, Self.otherTemporary)
        addNumber(Self.temporary, Self.temporary, -Self.bytesPerCall)
        emit(0xD344_FC00, Self.temporary, Self.temporary)
        transfer(Self.otherTemporary, at: Self.state, MachineCodeState.depth, isLoad: true)
        emit(0x8B00_0000, Self.otherTemporary, Self.otherTemporary, Self.temporary)
        transfer(Self.otherTemporary, at: Self.state, MachineCodeState.depth, isLoad: false)
        buffer.bind(leave)
        transfer(Self.base, at: Self.state, MachineCodeState.base, isLoad: false)
        transfer(Self.fuel, at: Self.state, MachineCodeState.fuel, isLoad: false)
        transfer(Self.temporary, at: Self.state, MachineCodeState.entryStack, isLoad: true)
        // mov sp, x16
        emit(0x9100_0000, Self.stackOrZero, Self.temporary)
        for (first, second) in Self.preserved.reversed() { emit(0xA8C1_03E0 | UInt32(second) << 10, first) }
        emit(0xD65F_03C0)
    }
}
