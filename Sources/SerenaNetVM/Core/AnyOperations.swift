// Values of type `any`: boxes that say what they hold.

import SerenaNetBytecode

/// What a box for `any` holds. The null pointer is null.
enum AnyKind: UInt64 {
    /// From 1, so that memory that was never written is no kind.
    case int = 1
    case float, bool, text
    /// A list or a map of `any`.
    case list, map
}

extension Machine {
    /// Bytes of a box: its kind and its slot.
    private static let anySize = 16

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

    // MARK: Boxing

    func makeAny(_ kind: AnyKind, _ slot: UInt64) -> UInt64? {
        guard let box = heap.allocate(Self.anySize) else {
            failure = memoryFailure
            return nil
        }
        box.set(0, kind.rawValue)
        box.set(8, slot)
        return HeapText(box).slot
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
            return anySlot(of: inner.isReference ? slot : pointer.slot(0), as: inner)
        case .list, .map:
            guard let value = passingValue(of: slot, as: type) else { return nil }
            return self.slot(of: value, as: .any)
        }
    }

    // MARK: Looking into a box

    func contents(ofAny slot: UInt64) -> (kind: AnyKind, slot: UInt64)? {
        guard let box = HeapText(slot: slot).pointer, let kind = AnyKind(rawValue: box.slot(0)) else { return nil }
        return (kind, box.slot(8))
    }

    /// What a box holds as an optional of `type`: 0 when it holds something else. Nil, with the failure set, when there is
    /// no memory.
    func optionalSlot(ofAny slot: UInt64, as type: ValueType) -> UInt64? {
        guard let (kind, held) = contents(ofAny: slot) else { return 0 }
        switch (kind, type) {
        case (.int, .int), (.float, .float), (.bool, .bool): return makeBox(held).map { HeapText($0).slot }
        case (.int, .float):
            return makeBox(Double(Int64(bitPattern: held)).bitPattern).map { HeapText($0).slot }
        case (.text, .string): return held == 0 ? HeapText(program.emptyText).slot : held
        case (.list, .list(.any)) where held != 0, (.map, .map(.any)) where held != 0: return held
        case (.list, .list), (.map, .map):
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
