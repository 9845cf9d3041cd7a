// What is written reads back as the same tree, and is written the same again.

import FTAI
import Testing

@Suite struct RoundTripTests {
    @Test(arguments: 0..<40)
    func generatedDocumentsReadBackAsTheyAre(seed: Int) throws {
        var generator = DocumentGenerator(seed: UInt64(seed))
        for _ in 0..<25 {
            let document = generator.document()
            let text = FTAISerializer.serialize(document)
            let result = FTAIParser(mode: .lenient).parse(ftaiContent: text)
            let again = try #require(result.document)
            let isSame = again.withoutRanges == document
            #expect(isSame, "\(text)")
            #expect(FTAISerializer.serialize(again) == text)
            let errors = result.diagnostics.filter { $0.severity == .error }
            #expect(errors.map(\.message) == [], "\(text)")
        }
    }

    @Test func aLogCanBeBuiltAndAppendedTo() throws {
        let document = FTAIDocument(tags: [
            .section(
                "task", title: "turn 3",
                [
                    .entry("transcript", "hello // there"), .entry("count", 3), .entry("share", 0.5),
                    .entry("done", true), .entry("words", ["a", "b, c"]), .entry("due date", "\"now\""),
                ])
        ])
        let text = FTAISerializer.serialize(document)
        #expect(
            text == """
                @ftai v2.0

                @task turn 3
                  transcript: "hello // there"
                  count:int 3
                  share:float 0.5
                  done:bool true
                  words: [a, "b, c"]
                  "due date": "\\"now\\""
                @end

                """)
        let longer = text + FTAISerializer.serialize(.section("task", title: "turn 4", [.item("-")]))
        let read = FTAIParser().parse(ftaiContent: longer)
        #expect(read.diagnostics.isEmpty)
        #expect(try #require(read.document).tags.map { $0.title } == ["turn 3", "turn 4"])
        #expect(try #require(read.document).tags[0].value(of: "transcript")?.text == "hello // there")
    }

    @Test func inlineFlagsAreData() throws {
        let document = try #require(
            FTAIParser().parse(ftaiContent: "@ftai v2.0\n---\nA [tone: urgent] and [not a flag] and [x:y].\n---\n")
                .document)
        guard case .narrative(let text)? = document.nodes.first else {
            Issue.record("no narrative")
            return
        }
        #expect(text.flags == [InlineFlag(name: "tone", value: "urgent"), InlineFlag(name: "x", value: "y")])
    }

    @Test func rangesTellWhereNodesStand() throws {
        let text = "@ftai v2.0\n@task tip\n  agent: \"me\" // c\n  @do\n    say \"x\"\n  @end\n@end\n"
        let source = FTAISource(file: "t", text: text)
        let document = try #require(FTAIParser().parse(source).document)
        let task = document.tags[0]
        #expect(source.text(task.range) == text.dropFirst(11).dropLast())
        #expect(source.text(task.nameRange) == "@task")
        #expect(task.value.map { source.text($0.range) } == "tip")
        #expect(task.entries[0].value.map { source.text($0.range) } == "\"me\"")
        #expect(task.tags[0].body[0].range.map { source.text($0) } == "    say \"x\"")
    }
}
