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
    private static func affinities(in outline: borrowing CodeOutline) -> [Affinity] {
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
        var ofClass = NumberTable(count: registers.count)
        types.reserveCapacity(function.inputs.count + function.cells.count + 16)
        for value in function.inputs {
            ofClass[classes.representative(of: value)] = types.count
            types.append(function.types[value])
        }
        firstCell = types.count
        types += function.cells
        let beginning = classes.byBeginning()
        // A class needs no more registers than there are classes; the cells need theirs all the time.
        let most = types.count + registers.count
        var free = FreeRegisters(registers: most)
        var busy = BusyRegisters(registers: most, positions: classes.ranges.end + 1)
        for position in 0..<classes.ranges.end {
            while let register = busy.takeFree(at: position) { free.put(register, of: types[register]) }
            var value = beginning.first(at: position)
            while value >= 0 {
                var register = ofClass[value]
                if register < 0 {
                    let type = function.types[value]
                    register = free.take(of: type) ?? types.count
                    if register == types.count { types.append(type) }
                    ofClass[value] = register
                }
                busy.put(register, until: classes.end(of: value))
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
private struct FreeRegisters: ~Copyable {
    /// By type, the register that became free last; −1 for none.
    private var last: [Int] = []
    /// By register, the one of its type that became free before it.
    private var before: NumberTable

    init(registers: Int) {
        before = NumberTable(count: registers)
    }

    mutating func put(_ register: Int, of type: IRType) {
        if last.count <= type.index { last += repeatElement(-1, count: type.index + 8 - last.count) }
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
private struct ValueClasses: ~Copyable {
    /// The first segment of a value is that of its class, if it represents it.
    private(set) var ranges: LiveRanges
    private var parents: NumberTable

    init(_ live: consuming LiveRanges) {
        parents = NumberTable(count: live.first.count)
        for value in parents.indices { parents[value] = value }
        ranges = live
    }

    mutating func representative(of value: IRValue) -> IRValue {
        var root = value
        while parents[root] != root { root = parents[root] }
        var value = value
        while parents[value] != root { (value, parents[value]) = (parents[value], root) }
        return root
    }

    func isEmpty(_ value: IRValue) -> Bool { parents[value] == value && ranges.first[value] < 0 }

    /// Puts two values into one class, unless they are live at the same time.
    mutating func join(_ left: IRValue, _ right: IRValue) {
        let (left, right) = (representative(of: left), representative(of: right))
        guard left != right, !ranges.intersect(ranges.first[left], ranges.first[right]) else { return }
        ranges.first[left] = ranges.merge(ranges.first[left], ranges.first[right])
        ranges.first[right] = -1
        parents[right] = left
    }

    /// Behind the last position at which a class is live.
    func end(of value: IRValue) -> Int {
        var segment = ranges.segments[ranges.first[value]]
        while segment.next >= 0 { segment = ranges.segments[Int(segment.next)] }
        return Int(segment.end)
    }

    /// The classes by where they begin; of several, the one with the lower number first.
    func byBeginning() -> PositionChains {
        var chains = PositionChains(positions: ranges.end + 1, members: parents.count)
        for value in parents.indices.reversed() where ranges.first[value] >= 0 {
            chains.put(value, at: Int(ranges.segments[ranges.first[value]].start))
        }
        return chains
    }
}

/// Numbers at positions: for each position a chain of those that stand there, the one that was put there last in front.
private struct PositionChains: ~Copyable {
    private var firsts: NumberTable
    private var nexts: NumberTable

    init(positions: Int, members: Int) {
        firsts = NumberTable(count: positions)
        nexts = NumberTable(count: members)
    }

    func first(at position: Int) -> Int { firsts[position] }

    func next(behind member: Int) -> Int { nexts[member] }

    mutating func put(_ member: Int, at position: Int) {
        nexts[member] = firsts[position]
        firsts[position] = member
    }
}

/// Registers by the position at which they become free.
private struct BusyRegisters: ~Copyable {
    private var firsts: NumberTable
    /// By register, the next greater one that becomes free at the same position.
    private var nexts: NumberTable

    init(registers: Int, positions: Int) {
        firsts = NumberTable(count: positions)
        nexts = NumberTable(count: registers)
    }

    mutating func put(_ register: Int, until position: Int) {
        var next = firsts[position]
        guard next >= 0, next < register else {
            nexts[register] = next
            firsts[position] = register
            return
        }
        var before = next
        while next >= 0, next < register {
            before = next
            next = nexts[next]
        }
        nexts[register] = next
        nexts[before] = register
    }

    /// The lowest register that becomes free at a position and has not been taken yet.
    mutating func takeFree(at position: Int) -> Int? {
        let register = firsts[position]
        guard register >= 0 else { return nil }
        firsts[position] = nexts[register]
        return register
    }
}
