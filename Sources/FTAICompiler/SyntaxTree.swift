// Code as it is written, before names and types are looked at.

import FTAI

/// The code of a task. Its parts own no memory and stand in a few arrays, where others find them by their places.
struct SyntaxTree {
    private(set) var expressions: [Expression] = []
    private(set) var statements: [Statement] = []
    /// The places of expressions, statements and branches that belong together, see ``NodeList``.
    private(set) var lists: [Int32] = []
    private(set) var branches: [Branch] = []
    private(set) var loops: [ForLoop] = []
    private(set) var attempts: [Attempt] = []
    private(set) var calls: [Call] = []
    private(set) var types: [WrittenType] = []
    /// The assignments to names, in the order of the code.
    private(set) var assignments: [Assignment] = []
    /// Whether ``assignments`` has been brought into the order of the names.
    private var isSorted = false

    subscript(node: ExpressionNode) -> Expression { expressions[Int(node.index)] }

    /// Empties it, but keeps its memory for the next task.
    mutating func removeAll() {
        expressions.removeAll(keepingCapacity: true)
        statements.removeAll(keepingCapacity: true)
        lists.removeAll(keepingCapacity: true)
        branches.removeAll(keepingCapacity: true)
        loops.removeAll(keepingCapacity: true)
        attempts.removeAll(keepingCapacity: true)
        calls.removeAll(keepingCapacity: true)
        types.removeAll(keepingCapacity: true)
        assignments.removeAll(keepingCapacity: true)
        isSorted = false
    }

    // MARK: Building

    /// Makes room for about so many expressions, at once instead of bit by bit.
    mutating func reserve(_ count: Int) {
        expressions.reserveCapacity(count)
        statements.reserveCapacity(count / 4)
        lists.reserveCapacity(count / 2)
        calls.reserveCapacity(count / 8)
        branches.reserveCapacity(count / 16)
    }

    mutating func add(_ expression: Expression) -> ExpressionNode {
        expressions.append(expression)
        return ExpressionNode(index: Int32(truncatingIfNeeded: expressions.count - 1))
    }

    mutating func add(_ statement: Statement) -> Int32 {
        statements.append(statement)
        return Int32(truncatingIfNeeded: statements.count - 1)
    }

    /// A list of what stands behind a place in some other array.
    mutating func addList(of nodes: [Int32], from mark: Int) -> NodeList {
        let start = lists.count
        for index in mark..<nodes.count { lists.append(nodes[index]) }
        return NodeList(start..<lists.count)
    }

    mutating func add(_ branch: Branch) -> Int32 {
        branches.append(branch)
        return Int32(truncatingIfNeeded: branches.count - 1)
    }

    mutating func add(_ loop: ForLoop) -> Int32 {
        loops.append(loop)
        return Int32(truncatingIfNeeded: loops.count - 1)
    }

    mutating func add(_ attempt: Attempt) -> Int32 {
        attempts.append(attempt)
        return Int32(truncatingIfNeeded: attempts.count - 1)
    }

    mutating func add(_ call: Call) -> Int32 {
        calls.append(call)
        return Int32(truncatingIfNeeded: calls.count - 1)
    }

    mutating func add(_ type: WrittenType) -> Int32 {
        types.append(type)
        return Int32(truncatingIfNeeded: types.count - 1)
    }

    mutating func add(_ assignment: Assignment) { assignments.append(assignment) }

    /// Makes an expression as wide as the parentheses around it.
    mutating func widen(_ node: ExpressionNode, to range: SourceRange) { expressions[Int(node.index)].range = range }

    // MARK: Looking

    /// - Parameter position: one of the ``NodeList/indices`` of a list.
    func expression(at position: Int) -> ExpressionNode { ExpressionNode(index: lists[position]) }

    /// - Parameter position: one of the ``NodeList/indices`` of a list.
    func statement(at position: Int) -> Statement { statements[Int(lists[position])] }

    /// - Parameter position: one of the ``NodeList/indices`` of a list.
    func branch(at position: Int) -> Branch { branches[Int(lists[position])] }

    /// An argument of a call: its value, and the name that stands before it.
    ///
    /// - Parameter position: one of the ``NodeList/indices`` of a list.
    func argument(at position: Int) -> Argument {
        let node = expression(at: position)
        let expression = self[node]
        guard case .labelled(let label, let value) = expression.kind else {
            return Argument(label: nil, labelRange: expression.range, value: node)
        }
        return Argument(label: label, labelRange: expression.range, value: value)
    }

    /// The place of the first argument that has a name.
    func firstLabel(_ list: NodeList) -> SourceRange? {
        for position in list.indices {
            let expression = self[expression(at: position)]
            if case .labelled = expression.kind { return expression.range }
        }
        return nil
    }

    func call(_ index: Int32) -> Call { calls[Int(index)] }

    func type(_ index: Int32) -> WrittenType { types[Int(index)] }

    /// Whether a name is assigned somewhere in a range.
    mutating func isAssigned(_ name: Name, in range: SourceRange) -> Bool {
        if !isSorted {
            isSorted = true
            assignments.sort { ($0.name.number, $0.place) < ($1.name.number, $1.place) }
        }
        // The first at or behind the beginning decides.
        var low = 0
        var high = assignments.count
        while low < high {
            let middle = (low + high) / 2
            let found = assignments[middle]
            if (found.name.number, Int(found.place)) < (name.number, range.start) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < assignments.count && assignments[low].name == name && assignments[low].place < range.end
    }
}

/// The place of an expression in its tree.
struct ExpressionNode {
    let index: Int32
}

/// A part of one of the arrays of a tree.
struct NodeList {
    private let start: Int32
    private let end: Int32

    init(_ indices: Range<Int>) {
        start = Int32(truncatingIfNeeded: indices.lowerBound)
        end = Int32(truncatingIfNeeded: indices.upperBound)
    }

    static let empty = NodeList(0..<0)

    var indices: Range<Int> { Int(start)..<Int(end) }
    var count: Int { Int(end - start) }
    var isEmpty: Bool { start == end }
}

/// An expression.
struct Expression {
    enum Kind {
        /// The magnitude of an integer; a minus before it is a ``Kind/unary(_:_:)``.
        case integer(UInt64)
        case float(Double)
        case bool(Bool)
        case null
        /// A text without expressions in it, or a piece of one that has some.
        case literal(TextNumber)
        /// A text of several pieces.
        case text(NodeList)
        case name(Name)
        case list(NodeList)
        /// Keys and values in turn.
        case map(NodeList)
        case unary(UnaryOperator, ExpressionNode)
        case binary(BinaryOperator, ExpressionNode, ExpressionNode)
        case index(ExpressionNode, ExpressionNode)
        /// A call of a task or a function, see ``SyntaxTree/calls``.
        case call(Int32)
        /// A call of somebody outside of the program.
        case request(Request, Int32)
        /// An argument behind its name, whose range the expression has. It stands in no other place.
        case labelled(Name, ExpressionNode)
        case recall(ExpressionNode)
        /// Whether an `any` is of a type, see ``SyntaxTree/types``.
        case isType(ExpressionNode, Int32)
        /// An `any` as a value of a type, or null.
        case asType(ExpressionNode, Int32)
        /// Something that could not be read, which has been reported.
        case invalid
    }

    let kind: Kind
    /// How many expressions are nested in it at most, itself included.
    let depth: UInt8
    var range: SourceRange
}

/// Who is called outside of the program; an event is for whoever listens.
enum Request {
    case tool, agent, event
}

/// What is called, and with what.
struct Call {
    let name: Name
    let nameRange: SourceRange
    let arguments: NodeList
}

struct Argument {
    let label: Name?
    /// Of the value, where there is no label.
    let labelRange: SourceRange
    let value: ExpressionNode
}

/// A type and where it stands; nil when there is no such type, which has been reported.
struct WrittenType {
    let type: IRType?
    let range: SourceRange
}

enum UnaryOperator {
    case negate, not
}

enum BinaryOperator: String {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessEqual = "<="
    case greater = ">"
    case greaterEqual = ">="
    case and, or
    case orElse = "??"
}

/// A statement.
struct Statement {
    enum Kind {
        case declare(Declaration)
        case assign(DeclaredName, ExpressionNode)
        case assignElement(list: ExpressionNode, index: ExpressionNode, ExpressionNode)
        /// See ``SyntaxTree/branches``.
        case branch(NodeList, otherwise: Block?)
        case whileLoop(ExpressionNode, Block)
        /// See ``SyntaxTree/loops``.
        case forLoop(Int32)
        case breakLoop
        case continueLoop
        case returnValue(ExpressionNode?)
        case say(ExpressionNode)
        case remember(key: ExpressionNode, value: ExpressionNode)
        case evaluate(ExpressionNode)
        /// See ``SyntaxTree/calls``.
        case emit(Int32)
        case fail(ExpressionNode)
        /// See ``SyntaxTree/attempts``.
        case attempt(Int32)
        case parallel(Block)
    }

    struct Declaration {
        let name: DeclaredName
        let isVariable: Bool
        /// The index in ``SyntaxTree/types``.
        let annotation: Int32?
        let value: ExpressionNode
    }

    let kind: Kind
    let range: SourceRange
}

/// A name and where it stands.
struct DeclaredName {
    let name: Name
    let range: SourceRange
}

struct Branch {
    let condition: ExpressionNode
    let block: Block
}

struct ForLoop {
    let name: DeclaredName
    /// A list, or the first number.
    let first: ExpressionNode
    /// The last number; nil for a list.
    let last: ExpressionNode?
    let block: Block
}

struct Attempt {
    let body: Block
    let message: DeclaredName?
    let kind: DeclaredName?
    let handler: Block
}

/// Statements between the line that opens a block and its `end`.
struct Block {
    let statements: NodeList
    let range: SourceRange
}

/// A place where a name is assigned.
struct Assignment {
    let name: Name
    let place: Int32
}
