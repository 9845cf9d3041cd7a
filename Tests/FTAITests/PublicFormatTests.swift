// What the public format's own test vectors exercise (github.com/FolkTechAI/ftai-spec, tests/vectors, and its grammar v1.6), in
// documents of our own.

import FTAI
import Testing

@Suite struct PublicFormatTests {
    static let passing = [
        "@ftai v2.0\n\n@document Least\n  owner: Ann\n  date: 2025-05-01\n@end\n\n@section One\n  @@subsection Part\n    - do it\n@end",
        "@ftai v2.0\n@document Types\n  owner: Ann\n@end\n@goal Show types\n@constraints\n  - just one\n@end\n@tool_call probe\n  tries:int 2\n  fine:bool false\n@end",
        "@ftai v2.0\n@section Data\n  about: \"A value in quotes, with blanks.\"\n@end\n",
        "@ftai v2.0\n@section Data\n  @table Rows\n    Name | Value\n    ---  | ---\n    one | 1\n    two | 2\n  @end\n@end",
        "@ftai v2.0\n@section Last line\n  - item\n@end // with a remark, and a blank at the end \n",
        "@ftai v2.0\n@document\ntitle: Not indented\ntags: [a, b]\n\n@schema\nname: card_v1\nrequired_tags: [\"@drug\", \"@class\"]\noptional_tags: [\"@route\"]\n@end\n\n@drug\nA name\n\n@class\nAn agent\n\n@end\n",
        "@ftai v2.0\n@schema\n  required_tags:\n    - @document\n  optional_tags:\n    - @\"risk\"\n@end\n@document D\n@end\n@risk low\n",
        "@ftai v2.0\n@goal **Bold** and **not closed\n@feedback:pos\n  reasoning: It helped.\n@end\n@result Done → at last.\n",
    ]

    @Test(arguments: passing)
    func whatPassesThereIsReadAndWrittenHere(text: String) throws {
        let result = FTAIParser(mode: .strict).parse(ftaiContent: text)
        #expect(result.diagnostics.filter { $0.severity == .error }.map(\.message) == [])
        let document = try #require(result.document)
        let again = try #require(FTAIParser().parse(ftaiContent: FTAISerializer.serialize(document)).document)
        #expect(again.withoutRanges == document.withoutRanges)
    }

    /// What is wrong, and the code that says so.
    static let failing: [(text: String, code: DiagnosticCode)] = [
        ("@ftai v2.0\n@section Outer\n@@subsection Not indented\n- item\n@end\n", .subsectionNotIndented),
        ("@ftai v2.0\n@section Quotes\n  about: \"never closed\n@end\n", .quoteUnterminated),
        ("@ftai v2.0\n@table T\n  Name | Value\n  one | 1\n@end\n", .tableHeaderMissing),
        ("@ftai v2.0\n@document D\n  owner: Ann\n\n@task T\n  - no end\n", .sectionUnclosed),
        ("@ftai v2.0\n@cherry not a tag\n@end\n", .tagUnknown),
        ("// no header\n@note\ntext\n@end\n", .headerMissing),
        ("@ftai v2.0\n" + (0..<26).map { "@\"own_\($0)\" x\n" }.joined(), .tooManyQuotedTags),
        ("@ftai v2.0\n@\"task\" x\n", .quotedTagIsKnown), ("@ftai v9.9\n", .versionUnsupported),
        ("@ftai v2.0\n@debug x\n", .tagNameReserved), ("@ftai v2.0\n@2doc\n@end\n", .tagNameInvalid),
        ("@ftai v2.0\n@schema\n  requird_tags: [goal]\n@end\n", .schemaKeyUnknown),
    ]

    @Test(arguments: failing)
    func whatFailsThereIsRefusedHereForThatReason(text: String, code: DiagnosticCode) {
        #expect(FTAIParser(mode: .strict).parse(ftaiContent: text).diagnostics.map(\.code).contains(code))
    }
}
