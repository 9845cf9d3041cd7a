// A scenario file put together with the files that it includes, and with the values of its parameters.

import Foundation
import Yams

/// A part of a scenario and the file that it stands in.
struct ScenarioPiece {
    var node: Node
    /// As it is shown in messages.
    let file: String
}

/// Reads the files that a scenario includes.
///
/// They must lie below one folder, so that a scenario from elsewhere reads nothing that is none of its business.
struct IncludedFiles {
    /// The folder that nothing may lie outside of; nil when nothing can be included.
    let root: String?
    /// What was read, by absolute path.
    private(set) var contents: [String: Data] = [:]

    /// The most files that one scenario includes.
    static let most = 50
    /// How deep files may include each other.
    static let deepest = 8

    init(root: String?) {
        self.root = root.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    }

    /// Why a file cannot be included.
    struct Problem: Error {
        let message: String
    }

    /// The text of the file that `name` means in the file at `includer`.
    mutating func read(_ name: String, from includer: String) throws(Problem) -> (path: String, text: String) {
        guard let root else { throw Problem(message: "files cannot be included here") }
        guard !name.hasPrefix("/") else {
            throw Problem(message: "'\(name)' is an absolute path; included files are named relative to this one")
        }
        let folder = URL(fileURLWithPath: includer).deletingLastPathComponent()
        let path = folder.appendingPathComponent(name).standardizedFileURL.resolvingSymlinksInPath().path
        guard path.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
            throw Problem(message: "'\(name)' lies outside of \(root)")
        }
        guard contents[path] != nil || contents.count < Self.most else {
            throw Problem(message: "more than \(Self.most) files are included")
        }
        do throws(BenchError) {
            let data = try FileReading.bytes(of: path, limit: Scenario.largestFile)
            guard let text = String(data: data, encoding: .utf8) else {
                throw BenchError(.usage, "\(name) is not UTF-8 text")
            }
            contents[path] = data
            return (path, text)
        } catch {
            throw Problem(message: "'\(name)' cannot be included: \(error.message)")
        }
    }
}

/// Collects what a scenario file and its inclusions hold.
struct ScenarioComposition {
    /// Keys that an included file may have.
    static let fragmentKeys = ["description", "include", "parameters", "voices", "steps"]

    private(set) var steps: [ScenarioPiece] = []
    private(set) var voices: [ScenarioPiece] = []
    private(set) var parameters: [ScenarioPiece] = []
    var files: IncludedFiles
    private var open: [String] = []

    init(files: IncludedFiles) {
        self.files = files
    }

    /// Takes the parts of `root` in order: what is included before what stands in the file itself.
    mutating func collect(_ root: Node, path: String, shown: String, _ reader: inout YAMLReader) {
        open.append(path)
        defer { open.removeLast() }
        reader.file = shown
        if let node = root["parameters"] { parameters.append(ScenarioPiece(node: node, file: shown)) }
        if let node = root["voices"] { voices.append(ScenarioPiece(node: node, file: shown)) }
        for item in root["include"].map({ reader.listOrSingle($0) }) ?? [] { include(item, from: path, shown, &reader) }
        guard let node = root["steps"], let items = reader.list(node, as: "'steps'") else { return }
        for item in items {
            if let name = item["include"] {
                if let extra = item.mapping?.keys.first(where: { $0.string != "include" }) {
                    reader.report("an entry with 'include' has no other keys", at: extra)
                }
                include(name, from: path, shown, &reader)
            } else if steps.count <= Scenario.mostSteps {
                steps.append(ScenarioPiece(node: item, file: shown))
            }
        }
    }

    private mutating func include(_ item: Node, from path: String, _ shown: String, _ reader: inout YAMLReader) {
        defer { reader.file = shown }
        guard let name = reader.text(item, as: "'include'") else { return }
        guard open.count <= IncludedFiles.deepest else {
            reader.report("files include each other more than \(IncludedFiles.deepest) deep", at: item)
            return
        }
        do throws(IncludedFiles.Problem) {
            let (found, text) = try files.read(name, from: path)
            guard !open.contains(found) else {
                reader.report("'\(name)' includes itself", at: item)
                return
            }
            let display = ((shown as NSString).deletingLastPathComponent as NSString).appendingPathComponent(name)
            reader.file = display
            guard let root = Scenario.compose(text, &reader),
                reader.fields(of: root, as: "an included file", known: Self.fragmentKeys) != nil
            else { return }
            collect(root, path: found, shown: display, &reader)
        } catch {
            reader.report(error.message, at: item)
        }
    }
}

/// Puts the values of parameters in the place of `${name}`.
struct ParameterSubstitution {
    let values: [String: String]
    /// How much text all values together may add.
    private var budget = 4 << 20

    init(values: [String: String]) {
        self.values = values
    }

    /// `node` with every `${name}` in a value replaced; `$${` stands for `${` itself.
    mutating func apply(to node: Node, _ reader: inout YAMLReader) -> Node {
        switch node {
        case .scalar(var scalar):
            guard scalar.string.contains("${") else { return node }
            scalar.string = replaced(scalar.string, at: node, &reader)
            return .scalar(scalar)
        case .sequence(let sequence):
            var nodes: [Node] = []
            for item in sequence { nodes.append(apply(to: item, &reader)) }
            return .sequence(Node.Sequence(nodes, sequence.tag, sequence.style, sequence.mark))
        case .mapping(let mapping):
            var pairs: [(Node, Node)] = []
            for (key, value) in mapping { pairs.append((key, apply(to: value, &reader))) }
            return .mapping(Node.Mapping(pairs, mapping.tag, mapping.style, mapping.mark))
        case .alias: return node
        }
    }

    private mutating func replaced(_ text: String, at node: Node, _ reader: inout YAMLReader) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.range(of: "${") {
            if rest[..<start.lowerBound].hasSuffix("$") {
                result += rest[..<start.lowerBound].dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                reader.report("'${' has no '}'; write '$${' for the characters themselves", at: node)
                return result
            }
            let name = String(rest[start.upperBound..<end])
            guard let value = values[name] else {
                let suggestion = Suggestion.phrase(for: name, among: values.keys.sorted())
                reader.report("there is no parameter '\(name)'\(suggestion)", at: node)
                return result
            }
            budget -= value.utf8.count
            guard budget >= 0 else {
                reader.report("the parameters make the scenario larger than it may be", at: node)
                return result
            }
            result += value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
