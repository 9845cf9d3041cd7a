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
            emit(.mapSet, IROperands(value(map), value(key), value(expression)), type: nil, line)
        case .append(let list, let expression):
            emit(.listAppend, IROperands(value(list), value(expression)), type: nil, line)
        case .branch(let branches, let otherwise): lowerBranches(branches, otherwise, line)
        case .whileLoop(let condition, let body): lowerWhile(condition, body, line)
        case .forRange(let local, let from, let through, let body):
            let (through, from) = (value(through), value(from))
            lowerCounting(from, through, body, line) { lowering, index in lowering.assign(local, index, line) }
        case .forEach(let local, let list, let body): lowerEach(local, list, body, line)
        case .breakLoop: if let loop = loops.last { jump(to: loop.exit, values(of: loop.locals), line) }
        case .continueLoop: if let loop = loops.last { jump(to: loop.next, values(of: loop.locals), line) }
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
            begin(next)
        }
        let mark = self.mark
        lower(otherwise)
        exits.append(finish(since: mark))
        join(exits, line)
    }

    // MARK: Loops

    /// The condition stands behind the body, so that each round takes one jump.
    private mutating func lowerWhile(_ condition: TypedNode, _ body: NodeList, _ line: UInt32) {
        let locals = assigned(in: body)
        let (check, start, exit) = (function.makeBlock(), function.makeBlock(), function.makeBlock())
        jump(to: check, values(of: locals), line)
        let mark = self.mark
        let place = function.layout.count
        begin(check)
        takeParameters(of: check, for: locals)
        let atCheck = values(of: locals)
        let leave = function.makeBlock()
        lower(condition, ifTrue: start, ifFalse: leave)
        begin(leave)
        jump(to: exit, atCheck, line)
        let conditionBlocks = Array(function.layout[place...])
        function.layout.removeSubrange(place...)
        begin(start)
        loops.append(OpenLoop(next: check, exit: exit, locals: locals))
        lower(body)
        loops.removeLast()
        if isReachable { jump(to: check, values(of: locals), line) }
        function.layout += conditionBlocks
        _ = self.finish(since: mark)
        begin(exit)
        takeParameters(of: exit, for: locals)
    }

    /// `if through < i: leave; body; next: if i < through: i += 1, body`. The last value is never exceeded, so that a range may
    /// end at the largest integer.
    ///
    /// - Parameter enter: what a round begins with, given the number.
    mutating func lowerCounting(
        _ from: IRValue, _ through: IRValue, _ body: NodeList, _ line: UInt32,
        enter: (inout Lowering, IRValue) -> Void
    ) {
        let locals = assigned(in: body)
        let (start, next, exit) = (function.makeBlock(), function.makeBlock(), function.makeBlock())
        let (leave, step, leaveLater) = (function.makeBlock(), function.makeBlock(), function.makeBlock())
        let before = values(of: locals)
        let enterBlock = function.makeBlock()
        end(
            .branch(
                IRCondition(test: .less, left: through, right: from), IREdge(target: leave), IREdge(target: enterBlock)),
            line)
        begin(enterBlock)
        jump(to: start, [from] + before, line)
        let mark = self.mark
        let stepPlace = function.layout.count
        begin(start)
        let index = function.addParameter(.int, to: start)
        takeParameters(of: start, for: locals)
        enter(&self, index)
        loops.append(OpenLoop(next: next, exit: exit, locals: locals))
        lower(body)
        loops.removeLast()
        if isReachable { jump(to: next, values(of: locals), line) }
        begin(next)
        takeParameters(of: next, for: locals)
        let after = values(of: locals)
        end(
            .branch(
                IRCondition(test: .less, left: index, right: through), IREdge(target: step), IREdge(target: leaveLater)),
            line)
        begin(step)
        function.layout.removeLast()
        function.layout.insert(step, at: stepPlace)
        let following = emit(.addIntImmediate, IROperands(index), payload: 1, type: .int, line)
        jump(to: start, [following] + after, line)
        begin(leaveLater)
        jump(to: exit, after, line)
        begin(leave)
        jump(to: exit, before, line)
        _ = self.finish(since: mark)
        begin(exit)
        takeParameters(of: exit, for: locals)
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
