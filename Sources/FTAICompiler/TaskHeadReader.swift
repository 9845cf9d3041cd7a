// Reads the heads of the tasks of a document.

import FTAI
import SerenaNetBytecode

/// Reads what the tags of a task declare. Problems are reported, and what can be read is kept.
struct TaskHeadReader {
    static let keys = ["phrases", "agent", "effects"]

    let source: FTAISource
    var problems: DiagnosticCollector

    /// The heads of all tasks that have a `@do`, in the order of the document.
    mutating func heads(of document: FTAIDocument) -> [TaskHead] {
        var heads: [TaskHead] = []
        var names: [String: SourceRange] = [:]
        for tag in Self.programs(in: document.nodes) {
            guard let head = head(of: tag) else { continue }
            let key = head.name.lowercased()
            if StandardFunction.isName(head.name) {
                problems.report(
                    .nameRepeated, at: head.nameRange,
                    "`\(head.name)` is the name of a function of the standard library")
            } else if let first = names[key] {
                problems.report(
                    .nameRepeated, at: head.nameRange, "there is a task `\(head.name)` already",
                    notes: [.init("the first is declared here", line: source.line(at: first.start))])
            } else {
                names[key] = head.nameRange
            }
            heads.append(head)
        }
        return heads
    }

    /// The tools and agents that a document declares with `@tool` and `@agent`, in the order of the document.
    static func outsideNames(in nodes: [FTAINode]) -> OutsideNames {
        var names = OutsideNames()
        collect(in: nodes, into: &names)
        return names
    }

    private static func collect(in nodes: [FTAINode], into names: inout OutsideNames) {
        for case .tag(let tag) in nodes {
            let (isTool, isAgent) = (tag.isNamed("tool"), tag.isNamed("agent"))
            if isTool || isAgent, let name = tag.title.split(whereSeparator: \.isWhitespace).first.map(String.init) {
                if isTool { names.tools.append(name) } else { names.agents.append(name) }
            }
            collect(in: tag.body, into: &names)
        }
    }

    private static func programs(in nodes: [FTAINode]) -> [FTAITag] {
        var programs: [FTAITag] = []
        collect(in: nodes, into: &programs)
        return programs
    }

    private static func collect(in nodes: [FTAINode], into programs: inout [FTAITag]) {
        for case .tag(let tag) in nodes {
            if !tag.isNamed("task") {
                collect(in: tag.body, into: &programs)
            } else if tag.body.contains(where: { if case .tag(let part) = $0 { part.isNamed("do") } else { false } }) {
                programs.append(tag)
            }
        }
    }

    private mutating func head(of tag: FTAITag) -> TaskHead? {
        var head = TaskHead()
        var bodies: [FTAITag] = []
        var phrases: FTAIEntry?
        head.nameRange = tag.value?.range ?? tag.nameRange
        head.name = tag.title
        if !Self.isName(head.name) {
            let message = tag.value == nil ? "this task has no name" : "`\(head.name.prefix(64))` is no name for a task"
            problems.report(.taskNameInvalid, at: head.nameRange, message)
        }
        for node in tag.body {
            switch node {
            case .entry(let entry):
                read(entry, into: &head)
                if phrases == nil, entry.key == "phrases" { phrases = entry }
            case .tag(let part):
                if part.isNamed("input") {
                    readInput(part, into: &head)
                } else if part.isNamed("output") {
                    readOutput(part, into: &head)
                } else if part.isNamed("do") {
                    bodies.append(part)
                }
            default: break
            }
        }
        for extra in bodies.dropFirst() {
            problems.report(.bodyRepeated, at: extra.nameRange, "`\(head.name)` has a body already")
        }
        let code = bodies.first?.body.first?.range
        head.code =
            code ?? SourceRange(bodies.first?.range.end ?? tag.range.end, bodies.first?.range.end ?? tag.range.end)
        checkPhrases(of: head, phrases?.value)
        return head
    }

    static func isName(_ text: String) -> Bool { isName(text.utf8) }

    private static func isName(_ text: some Collection<UInt8>) -> Bool {
        guard let first = text.first, Byte.isLetter(first), text.allSatisfy(Byte.isName) else { return false }
        return Keyword(spelled: text) == nil
    }

    // MARK: Entries

    private mutating func read(_ entry: FTAIEntry, into head: inout TaskHead) {
        switch entry.key {
        case "phrases": head.phrases = entry.value?.elements.map(\.text) ?? []
        case "agent": head.agent = entry.value?.text
        case "effects": readEffects(entry, into: &head)
        default:
            guard let suggestion = Spelling.suggestion(for: entry.key, among: Self.keys) else { return }
            problems.report(
                .headKeyUnknown, at: entry.keyRange, "`\(entry.key)` has no meaning in a task",
                help: "Did you mean `\(suggestion)`?")
        }
    }

    private mutating func readEffects(_ entry: FTAIEntry, into head: inout TaskHead) {
        var effects: EffectSet = .pure
        guard let value = entry.value else {
            problems.report(.effectUnknown, at: entry.range, "no effect is named")
            return
        }
        for element in value.elements {
            let words = element.text.split(whereSeparator: { $0 == "," || $0 == "|" || $0 == " " }).map(String.init)
            for word in words where word != "pure" {
                if let named = EffectSet.named.first(where: { $0.name == word }) {
                    effects.insert(named.effect)
                } else {
                    let known = EffectSet.named.map(\.name) + ["pure"]
                    let suggestion = Spelling.suggestion(for: word, among: known).map { "Did you mean `\($0)`?" }
                    problems.report(
                        .effectUnknown, at: element.range, "there is no effect `\(word.prefix(64))`", help: suggestion)
                }
            }
        }
        head.effectBound = (effects, value.range)
    }

    // MARK: Inputs and outputs

    /// The name and the type of `name:type rest`, and where the rest begins.
    private mutating func declaration(_ tag: FTAITag) -> (name: String, range: SourceRange, ParsedType, restStart: Int)?
    {
        let form = tag.isNamed("input") ? "@input name:type" : "@output name:type"
        guard let value = tag.value, value.range.isKnown else {
            problems.report(.declarationMalformed, at: tag.nameRange, "expected `\(form)`")
            return nil
        }
        guard let nameRange = declaredName(in: value.range) else {
            let text = source.text(value.range)
            problems.report(.declarationMalformed, at: value.range, "expected `\(form)`, found `\(text.prefix(64))`")
            return nil
        }
        let place = typeRange(from: nameRange.end + 1, to: value.range.end)
        // Mostly it is one word.
        if place.end - place.start <= 6, let type = ValueType(scalarNamed: source.text(place)) {
            return (source.text(nameRange), nameRange, ParsedType(type: type, range: place), place.end)
        }
        var parser = CodeParser(place, in: source, problems: problems)
        defer { problems = parser.problems }
        guard let type = try? parser.parseType() else { return nil }
        return (source.text(nameRange), nameRange, type, type.range.end)
    }

    /// The name before the colon of a declaration; nil where there is none. Only the words before the default are code: a default
    /// may be any text.
    private func declaredName(in range: SourceRange) -> SourceRange? {
        var end = range.start
        while end < range.end, Byte.isName(source.bytes[end]) { end += 1 }
        guard end < range.end, source.bytes[end] == Byte.colon, Self.isName(source.bytes[range.start..<end]) else {
            return nil
        }
        // A mark that combines with the colon makes another character of it.
        if end + 1 < range.end, source.bytes[end + 1] >= 0x80 {
            let rest = source.text(SourceRange(end, range.end))
            guard rest.first == ":" else { return nil }
        }
        return SourceRange(range.start, end)
    }

    /// The part of a declaration that can be its type: up to a blank that is not between `<` and `>`.
    private func typeRange(from start: Int, to end: Int) -> SourceRange {
        var index = start
        var depth = 0
        while index < end, Byte.isBlank(source.bytes[index]) { index += 1 }
        while index < end, depth > 0 || !Byte.isBlank(source.bytes[index]) {
            if source.bytes[index] == UInt8(ascii: "<") { depth += 1 }
            if source.bytes[index] == UInt8(ascii: ">") { depth -= 1 }
            index += 1
        }
        return SourceRange(start, index)
    }

    private mutating func readInput(_ tag: FTAITag, into head: inout TaskHead) {
        guard let (name, range, parsed, restStart) = declaration(tag), let value = tag.value else { return }
        if head.inputs.contains(where: { $0.name == name }) {
            problems.report(.nameRepeated, at: range, "there is an input `\(name)` already")
            return
        }
        var rest = SourceRange(restStart, value.range.end)
        while rest.start < rest.end, Byte.isBlank(source.bytes[rest.start]) { rest.start += 1 }
        var defaultValue: VMValue?
        if let type = parsed.type {
            if rest.start < rest.end {
                defaultValue = self.defaultValue(rest, type)
            } else if type.isNullable {
                defaultValue = .null
            }
        }
        head.inputs.append(.init(name: name, range: range, type: parsed.type, defaultValue: defaultValue))
    }

    private mutating func readOutput(_ tag: FTAITag, into head: inout TaskHead) {
        guard let (name, range, parsed, restStart) = declaration(tag), let value = tag.value else { return }
        if let first = head.output {
            problems.report(
                .bodyRepeated, at: range, "`\(head.name)` has an output already",
                notes: [.init("the first is declared here", line: source.line(at: first.range.start))])
            return
        }
        if restStart < value.range.end {
            let rest = SourceRange(restStart, value.range.end)
            problems.report(.declarationMalformed, at: rest, "an output has a name and a type, nothing else")
        }
        head.output = .init(name: name, range: range, type: parsed.type)
    }

    /// A constant of the type; a string may stand without quotes.
    private mutating func defaultValue(_ range: SourceRange, _ type: ValueType) -> VMValue? {
        let isText = (type.wrapped ?? type) == .string
        if isText, source.bytes[range.start] != Byte.quote {
            let text = source.text(range)
            return type.isOptional && text == "null" ? .null : .string(text)
        }
        var parser = CodeParser(range, in: source, problems: problems)
        let value = try? parser.parseWhole()
        problems = parser.problems
        guard let value else { return nil }
        if let constant = ConstantReader(parser).value(of: value, as: type) { return constant }
        problems.report(.defaultUnfit, at: range, "this default is no constant of type \(type.description)")
        return nil
    }

    // MARK: Phrases

    private mutating func checkPhrases(of head: TaskHead, _ phrases: FTAIValue?) {
        for phrase in phrases?.elements ?? [] {
            let slots: [Phrase.Slot]
            do {
                slots = try Phrase.slots(of: phrase.text)
            } catch {
                problems.report(.phraseMalformed, at: phrase.range, error.reason)
                continue
            }
            check(slots, of: phrase, head)
        }
    }

    private mutating func check(_ slots: [Phrase.Slot], of phrase: FTAIValue, _ head: TaskHead) {
        for slot in slots {
            guard let input = head.inputs.first(where: { $0.name == slot.name }) else {
                let known = head.inputs.map(\.name)
                let suggestion = Spelling.suggestion(for: slot.name, among: known).map { "Did you mean `\($0)`?" }
                problems.report(
                    .phraseSlotUnfit, at: phrase.range, "`\(head.name)` has no input `\(slot.name)`", help: suggestion)
                continue
            }
            let declared = (input.type?.wrapped ?? input.type)?.description
            if let type = slot.type, let declared, type != declared {
                let message = "the slot `\(slot.name)` is of type \(type), the input of type \(declared)"
                problems.report(.phraseSlotUnfit, at: phrase.range, message)
            }
        }
        let given = Set(slots.map(\.name))
        for input in head.inputs where !input.isOptional && !given.contains(input.name) && input.type != nil {
            let message = "this phrase gives `\(input.name)` no value, and it has no default"
            problems.report(.phraseLeavesInput, at: phrase.range, message)
        }
    }
}

/// What a person says to ask for a task: words, `{slots}`, `[options]` and `(one|another)`.
enum Phrase {
    struct Slot {
        let name: String
        let type: String?
    }

    struct Malformed: Error {
        let reason: String
    }

    /// The slots of a phrase.
    static func slots(of phrase: String) throws(Malformed) -> [Slot] {
        var slots: [Slot] = []
        var open: [Character] = []
        let closing: [Character: Character] = ["[": "]", "(": ")"]
        var rest = phrase[...]
        while let character = rest.popFirst() {
            switch character {
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw Malformed(reason: "a slot has no `}`") }
                let parts = rest[..<end].split(separator: ":", omittingEmptySubsequences: false)
                    .map { String($0.filter { !$0.isWhitespace }) }
                guard parts.count <= 2, TaskHeadReader.isName(parts[0]) else {
                    throw Malformed(reason: "`{\(rest[..<end].prefix(64))}` is no slot: write `{name:type}`")
                }
                slots.append(Slot(name: parts[0], type: parts.count > 1 ? parts[1] : nil))
                rest = rest[rest.index(after: end)...]
            case "[", "(": open.append(character)
            case "]", ")":
                guard let opener = open.popLast(), closing[opener] == character else {
                    throw Malformed(reason: "`\(character)` closes nothing")
                }
            case "}": throw Malformed(reason: "`}` closes nothing")
            default: break
            }
        }
        if let opener = open.last { throw Malformed(reason: "`\(opener)` is not closed") }
        return slots
    }
}
