// How two numbers stand to each other: an operand of the instructions that compare and jump.

/// How two numbers stand to each other, as the bits of what may be: less 1, equal 2, greater 4, not to be compared 8.
public enum Relation: UInt16, CaseIterable, Sendable {
    case less = 1
    case equal = 2
    case lessOrEqual = 3
    case greater = 4
    case greaterOrEqual = 6
    // What is no number is in none of the relations above to anything, and in all of these.
    case notLessOrEqual = 12
    case notEqual = 13
    case notLess = 14

    /// How listings write it.
    public var symbol: String {
        switch self {
        case .less: "<"
        case .equal: "="
        case .lessOrEqual: "≤"
        case .greater: ">"
        case .greaterOrEqual: "≥"
        case .notLessOrEqual: "not ≤"
        case .notEqual: "≠"
        case .notLess: "not <"
        }
    }

    /// The relation that holds between b and a when this one holds between a and b.
    public var mirrored: Relation {
        switch self {
        case .less: .greater
        case .greater: .less
        case .lessOrEqual: .greaterOrEqual
        case .greaterOrEqual: .lessOrEqual
        case .equal, .notEqual, .notLess, .notLessOrEqual: self
        }
    }

    /// The relation that holds between two ints when this one does not.
    public var oppositeOfInts: Relation {
        switch self {
        case .less: .greaterOrEqual
        case .greater: .lessOrEqual
        case .lessOrEqual: .greater
        case .greaterOrEqual, .notLess: .less
        case .equal: .notEqual
        case .notEqual: .equal
        case .notLessOrEqual: .lessOrEqual
        }
    }
}
