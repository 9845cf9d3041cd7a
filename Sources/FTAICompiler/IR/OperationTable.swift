// What may be done with each operation: the one table that all passes ask.

import SerenaNetBytecode

/// What an operation does besides giving its result. None at all: it can be moved, joined and dropped at will.
struct OperationProperties: OptionSet {
    let rawValue: UInt16

    /// May end the program, depending on its operands. It is never dropped, even when its result is not used, and never moved
    /// across another that may fail or whose effect others notice.
    static let mayFail = OperationProperties(rawValue: 1)
    /// Its result depends on the content of lists.
    static let readsHeap = OperationProperties(rawValue: 2)
    /// Changes the content of lists.
    static let writesHeap = OperationProperties(rawValue: 4)
    /// Makes something that is not the same as another with the same content, such as a list.
    static let makesIdentity = OperationProperties(rawValue: 8)
    /// Noticed outside: it speaks, remembers, or asks.
    static let isObserved = OperationProperties(rawValue: 16)
    /// Runs another function: what that does depends on which it is.
    static let calls = OperationProperties(rawValue: 32)
    /// The operands can change places.
    static let commutes = OperationProperties(rawValue: 64)
    /// A constant.
    static let isConstant = OperationProperties(rawValue: 128)
    /// Takes memory: worth a word to the author when it stands in a loop.
    static let allocates = OperationProperties(rawValue: 256)

    /// Looks at the type of a value while it runs.
    static let isDynamic = OperationProperties(rawValue: 512)
    /// May write its result before it has read all of its operands.
    static let keepsOperands = OperationProperties(rawValue: 1_024)

    /// Does not fail where it stands, but might elsewhere: it may be dropped and passed over, and not be moved up.
    static let isGuarded = OperationProperties(rawValue: 2_048)

    /// Those that forbid dropping it when its result is not used.
    static let mustStay: OperationProperties = [.mayFail, .writesHeap, .isObserved, .calls]
    /// Those that forbid using an earlier result of the same operation in its place.
    static let mustRepeat: OperationProperties = [.writesHeap, .isObserved, .calls, .makesIdentity]
    /// Those that keep operations that may fail on their side of it.
    static let isBarrier: OperationProperties = [.mayFail, .writesHeap, .isObserved, .calls]
}

extension VMOpcode {
    /// One row for each operation; a new one needs a row here and nothing else in the passes.
    var properties: OperationProperties {
        switch self {
        case .loadInt, .loadBool, .loadConstant, .loadNull: .isConstant
        case .move, .subFloat, .divFloat, .negFloat, .intToFloat, .not, .wrap: []
        case .addFloat, .mulFloat: .commutes
        case .addInt, .mulInt: [.mayFail, .commutes]
        case .subInt, .divInt, .modInt, .negInt, .addIntImmediate, .unwrap: .mayFail
        case .intToString, .floatToString, .boolToString, .concatenate, .joinAsText: .allocates
        case .mulAddFloat, .mulSubFloat, .subMulFloat, .addAddFloat: .commutes
        case .mulAddInt: [.mayFail, .commutes]
        case .equalInt, .equalFloat, .equalString, .equalBool: .commutes
        case .lessInt, .lessEqualInt, .lessFloat, .lessEqualFloat, .lessString: []
        case .makeList: [.makesIdentity, .allocates]
        case .listCount: .readsHeap
        case .listGet: [.readsHeap, .mayFail]
        case .listSet: [.writesHeap, .mayFail]
        case .listAppend: [.writesHeap, .allocates]
        case .call: [.calls, .mayFail, .readsHeap, .writesHeap]
        case .makeMap, .makeIntMap: [.makesIdentity, .allocates]
        case .mapGet, .intMapGet: .readsHeap
        case .mapSet, .intMapSet: [.writesHeap, .allocates]
        // Lists and maps are copied on the way to and from `any`.
        case .box: [.makesIdentity, .readsHeap, .mayFail, .keepsOperands]
        case .cast: [.makesIdentity, .readsHeap, .mayFail, .keepsOperands, .isDynamic]
        case .say, .remember, .recall, .emit, .readClock, .together: .isObserved
        case .callTool, .askAgent: [.isObserved, .keepsOperands]
        // What a built-in does depends on which it is, see below.
        case .callBuiltin: [.mayFail, .keepsOperands]
        // Blocks end with these; in between they do not occur.
        case .jump, .jumpIf, .jumpIfNot, .jumpEqualInt, .jumpNotEqualInt, .jumpLessInt, .jumpLessEqualInt, .jumpIfNull,
            .return, .returnNothing, .loopInt, .stepLessInt, .fail, .addJumpInt, .addImmediateJumpInt, .jumpFloat,
            .loopStepInt, .loopGet, .unwrapOrJump, .mapGetOrJump, .intMapGetOrJump:
            .isObserved
        }
    }
}

extension Builtin {
    var properties: OperationProperties {
        switch self {
        case .round, .floor, .ceiling, .truncate, .floatToInt, .absInt: .mayFail
        case .exponential, .logarithm, .sine, .cosine, .tangent, .clampFloat, .squareRoot, .power, .absFloat, .minInt,
            .maxInt, .minFloat, .maxFloat, .parseInt, .parseFloat, .length,
            .contains, .startsWith, .endsWith:
            []
        case .formatFloat, .uppercase, .lowercase, .trim, .replace: .allocates
        case .split: [.makesIdentity, .allocates]
        case .join: [.readsHeap, .allocates]
        case .sumFloats, .containsInt, .containsFloat, .containsText, .indexOfInt, .indexOfFloat, .indexOfTextInList,
            .mapCount, .hasKey, .intMapCount, .hasIntKey:
            .readsHeap
        case .sumInts: [.readsHeap, .mayFail]
        case .sliceList, .reversed, .sortedInts, .sortedFloats, .sortedTexts, .keys, .values, .intKeys, .intValues:
            [.makesIdentity, .readsHeap, .mayFail, .allocates]
        case .insert, .removeAt, .removeKey, .removeIntKey: [.readsHeap, .writesHeap, .mayFail]
        case .parseJSON: [.makesIdentity, .mayFail, .allocates]
        case .toJSON: [.readsHeap, .mayFail, .allocates]
        case .field, .item: [.readsHeap, .mayFail, .isDynamic]
        case .sliceText, .repeatText, .padStart, .padEnd, .groupDigits, .formatTime: [.mayFail, .allocates]
        case .indexOfText, .clampInt, .year, .month, .day, .hour, .minute, .second, .weekday, .parseTime: .mayFail
        }
    }
}

extension VMOpcode {
    /// What may be done with an operation that does not fail where it stands, see ``IRInstruction/isSafe``.
    fileprivate var propertiesWhereSafe: OperationProperties { properties.subtracting(.mayFail).union(.isGuarded) }
}

extension IRFunction {
    /// What may be done with an instruction. It is looked at where it stands: a copy would take longer than the question.
    func properties(at index: Int) -> OperationProperties {
        if instructions[index].cell >= 0 { return instructions[index].result < 0 ? .isObserved : .makesIdentity }
        let opcode = instructions[index].opcode
        guard opcode == .callBuiltin, let code = UInt16(exactly: instructions[index].payload) else {
            return instructions[index].isSafe ? opcode.propertiesWhereSafe : opcode.properties
        }
        return (Builtin(rawValue: code)?.properties ?? .mayFail).union(.keepsOperands)
    }
}

extension IRInstruction {
    var properties: OperationProperties {
        // Which value a cell has is not known.
        if cell >= 0 { return result < 0 ? .isObserved : .makesIdentity }
        guard opcode == .callBuiltin, let code = UInt16(exactly: payload) else {
            return isSafe ? opcode.propertiesWhereSafe : opcode.properties
        }
        return (Builtin(rawValue: code)?.properties ?? .mayFail).union(.keepsOperands)
    }

    var isConstant: Bool { opcode.properties.contains(.isConstant) }
}
