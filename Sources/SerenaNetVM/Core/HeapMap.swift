// Maps in the heap.

/// A map in the heap: a header that stays where it is, and a block that grows.
///
/// The block holds the entries in the order in which their keys were first set, then a table of entry numbers by hash: as
/// many 32-bit places as twice the entries, 0 for a free one, else the number of the entry and 1. A key that is removed
/// leaves its entry as a gap until the block is made anew. The header begins as that of ``HeapList``, which the heap needs
/// to release the block.
struct HeapMap {
    static let headerSize = 40
    /// Bytes of the block for each entry: key, hash, value, and two places in the table.
    static let entrySize = 32

    let pointer: UnsafeMutableRawPointer

    @inline(__always) init(_ pointer: UnsafeMutableRawPointer) {
        self.pointer = pointer
    }

    /// Stands in place of the key of a removed entry; no text has this address.
    private static let gap: UInt64 = 1

    private var block: UnsafeMutableRawPointer? {
        pointer.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self)
    }

    /// Entries with those that are gaps.
    var used: Int {
        get { pointer.load(fromByteOffset: 16, as: Int.self) }
        nonmutating set { pointer.storeBytes(of: newValue, toByteOffset: 16, as: Int.self) }
    }

    /// A power of two, or 0.
    var capacity: Int { pointer.load(fromByteOffset: 24, as: Int.self) }

    /// Entries that are not gaps.
    var count: Int {
        get { pointer.load(fromByteOffset: 32, as: Int.self) }
        nonmutating set { pointer.storeBytes(of: newValue, toByteOffset: 32, as: Int.self) }
    }

    func initialize() {
        count = 0
    }

    /// FNV-1a over the bytes, then mixed so that the low bits depend on all of them (the finalizer of MurmurHash3).
    static func hash(of bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return hash ^ (hash >> 33)
    }

    // MARK: Entries

    /// The key of the entry at `index`; nil for a gap.
    func key(at index: Int) -> HeapText? {
        guard let block else { return nil }
        let key = block.load(fromByteOffset: index &* 24, as: UInt64.self)
        return key == Self.gap ? nil : HeapText(slot: key)
    }

    func value(at index: Int) -> UInt64 {
        block?.load(fromByteOffset: index &* 24 &+ 16, as: UInt64.self) ?? 0
    }

    func setValue(_ value: UInt64, at index: Int) {
        block?.storeBytes(of: value, toByteOffset: index &* 24 &+ 16, as: UInt64.self)
    }

    private func hash(at index: Int) -> UInt64 {
        block?.load(fromByteOffset: index &* 24 &+ 8, as: UInt64.self) ?? 0
    }

    // MARK: Finding

    /// The entry of a key, or nil and the free place in the table where it belongs, and how many places were looked at.
    func find(_ key: UnsafeRawBufferPointer, hash: UInt64) -> (entry: Int?, place: Int, steps: Int) {
        guard let block, capacity > 0 else { return (nil, 0, 1) }
        let table = block + capacity &* 24
        let mask = capacity &* 2 &- 1
        var place = Int(truncatingIfNeeded: hash) & mask
        var steps = 1
        while true {
            let number = table.load(fromByteOffset: place &* 4, as: UInt32.self)
            if number == 0 { return (nil, place, steps) }
            let entry = Int(number) &- 1
            if self.hash(at: entry) == hash, let found = self.key(at: entry),
                TextPattern.order(found.bytes, key) == 0
            {
                return (entry, place, steps)
            }
            // There are twice as many places as entries, so that a free one is always met.
            place = (place &+ 1) & mask
            steps &+= 1
        }
    }

    /// Adds an entry whose key is not there; ``used`` is less than ``capacity``.
    func append(_ key: HeapText, hash: UInt64, value: UInt64, place: Int) {
        guard let block else { return }
        let index = used
        block.storeBytes(of: key.slot, toByteOffset: index &* 24, as: UInt64.self)
        block.storeBytes(of: hash, toByteOffset: index &* 24 &+ 8, as: UInt64.self)
        block.storeBytes(of: value, toByteOffset: index &* 24 &+ 16, as: UInt64.self)
        (block + capacity &* 24).storeBytes(
            of: UInt32(truncatingIfNeeded: index &+ 1), toByteOffset: place &* 4, as: UInt32.self)
        used = index &+ 1
        count &+= 1
    }

    /// Makes a gap of the entry at `index`.
    func remove(at index: Int) {
        block?.storeBytes(of: Self.gap, toByteOffset: index &* 24, as: UInt64.self)
        count &-= 1
    }

    /// Moves everything but the gaps to a block with room for `capacity` entries, a power of two larger than ``count``.
    func move(to block: UnsafeMutableRawPointer, capacity: Int) -> UnsafeMutableRawPointer? {
        let old = self
        let oldBlock = self.block
        let (oldUsed, entries) = (used, old.entriesToMove)
        block.initializeMemory(as: UInt8.self, repeating: 0, count: capacity * Self.entrySize)
        pointer.storeBytes(of: block, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        pointer.storeBytes(of: capacity, toByteOffset: 24, as: Int.self)
        used = 0
        count = 0
        guard let oldBlock, oldUsed > 0 else { return oldBlock }
        let table = block + capacity &* 24
        let mask = capacity &* 2 &- 1
        for index in entries {
            let entry = oldBlock + index &* 24
            let hash = entry.load(fromByteOffset: 8, as: UInt64.self)
            var place = Int(truncatingIfNeeded: hash) & mask
            while table.load(fromByteOffset: place &* 4, as: UInt32.self) != 0 { place = (place &+ 1) & mask }
            append(
                HeapText(slot: entry.load(as: UInt64.self)), hash: hash,
                value: entry.load(fromByteOffset: 16, as: UInt64.self), place: place)
        }
        return oldBlock
    }

    private var entriesToMove: [Int] {
        (0..<used).filter { key(at: $0) != nil }
    }
}

extension Heap {
    /// An empty map with room for `capacity` entries; nil when the limit would be crossed.
    func makeMap(capacity: Int) -> HeapMap? {
        guard let header = makeContainer(size: HeapMap.headerSize) else { return nil }
        let map = HeapMap(header)
        map.initialize()
        return capacity == 0 || makeRoom(in: map, for: capacity) ? map : nil
    }

    /// Gives `map` room for `count` entries without gaps; false when the limit would be crossed.
    func makeRoom(in map: HeapMap, for count: Int) -> Bool {
        var capacity = 4
        while capacity < count { capacity *= 2 }
        let (old, new) = (map.capacity * HeapMap.entrySize, capacity * HeapMap.entrySize)
        guard capacity < Int(UInt32.max), reserve(new) else { return false }
        let block = UnsafeMutableRawPointer.allocate(byteCount: new, alignment: 16)
        if let left = map.move(to: block, capacity: capacity) {
            left.deallocate()
            release(old)
        }
        return true
    }
}
