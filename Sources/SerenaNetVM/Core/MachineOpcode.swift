// The instructions as the interpreter executes them.
//
// A machine instruction has the layout of a ``VMInstruction`` (see VMOpcode.swift), but it is ready to be executed:
// registers are byte offsets from the frame's base, jumps are signed distances in words from the instruction itself, and an
// opcode that treats scalars and references differently is two.

import SerenaNetBytecode

/// The opcodes of the interpreter, one byte each.
enum MachineOpcode: UInt8 {
    case move, loadImmediate, loadConstant
    case addInt, subInt, mulInt, divInt, modInt, negInt, addIntImmediate
    case addFloat, subFloat, mulFloat, divFloat, negFloat
    case intToFloat, intToString, floatToString, boolToString
    case equalInt, lessInt, lessEqualInt, equalFloat, lessFloat, lessEqualFloat, equalString, lessString, not
    case jump, jumpIf, jumpIfNot, jumpEqualInt, jumpNotEqualInt, jumpLessInt, jumpLessEqualInt, jumpIfNull, loopInt
    case stepLessInt
    case call, returnValue, returnNothing
    case concatenate, makeList, listCount, listGet, listSet, listSetReference, listAppend
    case wrapScalar, wrapText, wrapContainer, unwrapScalar, unwrapReference
    case callBuiltin, suspend
    case mulAddInt, mulAddFloat, mulSubFloat, subMulFloat, addAddFloat
    case addJumpInt, addImmediateJumpInt, jumpFloat, loopStepInt, loopGet
    case unwrapScalarOrJump, unwrapReferenceOrJump, mapGetOrJump
    case intMapGetOrJump, intMapSet
    /// Texts, lists and maps on their way into `any` and out of it; their tag stands in `c`.
    case tagReference, untagReference
    /// One of the rarer instructions, see ``ExtendedOpcode``: the loop is faster with fewer cases.
    case extended
    /// The end of the program: what the task itself returns to.
    case halt
    // Two instructions that stand behind each other, see InstructionPairs.swift
    case moveThenMove, moveThenAddInt, moveThenSubInt, moveThenMulInt, moveThenAddIntImmediate
    case addIntThenMove, addIntThenAddInt, addIntThenSubInt, addIntThenMulInt, addIntThenAddIntImmediate
    case subIntThenMove, subIntThenAddInt, subIntThenSubInt, subIntThenMulInt, subIntThenAddIntImmediate
    case mulIntThenMove, mulIntThenAddInt, mulIntThenSubInt, mulIntThenMulInt, mulIntThenAddIntImmediate
    case addIntImmediateThenMove, addIntImmediateThenAddInt, addIntImmediateThenSubInt, addIntImmediateThenMulInt,
        addIntImmediateThenAddIntImmediate
    case addFloatThenAddFloat, addFloatThenSubFloat, addFloatThenMulFloat, addFloatThenMulAddFloat
    case subFloatThenAddFloat, subFloatThenSubFloat, subFloatThenMulFloat, subFloatThenMulAddFloat
    case mulFloatThenAddFloat, mulFloatThenSubFloat, mulFloatThenMulFloat, mulFloatThenMulAddFloat

    /// - Parameter type: the type of the register that is wrapped or becomes an element, or of the one that an unwrapped value
    ///   goes to.
    init(_ opcode: VMOpcode, type: @autoclosure () -> ValueType) {
        switch opcode {
        case .move: self = .move
        case .loadInt, .loadBool, .loadNull: self = .loadImmediate
        case .loadConstant: self = .loadConstant
        case .addInt: self = .addInt
        case .subInt: self = .subInt
        case .mulInt: self = .mulInt
        case .divInt: self = .divInt
        case .modInt: self = .modInt
        case .negInt: self = .negInt
        case .addIntImmediate: self = .addIntImmediate
        case .addFloat: self = .addFloat
        case .subFloat: self = .subFloat
        case .mulFloat: self = .mulFloat
        case .divFloat: self = .divFloat
        case .negFloat: self = .negFloat
        case .intToFloat: self = .intToFloat
        case .intToString: self = .intToString
        case .floatToString: self = .floatToString
        case .boolToString: self = .boolToString
        case .equalInt, .equalBool: self = .equalInt
        case .lessInt: self = .lessInt
        case .lessEqualInt: self = .lessEqualInt
        case .equalFloat: self = .equalFloat
        case .lessFloat: self = .lessFloat
        case .lessEqualFloat: self = .lessEqualFloat
        case .equalString: self = .equalString
        case .lessString: self = .lessString
        case .not: self = .not
        case .jump: self = .jump
        case .jumpIf: self = .jumpIf
        case .jumpIfNot: self = .jumpIfNot
        case .jumpEqualInt: self = .jumpEqualInt
        case .jumpNotEqualInt: self = .jumpNotEqualInt
        case .jumpLessInt: self = .jumpLessInt
        case .jumpLessEqualInt: self = .jumpLessEqualInt
        case .jumpIfNull: self = .jumpIfNull
        case .loopInt: self = .loopInt
        case .stepLessInt: self = .stepLessInt
        case .call: self = .call
        case .return: self = .returnValue
        case .returnNothing: self = .returnNothing
        case .concatenate: self = .concatenate
        case .makeList: self = .makeList
        case .listCount: self = .listCount
        case .listGet: self = .listGet
        case .listSet: self = type().isReference ? .listSetReference : .listSet
        case .listAppend: self = .listAppend
        case .wrap:
            switch type() {
            case .string: self = .wrapText
            case .list, .map, .intMap: self = .wrapContainer
            case .int, .float, .bool, .optional, .any: self = .wrapScalar
            }
        case .unwrap: self = type().isReference ? .unwrapReference : .unwrapScalar
        case .callBuiltin: self = .callBuiltin
        case .box: self = ReferenceTag.of(type()) == nil ? .extended : .tagReference
        case .cast: self = ReferenceTag.of(type().element) == nil ? .extended : .untagReference
        case .makeMap, .mapGet, .mapSet, .makeIntMap, .intMapGet, .fail, .joinAsText: self = .extended
        case .mulAddInt: self = .mulAddInt
        case .mulAddFloat: self = .mulAddFloat
        case .mulSubFloat: self = .mulSubFloat
        case .subMulFloat: self = .subMulFloat
        case .addAddFloat: self = .addAddFloat
        case .addJumpInt: self = .addJumpInt
        case .addImmediateJumpInt: self = .addImmediateJumpInt
        case .jumpFloat: self = .jumpFloat
        case .loopStepInt: self = .loopStepInt
        case .loopGet: self = .loopGet
        case .unwrapOrJump: self = type().isReference ? .unwrapReferenceOrJump : .unwrapScalarOrJump
        case .mapGetOrJump: self = .mapGetOrJump
        case .intMapGetOrJump: self = .intMapGetOrJump
        case .intMapSet: self = .intMapSet
        case .say, .remember, .recall, .callTool, .askAgent, .emit, .readClock, .together: self = .suspend
        }
    }
}

/// What an ``MachineOpcode/extended`` instruction does; it stands in the byte behind the opcode.
enum ExtendedOpcode: UInt8 {
    /// From 1, so that memory that was never written is none of them.
    case makeMap = 1
    case makeReferenceMap
    /// The values are scalars, texts, or what can be null already and lists and maps.
    case mapGetScalar, mapGetText, mapGetReference
    case makeIntMap, makeReferenceIntMap, intMapGetScalar, intMapGetText, intMapGetReference
    case mapSet, box, boxInt, boxBool, cast, fail, joinAsText

    /// - Parameters:
    ///   - type: of what is put into a box.
    ///   - element: what the map holds that an instruction makes or reads.
    init?(_ opcode: VMOpcode, type: ValueType, element: @autoclosure () -> ValueType?) {
        switch opcode {
        case .makeMap: self = element()?.isReference == true ? .makeReferenceMap : .makeMap
        case .mapGet:
            let element = element()
            self = element == .string ? .mapGetText : element?.isReference == true ? .mapGetReference : .mapGetScalar
        case .mapSet: self = .mapSet
        case .makeIntMap: self = element()?.isReference == true ? .makeReferenceIntMap : .makeIntMap
        case .intMapGet:
            let element = element()
            self =
                element == .string
                ? .intMapGetText : element?.isReference == true ? .intMapGetReference : .intMapGetScalar
        case .box: self = type == .int ? .boxInt : type == .bool ? .boxBool : .box
        case .cast: self = .cast
        case .fail: self = .fail
        case .joinAsText: self = .joinAsText
        default: return nil
        }
    }
}

/// What an argument of ``ExtendedOpcode/joinAsText`` holds; it stands in the lowest bits of the argument.
enum TextKind: Int {
    case text, int, float, bool

    static let mask = 7
}
