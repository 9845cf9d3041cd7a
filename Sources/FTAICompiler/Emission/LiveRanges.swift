// Where in the code each value is needed.

import SerenaNetBytecode

/// A stretch of positions, the last excluded, and the next one of the same value.
struct LiveSegment {
    var start: Int32
    var end: Int32
    /// An index into ``LiveRanges/segments``; −1 behind the last.
    var next: Int32
}

/// The positions of a function's code, and the stretches at which each value is live.
///
/// A block begins at an even position, where its parameters are given. Each instruction has two: at the even one it reads, at
/// the odd one it writes, so that a result may take the register of an operand that is needed no more. What a jump
/// brings is read at the end of its block.
///
/// Which values live on from block to block is the least solution of the equations of liveness (Aho, Lam, Sethi, Ullman,
/// "Compilers", 2nd edition, 9.2.5), with a bit for each value that any other block than its own needs. One walk over the
/// code from its end to its beginning then finds all stretches (Wimmer and Mössenböck, "Optimized Interval Splitting in a
/// Linear Scan Register Allocator", 2005, figure 4).
struct LiveRanges {
    /// The stretches of all values. Those of a value are a chain that begins at ``first``: in order, and not touching.
    private(set) var segments: [LiveSegment] = []
    /// By value, its first segment; −1 for values that nothing gives any more.
    private(set) var first: [Int32]
    /// Behind the last position.
    private(set) var end = 0
    /// Whether finding them was given up: too many values live through too many blocks.
    private(set) var isTooLarge = false

    init(_ function: IRFunction) {
        first = [Int32](repeating: -1, count: function.types.count)
        guard let liveness = Liveness(function) else {
            isTooLarge = true
            return
        }
        segments.reserveCapacity(function.types.count + function.types.count / 2)
        end = function.layout.reduce(0) { $0 + 2 * function.blocks[$1].code.count + 4 }
        var position = end
        for block in function.layout.reversed() {
            let start = position - 2 * function.blocks[block].code.count - 4
            findSegments(of: block, from: start, to: position, function, liveness)
            position = start
        }
    }

    private mutating func findSegments(
        of block: IRBlockNumber, from start: Int, to end: Int, _ function: IRFunction, _ liveness: Liveness
    ) {
        liveness.forEachValue(behind: block) { need($0, from: start, to: end) }
        function.blocks[block].terminator.forEachValue { need($0, from: start, to: end - 1) }
        function.blocks[block].terminator.forEachEdge { edge in
            for value in edge.arguments { need(value, from: start, to: end) }
        }
        var position = end - 4
        for index in function.blocks[block].code.reversed() {
            if function.instructions[index].result >= 0 {
                give(function.instructions[index].result, at: position + 1)
            }
            let count = function.instructions[index].operands.count
            if count > 0 {
                let keeps = function.properties(at: index).contains(.keepsOperands)
                for operand in 0..<count {
                    need(
                        function.instructions[index].operands[operand], from: start, to: position + (keeps ? 2 : 1))
                }
            }
            position -= 2
        }
        for value in function.blocks[block].parameters { give(value, at: start) }
        if block == function.entry {
            for value in function.inputs { give(value, at: start) }
        }
    }

    /// A value is needed up to a position, and may be there since the beginning of the block.
    @inline(__always)
    private mutating func need(_ value: IRValue, from start: Int, to end: Int) {
        let head = Int(first[value])
        if head >= 0, Int(segments[head].start) <= end {
            segments[head].start = min(segments[head].start, Int32(start))
            segments[head].end = max(segments[head].end, Int32(end))
        } else {
            segments.append(LiveSegment(start: Int32(start), end: Int32(end), next: first[value]))
            first[value] = Int32(segments.count - 1)
        }
    }

    /// A value begins here.
    @inline(__always)
    private mutating func give(_ value: IRValue, at position: Int) {
        let head = Int(first[value])
        if head >= 0 {
            segments[head].start = Int32(position)
        } else {
            segments.append(LiveSegment(start: Int32(position), end: Int32(position + 1), next: -1))
            first[value] = Int32(segments.count - 1)
        }
    }

    // MARK: Chains

    /// Whether two chains have a position in common.
    func intersect(_ left: Int32, _ right: Int32) -> Bool {
        var (left, right) = (Int(left), Int(right))
        while left >= 0, right >= 0 {
            if segments[left].end <= segments[right].start {
                left = Int(segments[left].next)
            } else if segments[right].end <= segments[left].start {
                right = Int(segments[right].next)
            } else {
                return true
            }
        }
        return false
    }

    /// Makes one chain of two that have no position in common, and joins what touches.
    ///
    /// - Returns: its first segment.
    mutating func merge(_ left: Int32, _ right: Int32) -> Int32 {
        var (left, right) = (left, right)
        var (head, last): (Int32, Int32) = (-1, -1)
        while left >= 0 || right >= 0 {
            let takesLeft = right < 0 || (left >= 0 && segments[Int(left)].start <= segments[Int(right)].start)
            let taken = takesLeft ? left : right
            if takesLeft { left = segments[Int(left)].next } else { right = segments[Int(right)].next }
            if last >= 0, segments[Int(taken)].start <= segments[Int(last)].end {
                segments[Int(last)].end = max(segments[Int(last)].end, segments[Int(taken)].end)
                continue
            }
            if last >= 0 { segments[Int(last)].next = taken } else { head = taken }
            last = taken
        }
        if last >= 0 { segments[Int(last)].next = -1 }
        return head
    }
}

/// The values that are needed behind the block that gives them: a bit for each, block by block.
private struct Liveness {
    /// By number of its bit.
    private var values: [IRValue] = []
    /// Words of bits for a block.
    private var words = 0
    /// The values that are needed at the end of each block.
    private var atEnd: [UInt64] = []
    /// So many words are looked at for a function, and so many values are taken through blocks. A few million take a hundredth
    /// of a second.
    private static let mostSteps = 8_000_000

    /// Nil when there are too many values in too many blocks.
    init?(_ function: IRFunction) {
        guard function.layout.count > 1 else { return }
        let homes = Self.homes(of: function)
        var numbers = [Int32](repeating: -1, count: function.types.count)
        /// Which block needs which value at its beginning on its own account.
        var needs: [(block: Int32, number: Int32)] = []
        needs.reserveCapacity(function.instructions.count)
        func note(_ value: IRValue, _ block: IRBlockNumber) {
            guard Int(homes[value]) != block else { return }
            if numbers[value] < 0 {
                numbers[value] = Int32(values.count)
                values.append(value)
            }
            needs.append((Int32(block), numbers[value]))
        }
        for block in function.layout {
            for index in function.blocks[block].code {
                for operand in 0..<function.instructions[index].operands.count {
                    note(function.instructions[index].operands[operand], block)
                }
            }
            function.blocks[block].terminator.forEachValue { note($0, block) }
        }
        words = (values.count + 63) / 64
        let count = function.blocks.count * words
        guard count <= Self.mostSteps else { return nil }
        var atStart = [UInt64](repeating: 0, count: count)
        for need in needs {
            atStart[Int(need.block) * words + Int(need.number) / 64] |= 1 << UInt64(need.number % 64)
        }
        var given = [UInt64](repeating: 0, count: count)
        for (number, value) in values.enumerated() {
            given[Int(homes[value]) * words + number / 64] |= 1 << UInt64(number % 64)
        }
        atEnd = [UInt64](repeating: 0, count: count)
        guard solve(function, &atStart, given) else { return nil }
        guard atEnd.reduce(0, { $0 + $1.nonzeroBitCount }) <= Self.mostSteps else { return nil }
    }

    /// The block that gives each value.
    private static func homes(of function: IRFunction) -> [Int32] {
        var homes = [Int32](repeating: 0, count: function.types.count)
        for value in function.inputs { homes[value] = Int32(function.entry) }
        for block in function.layout {
            for value in function.blocks[block].parameters { homes[value] = Int32(block) }
            for index in function.blocks[block].code where function.instructions[index].result >= 0 {
                homes[function.instructions[index].result] = Int32(block)
            }
        }
        return homes
    }

    /// From behind, again and again, until nothing changes. Answers whether that was done in time.
    private mutating func solve(_ function: IRFunction, _ atStart: inout [UInt64], _ given: [UInt64]) -> Bool {
        guard words > 0 else { return true }
        var steps = 0
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            steps += function.layout.count * words
            guard steps <= Self.mostSteps else { return false }
            for block in function.layout.reversed() {
                let own = block * words
                func join(_ target: IRBlockNumber) {
                    for word in 0..<words { atEnd[own + word] |= atStart[target * words + word] }
                }
                function.blocks[block].terminator.forEachTarget(join)
                // From every place of a protected block control may come to where its failures are caught.
                var handler = function.blocks[block].handler
                while handler > 0 {
                    join(function.handlers[handler - 1].target)
                    handler = function.handlers[handler - 1].parent
                }
                for word in own..<(own + words) {
                    let needed = atStart[word] | (atEnd[word] & ~given[word])
                    if needed != atStart[word] {
                        atStart[word] = needed
                        hasChanged = true
                    }
                }
            }
        }
        return true
    }

    /// Calls `body` with each value that is needed behind a block.
    @inline(__always)
    func forEachValue(behind block: IRBlockNumber, _ body: (IRValue) -> Void) {
        for word in 0..<words {
            var bits = atEnd[block * words + word]
            while bits != 0 {
                body(values[word * 64 + bits.trailingZeroBitCount])
                bits &= bits - 1
            }
        }
    }
}
