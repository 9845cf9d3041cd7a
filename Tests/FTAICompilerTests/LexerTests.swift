// Words of code: keywords, symbols, numbers and texts mean what is written.

import FTAI
import Testing

@testable import FTAICompiler

@Suite struct LexerTests {
    private static func words(_ text: String) -> (words: Words, problems: [Diagnostic]) {
        let source = FTAISource(file: "test.ftai", text: text)
        var problems = DiagnosticCollector(source: source, mode: .strict)
        var words = Words()
        Lexer.read(SourceRange(0, source.bytes.count), in: source, into: &words, problems: &problems)
        return (words, problems.sorted())
    }

    private static func first(_ text: String) -> TokenKind? { words(text).words.tokens.first?.kind }

    @Test(arguments: Keyword.allCases)
    func aKeywordIsOneByItsWholeSpelling(keyword: Keyword) {
        #expect(Self.first(keyword.rawValue) == .keyword(keyword))
        for name in [
            "\(keyword.rawValue)x", "_\(keyword.rawValue)", keyword.rawValue.uppercased(), "\(keyword.rawValue)_1",
        ] {
            #expect(Self.first(name)?.isName == true)
        }
    }

    @Test(arguments: [
        (text: "==", symbol: Symbol.equal), (text: "=", symbol: .assign), (text: "<=", symbol: .lessEqual),
        (text: "<", symbol: .less), (text: "??", symbol: .orElse), (text: "?", symbol: .question),
        (text: "!=", symbol: .notEqual), (text: "!", symbol: .not), (text: "..", symbol: .range),
        (text: "&&", symbol: .and), (text: "||", symbol: .or), (text: "%", symbol: .modulo),
        (text: ":", symbol: .colon),
    ])
    func aSymbolIsAsLongAsItCanBe(text: String, symbol: Symbol) {
        #expect(Self.first(text) == .symbol(symbol))
        #expect(
            Self.words("\(text) \(text)").words.tokens.map(\.kind) == [.symbol(symbol), .symbol(symbol), .endOfCode])
    }

    @Test(arguments: ["&", "|", ".", "~", "é"])
    func whatIsNoWordIsReported(text: String) {
        #expect(Self.words(text).problems.map(\.code) == [.unexpectedCharacter])
    }

    @Test(arguments: [
        "0.1", "4.35", "3.14", "0.000000000000001", "9007199254740993.0", "123456789012345.6", "1e22", "1.5e-3",
        "2.2250738585072014e-308", "179769313486231570000000000000.0", "0.30000000000000004",
    ])
    func aFloatIsTheNearestToItsDigits(text: String) {
        #expect(Self.first(text) == Double(text).map { .float($0) })
    }

    @Test func decimalsOfAllLengthsAreTheNearestFloats() {
        var state: UInt64 = 7
        for _ in 0..<2_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let digits = String(state >> 11)
            let place = digits.index(digits.startIndex, offsetBy: 1 + Int(state % 7) % digits.count)
            let text = "\(digits[..<place].prefix(9)).\(digits[place...].prefix(Int(state >> 5) % 12))0"
            #expect(Self.first(text) == Double(text).map { .float($0) }, "\(text)")
        }
    }

    @Test(arguments: [
        (text: "0", value: UInt64(0)), (text: "1_000", value: 1_000), (text: "18446744073709551615", value: .max),
        (text: "007", value: 7),
    ])
    func anIntegerIsWhatItsDigitsSay(text: String, value: UInt64) {
        #expect(Self.first(text) == .integer(value))
    }

    @Test(arguments: ["18446744073709551616", "99999999999999999999", "1e999"])
    func aNumberThatIsTooLargeIsReported(text: String) {
        #expect(Self.words(text).problems.map(\.code) == [.numberOutOfRange])
    }

    @Test(arguments: [
        (text: #""""#, parts: [Part.literal("")]), (text: #""plain""#, parts: [.literal("plain")]),
        (text: #""a\tb""#, parts: [.literal("a\tb")]), (text: #""{{x}}""#, parts: [.literal("{x}")]),
        (text: #""{x}""#, parts: [.name("x", SourceRange(2, 3))]),
        (text: #""a{ x }b{{""#, parts: [.literal("a"), .name("x", SourceRange(4, 5)), .literal("b{")]),
        (text: #""{a_name_of_many_letters}""#, parts: [.name("a_name_of_many_letters", SourceRange(2, 24))]),
        (text: #""{x y}""#, parts: [.expression(SourceRange(2, 5))]),
        (text: #""{1x}""#, parts: [.expression(SourceRange(2, 4))]),
        (text: #""{null}""#, parts: [.expression(SourceRange(2, 6))]),
        (text: "\"{\tx}\"", parts: [.expression(SourceRange(2, 4))]),
        (text: #""{f(x)}""#, parts: [.expression(SourceRange(2, 6))]),
        (text: #""{f("}")}""#, parts: [.expression(SourceRange(2, 8))]),
        (text: #""\u{e9}\n{a}\"""#, parts: [.literal("é\n"), .name("a", SourceRange(10, 11)), .literal("\"")]),
    ])
    func aTextHasItsPartsInOrder(text: String, parts: [Part]) {
        let (words, problems) = Self.words(text)
        #expect(words.tokens.first?.kind == .text(0))
        #expect(words.parts.last == .end)
        let found = words.parts.dropLast().map { part -> Part? in
            switch part {
            case .literal(let number): .literal(words.texts[Int(number)])
            case .name(let name, let range): .name(words.names.text(of: name), range)
            case .expression(let range): .expression(range)
            case .end: nil
            }
        }
        #expect(found == parts)
        #expect(problems == [])
    }

    /// A part of a text with what it says.
    enum Part: Equatable, Sendable {
        case literal(String)
        case name(String, SourceRange)
        case expression(SourceRange)
    }

    @Test(arguments: [
        (text: "412.5", number: TokenKind.float(412.5)), (text: "3", number: .integer(3)),
        (text: "0.1", number: .float(0.1)), (text: "999999999999999", number: .integer(999_999_999_999_999)),
        (text: "9999999999999999", number: nil), (text: "1.2.3", number: nil), (text: "1..2", number: nil),
        (text: "1.", number: nil), (text: ".5", number: nil), (text: "-1", number: nil), (text: "1_0", number: nil),
        (text: "1e3", number: nil), (text: "3 ", number: nil), (text: "", number: nil), (text: "a", number: nil),
    ])
    func onlyAPlainNumberIsReadByItself(text: String, number: TokenKind?) {
        let source = FTAISource(file: "test.ftai", text: "<\(text)>")
        #expect(Lexer.number(in: SourceRange(1, 1 + text.utf8.count), of: source) == number)
    }

    @Test func wordsOfAllNumbersStandInTheirOrder() {
        for count in 0..<200 {
            let tokens = Self.words(String(repeating: "a+1\n", count: count)).words.tokens
            #expect(tokens.count == 4 * count + 1)
            #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0.range.end <= $1.range.start })
            #expect(tokens.last?.range == SourceRange(4 * count, 4 * count))
        }
    }

    @Test func aNameHasOneNumberAndSoHasEveryOther() {
        let names = (0..<2_000).map { "name_of_\($0)_or_\($0 % 7)" } + (0..<2_000).map { "n\($0)" }
        let tokens = Self.words((names + names).joined(separator: " ")).words.tokens.dropLast().map(\.kind)
        #expect(Array(tokens.prefix(names.count)) == Array(tokens.suffix(names.count)))
        #expect(
            Set(tokens.map { kind in if case .name(let name) = kind { name } else { Name.none } }).count == names.count)
    }

    @Test func aNumberOfANameTellsItsSpelling() {
        let words = Self.words("amount a_name_of_more_than_eight_letters round _ é").words
        let spellings = words.tokens.compactMap { token in
            if case .name(let name) = token.kind { words.names.text(of: name) } else { nil }
        }
        #expect(spellings == ["amount", "a_name_of_more_than_eight_letters", "round", "_"])
    }
}
