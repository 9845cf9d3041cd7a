// Values of type `any`: slots whose lowest bits say what they hold.

import SerenaNetBytecode

/// What a value of type `any` is, if it is not null.
enum AnyKind {
    case int, float, bool, text
    /// A list or a map of `any`.
    case list, map
}

extension Machine {
    func box(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        guard let any = anySlot(of: base.slot(pc.b), as: program.types[pc.c]) else { return false }
        base.set(pc.a, any)
        return true
    }

    func cast(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer) -> Bool {
        guard let slot = optionalSlot(ofAny: base.slot(pc.b), as: program.types[pc.c]) else { return false }
        base.set(pc.a, slot)
        return true
    }

    /// The object in a slot of `any` if it has this tag, as an optional; else null.
    @inline(__always) func untagged(_ slot: UInt64, _ tag: UInt64) -> UInt64 {
        guard slot & ReferenceTag.mask == tag else { return 0 }
        return slot == ReferenceTag.text ? HeapText(program.emptyText).slot : slot & ~ReferenceTag.mask
    }

    // MARK: Boxing

    /// A slot with the tag of its kind, see ``ReferenceTag``. Floats, and ints of more than 60 bits, are boxed.
    func makeAny(_ kind: AnyKind, _ slot: UInt64) -> UInt64? {
        switch kind {
        case .int:
            let small = slot << 4
            if Int64(bitPattern: small) >> 4 == Int64(bitPattern: slot) { return small | ReferenceTag.smallInt }
            return makeBox(slot).map { HeapText($0).slot | ReferenceTag.int }
        case .float: return makeBox(slot).map { HeapText($0).slot | ReferenceTag.float }
        case .bool: return slot << 4 | ReferenceTag.bool
        case .text: return slot | ReferenceTag.text
        case .list: return slot | ReferenceTag.list
        case .map: return slot | ReferenceTag.map
        }
    }

    /// A slot of `type` as one of `any`; nil, with the failure set, when there is no memory.
    func anySlot(of slot: UInt64, as type: ValueType) -> UInt64? {
        switch type {
        case .any: return slot
        case .int: return makeAny(.int, slot)
        case .float: return makeAny(.float, slot)
        case .bool: return makeAny(.bool, slot)
        case .string: return makeAny(.text, slot)
        case .list(.any): return makeAny(.list, slot)
        case .map(.any): return makeAny(.map, slot)
        case .optional(let inner):
            guard let pointer = HeapText(slot: slot).pointer else { return 0 }
            return anySlot(of: inner.isReference ? slot : pointer.slot(8), as: inner)
        case .list, .map, .intMap:
            guard let value = passingValue(of: slot, as: type) else { return nil }
            return self.slot(of: value, as: .any)
        }
    }

    // MARK: Looking at what it is

    func contents(ofAny slot: UInt64) -> (kind: AnyKind, slot: UInt64)? {
        let held = slot & ~ReferenceTag.mask
        switch slot & ReferenceTag.mask {
        case ReferenceTag.smallInt: return (.int, UInt64(bitPattern: Int64(bitPattern: slot) >> 4))
        case ReferenceTag.bool: return (.bool, slot >> 4)
        case ReferenceTag.int: return (.int, HeapText(slot: held).pointer?.slot(8) ?? 0)
        case ReferenceTag.float: return (.float, HeapText(slot: held).pointer?.slot(8) ?? 0)
        case ReferenceTag.text: return (.text, held)
        case ReferenceTag.list: return (.list, held)
        case ReferenceTag.map: return (.map, held)
        default: return nil
        }
    }

    /// What a slot of `any` holds as an optional of `type`: 0 when it holds something else. Nil, with the failure set, when there is
    /// no memory.
    func optionalSlot(ofAny slot: UInt64, as type: ValueType) -> UInt64? {
        guard let (kind, held) = contents(ofAny: slot) else { return 0 }
        switch (kind, type) {
        case (.int, .int), (.float, .float), (.bool, .bool): return makeBox(held).map { HeapText($0).slot }
        case (.int, .float):
            return makeBox(Double(Int64(bitPattern: held)).bitPattern).map { HeapText($0).slot }
        case (.text, .string): return held == 0 ? HeapText(program.emptyText).slot : held
        case (.list, .list(.any)) where held != 0, (.map, .map(.any)) where held != 0: return held
        case (.list, .list), (.map, .map), (.map, .intMap):
            guard let value = passingValue(of: slot, as: .any) else { return nil }
            guard let converted = value.converted(to: type) else { return 0 }
            return self.slot(of: converted, as: type)
        default: return 0
        }
    }

    /// A value from outside as a slot of `any`; nil, with the failure set, when there is no memory.
    func anySlot(of value: VMValue, depth: Int) -> UInt64? {
        switch value {
        case .null: return 0
        case .int(let number): return makeAny(.int, UInt64(bitPattern: number))
        case .float(let number): return makeAny(.float, number.bitPattern)
        case .bool(let flag): return makeAny(.bool, flag ? 1 : 0)
        case .string(let text): return makeText(text).flatMap { makeAny(.text, $0.slot) }
        case .list: return slot(of: value, as: .list(.any), depth: depth).flatMap { makeAny(.list, $0) }
        case .map: return slot(of: value, as: .map(.any), depth: depth).flatMap { makeAny(.map, $0) }
        }
    }

    /// A slot of `any` as a value for the outside; nil, with the failure set, when it is too large or too deep.
    func value(ofAny slot: UInt64, depth: Int) -> VMValue? {
        guard let (kind, held) = contents(ofAny: slot) else { return .null }
        let type: ValueType =
            switch kind {
            case .int: .int
            case .float: .float
            case .bool: .bool
            case .text: .string
            case .list: .list(.any)
            case .map: .map(.any)
            }
        return value(of: held, as: type, depth: depth)
    }
}
