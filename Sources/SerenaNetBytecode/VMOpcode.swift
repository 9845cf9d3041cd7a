// The instructions and their layout. What each of them means stands in InstructionSet.swift.
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
    // Several of the above in one
    case mulAddInt, mulAddFloat, mulSubFloat, subMulFloat, addAddFloat
    case addJumpInt, addImmediateJumpInt, jumpFloat
    case loopStepInt, loopGet
    case unwrapOrJump, mapGetOrJump
    case joinAsText
    // Maps from ints
    case makeIntMap, intMapGet, intMapSet, intMapGetOrJump
}
