// Conversations of editors with the language server.

import FTAI
import Foundation
import Testing

@testable import LanguageServer

@Suite struct LanguageServerTests {
    private static let uri = "file:///tasks/tip.ftai"
    /// In line 8, in front of `total`, stands a character of two UTF-16 units and four bytes.
    private static let text = """
        @ftai v2.0
        @task tip
          phrases: ["tip on {bill:float} dollars"]
          @input bill:float 63
          @output tip:float
          @do
            let rate = 0.15
            var total = 0.0
            for part in [bill]
              say "🍵 {round(total, 2)}"
              total = total + doubled(n: part) * rate
            end
            return total
          @end
        @end
        @task doubled
          @input n:float
          @output twice:float
          @do
            return n * 2
          @end
        @end

        """

    private func editor() throws -> Editor {
        let editor = try Editor()
        try editor.open(Self.uri, Self.text)
        return editor
    }

    // MARK: Problems

    @Test func problemsAreToldWhenADocumentIsOpenedAndChanged() throws {
        let editor = try editor()
        #expect(editor.diagnostics[Self.uri] == [])
        // Behind a character of two units.
        try editor.change(Self.uri, 9, 21, 26, "totl")
        let problem = try #require(editor.diagnostics[Self.uri]?.first)
        #expect(problem.code == "FTAI0201" && problem.severity == 1 && problem.source == "ftai")
        #expect(problem.message.contains("Did you mean `total`?"))
        #expect(problem.range == Self.span(9, 21, 25))
        try editor.change(Self.uri, 9, 21, 25, "total")
        #expect(editor.diagnostics[Self.uri] == [])
        try editor.tell("textDocument/didClose", #"{"textDocument":{"uri":"\#(Self.uri)"}}"#)
        #expect(editor.diagnostics[Self.uri] == [])
    }

    private static func span(_ line: Int, _ from: Int, _ to: Int) -> TextSpan {
        TextSpan(start: TextPlace(line: line, character: from), end: TextPlace(line: line, character: to))
    }

    @Test func notesPointToTheirLineAndNeedlessCodeIsMarked() throws {
        let editor = try editor()
        try editor.change(Self.uri, 8, 0, 0, "    let rate = 2\n")
        let problem = try #require(editor.diagnostics[Self.uri]?.first { $0.code == "FTAI0122" })
        #expect(problem.relatedInformation?.first?.location == TextLocation(uri: Self.uri, range: Self.span(6, 0, 19)))
        try editor.change(Self.uri, 8, 8, 12, "spare")
        #expect(editor.diagnostics[Self.uri]?.first { $0.code == "FTAI0220" }?.tags == [1])
    }

    @Test func includedFilesAreReadFromTheEditorFirst() throws {
        let editor = try Editor(files: [
            "/tasks/a.ftai": "", "/tasks/b.ftai": "@ftai v2.0\n@task b\n  @do\n    say x\n  @end\n@end\n",
        ])
        try editor.open(
            "file:///tasks/a.ftai", "@ftai v2.0\n@include ./b.ftai\n@task a\n  @do\n    b()\n  @end\n@end\n")
        #expect(editor.diagnostics["file:///tasks/a.ftai"] == [])
        #expect(editor.diagnostics["file:///tasks/b.ftai"]?.first?.code == "FTAI0201")
        try editor.open("file:///tasks/b.ftai", "@ftai v2.0\n@task b\n  @do\n    say \"x\"\n  @end\n@end\n")
        #expect(editor.diagnostics["file:///tasks/b.ftai"] == [])
        try editor.change("file:///tasks/b.ftai", 1, 6, 7, "c")
        #expect(editor.diagnostics["file:///tasks/a.ftai"]?.first?.code == "FTAI0202")
        let place: TextLocation? = try editor.ask("definition", "file:///tasks/a.ftai", 1, 12)
        #expect(place?.uri == "file:///tasks/b.ftai")
        try editor.tell("textDocument/didClose", #"{"textDocument":{"uri":"file:///tasks/b.ftai"}}"#)
        #expect(editor.diagnostics["file:///tasks/a.ftai"] == [])
        #expect(editor.diagnostics["file:///tasks/b.ftai"]?.first?.code == "FTAI0201")
    }

    // MARK: Names

    /// A place, and what is said of the word there.
    static let hovers: [(line: Int, character: Int, text: String)] = [
        (6, 9, "let rate: float"), (7, 9, "var total: float"), (8, 9, "for part: float"), (8, 17, "@input bill: float"),
        (9, 16, "round(float) -> int\nround(float, int) -> string"), (9, 22, "var total: float"),
        (10, 23, "doubled(n: float) -> float\n```\n\nEffects: pure."), (10, 30, "@input n: float"),
        (4, 11, "@output tip: float"), (2, 23, "@input bill: float"),
        (
            1, 6,
            "tip(bill: float = …) -> float\n```\n\nEffects: says.\n\nAsked for with:\n- tip on {bill:float} dollars"
        ),
        (10, 35, "for part: float"), (19, 11, "@input n: float"),
    ]

    @Test(arguments: hovers)
    func whatAWordMeansIsShown(line: Int, character: Int, text: String) throws {
        let hover: Hover? = try editor().ask("hover", Self.uri, line, character)
        #expect(hover?.contents.value.contains(text) == true, "\(hover?.contents.value ?? "nothing")")
    }

    @Test(arguments: [(0, 2), (5, 4), (9, 6), (99, 0), (6, 99), (11, 5)])
    func whereThereIsNothingNothingIsShown(line: Int, character: Int) throws {
        let hover: Hover? = try editor().ask("hover", Self.uri, line, character)
        #expect(hover == nil)
    }

    @Test(arguments: [
        (10, 23, Self.span(15, 6, 13)), (9, 22, Self.span(7, 8, 13)), (8, 17, Self.span(3, 9, 13)),
        (10, 31, Self.span(16, 9, 10)), (10, 37, Self.span(8, 8, 12)), (2, 23, Self.span(3, 9, 13)),
    ])
    func declarationsAreFound(line: Int, character: Int, range: TextSpan) throws {
        let place: TextLocation? = try editor().ask("definition", Self.uri, line, character)
        #expect(place == TextLocation(uri: Self.uri, range: range))
    }

    @Test func allPlacesOfANameAreFound() throws {
        let places: [TextLocation]? = try editor().ask("references", Self.uri, 16, 9)
        #expect(places?.map(\.range) == [Self.span(10, 30, 31), Self.span(16, 9, 10), Self.span(19, 11, 12)])
        let uses: [TextLocation]? = try editor().ask(
            "references", Self.uri, 16, 9, more: #","context":{"includeDeclaration":false}"#)
        #expect(uses?.count == 2)
    }

    @Test func aNameIsChangedWhereverItStands() throws {
        let editor = try editor()
        let word: RenamableWord? = try editor.ask("prepareRename", Self.uri, 3, 10)
        #expect(word?.placeholder == "bill")
        let change: WorkspaceChange? = try editor.ask("rename", Self.uri, 3, 10, more: #","newName":"price""#)
        let edits = change?.changes[Self.uri]
        #expect(edits?.map(\.range) == [Self.span(2, 21, 25), Self.span(3, 9, 13), Self.span(8, 17, 21)])
        #expect(edits?.allSatisfy { $0.newText == "price" } == true)
    }

    @Test(arguments: [("rate", "taken"), ("if", "no name"), ("2", "no name"), ("", "no name"), ("a b", "no name")])
    func aNameThatWouldBreakTheTaskIsRefused(name: String, reason: String) throws {
        let editor = try editor()
        #expect {
            let _: WorkspaceChange? = try editor.ask("rename", Self.uri, 3, 10, more: #","newName":"\#(name)""#)
        } throws: { (($0 as? Refusal)?.message ?? "").contains(reason) }
    }

    // MARK: Outline, layout, fixes

    @Test func theOutlineShowsSectionsWithinSections() throws {
        let symbols: [DocumentSymbol]? = try editor().ask(
            "textDocument/documentSymbol", #"{"textDocument":{"uri":"\#(Self.uri)"}}"#)
        #expect(symbols?.map(\.name) == ["tip", "doubled"])
        #expect(symbols?.first?.children.map(\.name) == ["bill", "tip", "@do"])
        #expect(symbols?.first?.children.first?.detail == "float 63")
    }

    @Test func aDocumentIsLaidOutByTheLinesThatChange() throws {
        let editor = try Editor()
        try editor.open(Self.uri, Self.text.replacing("v2.0\n", with: "v2.0\n\n"))
        let options = #"{"textDocument":{"uri":"\#(Self.uri)"},"options":{"tabSize":2,"insertSpaces":true}}"#
        let none: [TextChange]? = try editor.ask("textDocument/formatting", options)
        #expect(none == [])
        try editor.change(Self.uri, 7, 0, 4, "  ")
        let changes: [TextChange]? = try editor.ask("textDocument/formatting", options)
        let lines = TextSpan(start: TextPlace(line: 7, character: 0), end: TextPlace(line: 8, character: 0))
        #expect(changes == [TextChange(range: lines, newText: "    let rate = 0.15\n")])
        try editor.change(Self.uri, 0, 0, 5, "@fta")
        let refused: [TextChange]? = try editor.ask("textDocument/formatting", options)
        #expect(refused == nil)
    }

    @Test func problemsThatAProgramCanMendAreOfferedAsActions() throws {
        let editor = try Editor()
        try editor.open(Self.uri, "@ftai\n@document\n  tags: [a,, b]\n@end\n")
        let range = #"{"start":{"line":2,"character":0},"end":{"line":2,"character":20}}"#
        func ask(_ context: String) throws -> [CodeAction] {
            let question = #"{"textDocument":{"uri":"\#(Self.uri)"},"range":\#(range),"context":\#(context)}"#
            return try editor.ask("textDocument/codeAction", question) ?? []
        }
        let all = try ask(#"{"diagnostics":[]}"#)
        #expect(all.map(\.kind) == ["quickfix", "source.fixAll"])
        #expect(all.first?.edit.changes[Self.uri] == [TextChange(range: Self.span(2, 11, 12), newText: "")])
        #expect(try ask(#"{"diagnostics":[],"only":["quickfix"]}"#).map(\.kind) == ["quickfix"])
        #expect(try ask(#"{"diagnostics":[],"only":["source"]}"#).map(\.kind) == ["source.fixAll"])
        #expect(try ask(#"{"diagnostics":[],"only":["refactor"]}"#).isEmpty)
    }

    // MARK: Completion

    /// A line in place of line 10 (within the loop), and what is and what is not offered at its end.
    static let completions: [(line: String, offered: [String], absent: [String])] = [
        ("      to", ["total", "part", "bill", "rate", "tip", "doubled", "say", "round"], ["n", "@task"]),
        ("      say to", ["total", "doubled", "null"], ["say", "let", "n"]),
        ("      say \"{to", ["total", "round"], ["say"]), ("      say \"to", [], ["total"]),
        ("      // to", [], ["total"]), ("      say \"// {to", ["total"], []), ("      let x: in", ["int"], ["total"]),
        ("      let x", [], ["total"]), ("      let x = x is st", ["string"], ["total"]),
        ("      @e", ["@end"], ["total"]),
    ]

    @Test(arguments: completions)
    func whatCanStandAtAPlaceIsOffered(line: String, offered: [String], absent: [String]) throws {
        let editor = try editor()
        try editor.change(Self.uri, 10, 0, 45, line)
        let list: CompletionList? = try editor.ask("completion", Self.uri, 10, line.utf16.count)
        let labels = list?.items.map(\.label) ?? []
        for word in offered { #expect(labels.contains(word), "\(word) in \(labels)") }
        for word in absent { #expect(!labels.contains(word), "\(word) in \(labels)") }
    }

    @Test func headsOfTasksAreCompleted() throws {
        let editor = try editor()
        try editor.change(Self.uri, 2, 0, 45, "  ph")
        let keys: CompletionList? = try editor.ask("completion", Self.uri, 2, 4)
        #expect(keys?.items.map(\.label) == ["phrases: ", "agent: ", "effects: "])
        #expect(keys?.items.first?.textEdit == TextChange(range: Self.span(2, 2, 4), newText: "phrases: "))
        try editor.change(Self.uri, 2, 0, 4, "  effects: re")
        let effects: CompletionList? = try editor.ask("completion", Self.uri, 2, 13)
        #expect(effects?.items.contains { $0.label == "reads" } == true)
        try editor.change(Self.uri, 3, 0, 45, "  @input bill:fl")
        let types: CompletionList? = try editor.ask("completion", Self.uri, 3, 16)
        #expect(types?.items.contains { $0.label == "float" } == true)
        try editor.change(Self.uri, 3, 0, 16, "  @inp")
        let tags: CompletionList? = try editor.ask("completion", Self.uri, 3, 6)
        #expect(tags?.items.first { $0.label == "@input" }?.textEdit.range == Self.span(3, 2, 6))
    }
}
