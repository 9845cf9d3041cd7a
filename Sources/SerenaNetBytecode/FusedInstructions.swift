// Instructions that do what several others do: a program that has them executes fewer.

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

extension VMOpcode {
    /// The signature of an instruction that is several in one; that of others is in VMOpcode.swift.
    var fusedSignature: InstructionSignature {
        switch self {
        case .mulAddInt:
            .init(
                "a ← d + b × c; overflow is an error", .write(.int), .read(.int), .read(.int), more: [.read(.int)])
        case .mulAddFloat: Self.ofFloats("a ← d + b × c, rounded after each step")
        case .mulSubFloat: Self.ofFloats("a ← b × c − d, rounded after each step")
        case .subMulFloat: Self.ofFloats("a ← d − b × c, rounded after each step")
        case .addAddFloat: Self.ofFloats("a ← d + (b + c), rounded after each step")
        case .addJumpInt:
            .init(
                "a ← b + c, overflow is an error; if a stands to e as d says, go to f", .write(.int), .read(.int),
                .read(.int), more: [.relation, .read(.int), .jump])
        case .addImmediateJumpInt:
            .init(
                "a ← b + c, overflow is an error; if a stands to e as d says, go to f", .write(.int), .read(.int),
                .immediate, more: [.relation, .read(.int), .jump])
        case .jumpFloat:
            .init("if a stands to b as d says, go to c", .read(.float), .read(.float), .jump, more: [.relation])
        case .loopStepInt:
            .init(
                "if a < b, a ← a + c, overflow is an error, and go to d", .read(.int), .read(.int), .immediate,
                more: [.jump])
        case .loopGet:
            .init(
                "if c < d, c ← c + 1, a ← b[c], outside is an error, and go to e", .write(.element),
                .read(.listOfElement), .read(.int), more: [.read(.int), .jump])
        case .unwrapOrJump: .init("a ← b; if b is null, go to c", .write(.element), .read(.optionalElement), .jump)
        case .mapGetOrJump:
            .init(
                "a ← b[c]; if there is no such key, go to d", .write(.element), .read(.mapOfElement), .read(.string),
                more: [.jump])
        default:
            .init(
                "a ← the arguments, each an int, a float, a bool or a string, as text, joined", .write(.string),
                .none, .argumentCount)
        }
    }

    private static func ofFloats(_ meaning: String) -> InstructionSignature {
        .init(meaning, .write(.float), .read(.float), .read(.float), more: [.read(.float)])
    }
}
