// Makes values single again after code was copied.

import SerenaNetBytecode

/// Finds the right one of several definitions for each use, and adds parameters where they meet (Braun et al. 2013, section 2).
struct SSARepair {
    private let predecessors: BlockLists
    /// The value at the end of a block, where it is known.
    private var atEnd: [IRBlockNumber: IRValue]
    private var atStart: [IRBlockNumber: IRValue] = [:]
    private let type: IRType

    /// Rewrites all uses of `value` outside the blocks that define it.
    ///
    /// - Parameters:
    ///   - definitions: the value that takes its place, at the end of each block that gives one.
    static func repair(
        _ value: IRValue, _ definitions: [IRBlockNumber: IRValue], in function: inout IRFunction, _ flow: ControlFlow
    ) {
        var repair = SSARepair(predecessors: flow.predecessors, atEnd: definitions, type: function.types[value])
        for block in flow.order {
            if definitions[block] == nil {
                for index in function.blocks[block].code {
                    for operand in function.instructions[index].operands.indices
                    where function.instructions[index].operands[operand] == value {
                        function.instructions[index].operands[operand] = repair.start(of: block, in: &function)
                    }
                }
            }
            var isUsed = false
            function.blocks[block].terminator.forEachValue { isUsed = isUsed || $0 == value }
            guard isUsed else { continue }
            let found = repair.end(of: block, in: &function)
            function.blocks[block].terminator.mapValues { $0 == value ? found : $0 }
        }
    }

    private mutating func end(of block: IRBlockNumber, in function: inout IRFunction) -> IRValue {
        if let value = atEnd[block] { return value }
        let value = start(of: block, in: &function)
        atEnd[block] = value
        return value
    }

    private mutating func start(of block: IRBlockNumber, in function: inout IRFunction) -> IRValue {
        if let value = atStart[block] { return value }
        // Along blocks with one predecessor nothing can meet; they may be many.
        var chain = [block]
        while let last = chain.last, predecessors[last].count == 1, atEnd[predecessors[last][0]] == nil,
            atStart[predecessors[last][0]] == nil
        {
            chain.append(predecessors[last][0])
        }
        let top = chain[chain.count - 1]
        let value: IRValue
        if predecessors[top].count == 1 {
            value = end(of: predecessors[top][0], in: &function)
        } else {
            value = function.addParameter(type, to: top)
            atStart[top] = value
            // Each edge brings its own; a block with two edges to here is looked at once.
            var seen: [IRBlockNumber] = []
            for predecessor in predecessors[top] where !seen.contains(predecessor) {
                seen.append(predecessor)
                let brought = end(of: predecessor, in: &function)
                function.blocks[predecessor].terminator.mapEdges { edge in
                    edge.target == top ? IREdge(target: top, arguments: edge.arguments + [brought]) : edge
                }
            }
        }
        for block in chain {
            atStart[block] = value
            if atEnd[block] == nil { atEnd[block] = value }
        }
        return value
    }
}
