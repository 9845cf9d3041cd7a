// Loops that count.

import SerenaNetBytecode

/// A loop that counts up by one as long as it is below a limit that does not change.
///
/// There are two forms. A `for` looks before it counts: `if i < limit: i += 1, again`, so that the limit is the last number. A
/// `while` that was inverted counts before it looks: `i += 1; if i < limit, again`, so that the limit is the first number that
/// is too large.
struct CountedLoop {
    let loop: ControlFlow.Loop
    /// The only block that control enters by; it ends with a jump to the head.
    let preheader: IRBlockNumber
    /// The block that ends with the look.
    let check: IRBlockNumber
    /// The block that counts and goes back; nil when counting comes before the look.
    let stepBlock: IRBlockNumber?
    /// The number, a parameter of the head, and which of them it is.
    let index: IRValue
    let position: Int
    /// The instruction that counts.
    let step: Int
    let start: IRValue
    let limit: IRValue

    /// The number plus one.
    func stepped(in function: IRFunction) -> IRValue { function.instructions[step].result }

    /// What a loop counts; nil when it does not.
    init?(_ loop: ControlFlow.Loop, in function: IRFunction, _ flow: ControlFlow) {
        let header = loop.header
        let outside = flow.predecessors[header].filter { !loop.blocks.contains($0) }
        guard header != function.entry, loop.latches.count == 1, outside.count == 1,
            case .jump(let entry) = function.blocks[outside[0]].terminator
        else { return nil }
        let latch = loop.latches[0]
        let back: IREdge
        let (check, stepBlock): (IRBlockNumber, IRBlockNumber?)
        switch function.blocks[latch].terminator {
        case .jump(let edge):
            let before = flow.predecessors[latch]
            guard before.count == 1, before[0] != latch, function.blocks[latch].code.count == 1,
                function.blocks[latch].parameters.isEmpty
            else { return nil }
            (back, check, stepBlock) = (edge, before[0], latch)
        case .branch(_, let edge, _): (back, check, stepBlock) = (edge, latch, nil)
        default: return nil
        }
        guard case .branch(let test, let taken, let exit) = function.blocks[check].terminator, test.test == .less,
            taken.target == stepBlock ?? header, !loop.blocks.contains(exit.target)
        else { return nil }
        let definitions = function.definitions
        let parameters = function.blocks[header].parameters
        let found = parameters.indices.first { position in
            let definition = definitions[back.arguments[position]]
            guard definition >= 0 else { return false }
            let step = function.instructions[definition]
            return step.opcode == .addIntImmediate && step.payload == 1 && step.operands[0] == parameters[position]
                && test.left == (stepBlock == nil ? step.result : parameters[position])
        }
        guard let found, Self.isOutside(test.right, loop, function) else { return nil }
        (self.check, self.stepBlock) = (check, stepBlock)
        (self.loop, preheader, limit, position) = (loop, outside[0], test.right, found)
        (index, start, step) = (parameters[found], entry.arguments[found], definitions[back.arguments[found]])
    }

    /// Whether a value is given outside of a loop.
    static func isOutside(_ value: IRValue, _ loop: ControlFlow.Loop, _ function: IRFunction) -> Bool {
        !loop.blocks.contains { block in
            function.blocks[block].parameters.contains(value)
                || function.blocks[block].code.contains { function.instructions[$0].result == value }
        }
    }

    /// Whether the limit is known not to be below the start where the loop is entered: from the branches on the way there.
    func isEntryChecked(in function: IRFunction, _ flow: ControlFlow) -> Bool {
        var block = preheader
        for _ in 0..<16 {
            guard flow.predecessors[block].count == 1 else { return false }
            let before = flow.predecessors[block][0]
            if case .branch(let test, let first, let second) = function.blocks[before].terminator,
                first.target != second.target
            {
                let holds = first.target == block
                switch (test.test, test.left, test.right, holds) {
                case (.less, limit, start, false), (.less, start, limit, true), (.lessEqual, start, limit, true),
                    (.lessEqual, limit, start, false):
                    return true
                default: break
                }
            }
            block = before
        }
        return false
    }
}
