// Maps from ints in the heap.

/// A map from ints in the heap: a header that stays where it is, and a block that grows.
///
/// The block holds the entries, key and value, in the order in which their keys were first set, then a table of entry numbers
/// by hash: as many 32-bit places as twice the entries, 0 for a free one, else the number of the entry and 1. A key that is
/// removed leaves the table at once, so that no search meets it; its entry stays as a gap, to which the table does not lead,
/// until the block is made anew. No key has to be set aside to mark gaps.
struct HeapIntMap {
    static let headerSize = 40
    static let keyAndValueSize = 16
    /// Bytes of the block for each entry: key, value, and two places in the table.
    static let entrySize = 24

    let pointer: UnsafeMutableRawPointer

    @inline(__always) init(_ pointer: UnsafeMutableRawPointer) {
        self.pointer = pointer
    }

    @inline(__always) var block: UnsafeMutableRawPointer? {
        pointer.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self)
    }

    /// Whether the collector must look at the values.
    @inline(__always) var holdsReferences: Bool {
        ObjectKind.of(pointer.load(as: UInt64.self)) == ObjectKind.referenceIntMap.rawValue
    }

    /// Entries with those that are gaps.
    @inline(__always) var used: Int {
        get { pointer.load(fromByteOffset: 16, as: Int.self) }
        nonmutating set { pointer.storeBytes(of: newValue, toByteOffset: 16, as: Int.self) }
    }

    /// A power of two, or 0.
    @inline(__always) var capacity: Int { pointer.load(fromByteOffset: 24, as: Int.self) }

    /// Entries that are not gaps.
    @inline(__always) var count: Int {
        get { pointer.load(fromByteOffset: 32, as: Int.self) }
        nonmutating set { pointer.storeBytes(of: newValue, toByteOffset: 32, as: Int.self) }
    }

    func initialize() {
        pointer.storeBytes(of: nil, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        pointer.storeBytes(of: 0, toByteOffset: 24, as: Int.self)
        used = 0
        count = 0
    }

    /// Both halves of the product with an odd number, 2⁶⁴ divided by the golden ratio, folded into one (as wyhash does, Wang Yi
    /// 2019). The low half spreads the low bits of the key and the high half brings the others down, so that neither
    /// steps of any width nor keys that differ in their high bits alone fall on few places. Whoever searches for keys that do
    /// finds some: what is looked at counts as work, so that the time budget ends that.
    @inline(__always) static func hash(of key: Int64) -> Int {
        let product = UInt64(bitPattern: key).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    // MARK: Entries

    /// The key of the entry at `index`, which is less than ``used``.
    func key(at index: Int) -> Int64 {
        block?.load(fromByteOffset: index &* 16, as: Int64.self) ?? 0
    }

    func value(at index: Int) -> UInt64 {
        block?.load(fromByteOffset: index &* 16 &+ 8, as: UInt64.self) ?? 0
    }

    /// Whether the entry at `index` is not a gap.
    func isEntry(_ index: Int) -> Bool {
        lookUp(index).isEntry
    }

    /// Whether the entry at `index` is not a gap, and how many places of the table were looked at to know it.
    @inline(__always) func lookUp(_ index: Int) -> (isEntry: Bool, steps: Int) {
        if count == used { return (true, 0) }
        let found = find(key(at: index))
        return (found.index == index, found.steps)
    }

    // MARK: Finding

    /// The entry of a key and its number, or nil; the place in the table that leads to it or, free yet, should; and how many
    /// places were looked at.
    @inline(__always) func find(
        _ key: Int64
    ) -> (entry: UnsafeMutableRawPointer?, index: Int, place: Int, steps: Int) {
        guard let block else { return (nil, -1, 0, 1) }
        let capacity = self.capacity
        let table = block + capacity &* 16
        let mask = capacity &* 2 &- 1
        var place = Self.hash(of: key) & mask
        var steps = 1
        while true {
            let number = Int(table.load(fromByteOffset: place &* 4, as: UInt32.self))
            if number == 0 { return (nil, -1, place, steps) }
            let entry = block + (number &- 1) &* 16
            if entry.load(as: Int64.self) == key { return (entry, number &- 1, place, steps) }
            // There are twice as many places as entries, so that a free one is always met.
            place = (place &+ 1) & mask
            steps &+= 1
        }
    }

    // MARK: Changing

    /// Adds an entry whose key is not there; ``used`` is less than ``capacity``.
    @inline(__always) func append(_ key: Int64, value: UInt64, place: Int) {
        guard let block else { return }
        let index = used
        block.storeBytes(of: key, toByteOffset: index &* 16, as: Int64.self)
        block.storeBytes(of: value, toByteOffset: index &* 16 &+ 8, as: UInt64.self)
        (block + capacity &* 16).storeBytes(
            of: UInt32(truncatingIfNeeded: index &+ 1), toByteOffset: place &* 4, as: UInt32.self)
        used = index &+ 1
        count &+= 1
    }

    /// Makes a gap of the entry at `index`, to which a place leads, and moves those behind it in the table up (Knuth, "The Art
    /// of Computer Programming" 3, 6.4, algorithm R).
    ///
    /// - Returns: how many places were looked at.
    func remove(at index: Int, place: Int) -> Int {
        guard let block else { return 0 }
        // It must refer to nothing any more.
        block.storeBytes(of: 0, toByteOffset: index &* 16 &+ 8, as: UInt64.self)
        count &-= 1
        let table = block + capacity &* 16
        let mask = capacity &* 2 &- 1
        var (free, next, steps) = (place, place, 1)
        while true {
            next = (next &+ 1) & mask
            steps &+= 1
            let number = table.load(fromByteOffset: next &* 4, as: UInt32.self)
            if number == 0 { break }
            let home = Self.hash(of: key(at: Int(number) &- 1)) & mask
            // Searches for it begin behind the free place, and do not pass it.
            if (next &- home) & mask < (next &- free) & mask { continue }
            table.storeBytes(of: number, toByteOffset: free &* 4, as: UInt32.self)
            free = next
        }
        table.storeBytes(of: 0, toByteOffset: free &* 4, as: UInt32.self)
        return steps
    }

    /// Moves everything but the gaps to a block with room for `capacity` entries, a power of two larger than ``count``.
    ///
    /// - Parameter spend: is told of work as if so many bytes were copied, and answers whether to go on.
    /// - Returns: false, with everything as it was, when that answered false.
    func move(to block: UnsafeMutableRawPointer, capacity: Int, spend: (Int) -> Bool) -> Bool {
        let table = block + capacity &* 16
        guard Pieces.clear(table, capacity &* 8, spend) else { return false }
        let mask = capacity &* 2 &- 1
        var kept = 0
        let oldBlock = self.block
        let isMoved = Pieces.visit(oldBlock == nil ? 0 : used, by: Pieces.elements) { part in
            guard let oldBlock else { return true }
            var steps = part.count &* 3
            for index in part {
                let found = lookUp(index)
                steps &+= found.steps
                if found.isEntry {
                    let entry = oldBlock + index &* 16
                    var place = Self.hash(of: entry.load(as: Int64.self)) & mask
                    while table.load(fromByteOffset: place &* 4, as: UInt32.self) != 0 {
                        place = (place &+ 1) & mask
                        steps &+= 1
                    }
                    (block + kept &* 16).copyMemory(from: entry, byteCount: 16)
                    kept &+= 1
                    table.storeBytes(of: UInt32(truncatingIfNeeded: kept), toByteOffset: place &* 4, as: UInt32.self)
                }
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
    func makeIntMap(capacity: Int, ofReferences: Bool) -> HeapIntMap? {
        let kind = ofReferences ? ObjectKind.referenceIntMap : .scalarIntMap
        guard let header = allocate(kind, size: HeapIntMap.headerSize) else { return nil }
        let map = HeapIntMap(header)
        map.initialize()
        return capacity == 0 || makeRoom(in: map, for: capacity) ? map : nil
    }

    /// Gives `map` room for `count` entries without gaps; false when there is no memory, or no time.
    ///
    /// - Parameter spend: see ``HeapIntMap/move(to:capacity:spend:)``.
    func makeRoom(in map: HeapIntMap, for count: Int, spend: (Int) -> Bool = { _ in true }) -> Bool {
        guard let (block, capacity) = allocateEntries(count, size: HeapIntMap.entrySize) else { return false }
        // Entries change their places, so that the collector could miss one.
        if state.pointee.isMarking { shadeValues(of: map, from: 0, to: map.used) }
        let left = map.block
        let isMoved = map.move(to: block, capacity: capacity, spend: spend)
        if let unused = isMoved ? left : block { deallocateElements(unused) }
        return isMoved
    }

    /// For the collector: what the values of these entries refer to, gaps or not, is in use.
    func shadeValues(of map: HeapIntMap, from start: Int, to end: Int) {
        guard map.holdsReferences, let block = map.block else { return }
        for index in start..<end { shade(block.slot(index &* 16 &+ 8)) }
    }
}
