// Documents of every kind of node, made from a seed.

import FTAI

/// Makes documents of every kind of node, with texts that are easily mistaken for something else.
struct DocumentGenerator {
    private var random: SeededGenerator
    static let words = [
        "a", "Save time", "@end", "@task x", "key: value", "- item", "---", "\\---", "// no comment", "a // b",
        "https://x.y",
        "\"quoted\"", "5\" disk", "[a, b", "[a]", "\\", "\\@x", "\\// x", "x | y", "ünïcode 世界", "a\\b", "true", "{x}",
        "a, b",
        "tab\there", "line\nbreak", " blanks ", "", "end", "x]", "C:\\new", "\u{7}bell", "|", "tone:", "a:b", "\r",
        "\u{85}",
        "\u{2028}", "e\u{301}",
    ]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private mutating func chance() -> Bool { Bool.random(using: &random) }

    mutating func document() -> FTAIDocument {
        var header = FTAIHeader()
        if chance() { header.attributes = [.init(name: "lang", value: "en"), .init(name: "draft", value: nil)] }
        if chance() { header.comment = "about this" }
        return FTAIDocument(header: header, nodes: body(depth: 0))
    }

    private mutating func body(depth: Int) -> [FTAINode] {
        var nodes: [FTAINode] = []
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            if !nodes.isEmpty, chance(), nodes.last != .blank { nodes.append(.blank) }
            nodes.append(node(depth: depth))
        }
        return nodes
    }

    private mutating func node(depth: Int) -> FTAINode {
        switch Int.random(in: 0..<(depth < 4 ? 8 : 5), using: &random) {
        case 0: .entry(FTAIEntry(key: pick(["key", "odd key", "a.b-c", "9", "ü"]), value: value(), comment: comment()))
        case 1: .item(FTAIItem(value: value(), comment: comment()))
        case 2: .text(FTAIText(line(), comment: comment()))
        case 3: .narrative(FTAIText(lines()))
        case 4: .comment(FTAIText(pick(["a remark", "", "// x", "@end"])))
        case 5: .tag(FTAITag.table("T", header: ["a", "b | c"], rows: [[cell(), cell()], [cell(), cell()]]))
        case 6:
            .tag(
                .section("task", title: "t", [.section("do", [.code(FTAIText(pick(["  say \"x\"\n\n  // y", "a"])))])]))
        default: .tag(tag(depth: depth))
        }
    }

    private mutating func tag(depth: Int) -> FTAITag {
        FTAITag(
            name: pick(["goal", "section", "document", "memory", "context", "my own"]), isQuoted: false,
            isSubsection: false, typeHint: nil, value: value(), body: body(depth: depth + 1), comment: comment()
        ).normalized
    }

    private mutating func value() -> FTAIValue? {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: nil
        case 1: .list([pick(Self.words), pick(Self.words)])
        default: .text(pick(Self.words))
        }
    }

    private mutating func comment() -> String? { chance() ? nil : pick(["why", "see https://x.y", "a // b"]) }

    /// A line of free text: not empty, and without blanks at its ends or line breaks in it.
    private mutating func line() -> String {
        pick(
            Self.words.filter { word in
                !word.isEmpty && word.first != " " && word.allSatisfy { !$0.isNewline } && word != "\u{7}bell"
            })
    }

    private mutating func lines() -> String {
        pick(["", "one", "one\n\n  two", "---", "\\---\n---", "@end\n- x", "\\\\--- // x"])
    }

    private mutating func cell() -> String { pick(["", "x", "a | b", "\\", "---", "// x", "@end"]) }
}

extension FTAITag {
    /// A name that is no word is written in quotes.
    fileprivate var normalized: FTAITag {
        var copy = self
        copy.isQuoted = name.contains(" ")
        return copy
    }
}
