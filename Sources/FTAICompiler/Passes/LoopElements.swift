// Elements of lists in loops: the element of the next round is read where the loop goes back.

import SerenaNetBytecode

/// Reads the element that a round begins with at the end of the round before.
///
/// Before: `b5: i2 = i + 1, jump b1(i2)`, `b1(i): x = listGet xs, i …`. After: `b5: i2 = i + 1, x2 = listGet xs, i2, jump b1(i2, x2)`,
/// `b1(i, x): …`, and the first element is read in front of the loop. Counting, looking and reading then stand together and
/// become one instruction, `loopGet`. Between the two places nothing happens, so that an index outside fails as before.
enum LoopElements {
    static func apply(to function: inout IRFunction) {
        // Blocks that are put into the ways to one loop do not stand in front of another's head, nor lead to it.
        let flow = ControlFlow(function)
        for loop in flow.loops() {
            guard let found = element(of: loop, in: function, flow) else { continue }
            move(found, of: loop, in: &function, flow)
        }
    }

    /// The place of the reading, and the block that counts.
    private struct Element {
        let place: Int
        let stepBlock: IRBlockNumber
        /// Which parameter of the head counts.
        let position: Int
    }

    private static func element(
        of loop: ControlFlow.Loop, in function: IRFunction, _ flow: ControlFlow
    ) -> Element? {
        let header = function.blocks[loop.header]
        guard loop.header != function.entry, loop.latches.count == 1 else { return nil }
        let latch = loop.latches[0]
        guard function.blocks[latch].code.count == 1, case .jump(let back) = function.blocks[latch].terminator,
            flow.predecessors[latch].count == 1, function.blocks[latch].parameters.isEmpty,
            flow.predecessors[loop.header].allSatisfy({ function.blocks[$0].handler == header.handler })
        else { return nil }
        let step = function.instructions[function.blocks[latch].code[0]]
        guard step.opcode == .addIntImmediate, step.payload == 1,
            let position = header.parameters.firstIndex(of: step.operands[0]), back.arguments[position] == step.result
        else { return nil }
        for (place, index) in header.code.enumerated() {
            let instruction = function.instructions[index]
            if instruction.opcode == .listGet, instruction.operands[1] == step.operands[0],
                CountedLoop.isOutside(instruction.operands[0], loop, function)
            {
                return Element(place: place, stepBlock: latch, position: position)
            }
            if !instruction.properties.isDisjoint(with: .isBarrier) { return nil }
        }
        return nil
    }

    private static func move(
        _ element: Element, of loop: ControlFlow.Loop, in function: inout IRFunction, _ flow: ControlFlow
    ) {
        let header = loop.header
        let reading = function.instructions[function.blocks[header].code.remove(at: element.place)]
        function.blocks[header].parameters.append(reading.result)
        var seen: [IRBlockNumber] = []
        for block in flow.predecessors[header] where !seen.contains(block) {
            seen.append(block)
            if case .jump(let edge) = function.blocks[block].terminator {
                let value = append(reading, index: edge.arguments[element.position], to: block, in: &function)
                function.blocks[block].terminator = .jump(
                    IREdge(target: header, arguments: edge.arguments + [value]))
                continue
            }
            var terminator = function.blocks[block].terminator
            terminator.mapEdges { edge in
                guard edge.target == header else { return edge }
                let middle = function.makeBlock()
                function.blocks[middle].line = function.blocks[block].line
                function.blocks[middle].scope = function.blocks[block].scope
                function.blocks[middle].handler = function.blocks[block].handler
                let value = append(reading, index: edge.arguments[element.position], to: middle, in: &function)
                function.blocks[middle].terminator = .jump(IREdge(target: header, arguments: edge.arguments + [value]))
                let place = function.layout.firstIndex(of: block) ?? 0
                function.layout.insert(middle, at: place + 1)
                return IREdge(target: middle)
            }
            function.blocks[block].terminator = terminator
        }
    }

    private static func append(
        _ reading: IRInstruction, index: IRValue, to block: IRBlockNumber, in function: inout IRFunction
    ) -> IRValue {
        var copy = reading
        copy.result = function.makeValue(function.types[reading.result])
        copy.operands = IROperands(reading.operands[0], index)
        function.instructions.append(copy)
        function.blocks[block].code.append(function.instructions.count - 1)
        return copy.result
    }
}
