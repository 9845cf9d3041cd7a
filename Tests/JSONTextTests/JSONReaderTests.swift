// What RFC 8259 calls JSON is read to the letter; what it does not is refused at its place.

import JSONText
import Testing

@Suite struct JSONReaderTests {
    /// Goes through a whole text and writes down what was handed out.
    private static func pieces(_ text: String, maximumDepth: Int = 4) throws -> String {
        var reader = JSONReader(Array(text.utf8), maximumDepth: maximumDepth)
        func value() throws -> String {
            switch try reader.next() {
            case .null: return "null"
            case .bool(let flag): return "\(flag)"
            case .number(let whole): return whole.map { "\($0)" } ?? "~" + reader.text
            case .string(let text): return "'\(text)'"
            case .array:
                var elements: [String] = []
                while try reader.hasElement() { elements.append(try value()) }
                return "[" + elements.joined(separator: " ") + "]"
            case .object:
                var members: [String] = []
                while let key = try reader.key() { members.append("\(key)=" + (try value())) }
                return "{" + members.joined(separator: " ") + "}"
            }
        }
        let result = try value()
        try reader.finish()
        return result
    }

    @Test(arguments: [
        (" null ", "null"), ("true", "true"), ("\t\r\nfalse", "false"), ("\"\"", "''"), ("[ ]", "[]"), ("{ }", "{}"),
        ("[1,[2,{}],[]]", "[1 [2 {}] []]"), ("{\"a\" : {\"\":0} , \"a\":1}", "{a={=0} a=1}"),
        ("\"a\\u0000\\u00e9\\ud83e\\uDD8A/\\/\"", "'a\u{0}é🦊//'"), ("\"\u{7F}\u{2028}\"", "'\u{7F}\u{2028}'"),
        ("0", "0"), ("-0", "0"), ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"), ("9223372036854775808", "~9223372036854775808"),
        ("-9223372036854775809", "~-9223372036854775809"), ("1.0", "~1.0"), ("1E+2", "~1E+2"), ("-0.5e-1", "~-0.5e-1"),
    ])
    func whatIsJSONIsHandedOut(text: String, pieces: String) throws {
        #expect(try Self.pieces(text) == pieces)
    }

    @Test(arguments: [
        ("", 0), (" ", 1), ("nul", 0), ("nulll", 4), ("True", 0), ("NaN", 0), ("[", 1), ("[,1]", 1), ("[1,,2]", 3),
        ("[1,]", 3), ("[1}", 2), ("]", 0), ("{", 1), ("{,}", 1), ("{\"a\"}", 4), ("{\"a\":}", 5), ("{\"a\":1,}", 7),
        ("{\"a\":1]", 6), ("{'a':1}", 1), ("[]]", 2), ("1 2", 2), ("\u{FEFF}1", 0), ("/**/1", 0), ("01", 0), ("-01", 0),
        ("+1", 0), (".5", 0), ("1.", 0), ("1.e1", 0), ("1e", 0), ("1e+", 0), ("0x1", 1), ("-", 0), ("\"a", 2),
        ("\"\\", 2), ("\"\\\"", 3), ("\"\u{1F}\"", 1), ("\"\\a\"", 1), ("\"\\u12\"", 1), ("\"\\u12G4\"", 1),
        ("\"\\ud83e\"", 1), ("\"\\ud83e\\n\"", 1), ("\"\\ud83e\\u0041\"", 1), ("\"\\udd8a\"", 1),
    ])
    func whatIsNotIsRefusedAtItsPlace(text: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try Self.pieces(text) }
        #expect(error?.offset == offset)
        #expect(error?.kind == .malformed)
    }

    @Test func depthIsBounded() throws {
        #expect(try Self.pieces("[[[[1]]],[[]]]") == "[[[[1]]] [[]]]")
        let error = #expect(throws: JSONError.self) { try Self.pieces("[[],[[[{}]]]]") }
        #expect(error?.kind == .tooDeep)
        #expect(error?.offset == 7)
    }

    @Test(arguments: [
        String(repeating: " ", count: 100_000), "\"" + String(repeating: "x", count: 100_000),
        "\"" + String(repeating: "\\n", count: 50_000), String(repeating: "1", count: 100_000),
        "0." + String(repeating: "1", count: 100_000), "[" + String(repeating: "0,", count: 50_000),
    ])
    func isInterruptedSoonAfterThatIsWanted(text: String) throws {
        var told = 0
        var reader = JSONReader(Array(text.utf8), maximumDepth: 1) { bytes in
            told += bytes
            return told < 20_000
        }
        let error = #expect(throws: JSONError.self) {
            _ = try reader.next()
            while try reader.hasElement() { _ = try reader.next() }
        }
        #expect(error?.kind == .interrupted)
        #expect((20_000..<30_000).contains(reader.position))
    }

    @Test func placesAreThoseOfTheText() throws {
        var reader = JSONReader(Array("--{ \"k\" : 1.50 }".utf8), from: 2, maximumDepth: 1)
        #expect(try reader.next() == .object)
        #expect(reader.range == 2..<3)
        #expect(try reader.key() == "k")
        #expect(reader.range == 4..<7)
        #expect(try reader.next() == .number(nil))
        #expect(reader.text == "1.50")
        #expect(try reader.key() == nil)
        #expect(reader.position == 16)
    }

    @Test(arguments: [
        ("1", true), ("-0.5e-1", true), ("", false), ("01", false), ("1 ", false), (" 1", false), ("e", false),
    ])
    func aTextIsANumberOrNot(text: String, isNumber: Bool) {
        #expect(JSONReader.isNumber(text) == isNumber)
    }
}
