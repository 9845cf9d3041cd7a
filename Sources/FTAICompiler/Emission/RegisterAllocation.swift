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
        var classes = ValueClasses(ranges.segments)
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
        pairs.sort { ($1.depth, $0.place) < ($0.depth, $1.place) }
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
        let intervals = classes.intervals(count: registers.count)
        var free: [[Int]] = []
        var active = ExpiryQueue()
        for interval in intervals {
            while let register = active.popExpired(before: interval.start) {
                let type = types[register].index
                while free.count <= type { free.append([]) }
                free[type].append(register)
            }
            if ofClass[interval.value] < 0 {
                let type = function.types[interval.value]
                if type.index < free.count, let register = free[type.index].popLast() {
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

/// Values that share a register.
private struct ValueClasses {
    private var parents: [IRValue]
    private var segments: [[LiveSegment]]

    init(_ segments: [[LiveSegment]]) {
        self.segments = segments
        parents = Array(segments.indices)
    }

    mutating func representative(of value: IRValue) -> IRValue {
        var root = value
        while parents[root] != root { root = parents[root] }
        var value = value
        while parents[value] != root { (value, parents[value]) = (parents[value], root) }
        return root
    }

    func isEmpty(_ value: IRValue) -> Bool { parents[value] == value && segments[value].isEmpty }

    /// Puts two values into one class, unless they are live at the same time.
    mutating func join(_ left: IRValue, _ right: IRValue) {
        let (left, right) = (representative(of: left), representative(of: right))
        guard left != right, !LiveRanges.intersect(segments[left], segments[right]) else { return }
        segments[left] = LiveRanges.union(segments[left], segments[right])
        segments[right] = []
        parents[right] = left
    }

    /// From where to where each class is live, in the order in which they begin.
    func intervals(count: Int) -> [(value: IRValue, start: Int, end: Int)] {
        var intervals: [(value: IRValue, start: Int, end: Int)] = []
        for value in 0..<count {
            guard parents[value] == value, let first = segments[value].first, let last = segments[value].last else {
                continue
            }
            intervals.append((value, first.start, last.end))
        }
        return intervals.sorted { ($0.start, $0.value) < ($1.start, $1.value) }
    }
}

/// Registers by the position at which they become free: a binary heap.
private struct ExpiryQueue {
    private var heap: [(end: Int, register: Int)] = []

    mutating func insert(_ register: Int, end: Int) {
        heap.append((end, register))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
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
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == parent { return first.register }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
