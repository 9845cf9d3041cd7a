// From the typed tree to static single assignment form: blocks, variables, and what jumps bring.

import SerenaNetBytecode

/// Writes the intermediate form of one task, in one pass over its tree.
///
/// The language has no `goto`, so that the values which meet behind a branch or at the head of a loop are known from the
/// statement alone (Brandis and Mössenböck, "Single-Pass Generation of Static Single-Assignment Form for Structured
/// Languages", 1994). A log of assignments takes the place of a table of variables for each block. Where a parameter may turn
/// out to have one source, such as those of a loop that nothing comes back to, such parameters are removed at the end, as Braun
/// et al. do ("Simple and Efficient Construction of Static Single Assignment Form", 2013, section 3.1).
struct Lowering {
    let task: TypedTask
    let tasks: [TypedTask]
    let tree: TypedTree
    var function: IRFunction
    var types: IRTypes
    var texts: IRTexts
    /// The value of each local at this place; −1 before its first.
    var current: [IRValue]
    /// Each assignment since the beginning, with the value before, so that what a branch did can be told and undone.
    private var log: [(local: Int, before: IRValue)] = []
    /// The block that is being written; −1 where control cannot come.
    var block: IRBlockNumber = -1
    var loops: [OpenLoop] = []
    /// The handler of the blocks that are being written, see ``IRBlock/handler``.
    var handler = 0
    /// The cell of each local that has one; −1 for the others.
    private(set) var cells: [Int]
    /// By block, whether anything goes there so far.
    private var isEntered: [Bool] = []
    /// Whether there may be blocks that nothing goes to, or parameters with one source.
    var isUntidy = false

    /// Where `continue` and `break` go, and the locals whose values they bring.
    struct OpenLoop {
        /// −1 as long as there is no such block.
        var next: IRBlockNumber = -1
        /// −1 as long as there is no such block.
        var exit: IRBlockNumber = -1
        let locals: [Int]
    }

    /// An end of a branch: where it is, and what it assigned.
    struct Exit {
        let block: IRBlockNumber
        let changes: [(local: Int, value: IRValue)]
    }

    init(_ task: TypedTask, of tasks: [TypedTask], in tree: TypedTree, types: IRTypes, texts: IRTexts) {
        self.task = task
        self.tasks = tasks
        self.tree = tree
        self.types = types
        self.texts = texts
        current = [IRValue](filledWith: -1, count: task.locals.count)
        cells = current
        function = IRFunction(name: task.name, result: task.result, line: task.line)
        // About what the task needs, at once instead of bit by bit.
        let size = min(8, task.body.count) * 8
        function.instructions.reserveCapacity(size)
        function.types.reserveCapacity(size)
        function.blocks.reserveCapacity(size / 4)
        function.layout.reserveCapacity(size / 4)
    }

    /// - Parameter keepsVariables: whether every local is a cell, so that its value can be found in one register.
    mutating func lower(keepsVariables: Bool = false) {
        let entry = function.makeBlock()
        begin(entry)
        let cellLocals =
            keepsVariables ? Array(0..<task.locals.count) : task.hasAttempts ? CellLocals.found(in: task, tree) : []
        for local in cellLocals {
            cells[local] = function.cells.count
            function.cells.append(type(ofLocal: local))
        }
        for local in 0..<task.inputCount {
            let value = function.makeValue(type(ofLocal: local))
            function.inputs.append(value)
            current[local] = value
            if keepsVariables { assign(local, value, 0) }
        }
        lower(task.body)
        // The checker has proven that a task with a result returns it on every way.
        if isReachable { end(.returnNothing, keepsVariables ? 0 : task.line) }
        if isUntidy { TrivialParameters.remove(from: &function) }
    }

    private func type(ofLocal local: Int) -> IRType {
        tree.locals[task.locals.lowerBound + local].type ?? .bool
    }

    var isReachable: Bool { block >= 0 }

    // MARK: Blocks

    /// Goes on in a block, which comes next in the code.
    mutating func begin(_ next: IRBlockNumber) {
        if next >= isEntered.count || !isEntered[next] { isUntidy = isUntidy || !function.layout.isEmpty }
        function.layout.append(next)
        function.blocks[next].handler = handler
        block = next
    }

    mutating func end(_ terminator: IRTerminator, _ line: UInt32) {
        terminator.forEachTarget { target in
            while isEntered.count <= target { isEntered.append(false) }
            isEntered[target] = true
        }
        function.blocks[block].terminator = terminator
        function.blocks[block].line = line
        block = -1
    }

    mutating func jump(to target: IRBlockNumber, _ arguments: IRValueList = IRValueList(), _ line: UInt32) {
        end(.jump(IREdge(target: target, arguments: arguments)), line)
    }

    @discardableResult
    mutating func emit(
        _ opcode: VMOpcode, _ operands: IROperands = IROperands(), payload: Int64 = 0, type: IRType?, _ line: UInt32
    ) -> IRValue {
        let result = type.map { function.makeValue($0) } ?? IRInstruction.noValue
        function.instructions.append(
            IRInstruction(opcode: opcode, result: result, operands: operands, payload: payload, line: line))
        // One piece of memory for the code of most blocks.
        if function.blocks[block].code.isEmpty { function.blocks[block].code.reserveCapacity(8) }
        function.blocks[block].code.append(function.instructions.count - 1)
        return result
    }

    // MARK: Variables

    mutating func assign(_ local: Int, _ value: IRValue, _ line: UInt32) {
        if cells[local] >= 0 {
            emit(.move, IROperands(value), type: nil, line)
            function.instructions[function.instructions.count - 1].cell = cells[local]
            return
        }
        assign(local, value)
    }

    /// The value of a local at this place.
    mutating func value(of local: Int, _ line: UInt32) -> IRValue {
        guard cells[local] >= 0 else { return current[local] }
        let value = emit(.move, type: function.cells[cells[local]], line)
        function.instructions[function.instructions.count - 1].cell = cells[local]
        return value
    }

    mutating func assign(_ local: Int, _ value: IRValue) {
        if value == current[local] { isUntidy = true }
        log.append((local, current[local]))
        current[local] = value
    }

    var mark: Int { log.count }

    /// Ends a branch that began at `mark`: tells what it assigned, and undoes it.
    mutating func finish(since mark: Int) -> Exit {
        var changes: [(local: Int, value: IRValue)] = []
        while log.count > mark {
            let (local, before) = log.removeLast()
            // Of several assignments the first to be undone is the last to be made; locals of the branch itself end here.
            if isReachable, !changes.contains(where: { $0.local == local }) { changes.append((local, current[local])) }
            current[local] = before
        }
        changes.removeAll { current[$0.local] < 0 }
        defer { block = -1 }
        return Exit(block: block, changes: changes)
    }

    /// Goes on behind a statement with several branches, with what they assigned.
    mutating func join(_ exits: [Exit], _ line: UInt32) {
        let exits = exits.filter { $0.block >= 0 }
        guard let first = exits.first else {
            block = -1
            return
        }
        if exits.count == 1 {
            block = first.block
            for change in first.changes { assign(change.local, change.value) }
            return
        }
        var locals: [Int] = []
        for exit in exits {
            for change in exit.changes where !locals.contains(change.local) { locals.append(change.local) }
        }
        let target = function.makeBlock()
        for exit in exits {
            var arguments = IRValueList()
            for local in locals {
                arguments.append(exit.changes.first { $0.local == local }?.value ?? current[local])
            }
            block = exit.block
            jump(to: target, arguments, line)
        }
        begin(target)
        takeParameters(of: target, for: locals)
    }

    /// Gives a block a parameter for each local, and the locals those values.
    mutating func takeParameters(of block: IRBlockNumber, for locals: [Int]) {
        for local in locals {
            let value = function.addParameter(function.types[current[local]], to: block)
            assign(local, value)
        }
    }

    /// The values of locals, for a jump.
    func values(of locals: [Int]) -> IRValueList {
        var values = IRValueList()
        for local in locals { values.append(current[local]) }
        return values
    }

    /// The locals that statements assign and that have a value already, each once.
    func assigned(in statements: NodeList) -> [Int] {
        var isAssigned = [Bool](filledWith: false, count: current.count)
        markAssigned(in: statements, &isAssigned)
        return isAssigned.indices.filter { isAssigned[$0] }
    }

    private func markAssigned(in statements: NodeList, _ isAssigned: inout [Bool]) {
        for position in statements.indices {
            switch tree.statement(at: position).kind {
            case .set(let local, _, _): isAssigned[local] = current[local] >= 0
            case .attempt(let body, _, _, let handler):
                markAssigned(in: body, &isAssigned)
                markAssigned(in: handler, &isAssigned)
            case .branch(let branches, let otherwise):
                for position in branches.indices { markAssigned(in: tree.branch(at: position).block, &isAssigned) }
                markAssigned(in: otherwise, &isAssigned)
            case .whileLoop(_, let body), .forRange(_, _, _, let body), .forEach(_, _, let body):
                markAssigned(in: body, &isAssigned)
            default: break
            }
        }
    }
}
