// Fixes mend what they say, and change nothing else.

import FTAI
import Testing

@Suite struct FixTests {
    private func problems(_ source: FTAISource) -> [Diagnostic] { FTAIParser().parse(source).diagnostics }

    private func fixed(_ text: String) -> (text: String, count: Int) {
        let outcome = DiagnosticFixer.fixed(FTAISource(file: "a.ftai", text: text), diagnose: problems)
        return (String(decoding: outcome.bytes, as: UTF8.self), outcome.count)
    }

    /// What is mended, before and after.
    static let mends: [(before: String, after: String)] = [
        ("@goal x\n", "@ftai v2.0\n@goal x\n"),
        ("\u{FEFF}@goal x\n", "\u{FEFF}@ftai v2.0\n@goal x\n"),
        ("@ftai lang:en\n", "@ftai v2.0 lang:en\n"),
        ("@ftai v2.0\n@config\n \tkey: value\n@end\n", "@ftai v2.0\n@config\n   key: value\n@end\n"),
        ("@ftai v2.0\n@task a\n  key: value\n", "@ftai v2.0\n@task a\n  key: value\n@end\n"),
        ("@ftai v2.0\n@task a", "@ftai v2.0\n@task a\n@end"),
        (
            "@ftai v2.0\n@task a\n  @memory m\n    k: v\n@goal x\n",
            "@ftai v2.0\n@task a\n  @memory m\n    k: v\n@goal x\n  @end\n@end\n"
        ),
        ("@ftai v2.0\n@task a\n  @memory m\n@end\n", "@ftai v2.0\n@task a\n  @memory m\n@end\n@end\n"),
        (
            "@ftai v2.0\n@document\n  title: A\n\n@goal x\n",
            "@ftai v2.0\n@document\n  title: A\n@end\n\n@goal x\n"
        ),
        ("@ftai v2.0\n@goal x\n@end\n@end\n", "@ftai v2.0\n@goal x\n@end\n"),
        ("@ftai v2.0\n@config\n  key: \"a\\qb\"\n@end\n", "@ftai v2.0\n@config\n  key: \"a\\\\qb\"\n@end\n"),
        ("@ftai v2.0\n@config\n  key: [a, , b,]\n@end\n", "@ftai v2.0\n@config\n  key: [a,  b]\n@end\n"),
        ("@ftai v2.0\n@config\n  key: [a, ]\n@end\n", "@ftai v2.0\n@config\n  key: [a ]\n@end\n"),
        (
            "@ftai v2.0\n@table T\n  a | b\n  1 | 2\n@end\n",
            "@ftai v2.0\n@table T\n  a | b\n  | --- | --- |\n  1 | 2\n@end\n"
        ),
        ("@task a\r\n  key: value\r\n", "@ftai v2.0\r\n@task a\r\n  key: value\r\n@end\r\n"),
        (
            "@ftai v2.0\r\n@table T\r\n  a\r\n  1\r\n@end\r\n",
            "@ftai v2.0\r\n@table T\r\n  a\r\n  | --- |\r\n  1\r\n@end\r\n"
        ),
    ]

    @Test(arguments: mends)
    func certainProblemsAreMended(before: String, after: String) {
        let once = fixed(before)
        #expect(once.text == after)
        #expect(once.count > 0)
        #expect(problems(FTAISource(file: "a", text: once.text)).map(\.message) == [])
        #expect(fixed(once.text).count == 0)
    }

    @Test func guessesAreOfferedAndNotApplied() throws {
        let text = "@ftai v2.0\n@taks a\n@config\n  k: \"open\n@end\n"
        let fixes = problems(FTAISource(file: "a", text: text)).compactMap(\.fix)
        #expect(fixes.map(\.message) == ["write `@task`", "close it"])
        #expect(fixes.allSatisfy { !$0.isCertain })
        #expect(fixed(text).count == 0)
    }

    @Test func mendingGoesOnUntilNoneIsLeft() {
        let lines = String(repeating: "  key: [a,]\n", count: 1_234)
        let once = fixed("@ftai v2.0\n@config\n\(lines)@end\n")
        #expect(once.count == 1_234)
        #expect(problems(FTAISource(file: "a", text: once.text)).isEmpty)
    }

    @Test func noSecondHeaderIsWritten() {
        let text = "text\n@ftai v2.0\n@goal x\n"
        #expect(fixed(text).text == text)
    }

    @Test func aRoundThatBringsErrorsIsTakenBack() {
        let source = FTAISource(file: "a.ftai", text: "@ftai v2.0\n@document\n  title: A\n@goal x\n")
        var calls = 0
        let outcome = DiagnosticFixer.fixed(source) { source in
            calls += 1
            let bad = FTAISource(file: "b.ftai", text: "@ftai v2.0\n@task a\n@end\n@end\n")
            return problems(calls == 1 ? source : bad)
        }
        #expect(calls == 2)
        #expect(outcome.count == 0 && outcome.bytes == source.bytes)
    }

    /// Whatever is broken: mending comes to an end, and a lenient reader sees the same document before and after.
    @Test func mendingKeepsTheMeaningOfBrokenDocuments() throws {
        var random = SeededGenerator(seed: 11)
        let lines = HostileDocumentTests.full.split(separator: "\n", omittingEmptySubsequences: false)
        for _ in 0..<300 {
            var kept = lines
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                kept.remove(at: Int.random(in: 0..<kept.count, using: &random))
            }
            let text = kept.joined(separator: "\n")
            let once = fixed(text).text
            #expect(fixed(once).text == once)
            let before = try #require(FTAIParser(mode: .lenient).parse(ftaiContent: text).document)
            let after = try #require(FTAIParser(mode: .lenient).parse(ftaiContent: once).document)
            let isSame = words(of: before) == words(of: after)
            #expect(isSame, "\(text)\n=====\n\(once)")
        }
    }

    /// Everything that a document says, without how it is nested.
    private func words(of document: FTAIDocument) -> [Substring] {
        FTAISerializer.serialize(document).split(whereSeparator: \.isWhitespace).filter { $0 != "@end" }
    }
}
