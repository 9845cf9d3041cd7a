// The public format's own test vectors, where somebody has them: SERENA_FTAI_VECTORS names the folder `tests/vectors` of
// github.com/FolkTechAI/ftai-spec.

import FTAI
import Foundation
import Testing

/// Where the vectors are.
private enum PublicVectors {
    static let folder = ProcessInfo.processInfo.environment["SERENA_FTAI_VECTORS"].map {
        URL(filePath: $0, directoryHint: .isDirectory)
    }

    /// The documents of a folder within, by name.
    static func documents(_ name: String) -> [String] {
        guard let folder else { return [] }
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path())
        return (names ?? []).filter { $0.hasSuffix(".ftai") }.sorted()
    }

    static func source(_ name: String, in part: String) throws -> FTAISource {
        let file = try #require(folder).appending(path: part).appending(path: name)
        return FTAISource(file: name, bytes: [UInt8](try Data(contentsOf: file)))
    }
}

@Suite(.enabled(if: PublicVectors.folder != nil, "SERENA_FTAI_VECTORS names no folder"))
struct PublicVectorTests {
    @Test func thereAreVectors() {
        #expect(!PublicVectors.documents("pass").isEmpty && !PublicVectors.documents("fail").isEmpty)
    }

    @Test(arguments: PublicVectors.documents("pass"))
    func whatPassesThereIsReadAndSurvivesWritingAndJSON(name: String) throws {
        let result = FTAIParser(mode: .strict).parse(try PublicVectors.source(name, in: "pass"))
        #expect(result.diagnostics.filter { $0.severity == .error }.map(\.message) == [])
        let document = try #require(result.document)
        let again = FTAIParser(mode: .strict).parse(ftaiContent: FTAISerializer.serialize(document))
        #expect(again.document?.withoutRanges == document.withoutRanges)
        let json = FTAISource(file: name, text: document.json.text())
        #expect(try FTAIDocument(json: json).withoutRanges == document.withoutRanges)
    }

    /// The error that each of them is about. Two have no header, and what they are about is a warning here.
    private static let reasons: [String: DiagnosticCode] = [
        "fail_bad_indent.ftai": .subsectionNotIndented, "fail_bad_quotes.ftai": .quoteUnterminated,
        "fail_bad_table_header.ftai": .tableHeaderMissing, "fail_missing_end.ftai": .sectionUnclosed,
        "fail_unknown_tag.ftai": .tagUnknown, "fail_no_color_test.ftai": .tagUnknown,
        "fail_long.ftai": .headerMissing, "fail_quoted_tag_overflow.ftai": .headerMissing,
    ]

    @Test(arguments: PublicVectors.documents("fail"))
    func whatFailsThereIsRefusedForItsReason(name: String) throws {
        let errors = FTAIParser(mode: .strict).parse(try PublicVectors.source(name, in: "fail")).diagnostics
            .filter { $0.severity == .error }
        #expect(!errors.isEmpty)
        if let reason = Self.reasons[name] {
            #expect(errors.contains { $0.code == reason }, "\(errors.map(\.message))")
        }
    }
}
