// Documents out of JSON: the other way round, with a place for whatever does not fit.

extension FTAIDocument {
    /// Reads what ``json`` wrote.
    ///
    /// - Throws: the first problem: what is no JSON, what is no document, and what no FTAI text can express. What is returned
    ///   can be written, and reads back as the same document.
    public init(json source: FTAISource) throws(Diagnostic) {
        let value = try JSONValue.read(source)
        do throws(JSONProblem) {
            var reader = JSONDocumentReader()
            self = try reader.document(value)
        } catch {
            throw error.diagnostic(in: source)
        }
    }
}

/// Builds a tree out of a value.
private struct JSONDocumentReader {
    private static let nodeKinds = [
        "tag", "key", "item", "table", "narrative", "text", "code", "remark", "blank",
    ]

    mutating func document(_ value: JSONValue) throws(JSONProblem) -> FTAIDocument {
        let object = try Members(value, allowed: ["ftai", "attributes", "comment", "nodes"])
        var header = FTAIHeader(version: try object.required("ftai").asText(), comment: try object.text("comment"))
        for attribute in try object.array("attributes") {
            let members = try Members(attribute, allowed: ["name", "value"])
            header.attributes.append(
                .init(name: try members.required("name").asText(), value: try members.text("value")))
        }
        var nodes: [FTAINode] = []
        for node in try object.array("nodes") { nodes.append(try self.node(node)) }
        let document = FTAIDocument(header: header, nodes: nodes)
        try Self.checkWritable(document, value)
        return document
    }

    /// Writing takes care of much, but not of everything that JSON can hold.
    private static func checkWritable(_ document: FTAIDocument, _ value: JSONValue) throws(JSONProblem) {
        let result = FTAIParser(mode: .lenient).parse(ftaiContent: FTAISerializer.serialize(document))
        if result.diagnostics.contains(where: { $0.code == .versionUnsupported }) {
            let version = try Members(value, allowed: []).required("ftai")
            throw problem(version, .jsonNotADocument, "a document of this version cannot be read; the version is 2.0")
        }
        let again = result.document
        guard let again, again.withoutRanges.header == document.header else {
            throw problem(value, .jsonNotWritable, "the header cannot be written as it is")
        }
        guard again.withoutRanges != document else { return }
        let pairs = zip(document.nodes, again.nodes.map(\.withoutRanges))
        let differing = Array(pairs).firstIndex { $0.0 != $0.1 } ?? min(document.nodes.count, again.nodes.count)
        let nodes = (try? Members(value, allowed: []).array("nodes")) ?? []
        let place = nodes.indices.contains(differing) ? nodes[differing] : value
        throw problem(place, .jsonNotWritable, "this node does not read back as it is when it is written as FTAI")
    }

    private mutating func node(_ value: JSONValue) throws(JSONProblem) -> FTAINode {
        guard case .object(let members) = value.form,
            let kind = members.lazy.map(\.key).first(where: Self.nodeKinds.contains)
        else {
            throw Self.problem(value, .jsonNotADocument, "a node is an object with `tag`, `key`, `item` or the like")
        }
        switch kind {
        case "tag": return .tag(try tag(value))
        case "key": return .entry(try entry(value))
        case "item":
            let object = try Members(value, allowed: ["item", "comment"])
            return .item(FTAIItem(value: try Self.value(object["item"]), comment: try object.text("comment")))
        case "table": return .table(try table(value))
        case "blank":
            _ = try Members(value, allowed: ["blank"])
            return .blank
        default:
            let object = try Members(value, allowed: [kind, "comment"])
            let text = FTAIText(try object.required(kind).asText(), comment: try object.text("comment"))
            switch kind {
            case "narrative": return .narrative(text)
            case "code": return .code(text)
            case "remark": return .comment(text)
            default: return .text(text)
            }
        }
    }

    private mutating func tag(_ value: JSONValue) throws(JSONProblem) -> FTAITag {
        let object = try Members(
            value, allowed: ["tag", "quoted", "subsection", "type", "value", "comment", "body"])
        var tag = FTAITag(
            name: try object.required("tag").asText(), isQuoted: try object.flag("quoted"),
            isSubsection: try object.flag("subsection"), typeHint: try object.type(),
            value: try Self.value(object["value"]), comment: try object.text("comment"))
        for node in try object.array("body") { tag.body.append(try self.node(node)) }
        return tag
    }

    private func entry(_ value: JSONValue) throws(JSONProblem) -> FTAIEntry {
        let object = try Members(value, allowed: ["key", "type", "value", "comment"])
        return FTAIEntry(
            key: try object.required("key").asText(), typeHint: try object.type(),
            value: try Self.value(object["value"]), comment: try object.text("comment"))
    }

    private func table(_ value: JSONValue) throws(JSONProblem) -> FTAITable {
        let object = try Members(value, allowed: ["table"])
        let table = try Members(try object.required("table"), allowed: ["header", "rows"])
        var rows: [[String]] = []
        for row in try table.array("rows") { rows.append(try Self.cells(row)) }
        return FTAITable(header: try Self.cells(try table.required("header")), rows: rows)
    }

    private static func cells(_ row: JSONValue) throws(JSONProblem) -> [String] {
        guard case .array(let elements) = row.form else {
            throw problem(row, .jsonNotADocument, "a row of a table is an array, not \(row.kind)")
        }
        var cells: [String] = []
        for element in elements { cells.append(try element.asText()) }
        return cells
    }

    private static func value(_ value: JSONValue?) throws(JSONProblem) -> FTAIValue? {
        guard let value else { return nil }
        switch value.form {
        case .null: return nil
        case .bool(let flag): return FTAIValue(.bare(String(flag)))
        case .number(let digits): return FTAIValue(.bare(digits))
        case .string(let text): return FTAIValue(.bare(text))
        case .object: return FTAIValue(.quoted(try Members(value, allowed: ["quoted"]).required("quoted").asText()))
        case .array(let elements):
            var values: [FTAIValue] = []
            for element in elements {
                guard let value = try Self.value(element) else {
                    throw problem(element, .jsonNotADocument, "a list has no place for null")
                }
                values.append(value)
            }
            return FTAIValue(.list(values))
        }
    }

    static func problem(_ value: JSONValue, _ code: DiagnosticCode, _ message: String) -> JSONProblem {
        JSONProblem(code, value.range.start, value.range.end, message)
    }
}

/// The members of an object, with the members that it may have.
private struct Members {
    private let value: JSONValue
    private let members: [JSONValue.Member]

    /// - Parameter allowed: the keys that mean something; empty when any is fine.
    init(_ value: JSONValue, allowed: [String]) throws(JSONProblem) {
        guard case .object(let members) = value.form else {
            throw JSONDocumentReader.problem(value, .jsonNotADocument, "an object belongs here, not \(value.kind)")
        }
        for member in members where !allowed.isEmpty && !allowed.contains(member.key) {
            let meant = Spelling.suggestion(for: member.key, among: allowed)
            throw JSONProblem(
                .jsonNotADocument, member.keyRange.start, member.keyRange.end,
                "the key `\(member.key.prefix(40))` means nothing here"
                    + (meant.map { "; did you mean `\($0)`?" } ?? ""))
        }
        self.value = value
        self.members = members
    }

    subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

    func required(_ key: String) throws(JSONProblem) -> JSONValue {
        guard let value = self[key] else {
            throw JSONDocumentReader.problem(value, .jsonNotADocument, "the key `\(key)` is missing here")
        }
        return value
    }

    func text(_ key: String) throws(JSONProblem) -> String? { try self[key]?.asText() }

    func flag(_ key: String) throws(JSONProblem) -> Bool {
        guard let value = self[key] else { return false }
        guard case .bool(let flag) = value.form else {
            throw JSONDocumentReader.problem(value, .jsonNotADocument, "`\(key)` is a bool, not \(value.kind)")
        }
        return flag
    }

    func array(_ key: String) throws(JSONProblem) -> [JSONValue] {
        guard let value = self[key] else { return [] }
        guard case .array(let elements) = value.form else {
            throw JSONDocumentReader.problem(value, .jsonNotADocument, "`\(key)` is an array, not \(value.kind)")
        }
        return elements
    }

    func type() throws(JSONProblem) -> FTAIType? {
        guard let value = self["type"] else { return nil }
        guard let type = FTAIType(rawValue: try value.asText()) else {
            throw JSONDocumentReader.problem(
                value, .jsonNotADocument, "a type is int, float, bool, date or string")
        }
        return type
    }
}

extension JSONValue {
    fileprivate func asText() throws(JSONProblem) -> String {
        guard case .string(let text) = form else {
            throw JSONDocumentReader.problem(self, .jsonNotADocument, "a string belongs here, not \(kind)")
        }
        return text
    }
}
