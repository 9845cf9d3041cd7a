// The instruction set, described once. Encoder, disassembler, verifier, reference and the tests' tables come from here; a new
// instruction needs a line in this file and a case wherever the compiler of Swift then asks for one.

extension VMOpcode {
    /// By opcode: looking it up is far cheaper than making it.
    private static let signatures = allCases.map(\.described)

    /// How the instruction is written, what it does, and what must be proven of it.
    public var signature: InstructionSignature { Self.signatures[Int(rawValue)] }

    private var described: InstructionSignature {
        switch self {
        // MARK: Moving
        case .move: .from(.element, "a ← b", gives: .element)
        case .loadInt: .init("a ← b", .write(.int), .immediate)
        case .loadBool: .init("a ← b ≠ 0", .write(.bool), .immediate)
        case .loadConstant: .init("a ← constant b", .write(.element), .constant, proof: .typeOfConstant)
        case .loadNull: .init("a ← null", .write(.nullable))

        // MARK: Integers
        case .addInt: .of("a ← b + c", .int, gives: .int, fails: [.overflow])
        case .subInt: .of("a ← b − c", .int, gives: .int, fails: [.overflow])
        case .mulInt: .of("a ← b × c", .int, gives: .int, fails: [.overflow])
        case .divInt: .of("a ← b ÷ c toward zero", .int, gives: .int, fails: [.divisionByZero, .overflow])
        case .modInt: .of("a ← b − c × ⌊b ÷ c⌋, the sign of c", .int, gives: .int, fails: [.divisionByZero])
        case .negInt: .from(.int, "a ← −b", gives: .int, fails: [.overflow])
        case .addIntImmediate: .init("a ← b + c", .write(.int), .read(.int), .immediate, fails: [.overflow])

        // MARK: Floating point
        case .addFloat: .of("a ← b + c", .float, gives: .float)
        case .subFloat: .of("a ← b − c", .float, gives: .float)
        case .mulFloat: .of("a ← b × c", .float, gives: .float)
        case .divFloat: .of("a ← b ÷ c; ÷ 0 is infinite", .float, gives: .float)
        case .negFloat: .from(.float, "a ← −b", gives: .float)

        // MARK: Conversion
        case .intToFloat: .from(.int, "a ← b, rounded to nearest even", gives: .float)
        case .intToString: .from(.int, "a ← b in decimal", gives: .string)
        case .floatToString: .from(.float, "a ← b, shortest form; whole numbers without fraction", gives: .string)
        case .boolToString: .from(.bool, "a ← \"true\" or \"false\"", gives: .string)

        // MARK: Comparison
        case .equalInt: .of("a ← b = c", .int, gives: .bool)
        case .lessInt: .of("a ← b < c", .int, gives: .bool)
        case .lessEqualInt: .of("a ← b ≤ c", .int, gives: .bool)
        case .equalFloat: .of("a ← b = c", .float, gives: .bool)
        case .lessFloat: .of("a ← b < c", .float, gives: .bool)
        case .lessEqualFloat: .of("a ← b ≤ c", .float, gives: .bool)
        case .equalString: .of("a ← b = c, byte by byte", .string, gives: .bool)
        case .lessString: .of("a ← b < c, byte by byte", .string, gives: .bool)
        case .equalBool: .of("a ← b = c", .bool, gives: .bool)
        case .not: .from(.bool, "a ← not b", gives: .bool)

        // MARK: Control
        case .jump: .init("go to a", .jump, flow: .ends)
        case .jumpIf: .init("if a, go to b", .read(.bool), .jump)
        case .jumpIfNot: .init("if not a, go to b", .read(.bool), .jump)
        case .jumpEqualInt: .init("if a = b, go to c", .read(.int), .read(.int), .jump)
        case .jumpNotEqualInt: .init("if a ≠ b, go to c", .read(.int), .read(.int), .jump)
        case .jumpLessInt: .init("if a < b, go to c", .read(.int), .read(.int), .jump)
        case .jumpLessEqualInt: .init("if a ≤ b, go to c", .read(.int), .read(.int), .jump)
        case .jumpIfNull: .init("if a is null, go to b", .read(.nullable), .jump)
        case .loopInt: .init("if a < b, a ← a + 1 and go to c", .read(.int), .read(.int), .jump)
        case .stepLessInt: .init("a ← a + 1; if a < b, go to c", .read(.int), .read(.int), .jump, fails: [.overflow])
        case .call:
            .init(
                "a ← function b(arguments)", .write(.fromSignature), .function, .argumentCount, fails: [.callDepth],
                proof: .interfaceOfFunction)
        case .return:
            .init("end the function with the result a", .read(.fromSignature), flow: .ends, proof: .resultOfFunction)
        case .returnNothing: .init("end a function that has no result", flow: .ends, proof: .noResultOfFunction)
        case .fail: .init("fail with the message a", .read(.string), fails: [.message], flow: .ends)

        // MARK: Texts, lists, optionals
        case .concatenate:
            .init("a ← the arguments, joined", .write(.string), .none, .argumentCount, proof: .argumentsAreTexts)
        case .joinAsText:
            .init(
                "a ← the arguments as text, joined", .write(.string), .none, .argumentCount, proof: .argumentsHaveTexts)
        case .makeList:
            .init(
                "a ← a new list of the arguments", .write(.listOfElement), .none, .argumentCount,
                proof: .argumentsAreElements)
        case .listCount: .from(.listOfElement, "a ← number of elements of b", gives: .int)
        case .listGet: .init("a ← b[c]", .write(.element), .read(.listOfElement), .read(.int), fails: [.outside])
        case .listSet: .init("a[b] ← c", .read(.listOfElement), .read(.int), .read(.element), fails: [.outside])
        case .listAppend: .init("append b to a", .read(.listOfElement), .read(.element), fails: [.neverMade])
        case .wrap: .from(.element, "a ← b, which is not null", gives: .optionalElement, fails: [.neverMade])
        case .unwrap: .from(.optionalElement, "a ← b", gives: .element, fails: [.null])
        case .callBuiltin:
            .init(
                "a ← built-in b(arguments)", .write(.fromSignature), .builtin, .argumentCount, fails: [.builtin],
                proof: .interfaceOfBuiltin)

        // MARK: Maps, values of any type
        case .makeMap:
            .init(
                "a ← a new map of the arguments, key and value in turn", .write(.mapOfElement), .none, .argumentCount,
                proof: .argumentsAreEntries)
        case .mapGet:
            .init(
                "a ← b[c], or null where there is no such key", .write(.fromSignature), .read(.mapOfElement),
                .read(.string), proof: .resultMayBeNull)
        case .mapSet: .init("a[b] ← c", .read(.mapOfElement), .read(.string), .read(.element), fails: [.neverMade])
        case .box:
            .from(
                .element, "a ← b with its type; lists and maps of other types than any are copied", gives: .any,
                fails: [.tooDeep])
        case .cast:
            .from(
                .any, "a ← b if it is of a's type, else null; typed lists and maps are copies", gives: .optionalElement,
                fails: [.tooDeep])

        // MARK: The outside
        case .say: .init("speak a", .read(.string), effect: .says, fails: [.host], flow: .suspends)
        case .remember:
            .init(
                "remember b under the key a", .read(.string), .read(.string), effect: .writes, fails: [.host],
                flow: .suspends)
        case .recall:
            .init(
                "a ← what is remembered under b", .write(.optionalElement), .read(.string), effect: .reads,
                fails: [.host], flow: .suspends, proof: .resultIsOptionalText)
        case .callTool:
            .init(
                "a ← what the tool b gives back for the arguments c", .write(.any), .read(.string), .read(.mapOfAny),
                effect: .calls, fails: [.host, .tooDeep], flow: .suspends)
        case .askAgent:
            .init(
                "a ← what the agent b answers to c", .write(.string), .read(.string), .read(.string), effect: .calls,
                fails: [.host], flow: .suspends)
        case .emit:
            .init(
                "report the event a with the values b", .read(.string), .read(.mapOfAny), effect: .calls,
                fails: [.host, .tooDeep], flow: .suspends)
        case .readClock:
            .init("a ← seconds since 1970 in UTC", .write(.int), effect: .reads, fails: [.host], flow: .suspends)
        case .together:
            .init(
                "do the next a instructions at the same time", .immediate, fails: [.host, .tooDeep], flow: .suspends,
                proof: .requestsFollow)

        // MARK: Several of the above in one
        case .mulAddInt:
            .init(
                "a ← d + b × c", .write(.int), .read(.int), .read(.int), more: [.read(.int)], fails: [.overflow])
        case .mulAddFloat: .ofThreeFloats("a ← d + b × c, rounded after each step")
        case .mulSubFloat: .ofThreeFloats("a ← b × c − d, rounded after each step")
        case .subMulFloat: .ofThreeFloats("a ← d − b × c, rounded after each step")
        case .addAddFloat: .ofThreeFloats("a ← d + (b + c), rounded after each step")
        case .addJumpInt:
            .init(
                "a ← b + c; if a stands to e as d says, go to f", .write(.int), .read(.int), .read(.int),
                more: [.relation, .read(.int), .jump], fails: [.overflow])
        case .addImmediateJumpInt:
            .init(
                "a ← b + c; if a stands to e as d says, go to f", .write(.int), .read(.int), .immediate,
                more: [.relation, .read(.int), .jump], fails: [.overflow])
        case .jumpFloat:
            .init("if a stands to b as d says, go to c", .read(.float), .read(.float), .jump, more: [.relation])
        case .loopStepInt:
            .init(
                "if a < b, a ← a + c and go to d", .read(.int), .read(.int), .immediate, more: [.jump],
                fails: [.overflow])
        case .loopGet:
            .init(
                "if c < d, c ← c + 1, a ← b[c] and go to e", .write(.element), .read(.listOfElement), .read(.int),
                more: [.read(.int), .jump], fails: [.outside])
        case .unwrapOrJump: .init("a ← b; if b is null, go to c", .write(.element), .read(.optionalElement), .jump)
        case .mapGetOrJump:
            .init(
                "a ← b[c]; if there is no such key, go to d", .write(.element), .read(.mapOfElement), .read(.string),
                more: [.jump])

        // MARK: Maps from ints
        case .makeIntMap:
            .init(
                "a ← a new map of the arguments, key and value in turn", .write(.intMapOfElement), .none,
                .argumentCount, proof: .argumentsAreIntEntries)
        case .intMapGet:
            .init(
                "a ← b[c], or null where there is no such key", .write(.fromSignature), .read(.intMapOfElement),
                .read(.int), proof: .resultMayBeNull)
        case .intMapSet:
            .init("a[b] ← c", .read(.intMapOfElement), .read(.int), .read(.element), fails: [.neverMade])
        case .intMapGetOrJump:
            .init(
                "a ← b[c]; if there is no such key, go to d", .write(.element), .read(.intMapOfElement), .read(.int),
                more: [.jump])
        }
    }
}
