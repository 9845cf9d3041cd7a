// Dead code: what nothing needs is dropped.

import SerenaNetBytecode

/// Removes instructions and parameters whose values nothing uses, as far as dropping them cannot be noticed.
///
/// Before: `v1 = loadInt 2`, `v2 = addFloat v0, v0`, `return v0`. After: `return v0`. An operation that may fail stays: its failure
/// is something that the program does.
enum DeadCode {
    static func remove(from function: inout IRFunction) {
        let isLive = liveValues(of: function)
        var flags = [[Bool]?](repeating: nil, count: function.blocks.count)
        for block in function.layout {
            let instructions = function.instructions
            function.blocks[block].code.removeAll { index in
                let instruction = instructions[index]
                guard instruction.properties.isDisjoint(with: .mustStay) else { return false }
                return instruction.result < 0 || !isLive[instruction.result]
            }
            let isDead = function.blocks[block].parameters.map { !isLive[$0] }
            if isDead.contains(true) { flags[block] = isDead }
        }
        function.removeParameters(flags)
    }

    /// The values that are needed, found from what must stay.
    private static func liveValues(of function: IRFunction) -> [Bool] {
        let definitions = function.definitions
        var isLive = [Bool](repeating: false, count: function.types.count)
        var pending: [IRValue] = []
        func need(_ value: IRValue) {
            guard value >= 0, !isLive[value] else { return }
            isLive[value] = true
            pending.append(value)
        }
        /// What jumps bring for each parameter.
        var sources = [[IRValue]](repeating: [], count: function.types.count)
        for block in function.layout {
            for index in function.blocks[block].code {
                let instruction = function.instructions[index]
                if !instruction.properties.isDisjoint(with: .mustStay) { instruction.operands.forEach(need) }
            }
            switch function.blocks[block].terminator {
            case .branch(let test, _, _):
                need(test.left)
                need(test.right)
            case .returnValue(let value), .fail(let value): need(value)
            case .jump, .returnNothing, .attempt: break
            }
            function.blocks[block].terminator.forEachEdge { edge in
                for (parameter, argument) in zip(function.blocks[edge.target].parameters, edge.arguments) {
                    sources[parameter].append(argument)
                }
            }
        }
        while let value = pending.popLast() {
            sources[value].forEach(need)
            if definitions[value] >= 0 { function.instructions[definitions[value]].operands.forEach(need) }
        }
        return isLive
    }
}
