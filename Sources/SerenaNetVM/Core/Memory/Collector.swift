// The collector: finds what a program can still reach, a little at a time, and makes the rest free again.
//
// One cycle: when the program has allocated enough since the last, the registers of all open calls are looked at, at once.
// What they refer to is followed in steps, each paid for by what is allocated meanwhile. Then the cells of everything that
// was not found are freed, block by block, as cells are needed. (Incremental marking of the heap as it was when the cycle
// began: Yuasa, "Real-time garbage collection on general-purpose machines", 1990. Lazy sweeping: Hughes, "A semi-incremental
// garbage collection algorithm", 1982.)
//
// Why nothing that is reachable is freed:
// - A register has one type throughout its function and holds a value of it at any time: it begins as zero, and the verifier
//   has proven that only values of its type are written. So the registers whose type is a reference are exactly the places
//   of the stack that refer to objects. A register that is not needed any more is looked at too, which keeps its object
//   alive for longer than need be, but never shorter.
// - What an object refers to, its kind says: slots of a list or map of references, and the keys of every map.
// - A cycle begins between two instructions, when no instruction holds a reference of its own. During a cycle, new objects
//   have its colour. What was reachable when it began is found, because a reference that is about to be overwritten in a
//   list or a map is followed first, as is everything that moves to another place in its list or map.
// - Texts of the program are permanent, are not in the heap, and refer to nothing.

import Instrumentation

/// What the collector knows between its steps.
struct CollectorState {
    enum Phase { case idle, marking, sweeping }

    var phase = Phase.idle
    /// Lists and maps that have been found and not been looked at to their ends.
    var pending = PendingObjects()
    /// The bytes of it that are counted as in use.
    var countedPending = 0
    /// For each size class, how many of its first blocks may hold cells that the last cycle has not found.
    var unswept = [Int](repeating: 0, count: SizeClasses.count)
    /// The same for large objects.
    var unsweptLarge = 0
    /// All classes before this one are swept.
    var sweptClasses = 0
    /// Bytes that this cycle has found, or the last one.
    var live = 0
    /// Bytes to be allocated before the next cycle.
    var trigger = 0
    /// Bytes to be looked at for each byte that is allocated.
    var effort = 3
    /// What had been allocated at the last step, and at the end of the last cycle.
    var allocatedAtStep = 0
    var allocatedAtCycle = 0
    var figures = CollectorFigures()
}

/// How often the collector works.
struct CollectorPace {
    /// Bytes that are allocated between two steps.
    var step: Int
    /// A program that has not allocated as much is not collected.
    var trigger: Int
    /// Whether a cycle waits until as much is allocated as the last has found.
    var growsWithHeap: Bool
    /// Instructions between two looks at the budgets, and at whether a cycle is due.
    var slice: Int64
    /// Whether every object gets memory of its own, whose borders a sanitizer of addresses sees; only where it is compiled in,
    /// see ``Heap``.
    var separatesObjects = false

    static let ordinary = CollectorPace(step: 16 << 10, trigger: 256 << 10, growsWithHeap: true, slice: 16_384)
    /// A cycle directly after the other, in the smallest steps: for tests, as it finds whatever is not kept alive.
    static let hasty = CollectorPace(step: 1, trigger: 0, growsWithHeap: false, slice: 8)

    func firstTrigger(limit: Int) -> Int { min(trigger, max(step, limit / 4)) }
}

/// What the collector has done in one execution.
public struct CollectorFigures: Hashable, Sendable {
    /// Cycles that have come to their end.
    public var cycles = 0
    /// Cycles that were made at once, because memory was short.
    public var fullCollections = 0
    /// Steps of all cycles, each a pause of the program.
    public var steps = 0
    /// The longest of those, on the clock of the execution. The time budget is looked at all along.
    public var longestFullCollection = Duration.zero
    /// The longest step, on the clock of the execution.
    public var longestPause = Duration.zero
    public var totalPause = Duration.zero
    /// Bytes of all objects that the last cycle found.
    public var liveBytes = 0
    /// The most bytes that the list of objects which are still to be looked at has taken; they count as memory in use.
    public var mostPendingBytes = 0
}

extension Heap {
    /// The most that one step looks at, in bytes of objects: a quarter of a millisecond's work when none is in the cache.
    private static let largestStep = 64 << 10
    /// Blocks that one step sweeps.
    private static let blocksPerStep = 2
    /// Blocks that are swept in search for one free cell before fresh memory is taken.
    private static let blocksPerCell = 4
    private static let mostSpares = 32

    // MARK: Steps

    /// Does the work that is due for what was allocated since the last step.
    func advance() {
        let allocated = allocatedBytes
        let debt = allocated &- collector.pointee.allocatedAtStep
        guard debt >= pace.step else { return }
        collector.pointee.allocatedAtStep = allocated
        switch collector.pointee.phase {
        case .idle:
            if allocated &- collector.pointee.allocatedAtCycle >= collector.pointee.trigger {
                state.pointee.areRootsDue = true
            }
        case .marking:
            let most = max(1, Self.largestStep / collector.pointee.effort)
            // What is too much for one step is done in the next, which then comes sooner.
            if debt > most { collector.pointee.allocatedAtStep &-= debt &- most }
            pause { mark(min(min(debt, most) &* collector.pointee.effort, Self.largestStep)) }
        case .sweeping: pause { sweep(Self.blocksPerStep) }
        }
    }

    /// Does a piece of the collector's work and notes how long the program had to wait.
    func pause(_ work: () -> Void) {
        let start = clock.now
        work()
        let length = clock.now - start
        collector.pointee.figures.steps += 1
        collector.pointee.figures.totalPause += length
        collector.pointee.figures.longestPause = max(collector.pointee.figures.longestPause, length)
    }

    /// Notes a collection that was made at once; the program stood still for `length`.
    func noteFullCollection(_ length: Duration) {
        collector.pointee.figures.fullCollections += 1
        collector.pointee.figures.longestFullCollection = max(collector.pointee.figures.longestFullCollection, length)
        collector.pointee.figures.totalPause += length
    }

    /// Whether references that are overwritten must be shaded first.
    @inline(__always) var isMarking: Bool { state.pointee.isMarking }

    /// Begins a cycle; what the registers refer to is to be shaded next. To be called between cycles only.
    func beginCycle() {
        state.pointee.colour = UInt64(ObjectMark.firstColour + ObjectMark.secondColour) - state.pointee.colour
        state.pointee.isMarking = true
        state.pointee.areRootsDue = false
        collector.pointee.phase = .marking
        collector.pointee.live = 0
        collector.pointee.allocatedAtStep = allocatedBytes
        // The cycle must end before the memory does.
        collector.pointee.effort = max(3, 4 * used / max(pace.step, limit - used))
    }

    /// Goes on with whatever is under way by about `work` bytes.
    ///
    /// - Returns: false when nothing is under way.
    func proceed(_ work: Int) -> Bool {
        switch collector.pointee.phase {
        case .idle: return false
        case .marking: mark(work)
        case .sweeping: sweep(1 + work / HeapBlock.fullSize)
        }
        return true
    }

    // MARK: Marking

    /// Notes that the program can reach what a slot refers to.
    @inline(__always) func shade(_ slot: UInt64) {
        guard let object = ReferenceTag.object(of: slot) else { return }
        let header = object.load(as: UInt64.self)
        let mark = UInt8(truncatingIfNeeded: header)
        if mark == UInt8(truncatingIfNeeded: state.pointee.colour) || mark == ObjectMark.permanent { return }
        object.storeBytes(of: UInt8(truncatingIfNeeded: state.pointee.colour), as: UInt8.self)
        let kind = ObjectKind.of(header)
        if kind < ObjectKind.scalarList.rawValue {
            collector.pointee.live &+= HeapText.headerSize &+ Int(truncatingIfNeeded: header >> 16)
        } else {
            found(object, kind)
        }
    }

    private func found(_ object: UnsafeMutableRawPointer, _ kind: UInt8) {
        switch ObjectKind(rawValue: kind) {
        case .scalarList: collector.pointee.live &+= HeapList.headerSize &+ HeapList(object).capacity &* 8
        case .referenceList:
            collector.pointee.live &+= HeapList.headerSize &+ HeapList(object).capacity &* 8
            collector.pointee.pending.push(object, 0)
        case .scalarIntMap, .referenceIntMap:
            collector.pointee.live &+= HeapIntMap.headerSize &+ HeapIntMap(object).capacity &* HeapIntMap.entrySize
            if kind == ObjectKind.referenceIntMap.rawValue { collector.pointee.pending.push(object, 0) }
        default:
            collector.pointee.live &+= HeapMap.headerSize &+ HeapMap(object).capacity &* HeapMap.entrySize
            collector.pointee.pending.push(object, 0)
        }
    }

    private func mark(_ work: Int) {
        var left = work
        while left > 0, let (object, next) = collector.pointee.pending.pop() { left &-= scan(object, from: next) }
        countPending()
        if collector.pointee.pending.isEmpty {
            collector.pointee.pending.shrink()
            countPending()
            endMarking()
        }
    }

    /// So many elements or entries are looked at in one go.
    private static let piece = 512

    /// - Returns: how much work that was, in bytes.
    private func scan(_ object: UnsafeMutableRawPointer, from start: Int) -> Int {
        let kind = ObjectKind.of(object.load(as: UInt64.self))
        let isList = kind == ObjectKind.referenceList.rawValue
        // Maps of both kinds tell at the same place how many entries they have. It can have become shorter since the last piece.
        let count = isList ? HeapList(object).count : HeapMap(object).used
        let end = min(count, start &+ Self.piece)
        if end < count { collector.pointee.pending.push(object, end) }
        guard start < end else { return 16 }
        if isList {
            shadeElements(of: HeapList(object), from: start, to: end)
            return HeapList.headerSize &+ (end &- start) &* 16
        }
        if kind == ObjectKind.referenceIntMap.rawValue {
            shadeValues(of: HeapIntMap(object), from: start, to: end)
            return HeapIntMap.headerSize &+ (end &- start) &* 24
        }
        shadeEntries(of: HeapMap(object), from: start, to: end)
        return HeapMap.headerSize &+ (end &- start) &* 40
    }

    func shadeElements(of list: HeapList, from start: Int, to end: Int) {
        guard let elements = list.elements else { return }
        for index in start..<end { shade(elements.slot(index &* 8)) }
    }

    func shadeEntries(of map: HeapMap, from start: Int, to end: Int) {
        guard let block = map.block else { return }
        let holdsReferences = map.holdsReferences
        for index in start..<end {
            shade(block.slot(index &* 24))
            if holdsReferences { shade(block.slot(index &* 24 &+ 16)) }
        }
    }

    private func endMarking() {
        state.pointee.isMarking = false
        collector.pointee.phase = .sweeping
        collector.pointee.figures.cycles += 1
        collector.pointee.figures.liveBytes = collector.pointee.live
        collector.pointee.allocatedAtCycle = allocatedBytes
        let room = max(pace.step, (limit - collector.pointee.live) / 4)
        collector.pointee.trigger = min(room, max(pace.trigger, pace.growsWithHeap ? collector.pointee.live : 0))
        for index in blocks.indices {
            // Sweeping finds the free cells again.
            freeCells[index] = nil
            collector.pointee.unswept[index] = blocks[index].count
            if let memory = carving[index] { HeapBlock(memory).sweptEnd = HeapBlock(memory).carved }
        }
        collector.pointee.unsweptLarge = large.count
        collector.pointee.sweptClasses = 0
    }

    // MARK: Sweeping

    /// A free cell of a class out of the blocks that are still to be swept.
    func sweepForCells(_ index: Int) -> UnsafeMutableRawPointer? {
        guard collector.pointee.unswept[index] > 0 else { return nil }
        var left = Self.blocksPerCell
        pause {
            while left > 0, freeCells[index] == nil, collector.pointee.unswept[index] > 0 {
                sweepBlock(of: index)
                left -= 1
            }
        }
        return freeCells[index]
    }

    /// Sweeps so many blocks or large objects of any class.
    private func sweep(_ count: Int) {
        var left = count
        while collector.pointee.sweptClasses < blocks.count {
            while collector.pointee.unswept[collector.pointee.sweptClasses] > 0 {
                guard left > 0 else { return }
                sweepBlock(of: collector.pointee.sweptClasses)
                left -= 1
            }
            collector.pointee.sweptClasses += 1
        }
        while collector.pointee.unsweptLarge > 0 {
            guard left > 0 else { return }
            sweepLargeObject()
            left -= 1
        }
        collector.pointee.phase = .idle
    }

    private func sweepBlock(of index: Int) {
        collector.pointee.unswept[index] -= 1
        let position = collector.pointee.unswept[index]
        let block = HeapBlock(blocks[index][position])
        let cell = SizeClasses.sizes[index]
        let colour = UInt8(truncatingIfNeeded: state.pointee.colour)
        var next = freeCells[index]
        var isEmpty = true
        var object = block.memory + HeapBlock.headerSize
        let isWhole = block.sweptEnd >= block.carved
        let end = block.memory + min(block.carved, block.sweptEnd)
        block.sweptEnd = .max
        while object < end {
            let header = object.load(as: UInt64.self)
            if UInt8(truncatingIfNeeded: header) == colour {
                isEmpty = false
            } else {
                if ObjectKind.of(header) >= ObjectKind.scalarList.rawValue { releaseElements(of: object, header) }
                object.storeBytes(of: UInt64(ObjectMark.free), as: UInt64.self)
                object.storeBytes(of: next, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
                next = object
            }
            object += cell
        }
        if isEmpty, isWhole, carving[index] != block.memory {
            // Blocks behind this one are swept, so that the last may take its place.
            blocks[index].swapAt(position, blocks[index].count - 1)
            blocks[index].removeLast()
            recycle(block)
        } else {
            freeCells[index] = next
        }
    }

    private func releaseElements(of object: UnsafeMutableRawPointer, _ header: UInt64) {
        let isList = ObjectKind.of(header) <= ObjectKind.referenceList.rawValue
        if let block = isList ? HeapList(object).block : HeapMap(object).block { deallocateElements(block) }
    }

    private func recycle(_ block: HeapBlock) {
        if block.size == HeapBlock.fullSize, spares.count < Self.mostSpares {
            spares.append(block.memory)
        } else {
            release(block.size)
            block.memory.deallocate()
        }
    }

    private func sweepLargeObject() {
        collector.pointee.unsweptLarge -= 1
        let (object, size) = large[collector.pointee.unsweptLarge]
        let header = object.load(as: UInt64.self)
        guard UInt8(truncatingIfNeeded: header) != UInt8(truncatingIfNeeded: state.pointee.colour) else { return }
        large.swapAt(collector.pointee.unsweptLarge, large.count - 1)
        large.removeLast()
        if ObjectKind.of(header) >= ObjectKind.scalarList.rawValue { releaseElements(of: object, header) }
        release(size)
        object.deallocate()
    }

    /// Gives empty blocks back to the system.
    func releaseSpares() {
        for memory in spares {
            release(HeapBlock(memory).size)
            memory.deallocate()
        }
        spares = []
    }
}
