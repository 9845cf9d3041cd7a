// Every function of the standard library does what its name says.

import SerenaNetBytecode
import SerenaNetVM
import Testing

struct BuiltinCase: CustomTestStringConvertible, Sendable {
    let builtin: Builtin
    let arguments: [VMValue]
    let expected: InstructionCase.Outcome

    init(_ builtin: Builtin, _ arguments: VMValue..., gives expected: VMValue) {
        self.builtin = builtin
        self.arguments = arguments
        self.expected = .value(expected)
    }

    init(_ builtin: Builtin, _ arguments: VMValue..., fails expected: RuntimeFault.Kind) {
        self.builtin = builtin
        self.arguments = arguments
        self.expected = .fault(expected)
    }

    var testDescription: String { "\(builtin) \(arguments) → \(expected)" }

    var program: FTAIBytecode {
        let signature = builtin.signature
        let register = UInt16(signature.parameters.count)
        return assemble(
            FunctionSource(
                parameters: signature.parameters, registers: [signature.result], result: signature.result,
                code: [
                    VMInstruction(.callBuiltin, a: register, b: builtin.rawValue, arguments: Array(0..<register)),
                    VMInstruction(.return, a: register),
                ]))
    }
}

@Suite struct BuiltinTests {
    @Test(arguments: BuiltinCase.all)
    func givesTheExpectedResult(_ testCase: BuiltinCase) throws {
        let step = try run(testCase.program, testCase.arguments)
        switch testCase.expected {
        case .value(let value): #expect(step == .finished(value))
        case .fault(let kind): #expect(fault(step) == kind)
        }
    }

    @Test func everyBuiltinHasACase() {
        let tested = Set(BuiltinCase.all.map(\.builtin))
        #expect(Builtin.allCases.filter { !tested.contains($0) }.isEmpty)
    }

    /// A pattern and a text made of nearly nothing but one letter are the worst case of a careless search.
    @Test func longPatternsAreFound() throws {
        let pattern = String(repeating: "a", count: 4_000) + "b"
        let text = String(repeating: "a", count: 400_000) + "b"
        let found = BuiltinCase(.contains, .string(text), .string(pattern), gives: .bool(true))
        #expect(try run(found.program, found.arguments) == .finished(.bool(true)))
        let missing = BuiltinCase(.contains, .string(text), .string("b" + pattern), gives: .bool(false))
        #expect(try run(missing.program, missing.arguments) == .finished(.bool(false)))
        let split = BuiltinCase(.split, .string("1" + pattern + "2" + pattern), .string(pattern), gives: .null)
        let pieces: [VMValue] = [.string("1"), .string("2"), .string("")]
        #expect(try run(split.program, split.arguments) == .finished(.list(pieces)))
    }
}

extension BuiltinCase {
    static let all = numbers + conversions + texts + moreNumbers + moreTexts + lists + maps + json + time

    private static let numbers = [
        BuiltinCase(.round, .float(2.5), gives: .int(3)),
        BuiltinCase(.round, .float(-2.5), gives: .int(-3)),
        BuiltinCase(.round, .float(.nan), fails: .numberConversion(value: "nan")),
        BuiltinCase(.floor, .float(-2.1), gives: .int(-3)),
        BuiltinCase(.ceiling, .float(-2.9), gives: .int(-2)),
        BuiltinCase(.truncate, .float(-2.9), gives: .int(-2)),
        BuiltinCase(.floatToInt, .float(2.9), gives: .int(2)),
        BuiltinCase(.floatToInt, .float(1e19), fails: .numberConversion(value: "1e+19")),
        BuiltinCase(.floatToInt, .float(-0x1p63), gives: .int(.min)),
        BuiltinCase(.squareRoot, .float(2.25), gives: .float(1.5)),
        BuiltinCase(.power, .float(2), .float(-2), gives: .float(0.25)),
        BuiltinCase(.absInt, .int(-4), gives: .int(4)),
        BuiltinCase(.absInt, .int(.min), fails: .integerOverflow),
        BuiltinCase(.absFloat, .float(-4.5), gives: .float(4.5)),
        BuiltinCase(.minInt, .int(3), .int(-3), gives: .int(-3)),
        BuiltinCase(.maxInt, .int(3), .int(-3), gives: .int(3)),
        BuiltinCase(.minFloat, .float(3), .float(-3), gives: .float(-3)),
        BuiltinCase(.maxFloat, .float(3), .float(.nan), gives: .float(3)),
    ]

    private static let conversions = [
        BuiltinCase(.formatFloat, .float(12.6), .int(2), gives: .string("12.60")),
        BuiltinCase(.formatFloat, .float(2.675), .int(2), gives: .string("2.67")),
        BuiltinCase(.formatFloat, .float(0.5), .int(0), gives: .string("0")),
        BuiltinCase(.formatFloat, .float(-0.001), .int(2), gives: .string("0.00")),
        BuiltinCase(.formatFloat, .float(1), .int(99), gives: .string("1.000000000000000")),
        BuiltinCase(.formatFloat, .float(1.6), .int(-1), gives: .string("2")),
        BuiltinCase(.formatFloat, .float(.infinity), .int(2), gives: .string("inf")),
        BuiltinCase(.parseInt, .string(" 42\n"), gives: .int(42)),
        BuiltinCase(.parseInt, .string("-0"), gives: .int(0)),
        BuiltinCase(.parseInt, .string("4.2"), gives: .null),
        BuiltinCase(.parseInt, .string("9223372036854775808"), gives: .null),
        BuiltinCase(.parseInt, .string(""), gives: .null),
        BuiltinCase(.parseFloat, .string(" -4.5e1 "), gives: .float(-45)),
        BuiltinCase(.parseFloat, .string("nan"), gives: .null),
        BuiltinCase(.parseFloat, .string("0x10"), gives: .null),
    ]

    private static let texts = [
        BuiltinCase(.length, .string("Zoë 👩‍🚀"), gives: .int(5)),
        BuiltinCase(.length, .string(""), gives: .int(0)),
        BuiltinCase(.uppercase, .string("Zoë"), gives: .string("ZOË")),
        BuiltinCase(.lowercase, .string("ZOË"), gives: .string("zoë")),
        BuiltinCase(.trim, .string("\t \u{a0}a b\r\n"), gives: .string("a b")),
        BuiltinCase(.trim, .string(" \n"), gives: .string("")),
        BuiltinCase(.contains, .string("smörgåsbord"), .string("gås"), gives: .bool(true)),
        BuiltinCase(.contains, .string("abc"), .string("cb"), gives: .bool(false)),
        BuiltinCase(.contains, .string(""), .string(""), gives: .bool(true)),
        BuiltinCase(.startsWith, .string("Zoë"), .string("Z"), gives: .bool(true)),
        BuiltinCase(.startsWith, .string("Zoë"), .string("Zoë!"), gives: .bool(false)),
        BuiltinCase(.endsWith, .string("Zoë"), .string("ë"), gives: .bool(true)),
        BuiltinCase(.endsWith, .string("Zoë"), .string("Z"), gives: .bool(false)),
        BuiltinCase(.replace, .string("a-b-c"), .string("-"), .string(" — "), gives: .string("a — b — c")),
        BuiltinCase(.replace, .string("aaa"), .string("aa"), .string(""), gives: .string("a")),
        BuiltinCase(.replace, .string("abc"), .string(""), .string("x"), gives: .string("abc")),
        BuiltinCase(.replace, .string(""), .string("a"), .string("b"), gives: .string("")),
        BuiltinCase(
            .split, .string("a,,ü"), .string(","), gives: .list([.string("a"), .string(""), .string("ü")])),
        BuiltinCase(.split, .string(""), .string(","), gives: .list([.string("")])),
        BuiltinCase(.split, .string("aë"), .string(""), gives: .list([.string("a"), .string("ë")])),
        BuiltinCase(
            .join, .list([.string("a"), .string(""), .string("ü")]), .string(", "), gives: .string("a, , ü")),
        BuiltinCase(.join, .list([]), .string(", "), gives: .string("")),
    ]
}
