// Gives every branch that brings values to a block a place where their moves can stand.

/// Puts a block on each edge of a branch that has arguments, so that only jumps bring values.
enum EdgeSplitting {
    static func split(_ function: inout IRFunction) {
        guard needsSplitting(function) else { return }
        var place = [Int](repeating: -1, count: function.blocks.count)
        for (index, block) in function.layout.enumerated() { place[block] = index }
        // The new blocks, and which block each stands in front of or behind.
        var before: [(list: IRBlockNumber, block: IRBlockNumber)] = []
        var after = before
        let count = function.blocks.count
        for (index, block) in function.layout.enumerated() {
            guard case .branch(let test, let first, let second) = function.blocks[block].terminator else { continue }
            func splitting(_ edge: IREdge) -> IREdge {
                guard !edge.arguments.isEmpty else { return edge }
                let middle = function.makeBlock()
                function.blocks[middle].terminator = .jump(edge)
                function.blocks[middle].line = function.blocks[block].line
                function.blocks[middle].scope = function.blocks[block].scope
                function.blocks[middle].handler = function.blocks[block].handler
                // On the way back of a loop it stands before the loop's head, so that it runs into it without a jump.
                if place[edge.target] <= index {
                    before.append((edge.target, middle))
                } else {
                    after.append((block, middle))
                }
                return IREdge(target: middle)
            }
            function.blocks[block].terminator = .branch(test, splitting(first), splitting(second))
        }
        let (inFront, behind) = (BlockLists(count: count, before), BlockLists(count: count, after))
        var layout: [IRBlockNumber] = []
        layout.reserveCapacity(function.layout.count + before.count + after.count)
        for block in function.layout {
            layout.append(contentsOf: inFront[block])
            layout.append(block)
            layout.append(contentsOf: behind[block])
        }
        function.layout = layout
    }

    private static func needsSplitting(_ function: IRFunction) -> Bool {
        function.layout.contains { block in
            guard case .branch(_, let first, let second) = function.blocks[block].terminator else { return false }
            return !first.arguments.isEmpty || !second.arguments.isEmpty
        }
    }
}
