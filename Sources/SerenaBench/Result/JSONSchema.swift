// Holds a document against one of the JSON Schemas that ship with the program.

/// The schemas that the program publishes, by the kind of document that they describe.
public enum SchemaKind: String, CaseIterable, Sendable {
    case result, baseline, recording, history, ab, serviceTimes, simulation, suite, gate, sweep

    /// The schema as it is published.
    public var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    fileprivate var bytes: [UInt8] {
        switch self {
        case .result: PackageResources.result_schema_json
        case .baseline: PackageResources.baseline_schema_json
        case .recording: PackageResources.recording_schema_json
        case .history: PackageResources.history_schema_json
        case .ab: PackageResources.ab_schema_json
        case .serviceTimes: PackageResources.service_times_schema_json
        case .simulation: PackageResources.simulation_schema_json
        case .suite: PackageResources.suite_schema_json
        case .gate: PackageResources.gate_schema_json
        case .sweep: PackageResources.sweep_schema_json
        }
    }
}

/// The part of JSON Schema (draft 2020-12) that the program's own schemas use: `type`, `required`, `properties`,
/// `additionalProperties`, `items`, `enum`, `const`, `minimum`, `maximum`, `$ref` to `$defs`. Notes such as `title` are skipped.
struct JSONSchema {
    private let root: JSONNode

    init(_ kind: SchemaKind) throws(JSONProblem) {
        root = try JSONScanner.parse(kind.bytes)
    }

    init(root: JSONNode) {
        self.root = root
    }

    /// The first thing in `document` that does not fit, in the order of the schema; nil when all fits.
    func problem(in document: JSONNode) -> JSONProblem? {
        problem(of: document, at: "", against: root)
    }

    private func problem(of node: JSONNode, at path: String, against schema: JSONNode) -> JSONProblem? {
        if let reference = schema["$ref"]?.text {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            guard let target = root["$defs"]?[name] else {
                return JSONProblem(offset: node.offset, message: "the schema has no '\(reference)'")
            }
            return problem(of: node, at: path, against: target)
        }
        if let choices = schema["anyOf"]?.elements {
            let problems = choices.map { problem(of: node, at: path, against: $0) }
            // Null is always one of the choices; what is wrong with the other one tells more.
            return problems.contains { $0 == nil } ? nil : problems.first ?? nil
        }
        guard isOfType(node, schema["type"]), isAllowed(node, schema) else {
            return JSONProblem(
                offset: node.offset, message: "'\(path)' has a value that does not fit" + wanted(by: schema))
        }
        if let members = node.members { return problem(of: members, in: node, at: path, against: schema) }
        if let elements = node.elements, let items = schema["items"] {
            for (index, element) in elements.enumerated() {
                if let found = problem(of: element, at: "\(path)[\(index)]", against: items) { return found }
            }
        }
        return nil
    }

    private func problem(
        of members: [JSONNode.Member], in node: JSONNode, at path: String, against schema: JSONNode
    ) -> JSONProblem? {
        let known = Dictionary(
            (schema["properties"]?.members ?? []).map { ($0.key, $0.node) }, uniquingKeysWith: { first, _ in first })
        let present = Set(members.map(\.key))
        func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
        let others = schema["additionalProperties"]
        for member in members {
            if let expected = known[member.key] ?? (others?.members == nil ? nil : others) {
                if let found = problem(of: member.node, at: place(member.key), against: expected) { return found }
            } else if case .bool(false) = others?.value {
                let hint = Suggestion.phrase(for: member.key, among: known.keys.filter { !present.contains($0) })
                return JSONProblem(
                    offset: member.keyOffset, message: "unknown key '\(place(member.key))'\(hint)")
            }
        }
        for key in (schema["required"]?.elements ?? []).compactMap(\.text) where !present.contains(key) {
            return JSONProblem(offset: node.offset, message: "'\(place(key))' is missing")
        }
        return nil
    }

    private func isOfType(_ node: JSONNode, _ type: JSONNode?) -> Bool {
        guard let type else { return true }
        let names = type.elements?.compactMap(\.text) ?? [type.text ?? ""]
        return names.contains { name in
            switch (name, node.value) {
            case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object),
                ("number", .number), ("integer", .number(_, isInteger: true)):
                true
            default: false
            }
        }
    }

    private func isAllowed(_ node: JSONNode, _ schema: JSONNode) -> Bool {
        if let choices = schema["enum"]?.elements ?? schema["const"].map({ [$0] }) {
            guard choices.contains(where: { isSame($0, node) }) else { return false }
        }
        guard case .number(let number, _) = node.value else { return true }
        if case .number(let least, _) = schema["minimum"]?.value, number < least { return false }
        if case .number(let most, _) = schema["maximum"]?.value, number > most { return false }
        return true
    }

    private func isSame(_ left: JSONNode, _ right: JSONNode) -> Bool {
        switch (left.value, right.value) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.string(let one), .string(let other)): one == other
        case (.number(let one, _), .number(let other, _)): one == other
        default: false
        }
    }

    /// What would have fitted, in a phrase.
    private func wanted(by schema: JSONNode) -> String {
        if let choices = schema["enum"]?.elements {
            let names = choices.map { choice in
                switch choice.value {
                case .string(let text): "'\(text)'"
                case .number(let number, _): "\(Int(number))"
                default: "null"
                }
            }
            return "; it is one of \(names.joined(separator: ", "))"
        }
        guard let type = schema["type"] else { return "" }
        let names = type.elements?.compactMap(\.text) ?? [type.text ?? ""]
        let least = schema["minimum"].flatMap { node in
            if case .number(let number, _) = node.value { number } else { nil }
        }
        return "; it must be \(names.joined(separator: " or "))" + (least.map { ", at least \(Int($0))" } ?? "")
    }
}
