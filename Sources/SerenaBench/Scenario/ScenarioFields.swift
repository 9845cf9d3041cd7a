// The fields of a scenario file, from YAML to values.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio
import Yams

/// What is set from outside of a scenario file.
public struct ScenarioBindings: Hashable, Sendable {
    /// By the name of a parameter, of an axis, or of a setting of the assistant.
    public var values: [String: String]
    /// In the place of the scenario's own.
    public var seed: UInt64?

    public init(values: [String: String] = [:], seed: UInt64? = nil) {
        self.values = values
        self.seed = seed
    }
}

/// Reads the fields of a scenario.
struct ScenarioFields {
    /// The file as it is shown.
    let path: String
    let bindings: ScenarioBindings
    let composition: ScenarioComposition

    static let keys = [
        "name", "title", "description", "seed", "runs", "warmup", "assistant", "voices", "parameters", "include",
        "matrix", "tags", "conditions", "repeat", "duration", "users", "thresholds", "patience", "steps",
    ]
    static let thresholdKeys = ["threshold", "level", "class"]
    /// Axes that every scenario has.
    static let standardAxes = ["voice", "condition"]
    /// The most results that one matrix gives.
    static let mostVariants = 200
    /// The longest that a talk may be repeated.
    static let longestTalk = Duration.seconds(24 * 3_600)
    private static let assistantPrefix = "assistant."

    func scenario(from root: Node, _ reader: inout YAMLReader) -> Scenario? {
        guard reader.fields(of: root, as: "a scenario", known: Self.keys) != nil else { return nil }
        let parameters = parameters(&reader)
        var substitution = ParameterSubstitution(values: parameters)
        guard let fields = substituted(root, &substitution, &reader) else { return nil }
        let name = fields["name"].flatMap { reader.name($0, as: "'name'") }
        if fields["name"] == nil { reader.report("the scenario has no 'name'", at: root) }
        let voices = voices(&substitution, &reader)
        var scenario = Scenario(name: name ?? "scenario", voices: voices, steps: [])
        scenario.parameters = parameters
        readTexts(fields, into: &scenario, &reader)
        readNumbers(fields, into: &scenario, &reader)
        readRepetition(fields, into: &scenario, &reader)
        if let seed = bindings.seed { scenario.seed = seed }
        if let node = fields["assistant"] { scenario.assistant = Self.settings(from: node, &reader) }
        if let node = fields["thresholds"] { scenario.thresholds = Self.thresholds(from: node, &reader) }
        if let node = fields["conditions"] { scenario.conditions = Self.conditions(from: node, &reader) }
        if let node = fields["matrix"] { scenario.matrix = matrix(from: node, of: scenario, &reader) }
        bind(to: &scenario, root, &reader)
        let pieces = composition.steps.map { piece in
            reader.file = piece.file
            return ScenarioPiece(node: substitution.apply(to: piece.node, &reader), file: piece.file)
        }
        reader.file = path
        if pieces.isEmpty, fields["steps"] == nil {
            reader.report("the scenario has no 'steps'", at: root)
        } else {
            let steps = StepFields(scenario: scenario, voice: bindings.values["voice"])
            scenario.steps = steps.steps(from: pieces, at: fields["steps"], &reader)
        }
        return name == nil ? nil : scenario
    }

    /// Everything but what the composition holds, with the parameters put in.
    private func substituted(
        _ root: Node, _ substitution: inout ParameterSubstitution, _ reader: inout YAMLReader
    ) -> [String: Node]? {
        guard case .mapping(let mapping) = root else { return nil }
        var fields: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.string else { continue }
            let isKeptApart = ["steps", "voices", "parameters", "include"].contains(name)
            fields[name] = isKeptApart ? value : substitution.apply(to: value, &reader)
        }
        return fields
    }

    /// The defaults, the outermost file's before those of what it includes, with what is set from outside in their place.
    private func parameters(_ reader: inout YAMLReader) -> [String: String] {
        var values: [String: String] = [:]
        for piece in composition.parameters {
            reader.file = piece.file
            for (key, keyNode, value) in reader.entries(of: piece.node, as: "'parameters'") {
                guard reader.name(keyNode, as: "the name of a parameter") != nil else { continue }
                if Self.standardAxes.contains(key) {
                    reader.report("'\(key)' has a meaning of its own and cannot be a parameter", at: keyNode)
                }
                guard let text = reader.text(value, as: "'parameters.\(key)'"), values[key] == nil else { continue }
                values[key] = bindings.values[key] ?? text
            }
        }
        reader.file = path
        return values
    }

    private func voices(
        _ substitution: inout ParameterSubstitution, _ reader: inout YAMLReader
    ) -> [String: String] {
        var voices: [String: String] = [:]
        for piece in composition.voices {
            reader.file = piece.file
            let node = substitution.apply(to: piece.node, &reader)
            for (key, _, value) in reader.entries(of: node, as: "'voices'") where voices[key] == nil {
                voices[key] = reader.text(value, as: "'voices.\(key)'")
            }
        }
        reader.file = path
        return voices
    }

    private func readTexts(_ fields: [String: Node], into scenario: inout Scenario, _ reader: inout YAMLReader) {
        if let node = fields["title"], let title = reader.text(node, as: "'title'") { scenario.title = title }
        if fields["title"] == nil { scenario.title = scenario.name }
        if let node = fields["description"], let text = reader.text(node, as: "'description'", limit: 20_000) {
            scenario.description = text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        scenario.tags = fields["tags"].map { Self.tags(from: $0, &reader) } ?? []
    }

    private func readNumbers(_ fields: [String: Node], into scenario: inout Scenario, _ reader: inout YAMLReader) {
        if let node = fields["seed"], let seed = reader.integer(node, as: "'seed'", in: 0...Int.max) {
            scenario.seed = UInt64(seed)
        }
        if let node = fields["runs"], let runs = reader.integer(node, as: "'runs'", in: 1...1_000) {
            scenario.runs = runs
        }
        if let node = fields["warmup"], let runs = reader.integer(node, as: "'warmup'", in: 0...100) {
            scenario.warmup = runs
        }
        if let node = fields["users"], let users = reader.integer(node, as: "'users'", in: 1...64) {
            scenario.users = users
        }
        if let node = fields["patience"], let patience = reader.duration(node, as: "'patience'") {
            if patience < .milliseconds(100) || patience > .seconds(60) {
                reader.report("'patience' must lie between 100ms and 60s", at: node)
            }
            scenario.patience = patience
        }
    }

    private func readRepetition(_ fields: [String: Node], into scenario: inout Scenario, _ reader: inout YAMLReader) {
        if let node = fields["repeat"], let times = reader.integer(node, as: "'repeat'", in: 1...10_000) {
            scenario.repetition = .times(times)
        }
        guard let node = fields["duration"], let text = reader.text(node, as: "'duration'") else { return }
        guard let duration = DurationText.parse(text, longest: Self.longestTalk), duration >= .seconds(1) else {
            reader.report("'duration' must lie between 1s and 24h, not at '\(text)'", at: node)
            return
        }
        if fields["repeat"] != nil {
            reader.report("a talk is repeated a number of times or for a duration, not both", at: node)
        }
        scenario.repetition = .lasting(duration)
    }

    // MARK: - What is varied or set from outside

    private func matrix(from node: Node, of scenario: Scenario, _ reader: inout YAMLReader) -> [MatrixAxis] {
        var axes: [MatrixAxis] = []
        var variants = 1
        for (name, keyNode, value) in reader.entries(of: node, as: "'matrix'") {
            if !isBindable(name, in: scenario) {
                reader.report("there is no axis '\(name)'\(suggestion(for: name, in: scenario))", at: keyNode)
            }
            guard let items = reader.list(value, as: "'matrix.\(name)'") else { continue }
            var values: [String] = []
            for item in items {
                guard let text = reader.text(item, as: "a value of '\(name)'") else { continue }
                if values.contains(text) { reader.report("'\(text)' is given twice", at: item) }
                if name == "condition" { _ = Self.condition(text, at: item, &reader) }
                values.append(text)
            }
            guard !values.isEmpty else {
                reader.report("the axis '\(name)' has no values", at: value)
                continue
            }
            let (product, overflow) = variants.multipliedReportingOverflow(by: values.count)
            variants = overflow ? .max : product
            axes.append(MatrixAxis(name: name, values: values))
        }
        if variants > Self.mostVariants {
            reader.report("the matrix gives \(variants) variants; \(Self.mostVariants) are the most", at: node)
        }
        return axes
    }

    private func isBindable(_ name: String, in scenario: Scenario) -> Bool {
        Self.standardAxes.contains(name) || scenario.parameters[name] != nil || scenario.assistant[name] != nil
            || (name.hasPrefix(Self.assistantPrefix) && name.count > Self.assistantPrefix.count)
    }

    private func suggestion(for name: String, in scenario: Scenario) -> String {
        let known = Self.standardAxes + scenario.parameters.keys.sorted() + scenario.assistant.keys.sorted()
        let nearest = Suggestion.phrase(for: name, among: known)
        return nearest.isEmpty
            ? "; there are \(known.joined(separator: ", ")) and assistant.SETTING" : nearest
    }

    private func bind(to scenario: inout Scenario, _ root: Node, _ reader: inout YAMLReader) {
        for (name, value) in bindings.values.sorted(by: { $0.key < $1.key }) {
            guard isBindable(name, in: scenario) else {
                reader.report(
                    "there is nothing called '\(name)' to set\(suggestion(for: name, in: scenario))", at: root)
                continue
            }
            if name == "condition" {
                scenario.conditions += Self.condition(value, at: root, &reader)
            } else if name.hasPrefix(Self.assistantPrefix) {
                scenario.assistant[String(name.dropFirst(Self.assistantPrefix.count))] = [value]
            } else if scenario.assistant[name] != nil, scenario.parameters[name] == nil {
                scenario.assistant[name] = [value]
            }
        }
    }

    // MARK: - Parts that steps have as well

    static func tags(from node: Node, _ reader: inout YAMLReader) -> [String] {
        reader.listOrSingle(node).compactMap { reader.name($0, as: "a tag") }
    }

    static func conditions(from node: Node, _ reader: inout YAMLReader) -> [Condition] {
        var conditions: [Condition] = []
        for item in reader.listOrSingle(node) {
            guard let text = reader.text(item, as: "a condition") else { continue }
            conditions += condition(text, at: item, &reader)
        }
        if conditions.count > ConditionText.most {
            reader.report("more than \(ConditionText.most) conditions hold at once", at: node)
        }
        return conditions
    }

    private static func condition(_ text: String, at node: Node, _ reader: inout YAMLReader) -> [Condition] {
        do throws(ConditionText.Problem) {
            return try ConditionText.parse(text)
        } catch {
            reader.report(error.message, at: node)
            return []
        }
    }

    private static func settings(from node: Node, _ reader: inout YAMLReader) -> [String: [String]] {
        var settings: [String: [String]] = [:]
        for (key, _, value) in reader.entries(of: node, as: "'assistant'") {
            settings[key] = reader.listOrSingle(value).compactMap { reader.text($0, as: "'assistant.\(key)'") }
        }
        return settings
    }

    private static func thresholds(from node: Node, _ reader: inout YAMLReader) -> [Threshold] {
        var thresholds: [Threshold] = []
        for item in reader.list(node, as: "'thresholds'") ?? [] {
            var (level, turnClass) = (Threshold.Level.error, TurnClass.local)
            var textNode = item
            if case .mapping = item {
                guard let fields = reader.fields(of: item, as: "a threshold", known: thresholdKeys) else { continue }
                if let node = fields["level"] {
                    level = reader.choice(node, as: "'level'", of: Threshold.Level.self) ?? .error
                }
                if let node = fields["class"] {
                    turnClass = reader.choice(node, as: "'class'", of: TurnClass.self) ?? .local
                }
                guard let node = fields["threshold"] else {
                    reader.report("this entry has no 'threshold'", at: item)
                    continue
                }
                textNode = node
            }
            guard let text = reader.text(textNode, as: "a threshold") else { continue }
            switch Threshold.parse(text, level: level) {
            case .success(var threshold):
                threshold.turnClass = turnClass
                thresholds.append(threshold)
            case .failure(let problem): reader.report(problem.message, at: textNode)
            }
        }
        return thresholds
    }
}
