// What an object in the heap looks like: its header, and the slots that refer to it.
//
//   63                              16 15     8 7      0
//  +----------------------------------+--------+--------+
//  |        bytes, of a text          |  kind  |  mark  |    the first word of every object
//  +----------------------------------+--------+--------+
//
// An object begins at a multiple of 16, so that the lowest four bits of a slot are free for a tag.

import SerenaNetBytecode

/// What an object is: all that the collector needs to know of it.
enum ObjectKind: UInt8, CaseIterable {
    /// Immutable bytes, see ``HeapText``.
    case text = 1
    /// One number, for an optional and for values of type `any`.
    case box
    /// A ``HeapList`` whose elements are numbers and truths.
    case scalarList
    // From here on, an object refers to others.
    /// A ``HeapList`` whose elements are references.
    case referenceList
    /// A ``HeapMap``; its keys are references in any case.
    case scalarMap, referenceMap
    /// A ``HeapIntMap``; its keys are none.
    case scalarIntMap, referenceIntMap

    @inline(__always) static func of(_ header: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: header >> 8) }
}

/// The lowest byte of an object's header.
enum ObjectMark {
    /// No object: a cell that can be handed out. Its second word is the next such cell.
    static let free: UInt8 = 0
    // An object has the colour of the last collection that found it, or during which it was made.
    static let firstColour: UInt8 = 1
    static let secondColour: UInt8 = 2
    /// Belongs to the program, not to the heap, and is shared with other executions: it is never written to.
    static let permanent: UInt8 = 3
}

/// The lowest bits of a slot that is a reference. Slots of all types but `any` hold plain addresses.
///
/// An odd tag is that of a value which stands in the slot itself. What refers to an object has an even tag, so that the
/// collector finds the object without asking for the type.
enum ReferenceTag {
    static let mask: UInt64 = 15
    static let smallInt: UInt64 = 1
    static let bool: UInt64 = 3
    static let int: UInt64 = 2
    static let float: UInt64 = 4
    static let text: UInt64 = 6
    static let list: UInt64 = 8
    static let map: UInt64 = 10

    /// The tag of a value of `type` in a slot of `any`, if its slot takes nothing else on the way in or out.
    static func of(_ type: ValueType?) -> UInt64? {
        switch type {
        case .string: text
        case .list(.any): list
        case .map(.any): map
        default: nil
        }
    }

    /// The object that a reference of whatever type refers to; nil for null and for what is no object.
    @inline(__always) static func object(of slot: UInt64) -> UnsafeMutableRawPointer? {
        slot & 1 == 0 ? UnsafeMutableRawPointer(bitPattern: UInt(slot & ~mask)) : nil
    }
}

/// One number in the heap.
enum HeapBox {
    /// Where it stands, for machine code.
    static let valueOffset = 8
}

/// A list in the heap: a header that stays where it is, and a block of 8-byte slots that grows.
///
/// The elements of a short list that is made in one piece stand behind its header.
struct HeapList {
    static let headerSize = 32
    // Where the words behind the object's header stand, for machine code.
    static let elementsOffset = 8
    static let countOffset = 16
    static let capacityOffset = 24

    let pointer: UnsafeMutableRawPointer

    @inline(__always) init(_ pointer: UnsafeMutableRawPointer) {
        self.pointer = pointer
    }

    /// - Parameter inlineCapacity: for how many elements there is room behind the header.
    @inline(__always) func initialize(inlineCapacity: Int) {
        let elements = inlineCapacity == 0 ? nil : pointer + Self.headerSize
        pointer.storeBytes(of: elements, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        pointer.storeBytes(of: 0, toByteOffset: 16, as: Int.self)
        pointer.storeBytes(of: inlineCapacity, toByteOffset: 24, as: Int.self)
    }

    @inline(__always) var elements: UnsafeMutableRawPointer? {
        pointer.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self)
    }

    /// The elements, if they stand in a block of their own.
    @inline(__always) var block: UnsafeMutableRawPointer? {
        elements == pointer + Self.headerSize ? nil : elements
    }

    @inline(__always) var count: Int {
        pointer.load(fromByteOffset: 16, as: Int.self)
    }

    @inline(__always) var capacity: Int {
        pointer.load(fromByteOffset: 24, as: Int.self)
    }

    /// Whether the collector must look at the elements.
    var holdsReferences: Bool {
        ObjectKind.of(pointer.load(as: UInt64.self)) == ObjectKind.referenceList.rawValue
    }

    /// The slot at `index`, which is less than ``count``.
    @inline(__always) func slot(at index: Int) -> UInt64 {
        elements.unsafelyUnwrapped.load(fromByteOffset: index &* 8, as: UInt64.self)
    }

    /// Changes the slot at `index`, which is less than ``capacity``.
    @inline(__always) func setSlot(_ slot: UInt64, at index: Int) {
        elements.unsafelyUnwrapped.storeBytes(of: slot, toByteOffset: index &* 8, as: UInt64.self)
    }

    /// Adds a slot; ``count`` is less than ``capacity``.
    @inline(__always) func append(_ slot: UInt64) {
        let count = self.count
        setSlot(slot, at: count)
        pointer.storeBytes(of: count &+ 1, toByteOffset: 16, as: Int.self)
    }

    /// Moves `count` slots to where others stand, or those themselves; there are so many in both places.
    func moveSlots(from start: Int, to end: Int, count: Int) {
        guard let elements else { return }
        (elements + end &* 8).copyMemory(from: elements + start &* 8, byteCount: count &* 8)
    }

    /// Takes the last slot away; there is one.
    func removeLast() {
        pointer.storeBytes(of: count &- 1, toByteOffset: 16, as: Int.self)
    }

    func replaceElements(by elements: UnsafeMutableRawPointer, capacity: Int) {
        pointer.storeBytes(of: elements, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        pointer.storeBytes(of: capacity, toByteOffset: 24, as: Int.self)
    }
}

/// An immutable text in the heap or among the constants: its header, its hash once it was a key, then UTF-8. The null pointer
/// is empty text.
struct HeapText {
    static let headerSize = 16

    let pointer: UnsafeMutableRawPointer?

    @inline(__always) init(_ pointer: UnsafeMutableRawPointer?) { self.pointer = pointer }

    @inline(__always) init(slot: UInt64) { pointer = UnsafeMutableRawPointer(bitPattern: UInt(slot)) }

    @inline(__always) var slot: UInt64 { UInt64(UInt(bitPattern: pointer)) }

    @inline(__always) var count: Int { pointer.map { Int(truncatingIfNeeded: $0.load(as: UInt64.self) >> 16) } ?? 0 }

    @inline(__always) var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pointer.map { UnsafeRawPointer($0 + Self.headerSize) }, count: count)
    }

    var string: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// Never 0; computed when it is asked for the first time.
    @inline(__always) var hash: UInt64 {
        guard let pointer else { return HeapMap.hash(of: bytes) }
        let known = pointer.load(fromByteOffset: 8, as: UInt64.self)
        return known != 0 ? known : computeHash()
    }

    @inline(never) private func computeHash() -> UInt64 {
        let hash = HeapMap.hash(of: bytes)
        noteHash(hash)
        return hash
    }

    /// The hash if it was computed before.
    var knownHash: UInt64? {
        pointer.flatMap { $0.slot(8) == 0 ? nil : $0.slot(8) }
    }

    /// Keeps the hash for the next time.
    func noteHash(_ hash: UInt64) { pointer?.set(8, hash) }

    /// Writes a text of the program to `memory`, which has room for its header and content. Its hash is computed now, as it is
    /// shared and must not be written to later.
    static func writePermanent(_ bytes: UnsafeRawBufferPointer, to memory: UnsafeMutableRawPointer) {
        let header =
            UInt64(bytes.count) << 16 | UInt64(ObjectKind.text.rawValue) << 8 | UInt64(ObjectMark.permanent)
        memory.storeBytes(of: header, as: UInt64.self)
        memory.storeBytes(of: HeapMap.hash(of: bytes), toByteOffset: 8, as: UInt64.self)
        if let start = bytes.baseAddress {
            (memory + headerSize).copyMemory(from: start, byteCount: bytes.count)
        }
    }
}
