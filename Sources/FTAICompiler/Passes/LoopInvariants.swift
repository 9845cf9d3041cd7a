// Loop-invariant code: what is the same in every round of a loop is computed once, before it.

import SerenaNetBytecode

/// Moves instructions whose operands come from outside a loop in front of it.
///
/// Before: `b1(i): v2 = loadInt 7, v3 = modInt i, v2 …`. After: `v2 = loadInt 7` in front of the loop.
///
/// An operation that may fail moves only when it would be executed anyway: from the head of the loop, with nothing before it
/// that may fail or that others notice. One that takes more than a moment moves only from where every round passes.
struct LoopInvariants {
    private var function: IRFunction
    /// The block of each value.
    private var home: [IRBlockNumber]

    static func apply(to function: inout IRFunction) {
        guard LoopEntry.makePreheaders(in: &function) else { return }
        // Only instructions move, so that the flow stays what it is.
        let flow = ControlFlow(function)
        var pass = LoopInvariants(function)
        function = IRFunction(name: "", result: nil, line: 0)
        for loop in flow.loops() { pass.apply(to: loop, flow) }
        function = pass.function
    }

    private init(_ function: IRFunction) {
        self.function = function
        home = [Int](repeating: -1, count: function.types.count)
        for value in function.inputs { home[value] = function.entry }
        for block in function.layout {
            for value in function.blocks[block].parameters { home[value] = block }
            for index in function.blocks[block].code where function.instructions[index].result >= 0 {
                home[function.instructions[index].result] = block
            }
        }
    }

    private mutating func apply(to loop: ControlFlow.Loop, _ flow: ControlFlow) {
        var isInside = [Bool](repeating: false, count: function.blocks.count)
        for block in loop.blocks { isInside[block] = true }
        // A loop that begins with the function has no place in front of it.
        guard !isInside[function.entry] else { return }
        let writes = loop.blocks.contains { block in
            function.blocks[block].code.contains {
                !function.instructions[$0].properties.isDisjoint(with: [.writesHeap, .calls])
            }
        }
        var moved: [Int] = []
        for block in flow.order where isInside[block] {
            let isPassed = loop.latches.allSatisfy { dominates(block, $0, flow) }
            var mayMoveFailing = block == loop.header
            var kept: [Int] = []
            for index in function.blocks[block].code {
                let instruction = function.instructions[index]
                let properties = instruction.properties
                let isFree = instruction.operands.allSatisfy { !isInside[home[$0]] }
                if isFree, canMove(instruction, properties, isPassed, writes, mayMoveFailing) {
                    moved.append(index)
                    // It counts as outside from here on.
                    home[instruction.result] = function.entry
                } else {
                    if !properties.isDisjoint(with: .isBarrier) { mayMoveFailing = false }
                    kept.append(index)
                }
            }
            function.blocks[block].code = kept
        }
        guard !moved.isEmpty else { return }
        let preheader = LoopEntry.preheader(of: loop, isInside, flow, in: &function)
        for index in moved { home[function.instructions[index].result] = preheader }
        function.blocks[preheader].code += moved
    }

    private func canMove(
        _ instruction: IRInstruction, _ properties: OperationProperties, _ isPassed: Bool, _ loopWrites: Bool,
        _ mayMoveFailing: Bool
    ) -> Bool {
        guard instruction.result >= 0, properties.isDisjoint(with: .mustRepeat) else { return false }
        if properties.contains(.readsHeap), loopWrites { return false }
        if !properties.isDisjoint(with: [.mayFail, .isGuarded]), !mayMoveFailing { return false }
        return isPassed || !(properties.contains(.allocates) || instruction.opcode == .callBuiltin)
    }

    private func dominates(_ block: IRBlockNumber, _ other: IRBlockNumber, _ flow: ControlFlow) -> Bool {
        var other = other
        while flow.place[other] > flow.place[block] { other = flow.dominators[other] }
        return other == block
    }
}

/// The place in front of a loop.
enum LoopEntry {
    /// Gives every loop a preheader; false when there is no loop.
    static func makePreheaders(in function: inout IRFunction) -> Bool {
        let flow = ControlFlow(function)
        let loops = flow.loops()
        for loop in loops where loop.header != function.entry {
            var isInside = [Bool](repeating: false, count: function.blocks.count)
            for block in loop.blocks { isInside[block] = true }
            _ = preheader(of: loop, isInside, flow, in: &function)
        }
        return !loops.isEmpty
    }

    /// A block that only goes on to the loop, and that every way into the loop passes: one that is there, or a new one.
    static func preheader(
        of loop: ControlFlow.Loop, _ isInside: [Bool], _ flow: ControlFlow, in function: inout IRFunction
    ) -> IRBlockNumber {
        let outside = flow.predecessors[loop.header].filter { !isInside[$0] }
        if outside.count == 1, case .jump = function.blocks[outside[0]].terminator,
            function.blocks[outside[0]].handler == function.blocks[loop.header].handler
        {
            return outside[0]
        }
        let preheader = function.makeBlock()
        function.blocks[preheader].handler = function.blocks[loop.header].handler
        let parameters = function.blocks[loop.header].parameters.map {
            function.addParameter(function.types[$0], to: preheader)
        }
        function.blocks[preheader].terminator = .jump(IREdge(target: loop.header, arguments: parameters))
        for block in outside {
            function.blocks[preheader].line = function.blocks[block].line
            function.blocks[preheader].scope = function.blocks[block].scope
            function.blocks[block].terminator.mapEdges { edge in
                edge.target == loop.header ? IREdge(target: preheader, arguments: edge.arguments) : edge
            }
        }
        let place = function.layout.firstIndex(of: outside.last ?? loop.header) ?? 0
        function.layout.insert(preheader, at: place + 1)
        return preheader
    }
}
