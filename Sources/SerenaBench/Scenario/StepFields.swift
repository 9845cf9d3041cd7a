// The steps of a scenario file: each with what is said, when, and what is expected.

import AssistantInterface
import Instrumentation
import Yams

/// Reads the steps of a scenario.
struct StepFields {
    /// As far as it has been read: everything but its steps.
    let scenario: Scenario
    /// Who speaks the steps that name nobody; nil is the scenario's usual voice.
    let voice: String?

    static let keys = [
        "id", "say", "audio", "voice", "after", "at", "pause", "faults", "required", "expectedFailure", "tags",
        "conditions", "class", "expect",
    ]
    static let startKeys = ["during", "after"]
    static let expectationKeys = [
        "intent", "slots", "response", "answer", "latency", "wordErrorRate", "route", "events", "stopsWithin",
        "heardToEnd",
    ]
    static let responseKeys = ["contains", "matches", "any"]
    /// In the place of a list of faults: two of all that do harm, chosen by the seed.
    static let randomFaults = "random-pairs"

    func steps(from pieces: [ScenarioPiece], at place: Node?, _ reader: inout YAMLReader) -> [Step] {
        guard !pieces.isEmpty, pieces.count <= Scenario.mostSteps else {
            if place == nil || place?.sequence != nil {
                let count = pieces.count > Scenario.mostSteps ? "more" : "\(pieces.count)"
                reader.report("a scenario needs 1 to \(Scenario.mostSteps) steps, not \(count)", at: place)
            }
            return []
        }
        let order = Dictionary(
            pieces.enumerated().compactMap { index, piece in piece.node["id"]?.string.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        var seen: Set<String> = []
        let home = reader.file
        defer { reader.file = home }
        return pieces.enumerated().compactMap { index, piece in
            reader.file = piece.file
            guard let fields = reader.fields(of: piece.node, as: "a step", known: Self.keys) else { return nil }
            checkReferences(fields, at: index, order: order, seen: &seen, &reader)
            return step(from: fields, piece.node, at: index, &reader)
        }
    }

    /// Names must be unique and must name what exists.
    private func checkReferences(
        _ fields: [String: Node], at index: Int, order: [String: Int], seen: inout Set<String>,
        _ reader: inout YAMLReader
    ) {
        if let node = fields["id"], let id = node.string, !seen.insert(id).inserted {
            reader.report("the step '\(id)' exists already", at: node)
        }
        let references = [("after", fields["after"]), ("during", fields["at"]?["during"])]
        for case (let key, let node?) in references {
            guard let reference = node.string else { continue }
            if let target = order[reference] {
                if target >= index {
                    reader.report("'\(key)' must name an earlier step, not '\(reference)'", at: node)
                }
            } else {
                let suggestion = Suggestion.phrase(for: reference, among: order.keys.sorted())
                reader.report("there is no step '\(reference)'\(suggestion)", at: node)
            }
        }
        let voices = scenario.voices
        if let node = fields["voice"], let voice = node.string, !voices.isEmpty, voices[voice] == nil {
            let suggestion = Suggestion.phrase(for: voice, among: voices.keys.sorted())
            reader.report("there is no voice '\(voice)' under 'voices'\(suggestion)", at: node)
        }
    }

    private func step(
        from fields: [String: Node], _ item: Node, at index: Int, _ reader: inout YAMLReader
    ) -> Step? {
        for key in ["id", "say"] where fields[key] == nil {
            reader.report("the step has no '\(key)'", at: item)
        }
        let id = fields["id"].flatMap { reader.name($0, as: "'id'") }
        let say = fields["say"].flatMap { reader.text($0, as: "'say'") }
        let expect = fields["expect"].map { Self.expectation(from: $0, &reader) } ?? StepExpectation()
        var step = Step(id: id ?? "", say: say ?? "", audio: "", expect: expect)
        step.voice = fields["voice"].flatMap { reader.text($0, as: "'voice'") } ?? voice
        step.audio = fields["audio"].flatMap { reader.text($0, as: "'audio'") } ?? recording(of: step)
        step.after = fields["after"].flatMap { reader.text($0, as: "'after'") }
        if let node = fields["pause"], let pause = reader.duration(node, as: "'pause'") { step.pause = pause }
        if let node = fields["required"], let isRequired = reader.bool(node, as: "'required'") {
            step.isRequired = isRequired
        }
        step.expectedFailure = fields["expectedFailure"].flatMap { reader.text($0, as: "'expectedFailure'") }
        step.tags = fields["tags"].map { ScenarioFields.tags(from: $0, &reader) } ?? []
        step.conditions = fields["conditions"].map { ScenarioFields.conditions(from: $0, &reader) } ?? []
        if let node = fields["class"] {
            step.turnClass = reader.choice(node, as: "'class'", of: TurnClass.self) ?? .local
        }
        step.faults = fields["faults"].map { faults(from: $0, at: index, &reader) } ?? []
        readStart(fields, into: &step, &reader)
        return id == nil || say == nil ? nil : step
    }

    /// Where a recording lies that the step does not name.
    private func recording(of step: Step) -> String {
        guard let voice, voice == step.voice, voice != Scenario.defaultVoice else {
            return "audio/\(scenario.name)/\(step.id).wav"
        }
        // A matrix over voices has a folder of recordings for each.
        return "audio/\(scenario.name)/\(voice)/\(step.id).wav"
    }

    private func readStart(_ fields: [String: Node], into step: inout Step, _ reader: inout YAMLReader) {
        guard let node = fields["at"] else { return }
        if let clash = ["after", "pause"].first(where: { fields[$0] != nil }) {
            reader.report("a step that begins 'at' a time has no '\(clash)'", at: fields[clash])
        }
        guard case .mapping = node else {
            if let time = reader.duration(node, as: "'at'") { step.start = .at(time) }
            return
        }
        guard let parts = reader.fields(of: node, as: "'at'", known: Self.startKeys) else { return }
        guard let during = parts["during"] else {
            reader.report("'at' has no 'during'; write it like { during: STEP, after: 200ms }, or like 90s", at: node)
            return
        }
        let delay = parts["after"].map { reader.duration($0, as: "'after'") } ?? .zero
        guard let target = reader.text(during, as: "'during'"), let delay else { return }
        step.start = .during(step: target, after: delay)
    }

    private func faults(from node: Node, at index: Int, _ reader: inout YAMLReader) -> [Fault] {
        if node.string == Self.randomFaults {
            // Each step draws from a sequence of its own, so that a step more or less changes no other.
            var random = SeededGenerator(seed: scenario.seed &+ UInt64(index + 1) &* 0x9e37_79b9)
            // What the step before brought about is mended first, so that each step meets a pair and nothing else.
            let harms = Fault.allCases.filter { $0.recovery != nil }
            let recoveries = Fault.allCases.filter { $0.recovery == nil }
            return recoveries + harms.shuffled(using: &random).prefix(2)
        }
        return reader.listOrSingle(node).compactMap { reader.choice($0, as: "a fault", of: Fault.self) }
    }

    private static func expectation(from node: Node, _ reader: inout YAMLReader) -> StepExpectation {
        var expectation = StepExpectation()
        guard let fields = reader.fields(of: node, as: "'expect'", known: Self.expectationKeys) else {
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
            expectation.isAnswered = answer != .none
            expectation.mayFailByName = answer == .named
        }
        for item in fields["response"].map({ reader.listOrSingle($0) }) ?? [] {
            if let response = response(from: item, &reader) { expectation.response.append(response) }
        }
        if let node = fields["latency"] {
            expectation.latency = limit(from: node, as: "'latency'", example: "<500ms", &reader)
        }
        expectation.wordErrorRate = fields["wordErrorRate"].flatMap {
            reader.number($0, as: "'wordErrorRate'", in: 0...10)
        }
        expectation.route = fields["route"].flatMap { reader.choice($0, as: "'route'", of: Route.self) }
        for node in fields["events"].map({ reader.listOrSingle($0) }) ?? [] {
            if let event = reader.text(node, as: "an event") { expectation.events.append(event) }
        }
        if let node = fields["stopsWithin"] {
            expectation.stopsWithin = limit(from: node, as: "'stopsWithin'", example: "300ms", &reader)
        }
        expectation.isHeardToEnd = fields["heardToEnd"].flatMap { reader.bool($0, as: "'heardToEnd'") } ?? false
        if expectation.isHeardToEnd, fields["stopsWithin"] != nil {
            reader.report(
                "an answer that must be heard to its end cannot be expected to stop", at: fields["stopsWithin"])
        }
        if !expectation.isAnswered,
            let clash = ["response", "latency"].first(where: { fields[$0] != nil })
        {
            reader.report("a step that expects no answer cannot expect a '\(clash)'", at: fields[clash])
        }
        return expectation
    }

    /// `answer: none` asks for silence, `answer: named` for an answer or the name of what failed.
    private enum AnswerKind: String, CaseIterable {
        case some
        case none
        case named
    }

    private static func limit(
        from node: Node, as subject: String, example: String, _ reader: inout YAMLReader
    ) -> Duration? {
        guard let text = reader.text(node, as: subject) else { return nil }
        let number = text.hasPrefix("<") ? String(text.dropFirst()) : text
        guard let duration = DurationText.parse(number), duration > .zero else {
            reader.report("\(subject) must be a limit such as \(example), not '\(text)'", at: node)
            return nil
        }
        return duration
    }

    private static func response(from node: Node, _ reader: inout YAMLReader) -> ResponseExpectation? {
        guard case .mapping = node else {
            return reader.text(node, as: "'response'").map { .contains($0) }
        }
        guard
            let fields = reader.fields(of: node, as: "'response'", known: Self.responseKeys)
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
