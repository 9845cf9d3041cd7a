// The memory of one execution.

/// Hands out memory to one execution, counts it against a limit, and releases all of it at the end.
///
/// Everything that a program allocates comes from here: texts, boxes and the headers of lists and maps from chunks, what
/// lists and maps hold from blocks of their own that grow. What an object is, the type of the register or element that
/// refers to it says; a box for `any` says itself what it holds. Nothing is given back before the end, except what a growing list leaves behind.
final class Heap {
    /// Bytes that may be in use at one time.
    let limit: Int
    private(set) var used = 0
    private(set) var peak = 0
    /// The request that was refused last.
    private(set) var refusal: (requested: Int, available: Int)?

    private var chunks: [UnsafeMutableRawPointer] = []
    private var cursor = 0
    private var chunkSize = 0
    /// The last list or map that was made; their headers begin alike.
    private var lists: UnsafeMutableRawPointer?

    /// What is larger gets memory of its own; the first chunk is as large.
    private static let largestSmallBlock = 16 << 10
    /// Chunks double up to this size.
    private static let largestChunk = 64 << 10

    init(limit: Int) {
        self.limit = max(0, limit)
    }

    deinit {
        var list = lists
        while let current = list {
            HeapList(current).elements?.deallocate()
            list = HeapList(current).next
        }
        for chunk in chunks { chunk.deallocate() }
    }

    /// Memory of `size` bytes, aligned to 8, with undefined content; nil when the limit would be crossed.
    func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        let size = (size + 7) & ~7
        guard reserve(size) else { return nil }
        if size > Self.largestSmallBlock {
            let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
            // Not the last: the chunk that is being filled must stay there.
            chunks.insert(block, at: max(0, chunks.count - 1))
            return block
        }
        if cursor + size > chunkSize || chunks.isEmpty { startChunk() }
        defer { cursor += size }
        return chunks[chunks.count - 1] + cursor
    }

    /// Counts `size` bytes that are kept elsewhere, such as the stack; false when the limit would be crossed.
    func reserve(_ size: Int) -> Bool {
        guard size <= limit - used else {
            refusal = (size, limit - used)
            return false
        }
        used += size
        peak = max(peak, used)
        return true
    }

    /// Counts `size` bytes as free again.
    func release(_ size: Int) {
        used -= size
    }

    private func startChunk() {
        chunkSize = min(Self.largestChunk, max(Self.largestSmallBlock, chunkSize * 2))
        chunks.append(.allocate(byteCount: chunkSize, alignment: 16))
        cursor = 0
    }

    /// The header of a list or a map without elements; nil when the limit would be crossed.
    func makeContainer(size: Int) -> UnsafeMutableRawPointer? {
        guard let header = allocate(size) else { return nil }
        HeapList(header).initialize(next: lists)
        lists = header
        return header
    }

    // MARK: Lists

    /// An empty list with room for `capacity` elements; nil when the limit would be crossed.
    func makeList(capacity: Int) -> HeapList? {
        guard let header = makeContainer(size: HeapList.headerSize) else { return nil }
        let list = HeapList(header)
        return capacity == 0 || grow(list, to: capacity) ? list : nil
    }

    /// Gives `list` room for `capacity` elements; false when the limit would be crossed.
    func grow(_ list: HeapList, to capacity: Int) -> Bool {
        guard reserve(capacity * 8) else { return false }
        let elements = UnsafeMutableRawPointer.allocate(byteCount: capacity * 8, alignment: 16)
        if let old = list.elements {
            elements.copyMemory(from: old, byteCount: list.count * 8)
            release(list.capacity * 8)
            old.deallocate()
        }
        list.replaceElements(by: elements, capacity: capacity)
        return true
    }
}

/// A list in the heap: a header that stays where it is, and a block of 8-byte slots that grows.
struct HeapList {
    static let headerSize = 32

    let pointer: UnsafeMutableRawPointer

    @inline(__always) init(_ pointer: UnsafeMutableRawPointer) {
        self.pointer = pointer
    }

    func initialize(next: UnsafeMutableRawPointer?) {
        pointer.storeBytes(of: next, as: UnsafeMutableRawPointer?.self)
        pointer.storeBytes(of: nil, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        pointer.storeBytes(of: 0, toByteOffset: 16, as: Int.self)
        pointer.storeBytes(of: 0, toByteOffset: 24, as: Int.self)
    }

    /// The list that was made before this one.
    var next: UnsafeMutableRawPointer? {
        pointer.load(as: UnsafeMutableRawPointer?.self)
    }

    @inline(__always) var elements: UnsafeMutableRawPointer? {
        pointer.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self)
    }

    @inline(__always) var count: Int {
        pointer.load(fromByteOffset: 16, as: Int.self)
    }

    @inline(__always) var capacity: Int {
        pointer.load(fromByteOffset: 24, as: Int.self)
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

    /// Takes the last slot away; there is one.
    func removeLast() {
        pointer.storeBytes(of: count &- 1, toByteOffset: 16, as: Int.self)
    }

    func replaceElements(by elements: UnsafeMutableRawPointer, capacity: Int) {
        pointer.storeBytes(of: elements, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        pointer.storeBytes(of: capacity, toByteOffset: 24, as: Int.self)
    }
}

/// An immutable text in the heap or among the constants: its length in bytes, then UTF-8. The null pointer is empty text.
struct HeapText {
    static let headerSize = 8

    let pointer: UnsafeMutableRawPointer?

    @inline(__always) init(_ pointer: UnsafeMutableRawPointer?) { self.pointer = pointer }

    @inline(__always) init(slot: UInt64) { pointer = UnsafeMutableRawPointer(bitPattern: UInt(slot)) }

    var slot: UInt64 { UInt64(UInt(bitPattern: pointer)) }

    @inline(__always) var count: Int { pointer?.load(as: Int.self) ?? 0 }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pointer.map { UnsafeRawPointer($0 + Self.headerSize) }, count: count)
    }

    var string: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// Writes header and content to `memory`, which has room for both.
    static func write(_ bytes: UnsafeRawBufferPointer, to memory: UnsafeMutableRawPointer) {
        memory.storeBytes(of: bytes.count, as: Int.self)
        if let start = bytes.baseAddress {
            (memory + headerSize).copyMemory(from: start, byteCount: bytes.count)
        }
    }
}
