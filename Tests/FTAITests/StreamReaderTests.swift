// Reading window by window gives what reading the whole gives.

import FTAI
import Testing

@Suite struct StreamReaderTests {
    /// Hands out a text in pieces of one size.
    private func reader(
        of text: String, pieces: Int, window: Int, mode: FTAIParser.Mode = .lenient,
        limits: FTAIParser.Limits = .init()
    ) -> FTAIStreamReader {
        let bytes = Array(text.utf8)
        var position = 0
        return FTAIStreamReader(file: "document.ftai", mode: mode, limits: limits, windowSize: window) {
            let end = min(bytes.count, position + pieces)
            defer { position = end }
            return Array(bytes[position..<end])
        }
    }

    private func expectSame(_ text: String, pieces: Int, window: Int) throws {
        let whole = FTAIParser(mode: .lenient).parse(ftaiContent: text)
        var reader = reader(of: text, pieces: pieces, window: window)
        var nodes: [FTAINode] = []
        while let node = try reader.next() { nodes.append(node) }
        let document = FTAIDocument(header: try #require(reader.header), nodes: nodes).withoutRanges
        let isSame = document == whole.document?.withoutRanges
        #expect(isSame, "\(pieces) \(window)\n\(text)")
        let problems = { (diagnostics: [Diagnostic]) in
            diagnostics.filter { $0.code != .schemaTagMissing }.map { "\($0.code) \($0.line):\($0.column)" }
        }
        #expect(problems(reader.diagnostics) == problems(whole.diagnostics), "\(pieces) \(window)\n\(text)")
    }

    static let texts = [
        HostileDocumentTests.full,
        "// remark\n\n\n@ftai v2.0\n\n@document\n  title: A\n@goal x\ntext\n\n---\nnarrative\n@end\n---\n@gaol y",
        "@ftai v2.0\n@task t\n  @do\n    say \"x\"\n@end\n\n\n@config\n  n:int x\n", "@goal no header\n@note x\n", "",
        "\n",
    ]

    @Test(arguments: texts)
    func windowsOfEverySizeGiveTheSameAsTheWhole(text: String) throws {
        for window in [1, 64, 5_000] {
            for pieces in [1, 7, 5_000] { try expectSame(text, pieces: pieces, window: window) }
        }
    }

    @Test(arguments: 0..<10)
    func generatedDocumentsAreReadTheSame(seed: Int) throws {
        var generator = DocumentGenerator(seed: UInt64(500 + seed))
        for _ in 0..<10 {
            try expectSame(FTAISerializer.serialize(generator.document()), pieces: 11, window: 40)
        }
    }

    @Test func linesAreThoseOfTheWholeDocument() throws {
        var reader = reader(of: "@ftai v2.0\n@goal a\n\n@task b\n@end\n@goal c\n", pieces: 3, window: 1)
        var lines: [Int] = []
        while let node = try reader.next() {
            if node.asTag != nil { lines.append(reader.line) }
        }
        #expect(lines == [2, 4, 6])
    }

    @Test func aNodeLargerThanTheLimitEndsTheReading() {
        var limits = FTAIParser.Limits()
        limits.documentSize = 1_000
        let text = "@ftai v2.0\n@goal a\n@task t\n" + String(repeating: "  - item\n", count: 1_000)
        var reader = reader(of: text, pieces: 100, window: 100, limits: limits)
        #expect { while try reader.next() != nil {} } throws: { error in
            (error as? Diagnostic)?.code == .fileTooLarge && (error as? Diagnostic)?.line == 3
        }
    }

    @Test func schemasHoldForTheTagsBehindThemAndMissingTagsAreToldAtTheEnd() throws {
        let text = "@ftai v2.0\n@schema\n  required_tags: [mood, colour]\n@end\n@mood calm\n@mood x\n"
        var reader = reader(of: text, pieces: 10, window: 10, mode: .strict)
        while try reader.next() != nil {}
        #expect(reader.diagnostics.map(\.code) == [.schemaTagMissing])
    }
}
