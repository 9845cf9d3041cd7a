// Gives every value a register.

import SerenaNetBytecode

/// The registers of a function.
///
/// First parameters and what jumps bring for them are put into one class wherever their live ranges allow it, those of the
/// innermost loops first, so that the jumps need no moves (Boissinot et al., "Revisiting Out-of-SSA Translation for
/// Correctness, Code Quality, and Efficiency", 2009). Then the classes get registers by linear scan (Poletto and Sarkar,
/// 1999), among the registers of their type: the VM demands that a register has one type for the whole of a function.
struct RegisterAllocation {
    /// By value; −1 for values that do not exist any more.
    private(set) var registers: [Int]
    /// The type of each register, parameters of the function first.
    private(set) var types: [IRType] = []
    /// The register of the first cell; the others follow.
    private(set) var firstCell = 0
    /// Whether there were too many values to find registers for.
    let isTooLarge: Bool

    /// - Parameter function: no branch brings arguments; only jumps do.
    init(_ function: IRFunction, _ flow: ControlFlow) {
        let ranges = LiveRanges(function, predecessors: flow.predecessors)
        isTooLarge = ranges.isTooLarge
        registers = [Int](repeating: -1, count: function.types.count)
        guard !isTooLarge else { return }
        var classes = ValueClasses(ranges)
        for (parameter, argument) in Self.affinities(of: function, flow)
        where function.types[parameter] == function.types[argument] {
            classes.join(parameter, argument)
        }
        assign(function, &classes)
    }

    /// Parameters with what jumps bring for them, those in the deepest loops first.
    private static func affinities(of function: IRFunction, _ flow: ControlFlow) -> [(IRValue, IRValue)] {
        guard function.layout.contains(where: { !function.blocks[$0].parameters.isEmpty }) else { return [] }
        var depth = [Int](repeating: 0, count: function.blocks.count)
        for loop in flow.loops() {
            for block in loop.blocks { depth[block] += 1 }
        }
        var pairs: [(parameter: IRValue, argument: IRValue, depth: Int, place: Int)] = []
        for block in function.layout {
            guard case .jump(let edge) = function.blocks[block].terminator else { continue }
            for (parameter, argument) in zip(function.blocks[edge.target].parameters, edge.arguments) {
                pairs.append((parameter, argument, depth[block], pairs.count))
            }
        }
        pairs.sort { $0.depth != $1.depth ? $0.depth > $1.depth : $0.place < $1.place }
        return pairs.map { ($0.parameter, $0.argument) }
    }

    private mutating func assign(_ function: IRFunction, _ classes: inout ValueClasses) {
        var ofClass = [Int](repeating: -1, count: registers.count)
        for value in function.inputs {
            ofClass[classes.representative(of: value)] = types.count
            types.append(function.types[value])
        }
        firstCell = types.count
        types += function.cells
        var free = FreeRegisters()
        var active = ExpiryQueue()
        for interval in classes.intervals() {
            while let register = active.popExpired(before: interval.start) { free.put(register, of: types[register]) }
            if ofClass[interval.value] < 0 {
                let type = function.types[interval.value]
                if let register = free.take(of: type) {
                    ofClass[interval.value] = register
                } else {
                    ofClass[interval.value] = types.count
                    types.append(type)
                }
            }
            active.insert(ofClass[interval.value], end: interval.end)
        }
        for value in registers.indices where !classes.isEmpty(value) {
            registers[value] = ofClass[classes.representative(of: value)]
        }
    }

    /// A register for a short time, that no value has.
    mutating func addRegister(_ type: IRType) -> Int {
        types.append(type)
        return types.count - 1
    }
}

/// The registers that nothing needs at a place, by their type; the one that became free last is the first to be taken.
private struct FreeRegisters {
    /// By type, the register that became free last; −1 for none.
    private var last: [Int] = []
    /// By register, the one of its type that became free before it.
    private var before: [Int] = []

    mutating func put(_ register: Int, of type: IRType) {
        if last.count <= type.index { last += repeatElement(-1, count: type.index + 8 - last.count) }
        if before.count <= register { before += repeatElement(-1, count: register + 32 - before.count) }
        before[register] = last[type.index]
        last[type.index] = register
    }

    mutating func take(of type: IRType) -> Int? {
        guard type.index < last.count, last[type.index] >= 0 else { return nil }
        let register = last[type.index]
        last[type.index] = before[register]
        return register
    }
}

/// Values that share a register.
private struct ValueClasses {
    private var parents: [IRValue]
    private var segments: [LiveSegment]
    /// By value, its part of ``segments``, if it represents its class.
    private var ranges: [Range<Int>]

    init(_ live: LiveRanges) {
        segments = live.segments
        ranges = live.ranges
        parents = Array(ranges.indices)
    }

    mutating func representative(of value: IRValue) -> IRValue {
        var root = value
        while parents[root] != root { root = parents[root] }
        var value = value
        while parents[value] != root { (value, parents[value]) = (parents[value], root) }
        return root
    }

    func isEmpty(_ value: IRValue) -> Bool { parents[value] == value && ranges[value].isEmpty }

    /// Puts two values into one class, unless they are live at the same time.
    mutating func join(_ left: IRValue, _ right: IRValue) {
        let (left, right) = (representative(of: left), representative(of: right))
        guard left != right, !intersect(ranges[left], ranges[right]) else { return }
        // What was there before stays where it is: nothing names it any more.
        let first = segments.count
        for index in ranges[left] { segments.append(segments[index]) }
        for index in ranges[right] { segments.append(segments[index]) }
        LiveRanges.normalize(&segments, from: first)
        ranges[left] = first..<segments.count
        ranges[right] = 0..<0
        parents[right] = left
    }

    /// Whether two lists of segments have a position in common.
    private func intersect(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        var (i, j) = (left.lowerBound, right.lowerBound)
        while i < left.upperBound, j < right.upperBound {
            if segments[i].end <= segments[j].start {
                i += 1
            } else if segments[j].end <= segments[i].start {
                j += 1
            } else {
                return true
            }
        }
        return false
    }

    /// From where to where each class is live, in the order in which they begin.
    func intervals() -> [(value: IRValue, start: Int, end: Int)] {
        var intervals: [(value: IRValue, start: Int, end: Int)] = []
        intervals.reserveCapacity(ranges.count)
        for value in ranges.indices where parents[value] == value && !ranges[value].isEmpty {
            let range = ranges[value]
            intervals.append((value, segments[range.lowerBound].start, segments[range.upperBound - 1].end))
        }
        intervals.sort { $0.start != $1.start ? $0.start < $1.start : $0.value < $1.value }
        return intervals
    }
}

/// Registers by the position at which they become free: a binary heap.
private struct ExpiryQueue {
    private var heap: [(end: Int, register: Int)]

    init() {
        heap = []
        heap.reserveCapacity(32)
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (heap[left], heap[right])
        return left.end != right.end ? left.end < right.end : left.register < right.register
    }

    mutating func insert(_ register: Int, end: Int) {
        heap.append((end, register))
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// A register that is free at `position`.
    mutating func popExpired(before position: Int) -> Int? {
        guard let first = heap.first, first.end <= position else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in (2 * parent + 1)...(2 * parent + 2) where child < heap.count && isBefore(child, least) {
                least = child
            }
            if least == parent { return first.register }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
