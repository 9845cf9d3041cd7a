// Where in the code each value is needed.

/// A stretch of positions, the last excluded.
struct LiveSegment {
    var start: Int
    var end: Int
}

/// The positions of a function's code, and the stretches at which each value is live.
///
/// A block begins at an even position, where its parameters are given. Each instruction has two: at the even one it reads, at
/// the odd one it writes, so that a result may take the register of an operand that is needed no more. What a jump
/// brings is read at the end of its block. Ranges are found by walking backwards from each use (Boissinot et al., "Fast
/// Liveness Checking for SSA-Form Programs", 2008, describe the walk), which costs what the ranges are long.
struct LiveRanges {
    /// The stretches of all values, those of a value in a row: in order and not touching.
    private(set) var segments: [LiveSegment] = []
    /// By value, its part of ``segments``.
    private(set) var ranges: [Range<Int>]
    /// Whether finding them was given up: too many values live through too many blocks.
    private(set) var isTooLarge = false
    private var steps = 0
    /// So many blocks are walked through for the values of a function. A few million take a tenth of a second.
    private static let mostSteps = 8_000_000
    private var blocks: [BlockSpan]
    private var definitions: [Definition]
    private var uses: [Use] = []
    /// Blocks that are still to be walked through for a use.
    private var pending: [IRBlockNumber] = []
    private let predecessors: BlockLists

    /// What is known of a block while the values are looked at one by one.
    private struct BlockSpan {
        var start = 0
        var end = 0
        /// The value that was last found to be needed at its beginning.
        var lastSeen: IRValue = -1
        /// The same for its end.
        var lastLeft: IRValue = -1
    }

    private struct Definition {
        /// −1 for a value that no block gives any more.
        var block: IRBlockNumber = -1
        var position = -1
        /// The use that was found last: an index into a list of uses; −1 for none.
        var lastUse = -1
    }

    private struct Use {
        let block: IRBlockNumber
        /// The first position at which it is not needed any more on account of this use.
        let position: Int
        /// The use of the same value that was found before; −1 for none.
        let earlier: Int
    }

    init(_ function: IRFunction, predecessors: BlockLists) {
        self.predecessors = function.handlers.isEmpty ? predecessors : Self.withHandlers(function, predecessors)
        ranges = [Range<Int>](repeating: 0..<0, count: function.types.count)
        blocks = [BlockSpan](repeating: BlockSpan(), count: function.blocks.count)
        definitions = [Definition](repeating: Definition(), count: function.types.count)
        segments.reserveCapacity(function.types.count + function.types.count / 2)
        number(function)
        findUses(function)
        // Value by value, so that one mark for each block is enough.
        for value in definitions.indices where definitions[value].block >= 0 {
            if steps > Self.mostSteps {
                isTooLarge = true
                return
            }
            findSegments(of: value)
        }
    }

    /// From every place of a protected block control may come to where its failures are caught.
    private static func withHandlers(_ function: IRFunction, _ predecessors: BlockLists) -> BlockLists {
        var edges: [(list: IRBlockNumber, block: IRBlockNumber)] = []
        for block in function.layout {
            for predecessor in predecessors[block] { edges.append((block, predecessor)) }
        }
        for (index, handler) in function.handlers.enumerated() {
            for block in function.layout where function.isProtected(block, by: index + 1) {
                edges.append((handler.target, block))
            }
        }
        return BlockLists(count: function.blocks.count, edges)
    }

    private mutating func number(_ function: IRFunction) {
        var position = 0
        for value in function.inputs { definitions[value] = Definition(block: function.entry, position: 0) }
        for block in function.layout {
            blocks[block].start = position
            for value in function.blocks[block].parameters {
                definitions[value] = Definition(block: block, position: position)
            }
            for index in function.blocks[block].code {
                position += 2
                let result = function.instructions[index].result
                if result >= 0 { definitions[result] = Definition(block: block, position: position + 1) }
            }
            position += 4
            blocks[block].end = position
        }
    }

    /// All uses; those of a value are a chain that begins at ``Definition/lastUse``.
    private mutating func findUses(_ function: IRFunction) {
        uses.reserveCapacity(2 * function.instructions.count)
        for block in function.layout {
            var position = blocks[block].start
            for index in function.blocks[block].code {
                position += 2
                let keeps = function.properties(at: index).contains(.keepsOperands)
                for operand in 0..<function.instructions[index].operands.count {
                    note(function.instructions[index].operands[operand], block, position + (keeps ? 2 : 1))
                }
            }
            position += 2
            function.blocks[block].terminator.forEachValue { note($0, block, position + 1) }
            function.blocks[block].terminator.forEachEdge { edge in
                for value in edge.arguments { note(value, block, position + 2) }
            }
        }
    }

    private mutating func note(_ value: IRValue, _ block: IRBlockNumber, _ position: Int) {
        uses.append(Use(block: block, position: position, earlier: definitions[value].lastUse))
        definitions[value].lastUse = uses.count - 1
    }

    private mutating func findSegments(of value: IRValue) {
        let definition = definitions[value]
        let first = segments.count
        segments.append(LiveSegment(start: definition.position, end: definition.position + 1))
        var next = definition.lastUse
        while next >= 0 {
            let use = uses[next]
            next = use.earlier
            if use.block == definition.block, use.position > definition.position {
                segments[first].end = max(segments[first].end, use.position)
            } else {
                extend(value, to: use.position, in: use.block, from: definition, home: first)
            }
        }
        Self.normalize(&segments, from: first)
        ranges[value] = first..<segments.count
    }

    /// - Parameter home: the segment of the block that gives the value.
    private mutating func extend(
        _ value: IRValue, to position: Int, in block: IRBlockNumber, from definition: Definition, home: Int
    ) {
        append(LiveSegment(start: blocks[block].start, end: position), behind: home)
        pending.append(block)
        while let block = pending.popLast() {
            guard blocks[block].lastSeen != value else { continue }
            blocks[block].lastSeen = value
            for predecessor in predecessors[block] where blocks[predecessor].lastLeft != value {
                blocks[predecessor].lastLeft = value
                steps += 1
                if predecessor == definition.block {
                    segments[home].end = blocks[predecessor].end
                } else {
                    append(LiveSegment(start: blocks[predecessor].start, end: blocks[predecessor].end), behind: home)
                    pending.append(predecessor)
                }
            }
        }
    }

    /// Adds a segment, as a part of the last one where they touch: blocks in a row are mostly walked through in a row.
    private mutating func append(_ segment: LiveSegment, behind home: Int) {
        let last = segments.count - 1
        if last > home, segments[last].start == segment.end {
            segments[last].start = segment.start
        } else if last > home, segments[last].end == segment.start {
            segments[last].end = segment.end
        } else {
            segments.append(segment)
        }
    }

    private static func sort(_ segments: inout [LiveSegment], from first: Int) {
        guard segments.count - first <= 16 else { return segments[first...].sort { $0.start < $1.start } }
        // Mostly they are two or three, which are sorted where they stand.
        for index in (first + 1)..<segments.count {
            let segment = segments[index]
            var place = index
            while place > first, segments[place - 1].start > segment.start {
                segments[place] = segments[place - 1]
                place -= 1
            }
            segments[place] = segment
        }
    }

    /// Sorts the segments from an index on, and joins those that touch.
    static func normalize(_ segments: inout [LiveSegment], from first: Int) {
        guard segments.count - first > 1 else { return }
        sort(&segments, from: first)
        var last = first
        for index in (first + 1)..<segments.count {
            let segment = segments[index]
            if segment.start <= segments[last].end {
                segments[last].end = max(segments[last].end, segment.end)
            } else {
                last += 1
                segments[last] = segment
            }
        }
        segments.removeLast(segments.count - last - 1)
    }
}
