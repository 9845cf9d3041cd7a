// From the text of a scenario file to a scenario, or to everything that is wrong with it.

import Foundation
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
    ///   - bindings: what is set from outside.
    /// - Throws: ``ScenarioError`` with every problem, each with line and column.
    public static func parse(
        _ yaml: String, path: String, bindings: ScenarioBindings = ScenarioBindings()
    ) throws(ScenarioError) -> Scenario {
        var files = IncludedFiles(root: nil)
        return try parse(yaml, path: path, location: path, bindings: bindings, files: &files)
    }

    /// Reads the text of a scenario file and the files that it includes.
    ///
    /// - Parameters:
    ///   - location: the file, absolute.
    ///   - files: keeps what was included.
    static func parse(
        _ yaml: String, path: String, location: String, bindings: ScenarioBindings, files: inout IncludedFiles
    ) throws(ScenarioError) -> Scenario {
        var reader = YAMLReader()
        guard let root = compose(yaml, &reader) else {
            throw ScenarioError(path: path, problems: reader.problems)
        }
        var composition = ScenarioComposition(files: files)
        composition.collect(root, path: location, shown: path, &reader)
        files = composition.files
        reader.file = path
        let fields = ScenarioFields(path: path, bindings: bindings, composition: composition)
        let scenario = fields.scenario(from: root, &reader)
        guard let scenario, reader.problems.isEmpty else {
            let problems = reader.problems.map { problem in
                ScenarioProblem(
                    line: problem.line, column: problem.column, message: problem.message,
                    file: problem.file == path ? nil : problem.file)
            }
            throw ScenarioError(
                path: path,
                problems: problems.sorted { ($0.file ?? "", $0.line, $0.column) < ($1.file ?? "", $1.line, $1.column) })
        }
        return scenario
    }

    static func compose(_ yaml: String, _ reader: inout YAMLReader) -> Node? {
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
