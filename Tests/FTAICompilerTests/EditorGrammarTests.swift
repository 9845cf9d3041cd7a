// The grammar for editors knows the same words as the compiler, and colours examples as it should.

import FTAI
import Foundation
import SerenaNetBytecode
import Testing

@testable import FTAICompiler

@Suite struct EditorGrammarTests {
    private static func grammar() throws -> JSONValue {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let bytes = Array(try Data(contentsOf: root.appending(path: "docs/editor/ftai.tmLanguage.json")))
        return try JSONValue.read(FTAISource(file: "ftai.tmLanguage.json", bytes: bytes))
    }

    /// The words that a rule of the grammar chooses from: those of its longest group.
    private static func words(of rule: String) throws -> [String] {
        let text = try #require(try grammar()["repository"]?[rule]?["match"]?.string)
        let groups = text.matches(of: /\((?:\?:)?((?:[a-z_]+\|)+[a-z_]+)\)/).map {
            $0.1.split(separator: "|").map(String.init)
        }
        return try #require(groups.max { $0.count < $1.count })
    }

    @Test func everyExpressionCompilesAndEveryRuleExists() throws {
        let grammar = try Self.grammar()
        _ = try GrammarTokenizer(grammar)
        let expressions = GrammarTokenizer.expressions(in: grammar)
        #expect(expressions.count > 30)
        // Editors use Oniguruma: what the two engines understand differently is kept out.
        for expression in expressions { #expect(!expression.contains("\\p") && !expression.contains("[[:")) }
        for include in Set(GrammarTokenizer.includes(in: grammar)) {
            #expect(grammar["repository"]?[String(include.dropFirst())] != nil, "\(include)")
        }
    }

    @Test func theWordsAreThoseOfTheCompiler() throws {
        let keywords = try ["declarations", "control", "outside", "wordOperators", "constants"].flatMap(Self.words)
        #expect(keywords.sorted() == Keyword.allCases.map(\.rawValue).sorted())
        #expect(try Self.words(of: "standard").sorted() == StandardFunction.names.sorted())
        #expect(Set(try Self.words(of: "tag")) == FTAIVocabulary.tags)
        #expect(Set(try Self.words(of: "typedEntry")) == Set(FTAIType.allCases.map(\.rawValue)))
        let scalars: [ValueType] = [.int, .float, .bool, .string, .any]
        let names =
            scalars.map(\.description)
            + [ValueType.list(.int), .map(.int)].map { "\($0)".prefix { $0 != "<" }.description }
        #expect(try Self.words(of: "types").sorted() == names.sorted())
    }

    private static let example = """
        @ftai v2.0 lang:en
        // A remark.
        @document
          title: "An \\"old\\" shop"  // why
          opened:date 1998-03-14
          page: https://example.org
          - an item
        @end
        @section Hours
          ---
          Open // always [tone: friendly]
          ---
        @end
        @task tip
          phrases: ["tip on {bill:float}"]
          @input bill:list<float> [1.5]
          @do
            // the code
            let total: float = sum(bill) + round(2.5)  // all
            if not (total > 1_000.5) and share(total) != null
              say "Sum {round(total, 2)} {{ \\u{41} {upper("é")}."
            end
            let r = call weather(city: "Köln")
            return recall "x" as int ?? 3
          @end
        @end
        """

    /// A line, a piece of it, and the innermost scope that the piece has; nil when it has none.
    static let expected: [(line: Int, piece: String, scope: String?)] = [
        (1, "ftai", "keyword.other.header.ftai"), (1, "v2.0", "constant.numeric.version.ftai"),
        (2, "// A remark.", "comment.line.double-slash.ftai"), (3, "document", "entity.name.tag.known.ftai"),
        (4, "title", "entity.other.attribute-name.key.ftai"), (4, "An ", "string.quoted.double.ftai"),
        (4, "\\\"", "constant.character.escape.ftai"), (4, "// why", "comment.line.double-slash.ftai"),
        (5, "date", "storage.type.ftai"), (6, "//example.org", nil), (7, "-", "punctuation.definition.item.ftai"),
        (7, "an item", nil), (8, "end", "entity.name.tag.end.ftai"), (11, "// always", "markup.quote.narrative.ftai"),
        (11, "tone", "entity.other.attribute-name.flag.ftai"), (14, "tip", "entity.name.function.task.ftai"),
        (15, "{bill:float}", "variable.other.slot.ftai"), (16, "input", "entity.name.tag.known.ftai"),
        (16, "bill", "variable.parameter.ftai"), (16, "float", "storage.type.ftai"),
        (16, "1.5", "constant.numeric.ftai"),
        (17, "do", "entity.name.tag.do.ftai"), (18, "// the code", "comment.line.double-slash.ftai"),
        (19, "let", "storage.type.declaration.ftai"), (19, "total", "meta.embedded.code.ftai"),
        (19, "float", "storage.type.ftai"), (19, "sum", "support.function.ftai"), (19, "2.5", "constant.numeric.ftai"),
        (19, "// all", "comment.line.double-slash.ftai"), (20, "if", "keyword.control.ftai"),
        (20, "not", "keyword.operator.word.ftai"), (20, "1_000.5", "constant.numeric.ftai"),
        (20, "share", "entity.name.function.call.ftai"), (20, "!=", "keyword.operator.ftai"),
        (20, "null", "constant.language.ftai"), (21, "say", "keyword.other.outside.ftai"),
        (21, "Sum ", "string.quoted.double.code.ftai"), (21, "round", "support.function.ftai"),
        (21, "{{", "constant.character.escape.brace.ftai"), (21, "\\u{41}", "constant.character.escape.ftai"),
        (21, "upper", "support.function.ftai"), (21, "é", "string.quoted.double.code.ftai"),
        (22, "end", "keyword.control.ftai"), (23, "call", "keyword.other.outside.ftai"),
        (23, "Köln", "string.quoted.double.code.ftai"), (24, "int", "storage.type.ftai"),
        (24, "??", "keyword.operator.ftai"),
        (25, "end", "entity.name.tag.end.ftai"), (26, "end", "entity.name.tag.end.ftai"),
    ]

    @Test func anExampleIsColouredAsItShouldBe() throws {
        let scopes = try GrammarTokenizer(try Self.grammar()).scopes(of: Self.example)
        let lines = Self.example.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (line, piece, scope) in Self.expected {
            let text = lines[line - 1]
            let range = NSRange(try #require(text.range(of: piece), "\(piece) in line \(line)"), in: text)
            let found = Set((range.location..<(range.location + range.length)).map { scopes[line - 1][$0].last })
            #expect(found == [scope], "`\(piece)` in line \(line)")
        }
    }

    @Test func theExamplesOfTheLanguageEndOutsideOfEverything() throws {
        let tokenizer = try GrammarTokenizer(try Self.grammar())
        for example in try PageExample.all {
            // A tag at the end is coloured as one only when no text, no code and no narrative is still open.
            let scopes = try tokenizer.scopes(of: example.text + "@goal")
            #expect(scopes.last?.last == ["entity.name.tag.known.ftai"], "docs/language.md:\(example.line)")
        }
    }
}
