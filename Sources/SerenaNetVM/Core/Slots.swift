// Reading operands out of an instruction and values out of registers.

extension UnsafeRawPointer {
    /// The operands of the instruction at this address: byte offsets of registers, or plain numbers.
    @inline(__always) var a: Int { Int(load(fromByteOffset: 2, as: UInt16.self)) }
    @inline(__always) var b: Int { Int(load(fromByteOffset: 4, as: UInt16.self)) }
    @inline(__always) var c: Int { Int(load(fromByteOffset: 6, as: UInt16.self)) }
    /// What stands behind the opcode, see ``CodeEncoder``.
    @inline(__always) var detail: UInt8 { load(fromByteOffset: 1, as: UInt8.self) }
    @inline(__always) var signedA: Int { Int(load(fromByteOffset: 2, as: Int16.self)) }
    @inline(__always) var signedB: Int { Int(load(fromByteOffset: 4, as: Int16.self)) }
    @inline(__always) var signedC: Int { Int(load(fromByteOffset: 6, as: Int16.self)) }

    /// The byte offset of the argument register at `index` of the instruction at this address.
    @inline(__always) func argument(_ index: Int) -> Int {
        Int(load(fromByteOffset: 8 &+ index &* 2, as: UInt16.self))
    }

    /// The same as a distance: the jump of an instruction with more than three operands.
    @inline(__always) func distance(_ index: Int) -> Int {
        Int(load(fromByteOffset: 8 &+ index &* 2, as: Int16.self))
    }
}

extension UnsafeMutableRawPointer {
    // Slots are 8 bytes without a tag: an integer, the bits of a float, 0 or 1 for a bool, or the address of an object.
    @inline(__always) func slot(_ offset: Int) -> UInt64 {
        load(fromByteOffset: offset, as: UInt64.self)
    }
    @inline(__always) func int(_ offset: Int) -> Int64 {
        load(fromByteOffset: offset, as: Int64.self)
    }
    @inline(__always) func float(_ offset: Int) -> Double {
        load(fromByteOffset: offset, as: Double.self)
    }

    @inline(__always) func pointer(_ offset: Int) -> UnsafeMutableRawPointer? {
        load(fromByteOffset: offset, as: UnsafeMutableRawPointer?.self)
    }

    @inline(__always) func list(_ offset: Int) -> HeapList? { pointer(offset).map(HeapList.init) }
    @inline(__always) func map(_ offset: Int) -> HeapMap? { pointer(offset).map(HeapMap.init) }
    @inline(__always) func intMap(_ offset: Int) -> HeapIntMap? { pointer(offset).map(HeapIntMap.init) }
    @inline(__always) func text(_ offset: Int) -> HeapText { HeapText(pointer(offset)) }

    @inline(__always) func set(_ offset: Int, _ value: UInt64) {
        storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
    }
    @inline(__always) func set(_ offset: Int, _ value: Int64) {
        storeBytes(of: value, toByteOffset: offset, as: Int64.self)
    }
    @inline(__always) func set(_ offset: Int, _ value: Double) {
        storeBytes(of: value, toByteOffset: offset, as: Double.self)
    }
    @inline(__always) func set(_ offset: Int, _ value: Bool) { set(offset, value ? 1 as Int64 : 0) }
}
