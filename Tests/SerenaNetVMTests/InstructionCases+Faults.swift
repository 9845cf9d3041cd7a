// The table of cases of instructions that fail where the other tables do not reach.

import SerenaNetBytecode
import SerenaNetVM

extension InstructionCase {
    /// Puts a list into itself: register 0 is a list<any>, register 1 an any.
    private static let circle = [
        VMInstruction(.makeList, a: 0, arguments: []), VMInstruction(.box, a: 1, b: 0),
        VMInstruction(.listAppend, a: 0, b: 1),
    ]

    static let faults = [
        InstructionCase(
            .wrap, registers: [.list(.int), .optional(.list(.int))], result: .int, .fault(.missingList),
            code: [VMInstruction(.wrap, a: 1, b: 0), VMInstruction(.jump, a: 0)]),
        InstructionCase(
            .addJumpInt, [.int(.max), .int(1)], result: .int, .fault(.integerOverflow),
            code: [
                VMInstruction(.addJumpInt, a: 0, b: 0, c: 1, more: [Relation.less.rawValue, 1, 1]),
                VMInstruction(.return, a: 0),
            ]),
        InstructionCase(
            .call, registers: [.int], result: .int, .fault(.callDepth(limit: 10_000)),
            code: [VMInstruction(.call, a: 0, b: 0, arguments: []), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .callBuiltin, [.float(.nan)], registers: [.int], result: .int, .fault(.numberConversion(value: "nan")),
            code: [
                VMInstruction(.callBuiltin, a: 1, b: Builtin.floatToInt.rawValue, arguments: [0]),
                VMInstruction(.return, a: 1),
            ]),
        // A list of lists becomes one of any by copying, which has no end here.
        InstructionCase(
            .box, registers: [.list(.any), .any, .list(.list(.any))], result: .any,
            .fault(.valueTooDeep(limit: VMValue.maximumDepth)),
            code: circle + [
                VMInstruction(.makeList, a: 2, arguments: [0]), VMInstruction(.box, a: 1, b: 2),
                VMInstruction(.return, a: 1),
            ]),
        InstructionCase(
            .cast, registers: [.list(.any), .any, .optional(.list(.list(.any)))], result: .any,
            .fault(.valueTooDeep(limit: VMValue.maximumDepth)),
            code: circle + [
                VMInstruction(.box, a: 1, b: 0), VMInstruction(.cast, a: 2, b: 1), VMInstruction(.return, a: 1),
            ]),
    ]
}
