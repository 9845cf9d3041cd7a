// The passes for loops, for the order of blocks and for operations in one do what they say.

import FTAI
import SerenaNetBytecode
import Testing

@testable import FTAICompiler

@Suite struct LoopPassTests {
    static let examples = [
        PassExample(
            .fusion, "say x * x + x",
            gives: """
                b0:
                v4 = mulAddFloat v2, v2, v2
                v5 = floatToString v4
                say v5
                return
                """),
        PassExample(
            .fusion, "say \"{a} of {b}\"",
            gives: """
                b0:
                v4 = loadConstant " of "
                v6 = joinAsText v0, v4, v1
                say v6
                return
                """),
        PassExample(
            .loopElements, "let xs = [a]\nfor y in xs\n  say y\nend",
            gives: """
                b0:
                v3 = makeList: list<int> v0
                v4 = listCount v3
                v5 = addIntImmediate v4, -1
                v6 = loadInt 0
                if v5 < v6 b3 else b4
                b4:
                v11 = listGet v3, v6
                jump b1(v6, v11)
                b5:
                v10 = addIntImmediate v7, 1
                v12 = listGet v3, v10
                jump b1(v10, v12)
                b1(v7: int, v8: int):
                v9 = intToString v8
                say v9
                if v7 < v5 b5 else b6
                b6:
                jump b2
                b3:
                jump b2
                b2:
                return
                """),
        PassExample(
            .layout, "let n = parse_int(\"3\") ?? 7\nsay n",
            gives: """
                b0:
                v3 = loadConstant "3"
                v4 = callBuiltin v3, parse_int
                if v4 == null b1 else b2
                b2:
                v5 = unwrap v4
                jump b3(v5)
                b3(v7: int):
                v8 = intToString v7
                say v8
                return
                b1:
                v6 = loadInt 7
                jump b3(v6)
                """),
    ]

    @Test(arguments: examples)
    func eachPassDoesWhatItSays(example: PassExample) {
        var program = Intermediate.program(example.code, head: PassTests.head)
        Optimizer.apply(example.pass, to: &program, .performance)
        #expect(Intermediate.problems(program) == [])
        #expect(Intermediate.text(program) == example.after, "\(Intermediate.text(program))")
    }

    /// What eight rounds in a row are made of, and what is left of them when constants are known.
    static let rows = [
        // Nobody needs the number.
        RowExample("var t = 0.5\nfor _i in 1..a\n  t = t * x\nend\nsay t", copies: ["mulFloat": 9], counts: 1),
        // What is computed from it is counted on.
        RowExample(
            "var s = 0\nfor i in 1..a\n  s = s + i * b\nend\nsay s", copies: ["mulInt": 2, "addInt": 16], counts: 1),
        // Its remainder is known.
        RowExample(
            "var s = 0\nfor i in 0..a\n  if i % 4 == 1\n    s = s + b\n  end\nend\nsay s",
            copies: ["addInt": 3, "modInt": 1],
            counts: 1),
    ]

    struct RowExample: Sendable {
        let code: String
        /// How often each operation stands in the function afterwards.
        let copies: [String: Int]
        /// How often something is counted by a row.
        let counts: Int

        init(_ code: String, copies: [String: Int], counts: Int) {
            (self.code, self.copies, self.counts) = (code, copies, counts)
        }
    }

    @Test(arguments: rows)
    func aRowOfRoundsCountsOnce(example: RowExample) {
        var program = Intermediate.program(example.code, head: PassTests.head)
        let cleaning: [Pass] = [.folding, .flow, .copies, .folding, .deadCode, .flow]
        for pass in cleaning + [.loopInvariants, .loopUnrolling] + cleaning {
            Optimizer.apply(pass, to: &program, .performance)
            #expect(Intermediate.problems(program) == [], "after \(pass.rawValue)")
        }
        let lines = Intermediate.text(program).split(separator: "\n")
        for (operation, count) in example.copies {
            #expect(
                lines.filter { $0.contains(" \(operation) ") }.count == count,
                "\(operation)\n\(lines.joined(separator: "\n"))")
        }
        #expect(lines.filter { $0.contains("addIntImmediate") && $0.hasSuffix(", 8") }.count == example.counts)
    }

    /// A range that is known to be short, a list, and a body that is long are left as they are.
    @Test(arguments: [
        "for i in 1..9\n  say i\nend", "for y in [a, b]\n  say y\nend",
        "var s = 0\nfor i in 1..a\n" + String(repeating: "  s = s * 3 % 100\n", count: 25) + "end\nsay s",
    ])
    func whatIsNotWorthItStaysAsItIs(code: String) {
        var program = Intermediate.program(code, head: PassTests.head)
        let blocks = program.functions[0].blocks.count
        Optimizer.apply(.loopUnrolling, to: &program, .performance)
        #expect(program.functions[0].blocks.count == blocks)
    }

    @Test(arguments: [
        ("a % 10 + 3", 3...12 as ClosedRange<Int64>), ("count([a]) - 1", -1...(1 << 48) - 1), ("a", .min ... .max),
        ("5 - 8", -3 ... -3),
    ])
    func rangesOfNumbersAreKnown(expression: String, range: ClosedRange<Int64>) {
        let function = Intermediate.program("say \(expression)", head: PassTests.head).functions[0]
        let said = function.layout.flatMap { function.blocks[$0].code }.map { function.instructions[$0] }
            .first { $0.opcode == .intToString }
        #expect(ValueRanges(function, ControlFlow(function)).range(of: said?.operands[0] ?? 0) == range)
    }
}
