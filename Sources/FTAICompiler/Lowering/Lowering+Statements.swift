// From the typed tree to static single assignment form: statements.

import SerenaNetBytecode

extension Lowering {
    mutating func lower(_ statements: NodeList) {
        for position in statements.indices where isReachable { lower(tree.statement(at: position)) }
    }

    private mutating func lower(_ statement: TypedStatement) {
        let line = statement.line
        switch statement.kind {
        case .set(let local, let expression, _): assign(local, value(expression), line)
        case .setElement(let list, let index, let expression):
            let operands = IROperands(value(list), value(index), value(expression))
            emit(.listSet, operands, type: nil, line)
        case .setEntry(let map, let key, let expression):
            let opcode: VMOpcode = types.hasIntKeys(tree[map].type) ? .intMapSet : .mapSet
            emit(opcode, IROperands(value(map), value(key), value(expression)), type: nil, line)
        case .append(let list, let expression):
            emit(.listAppend, IROperands(value(list), value(expression)), type: nil, line)
        case .branch(let branches, let otherwise): lowerBranches(branches, otherwise, line)
        case .whileLoop(let condition, let body): lowerWhile(condition, body, line)
        case .forRange(let local, let from, let through, let body):
            let (through, from) = (value(through), value(from))
            lowerCounting(from, through, body, line) { lowering, index in lowering.assign(local, index, line) }
        case .forEach(let local, let list, let body): lowerEach(local, list, body, line)
        case .breakLoop: lowerJump(to: \.exit, line)
        case .continueLoop: lowerJump(to: \.next, line)
        case .returnValue(let expression):
            guard let expression else { return end(.returnNothing, line) }
            end(.returnValue(value(expression)), line)
        case .emit(let name, let values): emit(.emit, IROperands(value(name), value(values)), type: nil, line)
        case .fail(let message): end(.fail(value(message)), line)
        case .attempt(let body, let message, let kind, let handler):
            lowerAttempt(body, message, kind, handler, line)
        case .parallel(let requests): lowerParallel(requests, line)
        case .say(let text): emit(.say, IROperands(value(text)), type: nil, line)
        case .remember(let key, let expression):
            emit(.remember, IROperands(value(key), value(expression)), type: nil, line)
        case .evaluate(let expression):
            if case .call(let index, let arguments) = tree[expression].kind, tasks[Int(index)].result == nil {
                let operands = values(of: arguments)
                emit(.call, operands, payload: Int64(index), type: nil, line)
            } else {
                _ = value(expression)
            }
        }
    }

    private mutating func lowerBranches(_ branches: NodeList, _ otherwise: NodeList, _ line: UInt32) {
        var exits: [Exit] = []
        for position in branches.indices {
            let branch = tree.branch(at: position)
            let (taken, next) = (function.makeBlock(), function.makeBlock())
            lower(branch.condition, ifTrue: taken, ifFalse: next)
            begin(taken)
            let mark = self.mark
            lower(branch.block)
            exits.append(finish(since: mark))
            // Where nothing was assigned, the branches end where the last condition goes when it is false.
            if position == branches.indices.last, otherwise.isEmpty, exits.allSatisfy(\.changes.isEmpty) {
                for exit in exits where exit.block >= 0 {
                    block = exit.block
                    jump(to: next, IRValueList(), line)
                }
                return begin(next)
            }
            begin(next)
        }
        let mark = self.mark
        lower(otherwise)
        exits.append(finish(since: mark))
        join(exits, line)
    }

    // MARK: Loops

    /// `break` or `continue`.
    private mutating func lowerJump(to place: WritableKeyPath<OpenLoop, IRBlockNumber>, _ line: UInt32) {
        guard let last = loops.indices.last else { return }
        if loops[last][keyPath: place] < 0 { loops[last][keyPath: place] = function.makeBlock() }
        jump(to: loops[last][keyPath: place], values(of: loops[last].locals), line)
    }

    /// The condition stands behind the body, so that each round takes one jump.
    private mutating func lowerWhile(_ condition: TypedNode, _ body: NodeList, _ line: UInt32) {
        let locals = assigned(in: body)
        let (check, start, leave) = (function.makeBlock(), function.makeBlock(), function.makeBlock())
        jump(to: check, values(of: locals), line)
        let mark = self.mark
        let place = function.layout.count
        begin(check)
        takeParameters(of: check, for: locals)
        let atCheck = values(of: locals)
        lower(condition, ifTrue: start, ifFalse: leave)
        let conditionBlocks = Array(function.layout[place...])
        function.layout.removeSubrange(place...)
        begin(start)
        loops.append(OpenLoop(next: check, locals: locals))
        lower(body)
        let exit = loops.removeLast().exit
        if isReachable { jump(to: check, values(of: locals), line) } else { isUntidy = true }
        function.layout += conditionBlocks
        _ = self.finish(since: mark)
        begin(leave)
        guard exit >= 0 else {
            for (place, local) in locals.enumerated() { assign(local, atCheck[place]) }
            return
        }
        jump(to: exit, atCheck, line)
        begin(exit)
        takeParameters(of: exit, for: locals)
    }

    /// `if through < i: leave; body; if i < through: i += 1, body`. The last value is never exceeded, so that a range may
    /// end at the largest integer. Between numbers that stand in the source the first look is left out, and with it the way round
    /// the loop.
    ///
    /// - Parameter enter: what a round begins with, given the number.
    mutating func lowerCounting(
        _ from: IRValue, _ through: IRValue, _ body: NodeList, _ line: UInt32,
        enter: (inout Lowering, IRValue) -> Void
    ) {
        let locals = assigned(in: body)
        let before = values(of: locals)
        let start = function.makeBlock()
        var (exit, leave) = (-1, -1)
        if !isRange(from, through) {
            (exit, leave) = (function.makeBlock(), function.makeBlock())
            let enterBlock = function.makeBlock()
            let test = IRCondition(test: .less, left: through, right: from)
            end(.branch(test, IREdge(target: leave), IREdge(target: enterBlock)), line)
            begin(enterBlock)
        }
        jump(to: start, IRValueList(from, before), line)
        let mark = self.mark
        let place = function.layout.count
        begin(start)
        let index = function.addParameter(.int, to: start)
        takeParameters(of: start, for: locals)
        enter(&self, index)
        loops.append(OpenLoop(exit: exit, locals: locals))
        lower(body)
        let ends = loops.removeLast()
        if ends.next >= 0 {
            if isReachable { jump(to: ends.next, values(of: locals), line) }
            begin(ends.next)
            takeParameters(of: ends.next, for: locals)
        }
        lowerStep(of: index, through, to: start, for: locals, at: place, line)
        guard ends.exit >= 0 else {
            // The last round is the only way out.
            let (last, after) = (block, values(of: locals))
            _ = self.finish(since: mark)
            block = last
            for (place, local) in locals.enumerated() { assign(local, after[place]) }
            return
        }
        if isReachable { jump(to: ends.exit, values(of: locals), line) }
        if leave >= 0 {
            begin(leave)
            jump(to: ends.exit, before, line)
        }
        _ = self.finish(since: mark)
        begin(ends.exit)
        takeParameters(of: ends.exit, for: locals)
    }

    /// Whether two values are known numbers, of which the second is not below the first.
    private func isRange(_ from: IRValue, _ through: IRValue) -> Bool {
        guard let first = literal(from), let last = literal(through) else { return false }
        return first <= last
    }

    /// The number that one of the last two instructions gives, as the bounds of a loop are when they stand in the source.
    private func literal(_ value: IRValue) -> Int64? {
        function.instructions.suffix(2).first { $0.result == value && $0.opcode == .loadInt }?.payload
    }

    /// What the round of a counting loop ends with, and goes on where the last one leaves it. The step stands in front of the
    /// body, which it runs into.
    private mutating func lowerStep(
        of index: IRValue, _ through: IRValue, to start: IRBlockNumber, for locals: [Int], at place: Int, _ line: UInt32
    ) {
        guard isReachable else {
            isUntidy = true
            return
        }
        let (step, leave) = (function.makeBlock(), function.makeBlock())
        let after = values(of: locals)
        end(
            .branch(IRCondition(test: .less, left: index, right: through), IREdge(target: step), IREdge(target: leave)),
            line)
        begin(step)
        function.layout.removeLast()
        function.layout.insert(step, at: place)
        let following = emit(.addIntImmediate, IROperands(index), payload: 1, type: .int, line)
        jump(to: start, IRValueList(following, after), line)
        begin(leave)
    }

    /// Takes the elements that the list has when the loop begins.
    private mutating func lowerEach(
        _ local: Int, _ list: TypedNode, _ body: NodeList, _ line: UInt32
    ) {
        let elements = value(list)
        let element = types.listElement(tree[list].type) ?? .bool
        let count = emit(.listCount, IROperands(elements), type: .int, line)
        let last = emit(.addIntImmediate, IROperands(count), payload: -1, type: .int, line)
        let first = emit(.loadInt, payload: 0, type: .int, line)
        lowerCounting(first, last, body, line) { lowering, index in
            let value = lowering.emit(.listGet, IROperands(elements, index), type: element, line)
            lowering.assign(local, value, line)
        }
    }
}
