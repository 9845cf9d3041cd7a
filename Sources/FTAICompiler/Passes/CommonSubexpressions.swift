// Common subexpressions: what has been computed on every way to a place is not computed again.

import SerenaNetBytecode

/// Numbers values, so that operations of the same kind on the same values have the same number, and uses the first result
/// wherever it is known (Briggs, Cooper and Simpson, "Value Numbering", 1997, dominator-based).
///
/// Before: `v2 = mulInt v0, v1`, `v3 = mulInt v0, v1`, `v4 = addInt v2, v3`. After: `v2 = mulInt v0, v1`, `v4 = addInt v2, v2`.
///
/// What reads lists is used again only as long as nothing may have written to one; where ways meet, that is not known.
struct CommonSubexpressions {
    private struct Key: Hashable {
        let opcode: VMOpcode
        let type: Int
        let payload: Int64
        let first: IRValue
        let second: IRValue
        let others: [IRValue]
        /// The state of the lists that was read; 0 where none was.
        let epoch: Int
    }

    private var function: IRFunction
    private var known: [Key: (value: IRValue, block: IRBlockNumber)] = [:]
    private var replacements: Replacements
    private var lastEpoch = 0

    static func apply(to function: inout IRFunction) {
        var pass = CommonSubexpressions(function: function, replacements: Replacements(count: function.types.count))
        function = IRFunction(name: "", result: nil, line: 0)
        pass.number()
        pass.function.replace(pass.replacements)
        function = pass.function
    }

    private mutating func number() {
        let flow = ControlFlow(function)
        let times = flow.treeTimes()
        var epochAtEnd = [Int](repeating: 0, count: function.blocks.count)
        for block in flow.order {
            lastEpoch += 1
            var epoch = lastEpoch
            // With one way to come here, the lists are as that block left them.
            if let before = flow.predecessors[block].first, flow.predecessors[block].count == 1 {
                // Not behind a failure that was caught: what had been written until then is not known.
                if case .attempt = function.blocks[before].terminator {} else { epoch = epochAtEnd[before] }
            }
            var code: [Int] = []
            for index in function.blocks[block].code {
                for operand in function.instructions[index].operands.indices {
                    let value = function.instructions[index].operands[operand]
                    function.instructions[index].operands[operand] = replacements[value]
                }
                let instruction = function.instructions[index]
                let properties = instruction.properties
                if properties.contains(.writesHeap) || properties.contains(.calls) {
                    lastEpoch += 1
                    epoch = lastEpoch
                }
                guard instruction.result >= 0, properties.isDisjoint(with: .mustRepeat) else {
                    code.append(index)
                    continue
                }
                let key = key(of: instruction, properties, epoch)
                if let earlier = known[key], times.enter[earlier.block] <= times.enter[block],
                    times.leave[earlier.block] >= times.leave[block]
                {
                    replacements.replace(instruction.result, by: earlier.value)
                } else {
                    known[key] = (instruction.result, block)
                    code.append(index)
                }
            }
            function.blocks[block].code = code
            epochAtEnd[block] = epoch
        }
    }

    private func key(of instruction: IRInstruction, _ properties: OperationProperties, _ epoch: Int) -> Key {
        let operands = instruction.operands
        var first = operands.count > 0 ? operands[0] : -1
        var second = operands.count > 1 ? operands[1] : -1
        if properties.contains(.commutes), second < first { swap(&first, &second) }
        return Key(
            opcode: instruction.opcode, type: function.types[instruction.result].index, payload: instruction.payload,
            first: first, second: second, others: operands.count > 2 ? Array(operands[2...]) : [],
            epoch: properties.contains(.readsHeap) ? epoch : 0)
    }
}
