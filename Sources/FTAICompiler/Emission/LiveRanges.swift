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
struct LiveRanges: ~Copyable {
    /// The stretches of all values. Those of a value are a chain that begins at ``first``: in order, and not touching.
    private(set) var segments: [LiveSegment] = []
    /// By value, its first segment; −1 for values that nothing gives any more, and for those that were merged with another.
    var first: NumberTable
    /// Behind the last position.
    private(set) var end = 0
    /// Whether finding them was given up: too many values live through too many blocks.
    private(set) var isTooLarge = false

    init(_ outline: borrowing CodeOutline) {
        first = NumberTable(count: outline.valueCount)
        guard let liveness = Liveness(outline) else {
            isTooLarge = true
            return
        }
        segments.reserveCapacity(outline.valueCount + outline.valueCount / 2)
        end = 2 * outline.instructions.count + 4 * outline.blocks.count
        var position = end
        for block in outline.blocks.indices.reversed() {
            let start = position - 2 * outline.code(of: block).count - 4
            findSegments(of: block, from: start, to: position, outline, liveness)
            position = start
        }
    }

    private mutating func findSegments(
        of block: Int, from start: Int, to end: Int, _ outline: borrowing CodeOutline, _ liveness: Liveness
    ) {
        liveness.forEachValue(behind: block) { need($0, from: start, to: end) }
        for read in outline.arguments(of: block) { need(Int(outline.reads[read]), from: start, to: end) }
        for read in outline.endReads(of: block) { need(Int(outline.reads[read]), from: start, to: end - 1) }
        var position = end - 4
        var lastRead = Int(outline.blocks[block].firstEndRead)
        let code = outline.code(of: block)
        for index in code.reversed() {
            let instruction = outline.instructions[index]
            if instruction.result >= 0 { give(Int(instruction.result), at: position + 1) }
            let firstRead =
                index > code.lowerBound
                ? Int(outline.instructions[index - 1].lastRead) : outline.reads(of: block).lowerBound
            let last = position + (instruction.keepsOperands ? 2 : 1)
            for read in firstRead..<lastRead { need(Int(outline.reads[read]), from: start, to: last) }
            lastRead = firstRead
            position -= 2
        }
        for parameter in outline.parameters(of: block) { give(Int(outline.parameters[parameter]), at: start) }
    }

    /// A value is needed up to a position, and may be there since the beginning of the block.
    @inline(__always)
    private mutating func need(_ value: IRValue, from start: Int, to end: Int) {
        let head = first[value]
        if head >= 0, Int(segments[head].start) <= end {
            var segment = segments[head]
            guard start < segment.start || end > segment.end else { return }
            segment.start = min(segment.start, Int32(start))
            segment.end = max(segment.end, Int32(end))
            segments[head] = segment
        } else {
            segments.append(LiveSegment(start: Int32(start), end: Int32(end), next: Int32(head)))
            first[value] = segments.count - 1
        }
    }

    /// A value begins here.
    @inline(__always)
    private mutating func give(_ value: IRValue, at position: Int) {
        let head = first[value]
        if head >= 0 {
            segments[head].start = Int32(position)
        } else {
            segments.append(LiveSegment(start: Int32(position), end: Int32(position + 1), next: -1))
            first[value] = segments.count - 1
        }
    }

    // MARK: Chains

    /// Whether two chains have a position in common.
    func intersect(_ left: Int, _ right: Int) -> Bool {
        var (left, right) = (left, right)
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
    mutating func merge(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        var (head, last) = (-1, -1)
        while left >= 0 || right >= 0 {
            let takesLeft = right < 0 || (left >= 0 && segments[left].start <= segments[right].start)
            let taken = takesLeft ? left : right
            if takesLeft { left = Int(segments[left].next) } else { right = Int(segments[right].next) }
            if last >= 0, segments[taken].start <= segments[last].end {
                segments[last].end = max(segments[last].end, segments[taken].end)
                continue
            }
            if last >= 0 { segments[last].next = Int32(taken) } else { head = taken }
            last = taken
        }
        if last >= 0 { segments[last].next = -1 }
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
    init?(_ outline: borrowing CodeOutline) {
        guard outline.blocks.count > 1 else { return }
        var numbers = NumberTable(count: outline.valueCount)
        for block in outline.blocks.indices {
            for read in outline.reads(of: block) {
                let value = Int(outline.reads[read])
                guard outline.homes[value] != block, numbers[value] < 0 else { continue }
                numbers[value] = values.count
                values.append(value)
            }
        }
        words = (values.count + 63) / 64
        let count = outline.blocks.count * words
        guard count <= Self.mostSteps else { return nil }
        var atStart = [UInt64](filledWith: 0, count: count)
        var given = atStart
        atEnd = atStart
        for block in outline.blocks.indices {
            for read in outline.reads(of: block) {
                let value = Int(outline.reads[read])
                guard outline.homes[value] != block else { continue }
                let number = numbers[value]
                atStart[block * words + number / 64] |= 1 << UInt64(number % 64)
            }
        }
        for number in values.indices {
            given[outline.homes[values[number]] * words + number / 64] |= 1 << UInt64(number % 64)
        }
        guard solve(outline, &atStart, given) else { return nil }
        guard atEnd.reduce(0, { $0 + $1.nonzeroBitCount }) <= Self.mostSteps else { return nil }
    }

    /// From behind, again and again, until nothing changes. Answers whether that was done in time.
    private mutating func solve(_ outline: borrowing CodeOutline, _ atStart: inout [UInt64], _ given: [UInt64]) -> Bool
    {
        guard words > 0 else { return true }
        var steps = 0
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            steps += outline.blocks.count * words
            guard steps <= Self.mostSteps else { return false }
            for block in outline.blocks.indices.reversed() {
                let own = block * words
                let targets = outline.targets(of: block)
                for word in 0..<words {
                    var needed: UInt64 = 0
                    for place in targets { needed |= atStart[Int(outline.targets[place]) * words + word] }
                    guard needed != atEnd[own + word] else { continue }
                    atEnd[own + word] = needed
                    needed = atStart[own + word] | (needed & ~given[own + word])
                    guard needed != atStart[own + word] else { continue }
                    atStart[own + word] = needed
                    hasChanged = true
                }
            }
        }
        return true
    }

    /// Calls `body` with each value that is needed behind a block.
    @inline(__always)
    func forEachValue(behind block: Int, _ body: (IRValue) -> Void) {
        for word in 0..<words {
            var bits = atEnd[block * words + word]
            while bits != 0 {
                body(values[word * 64 + bits.trailingZeroBitCount])
                bits &= bits - 1
            }
        }
    }
}
