// The table of cases, continued: maps, and values of any type.

import SerenaNetBytecode
import SerenaNetVM

extension InstructionCase {
    private static func map(_ entries: (String, VMValue)...) -> VMValue {
        .map(entries.map { VMMapEntry(key: $0.0, value: $0.1) })
    }

    static let maps = [
        InstructionCase(
            .makeMap, [.string("b"), .int(1), .string("a"), .int(2)], registers: [.map(.int)], result: .map(.int),
            .value(map(("b", .int(2)), ("a", .int(2)))),
            code: [
                VMInstruction(.makeMap, a: 4, arguments: [0, 1, 2, 3, 0, 3]), VMInstruction(.return, a: 4),
            ]),
        InstructionCase(
            .mapGet, map(("a", .int(5))), .string("a"), gives: .optional(.int), .value(.int(5)),
            types: [.map(.int), .string]),
        InstructionCase(
            .mapGet, map(("a", .int(5))), .string("b"), gives: .optional(.int), .value(.null),
            types: [.map(.int), .string]),
        InstructionCase(
            .mapGet, map(("", .string(""))), .string(""), gives: .optional(.string), .value(.string("")),
            types: [.map(.string), .string]),
        InstructionCase(
            .mapGet, map(("a", .null), ("b", .int(0))), .string("b"), gives: .optional(.int), .value(.int(0)),
            types: [.map(.optional(.int)), .string]),
        InstructionCase(
            .mapGet, map(("a", .list([.int(1)]))), .string("a"), gives: .optional(.list(.int)),
            .value(.list([.int(1)])), types: [.map(.list(.int)), .string]),
        InstructionCase(
            .mapGet, map(("a", .bool(true))), .string("a"), gives: .any, .value(.bool(true)),
            types: [.map(.any), .string]),
        InstructionCase(
            .mapSet, [map(("a", .int(1)), ("b", .int(2))), .string("a"), .int(9)],
            types: [.map(.int), .string, .int], result: .map(.int), .value(map(("a", .int(9)), ("b", .int(2)))),
            code: [VMInstruction(.mapSet, a: 0, b: 1, c: 2), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .mapSet, [.string("a"), .int(9)], registers: [.map(.int)], result: .int, .fault(.missingList),
            code: [VMInstruction(.mapSet, a: 2, b: 0, c: 1), VMInstruction(.return, a: 1)]),
    ]

    static let intMaps = [
        InstructionCase(
            .makeIntMap, [.int(-1), .string("x"), .int(5), .string("y")], registers: [.intMap(.string)],
            result: .intMap(.string), .value(map(("-1", .string("y")), ("5", .string("y")))),
            code: [
                VMInstruction(.makeIntMap, a: 4, arguments: [0, 1, 2, 3, 0, 3]), VMInstruction(.return, a: 4),
            ]),
        InstructionCase(
            .intMapGet, map(("5", .int(6))), .int(5), gives: .optional(.int), .value(.int(6)),
            types: [.intMap(.int), .int]),
        InstructionCase(
            .intMapGet, map(("5", .int(6))), .int(6), gives: .optional(.int), .value(.null),
            types: [.intMap(.int), .int]),
        InstructionCase(
            .intMapGet, map(("0", .string(""))), .int(0), gives: .optional(.string), .value(.string("")),
            types: [.intMap(.string), .int]),
        InstructionCase(
            .intMapGet, map(("0", .null), ("1", .int(0))), .int(1), gives: .optional(.int), .value(.int(0)),
            types: [.intMap(.optional(.int)), .int]),
        InstructionCase(
            .intMapGet, map(("0", .list([.int(1)]))), .int(0), gives: .optional(.list(.int)),
            .value(.list([.int(1)])), types: [.intMap(.list(.int)), .int]),
        InstructionCase(
            .intMapSet, [map(("1", .string("a")), ("2", .string("b"))), .int(1), .string("c")],
            types: [.intMap(.string), .int, .string], result: .intMap(.string),
            .value(map(("1", .string("c")), ("2", .string("b")))),
            code: [VMInstruction(.intMapSet, a: 0, b: 1, c: 2), VMInstruction(.return, a: 0)]),
        InstructionCase(
            .intMapSet, [.int(3), .int(9)], registers: [.intMap(.int)], result: .int, .fault(.missingList),
            code: [VMInstruction(.intMapSet, a: 2, b: 0, c: 1), VMInstruction(.return, a: 1)]),
    ]

    /// Every kind of value goes into `any` and comes out again as what it is.
    private static let kinds: [(VMValue, ValueType)] = [
        (.int(-4), .int), (.float(0.5), .float), (.bool(true), .bool), (.string("é"), .string), (.string(""), .string),
        (.list([.int(1), .null, .string("a")]), .list(.any)), (.list([.int(1), .int(2)]), .list(.int)),
        (map(("a", .float(1)), ("b", .float(2))), .map(.float)), (map(("a", .list([]))), .map(.any)),
        (.list([.list([.bool(true)]), .list([])]), .list(.list(.bool))),
        (map(("-3", .float(1)), ("40", .float(2))), .intMap(.float)), (map(("1", .list([]))), .intMap(.any)),
    ]

    static let anything =
        kinds.flatMap { value, type in
            [
                InstructionCase(.box, value, gives: .any, .value(value), types: [type]),
                InstructionCase(.cast, value, gives: .optional(type), .value(value), types: [.any]),
                InstructionCase(.cast, .null, gives: .optional(type), .value(.null), types: [.any]),
            ]
        } + [
            InstructionCase(.box, .null, gives: .any, .value(.null), types: [.optional(.int)]),
            InstructionCase(.box, .int(3), gives: .any, .value(.int(3)), types: [.optional(.int)]),
            InstructionCase(.cast, .int(3), gives: .optional(.float), .value(.float(3)), types: [.any]),
            InstructionCase(.cast, .float(3), gives: .optional(.int), .value(.null), types: [.any]),
            InstructionCase(.cast, .string("3"), gives: .optional(.int), .value(.null), types: [.any]),
            InstructionCase(
                .cast, .list([.int(1), .float(0.5)]), gives: .optional(.list(.float)),
                .value(.list([.float(1), .float(0.5)])), types: [.any]),
            InstructionCase(
                .cast, .list([.int(1), .string("a")]), gives: .optional(.list(.int)), .value(.null), types: [.any]),
            InstructionCase(.cast, map(), gives: .optional(.list(.any)), .value(.null), types: [.any]),
            InstructionCase(.cast, map(("01", .int(1))), gives: .optional(.intMap(.int)), .value(.null), types: [.any]),
            InstructionCase(.cast, map(("+1", .int(1))), gives: .optional(.intMap(.any)), .value(.null), types: [.any]),
            InstructionCase(
                .fail, [.string("no milk")], result: .string, .fault(.failed(message: "no milk")),
                code: [VMInstruction(.fail, a: 0)]),
        ]

    /// An instruction that reads `b` and `c` from arguments of certain types and writes a result.
    private init(
        _ opcode: VMOpcode, _ arguments: VMValue..., gives result: ValueType, _ expected: Outcome, types: [ValueType]
    ) {
        let register = UInt16(arguments.count)
        self.init(
            opcode, arguments, types: types, registers: [result], result: result, expected,
            code: [
                VMInstruction(opcode, a: register, b: 0, c: arguments.count > 1 ? 1 : 0),
                VMInstruction(.return, a: register),
            ])
    }
}
