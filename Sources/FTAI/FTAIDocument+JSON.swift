// Documents as JSON, without loss: which member holds what.

import JSONText

extension FTAIDocument {
    /// The document as JSON.
    ///
    /// A node is an object that is told by its first member: `tag`, `key`, `item`, `table`, `narrative`, `text`, `code`,
    /// `remark` or `blank`. A value is a string when it is bare, `{"quoted": …}` when it stands in quotes, an array when it is
    /// a list; where its type says so and JSON writes it the same way, it is a number or a bool.
    public var json: JSONValue {
        var members = [JSONValue.Member("ftai", .string(header.version))]
        if !header.attributes.isEmpty {
            members.append(
                .init(
                    "attributes",
                    .array(
                        header.attributes.map { attribute in
                            .object(
                                [.init("name", .string(attribute.name))]
                                    + (attribute.value.map { [.init("value", .string($0))] } ?? []))
                        })))
        }
        if let comment = header.comment { members.append(.init("comment", .string(comment))) }
        members.append(.init("nodes", .array(nodes.map(\.json))))
        return .object(members)
    }
}

extension FTAINode {
    var json: JSONValue {
        switch self {
        case .tag(let tag): tag.json
        case .entry(let entry):
            .object(
                [.init("key", .string(entry.key))] + Self.members(entry.typeHint, entry.value, comment: entry.comment))
        case .item(let item):
            .object(
                [.init("item", item.value.map { $0.json(as: nil) } ?? JSONValue(.null))]
                    + Self.members(nil, nil, comment: item.comment))
        case .table(let table):
            .object([
                .init(
                    "table",
                    .object([
                        .init("header", .array(table.header.map { .string($0) })),
                        .init("rows", .array(table.rows.map { .array($0.map { .string($0) }) })),
                    ]))
            ])
        case .narrative(let text): Self.text("narrative", text)
        case .text(let text): Self.text("text", text)
        case .code(let text): Self.text("code", text)
        case .comment(let text): Self.text("remark", text)
        case .blank: .object([.init("blank", JSONValue(.bool(true)))])
        }
    }

    private static func text(_ kind: String, _ text: FTAIText) -> JSONValue {
        .object([.init(kind, .string(text.text))] + members(nil, nil, comment: text.comment))
    }

    static func members(_ type: FTAIType?, _ value: FTAIValue?, comment: String?) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if let type { members.append(.init("type", .string(type.rawValue))) }
        if let value { members.append(.init("value", value.json(as: type))) }
        if let comment { members.append(.init("comment", .string(comment))) }
        return members
    }
}

extension FTAITag {
    var json: JSONValue {
        var members = [JSONValue.Member("tag", .string(name))]
        if isQuoted { members.append(.init("quoted", JSONValue(.bool(true)))) }
        if isSubsection { members.append(.init("subsection", JSONValue(.bool(true)))) }
        members += FTAINode.members(typeHint, value, comment: comment)
        if !body.isEmpty { members.append(.init("body", .array(body.map(\.json)))) }
        return .object(members)
    }
}

extension FTAIValue {
    func json(as type: FTAIType?) -> JSONValue {
        switch form {
        case .list(let elements): return .array(elements.map { $0.json(as: type) })
        case .quoted(let text): return .object([.init("quoted", .string(text))])
        case .bare(let text):
            switch type {
            case .int, .float: return JSONReader.isNumber(text) ? JSONValue(.number(text)) : .string(text)
            case .bool: return Bool(text).map { JSONValue(.bool($0)) } ?? .string(text)
            case .date, .string, nil: return .string(text)
            }
        }
    }
}
