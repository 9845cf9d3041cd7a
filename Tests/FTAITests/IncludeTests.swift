// Documents that include others.

import FTAI
import Testing

/// Files that exist in memory; a value that begins with `->` is a link.
private struct FilesInMemory: IncludedFiles {
    let files: [String: String]

    func canonicalPath(of path: String) -> String? {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let clean = "/" + parts.joined(separator: "/")
        if let target = files[clean], target.hasPrefix("->") { return String(target.dropFirst(2)) }
        return files[clean] != nil || clean == "/docs" ? clean : nil
    }

    func bytes(of path: String, limit: Int) -> [UInt8]? {
        files[path].map { Array($0.utf8.prefix(limit + 1)) }
    }
}

@Suite struct IncludeTests {
    private func expand(_ text: String, _ files: [String: String] = [:]) -> DocumentIncluder.Expansion {
        var all = files
        all["/docs/main.ftai"] = text
        let includer = DocumentIncluder(root: "/docs", files: FilesInMemory(files: all))
        return includer.expand(FTAISource(file: "/docs/main.ftai", text: text))
    }

    @Test func includedDocumentsTakeThePlaceOfTheirTags() throws {
        let expansion = expand(
            "@ftai v2.0\n@goal a\n@section s\n  @include ./parts/b.ftai\n@end\n@include ./c.ftai\n",
            [
                "/docs/parts/b.ftai": "@ftai v2.0\n@goal b\n@include ../c.ftai\n",
                "/docs/c.ftai": "@ftai v2.0\n@goal c\n",
            ])
        #expect(expansion.files.flatMap(\.diagnostics).map(\.message) == [])
        #expect(
            expansion.files.map(\.source.file) == [
                "/docs/main.ftai", "/docs/parts/b.ftai", "/docs/parts/../c.ftai",
            ])
        let document = try #require(expansion.document)
        #expect(document.tags.map(\.title) == ["a", "s", "c"])
        #expect(document.tags[1].tags.map(\.title) == ["b", "c"])
    }

    static let refusals: [(include: String, problem: String)] = [
        ("/docs/c.ftai", "FTAI0041 2:10"), ("~/c.ftai", "FTAI0041 2:10"), ("", "FTAI0041 2:1"),
        ("./missing.ftai", "FTAI0042 2:10"), ("../secret.ftai", "FTAI0043 2:10"), ("./link.ftai", "FTAI0043 2:10"),
        ("./sibling.ftai", "FTAI0043 2:10"), ("./main.ftai", "FTAI0044 2:10"), ("parts/../main.ftai", "FTAI0044 2:10"),
    ]

    @Test(arguments: refusals)
    func whatMayNotBeIncludedIsRefused(include: String, problem: String) {
        let expansion = expand(
            "@ftai v2.0\n@include \(include)\n",
            [
                "/docs/c.ftai": "@ftai v2.0\n", "/secret.ftai": "@ftai v2.0\n", "/docs/link.ftai": "->/secret.ftai",
                "/docs/sibling.ftai": "->/docs-private/x.ftai",
            ])
        let found = expansion.files.flatMap(\.diagnostics).map { "\($0.code.rawValue) \($0.line):\($0.column)" }
        #expect(found == [problem])
    }

    @Test func cyclesThroughOthersAreRefusedWhereTheyClose() {
        let expansion = expand(
            "@ftai v2.0\n@include ./b.ftai\n", ["/docs/b.ftai": "@ftai v2.0\n@goal b\n@include ./main.ftai\n"])
        #expect(expansion.files.map { $0.diagnostics.map(\.code) } == [[], [.includeCycle]])
        #expect(expansion.document?.tags.map(\.name) == ["goal", "include"])
    }

    @Test func depthAndNumberOfIncludesAreLimited() {
        var chain: [String: String] = [:]
        for level in 0..<40 { chain["/docs/f\(level).ftai"] = "@ftai v2.0\n@include ./f\(level + 1).ftai\n" }
        #expect(
            expand("@ftai v2.0\n@include ./f0.ftai\n", chain).files.flatMap(\.diagnostics).map(\.code) == [
                .includeTooDeep
            ])

        // Each level includes the next ten times: without a limit this would be 10^9 documents.
        var bomb: [String: String] = ["/docs/f9.ftai": "@ftai v2.0\n"]
        for level in 0..<9 {
            bomb["/docs/f\(level).ftai"] =
                "@ftai v2.0\n" + String(repeating: "@include ./f\(level + 1).ftai\n", count: 10)
        }
        let codes = Set(expand("@ftai v2.0\n@include ./f0.ftai\n", bomb).files.flatMap(\.diagnostics).map(\.code))
        #expect(codes.contains(.includeTooLarge))
    }
}
