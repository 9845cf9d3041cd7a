// Whatever the bytes are, reading ends with a tree or a diagnostic.

import FTAI
import Testing

@Suite struct HostileDocumentTests {
    /// A document with everything in it.
    static let full = """
        @ftai v2.0 lang:en draft // header
        // a remark
        @document Notes // title
          title: "Quoted \\"text\\" \\u{1F600}"
          tags: [a, "b, c", [d, e]]
          retries:int 3 // three
          "odd key": x
          - first
          - "second" // item
          free text with **bold** and https://example.org // said

          \\@not a tag
        @end
        @schema
          required_tags: [goal]
          optional_tags:
          - mood
        @end
        @goal Save time
        @mood:string calm
        @\"my own\" tag
        @section One
          ---
        kept [tone: urgent]
            as it stands
          \\---
          ---
          @@part A
            text
          @end
          @table Prices
            | item | price |
            | --- | --- |
            | tea \\| milk | 2 |
          @end
        @end
        @task tip
          phrases: ["tip on {bill:float}"]
          @input bill:float
          @do
            say "Tip: {bill * 0.15}"

            let x = 1
          @end
        @end

        """

    @Test func theFullDocumentIsFine() {
        #expect(FTAIParser().parse(ftaiContent: Self.full).diagnostics.map(\.message) == [])
    }

    @Test func everyCutOfADocumentEndsInATreeOrADiagnostic() throws {
        let bytes = Array(Self.full.utf8)
        for length in 0...bytes.count {
            for mode in [FTAIParser.Mode.strict, .lenient] {
                try expectStable(FTAIParser(mode: mode).parse(ftaiContent: Array(bytes[..<length])))
            }
        }
    }

    @Test func randomBytesEndInATreeOrADiagnostic() throws {
        var random = SeededGenerator(seed: 7)
        let pieces = [
            "@", "@@", "@end", "\"", "[", "]", ",", "---", "|", "//", "\\", "\n", " ", "\t", "\r", ":", "- ", "task",
            "table",
            "do", "ftai v2.0", "a", "é",
        ]
        for round in 0..<2_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                if round % 2 == 0 {
                    bytes.append(UInt8.random(in: 0...255, using: &random))
                } else {
                    bytes += Array((pieces.randomElement(using: &random) ?? "").utf8)
                }
            }
            try expectStable(FTAIParser(mode: .lenient).parse(ftaiContent: bytes))
        }
    }

    @Test(arguments: [
        "@a\n\r ", "@a\n\r\n@end\n", "@config\n  a\n\n\r \n\n  b\n@end\n", "@a\n\r\n@b\n", "\r // note\n",
        "@config\n  @d x\n\r x\n@end\n",
    ])
    func aLineOfCarriageReturnsStaysALine(text: String) throws {
        try expectStable(FTAIParser(mode: .lenient).parse(ftaiContent: text))
    }

    /// What was read can be written, and reads back as the same tree; but control characters are not written.
    private func expectStable(_ result: ParseResult) throws {
        let document = try #require(result.document)
        let text = FTAISerializer.serialize(document)
        let again = try #require(FTAIParser(mode: .lenient).parse(ftaiContent: text).document)
        let isSame = again.withoutRanges == document.withoutRanges
        #expect(isSame || result.diagnostics.contains { $0.code == .controlCharacter }, "\(text)")
        #expect(FTAISerializer.serialize(again) == text)
    }

    @Test func tenThousandLevelsAreRefusedOnce() throws {
        let count = 10_000
        let open = (0..<count).map { "\(String(repeating: " ", count: $0 % 70))@section s\($0)\n" }.joined()
        let text = "@ftai v2.0\n" + open + String(repeating: "@end\n", count: count)
        let result = FTAIParser().parse(ftaiContent: text)
        #expect(result.diagnostics.map(\.code) == [.nestingTooDeep])
        #expect(result.diagnostics.map(\.line) == [66])
        let lists = "@ftai v2.0\n@goal " + String(repeating: "[", count: count) + String(repeating: "]", count: count)
        #expect(FTAIParser().parse(ftaiContent: lists).diagnostics.map(\.code) == [.nestingTooDeep])
    }

    @Test(arguments: ["x", "\"", "[", "\\", "[a,", "{", "/", " //", "é"])
    func aLineOfAMegabyteIsRead(piece: String) throws {
        let line = String(repeating: piece, count: 1_000_000 / piece.utf8.count)
        let text = "@ftai v2.0\n@config\n  key: \(line)\n  \(line)\n@end\n"
        let result = FTAIParser().parse(ftaiContent: text)
        #expect(result.document?.tags.first?.name == "config")
        let renderer = DiagnosticRenderer(useColor: false)
        let source = FTAISource(file: "long.ftai", text: text)
        for diagnostic in result.diagnostics {
            #expect(renderer.render(diagnostic, source: source).count < 2_000)
        }
    }

    @Test(arguments: ["x", "\""])
    func aLineOfTenMegabytesIsRead(piece: String) throws {
        let line = String(repeating: piece, count: 10_000_000 / piece.utf8.count)
        let result = FTAIParser().parse(ftaiContent: "@ftai v2.0\n@config\n  key: \(line)\n@end\n")
        #expect(try #require(result.document).tags.first?.entries.count == 1)
    }

    @Test func mutatedDocumentsEndInATreeOrADiagnostic() throws {
        let bytes = Array(Self.full.utf8)
        var random = SeededGenerator(seed: 19)
        for _ in 0..<400 {
            var copy = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<copy.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: copy[place] = UInt8.random(in: 0...255, using: &random)
                case 1: copy.remove(at: place)
                default: copy.insert(copy[Int.random(in: 0..<copy.count, using: &random)], at: place)
                }
            }
            try expectStable(FTAIParser(mode: .lenient).parse(ftaiContent: copy))
        }
    }

    @Test func endlessProblemsAreCutShort() {
        let text = "@ftai v2.0\n" + String(repeating: "@nonsense x\n", count: 50_000)
        let result = FTAIParser().parse(ftaiContent: text)
        #expect(result.diagnostics.count == DiagnosticCollector.limit + 1)
        #expect(result.diagnostics.last?.code == .tooManyProblems)
    }
}
