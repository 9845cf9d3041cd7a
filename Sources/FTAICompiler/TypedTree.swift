// Code whose names and types are settled: what the checker gives to the simplifier and the generator.

import SerenaNetBytecode

/// An expression with its type.
struct TypedExpression {
    indirect enum Kind {
        case int(Int64)
        case float(Double)
        case bool(Bool)
        case string(String)
        case null
        /// The local of that index.
        case local(Int)
        case negate(TypedExpression)
        case not(TypedExpression)
        case arithmetic(Arithmetic, TypedExpression, TypedExpression)
        /// Both sides have the same type.
        case compare(Comparison, TypedExpression, TypedExpression)
        case and(TypedExpression, TypedExpression)
        case or(TypedExpression, TypedExpression)
        case toFloat(TypedExpression)
        case toText(TypedExpression)
        case wrap(TypedExpression)
        case unwrap(TypedExpression)
        case isNull(TypedExpression)
        /// The left, or the right where the left is null.
        case orElse(TypedExpression, TypedExpression)
        /// Texts, joined.
        case join([TypedExpression])
        case list([TypedExpression])
        case element(TypedExpression, index: TypedExpression)
        case count(TypedExpression)
        case builtin(Builtin, [TypedExpression])
        /// The task of that index; only where it stands as a statement may it have no result.
        case call(Int, [TypedExpression])
        case recall(TypedExpression)
    }

    var kind: Kind
    var type: ValueType
    /// 1-based.
    var line: UInt32
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
    }

    var kind: Kind
    /// 1-based.
    var line: UInt32
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
    var effects: EffectSet
    /// The line of its `@task`.
    let line: UInt32
}
