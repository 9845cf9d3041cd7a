// Good documents have no problems; bad ones have exactly the problems of the table, at the place of the table.

import FTAI
import Testing

/// A document and where it is wrong.
struct BadDocument: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    /// Such as `FTAI0016 2:1`.
    let problems: [String]

    init(_ name: String, _ text: String, _ problems: String...) {
        self.name = name
        self.text = text
        self.problems = problems
    }

    var testDescription: String { name }
}

@Suite struct DocumentProblemTests {
    static let good = [
        "@ftai v2.0\n",
        "\u{FEFF}@ftai v2.0\n@goal Save time\n",
        "@ftai v2.0 lang:en // a comment\r\n@document\r\n  title: Windows\r\n@end\r\n",
        "// a remark\n\n@ftai v2\n",
        "@ftai v2.0\n@task one\n  @context\n    key: value\n  @end\n@end\n",
        "@ftai v2.0\n@task one\n@context\nkey: value\n@end\n@end\n",
        "@ftai v2.0\n@task one\n@goal Save time\nkey: value\n@end\n",
        "@ftai v2.0\n@config\n  retries:int 3\n  ratio:float 0.5\n  success:bool true\n  day:date 2024-02-29\n@end\n",
        "@ftai v2.0\n@config\n  url: https://example.org // a comment\n  list: [a, \"b, c\", [d]]\n@end\n",
        "@ftai v2.0\n@schema\n  required_tags: [goal]\n  optional_tags:\n  - \"mood\"\n@end\n@goal x\n@mood calm\n",
        "@ftai v2.0\n@\"my own\" value\n@section A\n  @@one First\n  text\n  @@two Second\n  text\n@end\n",
        "@ftai v2.0\n@table Prices\n  item | price\n  ---\n  tea | 2\n  a \\| b | 3\n@end\n",
        "@ftai v2.0\n@prose\n---\nkept as it stands [tone: urgent]\n@end of nothing\n---\n@end\n",
        "@ftai v2.0\n@task t\n  @do\n    say \"@end is no end here\"\n  @end\n@end task\n",
        "@ftai v2.0\n@task t\n@input p:int 3\n  @do\n    say \"y{p}\"\n  @end\n@end\n",
        "@ftai v2.0\n@task t\n@goal x\n  @input p:int\n    @output q:int\n      @do\n    return p\n  @end\n@end\n",
        "@ftai v2.0\n@note Grüße, 世界 🌍 **bold**\n",
    ]

    @Test(arguments: good)
    func goodDocumentsHaveNoProblems(text: String) {
        let result = FTAIParser(mode: .strict).parse(ftaiContent: text)
        #expect(result.diagnostics.map(\.message) == [])
        #expect(result.document != nil)
    }

    @Test func thePartsOfATaskStandSideBySideHoweverTheyAreIndented() throws {
        let text = "@ftai v2.0\n@task t\n@goal x\n  @input p:int\n    @output q:int\n      @do\n return p\n@end\n@end\n"
        let task = try #require(FTAIParser().parse(ftaiContent: text).document?.tags.first)
        #expect(task.tags.map(\.name) == ["goal", "input", "output", "do"])
        let tool = "@ftai v2.0\n@task t\n  @tool weather\n    @input city:string\n  @end\n@end\n"
        let outer = try #require(FTAIParser().parse(ftaiContent: tool).document?.tags.first)
        #expect(outer.tags.map(\.name) == ["tool"] && outer.tags.first?.tags.map(\.name) == ["input"])
    }

    static let bad = [
        BadDocument("empty", "", "FTAI0009 1:1"),
        BadDocument("only blank lines", " \n\n", "FTAI0009 1:1"),
        BadDocument("no header", "@goal Save time\n", "FTAI0001 1:1"),
        BadDocument("header too late", "text\n@ftai v2.0\n", "FTAI0001 1:1", "FTAI0004 2:1"),
        BadDocument("version 1", "@ftai v1.0\n", "FTAI0002 1:7"),
        BadDocument("version 20", "@ftai v20.1\n", "FTAI0002 1:7"),
        BadDocument("no version", "@ftai lang:en\n", "FTAI0003 1:1"),
        BadDocument("huge version", "@ftai v99999999999999999999999.0\n", "FTAI0003 1:1"),
        BadDocument("NUL", "@ftai v2.0\n@goal a\0b\n", "FTAI0007 2:8"),
        BadDocument("escape character", "@ftai v2.0\n@goal \u{1B}[31m\n", "FTAI0007 2:7"),
        BadDocument("lone carriage return", "@ftai v2.0\n@goal a\rb\n", "FTAI0007 2:8"),
        BadDocument("C1 control", "@ftai v2.0\n@goal a\u{85}b\n", "FTAI0007 2:8"),
        BadDocument("mixed indentation", "@ftai v2.0\n@config\n \tkey: value\n@end\n", "FTAI0008 3:1"),
        BadDocument("no tag name", "@ftai v2.0\n@ value\n", "FTAI0011 2:1"),
        BadDocument("digit first", "@ftai v2.0\n@2nd value\n", "FTAI0011 2:1"),
        BadDocument("reserved", "@ftai v2.0\n@system_x y\n", "FTAI0013 2:1"),
        BadDocument("unknown tag", "@ftai v2.0\n\n  @gaol x\n", "FTAI0014 3:3"),
        BadDocument("unclosed", "@ftai v2.0\n@task a\n  key: value\n", "FTAI0016 2:1"),
        BadDocument("unclosed within", "@ftai v2.0\n@task a\n  @memory m\n@end\n", "FTAI0016 2:1"),
        BadDocument("implicit end", "@ftai v2.0\n@document\n  title: A\n@goal x\n", "FTAI0017 2:1"),
        BadDocument("stray end", "@ftai v2.0\n@end\n", "FTAI0018 2:1"),
        BadDocument("wrong end", "@ftai v2.0\n@task a\n@end memory\n", "FTAI0018 3:6"),
        BadDocument("unterminated quote", "@ftai v2.0\n@config\n  key: \"open\n@end\n", "FTAI0021 3:8"),
        BadDocument("unknown escape", "@ftai v2.0\n@config\n  ü: \"a\\qb\"\n@end\n", "FTAI0022 3:8"),
        BadDocument("unterminated list", "@ftai v2.0\n@config\n  key: [a, b\n@end\n", "FTAI0023 3:8"),
        BadDocument("empty element", "@ftai v2.0\n@config\n  key: [a, , b]\n@end\n", "FTAI0024 3:12"),
        BadDocument("trailing comma", "@ftai v2.0\n@config\n  key: [a,]\n@end\n", "FTAI0024 3:10"),
        BadDocument("not an int", "@ftai v2.0\n@config\n  n:int three\n@end\n", "FTAI0025 3:9"),
        BadDocument("not a bool", "@ftai v2.0\n@goal:bool yes\n", "FTAI0025 2:12"),
        BadDocument("not a date", "@ftai v2.0\n@goal:date 2023-02-29\n", "FTAI0025 2:12"),
        BadDocument("infinite", "@ftai v2.0\n@goal:float inf\n", "FTAI0025 2:13"),
        BadDocument("open narrative", "@ftai v2.0\n@section A\n---\ntext\n@end\n", "FTAI0026 3:1"),
        BadDocument("table without rows", "@ftai v2.0\n@table T\n@end\n", "FTAI0027 2:1"),
        BadDocument("table without divider", "@ftai v2.0\n@table T\n  a | b\n  1 | 2\n@end\n", "FTAI0027 3:3"),
        BadDocument("empty header cell", "@ftai v2.0\n@table T\n  | a | |\n  ---\n@end\n", "FTAI0028 3:3"),
        BadDocument(
            "ragged row", "@ftai v2.0\n@table T\n  a | b\n  ---\n  1\n  1 | 2 | 3\n@end\n", "FTAI0029 5:3",
            "FTAI0029 6:3"),
        BadDocument("required tag", "@ftai v2.0\n@schema\n  required_tags: [goal]\n@end\n", "FTAI0030 3:19"),
        BadDocument("column in characters", "@ftai v2.0\n@note \"日本語 e\u{301}👩‍👩‍👧 \\x\"\n", "FTAI0022 2:15"),
        BadDocument(
            "three at once", "@ftai v2.0\n@config\n  a: \"x\n  b:int y\n@end\n@nonsense z\n", "FTAI0021 3:6",
            "FTAI0025 4:9",
            "FTAI0014 6:1"),
    ]

    @Test(arguments: bad)
    func badDocumentsHaveTheProblemsOfTheTable(document: BadDocument) {
        let result = FTAIParser(mode: .strict).parse(ftaiContent: document.text)
        #expect(result.diagnostics.map { "\($0.code.rawValue) \($0.line):\($0.column)" } == document.problems)
    }

    @Test func invalidUTF8IsReportedAtItsFirstByte() {
        for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
            let bytes = Array("@ftai v2.0\n@goal ab".utf8) + bad + Array("\n".utf8)
            let problems = FTAIParser().parse(ftaiContent: bytes).diagnostics.filter { $0.code == .invalidUTF8 }
            #expect(problems.map(\.line) == [2])
            #expect(problems.map(\.column) == [9])
        }
    }

    @Test func longTagNamesAndTooLargeDocumentsAreRefused() {
        let name = String(repeating: "n", count: 257)
        let result = FTAIParser().parse(ftaiContent: "@ftai v2.0\n@\(name) x\n")
        #expect(result.diagnostics.first?.code == .tagNameTooLong)
        var limits = FTAIParser.Limits()
        limits.documentSize = 20
        let large = FTAIParser(limits: limits).parse(ftaiContent: "@ftai v2.0\n@goal Save time\n")
        #expect(large.document == nil)
        #expect(large.diagnostics.map(\.code) == [.fileTooLarge])
    }

    @Test func moreThan25QuotedTagsAreWorthAWarning() {
        let tags = (1...26).map { "@\"own \($0)\" x\n" }
        let parser = FTAIParser()
        #expect(parser.parse(ftaiContent: "@ftai v2.0\n" + tags.prefix(25).joined()).diagnostics.isEmpty)
        let result = parser.parse(ftaiContent: "@ftai v2.0\n" + tags.joined())
        #expect(result.diagnostics.map { "\($0.code.rawValue) \($0.line)" } == ["FTAI0015 27"])
        #expect(!result.hasErrors)
    }

    @Test func lenientReadingTurnsDeviationsIntoWarningsAndLosesNothing() throws {
        let text = "@document\n  title: \"open\n  @gaol x\n@task a\n  n:int three\n"
        let result = FTAIParser(mode: .lenient).parse(ftaiContent: text)
        #expect(!result.hasErrors)
        let document = try #require(result.document)
        #expect(document.tags.map(\.name) == ["document", "task"])
        #expect(document.tags[0].value(of: "title")?.text == "\"open")
        #expect(document.tags[0].tags.map(\.title) == ["x"])
        #expect(document.tags[1].value(of: "n")?.text == "three")
    }

    @Test func unknownTagsAreMetWithASuggestion() throws {
        let result = FTAIParser().parse(ftaiContent: "@ftai v2.0\n@taks a\n")
        #expect(try #require(result.diagnostics.first).help == "Did you mean `@task`?")
    }

    @Test func everyCodeIsUniqueAndExplained() {
        let fallback = "The document is not valid."
        for code in DiagnosticCode.allCases {
            #expect(code.cause != fallback, "\(code) has no line in the table")
            #expect(code.rawValue.hasPrefix("FTAI") && code.rawValue.count == 8)
            #expect(code.severity(in: .strict) != nil)
        }
        #expect(Set(DiagnosticCode.allCases.map(\.rawValue)).count == DiagnosticCode.allCases.count)
    }
}
