// Code as it is written, before names and types are looked at.

import FTAI

/// An expression.
struct Expression {
    /// Only what contains expressions is kept apart: most expressions are names and numbers, and need no memory of their own.
    enum Kind {
        /// The magnitude of an integer; a minus before it is a ``Kind/unary(_:_:)``.
        case integer(UInt64)
        case float(Double)
        case bool(Bool)
        case null
        case text([TextPiece])
        case name(String)
        case list([Expression])
        case map([MapEntry])
        indirect case unary(UnaryOperator, Expression)
        indirect case binary(BinaryOperator, Expression, Expression)
        indirect case index(Expression, Expression)
        indirect case call(Call)
        indirect case recall(Expression)
        indirect case request(Request)
        /// Whether an `any` is of a type.
        indirect case isType(Expression, ParsedType)
        /// An `any` as a value of a type, or null.
        indirect case asType(Expression, ParsedType)
        /// Something that could not be read, which has been reported.
        case invalid
    }

    let kind: Kind
    let range: SourceRange
    /// How many expressions are nested in it at most, itself included.
    let depth: Int
}

/// A piece of a text: characters, or the value of an expression.
enum TextPiece {
    case literal(String)
    case value(Expression)
}

/// A key and its value in a map that is written down.
struct MapEntry {
    let key: Expression
    let value: Expression
}

/// A call of somebody outside of the program, or an event for whoever listens.
struct Request {
    enum Kind {
        case tool, agent, event
    }

    let kind: Kind
    let name: String
    let nameRange: SourceRange
    let arguments: [Call.Argument]
}

struct Call {
    struct Argument {
        let label: String?
        let labelRange: SourceRange
        let value: Expression
    }

    let name: String
    let nameRange: SourceRange
    let arguments: [Argument]
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
    indirect enum Kind {
        case declare(Declaration)
        case assign(name: String, nameRange: SourceRange, Expression)
        case assignElement(list: Expression, index: Expression, Expression)
        case branch([Branch], otherwise: Block?)
        case whileLoop(Expression, Block)
        case forLoop(name: String, nameRange: SourceRange, Sequence, Block)
        case breakLoop
        case continueLoop
        case returnValue(Expression?)
        case say(Expression)
        case remember(key: Expression, value: Expression)
        case evaluate(Expression)
        case emit(Request)
        case fail(Expression)
        case attempt(Block, message: Name?, kind: Name?, handler: Block)
        case parallel(Block)
    }

    struct Name {
        let text: String
        let range: SourceRange
    }

    struct Declaration {
        let name: String
        let nameRange: SourceRange
        let isVariable: Bool
        let annotation: ParsedType?
        let value: Expression
    }

    struct Branch {
        let condition: Expression
        let block: Block
    }

    enum Sequence {
        case range(Expression, Expression)
        case list(Expression)
    }

    let kind: Kind
    let range: SourceRange
}

/// Statements between the line that opens a block and its `end`.
struct Block {
    var statements: [Statement]
    var range: SourceRange
}

/// The code of a task.
struct TaskCode {
    let block: Block
    /// Where each name is assigned, in the order of the code: what a check for null is worth depends on it.
    let assignments: [String: [Int]]
}
