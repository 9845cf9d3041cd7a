// The instruction set, described once: what each instruction is called, what its operands are, and what it does.
//
//   15            0 15            0 15            0 15            0
//  +---------------+---------------+---------------+---------------+
//  |    opcode     |       a       |       b       |       c       |    one 64-bit word
//  +---------------+---------------+---------------+---------------+
//  |  argument 0   |  argument 1   |  argument 2   |  argument 3   |    then, where an instruction takes a list of registers,
//  +---------------+---------------+---------------+---------------+    as many words of four as the list needs
//
// `a`, `b` and `c` are what the signature says: a register, an immediate, a constant, a jump target, a function, a built-in,
// or the number of arguments that follow. Instructions with more than three operands have the others, `d`, `e` and `f`, where
// an argument list would stand.

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
    case optionalElement
    /// A type that has null: an optional, or `any`.
    case nullable
    /// Whatever the function, the built-in or the enclosing function's result says.
    case fromSignature
}

/// The instructions of the SerenaNet VM.
public enum VMOpcode: UInt16, CaseIterable, Sendable {
    // Moving
    case move, loadInt, loadBool, loadConstant, loadNull
    // Integers, 64-bit, checked: overflow and division by zero end the program
    case addInt, subInt, mulInt, divInt, modInt, negInt, addIntImmediate
    // Floating point, IEEE 754
    case addFloat, subFloat, mulFloat, divFloat, negFloat
    // Conversion
    case intToFloat, intToString, floatToString, boolToString
    // Comparison into a bool
    case equalInt, lessInt, lessEqualInt
    case equalFloat, lessFloat, lessEqualFloat
    case equalString, lessString
    case equalBool, not
    // Control
    case jump, jumpIf, jumpIfNot
    case jumpEqualInt, jumpNotEqualInt, jumpLessInt, jumpLessEqualInt
    case jumpIfNull
    case loopInt, stepLessInt
    case call, `return`, returnNothing
    // Text, lists, optionals
    case concatenate
    case makeList, listCount, listGet, listSet, listAppend
    case wrap, unwrap
    case callBuiltin
    // The outside: each of these suspends the program until the host has answered
    case say, remember, recall
    // Maps, values of any type
    case makeMap, mapGet, mapSet
    case box, cast
    /// Ends the program, unless a ``FaultHandler`` protects the place
    case fail
    // More of the outside
    case callTool, askAgent, emit, readClock
    /// Lets the host do what the next instructions ask for at the same time
    case together
    // Several of the above in one, see FusedInstructions.swift
    case mulAddInt, mulAddFloat, mulSubFloat, subMulFloat, addAddFloat
    case addJumpInt, addImmediateJumpInt, jumpFloat
    case loopStepInt, loopGet
    case unwrapOrJump, mapGetOrJump
    case joinAsText
}

/// How an instruction is written and what it does.
public struct InstructionSignature: Sendable {
    public let a: OperandKind
    public let b: OperandKind
    public let c: OperandKind
    /// The operands `d`, `e` and `f` of instructions that have more than three.
    public let more: [OperandKind]
    /// The effect that a function with this instruction has.
    public let effect: EffectSet
    /// The meaning in a line, for the reference.
    public let meaning: String

    init(
        _ meaning: String, _ a: OperandKind = .none, _ b: OperandKind = .none, _ c: OperandKind = .none,
        more: [OperandKind] = [], effect: EffectSet = .pure
    ) {
        self.a = a
        self.b = b
        self.c = c
        self.more = more
        self.effect = effect
        self.meaning = meaning
    }
}

/// What an instruction's operands are, and its effect: the part of its signature that every instruction is held to.
public struct OperandKinds: Sendable {
    public let a: OperandKind
    public let b: OperandKind
    public let c: OperandKind
    public let more: [OperandKind]
    /// See ``InstructionSignature/effect``.
    public let effect: EffectSet
}

extension VMOpcode {
    /// By opcode: looking it up is far cheaper than making the signature.
    private static let operandKinds = allCases.map { opcode in
        let signature = opcode.signature
        return OperandKinds(
            a: signature.a, b: signature.b, c: signature.c, more: signature.more, effect: signature.effect)
    }

    /// The operands and the effect of the ``signature``.
    public var operandKinds: OperandKinds { Self.operandKinds[Int(rawValue)] }

    /// The signature that encoder, verifier, disassembler and reference are made from.
    public var signature: InstructionSignature {
        switch self {
        case .move: .init("a ← b", .write(.element), .read(.element))
        case .loadInt: .init("a ← b", .write(.int), .immediate)
        case .loadBool: .init("a ← b ≠ 0", .write(.bool), .immediate)
        case .loadConstant: .init("a ← constant b", .write(.element), .constant)
        case .loadNull: .init("a ← null", .write(.nullable))

        case .addInt: .init("a ← b + c; overflow is an error", .write(.int), .read(.int), .read(.int))
        case .subInt: .init("a ← b − c; overflow is an error", .write(.int), .read(.int), .read(.int))
        case .mulInt: .init("a ← b × c; overflow is an error", .write(.int), .read(.int), .read(.int))
        case .divInt:
            .init("a ← b ÷ c toward zero; ÷ 0 and overflow are errors", .write(.int), .read(.int), .read(.int))
        case .modInt:
            .init("a ← b − c × ⌊b ÷ c⌋, the sign of c; % 0 is an error", .write(.int), .read(.int), .read(.int))
        case .negInt: .init("a ← −b; overflow is an error", .write(.int), .read(.int))
        case .addIntImmediate: .init("a ← b + c; overflow is an error", .write(.int), .read(.int), .immediate)

        case .addFloat: .init("a ← b + c", .write(.float), .read(.float), .read(.float))
        case .subFloat: .init("a ← b − c", .write(.float), .read(.float), .read(.float))
        case .mulFloat: .init("a ← b × c", .write(.float), .read(.float), .read(.float))
        case .divFloat: .init("a ← b ÷ c; ÷ 0 is infinite", .write(.float), .read(.float), .read(.float))
        case .negFloat: .init("a ← −b", .write(.float), .read(.float))

        case .intToFloat: .init("a ← b, rounded to nearest even", .write(.float), .read(.int))
        case .intToString: .init("a ← b in decimal", .write(.string), .read(.int))
        case .floatToString:
            .init("a ← b, shortest form; whole numbers without fraction", .write(.string), .read(.float))
        case .boolToString: .init("a ← \"true\" or \"false\"", .write(.string), .read(.bool))

        case .equalInt: .init("a ← b = c", .write(.bool), .read(.int), .read(.int))
        case .lessInt: .init("a ← b < c", .write(.bool), .read(.int), .read(.int))
        case .lessEqualInt: .init("a ← b ≤ c", .write(.bool), .read(.int), .read(.int))
        case .equalFloat: .init("a ← b = c", .write(.bool), .read(.float), .read(.float))
        case .lessFloat: .init("a ← b < c", .write(.bool), .read(.float), .read(.float))
        case .lessEqualFloat: .init("a ← b ≤ c", .write(.bool), .read(.float), .read(.float))
        case .equalString: .init("a ← b = c, byte by byte", .write(.bool), .read(.string), .read(.string))
        case .lessString: .init("a ← b < c, byte by byte", .write(.bool), .read(.string), .read(.string))
        case .equalBool: .init("a ← b = c", .write(.bool), .read(.bool), .read(.bool))
        case .not: .init("a ← not b", .write(.bool), .read(.bool))

        case .jump: .init("go to a", .jump)
        case .jumpIf: .init("if a, go to b", .read(.bool), .jump)
        case .jumpIfNot: .init("if not a, go to b", .read(.bool), .jump)
        case .jumpEqualInt: .init("if a = b, go to c", .read(.int), .read(.int), .jump)
        case .jumpNotEqualInt: .init("if a ≠ b, go to c", .read(.int), .read(.int), .jump)
        case .jumpLessInt: .init("if a < b, go to c", .read(.int), .read(.int), .jump)
        case .jumpLessEqualInt: .init("if a ≤ b, go to c", .read(.int), .read(.int), .jump)
        case .jumpIfNull: .init("if a is null, go to b", .read(.nullable), .jump)
        case .loopInt: .init("if a < b, a ← a + 1 and go to c", .read(.int), .read(.int), .jump)
        case .stepLessInt:
            .init("a ← a + 1, overflow is an error; if a < b, go to c", .read(.int), .read(.int), .jump)
        case .call: .init("a ← function b(arguments)", .write(.fromSignature), .function, .argumentCount)
        case .return: .init("end the function with the result a", .read(.fromSignature))
        case .returnNothing: .init("end a function that has no result")

        case .concatenate: .init("a ← the arguments, each a string, joined", .write(.string), .none, .argumentCount)
        case .makeList: .init("a ← a new list of the arguments", .write(.listOfElement), .none, .argumentCount)
        case .listCount: .init("a ← number of elements of b", .write(.int), .read(.listOfElement))
        case .listGet: .init("a ← b[c]; outside is an error", .write(.element), .read(.listOfElement), .read(.int))
        case .listSet: .init("a[b] ← c; outside is an error", .read(.listOfElement), .read(.int), .read(.element))
        case .listAppend: .init("append b to a", .read(.listOfElement), .read(.element))
        case .wrap: .init("a ← b, which is not null", .write(.optionalElement), .read(.element))
        case .unwrap: .init("a ← b; null is an error", .write(.element), .read(.optionalElement))
        case .callBuiltin: .init("a ← built-in b(arguments)", .write(.fromSignature), .builtin, .argumentCount)

        case .say: .init("speak a", .read(.string), effect: .says)
        case .remember: .init("remember b under the key a", .read(.string), .read(.string), effect: .writes)
        case .recall:
            .init("a ← what is remembered under b, a string?", .write(.optionalElement), .read(.string), effect: .reads)

        case .makeMap:
            .init("a ← a new map of the arguments, key and value in turn", .write(.mapOfElement), .none, .argumentCount)
        case .mapGet:
            .init(
                "a ← b[c], or null where there is no such key", .write(.fromSignature), .read(.mapOfElement),
                .read(.string))
        case .mapSet: .init("a[b] ← c", .read(.mapOfElement), .read(.string), .read(.element))
        case .box:
            .init(
                "a ← b with its type; lists and maps of other types than any are copied", .write(.any), .read(.element))
        case .cast:
            .init(
                "a ← b if it is of a's type, else null; typed lists and maps are copies", .write(.optionalElement),
                .read(.any))
        case .fail: .init("end the program with the message a, unless it is caught", .read(.string))
        case .callTool:
            .init(
                "a ← what the tool b gives back for the arguments c", .write(.any), .read(.string), .read(.mapOfAny),
                effect: .calls)
        case .askAgent:
            .init(
                "a ← what the agent b answers to c", .write(.string), .read(.string), .read(.string), effect: .calls)
        case .emit: .init("report the event a with the values b", .read(.string), .read(.mapOfAny), effect: .calls)
        case .readClock: .init("a ← seconds since 1970 in UTC", .write(.int), effect: .reads)
        case .together: .init("the next a instructions, each callTool or askAgent, at the same time", .immediate)
        case .mulAddInt, .mulAddFloat, .mulSubFloat, .subMulFloat, .addAddFloat, .addJumpInt, .addImmediateJumpInt,
            .jumpFloat, .loopStepInt, .loopGet, .unwrapOrJump, .mapGetOrJump, .joinAsText:
            fusedSignature
        }
    }
}
