// What the blocks of a function are to each other: predecessors, dominators, loops.

/// The control flow of a function, as it was when this was made.
struct ControlFlow {
    /// By block number; a block with two edges to another stands twice in its list.
    let predecessors: BlockLists
    /// Reachable blocks, each before its successors, except along the edges back of loops.
    let order: [IRBlockNumber]
    /// The place of each block in ``order``; −1 for those that cannot be reached.
    let place: [Int]
    /// The nearest block that is on every way to a block; the entry's is itself. Empty when nobody asked for them.
    private(set) var dominators: [IRBlockNumber]

    /// - Parameter findsDominators: whether ``dominators`` and what rests on them will be asked for.
    init(_ function: IRFunction, findsDominators: Bool = true) {
        let count = function.blocks.count
        var place = [Int](repeating: -1, count: count)
        let order = Self.order(of: function)
        var edges: [(list: IRBlockNumber, block: IRBlockNumber)] = []
        edges.reserveCapacity(2 * order.count)
        for (index, block) in order.enumerated() {
            place[block] = index
            function.blocks[block].terminator.forEachTarget { edges.append(($0, block)) }
        }
        self.predecessors = BlockLists(count: count, edges)
        self.order = order
        self.place = place
        dominators = findsDominators ? [IRBlockNumber](repeating: -1, count: count) : []
        if findsDominators { findDominators() }
    }

    /// Reachable blocks, see ``order``. Without recursion: code from outside may have thousands of blocks in a row.
    static func order(of function: IRFunction) -> [IRBlockNumber] {
        var order: [IRBlockNumber] = []
        order.reserveCapacity(function.layout.count)
        var isSeen = [Bool](repeating: false, count: function.blocks.count)
        var stack: [(block: IRBlockNumber, next: Int)] = []
        stack.reserveCapacity(16)
        stack.append((function.entry, 0))
        isSeen[function.entry] = true
        while let (block, next) = stack.last {
            guard let target = function.blocks[block].terminator.target(fromLast: next) else {
                order.append(block)
                stack.removeLast()
                continue
            }
            stack[stack.count - 1].next += 1
            if !isSeen[target] {
                isSeen[target] = true
                stack.append((target, 0))
            }
        }
        order.reverse()
        return order
    }

    /// Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm", 2001.
    private mutating func findDominators() {
        let entry = order[0]
        dominators[entry] = entry
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for block in order.dropFirst() {
                var common = -1
                for predecessor in predecessors[block] where dominators[predecessor] >= 0 {
                    common = common < 0 ? predecessor : intersection(predecessor, common)
                }
                if dominators[block] != common {
                    dominators[block] = common
                    hasChanged = true
                }
            }
        }
    }

    private func intersection(_ left: IRBlockNumber, _ right: IRBlockNumber) -> IRBlockNumber {
        var (left, right) = (left, right)
        while left != right {
            while place[left] > place[right] { left = dominators[left] }
            while place[right] > place[left] { right = dominators[right] }
        }
        return left
    }

    /// For each block, when a walk over the tree of dominators comes to it and when it leaves it.
    func treeTimes() -> (enter: [Int], leave: [Int]) {
        let children = BlockLists(count: dominators.count, order.dropFirst().map { (dominators[$0], $0) })
        var enter = [Int](repeating: -1, count: dominators.count)
        var leave = enter
        var time = 0
        var stack: [(block: IRBlockNumber, next: Int)] = [(order[0], 0)]
        enter[order[0]] = 0
        while let (block, next) = stack.last {
            time += 1
            if next < children[block].count {
                stack[stack.count - 1].next += 1
                let child = children[block][next]
                enter[child] = time
                stack.append((child, 0))
            } else {
                leave[block] = time
                stack.removeLast()
            }
        }
        return (enter, leave)
    }

    /// A loop with one block that control enters by.
    struct Loop {
        let header: IRBlockNumber
        /// Its blocks, the header first.
        var blocks: [IRBlockNumber]
        /// Where control comes back to the header from.
        var latches: [IRBlockNumber]
    }

    /// The natural loops, inner ones before those around them.
    func loops() -> [Loop] {
        let times = treeTimes()
        var loops: [Loop] = []
        /// For each block, the header of the loop that it was last found in.
        var lastHeader = [IRBlockNumber](repeating: -1, count: dominators.count)
        for header in order.reversed() {
            let latches = predecessors[header].filter {
                times.enter[$0] >= times.enter[header] && times.leave[$0] <= times.leave[header]
            }
            guard !latches.isEmpty else { continue }
            lastHeader[header] = header
            var blocks = [header]
            var pending = latches
            while let block = pending.popLast() {
                guard lastHeader[block] != header else { continue }
                lastHeader[block] = header
                blocks.append(block)
                pending += predecessors[block]
            }
            loops.append(Loop(header: header, blocks: blocks, latches: latches))
        }
        return loops
    }
}
