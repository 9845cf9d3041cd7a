// arm64: integers, memory and jumps. Encodings after the Arm Architecture Reference Manual for A-profile, chapter C6.
//
//   x9 x10 x11    scratch                       x19   base of the frame
//   x16 x17       within one operation          x20   MachineCodeState
//   x0–x7         pins, as x12–x15              x21   fuel
//
// A function keeps the address to return to on the stack from its first instruction on.

import SerenaNetBytecode

struct ARMAssembler: CodeAssembler {
    var buffer = CodeBuffer()

    static let scratch0 = IntegerRegister(9)
    static let scratch1 = IntegerRegister(10)
    static let scratch2 = IntegerRegister(11)
    static let floatScratch0 = FloatRegister(0)
    static let floatScratch1 = FloatRegister(1)
    static let pins = [0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15].map { IntegerRegister($0) }
    /// Not v8 to v15, which belong to the caller.
    static let floatPins = ([4, 5, 6, 7] + (16...31)).map { FloatRegister(UInt8($0)) }
    static let bytesPerCall = 16

    static let base: UInt8 = 19
    static let state: UInt8 = 20
    static let fuel: UInt8 = 21
    static let temporary: UInt8 = 16
    static let otherTemporary: UInt8 = 17
    static let link: UInt8 = 30
    /// The stack pointer or zero, as the instruction goes.
    static let stackOrZero: UInt8 = 31

    /// Conditions by their numbers in instructions.
    enum Condition: UInt32 {
        case equal = 0, notEqual, aboveOrEqual, below, negative, notNegative, overflow, noOverflow, above, belowOrEqual
        case greaterOrEqual, less, greater, lessOrEqual

        init(_ condition: IntegerCondition) {
            switch condition {
            case .equal: self = .equal
            case .notEqual: self = .notEqual
            case .less: self = .less
            case .lessOrEqual: self = .lessOrEqual
            case .greater: self = .greater
            case .greaterOrEqual: self = .greaterOrEqual
            }
        }
    }

    // MARK: Forms of instructions

    /// The forms in which a distance stands in an instruction.
    enum Form: UInt8 {
        /// 26 bits from bit 0.
        case far
        /// 19 bits from bit 5.
        case near
        /// The address itself, in two parts.
        case address
    }

    mutating func emit(_ word: UInt32) { buffer.append32(word) }

    /// Three registers: the first at bit 0, the second at bit 5, the third at bit 16.
    mutating func emit(_ word: UInt32, _ first: UInt8, _ second: UInt8 = 0, _ third: UInt8 = 0) {
        emit(word | UInt32(third) << 16 | UInt32(second) << 5 | UInt32(first))
    }

    mutating func emit(_ word: UInt32, to label: CodeLabel, _ form: Form) {
        buffer.refer(to: label, form: form.rawValue)
        emit(word)
    }

    mutating func jump(on condition: Condition, _ label: CodeLabel) {
        emit(0x5400_0000 | condition.rawValue, to: label, .near)
    }

    /// A load or store of 64 bits, general or floating-point: in the form with a scaled offset, in that with a short one of either
    /// sign, else with the offset in a register.
    mutating func transfer(
        _ register: UInt8, at address: UInt8, _ offset: Int, isLoad: Bool, isFloat: Bool = false
    ) {
        let kind: UInt32 = (isLoad ? 0x40_0000 : 0) | (isFloat ? 0x0400_0000 : 0)
        if offset >= 0, offset % 8 == 0, offset < 32_768 {
            emit(0xF900_0000 | kind | UInt32(offset / 8) << 10, register, address)
        } else if (-256...255).contains(offset) {
            emit(0xF800_0000 | kind | (UInt32(truncatingIfNeeded: offset) & 0x1FF) << 12, register, address)
        } else {
            constant(IntegerRegister(Self.otherTemporary), UInt64(bitPattern: Int64(offset)))
            emit(0xF820_6800 | kind, register, address, Self.otherTemporary)
        }
    }

    /// A sum or difference with a number: `to` ← `from` + `number`; with flags if asked for.
    mutating func addNumber(_ to: UInt8, _ from: UInt8, _ number: Int, setsFlags: Bool = false) {
        let flags: UInt32 = setsFlags ? 0x2000_0000 : 0
        let magnitude = number.magnitude
        if magnitude < 4_096 {
            emit((number < 0 ? 0xD100_0000 : 0x9100_0000) | flags | UInt32(magnitude) << 10, to, from)
        } else {
            constant(IntegerRegister(Self.otherTemporary), UInt64(magnitude))
            emit((number < 0 ? 0xCB00_0000 : 0x8B00_0000) | flags, to, from, Self.otherTemporary)
        }
    }

    mutating func compare(_ left: UInt8, _ right: UInt8) { emit(0xEB00_0000, Self.stackOrZero, left, right) }

    /// `to` ← stack pointer.
    mutating func moveFromStack(_ to: UInt8) { emit(0x9100_0000, to, Self.stackOrZero) }

    // MARK: Moving

    mutating func load(_ to: IntegerRegister, slot: Int) {
        transfer(to.number, at: Self.base, slot, isLoad: true)
    }

    mutating func store(_ from: IntegerRegister, slot: Int) {
        transfer(from.number, at: Self.base, slot, isLoad: false)
    }

    mutating func move(_ to: IntegerRegister, _ from: IntegerRegister) {
        if to != from { emit(0xAA00_03E0, to.number, 0, from.number) }
    }

    mutating func constant(_ to: IntegerRegister, _ value: UInt64) {
        // The first part sets all others to zeros, or to ones where that leaves fewer to be set.
        let parts = (0..<4).map { UInt16(truncatingIfNeeded: value >> (16 * UInt64($0))) }
        let isInverted = parts.filter { $0 == .max }.count > parts.filter { $0 == 0 }.count
        let rest: UInt16 = isInverted ? .max : 0
        let first = parts.firstIndex { $0 != rest } ?? 0
        for (place, part) in parts.enumerated() where part != rest || place == first {
            let opcode: UInt32 = place == first ? (isInverted ? 0x9280_0000 : 0xD280_0000) : 0xF280_0000
            let bits = UInt32(place == first && isInverted ? ~part : part)
            emit(opcode | UInt32(place) << 21 | bits << 5, to.number)
        }
    }

    // MARK: Integers

    mutating func add(_ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, overflow: CodeLabel) {
        emit(0xAB00_0000, to.number, left.number, right.number)
        jump(on: .overflow, overflow)
    }

    mutating func subtract(
        _ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, overflow: CodeLabel
    ) {
        emit(0xEB00_0000, to.number, left.number, right.number)
        jump(on: .overflow, overflow)
    }

    mutating func multiply(
        _ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, overflow: CodeLabel
    ) {
        // smulh, mul; the upper half must be the sign of the lower.
        emit(0x9B40_7C00, Self.temporary, left.number, right.number)
        emit(0x9B00_7C00, to.number, left.number, right.number)
        emit(0xEB80_FC00, Self.stackOrZero, Self.temporary, to.number)
        jump(on: .notEqual, overflow)
    }

    mutating func add(_ to: IntegerRegister, _ left: IntegerRegister, immediate: Int32, overflow: CodeLabel?) {
        addNumber(to.number, left.number, Int(immediate), setsFlags: overflow != nil)
        if let overflow { jump(on: .overflow, overflow) }
    }

    mutating func negate(_ to: IntegerRegister, _ from: IntegerRegister, overflow: CodeLabel) {
        emit(0xEB00_0000, to.number, Self.stackOrZero, from.number)
        jump(on: .overflow, overflow)
    }

    mutating func divide(_ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, refuse: CodeLabel) {
        refuseDivisor(right, refuse)
        emit(0x9AC0_0C00, to.number, left.number, right.number)
    }

    mutating func remainder(
        _ to: IntegerRegister, _ left: IntegerRegister, _ right: IntegerRegister, refuse: CodeLabel
    ) {
        refuseDivisor(right, refuse)
        let end = buffer.makeLabel()
        // sdiv, msub
        emit(0x9AC0_0C00, Self.temporary, left.number, right.number)
        emit(0x9B00_8000 | UInt32(left.number) << 10, Self.temporary, Self.temporary, right.number)
        // The remainder has the sign of the dividend; where that is not the divisor's, the divisor is added.
        emit(0xB400_0000 | UInt32(Self.temporary), to: end, .near)
        emit(0xCA00_0000, Self.otherTemporary, Self.temporary, right.number)
        addNumber(Self.stackOrZero, Self.otherTemporary, 0, setsFlags: true)
        jump(on: .notNegative, end)
        emit(0x8B00_0000, Self.temporary, Self.temporary, right.number)
        buffer.bind(end)
        move(to, IntegerRegister(Self.temporary))
    }

    /// −1 and 0 become 0 and 1.
    private mutating func refuseDivisor(_ divisor: IntegerRegister, _ refuse: CodeLabel) {
        addNumber(Self.temporary, divisor.number, 1)
        emit(0xF100_0400, Self.stackOrZero, Self.temporary)
        jump(on: .belowOrEqual, refuse)
    }

    mutating func flip(_ to: IntegerRegister, _ from: IntegerRegister) {
        emit(0xD240_0000, to.number, from.number)
    }

    mutating func setBits(_ to: IntegerRegister, _ from: IntegerRegister, _ bits: UInt8) {
        constant(IntegerRegister(Self.temporary), UInt64(bits))
        emit(0xAA00_0000, to.number, from.number, Self.temporary)
    }

    mutating func set(
        _ to: IntegerRegister, _ left: IntegerRegister, _ condition: IntegerCondition, _ right: IntegerRegister
    ) {
        compare(left.number, right.number)
        set(to, Condition(condition))
    }

    /// cset: csinc of zero on the opposite condition, which differs in the lowest bit.
    mutating func set(_ to: IntegerRegister, _ condition: Condition) {
        emit(0x9A9F_07E0 | (condition.rawValue ^ 1) << 12, to.number)
    }

    // MARK: Objects

    mutating func load(_ to: IntegerRegister, field: Int, of object: IntegerRegister) {
        transfer(to.number, at: object.number, field, isLoad: true)
    }

    mutating func store(_ from: IntegerRegister, field: Int, of object: IntegerRegister) {
        transfer(from.number, at: object.number, field, isLoad: false)
    }

    mutating func load(_ to: IntegerRegister, element: IntegerRegister, of list: IntegerRegister) {
        transfer(Self.temporary, at: list.number, HeapList.elementsOffset, isLoad: true)
        emit(0xF860_7800, to.number, Self.temporary, element.number)
    }

    mutating func store(_ from: IntegerRegister, element: IntegerRegister, of list: IntegerRegister) {
        transfer(Self.temporary, at: list.number, HeapList.elementsOffset, isLoad: true)
        emit(0xF820_7800, from.number, Self.temporary, element.number)
    }

    mutating func load(_ to: FloatRegister, element: IntegerRegister, of list: IntegerRegister) {
        transfer(Self.temporary, at: list.number, HeapList.elementsOffset, isLoad: true)
        emit(0xFC60_7800, to.number, Self.temporary, element.number)
    }

    mutating func jump(
        ifOutside index: IntegerRegister, field: Int, of object: IntegerRegister, to label: CodeLabel
    ) {
        transfer(Self.temporary, at: object.number, field, isLoad: true)
        compare(index.number, Self.temporary)
        jump(on: .aboveOrEqual, label)
    }

    // MARK: Jumps

    mutating func jump(_ label: CodeLabel) { emit(0x1400_0000, to: label, .far) }

    mutating func jump(
        if left: IntegerRegister, _ condition: IntegerCondition, _ right: IntegerRegister, to label: CodeLabel
    ) {
        compare(left.number, right.number)
        jump(on: Condition(condition), label)
    }

    mutating func jump(
        if left: IntegerRegister, _ condition: IntegerCondition, immediate: Int32, to label: CodeLabel
    ) {
        addNumber(Self.stackOrZero, left.number, -Int(immediate), setsFlags: true)
        jump(on: Condition(condition), label)
    }

    func finish() -> [UInt8]? {
        var buffer = buffer
        for reference in buffer.references {
            guard let target = buffer.position(of: reference.label) else { return nil }
            let distance = target - reference.position
            var word = buffer.word32(at: reference.position)
            switch Form(rawValue: reference.form) {
            case .far: word |= UInt32(truncatingIfNeeded: distance >> 2) & 0x3FF_FFFF
            case .near, .address, nil:
                guard (-0x10_0000..<0x10_0000).contains(distance) else { return nil }
                word |= (UInt32(truncatingIfNeeded: distance >> 2) & 0x7_FFFF) << 5
            }
            buffer.replace32(at: reference.position, by: word)
        }
        return buffer.bytes
    }
}
