// Documents as JSON and back, and JSON that is not what it should be.

import FTAI
import Testing

@Suite struct JSONTests {
    private func source(_ text: String) -> FTAISource { FTAISource(file: "a.json", text: text) }

    @Test(arguments: 0..<40)
    func generatedDocumentsSurviveJSON(seed: Int) throws {
        var generator = DocumentGenerator(seed: UInt64(1_000 + seed))
        for round in 0..<10 {
            // What was built may hold what only writing puts right, so the document is read first.
            let text = FTAISerializer.serialize(generator.document())
            let document = try #require(FTAIParser(mode: .lenient).parse(ftaiContent: text).document)
            let json = document.json.text(isCompact: round % 2 == 0)
            let again = try FTAIDocument(json: source(json))
            #expect(again == document.withoutRanges, "\(text)\n\(json)")
            #expect(again.json.text() == document.json.text())
        }
    }

    @Test func theFullDocumentSurvivesJSON() throws {
        let document = try #require(FTAIParser().parse(ftaiContent: HostileDocumentTests.full).document)
        #expect(try FTAIDocument(json: source(document.json.text())) == document.withoutRanges)
    }

    @Test func numbersAndBoolsAreThoseOfJSONWhereTheirTypesSaySo() throws {
        let text =
            "@ftai v2.0\n@config\n  n:int 3\n  m:int 007\n  x:float 1.50\n  b:bool true\n  t: 3\n  l:int [1, 2]\n@end\n"
        let document = try #require(FTAIParser().parse(ftaiContent: text).document)
        let json = document.json.text(isCompact: true)
        for part in [
            "\"value\":3}", "\"value\":\"007\"}", "\"value\":1.50}", "\"value\":true}", "\"value\":\"3\"}", "[1, 2]",
        ] {
            #expect(json.contains(part), "\(json)")
        }
        #expect(try FTAIDocument(json: source(json)) == document.withoutRanges)
    }

    /// A text, the code that it is refused with, and where.
    static let bad: [(text: String, problem: String)] = [
        ("", "FTAI0051 1:1"), ("nul", "FTAI0051 1:1"), ("{", "FTAI0051 1:2"), ("[1,]", "FTAI0051 1:4"),
        ("[1 2]", "FTAI0051 1:4"), ("{\"a\" 1}", "FTAI0051 1:6"), ("{a:1}", "FTAI0051 1:2"), ("01", "FTAI0051 1:1"),
        ("-", "FTAI0051 1:1"), ("1.", "FTAI0051 1:1"), ("1e", "FTAI0051 1:1"), ("\"a", "FTAI0051 1:3"),
        ("\"a\nb\"", "FTAI0051 1:3"), ("\"\\x\"", "FTAI0051 1:2"), ("\"\\u12\"", "FTAI0051 1:2"),
        ("\"\\ud800\"", "FTAI0051 1:2"), ("\"\\ud800\\u0041\"", "FTAI0051 1:2"), ("[]]", "FTAI0051 1:3"),
        ("\n\n  {\"a\":1,\"a\":2}", "FTAI0053 3:10"), ("[1]", "FTAI0054 1:1"), ("{\"nodes\":[]}", "FTAI0054 1:1"),
        ("{\"ftai\":2,\"nodes\":[]}", "FTAI0054 1:9"), ("{\"ftai\":\"3.0\"}", "FTAI0054 1:9"),
        ("{\"ftai\":\"2.0\",\"node\":[]}", "FTAI0054 1:15"),
        ("{\"ftai\":\"2.0\",\"nodes\":[{\"tga\":\"x\"}]}", "FTAI0054 1:24"),
        ("{\"ftai\":\"2.0\",\"nodes\":[{\"key\":\"k\",\"type\":\"text\"}]}", "FTAI0054 1:42"),
        ("{\"ftai\":\"2.0\",\"nodes\":[{\"item\":[null]}]}", "FTAI0054 1:33"),
        ("{\"ftai\":\"2.0\",\"nodes\":[{\"remark\":\"a\\nb\"}]}", "FTAI0055 1:24"),
        ("{\"ftai\":\"2.0\",\"nodes\":[{\"tag\":\"end\"}]}", "FTAI0055 1:24"),
        ("{\"ftai\":\"x y\",\"nodes\":[]}", "FTAI0055 1:1"),
    ]

    @Test(arguments: bad)
    func badJSONIsRefusedWithCodeAndPlace(text: String, problem: String) {
        do {
            _ = try FTAIDocument(json: source(text))
            Issue.record("\(text) was taken")
        } catch {
            #expect("\(error.code.rawValue) \(error.line):\(error.column)" == problem)
        }
    }

    @Test func nestingAndInvalidBytesAreRefused() {
        let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
        #expect(throws: Diagnostic.self) { _ = try JSONValue.read(source(deep)) }
        let bytes = Array("[\"".utf8) + [0xFF] + Array("\"]".utf8)
        #expect { _ = try JSONValue.read(FTAISource(file: "a", bytes: bytes)) } throws: { error in
            (error as? Diagnostic)?.code == .invalidUTF8
        }
    }

    @Test func everyCutAndMutationOfJSONEndsInAValueOrADiagnostic() throws {
        let document = try #require(FTAIParser().parse(ftaiContent: HostileDocumentTests.full).document)
        let bytes = Array(document.json.text(isCompact: true).utf8)
        var random = SeededGenerator(seed: 3)
        for length in stride(from: 0, through: bytes.count, by: 3) {
            var copy = length % 2 == 0 ? Array(bytes[..<length]) : bytes
            if length % 2 == 1 {
                copy[Int.random(in: 0..<copy.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let value = try? JSONValue.read(FTAISource(file: "a", bytes: copy)) else { continue }
            #expect(try JSONValue.read(source(value.text())).text() == value.text())
        }
    }

    @Test func theWriterEscapesWhatMustBeEscaped() throws {
        let value = JSONValue.string("\"\\\n\t\u{1}\u{7F}é🌍")
        #expect(value.text() == "\"\\\"\\\\\\n\\t\\u0001\\u007fé🌍\"\n")
        #expect(try JSONValue.read(source(value.text())).form == value.form)
    }
}
