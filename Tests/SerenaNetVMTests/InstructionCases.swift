// The table of cases, by family of instructions.

import SerenaNetBytecode
import SerenaNetVM

extension InstructionCase {
    static let all =
        moving + integers + floats + conversions + comparisons + control + texts + lists + optionals + calls + maps
        + intMaps + anything + fused + faults

    private static let moving = [
        InstructionCase(.move, .int(7), gives: .int, .value(.int(7))),
        InstructionCase(.move, .string("é"), gives: .string, .value(.string("é"))),
        InstructionCase(
            .loadInt, registers: [.int], result: .int, .value(.int(-32_768)),
            code: [VMInstruction(.loadInt, a: 0, b: 0x8000), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .loadBool, registers: [.bool, .bool], result: .bool, .value(.bool(true)),
            code: [
                // Any number but 0 is true, and equal to any other true.
                VMInstruction(.loadBool, a: 0, b: 9), VMInstruction(.loadBool, a: 1, b: 1),
                VMInstruction(.equalBool, a: 0, b: 0, c: 1), VMInstruction(.return, a: 0),
            ]),
        InstructionCase(
            .loadConstant, registers: [.int], result: .int, constants: [.float(1), .int(.max)], .value(.int(.max)),
            code: [VMInstruction(.loadConstant, a: 0, b: 1), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .loadConstant, registers: [.string], result: .string, constants: [.string("naïve 🦊")],
            .value(.string("naïve 🦊")), code: [VMInstruction(.loadConstant, a: 0, b: 0), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .loadConstant, registers: [.string], result: .string, constants: [.string("")], .value(.string("")),
            code: [VMInstruction(.loadConstant, a: 0, b: 0), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .loadNull, registers: [.optional(.int)], result: .optional(.int), .value(.null),
            code: [VMInstruction(.loadNull, a: 0), VMInstruction(.return, a: 0)]),
    ]

    private static let integers = [
        InstructionCase(.addInt, .int(2), .int(-5), gives: .int, .value(.int(-3))),
        InstructionCase(.addInt, .int(.max), .int(1), gives: .int, .fault(.integerOverflow)),
        InstructionCase(.subInt, .int(2), .int(5), gives: .int, .value(.int(-3))),
        InstructionCase(.subInt, .int(.min), .int(1), gives: .int, .fault(.integerOverflow)),
        InstructionCase(.mulInt, .int(-4), .int(5), gives: .int, .value(.int(-20))),
        InstructionCase(.mulInt, .int(1 << 62), .int(2), gives: .int, .fault(.integerOverflow)),
        InstructionCase(.divInt, .int(7), .int(-2), gives: .int, .value(.int(-3))),
        InstructionCase(.divInt, .int(7), .int(0), gives: .int, .fault(.divisionByZero)),
        InstructionCase(.divInt, .int(.min), .int(-1), gives: .int, .fault(.integerOverflow)),
        InstructionCase(.modInt, .int(7), .int(3), gives: .int, .value(.int(1))),
        InstructionCase(.modInt, .int(-7), .int(3), gives: .int, .value(.int(2))),
        InstructionCase(.modInt, .int(7), .int(-3), gives: .int, .value(.int(-2))),
        InstructionCase(.modInt, .int(-6), .int(3), gives: .int, .value(.int(0))),
        InstructionCase(.modInt, .int(.min), .int(-1), gives: .int, .value(.int(0))),
        InstructionCase(.modInt, .int(7), .int(0), gives: .int, .fault(.divisionByZero)),
        InstructionCase(.negInt, .int(7), gives: .int, .value(.int(-7))),
        InstructionCase(.negInt, .int(.min), gives: .int, .fault(.integerOverflow)),
        InstructionCase(
            .addIntImmediate, [.int(40)], registers: [.int], result: .int, .value(.int(38)),
            code: [
                VMInstruction(.addIntImmediate, a: 1, b: 0, c: UInt16(bitPattern: -2)), VMInstruction(.return, a: 1),
            ]),
        InstructionCase(
            .addIntImmediate, [.int(.min)], registers: [.int], result: .int, .fault(.integerOverflow),
            code: [
                VMInstruction(.addIntImmediate, a: 1, b: 0, c: UInt16(bitPattern: -1)), VMInstruction(.return, a: 1),
            ]),
    ]

    private static let floats = [
        InstructionCase(.addFloat, .float(0.5), .float(0.25), gives: .float, .value(.float(0.75))),
        InstructionCase(.subFloat, .float(0.5), .float(0.25), gives: .float, .value(.float(0.25))),
        InstructionCase(.mulFloat, .float(0.5), .float(3), gives: .float, .value(.float(1.5))),
        InstructionCase(.divFloat, .float(1), .float(4), gives: .float, .value(.float(0.25))),
        InstructionCase(.divFloat, .float(-1), .float(0), gives: .float, .value(.float(-.infinity))),
        InstructionCase(.negFloat, .float(0.5), gives: .float, .value(.float(-0.5))),
    ]

    private static let conversions = [
        InstructionCase(.intToFloat, .int(3), gives: .float, .value(.float(3))),
        InstructionCase(.intToFloat, .int(1 << 53 + 1), gives: .float, .value(.float(0x1p53))),
        InstructionCase(.intToString, .int(.min), gives: .string, .value(.string("-9223372036854775808"))),
        InstructionCase(.floatToString, .float(12.6), gives: .string, .value(.string("12.6"))),
        InstructionCase(.floatToString, .float(25), gives: .string, .value(.string("25"))),
        InstructionCase(.floatToString, .float(0.1 + 0.2), gives: .string, .value(.string("0.30000000000000004"))),
        InstructionCase(.floatToString, .float(1e15), gives: .string, .value(.string("1000000000000000"))),
        InstructionCase(.floatToString, .float(1e300), gives: .string, .value(.string("1e+300"))),
        InstructionCase(.floatToString, .float(-0.0), gives: .string, .value(.string("0"))),
        InstructionCase(.floatToString, .float(.nan), gives: .string, .value(.string("nan"))),
        InstructionCase(.floatToString, .float(-.infinity), gives: .string, .value(.string("-inf"))),
        InstructionCase(.boolToString, .bool(true), gives: .string, .value(.string("true"))),
        InstructionCase(.boolToString, .bool(false), gives: .string, .value(.string("false"))),
    ]

    private static let comparisons = [
        InstructionCase(.equalInt, .int(-1), .int(-1), gives: .bool, .value(.bool(true))),
        InstructionCase(.equalInt, .int(-1), .int(1), gives: .bool, .value(.bool(false))),
        InstructionCase(.lessInt, .int(-1), .int(1), gives: .bool, .value(.bool(true))),
        InstructionCase(.lessInt, .int(1), .int(1), gives: .bool, .value(.bool(false))),
        InstructionCase(.lessEqualInt, .int(1), .int(1), gives: .bool, .value(.bool(true))),
        InstructionCase(.lessEqualInt, .int(2), .int(1), gives: .bool, .value(.bool(false))),
        InstructionCase(.equalFloat, .float(0), .float(-0.0), gives: .bool, .value(.bool(true))),
        InstructionCase(.lessFloat, .float(1), .float(1.5), gives: .bool, .value(.bool(true))),
        InstructionCase(.lessFloat, .float(1.5), .float(1), gives: .bool, .value(.bool(false))),
        InstructionCase(.lessEqualFloat, .float(1), .float(1), gives: .bool, .value(.bool(true))),
        InstructionCase(.equalString, .string("Zoë"), .string("Zoë"), gives: .bool, .value(.bool(true))),
        InstructionCase(.equalString, .string("Zoë"), .string("Zoe\u{308}"), gives: .bool, .value(.bool(false))),
        InstructionCase(.equalString, .string(""), .string(""), gives: .bool, .value(.bool(true))),
        InstructionCase(.lessString, .string("ab"), .string("abc"), gives: .bool, .value(.bool(true))),
        InstructionCase(.lessString, .string("z"), .string("é"), gives: .bool, .value(.bool(true))),
        InstructionCase(.lessString, .string("b"), .string("ab"), gives: .bool, .value(.bool(false))),
        InstructionCase(.equalBool, .bool(false), .bool(false), gives: .bool, .value(.bool(true))),
        InstructionCase(.equalBool, .bool(true), .bool(false), gives: .bool, .value(.bool(false))),
        InstructionCase(.not, .bool(true), gives: .bool, .value(.bool(false))),
        InstructionCase(.not, .bool(false), gives: .bool, .value(.bool(true))),
    ]

    private static let control = [
        InstructionCase(.jumpIf, .bool(true), jumps: true),
        InstructionCase(.jumpIf, .bool(false), jumps: false),
        InstructionCase(.jumpIfNot, .bool(true), jumps: false),
        InstructionCase(.jumpIfNot, .bool(false), jumps: true),
        InstructionCase(.jumpEqualInt, .int(3), .int(3), jumps: true),
        InstructionCase(.jumpEqualInt, .int(3), .int(4), jumps: false),
        InstructionCase(.jumpNotEqualInt, .int(3), .int(4), jumps: true),
        InstructionCase(.jumpNotEqualInt, .int(3), .int(3), jumps: false),
        InstructionCase(.jumpLessInt, .int(-3), .int(3), jumps: true),
        InstructionCase(.jumpLessInt, .int(3), .int(3), jumps: false),
        InstructionCase(.jumpLessEqualInt, .int(3), .int(3), jumps: true),
        InstructionCase(.jumpLessEqualInt, .int(4), .int(3), jumps: false),
        InstructionCase(.loopInt, .int(1), .int(2), jumps: true),
        InstructionCase(.loopInt, .int(2), .int(2), jumps: false),
        InstructionCase(.loopInt, .int(.min), .int(.max), jumps: true),
        InstructionCase(
            .loopInt, [.int(1), .int(2)], result: .int, .value(.int(2)),
            code: [VMInstruction(.loopInt, a: 0, b: 1, c: 1), VMInstruction(.return, a: 0)]),
        InstructionCase(.stepLessInt, .int(0), .int(2), jumps: true),
        InstructionCase(.stepLessInt, .int(1), .int(2), jumps: false),
        InstructionCase(
            .stepLessInt, [.int(.max), .int(2)], result: .int, .fault(.integerOverflow),
            code: [VMInstruction(.stepLessInt, a: 0, b: 1, c: 1), VMInstruction(.return, a: 0)]),
        InstructionCase(.jumpIfNull, .null, types: [.optional(.int)], jumps: true),
        InstructionCase(.jumpIfNull, .int(0), types: [.optional(.int)], jumps: false),
        InstructionCase(.jumpIfNull, .string(""), types: [.optional(.string)], jumps: false),
        InstructionCase(.jumpIfNull, .list([]), types: [.optional(.list(.int))], jumps: false),
        InstructionCase(.jump, [.int(10)], registers: [.int, .int], result: .int, .value(.int(55)), code: loop.code),
        InstructionCase(
            .return, [.string("x")], result: .string, .value(.string("x")), code: [VMInstruction(.return, a: 0)]),
    ]

    private static let texts = [
        InstructionCase(
            .concatenate, [.string("Zoë"), .string(""), .string(" & ")], registers: [.string], result: .string,
            .value(.string("Zoë & Zoë & ")),
            code: [VMInstruction(.concatenate, a: 3, arguments: [0, 1, 2, 0, 2]), VMInstruction(.return, a: 3)]),
        InstructionCase(
            .concatenate, registers: [.string], result: .string, .value(.string("")),
            code: [VMInstruction(.concatenate, a: 0, arguments: []), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .callBuiltin, [.string("Zoë")], registers: [.int], result: .int, .value(.int(3)),
            code: [
                VMInstruction(.callBuiltin, a: 1, b: Builtin.length.rawValue, arguments: [0]),
                VMInstruction(.return, a: 1),
            ]),
    ]

    private static let lists = [
        InstructionCase(
            .makeList, [.int(1), .int(2)], registers: [.list(.int)], result: .list(.int),
            .value(.list([.int(2), .int(1), .int(2), .int(2), .int(1)])),
            code: [VMInstruction(.makeList, a: 2, arguments: [1, 0, 1, 1, 0]), VMInstruction(.return, a: 2)]),
        InstructionCase(.listCount, .list([.string("a"), .string("b")]), gives: .int, .value(.int(2))),
        InstructionCase(.listCount, .list([]), gives: .int, .value(.int(0))),
        InstructionCase(.listGet, .list([.int(5), .int(6)]), .int(1), gives: .int, .value(.int(6))),
        InstructionCase(
            .listGet, .list([.int(5)]), .int(1), gives: .int, .fault(.indexOutside(index: 1, count: 1))),
        InstructionCase(
            .listGet, .list([.int(5)]), .int(-1), gives: .int, .fault(.indexOutside(index: -1, count: 1))),
        InstructionCase(
            .listSet, [.list([.int(5), .int(6)]), .int(0), .int(9)], result: .list(.int),
            .value(.list([.int(9), .int(6)])),
            code: [VMInstruction(.listSet, a: 0, b: 1, c: 2), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .listSet, [.list([.int(5)]), .int(7), .int(9)], result: .list(.int),
            .fault(.indexOutside(index: 7, count: 1)),
            code: [VMInstruction(.listSet, a: 0, b: 1, c: 2), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .listAppend, [.list([.string("a")]), .string("b")], registers: [.list(.string)], result: .list(.string),
            .value(.list([.string("a"), .string("b"), .string("b")])),
            code: [
                // A list is shared: what is appended to one register is seen through the other.
                VMInstruction(.move, a: 2, b: 0), VMInstruction(.listAppend, a: 0, b: 1),
                VMInstruction(.listAppend, a: 2, b: 1), VMInstruction(.return, a: 0),
            ]),
        InstructionCase(
            .listAppend, [.int(1)], registers: [.list(.int)], result: .list(.int), .fault(.missingList),
            code: [VMInstruction(.listAppend, a: 1, b: 0), VMInstruction(.return, a: 1)]),
    ]

    private static let optionals =
        [
            (VMValue.int(4), ValueType.int), (.float(0), .float), (.string("é"), .string), (.string(""), .string),
            (.list([.int(1)]), .list(.int)),
        ].flatMap { value, type in
            [
                InstructionCase(
                    .wrap, [value], registers: [.optional(type)], result: .optional(type), .value(value),
                    code: [VMInstruction(.wrap, a: 1, b: 0), VMInstruction(.return, a: 1)]),
                InstructionCase(
                    .unwrap, [value], types: [.optional(type)], registers: [type], result: type, .value(value),
                    code: [VMInstruction(.unwrap, a: 1, b: 0), VMInstruction(.return, a: 1)]),
                InstructionCase(
                    .unwrap, [.null], types: [.optional(type)], registers: [type], result: type, .fault(.nullValue),
                    code: [VMInstruction(.unwrap, a: 1, b: 0), VMInstruction(.return, a: 1)]),
            ]
        } + [
            // A text that was never written is empty, not null.
            InstructionCase(
                .wrap, registers: [.string, .optional(.string)], result: .optional(.string), .value(.string("")),
                code: [VMInstruction(.wrap, a: 1, b: 0), VMInstruction(.return, a: 1)])
        ]

    private static let calls = [
        InstructionCase(
            .call, [.int(20)], registers: Array(fibonacci.registers), result: .int, .value(.int(6_765)),
            code: fibonacci.code),
        InstructionCase(
            .returnNothing, calling: FunctionSource(name: "nothing", code: [VMInstruction(.returnNothing)]),
            result: .int, .value(.int(8)),
            code: [
                VMInstruction(.loadInt, a: 0, b: 8),
                VMInstruction(.call, a: VMInstruction.noRegister, b: 1, arguments: []), VMInstruction(.return, a: 0),
            ]),
    ]

    /// A task without inputs and with one register of the result's type, beside another function.
    private init(
        _ opcode: VMOpcode, calling other: FunctionSource, result: ValueType, _ expected: Outcome, code: [VMInstruction]
    ) {
        self.opcode = opcode
        self.arguments = []
        self.expected = expected
        program = assemble([FunctionSource(registers: [result], result: result, code: code), other])
    }
}
