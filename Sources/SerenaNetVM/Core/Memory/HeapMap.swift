// Maps in the heap.

/// A map in the heap: a header that stays where it is, and a block that grows.
///
/// The block holds the entries in the order in which their keys were first set, then a table of entry numbers by hash: as
/// many 32-bit places as twice the entries, 0 for a free one, else the number of the entry and 1. A key that is removed
/// leaves its entry as a gap until the block is made anew.
struct HeapMap {
    static let headerSize = 40
    /// Bytes of the block for each entry: key, hash, value, and two places in the table.
    static let entrySize = 32

    let pointer: UnsafeMutableRawPointer

    @inline(__always) init(_ pointer: UnsafeMutableRawPointer) {
        self.pointer = pointer
    }

    /// Stands in place of the key of a removed entry: no text has this address, and to the collector it is no object.
    private static let gap: UInt64 = 1

    @inline(__always) var block: UnsafeMutableRawPointer? {
        pointer.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self)
    }

    /// Whether the collector must look at the values; it always does at the keys.
    var holdsReferences: Bool {
        ObjectKind.of(pointer.load(as: UInt64.self)) == ObjectKind.referenceMap.rawValue
    }

    /// Entries with those that are gaps.
    var used: Int {
        get { pointer.load(fromByteOffset: 16, as: Int.self) }
        nonmutating set { pointer.storeBytes(of: newValue, toByteOffset: 16, as: Int.self) }
    }

    /// A power of two, or 0.
    @inline(__always) var capacity: Int { pointer.load(fromByteOffset: 24, as: Int.self) }

    /// Entries that are not gaps.
    var count: Int {
        get { pointer.load(fromByteOffset: 32, as: Int.self) }
        nonmutating set { pointer.storeBytes(of: newValue, toByteOffset: 32, as: Int.self) }
    }

    func initialize() {
        pointer.storeBytes(of: nil, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        pointer.storeBytes(of: 0, toByteOffset: 24, as: Int.self)
        used = 0
        count = 0
    }

    /// FNV-1a over the bytes, then mixed so that the low bits depend on all of them (the finalizer of MurmurHash3); never 0.
    static func hash(of bytes: UnsafeRawBufferPointer) -> UInt64 {
        mixed(fold(bytes, into: firstHash))
    }

    /// What the hash of no bytes is before it is mixed.
    static let firstHash: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of some bytes, not mixed yet, and those that follow.
    @inline(__always) static func fold(_ bytes: UnsafeRawBufferPointer, into hash: UInt64) -> UInt64 {
        bytes.reduce(hash) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    @inline(__always) static func mixed(_ folded: UInt64) -> UInt64 {
        var hash = (folded ^ (folded >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash ^= hash >> 33
        return hash == 0 ? 1 : hash
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

    // MARK: Finding

    /// The entry of a key, or nil and the free place in the table where it belongs, and how many places were looked at.
    @inline(__always) func find(_ key: HeapText, hash: UInt64) -> (entry: Int?, place: Int, steps: Int) {
        guard let block else { return (nil, 0, 1) }
        let capacity = self.capacity
        let table = block + capacity &* 24
        let mask = capacity &* 2 &- 1
        var place = Int(truncatingIfNeeded: hash) & mask
        var steps = 1
        while true {
            let number = Int(table.load(fromByteOffset: place &* 4, as: UInt32.self))
            if number == 0 { return (nil, place, steps) }
            let entry = block + (number &- 1) &* 24
            if entry.load(as: UInt64.self) == key.slot && key.pointer != nil { return (number &- 1, place, steps) }
            if entry.load(fromByteOffset: 8, as: UInt64.self) == hash, Self.isKey(entry, key) {
                return (number &- 1, place, steps)
            }
            // There are twice as many places as entries, so that a free one is always met.
            place = (place &+ 1) & mask
            steps &+= 1
        }
    }

    /// The entry whose key is the text in this slot, if it is the first that is looked at; nil does not mean that there is none.
    @inline(__always) func firstEntry(under key: UInt64) -> UnsafeMutableRawPointer? {
        guard let block, let text = UnsafeMutableRawPointer(bitPattern: UInt(key)) else { return nil }
        let capacity = self.capacity
        // A text that was never a key has the hash 0, which leads to a place like any other.
        let place = Int(truncatingIfNeeded: text.slot(8)) & (capacity &* 2 &- 1)
        let number = Int((block + capacity &* 24).load(fromByteOffset: place &* 4, as: UInt32.self))
        guard number > 0 else { return nil }
        let entry = block + (number &- 1) &* 24
        return entry.slot(0) == key ? entry : nil
    }

    @inline(never) private static func isKey(_ entry: UnsafeMutableRawPointer, _ key: HeapText) -> Bool {
        let slot = entry.load(as: UInt64.self)
        return slot != gap && HeapText(slot: slot).bytes.isSame(as: key.bytes)
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
    ///
    /// - Parameter spend: is told of work as if so many bytes were copied, and answers whether to go on.
    /// - Returns: false, with everything as it was, when that answered false.
    func move(to block: UnsafeMutableRawPointer, capacity: Int, spend: (Int) -> Bool) -> Bool {
        let table = block + capacity &* 24
        guard Pieces.clear(table, capacity &* 8, spend) else { return false }
        let mask = capacity &* 2 &- 1
        var kept = 0
        let oldBlock = self.block
        let isMoved = Pieces.visit(oldBlock == nil ? 0 : used, by: Pieces.elements) { part in
            guard let oldBlock else { return true }
            var steps = part.count &* 4
            for index in part {
                let entry = oldBlock + index &* 24
                if entry.load(as: UInt64.self) == Self.gap { continue }
                var place = Int(truncatingIfNeeded: entry.load(fromByteOffset: 8, as: UInt64.self)) & mask
                while table.load(fromByteOffset: place &* 4, as: UInt32.self) != 0 {
                    place = (place &+ 1) & mask
                    steps &+= 1
                }
                (block + kept &* 24).copyMemory(from: entry, byteCount: 24)
                kept &+= 1
                table.storeBytes(of: UInt32(truncatingIfNeeded: kept), toByteOffset: place &* 4, as: UInt32.self)
                if steps > Pieces.steps {
                    guard spend(steps &* 8) else { return false }
                    steps = 0
                }
            }
            return spend(steps &* 8)
        }
        guard isMoved else { return false }
        pointer.storeBytes(of: block, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        pointer.storeBytes(of: capacity, toByteOffset: 24, as: Int.self)
        (used, count) = (kept, kept)
        return true
    }
}

extension Heap {
    /// An empty map with room for `capacity` entries; nil when there is no memory.
    func makeMap(capacity: Int, ofReferences: Bool) -> HeapMap? {
        guard let header = allocate(ofReferences ? .referenceMap : .scalarMap, size: HeapMap.headerSize) else {
            return nil
        }
        let map = HeapMap(header)
        map.initialize()
        return capacity == 0 || makeRoom(in: map, for: capacity) ? map : nil
    }

    /// Gives `map` room for `count` entries without gaps; false when there is no memory, or no time.
    ///
    /// - Parameter spend: see ``HeapMap/move(to:capacity:spend:)``.
    func makeRoom(in map: HeapMap, for count: Int, spend: (Int) -> Bool = { _ in true }) -> Bool {
        guard let (block, capacity) = allocateEntries(count, size: HeapMap.entrySize) else { return false }
        // Entries change their places, so that the collector could miss one.
        if state.pointee.isMarking { shadeEntries(of: map, from: 0, to: map.used) }
        let left = map.block
        let isMoved = map.move(to: block, capacity: capacity, spend: spend)
        if let unused = isMoved ? left : block { deallocateElements(unused) }
        return isMoved
    }

    /// Memory for the entries of a map and its table: room for `count` of them, rounded up to a power of two.
    ///
    /// - Parameter size: of an entry with its places in the table, in bytes.
    /// - Returns: nil when there is no memory, or a number of an entry would not fit the table.
    func allocateEntries(_ count: Int, size: Int) -> (block: UnsafeMutableRawPointer, capacity: Int)? {
        var capacity = 4
        while capacity < count { capacity *= 2 }
        guard capacity < Int(UInt32.max) else { return nil }
        return allocateElements(capacity * size).map { ($0, capacity) }
    }
}
