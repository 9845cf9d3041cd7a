// What can be said of an instruction: the words in which InstructionSet.swift describes each of them.

/// What one of the three operands of an instruction means, and what the verifier must prove of it.
public enum OperandKind: Hashable, Sendable {
    /// Not used; must be 0.
    case none
    /// A register that is written, and its type.
    case write(TypePattern)
    /// A register that is read, and its type.
    case read(TypePattern)
    /// A signed 16-bit integer.
    case immediate
    /// The index of a constant of the pool; its type is that of the register that is written.
    case constant
    /// The index of an instruction of the same function.
    case jump
    /// The index of a function of the same program.
    case function
    /// A ``Builtin``.
    case builtin
    /// How many argument registers follow.
    case argumentCount
    /// A ``Relation``.
    case relation
}

/// What types a register operand may have. `element` stands for one type throughout an instruction.
public enum TypePattern: Hashable, Sendable {
    case int, float, bool, string, any
    /// A map from texts to `any`.
    case mapOfAny
    /// Any type, the same wherever `element` stands in the instruction.
    case element
    case listOfElement
    case mapOfElement
    /// A map from ints.
    case intMapOfElement
    case optionalElement
    /// A type that has null: an optional, or `any`.
    case nullable
    /// Whatever the function, the built-in or the enclosing function's result says.
    case fromSignature
}

/// Why an instruction can end a program that is sound, unless a ``FaultHandler`` takes it. Budgets and memory can end any.
public enum InstructionFault: String, CaseIterable, Sendable {
    case overflow
    case divisionByZero = "division by zero"
    /// An index that the list does not have.
    case outside
    case null
    /// A list or a map that was never made. Compiled code does not meet it.
    case neverMade = "never made"
    case callDepth = "depth of calls"
    /// What the built-in function says.
    case builtin = "as the built-in does"
    /// A value that has no copy, because it is nested too deep or contains itself.
    case tooDeep = "nested too deep"
    /// The program's own message.
    case message = "always"
    /// The host could not do it.
    case host
}

/// Where control goes when an instruction is done and does not jump.
public enum InstructionFlow: Hashable, Sendable {
    case goesOn
    /// Never to the next instruction.
    case ends
    /// To the host, and with its answer to the next instruction.
    case suspends
}

/// What the verifier must prove of an instruction besides its operands.
public enum InstructionProof: Hashable, Sendable {
    /// The arguments and the result are those of the function `b`. A function without a result has no register for it.
    case interfaceOfFunction
    /// The arguments and the result are those of the built-in `b`.
    case interfaceOfBuiltin
    /// `a` has the type of the enclosing function's result.
    case resultOfFunction
    /// The enclosing function has no result.
    case noResultOfFunction
    /// The constant `b` has the type of `a`.
    case typeOfConstant
    case argumentsAreTexts
    /// Each argument is an int, a float, a bool or a string.
    case argumentsHaveTexts
    /// Each argument is a T.
    case argumentsAreElements
    /// The arguments are texts and T in turn.
    case argumentsAreEntries
    /// The arguments are ints and T in turn.
    case argumentsAreIntEntries
    /// `a` is T?, or T itself where T has null.
    case resultMayBeNull
    /// `a` is string?.
    case resultIsOptionalText
    /// As many instructions as `a` says, 1 at least, follow, each of which can be asked for together with others.
    case requestsFollow

    /// For the reference.
    public var meaning: String {
        switch self {
        case .interfaceOfFunction: "arguments and result are those of function b"
        case .interfaceOfBuiltin: "arguments and result are those of built-in b"
        case .resultOfFunction: "a has the type of the function's result"
        case .noResultOfFunction: "the function has no result"
        case .typeOfConstant: "constant b is a T"
        case .argumentsAreTexts: "each argument is a string"
        case .argumentsHaveTexts: "each argument is an int, a float, a bool or a string"
        case .argumentsAreElements: "each argument is a T"
        case .argumentsAreEntries: "the arguments are strings and T in turn"
        case .argumentsAreIntEntries: "the arguments are ints and T in turn"
        case .resultMayBeNull: "a is T?, or T where that has null"
        case .resultIsOptionalText: "a is string?"
        case .requestsFollow: "a is 1 at least, and so many of `callTool` and `askAgent` follow"
        }
    }
}

/// How an instruction is written, what it does, and what must be proven of it.
public struct InstructionSignature: Sendable {
    public let a: OperandKind
    public let b: OperandKind
    public let c: OperandKind
    /// The operands `d`, `e` and `f` of instructions that have more than three.
    public let more: [OperandKind]
    /// The effect that a function with this instruction has.
    public let effect: EffectSet
    /// What can end the program here.
    public let faults: [InstructionFault]
    public let flow: InstructionFlow
    /// Nil where the operands are all.
    public let proof: InstructionProof?
    /// The meaning in a line, for the reference.
    public let meaning: String

    init(
        _ meaning: String, _ a: OperandKind = .none, _ b: OperandKind = .none, _ c: OperandKind = .none,
        more: [OperandKind] = [], effect: EffectSet = .pure, fails faults: [InstructionFault] = [],
        flow: InstructionFlow = .goesOn, proof: InstructionProof? = nil
    ) {
        self.a = a
        self.b = b
        self.c = c
        self.more = more
        self.effect = effect
        self.faults = faults
        self.flow = flow
        self.proof = proof
        self.meaning = meaning
    }

    /// The operands in order, also those that are not used.
    public var operands: [OperandKind] { [a, b, c] + more }

    /// Two operands of one type, and a result.
    static func of(
        _ meaning: String, _ operands: TypePattern, gives result: TypePattern, fails faults: [InstructionFault] = []
    ) -> InstructionSignature {
        .init(meaning, .write(result), .read(operands), .read(operands), fails: faults)
    }

    /// One operand and a result.
    static func from(
        _ operand: TypePattern, _ meaning: String, gives result: TypePattern, fails faults: [InstructionFault] = []
    ) -> InstructionSignature {
        .init(meaning, .write(result), .read(operand), fails: faults)
    }

    /// Three floats that become one.
    static func ofThreeFloats(_ meaning: String) -> InstructionSignature {
        .init(meaning, .write(.float), .read(.float), .read(.float), more: [.read(.float)])
    }
}
