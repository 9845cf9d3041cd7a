// Loop inversion: a loop that looks at its condition first becomes one that looks at it last, behind the same look in front.

import SerenaNetBytecode

/// Copies the head of a `while` loop in front of it.
///
/// Before: `b1: if c b2 else b3`, `b2: … jump b1`. After: `if c b2 else b3`, `b2: … if c b2 else b3`. The body is then executed at least once
/// whenever it is entered, so that what never changes in it may be computed in front of it, even if it may fail.
enum LoopInversion {
    /// Heads with more instructions than this are not worth a copy.
    private static let largestHead = 12

    static func apply(to function: inout IRFunction) {
        // What was the head looks last from then on. A loop is not inverted again, though its body may begin with a way out too.
        var lasts: Set<IRBlockNumber> = []
        for _ in 0..<64 {
            let flow = ControlFlow(function)
            let loop = flow.loops().first { loop in
                loop.latches.allSatisfy { !lasts.contains($0) } && canInvert(loop, in: function)
            }
            guard let loop else { return }
            lasts.insert(loop.header)
            invert(loop, in: &function, flow)
            TrivialParameters.remove(from: &function)
        }
    }

    private static func canInvert(_ loop: ControlFlow.Loop, in function: IRFunction) -> Bool {
        guard loop.header != function.entry, !loop.latches.contains(loop.header),
            function.blocks[loop.header].code.count <= largestHead,
            case .branch(_, let first, let second) = function.blocks[loop.header].terminator
        else { return false }
        if isCounting(loop, in: function) { return false }
        return loop.blocks.contains(first.target) != loop.blocks.contains(second.target)
    }

    /// Whether the head ends `if i < last` and all that stands behind it is `i + 1`: such a loop looks last already.
    private static func isCounting(_ loop: ControlFlow.Loop, in function: IRFunction) -> Bool {
        guard loop.blocks.count == 2, loop.latches.count == 1, function.blocks[loop.latches[0]].code.count == 1,
            case .branch(let test, _, _) = function.blocks[loop.header].terminator, test.test == .less
        else { return false }
        let step = function.instructions[function.blocks[loop.latches[0]].code[0]]
        return step.opcode == .addIntImmediate && step.payload == 1 && step.operands[0] == test.left
    }

    private static func invert(_ loop: ControlFlow.Loop, in function: inout IRFunction, _ flow: ControlFlow) {
        var isInside = [Bool](repeating: false, count: function.blocks.count)
        for block in loop.blocks { isInside[block] = true }
        let preheader = LoopEntry.preheader(of: loop, isInside, flow, in: &function)
        let copies = BlockCopy.append(loop.header, to: preheader, in: &function)
        let changed = ControlFlow(function)
        for value in BlockCopy.values(of: loop.header, in: function) {
            guard let copy = copies[value] else { continue }
            SSARepair.repair(value, [loop.header: value, preheader: copy], in: &function, changed)
        }
    }
}
