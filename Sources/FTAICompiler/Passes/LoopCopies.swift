// The copies of a loop that is unrolled.

import SerenaNetBytecode

/// Makes the copies that a plan asks for, and leads into them and out of them.
struct LoopCopies {
    private(set) var function: IRFunction
    private let plan: UnrollingPlan
    private let counted: CountedLoop
    /// The blocks that are copied, in the order in which control comes to them.
    private let body: [IRBlockNumber]
    /// What the head's parameters get at the end of a round.
    private let back: IREdge
    /// For each copy, its blocks and its values.
    private var blocks: [[IRBlockNumber: IRBlockNumber]] = []
    private var values: [[IRValue: IRValue]] = []
    /// The number in the first copy.
    private var first: IRValue = IRInstruction.noValue
    private var rest: [IRBlockNumber] = []

    init(_ plan: UnrollingPlan, of function: IRFunction) {
        self.function = function
        self.plan = plan
        counted = plan.counted
        let inside = counted.loop.blocks.filter { $0 != plan.counted.stepBlock }
        body = ControlFlow(function).order.filter { inside.contains($0) }
        var back = IREdge(target: counted.loop.header)
        switch function.blocks[counted.stepBlock ?? counted.check].terminator {
        case .jump(let edge), .branch(_, let edge, _): back = edge
        default: break
        }
        self.back = back
    }

    mutating func make() {
        for copy in 0..<plan.factor { self.copy(copy) }
        lead()
        close()
        place()
        repair()
    }

    // MARK: Pieces

    private mutating func makeBlock(like block: IRBlockNumber) -> IRBlockNumber {
        let copy = function.makeBlock()
        function.blocks[copy].line = function.blocks[block].line
        function.blocks[copy].scope = function.blocks[block].scope
        function.blocks[copy].handler = function.blocks[block].handler
        return copy
    }

    private mutating func append(_ instruction: IRInstruction, to block: IRBlockNumber) {
        function.instructions.append(instruction)
        function.blocks[block].code.append(function.instructions.count - 1)
    }

    /// A value plus a number: a sum that does not overflow, because of the look in front of it.
    private mutating func sum(_ value: IRValue, _ number: Int64, in block: IRBlockNumber) -> IRValue {
        let step = function.instructions[counted.step]
        let result = function.makeValue(.int)
        var sum = IRInstruction(
            opcode: .addIntImmediate, result: result, operands: IROperands(value), payload: number, line: step.line,
            scope: step.scope)
        sum.isSafe = true
        append(sum, to: block)
        return result
    }

    private func value(_ value: IRValue, in copy: Int) -> IRValue { values[copy][value] ?? value }

    private func arguments(of edge: IREdge, in copy: Int) -> [IRValue] {
        edge.arguments.map { value($0, in: copy) }
    }

    // MARK: Copies

    private mutating func copy(_ copy: Int) {
        blocks.append([:])
        values.append([:])
        for block in body { blocks[copy][block] = makeBlock(like: block) }
        let header = counted.loop.header
        for (place, parameter) in function.blocks[header].parameters.enumerated() {
            if copy == 0 {
                values[0][parameter] = function.addParameter(
                    function.types[parameter], to: blocks[0][header] ?? header)
            } else {
                values[copy][parameter] = value(back.arguments[place], in: copy - 1)
            }
        }
        if copy == 0 { first = value(counted.index, in: 0) }
        for block in body {
            guard let target = blocks[copy][block] else { continue }
            for parameter in function.blocks[block].parameters where block != header {
                values[copy][parameter] = function.addParameter(function.types[parameter], to: target)
            }
            for index in function.blocks[block].code { copyInstruction(index, to: target, copy) }
            var terminator = function.blocks[block].terminator
            terminator.mapValues { value($0, in: copy) }
            terminator.mapEdges { edge in
                IREdge(target: blocks[copy][edge.target] ?? edge.target, arguments: edge.arguments)
            }
            function.blocks[target].terminator = terminator
        }
        guard counted.stepBlock != nil, copy < plan.factor - 1, let check = blocks[copy][counted.check] else { return }
        values[copy][counted.stepped(in: function)] = sum(first, Int64(copy + 1), in: check)
    }

    private mutating func copyInstruction(_ index: Int, to block: IRBlockNumber, _ copy: Int) {
        var instruction = function.instructions[index]
        let original = instruction.result
        switch (plan.roles[index] ?? .plain, copy) {
        case (.step, _):
            values[copy][original] = sum(first, Int64(copy + 1), in: block)
            return
        case (.first, 1...): return
        case (.remainder(let divisor), _):
            (instruction.opcode, instruction.operands) = (.loadInt, IROperands())
            instruction.payload = plan.remainder(by: divisor, copy: copy)
        case (.sum(let number), 1...):
            (instruction.opcode, instruction.payload) = (.addIntImmediate, number)
            instruction.operands = IROperands(value(original, in: copy - 1))
        case (.sumWith(let other), 1...):
            instruction.opcode = .addInt
            instruction.operands = IROperands(value(original, in: copy - 1), other)
        default:
            for operand in instruction.operands.indices {
                instruction.operands[operand] = value(instruction.operands[operand], in: copy)
            }
        }
        if original >= 0 {
            instruction.result = function.makeValue(function.types[original])
            values[copy][original] = instruction.result
        }
        append(instruction, to: block)
    }

    // MARK: Ways in and out

    /// Leads from in front of the loop into the copies, when there are enough rounds for them.
    private mutating func lead() {
        guard case .jump(let entry) = function.blocks[counted.preheader].terminator,
            let head = blocks[0][counted.loop.header]
        else { return }
        let limit = sum(counted.limit, -plan.distance, in: counted.preheader)
        function.blocks[counted.preheader].terminator = .branch(
            IRCondition(test: .less, left: counted.start, right: limit),
            IREdge(target: head, arguments: entry.arguments), entry)
        rowLimit = limit
    }

    private var rowLimit: IRValue = IRInstruction.noValue

    /// Joins the copies to a row that is repeated, and leads from its end into the loop for the rounds that are left.
    private mutating func close() {
        let last = plan.factor - 1
        for copy in 0..<last {
            guard let check = blocks[copy][counted.check], let next = blocks[copy + 1][counted.loop.header] else {
                continue
            }
            function.blocks[check].terminator = .jump(IREdge(target: next))
        }
        guard let check = blocks[last][counted.check], let head = blocks[0][counted.loop.header],
            case .branch(_, let again, let exit) = function.blocks[check].terminator
        else { return }
        let header = counted.loop.header
        let after = makeBlock(like: counted.check)
        rest = [after]
        guard let stepBlock = counted.stepBlock else {
            let number = value(counted.stepped(in: function), in: last)
            function.blocks[check].terminator = .branch(
                IRCondition(test: .less, left: number, right: rowLimit),
                IREdge(target: head, arguments: again.arguments), IREdge(target: after))
            function.blocks[after].terminator = .branch(
                IRCondition(test: .less, left: number, right: counted.limit),
                IREdge(target: header, arguments: again.arguments), exit)
            return
        }
        let (rowStep, restStep) = (makeBlock(like: stepBlock), makeBlock(like: stepBlock))
        // Needed on the way out only, unless the body needs it too.
        let number = sum(first, Int64(last), in: after)
        function.blocks[check].terminator = .branch(
            IRCondition(test: .less, left: first, right: rowLimit), IREdge(target: rowStep), IREdge(target: after))
        function.blocks[after].terminator = .branch(
            IRCondition(test: .less, left: number, right: counted.limit), IREdge(target: restStep), exit)
        let stepped = counted.stepped(in: function)
        values[last][stepped] = sum(first, Int64(plan.factor), in: rowStep)
        function.blocks[rowStep].terminator = .jump(IREdge(target: head, arguments: arguments(of: back, in: last)))
        values[last][stepped] = sum(number, 1, in: restStep)
        function.blocks[restStep].terminator = .jump(IREdge(target: header, arguments: arguments(of: back, in: last)))
        rest = [after, restStep]
        function.layout.insert(rowStep, at: startOfLoop)
    }

    /// Where the loop begins in the layout, the block that counts included.
    private var startOfLoop: Int {
        let header = function.layout.firstIndex(of: counted.loop.header) ?? 0
        return header > 0 && function.layout[header - 1] == counted.stepBlock ? header - 1 : header
    }

    private mutating func place() {
        let order = function.layout.filter { body.contains($0) }
        let copies = blocks.flatMap { copy in order.compactMap { copy[$0] } }
        function.layout.insert(contentsOf: copies + rest, at: startOfLoop)
    }

    /// What the loop gives to others now comes from several places.
    private mutating func repair() {
        var isInside = [Bool](repeating: false, count: function.blocks.count)
        for block in counted.loop.blocks + rest + blocks.flatMap(\.values) { isInside[block] = true }
        var isNeeded = [Bool](repeating: false, count: function.types.count)
        for block in function.layout where !isInside[block] {
            for index in function.blocks[block].code {
                for value in function.instructions[index].operands { isNeeded[value] = true }
            }
            function.blocks[block].terminator.forEachValue { isNeeded[$0] = true }
        }
        let flow = ControlFlow(function)
        let needed = body.flatMap { block in
            BlockCopy.values(of: block, in: function).filter { isNeeded[$0] }.map { (block: block, value: $0) }
        }
        for (block, value) in needed {
            var definitions = [block: value]
            for (copy, found) in blocks.enumerated() {
                if let target = found[block], let copied = values[copy][value] { definitions[target] = copied }
            }
            SSARepair.repair(value, definitions, in: &function, flow)
        }
    }
}
