// From the text of a scenario file to a scenario, or to everything that is wrong with it.

import AssistantInterface
import Foundation
import Instrumentation
import Yams

extension Scenario {
    /// The largest scenario file that is read, in bytes.
    public static let largestFile = 1 << 20
    /// The most steps that a scenario may have.
    public static let mostSteps = 1_000

    /// Reads the text of a scenario file.
    ///
    /// - Parameters:
    ///   - yaml: the text.
    ///   - path: names the file in messages.
    /// - Throws: ``ScenarioError`` with every problem, each with line and column.
    public static func parse(_ yaml: String, path: String) throws(ScenarioError) -> Scenario {
        var reader = YAMLReader()
        guard let root = compose(yaml, &reader) else {
            throw ScenarioError(path: path, problems: reader.problems)
        }
        let scenario = Self.scenario(from: root, &reader)
        guard let scenario, reader.problems.isEmpty else {
            let problems = reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
            throw ScenarioError(path: path, problems: problems)
        }
        return scenario
    }

    private static func compose(_ yaml: String, _ reader: inout YAMLReader) -> Node? {
        guard yaml.utf8.count <= largestFile else {
            reader.report("the file is larger than \(largestFile >> 10) KiB", line: 1, column: 1)
            return nil
        }
        if let alias = YAMLAliases.first(in: yaml) {
            reader.report(
                "aliases such as '*\(alias.name)' are not part of a scenario; write the value out, or quote it if "
                    + "it is text", line: alias.line, column: alias.column)
            return nil
        }
        do {
            if let root = try Parser(yaml: yaml).singleRoot(), root.null == nil { return root }
            reader.report(
                "the file is empty; a scenario needs at least 'name' and 'steps'", line: 1, column: 1)
        } catch let error as YamlError {
            let (message, line, column) = describe(error)
            reader.report(message, line: line, column: column)
        } catch {
            reader.report("not YAML: \(error)", line: 1, column: 1)
        }
        return nil
    }

    private static func describe(_ error: YamlError) -> (message: String, line: Int, column: Int) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (problem, max(1, mark.line), max(1, mark.column))
        case .duplicatedKeysInMapping(let duplicates, let context):
            (
                "the key \(duplicates.map { "'\($0)'" }.joined(separator: ", ")) is given twice",
                max(1, context.mark.line), max(1, context.mark.column)
            )
        case .reader(let problem, _, _, _): (problem, 1, 1)
        default: ("the file is not YAML", 1, 1)
        }
    }

    private static let keys = [
        "name", "title", "description", "seed", "runs", "assistant", "voices", "thresholds", "patience",
        "steps",
    ]

    private static func scenario(from root: Node, _ reader: inout YAMLReader) -> Scenario? {
        guard let fields = reader.fields(of: root, as: "a scenario", known: keys) else { return nil }
        let name = fields["name"].flatMap { reader.name($0, as: "'name'") }
        if fields["name"] == nil { reader.report("the scenario has no 'name'", at: root) }
        let voices = fields["voices"].map { Self.voices(from: $0, &reader) } ?? [:]
        let steps = Self.steps(
            from: fields["steps"], in: name ?? "scenario", voices: voices, root: root, &reader)
        guard let name else { return nil }
        var scenario = Scenario(name: name, voices: voices, steps: steps)
        if let node = fields["title"], let title = reader.text(node, as: "'title'") {
            scenario.title = title
        }
        if let node = fields["description"],
            let text = reader.text(node, as: "'description'", limit: 20_000)
        {
            scenario.description = text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        if let node = fields["seed"], let seed = reader.integer(node, as: "'seed'", in: 0...Int.max) {
            scenario.seed = UInt64(seed)
        }
        if let node = fields["runs"], let runs = reader.integer(node, as: "'runs'", in: 1...1_000) {
            scenario.runs = runs
        }
        if let node = fields["patience"], let patience = reader.duration(node, as: "'patience'") {
            if patience < .milliseconds(100) || patience > .seconds(60) {
                reader.report("'patience' must lie between 100ms and 60s", at: node)
            }
            scenario.patience = patience
        }
        if let node = fields["assistant"] { scenario.assistant = Self.settings(from: node, &reader) }
        if let node = fields["thresholds"] {
            scenario.thresholds = Self.thresholds(from: node, &reader)
        }
        return scenario
    }

    private static func settings(from node: Node, _ reader: inout YAMLReader) -> [String: [String]] {
        var settings: [String: [String]] = [:]
        for (key, _, value) in reader.entries(of: node, as: "'assistant'") {
            settings[key] = reader.listOrSingle(value).compactMap {
                reader.text($0, as: "'assistant.\(key)'")
            }
        }
        return settings
    }

    private static func voices(from node: Node, _ reader: inout YAMLReader) -> [String: String] {
        var voices: [String: String] = [:]
        for (key, _, value) in reader.entries(of: node, as: "'voices'") {
            voices[key] = reader.text(value, as: "'voices.\(key)'")
        }
        return voices
    }

    private static func thresholds(from node: Node, _ reader: inout YAMLReader) -> [Threshold] {
        var thresholds: [Threshold] = []
        for item in reader.list(node, as: "'thresholds'") ?? [] {
            var level = Threshold.Level.error
            var textNode = item
            if case .mapping = item {
                guard
                    let fields = reader.fields(of: item, as: "a threshold", known: ["threshold", "level"])
                else {
                    continue
                }
                if let node = fields["level"] {
                    level = reader.choice(node, as: "'level'", of: Threshold.Level.self) ?? .error
                }
                guard let node = fields["threshold"] else {
                    reader.report("this entry has no 'threshold'", at: item)
                    continue
                }
                textNode = node
            }
            guard let text = reader.text(textNode, as: "a threshold") else { continue }
            switch Threshold.parse(text, level: level) {
            case .success(let threshold): thresholds.append(threshold)
            case .failure(let problem): reader.report(problem.message, at: textNode)
            }
        }
        return thresholds
    }
}

/// Finds aliases in YAML before the file is parsed.
///
/// An alias makes a tree whose size is exponential in the size of the file, and merely hashing such a key would never
/// end. Scenarios have no use for them.
enum YAMLAliases {
    struct Alias {
        let name: String
        let line: Int
        let column: Int
    }

    /// The first `*name` for which there is an `&name`. A star or an ampersand in ordinary text has no such partner.
    static func first(in yaml: String) -> Alias? {
        var anchors: Set<String> = []
        var aliases: [Alias] = []
        var line = 1
        for text in yaml.split(separator: "\n", omittingEmptySubsequences: false) {
            let scalars = Array(text.unicodeScalars)
            for (index, scalar) in scalars.enumerated() where scalar == "&" || scalar == "*" {
                let before = index == 0 ? " " : scalars[index - 1]
                guard " \t[{,:-?\r".unicodeScalars.contains(before) else { continue }
                let name = String(
                    String.UnicodeScalarView(scalars[(index + 1)...].prefix(while: isNameScalar)))
                guard !name.isEmpty else { continue }
                if scalar == "&" {
                    anchors.insert(name)
                } else {
                    aliases.append(Alias(name: name, line: line, column: index + 1))
                }
            }
            line += 1
        }
        return aliases.first { anchors.contains($0.name) }
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_"
            || scalar == "-"
    }
}
