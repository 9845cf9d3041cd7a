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
    /// By value, in order and not touching.
    private(set) var segments: [[LiveSegment]]
    /// By block.
    private(set) var start: [Int]
    private(set) var end: [Int]
    /// Whether finding them was given up: too many values live through too many blocks.
    private(set) var isTooLarge = false
    private var steps = 0
    /// So many blocks are walked through for the values of a function. A few million take a tenth of a second.
    private static let mostSteps = 8_000_000
    private var definitionBlock: [IRBlockNumber]
    private var definition: [Int]
    /// For each block, the value that was last found to be needed at its beginning.
    private var lastSeen: [IRValue]
    /// The same for its end.
    private var lastLeft: [IRValue]
    private let predecessors: [[IRBlockNumber]]

    init(_ function: IRFunction, predecessors: [[IRBlockNumber]]) {
        var predecessors = predecessors
        // From every place of a protected block control may come to where its failures are caught.
        for (index, handler) in function.handlers.enumerated() {
            predecessors[handler.target] += function.layout.filter { function.isProtected($0, by: index + 1) }
        }
        self.predecessors = predecessors
        segments = [[LiveSegment]](repeating: [], count: function.types.count)
        start = [Int](repeating: 0, count: function.blocks.count)
        end = start
        definitionBlock = [Int](repeating: -1, count: function.types.count)
        definition = definitionBlock
        lastSeen = [Int](repeating: -1, count: function.blocks.count)
        lastLeft = lastSeen
        number(function)
        let uses = Self.uses(of: function, start: start)
        // Value by value, so that one mark for each block is enough.
        for value in segments.indices where definitionBlock[value] >= 0 {
            if steps > Self.mostSteps {
                isTooLarge = true
                return
            }
            segments[value].append(LiveSegment(start: definition[value], end: definition[value] + 1))
            for use in uses.list[uses.first[value]..<uses.first[value + 1]] {
                extend(value, to: use.position, in: use.block)
            }
            Self.normalize(&segments[value])
        }
    }

    private mutating func number(_ function: IRFunction) {
        var position = 0
        for value in function.inputs {
            definitionBlock[value] = function.entry
            definition[value] = 0
        }
        for block in function.layout {
            start[block] = position
            for value in function.blocks[block].parameters {
                definitionBlock[value] = block
                definition[value] = position
            }
            for index in function.blocks[block].code {
                position += 2
                let result = function.instructions[index].result
                guard result >= 0 else { continue }
                definitionBlock[result] = block
                definition[result] = position + 1
            }
            position += 4
            end[block] = position
        }
    }

    private struct Use {
        let value: IRValue
        let block: IRBlockNumber
        /// The first position at which it is not needed any more on account of this use.
        let position: Int
    }

    /// All uses, those of a value together.
    private static func uses(of function: IRFunction, start: [Int]) -> (list: [Use], first: [Int]) {
        var unsorted: [Use] = []
        for block in function.layout {
            var position = start[block]
            for index in function.blocks[block].code {
                position += 2
                let keeps = function.instructions[index].properties.contains(.keepsOperands)
                for value in function.instructions[index].operands {
                    unsorted.append(Use(value: value, block: block, position: position + (keeps ? 2 : 1)))
                }
            }
            position += 2
            let terminator = function.blocks[block].terminator
            terminator.forEachValue { unsorted.append(Use(value: $0, block: block, position: position + 1)) }
            terminator.forEachEdge { edge in
                for value in edge.arguments { unsorted.append(Use(value: value, block: block, position: position + 2)) }
            }
        }
        var first = [Int](repeating: 0, count: function.types.count + 1)
        for use in unsorted { first[use.value + 1] += 1 }
        for value in 1..<max(1, first.count) { first[value] += first[value - 1] }
        var next = first
        var list = unsorted
        for use in unsorted {
            list[next[use.value]] = use
            next[use.value] += 1
        }
        return (list, first)
    }

    private mutating func extend(_ value: IRValue, to position: Int, in block: IRBlockNumber) {
        let home = definitionBlock[value]
        if block == home, position > definition[value] {
            segments[value].append(LiveSegment(start: definition[value], end: position))
            return
        }
        segments[value].append(LiveSegment(start: start[block], end: position))
        var pending = [block]
        while let block = pending.popLast() {
            guard lastSeen[block] != value else { continue }
            lastSeen[block] = value
            for predecessor in predecessors[block] where lastLeft[predecessor] != value {
                lastLeft[predecessor] = value
                steps += 1
                if predecessor == home {
                    segments[value].append(LiveSegment(start: definition[value], end: end[predecessor]))
                } else {
                    segments[value].append(LiveSegment(start: start[predecessor], end: end[predecessor]))
                    pending.append(predecessor)
                }
            }
        }
    }

    /// Sorts segments and joins those that touch.
    private static func normalize(_ segments: inout [LiveSegment]) {
        guard segments.count > 1 else { return }
        segments.sort { $0.start < $1.start }
        var last = 0
        for segment in segments.dropFirst() {
            if segment.start <= segments[last].end {
                segments[last].end = max(segments[last].end, segment.end)
            } else {
                last += 1
                segments[last] = segment
            }
        }
        // A copy, as the list may have been far longer than it is now.
        segments = Array(segments[...last])
    }

    /// Whether two sorted lists have a position in common.
    static func intersect(_ left: [LiveSegment], _ right: [LiveSegment]) -> Bool {
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if left[i].end <= right[j].start {
                i += 1
            } else if right[j].end <= left[i].start {
                j += 1
            } else {
                return true
            }
        }
        return false
    }

    /// Two sorted lists as one.
    static func union(_ left: [LiveSegment], _ right: [LiveSegment]) -> [LiveSegment] {
        var joined = left + right
        normalize(&joined)
        return joined
    }
}
