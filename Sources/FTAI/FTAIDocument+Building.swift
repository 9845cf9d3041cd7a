// Short ways to build a document, for logs and tests.

extension FTAITag {
    /// `@name title … @end`
    public static func section(_ name: String, title: String? = nil, _ body: [FTAINode]) -> FTAITag {
        FTAITag(name: name, value: title.map(FTAIValue.text), body: body)
    }

    /// `@name value`
    public static func single(_ name: String, _ value: String) -> FTAITag {
        FTAITag(name: name, value: .text(value))
    }

    /// `@table title … @end`
    public static func table(_ title: String?, header: [String], rows: [[String]]) -> FTAITag {
        .section("table", title: title, [.table(FTAITable(header: header, rows: rows))])
    }
}

extension FTAINode {
    /// `key: value`
    public static func entry(_ key: String, _ value: String) -> FTAINode {
        .entry(FTAIEntry(key: key, value: .text(value)))
    }

    /// `key:int 3`
    public static func entry(_ key: String, _ value: Int) -> FTAINode {
        .entry(FTAIEntry(key: key, typeHint: .int, value: .text(String(value))))
    }

    /// `key:float 0.5`; what is not finite has no place in the format and becomes text.
    public static func entry(_ key: String, _ value: Double) -> FTAINode {
        .entry(FTAIEntry(key: key, typeHint: value.isFinite ? .float : nil, value: .text(String(value))))
    }

    /// `key:bool true`
    public static func entry(_ key: String, _ value: Bool) -> FTAINode {
        .entry(FTAIEntry(key: key, typeHint: .bool, value: .text(String(value))))
    }

    /// `key: [a, b]`
    public static func entry(_ key: String, _ values: [String]) -> FTAINode {
        .entry(FTAIEntry(key: key, value: .list(values)))
    }

    /// `- text`
    public static func item(_ text: String) -> FTAINode { .item(FTAIItem(value: .text(text))) }

    /// A line of free text.
    public static func line(_ text: String) -> FTAINode { .text(FTAIText(text)) }

    /// Text between two `---`.
    public static func prose(_ text: String) -> FTAINode { .narrative(FTAIText(text)) }

    /// `// text`
    public static func remark(_ text: String) -> FTAINode { .comment(FTAIText(text)) }

    public static func section(_ name: String, title: String? = nil, _ body: [FTAINode]) -> FTAINode {
        .tag(.section(name, title: title, body))
    }

    public static func single(_ name: String, _ value: String) -> FTAINode { .tag(.single(name, value)) }
}

extension FTAINode {
    var withoutRanges: FTAINode {
        switch self {
        case .tag(var tag):
            tag.range = .none
            tag.nameRange = .none
            tag.value = tag.value?.withoutRanges
            tag.body = tag.body.map(\.withoutRanges)
            return .tag(tag)
        case .entry(var entry):
            entry.range = .none
            entry.keyRange = .none
            entry.value = entry.value?.withoutRanges
            return .entry(entry)
        case .item(let item): return .item(FTAIItem(value: item.value?.withoutRanges, comment: item.comment))
        case .table(let table): return .table(FTAITable(header: table.header, rows: table.rows))
        case .narrative(let text): return .narrative(FTAIText(text.text, comment: text.comment))
        case .text(let text): return .text(FTAIText(text.text, comment: text.comment))
        case .code(let text): return .code(FTAIText(text.text, comment: text.comment))
        case .comment(let text): return .comment(FTAIText(text.text, comment: text.comment))
        case .blank: return .blank
        }
    }
}

extension FTAIValue {
    var withoutRanges: FTAIValue {
        guard case .list(let elements) = form else { return FTAIValue(form) }
        return FTAIValue(.list(elements.map(\.withoutRanges)))
    }
}
