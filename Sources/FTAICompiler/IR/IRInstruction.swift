// The instructions of the intermediate form: operations of the VM on values instead of registers.

import SerenaNetBytecode

/// A value by its number in its function. It is given once, by an instruction or as the parameter of a block.
typealias IRValue = Int

/// A block by its number in its function.
typealias IRBlockNumber = Int

/// One operation.
///
/// The operation is an opcode of the VM; ``VMOpcode/signature`` tells what its operands are and
/// ``VMOpcode/properties`` what may be done with it, so that nothing here knows single operations. Constants are
/// `loadInt` (of any size), `loadBool`, `loadNull` and `loadConstant` (of floats and texts). A `move` reads or writes a cell.
struct IRInstruction {
    /// Stands in ``result`` where there is none.
    static let noValue: IRValue = -1

    var opcode: VMOpcode
    private var result32: Int32
    private var scope32: Int32
    private var cell32: Int32
    /// The line of the source, 1-based.
    var line: UInt32
    var operands: IROperands
    /// What is not a value: an immediate, the number of a function, a built-in or a text, the bits of a float.
    var payload: Int64

    init(
        opcode: VMOpcode, result: IRValue = noValue, operands: IROperands = IROperands(), payload: Int64 = 0,
        line: UInt32, scope: Int = 0, cell: Int = -1
    ) {
        self.opcode = opcode
        self.result32 = Int32(result)
        self.scope32 = Int32(scope)
        self.cell32 = Int32(cell)
        self.line = line
        self.operands = operands
        self.payload = payload
    }

    /// The value that it gives; ``noValue`` where it gives none.
    var result: IRValue {
        get { Int(result32) }
        set { result32 = Int32(newValue) }
    }

    /// The inlined call that it came with, see ``IRFunction/inlined``; 0 for the function's own code.
    var scope: Int {
        get { Int(scope32) }
        set { scope32 = Int32(newValue) }
    }

    /// The variable that a `move` reads, when it has a result, or writes, see ``IRFunction/cells``; −1 for all else.
    var cell: Int {
        get { Int(cell32) }
        set { cell32 = Int32(newValue) }
    }

    /// Whether what stands in front of it rules out that it fails.
    var isSafe = false
}

/// Where control goes, and what the parameters of the block there get.
struct IREdge: Equatable {
    private var target32: Int32
    var arguments: IRValueList

    init(target: IRBlockNumber, arguments: IRValueList = IRValueList()) {
        target32 = Int32(target)
        self.arguments = arguments
    }

    init(target: IRBlockNumber, arguments: [IRValue]) {
        self.init(target: target, arguments: IRValueList(arguments))
    }

    var target: IRBlockNumber {
        get { Int(target32) }
        set { target32 = Int32(newValue) }
    }
}

/// What a branch looks at.
struct IRCondition {
    enum Test {
        /// Of `left`, a bool.
        case isTrue
        /// Of `left`, an optional.
        case isNull
        /// Of two ints.
        case equal, less, lessEqual
    }

    var test: Test
    private var left32: Int32
    private var right32: Int32

    init(test: Test, left: IRValue, right: IRValue = IRInstruction.noValue) {
        self.test = test
        left32 = Int32(left)
        right32 = Int32(right)
    }

    var left: IRValue {
        get { Int(left32) }
        set { left32 = Int32(newValue) }
    }

    /// ``IRInstruction/noValue`` for a test of one value.
    var right: IRValue {
        get { Int(right32) }
        set { right32 = Int32(newValue) }
    }
}

/// How a block ends.
enum IRTerminator {
    case jump(IREdge)
    /// To the first when the condition holds, else to the second.
    case branch(IRCondition, IREdge, IREdge)
    case returnValue(IRValue)
    case returnNothing
    /// To the first block, which a handler protects; the second is where the handler goes on.
    case attempt(IREdge, IREdge)
    /// Ends the program with a message, unless it is caught.
    case fail(IRValue)

    /// Calls `body` with each value that is read, those that go to parameters included.
    @inline(__always)
    func forEachValue(_ body: (IRValue) -> Void) {
        switch self {
        case .jump(let edge): edge.arguments.forEach(body)
        case .branch(let condition, let first, let second):
            body(condition.left)
            if condition.right >= 0 { body(condition.right) }
            first.arguments.forEach(body)
            second.arguments.forEach(body)
        case .returnValue(let value), .fail(let value): body(value)
        case .returnNothing, .attempt: break
        }
    }

    mutating func mapValues(_ transform: (IRValue) -> IRValue) {
        switch self {
        case .jump(var edge):
            guard !edge.arguments.isEmpty else { return }
            for index in edge.arguments.indices { edge.arguments[index] = transform(edge.arguments[index]) }
            self = .jump(edge)
        case .branch(var condition, var first, var second):
            condition.left = transform(condition.left)
            if condition.right >= 0 { condition.right = transform(condition.right) }
            for index in first.arguments.indices { first.arguments[index] = transform(first.arguments[index]) }
            for index in second.arguments.indices { second.arguments[index] = transform(second.arguments[index]) }
            self = .branch(condition, first, second)
        case .returnValue(let value): self = .returnValue(transform(value))
        case .fail(let value): self = .fail(transform(value))
        case .returnNothing, .attempt: break
        }
    }

    mutating func mapEdges(_ transform: (IREdge) -> IREdge) {
        switch self {
        case .jump(let edge): self = .jump(transform(edge))
        case .branch(let condition, let first, let second):
            self = .branch(condition, transform(first), transform(second))
        case .attempt(let body, let handler): self = .attempt(transform(body), transform(handler))
        case .returnValue, .returnNothing, .fail: break
        }
    }

    /// Where it leads to, from the last edge to the first; nil behind the first.
    @inline(__always)
    func target(fromLast number: Int) -> IRBlockNumber? {
        switch (self, number) {
        case (.jump(let edge), 0): edge.target
        case (.branch(_, _, let second), 0), (.attempt(_, let second), 0): second.target
        case (.branch(_, let first, _), 1), (.attempt(let first, _), 1): first.target
        default: nil
        }
    }

    /// Calls `body` with each block that it leads to, the first edge first. Inlined, so that it copies no arguments.
    @inline(__always)
    func forEachTarget(_ body: (IRBlockNumber) -> Void) {
        switch self {
        case .jump(let edge): body(edge.target)
        case .branch(_, let first, let second), .attempt(let first, let second):
            body(first.target)
            body(second.target)
        case .returnValue, .returnNothing, .fail: break
        }
    }

    /// Whether it brings anything to a block.
    @inline(__always)
    var hasArguments: Bool {
        switch self {
        case .jump(let edge): !edge.arguments.isEmpty
        case .branch(_, let first, let second): !first.arguments.isEmpty || !second.arguments.isEmpty
        case .attempt, .returnValue, .returnNothing, .fail: false
        }
    }

    @inline(__always)
    func forEachEdge(_ body: (IREdge) -> Void) {
        switch self {
        case .jump(let edge): body(edge)
        case .branch(_, let first, let second):
            body(first)
            body(second)
        case .attempt(let protected, let handler):
            body(protected)
            body(handler)
        case .returnValue, .returnNothing, .fail: break
        }
    }
}
