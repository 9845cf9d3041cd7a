// The steps of a scenario file: each with what is said, when, and what is expected.

import AssistantInterface
import Instrumentation
import Yams

extension Scenario {
    private static let stepKeys = [
        "id", "say", "audio", "voice", "after", "pause", "faults", "required", "expect",
    ]
    private static let expectationKeys = [
        "intent", "slots", "response", "answer", "latency", "wordErrorRate", "route",
    ]

    static func steps(
        from node: Node?, in scenario: String, voices: [String: String], root: Node,
        _ reader: inout YAMLReader
    ) -> [Step] {
        guard let node else {
            reader.report("the scenario has no 'steps'", at: root)
            return []
        }
        guard let items = reader.list(node, as: "'steps'") else { return [] }
        guard !items.isEmpty, items.count <= mostSteps else {
            reader.report("a scenario needs 1 to \(mostSteps) steps, not \(items.count)", at: node)
            return []
        }
        let order = Dictionary(
            items.enumerated().compactMap { index, item in item["id"]?.string.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        var seen: Set<String> = []
        return items.enumerated().compactMap { index, item in
            guard let fields = reader.fields(of: item, as: "a step", known: stepKeys) else { return nil }
            checkReferences(fields, at: index, order: order, voices: voices, seen: &seen, &reader)
            return step(from: fields, item, in: scenario, &reader)
        }
    }

    /// Names must be unique and must name what exists.
    private static func checkReferences(
        _ fields: [String: Node], at index: Int, order: [String: Int], voices: [String: String],
        seen: inout Set<String>, _ reader: inout YAMLReader
    ) {
        if let node = fields["id"], let id = node.string, !seen.insert(id).inserted {
            reader.report("the step '\(id)' exists already", at: node)
        }
        if let node = fields["after"], let reference = node.string {
            if let target = order[reference] {
                if target >= index {
                    reader.report("'after' must name an earlier step, not '\(reference)'", at: node)
                }
            } else {
                let suggestion = Suggestion.phrase(for: reference, among: order.keys.sorted())
                reader.report("there is no step '\(reference)'\(suggestion)", at: node)
            }
        }
        if let node = fields["voice"], let voice = node.string, !voices.isEmpty, voices[voice] == nil {
            let suggestion = Suggestion.phrase(for: voice, among: voices.keys.sorted())
            reader.report("there is no voice '\(voice)' under 'voices'\(suggestion)", at: node)
        }
    }

    private static func step(
        from fields: [String: Node], _ item: Node, in scenario: String, _ reader: inout YAMLReader
    ) -> Step? {
        for key in ["id", "say"] where fields[key] == nil {
            reader.report("the step has no '\(key)'", at: item)
        }
        let id = fields["id"].flatMap { reader.name($0, as: "'id'") }
        let say = fields["say"].flatMap { reader.text($0, as: "'say'") }
        let expect = fields["expect"].map { expectation(from: $0, &reader) } ?? StepExpectation()
        var step = Step(
            id: id ?? "", say: say ?? "", audio: "audio/\(scenario)/\(id ?? "").wav", expect: expect)
        if let node = fields["audio"], let audio = reader.text(node, as: "'audio'") {
            step.audio = audio
        }
        step.voice = fields["voice"].flatMap { reader.text($0, as: "'voice'") }
        step.after = fields["after"].flatMap { reader.text($0, as: "'after'") }
        if let node = fields["pause"], let pause = reader.duration(node, as: "'pause'") {
            step.pause = pause
        }
        if let node = fields["required"], let isRequired = reader.bool(node, as: "'required'") {
            step.isRequired = isRequired
        }
        for fault in fields["faults"].map({ reader.listOrSingle($0) }) ?? [] {
            if let fault = reader.choice(fault, as: "a fault", of: Fault.self) {
                step.faults.append(fault)
            }
        }
        return id == nil || say == nil ? nil : step
    }

    private static func expectation(from node: Node, _ reader: inout YAMLReader) -> StepExpectation {
        var expectation = StepExpectation()
        guard let fields = reader.fields(of: node, as: "'expect'", known: expectationKeys) else {
            return expectation
        }
        expectation.intent = fields["intent"].flatMap { reader.text($0, as: "'intent'") }
        if let node = fields["slots"] {
            for (key, _, value) in reader.entries(of: node, as: "'slots'") {
                expectation.slots[key] = reader.text(value, as: "'slots.\(key)'")
            }
        }
        if let node = fields["answer"],
            let answer = reader.choice(node, as: "'answer'", of: AnswerKind.self)
        {
            expectation.isAnswered = answer == .some
        }
        for item in fields["response"].map({ reader.listOrSingle($0) }) ?? [] {
            if let response = response(from: item, &reader) { expectation.response.append(response) }
        }
        if let node = fields["latency"] { expectation.latency = latency(from: node, &reader) }
        expectation.wordErrorRate = fields["wordErrorRate"].flatMap {
            reader.number($0, as: "'wordErrorRate'", in: 0...10)
        }
        expectation.route = fields["route"].flatMap { reader.choice($0, as: "'route'", of: Route.self) }
        if !expectation.isAnswered,
            let clash = ["response", "latency"].first(where: { fields[$0] != nil })
        {
            reader.report("a step that expects no answer cannot expect a '\(clash)'", at: fields[clash])
        }
        return expectation
    }

    /// `answer: none` asks for silence.
    private enum AnswerKind: String, CaseIterable {
        case some
        case none
    }

    private static func latency(from node: Node, _ reader: inout YAMLReader) -> Duration? {
        guard let text = reader.text(node, as: "'latency'") else { return nil }
        let number = text.hasPrefix("<") ? String(text.dropFirst()) : text
        guard let duration = DurationText.parse(number), duration > .zero else {
            reader.report("'latency' must be a limit such as <500ms, not '\(text)'", at: node)
            return nil
        }
        return duration
    }

    private static func response(from node: Node, _ reader: inout YAMLReader) -> ResponseExpectation? {
        guard case .mapping = node else {
            return reader.text(node, as: "'response'").map { .contains($0) }
        }
        guard
            let fields = reader.fields(of: node, as: "'response'", known: ["contains", "matches", "any"])
        else {
            return nil
        }
        guard fields.count == 1 else {
            reader.report("'response' takes one of contains, matches and any at a time", at: node)
            return nil
        }
        if let node = fields["contains"] {
            return reader.text(node, as: "'contains'").map { .contains($0) }
        }
        if let node = fields["matches"] {
            guard let pattern = reader.text(node, as: "'matches'") else { return nil }
            do {
                _ = try Regex(pattern)
                return .matches(pattern)
            } catch {
                reader.report("'\(pattern)' is not a regular expression: \(error)", at: node)
                return nil
            }
        }
        guard let items = fields["any"].flatMap({ reader.list($0, as: "'any'") }), !items.isEmpty else {
            if let node = fields["any"] { reader.report("'any' needs at least one entry", at: node) }
            return nil
        }
        return .any(items.compactMap { response(from: $0, &reader) })
    }
}
