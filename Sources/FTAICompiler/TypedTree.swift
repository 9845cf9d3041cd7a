// Code whose names and types are settled: what the checker gives to the intermediate form.

import FTAI
import SerenaNetBytecode

/// The code of all tasks of a program. Its parts own no memory and stand in a few arrays, where others find them by their
/// places.
struct TypedTree {
    private(set) var expressions: [TypedExpression] = []
    private(set) var statements: [TypedStatement] = []
    /// The places of expressions, statements and branches that belong together, see ``NodeList``.
    private(set) var lists: [Int32] = []
    private(set) var branches: [TypedBranch] = []
    private(set) var requests: [TypedRequest] = []
    private(set) var locals: [Local] = []
    /// What the texts of the program say, see ``TextNumber``.
    var texts: [String] = []
    /// The types of the program.
    var types = IRTypes()

    subscript(node: TypedNode) -> TypedExpression { expressions[Int(node.index)] }

    // MARK: Building

    /// Makes room for about so many expressions, at once instead of bit by bit.
    mutating func reserve(_ count: Int) {
        expressions.reserveCapacity(count)
        statements.reserveCapacity(count / 4)
        lists.reserveCapacity(count / 2)
        locals.reserveCapacity(count / 8)
        branches.reserveCapacity(count / 16)
    }

    mutating func add(_ kind: TypedExpression.Kind, type: IRType, line: UInt32) -> TypedNode {
        expressions.append(TypedExpression(kind: kind, type: type, line: line))
        return TypedNode(index: Int32(truncatingIfNeeded: expressions.count - 1))
    }

    mutating func add(_ statement: TypedStatement) -> Int32 {
        statements.append(statement)
        return Int32(truncatingIfNeeded: statements.count - 1)
    }

    /// A list of what stands behind a place in some other array.
    mutating func addList(of nodes: [Int32], from mark: Int) -> NodeList {
        let start = lists.count
        for index in mark..<nodes.count { lists.append(nodes[index]) }
        return NodeList(start..<lists.count)
    }

    mutating func add(_ branch: TypedBranch) -> Int32 {
        branches.append(branch)
        return Int32(truncatingIfNeeded: branches.count - 1)
    }

    mutating func addRequests(_ added: [TypedRequest]) -> NodeList {
        requests += added
        return NodeList(requests.count - added.count..<requests.count)
    }

    /// - Returns: their places.
    mutating func addLocals(_ added: [Local]) -> Range<Int> {
        for local in added { locals.append(local) }
        return locals.count - added.count..<locals.count
    }

    // MARK: Looking

    /// - Parameter position: one of the ``NodeList/indices`` of a list.
    func expression(at position: Int) -> TypedNode { TypedNode(index: lists[position]) }

    /// - Parameter position: one of the ``NodeList/indices`` of a list.
    func statement(at position: Int) -> TypedStatement { statements[Int(lists[position])] }

    /// - Parameter position: one of the ``NodeList/indices`` of a list.
    func branch(at position: Int) -> TypedBranch { branches[Int(lists[position])] }
}

/// The place of an expression in its tree.
struct TypedNode {
    let index: Int32
}

/// An expression with its type.
struct TypedExpression {
    enum Kind {
        case int(Int64)
        case float(Double)
        case bool(Bool)
        case string(TextNumber)
        case null
        /// The local of that index.
        case local(Int)
        case negate(TypedNode)
        case not(TypedNode)
        case arithmetic(Arithmetic, TypedNode, TypedNode)
        /// Both sides have the same type.
        case compare(Comparison, TypedNode, TypedNode)
        case and(TypedNode, TypedNode)
        case or(TypedNode, TypedNode)
        case toFloat(TypedNode)
        case toText(TypedNode)
        case wrap(TypedNode)
        case unwrap(TypedNode)
        case isNull(TypedNode)
        /// The left, or the right where the left is null.
        case orElse(TypedNode, TypedNode)
        /// Texts, joined.
        case join(NodeList)
        case list(NodeList)
        /// Keys and values in turn.
        case map(NodeList)
        /// What stands under a key of a map, or null.
        case entry(TypedNode, key: TypedNode)
        case element(TypedNode, index: TypedNode)
        case count(TypedNode)
        case builtin(Builtin, NodeList)
        /// The task of that index; only where it stands as a statement may it have no result.
        case call(Int32, NodeList)
        case recall(TypedNode)
        /// Seconds since 1970 in UTC.
        case now
        /// A value as one of type `any`.
        case box(TypedNode)
        /// An `any` as an optional of a type, null when it is of another.
        case cast(TypedNode)
        case callTool(name: TypedNode, arguments: TypedNode)
        case askAgent(name: TypedNode, question: TypedNode)
    }

    let kind: Kind
    let type: IRType
    /// 1-based.
    let line: UInt32
}

enum Arithmetic {
    case add, subtract, multiply, divide, modulo
}

enum Comparison {
    case equal, notEqual, less, lessEqual, greater, greaterEqual
}

/// A statement whose names and types are settled.
struct TypedStatement {
    enum Kind {
        /// Gives a local its first or a further value.
        case set(local: Int, TypedNode, isFirst: Bool)
        case setElement(list: TypedNode, index: TypedNode, TypedNode)
        case setEntry(map: TypedNode, key: TypedNode, TypedNode)
        case append(list: TypedNode, TypedNode)
        /// See ``TypedTree/branches``.
        case branch(NodeList, otherwise: NodeList)
        case whileLoop(TypedNode, NodeList)
        case forRange(local: Int, from: TypedNode, through: TypedNode, NodeList)
        case forEach(local: Int, TypedNode, NodeList)
        case breakLoop
        case continueLoop
        case returnValue(TypedNode?)
        case say(TypedNode)
        case remember(key: TypedNode, value: TypedNode)
        /// A call whose result, if it has one, is not used.
        case evaluate(TypedNode)
        case emit(name: TypedNode, values: TypedNode)
        case fail(TypedNode)
        /// Runs the handler when the body fails; the locals take the message and the kind of the failure.
        case attempt(NodeList, message: Int?, kind: Int?, handler: NodeList)
        /// Calls of tools and agents at the same time: parts of ``TypedTree/requests``.
        case parallel(NodeList)
    }

    let kind: Kind
    /// 1-based.
    let line: UInt32
}

/// One of several calls at the same time, and the local that takes its result.
struct TypedRequest {
    let local: Int?
    /// ``TypedExpression/Kind/callTool(name:arguments:)`` or ``TypedExpression/Kind/askAgent(name:question:)``.
    let call: TypedNode
}

struct TypedBranch {
    let condition: TypedNode
    let block: NodeList
}

/// A variable, an input, or the variable of a loop.
struct Local {
    let name: Name
    /// Nil when it could not be told, which has been reported.
    let type: IRType?
    /// Whether it can be assigned after its declaration.
    let isVariable: Bool
    /// Whether it is worth a warning when it is not read.
    let warnsIfUnused: Bool
    /// Whether it is read.
    var isUsed = false
    /// Where it is declared.
    let range: SourceRange
}

/// A task whose code is settled.
struct TypedTask {
    let name: String
    /// The places of its locals in ``TypedTree/locals``, inputs first.
    let locals: Range<Int>
    let inputCount: Int
    let result: IRType?
    let body: NodeList
    /// Whether there is any ``TypedStatement/Kind/attempt(_:message:kind:handler:)`` in it.
    let hasAttempts: Bool
    var effects: EffectSet
    /// The line of its `@task`.
    let line: UInt32
}
