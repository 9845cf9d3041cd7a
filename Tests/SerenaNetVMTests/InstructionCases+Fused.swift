// The table of cases of instructions that are several in one.

import SerenaNetBytecode
import SerenaNetVM

extension InstructionCase {
    static let fused = arithmetic + jumps + loops + lookups + joins

    private static let arithmetic = [
        InstructionCase(three: .mulAddInt, .int(2), .int(3), .int(10), gives: .int, .value(.int(16))),
        InstructionCase(three: .mulAddInt, .int(.max), .int(2), .int(0), gives: .int, .fault(.integerOverflow)),
        InstructionCase(three: .mulAddInt, .int(.max), .int(1), .int(1), gives: .int, .fault(.integerOverflow)),
        InstructionCase(three: .mulAddFloat, .float(2), .float(3), .float(0.5), gives: .float, .value(.float(6.5))),
        // (2^27 + 1)^2 is 2^54 + 2^28 + 1, whose last 1 is lost when the product is rounded.
        InstructionCase(
            three: .mulAddFloat, .float(134_217_729), .float(134_217_729), .float(-18_014_398_777_917_440),
            gives: .float, .value(.float(0))),
        InstructionCase(three: .mulSubFloat, .float(2), .float(3), .float(0.5), gives: .float, .value(.float(5.5))),
        InstructionCase(three: .subMulFloat, .float(2), .float(3), .float(0.5), gives: .float, .value(.float(-5.5))),
        InstructionCase(three: .addAddFloat, .float(2), .float(3), .float(0.5), gives: .float, .value(.float(5.5))),
    ]

    private static let jumps = jumpsOnSums + jumpsOnFloats + jumpsOnImmediates

    private static let jumpsOnSums: [InstructionCase] = Relation.allCases.flatMap { relation in
        [(Int64(-1), UInt16(1)), (0, 2), (1, 4)].map { (sum: Int64, bit: UInt16) -> InstructionCase in
            let jump = VMInstruction(.addJumpInt, a: 2, b: 0, c: 1, more: [relation.rawValue, 1, 4])
            return InstructionCase(
                .addJumpInt, [.int(sum), .int(0)], jumps: relation.rawValue & bit != 0, jump)
        }
    }

    private static let jumpsOnFloats: [InstructionCase] = Relation.allCases.flatMap { relation in
        [(-1.0, UInt16(1)), (0, 2), (1, 4), (.nan, 8)].map { (number: Double, bit: UInt16) -> InstructionCase in
            let jump = VMInstruction(.jumpFloat, a: 0, b: 1, c: 4, more: [relation.rawValue])
            return InstructionCase(
                .jumpFloat, [.float(number), .float(0)], jumps: relation.rawValue & bit != 0, jump)
        }
    }

    private static let jumpsOnImmediates = [
        InstructionCase(
            .addImmediateJumpInt, [.int(9), .int(0)], jumps: true,
            VMInstruction(.addImmediateJumpInt, a: 0, b: 0, c: 0xFFF7, more: [Relation.equal.rawValue, 1, 4])),
        InstructionCase(
            .addImmediateJumpInt, [.int(.min)], result: .int, .fault(.integerOverflow),
            code: [
                VMInstruction(.addImmediateJumpInt, a: 0, b: 0, c: 0xFFFF, more: [1, 0, 1]),
                VMInstruction(.return, a: 0),
            ]),
    ]

    private static let loops = [
        // 1, 5, 9 is the last below 9.
        InstructionCase(
            .loopStepInt, [.int(1), .int(9)], result: .int, .value(.int(9)),
            code: [VMInstruction(.loopStepInt, a: 0, b: 1, c: 4, more: [0]), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .loopStepInt, [.int(.max - 1), .int(.max)], result: .int, .fault(.integerOverflow),
            code: [VMInstruction(.loopStepInt, a: 0, b: 1, c: 4, more: [0]), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .loopGet, [.list([.int(5), .int(6), .int(7)]), .int(0), .int(2)], registers: [.int, .int], result: .int,
            .value(.int(13)),
            code: [
                VMInstruction(.addInt, a: 4, b: 4, c: 3), VMInstruction(.loopGet, a: 3, b: 0, c: 1, more: [2, 0]),
                VMInstruction(.return, a: 4),
            ]),
        InstructionCase(
            .loopGet, [.list([.int(5)]), .int(0), .int(9)], registers: [.int], result: .int,
            .fault(.indexOutside(index: 1, count: 1)),
            code: [VMInstruction(.loopGet, a: 3, b: 0, c: 1, more: [2, 0]), VMInstruction(.return, a: 3)]),
    ]

    private static func lookup(_ key: String, _ expected: Int64) -> InstructionCase {
        InstructionCase(
            .mapGetOrJump, [.map([VMMapEntry(key: "a", value: .int(4))]), .string(key)], registers: [.int],
            result: .int, .value(.int(expected)),
            code: [
                VMInstruction(.mapGetOrJump, a: 2, b: 0, c: 1, more: [2]), VMInstruction(.return, a: 2),
                VMInstruction(.loadInt, a: 2, b: 9), VMInstruction(.return, a: 2),
            ])
    }

    private static func intLookup(_ key: Int64, _ expected: Int64) -> InstructionCase {
        InstructionCase(
            .intMapGetOrJump, [.map([VMMapEntry(key: -7, value: .int(4))]), .int(key)], types: [.intMap(.int), .int],
            registers: [.int], result: .int, .value(.int(expected)),
            code: [
                VMInstruction(.intMapGetOrJump, a: 2, b: 0, c: 1, more: [2]), VMInstruction(.return, a: 2),
                VMInstruction(.loadInt, a: 2, b: 9), VMInstruction(.return, a: 2),
            ])
    }

    private static func unwrapping(_ value: VMValue, as type: ValueType, else other: VMInstruction, _ gives: VMValue)
        -> InstructionCase
    {
        InstructionCase(
            .unwrapOrJump, [value], types: [.optional(type)], registers: [type], result: type,
            constants: [.string("none")], .value(gives),
            code: [
                VMInstruction(.unwrapOrJump, a: 1, b: 0, c: 2), VMInstruction(.return, a: 1), other,
                VMInstruction(.return, a: 1),
            ])
    }

    private static let lookups = [
        lookup("a", 4), lookup("b", 9), intLookup(-7, 4), intLookup(7, 9),
        unwrapping(.int(3), as: .int, else: VMInstruction(.loadInt, a: 1, b: 7), .int(3)),
        unwrapping(.null, as: .int, else: VMInstruction(.loadInt, a: 1, b: 7), .int(7)),
        unwrapping(.string(""), as: .string, else: VMInstruction(.loadConstant, a: 1, b: 0), .string("")),
        unwrapping(.null, as: .string, else: VMInstruction(.loadConstant, a: 1, b: 0), .string("none")),
    ]

    private static let joins = [
        InstructionCase(
            .joinAsText, [.string("é"), .int(-7), .float(1.5), .bool(true), .string("")], registers: [.string],
            result: .string, .value(.string("é-71.5true")),
            code: [
                VMInstruction(.joinAsText, a: 5, arguments: [0, 1, 2, 3, 4]), VMInstruction(.return, a: 5),
            ]),
        InstructionCase(
            .joinAsText, registers: [.string], result: .string, .value(.string("")),
            code: [VMInstruction(.joinAsText, a: 0, arguments: []), VMInstruction(.return, a: 0)]),
    ]

    /// An instruction that reads three arguments and writes a result.
    private init(
        three opcode: VMOpcode, _ arguments: VMValue..., gives result: ValueType, _ expected: Outcome
    ) {
        self.init(
            opcode, arguments, registers: [result], result: result, expected,
            code: [VMInstruction(opcode, a: 3, b: 0, c: 1, more: [2]), VMInstruction(.return, a: 3)])
    }

    /// A jump to the fifth instruction: the result is whether it was taken.
    private init(
        _ opcode: VMOpcode, _ arguments: [VMValue], jumps: Bool, _ jump: VMInstruction
    ) {
        self.init(
            opcode, arguments, registers: [.int, .bool], result: .bool, .value(.bool(jumps)),
            code: [
                jump, VMInstruction(.loadBool, a: 3, b: 0), VMInstruction(.return, a: 3),
                VMInstruction(.return, a: 3), VMInstruction(.loadBool, a: 3, b: 1), VMInstruction(.return, a: 3),
            ])
    }
}
