// The order of blocks: what mostly follows stands behind, so that it needs no jump.

import SerenaNetBytecode

/// Puts blocks into chains along the ways that control mostly takes (Pettis and Hansen, "Profile Guided Code Positioning",
/// 1990, section 3.1, bottom-up).
///
/// How often each way is taken is guessed as Ball and Larus do ("Branch Prediction for Free", 1993): loops go on, null is rare,
/// and so is what fails. With a profile, its lines tell.
enum BlockPlacement {
    /// How often a loop is taken for to be repeated.
    private static let rounds = 10.0

    /// A way from one block to another.
    private struct Way {
        let from: IRBlockNumber
        let to: IRBlockNumber
        /// How many jumps are spared when the blocks stand behind each other.
        let weight: Double
    }

    static func apply(to function: inout IRFunction, _ guide: ProfileGuide? = nil) {
        guard function.layout.count > 2 else { return }
        let count = function.blocks.count
        EdgeSplitting.split(&function)
        let flow = ControlFlow(function)
        let ways = ways(of: function, flow, edges: count..., guide)
        let steps = stepBlocks(of: function, flow)
        let isStep = Set(steps.values)
        var next = [IRBlockNumber](repeating: -1, count: function.blocks.count)
        /// The last block of the chain that begins with a block, and the first of the one that ends with it.
        var tail = Array(function.blocks.indices)
        var head = tail
        var hasBefore = [Bool](repeating: false, count: function.blocks.count)
        let order = ways.indices.sorted { (ways[$1].weight, $0) < (ways[$0].weight, $1) }
        for way in order.lazy.map({ ways[$0] }) {
            let (from, to) = (way.from, way.to)
            guard to != function.entry, !isStep.contains(from), !isStep.contains(to), next[from] < 0, !hasBefore[to],
                head[from] != to
            else { continue }
            next[from] = to
            hasBefore[to] = true
            let (first, last) = (head[from], tail[to])
            tail[first] = last
            head[last] = first
        }
        function.layout = layout(of: function, next: next, isStep: isStep, steps: steps)
    }

    private static func layout(
        of function: IRFunction, next: [IRBlockNumber], isStep: Set<IRBlockNumber>,
        steps: [IRBlockNumber: IRBlockNumber]
    ) -> [IRBlockNumber] {
        var isFirst = [Bool](repeating: true, count: function.blocks.count)
        for block in next where block >= 0 { isFirst[block] = false }
        var layout: [IRBlockNumber] = []
        for start in function.layout where isFirst[start] && !isStep.contains(start) {
            var block = start
            while block >= 0 {
                // Counting mostly becomes a part of the branch; where it does not, it runs into the head of its loop.
                if let step = steps[block] { layout.append(step) }
                layout.append(block)
                block = next[block]
            }
        }
        return layout
    }

    /// For each head of a loop, the block that only counts and goes back to it.
    private static func stepBlocks(of function: IRFunction, _ flow: ControlFlow) -> [IRBlockNumber: IRBlockNumber] {
        var steps: [IRBlockNumber: IRBlockNumber] = [:]
        for loop in flow.loops() where loop.header != function.entry {
            for latch in loop.latches where steps[loop.header] == nil {
                guard case .jump = function.blocks[latch].terminator, flow.predecessors[latch].count == 1,
                    (1...2).contains(function.blocks[latch].code.count), latch != loop.header,
                    function.instructions[function.blocks[latch].code[0]].opcode == .addIntImmediate
                else { continue }
                steps[loop.header] = latch
            }
        }
        return steps
    }

    /// All ways with what they are worth when the function is called once.
    ///
    /// - Parameter edges: blocks that only bring values, and vanish when registers can be shared.
    private static func ways(
        of function: IRFunction, _ flow: ControlFlow, edges: PartialRangeFrom<IRBlockNumber>, _ guide: ProfileGuide?
    ) -> [Way] {
        let loops = flow.loops()
        var innermost = [Int](repeating: -1, count: function.blocks.count)
        var isHeader = [Bool](repeating: false, count: function.blocks.count)
        for (number, loop) in loops.enumerated() {
            isHeader[loop.header] = true
            for block in loop.blocks where innermost[block] < 0 { innermost[block] = number }
        }
        let inside = loops.map { Set($0.blocks) }
        var frequency = [Double](repeating: 0, count: function.blocks.count)
        frequency[function.entry] = 1
        var ways: [Way] = []
        for block in flow.order {
            if isHeader[block] { frequency[block] *= rounds }
            let leaves = { (target: IRBlockNumber) in
                innermost[block] >= 0 && !inside[innermost[block]].contains(target)
            }
            func add(_ edge: IREdge, _ share: Double, saves: Double) {
                ways.append(Way(from: block, to: edge.target, weight: frequency[block] * saves))
                if flow.place[edge.target] > flow.place[block] { frequency[edge.target] += frequency[block] * share }
            }
            switch function.blocks[block].terminator {
            case .jump(let edge): add(edge, 1, saves: edges.contains(block) ? 0.5 : 1)
            case .branch(let test, let first, let second):
                let recorded = guide?.share(
                    branch: function.blocks[block].line,
                    first: line(of: first.target, function, flow), second: line(of: second.target, function, flow))
                let share = recorded ?? share(test, first.target, second.target, leaves, function)
                // With either target behind it a branch needs no jump, so that it can wait for what jumps always; one that
                // looks for null cannot be turned.
                let isNull = test.test == .isNull
                let saves = min(share, 1 - share) * 0.9
                add(first, share, saves: isNull ? 0 : saves + share / 1_000)
                add(second, 1 - share, saves: isNull ? 1 - share : saves + (1 - share) / 1_000)
            case .attempt(let body, let handler):
                add(body, 1, saves: 1)
                add(handler, 0.01, saves: 0)
            case .returnValue, .returnNothing, .fail: break
            }
        }
        return ways
    }

    /// The line that a block begins with; nil when control comes there on several ways.
    private static func line(of block: IRBlockNumber, _ function: IRFunction, _ flow: ControlFlow) -> UInt32? {
        guard flow.predecessors[block].count == 1 else { return nil }
        guard let first = function.blocks[block].code.first else { return function.blocks[block].line }
        return function.instructions[first].line
    }

    /// The share of the times in which a branch goes to the first of its targets.
    private static func share(
        _ test: IRCondition, _ first: IRBlockNumber, _ second: IRBlockNumber, _ leaves: (IRBlockNumber) -> Bool,
        _ function: IRFunction
    ) -> Double {
        switch (leaves(first), leaves(second)) {
        case (true, false): return 1 / rounds
        case (false, true): return 1 - 1 / rounds
        default: break
        }
        if case .fail = function.blocks[first].terminator { return 0.05 }
        if case .fail = function.blocks[second].terminator { return 0.95 }
        return test.test == .isNull ? 0.1 : 0.5
    }
}
