// Tags: what their names mean, and that each copy is a value of its own.

import Testing

@testable import FTAI

@Suite struct TagTests {
    @Test(arguments: TagWord.allCases)
    func aWordIsTheOneThatIsSpelledSo(word: TagWord) {
        #expect(TagWord(word.rawValue) == word)
        #expect(TagWord(word.rawValue.uppercased()) == word)
        #expect(FTAIVocabulary.tags.contains(word.rawValue))
        #expect(!FTAIVocabulary.isReserved(word.rawValue))
        #expect(word.isClosedSection == FTAIVocabulary.closedSections.contains(word.rawValue))
    }

    @Test func everySectionThatMustBeClosedHasAWord() {
        for name in FTAIVocabulary.closedSections { #expect(TagWord(name)?.rawValue == name) }
    }

    @Test(arguments: ["", "tas", "tasks", "t\u{E4}sk", "protocols", "\u{0}task", "TA\u{17F}K", "@task", "ta sk"])
    func whatIsSpelledOtherwiseIsNoWord(name: String) {
        #expect(TagWord(name) == nil)
    }

    @Test func theWordFollowsTheName() {
        var tag = FTAITag(name: "task")
        #expect(tag.word == .task)
        tag.name = "Memory"
        #expect(tag.word == .memory)
        tag.name = "goal"
        #expect(tag.word == nil)
    }

    @Test func copiesChangeOnTheirOwn() {
        let tag = FTAITag.section("memory", title: "episode", [.entry("key", "a")])
        var copy = tag
        copy.name = "task"
        copy.isQuoted = true
        copy.isSubsection = true
        copy.typeHint = .int
        copy.value = nil
        copy.comment = "changed"
        copy.range = SourceRange(1, 2)
        copy.nameRange = SourceRange(3, 4)
        copy.body.append(.blank)
        #expect(tag == .section("memory", title: "episode", [.entry("key", "a")]))
        #expect(
            copy
                == FTAITag(
                    name: "task", isQuoted: true, isSubsection: true, typeHint: .int,
                    body: [.entry("key", "a"), .blank],
                    comment: "changed", range: SourceRange(1, 2), nameRange: SourceRange(3, 4)))
        #expect(tag.hashValue == FTAITag.section("memory", title: "episode", [.entry("key", "a")]).hashValue)
    }

    @Test func aTagWithinATagIsChangedThereAlone() throws {
        let inner = FTAITag.single("goal", "Save time")
        let outer = FTAITag.section("task", [.tag(inner)])
        var changed = outer
        if case .tag(var part) = changed.body[0] {
            part.value = .text("Take time")
            changed.body[0] = .tag(part)
        }
        #expect(outer.tags.map(\.title) == ["Save time"])
        #expect(changed.tags.map(\.title) == ["Take time"])
        #expect(inner.title == "Save time")
    }

    @Test func codeThatIsNotWantedHasItsPlaceOnly() throws {
        let text = "@ftai v2.0\n@task a\n  @do\n    say 1\n\n  @end\n@end\n@task b\n  @do\n  @end\n@end\n"
        let source = FTAISource(file: "test.ftai", text: text)
        var problems = DiagnosticCollector(source: source, mode: .strict)
        let bare = try #require(FTAIParser().parse(source, keepsCode: false, problems: &problems))
        let whole = try #require(FTAIParser().parse(source).document)
        let code = { (document: FTAIDocument) in document.tags.flatMap(\.tags).map { $0.body.compactMap(\.range) } }
        #expect(code(bare) == code(whole))
        #expect(code(whole).map(\.count) == [1, 0])
        #expect(bare.tags.flatMap(\.tags).flatMap(\.body) == [.code(FTAIText("", range: code(whole)[0][0]))])
    }

    @Test(arguments: [
        "", "a", "fifteen bytes..", "sixteen bytes...", "\u{E4}\u{20AC}\u{1F600}", "a\u{301} tail that is long",
    ])
    func theTextOfAPartIsItsBytes(text: String) {
        let bytes = Array("<\(text)>".utf8)
        #expect(bytes.withSourceBytes { $0.text(1, $0.count - 1) } == text)
        #expect(String.of(bytes, 1, bytes.count - 1) == text)
    }

    @Test(arguments: [
        (code: "    say \"mail me @end\"\n", lines: 1), (code: "    say 1\n  @ end\n", lines: 2),
        (code: "    say 1 // @end\n\t @endless\n", lines: 2), (code: "\n\n", lines: 2),
    ])
    func onlyAnEndThatIsFirstOnItsLineEndsCode(code: String, lines: Int) throws {
        for ending in ["\n", "\r\n"] {
            let text = "@ftai v2.0\n@task a\n  @do\n\(code) \t@end\n@end\n"
            let source = FTAISource(file: "test.ftai", text: text.replacing("\n", with: ending))
            let document = try #require(FTAIParser().parse(source).document)
            let range = try #require(document.tags.first?.tags.first?.body.first?.range)
            #expect(range == SourceRange(source.lineRange(4).lowerBound, source.lineRange(3 + lines).upperBound))
        }
    }

    @Test func bytesThatAreNoTextAreReplaced() {
        #expect(String.of([0x61, 0xFF, 0x62], 0, 3) == "a\u{FFFD}b")
    }
}
