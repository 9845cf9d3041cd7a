// Code whose names and types are settled: what the checker gives to the simplifier and the generator.

import SerenaNetBytecode

/// An expression with its type.
struct TypedExpression {
    /// Only what contains expressions is kept apart.
    enum Kind {
        case int(Int64)
        case float(Double)
        case bool(Bool)
        case string(String)
        case null
        /// The local of that index.
        case local(Int)
        indirect case negate(TypedExpression)
        indirect case not(TypedExpression)
        indirect case arithmetic(Arithmetic, TypedExpression, TypedExpression)
        /// Both sides have the same type.
        indirect case compare(Comparison, TypedExpression, TypedExpression)
        indirect case and(TypedExpression, TypedExpression)
        indirect case or(TypedExpression, TypedExpression)
        indirect case toFloat(TypedExpression)
        indirect case toText(TypedExpression)
        indirect case wrap(TypedExpression)
        indirect case unwrap(TypedExpression)
        indirect case isNull(TypedExpression)
        /// The left, or the right where the left is null.
        indirect case orElse(TypedExpression, TypedExpression)
        /// Texts, joined.
        case join([TypedExpression])
        case list([TypedExpression])
        case map([TypedEntry])
        /// What stands under a key of a map, or null.
        indirect case entry(TypedExpression, key: TypedExpression)
        indirect case element(TypedExpression, index: TypedExpression)
        indirect case count(TypedExpression)
        case builtin(Builtin, [TypedExpression])
        /// The task of that index; only where it stands as a statement may it have no result.
        case call(Int, [TypedExpression])
        indirect case recall(TypedExpression)
        /// Seconds since 1970 in UTC.
        case now
        /// A value as one of type `any`.
        indirect case box(TypedExpression)
        /// An `any` as an optional of a type, null when it is of another.
        indirect case cast(TypedExpression)
        indirect case callTool(name: TypedExpression, arguments: TypedExpression)
        indirect case askAgent(name: TypedExpression, question: TypedExpression)
    }

    var kind: Kind
    var type: ValueType
    /// 1-based.
    var line: UInt32
}

/// A key and its value in a map that is written down.
struct TypedEntry {
    var key: TypedExpression
    var value: TypedExpression
}

enum Arithmetic {
    case add, subtract, multiply, divide, modulo
}

enum Comparison {
    case equal, notEqual, less, lessEqual, greater, greaterEqual
}

/// A statement whose names and types are settled.
struct TypedStatement {
    indirect enum Kind {
        /// Gives a local its first or a further value.
        case set(local: Int, TypedExpression, isFirst: Bool)
        case setElement(list: TypedExpression, index: TypedExpression, TypedExpression)
        case setEntry(map: TypedExpression, key: TypedExpression, TypedExpression)
        case append(list: TypedExpression, TypedExpression)
        case branch([TypedBranch], otherwise: [TypedStatement])
        case whileLoop(TypedExpression, [TypedStatement])
        case forRange(local: Int, from: TypedExpression, through: TypedExpression, [TypedStatement])
        case forEach(local: Int, TypedExpression, [TypedStatement])
        case breakLoop
        case continueLoop
        case returnValue(TypedExpression?)
        case say(TypedExpression)
        case remember(key: TypedExpression, value: TypedExpression)
        /// A call whose result, if it has one, is not used.
        case evaluate(TypedExpression)
        case emit(name: TypedExpression, values: TypedExpression)
        case fail(TypedExpression)
        /// Runs the handler when the body fails; the locals take the message and the kind of the failure.
        case attempt([TypedStatement], message: Int?, kind: Int?, handler: [TypedStatement])
        /// Calls of tools and agents at the same time.
        case parallel([TypedRequest])
    }

    var kind: Kind
    /// 1-based.
    var line: UInt32
}

/// One of several calls at the same time, and the local that takes its result.
struct TypedRequest {
    var local: Int?
    /// ``TypedExpression/Kind/callTool(name:arguments:)`` or ``TypedExpression/Kind/askAgent(name:question:)``.
    var call: TypedExpression
}

struct TypedBranch {
    var condition: TypedExpression
    var block: [TypedStatement]
}

/// A variable, an input, or the variable of a loop.
struct Local {
    let name: String
    /// Nil when it could not be told, which has been reported.
    let type: ValueType?
    /// Whether it can be assigned after its declaration.
    let isVariable: Bool
}

/// A task whose code is settled.
struct TypedTask {
    let name: String
    /// Inputs first.
    var locals: [Local]
    let inputCount: Int
    let result: ValueType?
    var body: [TypedStatement]
    /// Whether there is any ``TypedStatement/Kind/attempt(_:message:kind:handler:)`` in it.
    let hasAttempts: Bool
    var effects: EffectSet
    /// The line of its `@task`.
    let line: UInt32
}
