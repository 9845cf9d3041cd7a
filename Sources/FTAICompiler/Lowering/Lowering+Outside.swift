// From the typed tree to static single assignment form: maps, failures that are caught, calls that are made together.

import SerenaNetBytecode

extension Lowering {
    /// - Parameter entries: keys and values in turn.
    mutating func lowerMap(_ entries: NodeList, _ expression: TypedExpression) -> IRValue {
        let indices = entries.indices
        let first = indices.prefix(Self.chunk).map { value(tree.expression(at: $0)) }
        let (make, set): (VMOpcode, VMOpcode) =
            types.hasIntKeys(expression.type) ? (.makeIntMap, .intMapSet) : (.makeMap, .mapSet)
        let map = emit(make, IROperands(first), type: expression.type, expression.line)
        for index in stride(from: indices.lowerBound + Self.chunk, to: indices.upperBound, by: 2) {
            let (key, element) = (value(tree.expression(at: index)), value(tree.expression(at: index + 1)))
            emit(set, IROperands(map, key, element), type: nil, expression.line)
        }
        return map
    }

    /// The way to the handler begins in front of what it protects: whatever is computed there is not known where it is caught.
    mutating func lowerAttempt(
        _ body: NodeList, _ message: Int?, _ kind: Int?, _ caught: NodeList, _ line: UInt32
    ) {
        guard !body.isEmpty else { return }
        let (start, target) = (function.makeBlock(), function.makeBlock())
        let outer = handler
        function.handlers.append(
            IRHandler(
                target: target, message: message.map { cells[$0] } ?? -1, kind: kind.map { cells[$0] } ?? -1,
                parent: outer))
        end(.attempt(IREdge(target: start), IREdge(target: target)), line)
        handler = function.handlers.count
        begin(start)
        var mark = self.mark
        lower(body)
        handler = outer
        if isReachable {
            // What follows is not protected any more.
            let behind = function.makeBlock()
            jump(to: behind, IRValueList(), line)
            begin(behind)
        }
        var exits = [finish(since: mark)]
        begin(target)
        mark = self.mark
        lower(caught)
        exits.append(finish(since: mark))
        join(exits, line)
    }

    /// All operands, then all calls one behind the other, so that the VM finds them together.
    mutating func lowerParallel(_ requests: NodeList, _ line: UInt32) {
        var calls: [(opcode: VMOpcode, operands: IROperands, request: TypedRequest)] = []
        for request in tree.requests[requests.indices] {
            switch tree[request.call].kind {
            case .callTool(let name, let arguments):
                calls.append((.callTool, IROperands(value(name), value(arguments)), request))
            case .askAgent(let name, let question):
                calls.append((.askAgent, IROperands(value(name), value(question)), request))
            default: break
            }
        }
        emit(.together, payload: Int64(calls.count), type: nil, line)
        let results = calls.map { call in
            let expression = tree[call.request.call]
            return emit(call.opcode, call.operands, type: expression.type, expression.line)
        }
        for (call, result) in zip(calls, results) {
            if let local = call.request.local { assign(local, result, line) }
        }
    }
}

/// Finds the locals that cannot be values.
enum CellLocals {
    /// The locals that are assigned in protected code and were there before it, and those that take what was caught; in order.
    static func found(in task: TypedTask, _ tree: TypedTree) -> [Int] {
        var isCell = [Bool](repeating: false, count: task.locals.count)
        var pending = [task.body]
        while let statements = pending.popLast() {
            for position in statements.indices {
                let statement = tree.statement(at: position)
                pending += blocks(of: statement, tree)
                guard case .attempt(let body, let message, let kind, _) = statement.kind else { continue }
                for local in [message, kind] { if let local { isCell[local] = true } }
                for local in assignedFromOutside(of: body, tree) { isCell[local] = true }
            }
        }
        return isCell.indices.filter { isCell[$0] }
    }

    private static func blocks(of statement: TypedStatement, _ tree: TypedTree) -> [NodeList] {
        switch statement.kind {
        case .branch(let branches, let otherwise): branches.indices.map { tree.branch(at: $0).block } + [otherwise]
        case .whileLoop(_, let body), .forRange(_, _, _, let body), .forEach(_, _, let body): [body]
        case .attempt(let body, _, _, let handler): [body, handler]
        default: []
        }
    }

    private static func assignedFromOutside(of body: NodeList, _ tree: TypedTree) -> Set<Int> {
        var assigned: Set<Int> = []
        var declared: Set<Int> = []
        var pending = [body]
        while let statements = pending.popLast() {
            for position in statements.indices {
                let statement = tree.statement(at: position)
                pending += blocks(of: statement, tree)
                guard case .set(let local, _, let isFirst) = statement.kind else { continue }
                if isFirst { declared.insert(local) } else { assigned.insert(local) }
            }
        }
        return assigned.subtracting(declared)
    }
}
