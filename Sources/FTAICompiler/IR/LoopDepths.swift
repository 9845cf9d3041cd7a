// How many loops stand around each block.

/// How deep the blocks of a function are in loops.
///
/// What is written without `goto` has loops with one entrance: an edge to a block that is not behind its source in the order of
/// the blocks leads back to the head of a loop, and no dominators are needed to find them.
struct LoopDepths {
    private var depths: [Int]
    private(set) var greatest = 0

    /// - Parameter place: see ``ControlFlow/place``.
    init(_ function: IRFunction, _ predecessors: BlockLists, _ place: [Int]) {
        depths = [Int](repeating: 0, count: function.blocks.count)
        // The head of the loop that each block was last found in.
        var lastHead: [Int32] = []
        var pending: [IRBlockNumber] = []
        for head in function.layout {
            for latch in predecessors[head] where place[latch] >= place[head] {
                if lastHead.isEmpty { lastHead = [Int32](repeating: -1, count: function.blocks.count) }
                enter(head, head, &lastHead)
                pending.append(latch)
            }
            while let block = pending.popLast() {
                guard lastHead[block] != Int32(head) else { continue }
                enter(block, head, &lastHead)
                pending.append(contentsOf: predecessors[block])
            }
        }
    }

    private mutating func enter(_ block: IRBlockNumber, _ head: IRBlockNumber, _ lastHead: inout [Int32]) {
        guard lastHead[block] != Int32(head) else { return }
        lastHead[block] = Int32(head)
        depths[block] += 1
        greatest = max(greatest, depths[block])
    }

    subscript(block: IRBlockNumber) -> Int { depths[block] }
}
