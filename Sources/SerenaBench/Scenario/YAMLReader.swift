// Typed reading of a YAML tree that collects every problem with its place instead of stopping at the first.

import Instrumentation
import Yams

/// Reads values out of YAML nodes and keeps what is wrong with them.
struct YAMLReader {
    private(set) var problems: [ScenarioProblem] = []
    /// The file that is being read, where it is not the scenario's own.
    var file: String?

    mutating func report(_ message: String, at node: Node?) {
        report(message, line: node?.mark?.line ?? 1, column: node?.mark?.column ?? 1)
    }

    mutating func report(_ message: String, line: Int, column: Int) {
        // A file can be wrong in thousands of places; nobody reads more than these.
        guard problems.count < 50 else { return }
        problems.append(ScenarioProblem(line: line, column: column, message: message, file: file))
    }

    /// The fields of a mapping. Keys that are not `known` are reported.
    mutating func fields(of node: Node, as subject: String, known: [String]) -> [String: Node]? {
        guard case .mapping(let mapping) = node else {
            report("\(subject) must be a mapping of keys to values, not \(Self.kind(of: node))", at: node)
            return nil
        }
        var fields: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = text(key, as: "a key of \(subject)") else { continue }
            guard known.contains(name) else {
                report(
                    "\(subject) has no key '\(name)'\(Suggestion.phrase(for: name, among: known))", at: key)
                continue
            }
            fields[name] = value
        }
        return fields
    }

    /// The entries of a mapping whose keys are free, in the order of the file.
    mutating func entries(of node: Node, as subject: String) -> [(
        key: String, keyNode: Node, value: Node
    )] {
        guard case .mapping(let mapping) = node else {
            report(
                "\(subject) must be a mapping of names to values, not \(Self.kind(of: node))", at: node)
            return []
        }
        var entries: [(key: String, keyNode: Node, value: Node)] = []
        for (key, value) in mapping {
            guard let name = text(key, as: "a key of \(subject)") else { continue }
            entries.append((name, key, value))
        }
        return entries
    }

    mutating func list(_ node: Node, as subject: String) -> [Node]? {
        guard case .sequence(let sequence) = node else {
            report("\(subject) must be a list, not \(Self.kind(of: node))", at: node)
            return nil
        }
        return Array(sequence)
    }

    /// A list, or a single value that stands for a list of one.
    func listOrSingle(_ node: Node) -> [Node] {
        if case .sequence(let sequence) = node { return Array(sequence) }
        return [node]
    }

    /// Text that is not empty.
    mutating func text(_ node: Node, as subject: String, limit: Int = 2_000) -> String? {
        guard case .scalar(let scalar) = node, node.null == nil else {
            report("\(subject) must be text, not \(Self.kind(of: node))", at: node)
            return nil
        }
        guard !scalar.string.allSatisfy(\.isWhitespace) else {
            report("\(subject) must not be empty", at: node)
            return nil
        }
        guard scalar.string.count <= limit else {
            report("\(subject) is longer than \(limit) characters", at: node)
            return nil
        }
        return scalar.string
    }

    mutating func integer(_ node: Node, as subject: String, in range: ClosedRange<Int>) -> Int? {
        guard case .scalar = node, let value = node.int else {
            report("\(subject) must be a whole number, not \(Self.kind(of: node))", at: node)
            return nil
        }
        guard range.contains(value) else {
            report(
                "\(subject) must lie between \(range.lowerBound) and \(range.upperBound), not at \(value)",
                at: node)
            return nil
        }
        return value
    }

    mutating func number(_ node: Node, as subject: String, in range: ClosedRange<Double>) -> Double? {
        guard case .scalar = node, let value = node.float, value.isFinite else {
            report("\(subject) must be a number, not \(Self.kind(of: node))", at: node)
            return nil
        }
        guard range.contains(value) else {
            report(
                "\(subject) must lie between \(range.lowerBound) and \(range.upperBound), not at \(value)",
                at: node)
            return nil
        }
        return value
    }

    mutating func bool(_ node: Node, as subject: String) -> Bool? {
        guard case .scalar = node, let value = node.bool else {
            report("\(subject) must be true or false, not \(Self.kind(of: node))", at: node)
            return nil
        }
        return value
    }

    mutating func duration(_ node: Node, as subject: String) -> Duration? {
        guard let text = text(node, as: subject) else { return nil }
        guard let duration = DurationText.parse(text) else {
            report("\(subject) must be a duration such as 500ms or 1.5s, not '\(text)'", at: node)
            return nil
        }
        return duration
    }

    /// One of the raw values of an enumeration.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: Node, as subject: String, of type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let text = text(node, as: subject) else { return nil }
        if let value = Choice(rawValue: text) { return value }
        let known = Choice.allCases.map(\.rawValue)
        let suggestion = Suggestion.phrase(for: text, among: known)
        report(
            "\(subject) must be one of \(known.joined(separator: ", ")), not '\(text)'\(suggestion)",
            at: node)
        return nil
    }

    /// A name that is safe in a file name.
    mutating func name(_ node: Node, as subject: String) -> String? {
        guard let text = text(node, as: subject, limit: 64) else { return nil }
        let isSafe = text.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" || $0 == "_"
        }
        guard isSafe else {
            report(
                "\(subject) may hold lower-case letters, digits, '-' and '_' only, not '\(text)'", at: node)
            return nil
        }
        return text
    }

    private static func kind(of node: Node) -> String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar(let scalar): node.null != nil ? "nothing" : "'\(scalar.string.prefix(40))'"
        }
    }
}
