// The memory of one execution: where objects come from, and what is counted.

import Instrumentation

/// Hands out memory to one execution, keeps it below a limit, and takes back what the program can no longer reach.
///
/// Texts, boxes and the headers of lists and maps are cells of blocks, by size; what lists and maps hold once they have grown
/// stands in blocks of its own. Objects stay where they are. What is reachable is found by ``mark(_:)`` in small steps
/// while the program runs, and what is not becomes free again as new cells are needed; see Collector.swift.
final class Heap {
    /// Bytes that may be in use at one time.
    let limit: Int
    /// Bytes of blocks, objects and elements as they were taken from the system, and of the stack.
    private(set) var used = 0
    private(set) var peak = 0
    /// The request that was refused last.
    var refusal: (requested: Int, available: Int)?

    /// What allocating reads and writes every time, outside of the object: nothing is checked there.
    let state: UnsafeMutablePointer<AllocationState>
    /// For each size class the first free cell.
    let freeCells: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    /// For each kind of use the objects and the bytes that were handed out since the beginning.
    let counts: UnsafeMutablePointer<Int>
    private let sizes: UnsafeMutablePointer<Int>
    private let classes = SizeClasses.table

    /// The blocks of each size class.
    var blocks: [[UnsafeMutableRawPointer]]
    /// The block of each class whose rest has not been made cells yet.
    var carving: [UnsafeMutableRawPointer?]
    /// Full-size blocks without objects, for whatever class needs one.
    var spares: [UnsafeMutableRawPointer] = []
    /// Objects too large for a cell, each with the bytes that it takes.
    var large: [(object: UnsafeMutableRawPointer, size: Int)] = []
    /// What lists and maps hold outside of their headers.
    private let elementBlocks = ElementBlocks()
    /// Not in the object: each access would be checked for others at the same time, which took a sixth of `trees`.
    let collector: UnsafeMutablePointer<CollectorState>
    let clock: any EngineClock
    let pace: CollectorPace

    init(limit: Int, clock: any EngineClock, pace: CollectorPace = .ordinary) {
        self.limit = max(0, limit)
        self.pace = pace
        self.clock = clock
        state = .allocate(capacity: 1)
        state.initialize(to: AllocationState())
        collector = .allocate(capacity: 1)
        collector.initialize(to: CollectorState())
        freeCells = .allocate(capacity: SizeClasses.count)
        freeCells.initialize(repeating: nil, count: SizeClasses.count)
        counts = .allocate(capacity: MemoryUse.allCases.count * 2)
        counts.initialize(repeating: 0, count: MemoryUse.allCases.count * 2)
        sizes = .allocate(capacity: SizeClasses.count)
        sizes.initialize(from: SizeClasses.sizes, count: SizeClasses.count)
        blocks = Array(repeating: [], count: SizeClasses.count)
        carving = Array(repeating: nil, count: SizeClasses.count)
        collector.pointee.trigger = pace.firstTrigger(limit: self.limit)
    }

    deinit {
        elementBlocks.deallocateAll()
        for class_ in blocks { for block in class_ { block.deallocate() } }
        for memory in spares { memory.deallocate() }
        for (object, _) in large { object.deallocate() }
        collector.pointee.pending.deallocate()
        collector.deinitialize(count: 1)
        collector.deallocate()
        state.deallocate()
        freeCells.deallocate()
        counts.deallocate()
        sizes.deallocate()
    }

    // MARK: Objects

    /// A new object with its header written and everything else undefined; nil when the limit would be crossed, or when
    /// the collector must see the program's registers first.
    ///
    /// - Parameters:
    ///   - size: bytes with the header.
    ///   - extent: the bytes of a text.
    @inline(__always) func allocate(_ kind: ObjectKind, size: Int, extent: Int = 0) -> UnsafeMutableRawPointer? {
        guard size <= largestInCell else { return allocateLarge(kind, size: size, extent: extent) }
        let index = Int(classes[(size &+ 15) >> 4])
        guard let cell = freeCells[index] ?? refill(index) else { return nil }
        freeCells[index] = cell.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        initialize(cell, kind, size: sizes[index], extent: extent)
        return cell
    }

    #if SEPARATE_OBJECTS
        /// As the pace wants it. This is compiled for fuzzing only: finding it out would cost every allocation something.
        private var largestInCell: Int { pace.separatesObjects ? 0 : SizeClasses.largest }
    #else
        @inline(__always) private var largestInCell: Int { SizeClasses.largest }
    #endif

    @inline(__always) private func initialize(
        _ object: UnsafeMutableRawPointer, _ kind: ObjectKind, size: Int, extent: Int
    ) {
        let header = UInt64(truncatingIfNeeded: extent) << 16 | UInt64(kind.rawValue) << 8 | state.pointee.colour
        object.storeBytes(of: header, as: UInt64.self)
        let use = MemoryUse.of(kind).rawValue
        counts[use &* 2] &+= 1
        counts[use &* 2 &+ 1] &+= size
    }

    /// Makes free cells of a class: out of what the collector has found to be unreachable, else out of fresh memory.
    @inline(never) private func refill(_ index: Int) -> UnsafeMutableRawPointer? {
        advance()
        if state.pointee.isRefusing { return refuseForRoots() }
        // The step may have swept the last blocks of this class.
        return freeCells[index] ?? sweepForCells(index) ?? carve(index)
    }

    /// Links a batch of cells out of the class's last block, or of a new one.
    private func carve(_ index: Int) -> UnsafeMutableRawPointer? {
        let cell = sizes[index]
        guard let memory = carving[index] ?? addBlock(index) else { return nil }
        let block = HeapBlock(memory)
        let start = block.carved
        let end = min(start + max(cell, min(Self.batch, pace.step) / cell * cell), block.size)
        var next: UnsafeMutableRawPointer?
        var offset = start + ((end - start) / cell - 1) * cell
        block.carved = offset + cell
        while offset >= start {
            let place = memory + offset
            place.storeBytes(of: UInt64(ObjectMark.free), as: UInt64.self)
            place.storeBytes(of: next, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
            next = place
            offset -= cell
        }
        if block.carved + cell > block.size { carving[index] = nil }
        return next
    }

    /// Bytes that are made cells at a time.
    private static let batch = 2_048

    private func addBlock(_ index: Int) -> UnsafeMutableRawPointer? {
        let size = SizeClasses.blockSize(cell: sizes[index], blocks: blocks[index].count)
        let memory: UnsafeMutableRawPointer
        if size == HeapBlock.fullSize, let spare = spares.popLast() {
            memory = spare
            HeapBlock(memory).clear()
        } else {
            guard reserve(size) else { return nil }
            memory = HeapBlock(size: size).memory
        }
        blocks[index].append(memory)
        carving[index] = memory
        return memory
    }

    @inline(never) private func allocateLarge(_ kind: ObjectKind, size: Int, extent: Int) -> UnsafeMutableRawPointer? {
        advance()
        if state.pointee.isRefusing { return refuseForRoots() }
        let size = (size + 15) & ~15
        guard reserve(size) else { return nil }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        initialize(memory, kind, size: size, extent: extent)
        large.append((memory, size))
        return memory
    }

    private func refuseForRoots() -> UnsafeMutableRawPointer? {
        refusal = (0, limit - used)
        return nil
    }

    // MARK: Counting

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

    /// Counts what the collector's own list has grown by. It cannot be refused, as the collector could not go on, and is less than
    /// a third of the objects that it lists; what the program asks for next is.
    func countPending() {
        let size = collector.pointee.pending.size
        guard size != collector.pointee.countedPending else { return }
        used += size - collector.pointee.countedPending
        collector.pointee.countedPending = size
        peak = max(peak, used)
        collector.pointee.figures.mostPendingBytes = max(collector.pointee.figures.mostPendingBytes, size)
    }

    /// Counts `size` bytes as free again.
    func release(_ size: Int) {
        used -= size
    }

    /// Counts bytes that are handed out for something other than an object.
    func count(_ use: MemoryUse, bytes: Int) {
        counts[use.rawValue * 2] += 1
        counts[use.rawValue * 2 + 1] += bytes
    }

    /// Bytes that were handed out since the beginning, whether or not they were given back.
    var allocatedBytes: Int {
        MemoryUse.allCases.reduce(0) { $0 &+ counts[$1.rawValue &* 2 &+ 1] }
    }

    /// Takes over what was counted before the heap was made again somewhere else.
    func goOn(counts earlier: [Int], peak earlierPeak: Int, collector figures: CollectorFigures) {
        for (index, count) in earlier.enumerated() { counts[index] = count }
        peak = max(peak, earlierPeak)
        collector.pointee.figures = figures
        collector.pointee.allocatedAtStep = allocatedBytes
        collector.pointee.allocatedAtCycle = allocatedBytes
    }

    // MARK: Elements

    /// Memory for what a list or a map holds; nil when the limit would be crossed.
    func allocateElements(_ size: Int) -> UnsafeMutableRawPointer? {
        advance()
        if state.pointee.isRefusing { return refuseForRoots() }
        guard reserve(size + ElementBlocks.prefix) else { return nil }
        count(.elements, bytes: size)
        return elementBlocks.allocate(size)
    }

    func deallocateElements(_ block: UnsafeMutableRawPointer) {
        release(elementBlocks.deallocate(block) + ElementBlocks.prefix)
    }
}

/// What allocating reads and writes every time.
struct AllocationState {
    /// The mark of new objects.
    var colour = UInt64(ObjectMark.firstColour)
    /// Whether references that are overwritten must be shown to the collector.
    var isMarking = false
    /// Whether the next cycle waits for the program's registers to be looked at.
    var areRootsDue = false
    /// Whether the program can be stopped in front of the current instruction, which is then executed once more.
    var canRefuse = false
    /// Bytes handled by slow operations since the clock was looked at.
    var work = 0

    @inline(__always) var isRefusing: Bool { areRootsDue && canRefuse }
}

/// Blocks of slots with a word before them that tells their size, chained so that all can be released at the end.
private final class ElementBlocks {
    /// The size and the neighbours; a multiple of 16.
    static let prefix = 32

    private var first: UnsafeMutableRawPointer?

    func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size + Self.prefix, alignment: 16)
        memory.storeBytes(of: size, as: Int.self)
        memory.storeBytes(of: first, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        memory.storeBytes(of: nil, toByteOffset: 16, as: UnsafeMutableRawPointer?.self)
        first?.storeBytes(of: memory, toByteOffset: 16, as: UnsafeMutableRawPointer?.self)
        first = memory
        return memory + Self.prefix
    }

    /// - Returns: the bytes that were asked for.
    func deallocate(_ block: UnsafeMutableRawPointer) -> Int {
        let memory = block - Self.prefix
        let size = memory.load(as: Int.self)
        let next = memory.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        let previous = memory.load(fromByteOffset: 16, as: UnsafeMutableRawPointer?.self)
        next?.storeBytes(of: previous, toByteOffset: 16, as: UnsafeMutableRawPointer?.self)
        if let previous {
            previous.storeBytes(of: next, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
        } else {
            first = next
        }
        memory.deallocate()
        return size
    }

    func deallocateAll() {
        while let memory = first {
            first = memory.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self)
            memory.deallocate()
        }
    }
}

extension Heap {
    // MARK: Lists

    /// So many elements of a new list stand behind its header.
    private static let longestInline = 8

    /// An empty list with room for `capacity` elements; nil when there is no memory.
    @inline(__always) func makeList(capacity: Int, ofReferences: Bool) -> HeapList? {
        let inline = capacity <= Self.longestInline ? capacity : 0
        guard
            let header = allocate(
                ofReferences ? .referenceList : .scalarList, size: HeapList.headerSize &+ inline &* 8)
        else { return nil }
        let list = HeapList(header)
        list.initialize(inlineCapacity: inline)
        return capacity == inline || grow(list, to: capacity) ? list : nil
    }

    /// Gives `list` room for `capacity` elements; false when there is no memory.
    @inline(never) func grow(_ list: HeapList, to capacity: Int) -> Bool {
        guard let elements = allocateElements(capacity * 8) else { return false }
        if let old = list.elements {
            elements.copyMemory(from: old, byteCount: list.count * 8)
            if let block = list.block { deallocateElements(block) }
        }
        list.replaceElements(by: elements, capacity: capacity)
        return true
    }
}
