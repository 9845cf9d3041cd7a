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
        for _ in 0..<64 {
            let flow = ControlFlow(function)
            guard let loop = flow.loops().first(where: { canInvert($0, in: function) }) else { return }
            invert(loop, in: &function, flow)
            TrivialParameters.remove(from: &function)
        }
    }

    private static func canInvert(_ loop: ControlFlow.Loop, in function: IRFunction) -> Bool {
        guard loop.header != function.entry, !loop.latches.contains(loop.header),
            function.blocks[loop.header].code.count <= largestHead,
            case .branch(_, let first, let second) = function.blocks[loop.header].terminator
        else { return false }
        // A counting loop looks last already: all that stands behind the look is its step.
        if loop.blocks.count == 2, loop.latches.count == 1, function.blocks[loop.latches[0]].code.count <= 1 {
            return false
        }
        return loop.blocks.contains(first.target) != loop.blocks.contains(second.target)
    }

    private static func invert(_ loop: ControlFlow.Loop, in function: inout IRFunction, _ flow: ControlFlow) {
        var isInside = [Bool](repeating: false, count: function.blocks.count)
        for block in loop.blocks { isInside[block] = true }
        let preheader = LoopEntry.preheader(of: loop, isInside, flow, in: &function)
        guard case .jump(let edge) = function.blocks[preheader].terminator else { return }
        let header = function.blocks[loop.header]
        var copies: [IRValue: IRValue] = [:]
        for (parameter, argument) in zip(header.parameters, edge.arguments) { copies[parameter] = argument }
        for index in header.code {
            var instruction = function.instructions[index]
            for operand in instruction.operands.indices {
                instruction.operands[operand] = copies[instruction.operands[operand]] ?? instruction.operands[operand]
            }
            if instruction.result >= 0 {
                let copy = function.makeValue(function.types[instruction.result])
                copies[instruction.result] = copy
                instruction.result = copy
            }
            function.instructions.append(instruction)
            function.blocks[preheader].code.append(function.instructions.count - 1)
        }
        function.blocks[preheader].terminator = header.terminator
        function.blocks[preheader].terminator.mapValues { copies[$0] ?? $0 }
        function.blocks[preheader].line = header.line
        function.blocks[preheader].scope = header.scope
        let results =
            header.parameters
            + header.code.compactMap { index in
                let result = function.instructions[index].result
                return result < 0 ? nil : result
            }
        let changed = ControlFlow(function)
        for value in results {
            guard let copy = copies[value] else { continue }
            SSARepair.repair(value, [loop.header: value, preheader: copy], in: &function, changed)
        }
    }
}
