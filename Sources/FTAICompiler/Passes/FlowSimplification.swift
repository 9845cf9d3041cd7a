// Control flow: jumps to jumps, blocks in a row, branches whose way is known on one of the ways to them.

import SerenaNetBytecode

/// Leaves fewer blocks and fewer jumps.
///
/// - A block that does nothing but go on is passed over: `jump b1`, `b1: jump b2` becomes `jump b2`.
/// - A block with one predecessor that only comes here becomes a part of it.
/// - A branch on a parameter is decided where the parameter is known: `jump b1(v1)` with `v1 = loadBool true` and
///   `b1(p): if p b2 else b3` becomes `jump b2` (Mueller and Whalley, "Avoiding Conditional Branches by Code Replication",
///   1995).
struct FlowSimplification {
    private var function: IRFunction
    private var hasChanged = true

    static func apply(to function: inout IRFunction) {
        // A single block only returns.
        guard function.layout.count > 1 else { return }
        var pass = FlowSimplification(function: function)
        function = IRFunction(name: "", result: nil, line: 0)
        var rounds = 0
        // Each round takes away an edge or a block; the bound is for circles of empty blocks.
        while pass.hasChanged, rounds < 16 {
            pass.hasChanged = false
            rounds += 1
            TrivialParameters.remove(from: &pass.function)
            pass.thread()
            TrivialParameters.dropUnreachable(from: &pass.function)
            pass.merge()
        }
        function = pass.function
    }

    // MARK: Passing over blocks

    private mutating func thread() {
        // Made when they are asked for.
        var uses: [Int32] = []
        var definitions: [Int] = []
        for block in function.layout where mayThread(block) {
            var terminator = function.blocks[block].terminator
            terminator.mapEdges { edge in
                var edge = edge
                var steps = 0
                while steps < 8, let further = passing(edge, from: block, &uses, &definitions) {
                    edge = further
                    steps += 1
                    hasChanged = true
                }
                return edge
            }
            if case .branch(_, let first, let second) = terminator, first == second {
                terminator = .jump(first)
                hasChanged = true
            }
            function.blocks[block].terminator = terminator
        }
    }

    /// Whether an edge of a block leads to an empty one, or both to the same.
    private func mayThread(_ block: IRBlockNumber) -> Bool {
        switch function.blocks[block].terminator {
        case .jump(let edge): function.blocks[edge.target].code.isEmpty
        case .branch(_, let first, let second):
            function.blocks[first.target].code.isEmpty || function.blocks[second.target].code.isEmpty
                || first.target == second.target
        // Where a handler goes on stands in the handler too.
        case .attempt, .returnValue, .returnNothing, .fail: false
        }
    }

    /// How often the parameters of each block are used by anything but its terminator.
    private func outsideUses() -> [Int32] {
        var uses = [Int32](repeating: 0, count: function.types.count)
        for block in function.layout {
            for index in function.blocks[block].code {
                for operand in 0..<function.instructions[index].operands.count {
                    uses[function.instructions[index].operands[operand]] += 1
                }
            }
            let parameters = function.blocks[block].parameters
            if parameters.isEmpty {
                function.blocks[block].terminator.forEachValue { uses[$0] += 1 }
            } else {
                function.blocks[block].terminator.forEachValue { if !parameters.contains($0) { uses[$0] += 1 } }
            }
        }
        return uses
    }

    /// Where an edge can lead at once instead of through an empty block; nil where it must lead there.
    private func passing(
        _ edge: IREdge, from block: IRBlockNumber, _ uses: inout [Int32], _ definitions: inout [Int]
    ) -> IREdge? {
        guard edge.target != block, function.blocks[edge.target].code.isEmpty else { return nil }
        switch function.blocks[edge.target].terminator {
        case .jump, .branch: break
        case .returnValue, .returnNothing, .attempt, .fail: return nil
        }
        let parameters = function.blocks[edge.target].parameters
        if !parameters.isEmpty {
            if uses.isEmpty { uses = outsideUses() }
            guard !parameters.contains(where: { uses[$0] > 0 }) else { return nil }
        }
        func brought(_ value: IRValue) -> IRValue {
            parameters.firstIndex(of: value).map { edge.arguments[$0] } ?? value
        }
        var next: IREdge
        switch function.blocks[edge.target].terminator {
        case .jump(let edge): next = edge
        case .branch(let test, let first, let second):
            let value = brought(test.left)
            guard test.test == .isTrue else { return nil }
            if definitions.isEmpty { definitions = function.definitions }
            guard definitions[value] >= 0 else { return nil }
            let source = function.instructions[definitions[value]]
            guard source.opcode == .loadBool else { return nil }
            next = source.payload != 0 ? first : second
        case .returnValue, .returnNothing, .attempt, .fail: return nil
        }
        guard next.target != edge.target else { return nil }
        if !parameters.isEmpty {
            for place in next.arguments.indices { next.arguments[place] = brought(next.arguments[place]) }
        }
        return next
    }

    // MARK: Blocks in a row

    private mutating func merge() {
        var count = [Int](repeating: 0, count: function.blocks.count)
        for block in function.layout {
            function.blocks[block].terminator.forEachTarget { count[$0] += 1 }
        }
        var isGone = [Bool](repeating: false, count: function.blocks.count)
        var replacements = Replacements(count: function.types.count)
        for block in function.layout where !isGone[block] {
            while case .jump(let edge) = function.blocks[block].terminator, count[edge.target] == 1,
                edge.target != function.entry, edge.target != block,
                function.blocks[edge.target].handler == function.blocks[block].handler
            {
                let next = function.blocks[edge.target]
                for place in edge.arguments.indices {
                    replacements.replace(next.parameters[place], by: edge.arguments[place])
                }
                if function.blocks[block].code.isEmpty {
                    function.blocks[block].code = next.code
                } else {
                    function.blocks[block].code += next.code
                }
                function.blocks[block].terminator = next.terminator
                function.blocks[block].line = next.line
                function.blocks[block].scope = next.scope
                isGone[edge.target] = true
                hasChanged = true
            }
        }
        function.layout.removeAll { isGone[$0] }
        function.replace(replacements)
    }
}
