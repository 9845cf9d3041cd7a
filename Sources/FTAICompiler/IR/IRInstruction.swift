// The instructions of the intermediate form: operations of the VM on values instead of registers.

import SerenaNetBytecode

/// A value by its number in its function. It is given once, by an instruction or as the parameter of a block.
typealias IRValue = Int

/// A block by its number in its function.
typealias IRBlockNumber = Int

/// The operands of an instruction: up to three in place, so that most instructions need no memory of their own.
struct IROperands: RandomAccessCollection, MutableCollection {
    private var first: IRValue = -1
    private var second: IRValue = -1
    private var third: IRValue = -1
    private var rest: [IRValue] = []
    private(set) var endIndex = 0

    var startIndex: Int { 0 }

    init() {}

    init(_ a: IRValue) {
        (first, endIndex) = (a, 1)
    }

    init(_ a: IRValue, _ b: IRValue) {
        (first, second, endIndex) = (a, b, 2)
    }

    init(_ a: IRValue, _ b: IRValue, _ c: IRValue) {
        (first, second, third, endIndex) = (a, b, c, 3)
    }

    init(_ values: [IRValue]) {
        endIndex = values.count
        if !values.isEmpty { first = values[0] }
        if values.count > 1 { second = values[1] }
        if values.count > 2 { third = values[2] }
        if values.count > 3 { rest = Array(values[3...]) }
    }

    subscript(index: Int) -> IRValue {
        get {
            switch index {
            case 0: first
            case 1: second
            case 2: third
            default: rest[index - 3]
            }
        }
        set {
            switch index {
            case 0: first = newValue
            case 1: second = newValue
            case 2: third = newValue
            default: rest[index - 3] = newValue
            }
        }
    }
}

/// One operation.
///
/// The operation is an opcode of the VM; ``VMOpcode/signature`` tells what its operands are and
/// ``VMOpcode/properties`` what may be done with it, so that nothing here knows single operations. Constants are
/// `loadInt` (of any size), `loadBool`, `loadNull` and `loadConstant` (of floats and texts). A `move` reads or writes a cell.
struct IRInstruction {
    /// Stands in ``result`` where there is none.
    static let noValue: IRValue = -1

    var opcode: VMOpcode
    /// The value that it gives; ``noValue`` where it gives none.
    var result: IRValue = noValue
    var operands = IROperands()
    /// What is not a value: an immediate, the number of a function, a built-in or a text, the bits of a float.
    var payload: Int64 = 0
    /// The line of the source, 1-based.
    var line: UInt32
    /// The inlined call that it came with, see ``IRFunction/inlined``; 0 for the function's own code.
    var scope: Int = 0
    /// The variable that a `move` reads, when it has a result, or writes, see ``IRFunction/cells``; −1 for all else.
    var cell: Int = -1
    /// Whether what stands in front of it rules out that it fails.
    var isSafe = false
}

/// Where control goes, and what the parameters of the block there get.
struct IREdge {
    var target: IRBlockNumber
    var arguments: [IRValue] = []
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
    var left: IRValue
    /// ``IRInstruction/noValue`` for a test of one value.
    var right: IRValue = IRInstruction.noValue
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
