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
    init(_ function: IRFunction) {
        let outline = CodeOutline(function)
        let ranges = LiveRanges(outline)
        isTooLarge = ranges.isTooLarge
        registers = [Int](filledWith: -1, count: function.types.count)
        guard !isTooLarge else { return }
        var classes = ValueClasses(ranges)
        for pair in Self.affinities(in: outline)
        where function.types[pair.parameter] == function.types[pair.argument] {
            classes.join(pair.parameter, pair.argument)
        }
        assign(function, &classes)
    }

    /// A parameter, and what a jump brings for it.
    private struct Affinity {
        let parameter: IRValue
        let argument: IRValue
    }

    /// Parameters with what jumps bring for them, those in the deepest loops first.
    private static func affinities(in outline: CodeOutline) -> [Affinity] {
        var found: [Affinity] = []
        var ofBlock: [Int32] = []
        for block in outline.blocks.indices {
            let arguments = outline.arguments(of: block)
            guard !arguments.isEmpty else { continue }
            let parameters = outline.parameters(of: Int(outline.targets[outline.targets(of: block).lowerBound]))
            for (argument, parameter) in zip(arguments, parameters) {
                found.append(
                    Affinity(
                        parameter: Int(outline.parameters[parameter]), argument: Int(outline.reads[argument])))
                ofBlock.append(Int32(truncatingIfNeeded: block))
            }
        }
        guard !found.isEmpty else { return found }
        let depths = outline.loopDepths
        guard let greatest = depths.max(), greatest > 0 else { return found }
        var sorted: [Affinity] = []
        sorted.reserveCapacity(found.count)
        for depth in (0...greatest).reversed() {
            for place in found.indices where depths[Int(ofBlock[place])] == depth { sorted.append(found[place]) }
        }
        return sorted
    }

    /// Goes through the positions of the code, and gives each class a register where it begins.
    private mutating func assign(_ function: IRFunction, _ classes: inout ValueClasses) {
        var ofClass = [Int](filledWith: -1, count: registers.count)
        types.reserveCapacity(function.inputs.count + function.cells.count + 16)
        for value in function.inputs {
            ofClass[classes.representative(of: value)] = types.count
            types.append(function.types[value])
        }
        firstCell = types.count
        types += function.cells
        let beginning = classes.byBeginning()
        var free = FreeRegisters()
        var busy = BusyRegisters(positions: classes.ranges.end + 1)
        for position in 0..<classes.ranges.end {
            while let register = busy.takeFree(at: position) { free.put(register, of: types[register]) }
            var value = beginning.first(at: position)
            while value >= 0 {
                if ofClass[value] < 0 {
                    let type = function.types[value]
                    if let register = free.take(of: type) {
                        ofClass[value] = register
                    } else {
                        ofClass[value] = types.count
                        types.append(type)
                    }
                }
                busy.put(ofClass[value], until: classes.end(of: value))
                value = beginning.next(behind: value)
            }
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
    private(set) var ranges: LiveRanges
    private var parents: [Int32]
    /// By value, its first segment, if it represents its class.
    private var first: [Int32]

    init(_ live: LiveRanges) {
        ranges = live
        first = live.first
        parents = Array(0..<Int32(live.first.count))
    }

    mutating func representative(of value: IRValue) -> IRValue {
        var root = value
        while Int(parents[root]) != root { root = Int(parents[root]) }
        var value = value
        while Int(parents[value]) != root { (value, parents[value]) = (Int(parents[value]), Int32(root)) }
        return root
    }

    func isEmpty(_ value: IRValue) -> Bool { Int(parents[value]) == value && first[value] < 0 }

    /// Puts two values into one class, unless they are live at the same time.
    mutating func join(_ left: IRValue, _ right: IRValue) {
        let (left, right) = (representative(of: left), representative(of: right))
        guard left != right, !ranges.intersect(first[left], first[right]) else { return }
        first[left] = ranges.merge(first[left], first[right])
        first[right] = -1
        parents[right] = Int32(left)
    }

    /// Behind the last position at which a class is live.
    func end(of value: IRValue) -> Int {
        var segment = Int(first[value])
        while ranges.segments[segment].next >= 0 { segment = Int(ranges.segments[segment].next) }
        return Int(ranges.segments[segment].end)
    }

    /// The classes by where they begin; of several, the one with the lower number first.
    func byBeginning() -> PositionChains {
        var chains = PositionChains(positions: ranges.end + 1, members: first.count)
        for value in first.indices.reversed() where first[value] >= 0 {
            chains.put(value, at: Int(ranges.segments[Int(first[value])].start))
        }
        return chains
    }
}

/// Numbers at positions: for each position a chain of those that stand there, the one that was put there last in front.
private struct PositionChains {
    private var firsts: [Int32]
    private var nexts: [Int32]

    init(positions: Int, members: Int) {
        firsts = [Int32](filledWith: -1, count: positions)
        nexts = [Int32](filledWith: -1, count: members)
    }

    func first(at position: Int) -> Int { Int(firsts[position]) }

    func next(behind member: Int) -> Int { Int(nexts[member]) }

    mutating func put(_ member: Int, at position: Int) {
        nexts[member] = firsts[position]
        firsts[position] = Int32(member)
    }
}

/// Registers by the position at which they become free.
private struct BusyRegisters {
    private var firsts: [Int32]
    /// By register, the next greater one that becomes free at the same position.
    private var nexts: [Int32] = []

    init(positions: Int) {
        firsts = [Int32](filledWith: -1, count: positions)
        nexts.reserveCapacity(32)
    }

    mutating func put(_ register: Int, until position: Int) {
        while nexts.count <= register { nexts.append(-1) }
        var next = firsts[position]
        guard next >= 0, next < register else {
            nexts[register] = next
            firsts[position] = Int32(register)
            return
        }
        var before = next
        while next >= 0, next < register {
            before = next
            next = nexts[Int(next)]
        }
        nexts[register] = next
        nexts[Int(before)] = Int32(register)
    }

    /// The lowest register that becomes free at a position and has not been taken yet.
    mutating func takeFree(at position: Int) -> Int? {
        let register = Int(firsts[position])
        guard register >= 0 else { return nil }
        firsts[position] = nexts[register]
        return register
    }
}
