// Diagnostics in the formats that programs read.

import FTAI
import Testing

@Suite struct DiagnosticReportTests {
    private func report(_ text: String, file: String = "a b.ftai") -> DiagnosticReport {
        let source = FTAISource(file: file, text: text)
        return DiagnosticReport(files: [.init(source: source, diagnostics: FTAIParser().parse(source).diagnostics)])
    }

    private static let text = "@ftai v2.0\n@config\n  e\u{301}x: \"🌍a\\qb\"\n  n:int x\n@end\n"

    private func read(_ text: String) throws -> JSONValue { try JSONValue.read(FTAISource(file: "r", text: text)) }

    private func number(_ value: JSONValue?) -> String? {
        if case .number(let digits)? = value?.form { digits } else { nil }
    }

    private func elements(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let elements)? = value?.form { elements } else { [] }
    }

    @Test func jsonHasEveryDiagnosticWithItsFix() throws {
        let found = elements(try read(report(Self.text).rendered(.json))["diagnostics"])
        #expect(found.map { $0["code"]?.form } == [.string("FTAI0022"), .string("FTAI0025")])
        #expect(found.map { $0["line"]?.form } == [.number("3"), .number("4")])
        #expect(found.map { $0["column"]?.form } == [.number("10"), .number("9")])
        let edits = elements(found.first?["fix"]?["edits"])
        #expect(edits.map { number($0["start"]) } == ["33"])
        #expect(edits.first?["text"]?.form == .string("\\"))
    }

    @Test func sarifNamesRulesAndRegionsInCodePoints() throws {
        let log = try read(report(Self.text).rendered(.sarif))
        #expect(log["version"]?.form == .string("2.1.0"))
        let run = try #require(elements(log["runs"]).first)
        #expect(
            elements(run["tool"]?["driver"]?["rules"]).map { $0["id"]?.form } == [
                .string("FTAI0022"), .string("FTAI0025"),
            ])
        let results = elements(run["results"])
        let location = elements(results.first?["locations"]).first?["physicalLocation"]
        #expect(location?["artifactLocation"]?["uri"]?.form == .string("a%20b.ftai"))
        #expect(number(location?["region"]?["startColumn"]) == "11")
        #expect(number(location?["region"]?["endColumn"]) == "13")
        let fixes = results.map { elements($0["fixes"]).count }
        #expect(fixes == [1, 0])
    }

    @Test func githubCommandsEscapeWhatEndsThem() {
        let text = "@ftai v2.0\n@config\n  n:int 5%\n@end\n"
        #expect(
            report(text, file: "a,b:c.ftai").rendered(.github) == """
                ::error file=a%2Cb%3Ac.ftai,line=3,col=9,endColumn=11,title=FTAI0025::`5%25` is no int%0ACorrect the value or \
                the hint.

                """)
    }

    @Test func nothingFoundIsAnEmptyReport() throws {
        #expect(report("@ftai v2.0\n").rendered(.github) == "")
        #expect(report("@ftai v2.0\n").rendered(.text) == "")
        let run = elements(try read(report("@ftai v2.0\n").rendered(.sarif))["runs"]).first
        let results = elements(run?["results"])
        #expect(results.isEmpty)
        let diagnostics = elements(try read(report("@ftai v2.0\n").rendered(.json))["diagnostics"])
        #expect(diagnostics.isEmpty)
    }
}
