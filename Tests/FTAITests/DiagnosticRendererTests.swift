// How diagnostics look: the caret stands under what is meant.

import FTAI
import Testing

@Suite struct DiagnosticRendererTests {
    private func render(_ text: String, useColor: Bool = false) -> String {
        let source = FTAISource(file: "a.ftai", text: text)
        let result = FTAIParser().parse(source)
        return DiagnosticRenderer(useColor: useColor).render(result.diagnostics, source: source)
    }

    @Test func aDiagnosticShowsPlaceLineCaretAndHelp() {
        #expect(
            render("@ftai v2.0\n@taks tip\n") == """
                a.ftai:2:1: error: unknown tag `@taks` [FTAI0014]
                 2 | @taks tip
                   | ^~~~~
                   = help: Did you mean `@task`?
                1 error

                """)
    }

    @Test func tabsAndWideCharactersDoNotShiftTheCaret() {
        let lines = render("@ftai v2.0\n@config\n\t日本:int x\n@end\n").split(separator: "\n")
        #expect(lines[1] == " 3 |     日本:int x")
        #expect(lines[2] == "   |              ^")
    }

    @Test func longLinesAreCutAroundTheCaret() throws {
        let filler = String(repeating: "x", count: 500)
        let lines = render("@ftai v2.0\n@config\n  \(filler):int bad\(filler)\n@end\n").split(separator: "\n")
        let text = try #require(lines.dropFirst().first)
        let caret = try #require(lines.dropFirst(2).first?.firstIndex(of: "^"))
        let offset = lines[2].distance(from: lines[2].startIndex, to: caret)
        #expect(text.count <= 110)
        #expect(text.dropFirst(offset).hasPrefix("bad"))
    }

    @Test func controlCharactersAreNotPassedToTheTerminal() {
        let output = render("@ftai v2.0\n@goal \u{1B}]0;title\u{7}\n")
        #expect(!output.contains("\u{1B}") && !output.contains("\u{7}"))
    }

    @Test func colourIsUsedOnlyWhenAsked() {
        #expect(render("@ftai v2.0\n@taks x\n", useColor: true).contains("\u{1B}[1;31merror:\u{1B}[0m"))
        #expect(!render("@ftai v2.0\n@taks x\n").contains("\u{1B}"))
    }
}
