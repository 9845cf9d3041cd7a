// Tail duplication: a short end that several ways share is put behind each of them, which saves the jumps to it.

import SerenaNetBytecode

/// Copies short blocks that end with a branch or a return to where they are jumped to from.
///
/// Before: `b1: … jump b3(v1)`, `b2: … jump b3(v2)`, `b3(p): return p`. After: `b1: … return v1`, `b2: … return v2`.
enum TailDuplication {
    /// Longer ends are not copied.
    private static let longestTail = 2
    /// Ends with more ways to them are not copied.
    private static let mostWays = 4
    /// So many ends of a function are copied at most: each costs a look at the whole of it.
    private static let mostCopies = 64

    static func apply(to function: inout IRFunction) {
        var flow = ControlFlow(function)
        let headers = Set(flow.loops().map(\.header))
        var copies = 0
        for block in function.layout where !headers.contains(block) && copies < mostCopies {
            guard canCopy(block, in: function, flow) else { continue }
            copies += 1
            duplicate(block, into: Array(flow.predecessors[block].dropLast()), in: &function)
            flow = ControlFlow(function)
        }
        TrivialParameters.remove(from: &function)
    }

    private static func canCopy(_ block: IRBlockNumber, in function: IRFunction, _ flow: ControlFlow) -> Bool {
        let candidate = function.blocks[block]
        let sources = flow.predecessors[block]
        switch candidate.terminator {
        case .jump, .attempt: return false
        case .branch, .returnValue, .returnNothing, .fail: break
        }
        guard (2...mostWays).contains(sources.count), candidate.code.count <= longestTail else { return false }
        return sources.allSatisfy {
            guard case .jump = function.blocks[$0].terminator else { return false }
            return function.blocks[$0].handler == candidate.handler
        }
    }

    /// All ways but one get a copy; the last keeps the original, so that it can run into it.
    private static func duplicate(
        _ block: IRBlockNumber, into sources: [IRBlockNumber], in function: inout IRFunction
    ) {
        var copies: [(source: IRBlockNumber, values: [IRValue: IRValue])] = []
        for source in sources { copies.append((source, BlockCopy.append(block, to: source, in: &function))) }
        let flow = ControlFlow(function)
        for value in BlockCopy.values(of: block, in: function) {
            var definitions = [block: value]
            for copy in copies { definitions[copy.source] = copy.values[value] }
            SSARepair.repair(value, definitions, in: &function, flow)
        }
    }
}

/// Copies of the code of a block.
enum BlockCopy {
    /// Puts the code of a block in the place of the jump to it.
    ///
    /// - Parameter source: a block that ends with a jump to `block`.
    /// - Returns: for each value of the block, the one of the copy.
    static func append(
        _ block: IRBlockNumber, to source: IRBlockNumber, in function: inout IRFunction
    ) -> [IRValue: IRValue] {
        guard case .jump(let edge) = function.blocks[source].terminator else { return [:] }
        let original = function.blocks[block]
        var copies: [IRValue: IRValue] = [:]
        for (parameter, argument) in zip(original.parameters, edge.arguments) { copies[parameter] = argument }
        for index in original.code {
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
            function.blocks[source].code.append(function.instructions.count - 1)
        }
        function.blocks[source].terminator = original.terminator
        function.blocks[source].terminator.mapValues { copies[$0] ?? $0 }
        function.blocks[source].line = original.line
        function.blocks[source].scope = original.scope
        return copies
    }

    /// The values that a block gives, in order.
    static func values(of block: IRBlockNumber, in function: IRFunction) -> [IRValue] {
        function.blocks[block].parameters
            + function.blocks[block].code.compactMap { index in
                let result = function.instructions[index].result
                return result < 0 ? nil : result
            }
    }
}
