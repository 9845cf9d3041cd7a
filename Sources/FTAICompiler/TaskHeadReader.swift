// Reads the heads of the tasks of a document.

import FTAI
import SerenaNetBytecode

/// Reads what the tags of a task declare. Problems are reported, and what can be read is kept.
struct TaskHeadReader {
    static let keys = ["phrases", "agent", "effects"]

    let source: FTAISource
    var problems: DiagnosticCollector
    /// The tools and agents that the document declares, in its order; known once the heads are.
    private(set) var outside = OutsideNames()

    init(source: FTAISource, problems: DiagnosticCollector) {
        self.source = source
        self.problems = problems
    }

    /// The heads of all tasks that have a `@do`, in the order of the document.
    mutating func heads(of document: FTAIDocument) -> [TaskHead] {
        var programs: [ProgramTag] = []
        Self.collect(in: document.nodes, &programs, &outside)
        var heads: [TaskHead] = []
        heads.reserveCapacity(programs.count)
        var names = DeclaredNames(count: programs.count)
        for program in programs {
            heads.append(head(of: program))
            checkName(heads[heads.count - 1].name, at: heads[heads.count - 1].nameRange, &names)
        }
        return heads
    }

    private mutating func checkName(_ name: String, at range: SourceRange, _ names: inout DeclaredNames) {
        if StandardFunction.isName(name) {
            problems.report(
                .nameRepeated, at: range, "`\(name)` is the name of a function of the standard library")
        } else if let first = names.declare(name.inLowerCase, at: range) {
            let note =
                first == range
                ? Diagnostic.Note("it is the same task: this file is included twice")
                : .init("the first is declared here", line: source.line(at: first.start))
            problems.report(.nameRepeated, at: range, "there is a task `\(name)` already", notes: [note])
        }
    }

    /// The tools and agents that a document declares with `@tool` and `@agent`, in the order of the document.
    static func outsideNames(in nodes: [FTAINode]) -> OutsideNames {
        var programs: [ProgramTag] = []
        var names = OutsideNames()
        collect(in: nodes, &programs, &names)
        return names
    }

    /// Finds the tasks that are programs, and what stands outside of the document. A task within a task is none of its programs.
    private static func collect(
        in nodes: [FTAINode], _ programs: inout [ProgramTag], _ names: inout OutsideNames
    ) {
        for index in nodes.indices {
            guard case .tag(let tag) = nodes[index] else { continue }
            switch tag.word {
            case .task:
                var program = ProgramTag(tag: tag)
                note(tag.body, in: &program, &names)
                if program.count > 0 { programs.append(program) }
            case .tool, .agent:
                note(tag, &names)
                collect(in: tag.body, &programs, &names)
            default:
                if !tag.isEmpty { collect(in: tag.body, &programs, &names) }
            }
        }
    }

    /// Counts the parts of a task, and finds what stands outside of the document.
    private static func note(_ nodes: [FTAINode], in program: inout ProgramTag, _ names: inout OutsideNames) {
        for index in nodes.indices {
            guard case .tag(let part) = nodes[index] else { continue }
            switch part.word {
            case .input: program.inputs += 1
            case .program: program.count += 1
            case .tool, .agent: note(part, &names)
            default: break
            }
            if !part.isEmpty {
                var inner = ProgramTag(tag: part)
                note(part.body, in: &inner, &names)
            }
        }
    }

    private static func note(_ tag: FTAITag, _ names: inout OutsideNames) {
        guard let name = tag.title.split(whereSeparator: \.isWhitespace).first.map(String.init) else { return }
        if case .tool = tag.word { names.tools.append(name) } else { names.agents.append(name) }
    }

    private mutating func head(of program: ProgramTag) -> TaskHead {
        var head = TaskHead()
        var body: FTAITag?
        var phrases: FTAIEntry?
        let tag = program.tag
        let value = tag.value
        head.nameRange = value?.range ?? tag.nameRange
        head.name = value?.text ?? ""
        if !Self.isName(head.name) {
            let message = value == nil ? "this task has no name" : "`\(head.name.prefix(64))` is no name for a task"
            problems.report(.taskNameInvalid, at: head.nameRange, message)
        }
        head.inputs.reserveCapacity(program.inputs)
        let nodes = tag.body
        for index in nodes.indices {
            switch nodes[index] {
            case .entry(let entry):
                read(entry, into: &head)
                if phrases == nil, entry.key == "phrases" { phrases = entry }
            case .tag(let part):
                switch part.word {
                case .input: readInput(part, into: &head)
                case .output: readOutput(part, into: &head)
                case .program where body == nil: body = part
                default: break
                }
            default: break
            }
        }
        if program.count > 1 { reportBodies(of: program, head.name) }
        let end = body?.range.end ?? tag.range.end
        head.code = body?.body.first?.range ?? SourceRange(end, end)
        if let phrases { checkPhrases(of: head, phrases.value) }
        return head
    }

    private mutating func reportBodies(of program: ProgramTag, _ name: String) {
        for extra in program.tag.tags.filter({ $0.word == .program }).dropFirst() {
            problems.report(.bodyRepeated, at: extra.nameRange, "`\(name)` has a body already")
        }
    }

    static func isName(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in isName(bytes.count) { bytes[$0] } }
    }

    /// Whether some bytes are a name for a task or an input: a letter, then letters, digits and `_`, and no keyword.
    private static func isName(_ count: Int, _ byte: (Int) -> UInt8) -> Bool {
        guard count > 0, Byte.isLetter(byte(0)) else { return false }
        var packed: UInt64 = 0
        for index in 0..<count {
            guard Byte.isName(byte(index)) else { return false }
            packed = packed << 8 | UInt64(byte(index))
        }
        guard count <= NameTable.packedLength else { return true }
        return NameTable.common.known(packed: packed).flatMap { Keyword($0) } == nil
    }

    // MARK: Entries

    private mutating func read(_ entry: FTAIEntry, into head: inout TaskHead) {
        switch entry.key {
        case "phrases": head.phrases = entry.value?.elements.map(\.text) ?? []
        case "agent": head.agent = entry.value?.text
        case "effects": readEffects(entry, into: &head)
        default:
            // Other keys are for people.
            problems.reportMisspelt(
                .headKeyUnknown, at: entry.keyRange, "`\(entry.key)` has no meaning in a task", name: entry.key,
                among: Self.keys)
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
                    problems.reportUnknown(
                        .effectUnknown, at: element.range, "there is no effect `\(word.prefix(64))`", name: word,
                        among: known)
                }
            }
        }
        head.effectBound = (effects, value.range)
    }

    // MARK: Inputs and outputs

    /// The name and the type of `name:type rest`, and where the rest begins.
    private mutating func declaration(_ tag: FTAITag, _ place: SourceRange?) -> Declaration? {
        guard let place, place.isKnown, let nameRange = declaredName(in: place) else {
            var message = "expected `@\(tag.word == .input ? "input" : "output") name:type`"
            let isKnown = place?.isKnown == true
            if isKnown, let place { message += ", found `\(source.text(place).prefix(64))`" }
            problems.report(.declarationMalformed, at: isKnown ? place ?? tag.nameRange : tag.nameRange, message)
            return nil
        }
        let word = typeRange(from: nameRange.end + 1, to: place.end)
        // Mostly it is one word.
        if let type = scalar(in: word) {
            return Declaration(name: source.text(nameRange), range: nameRange, type: type, end: word.end)
        }
        var parser = CodeParser(word, in: source, problems: problems)
        defer { problems = parser.problems }
        guard let type = try? parser.parseType() else { return nil }
        return Declaration(name: source.text(nameRange), range: nameRange, type: type.type, end: type.range.end)
    }

    /// The type that is one word; nil where there is no such word.
    private func scalar(in place: SourceRange) -> ValueType? {
        guard place.end - place.start <= 6, place.start < place.end, Byte.isLetter(source.bytes[place.start]) else {
            return nil
        }
        var packed: UInt64 = 0
        for index in place.start..<place.end { packed = packed << 8 | UInt64(source.bytes[index]) }
        return ValueType(packedScalar: packed)
    }

    /// The name before the colon of a declaration; nil where there is none. Only the words before the default are code: a default
    /// may be any text.
    private func declaredName(in range: SourceRange) -> SourceRange? {
        var end = range.start
        while end < range.end, Byte.isName(source.bytes[end]) { end += 1 }
        guard end < range.end, source.bytes[end] == Byte.colon,
            Self.isName(end - range.start, { source.bytes[range.start + $0] })
        else { return nil }
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
        let place = tag.valueRange
        guard let declared = declaration(tag, place), let place else { return }
        if head.inputs.contains(where: { $0.name == declared.name }) {
            problems.report(.nameRepeated, at: declared.range, "there is an input `\(declared.name)` already")
            return
        }
        var rest = SourceRange(declared.end, place.end)
        while rest.start < rest.end, Byte.isBlank(source.bytes[rest.start]) { rest.start += 1 }
        var defaultValue: VMValue?
        if let type = declared.type {
            if rest.start < rest.end {
                defaultValue = self.defaultValue(rest, type)
            } else if type.isNullable {
                defaultValue = .null
            }
        }
        head.inputs.append(
            .init(name: declared.name, range: declared.range, type: declared.type, defaultValue: defaultValue))
    }

    private mutating func readOutput(_ tag: FTAITag, into head: inout TaskHead) {
        let place = tag.valueRange
        guard let declared = declaration(tag, place), let place else { return }
        if let first = head.output {
            problems.report(
                .bodyRepeated, at: declared.range, "`\(head.name)` has an output already",
                notes: [.init("the first is declared here", line: source.line(at: first.range.start))])
            return
        }
        if declared.end < place.end {
            problems.report(
                .declarationMalformed, at: SourceRange(declared.end, place.end),
                "an output has a name and a type, nothing else")
        }
        head.output = .init(name: declared.name, range: declared.range, type: declared.type)
    }

    /// A constant of the type; a string may stand without quotes.
    private mutating func defaultValue(_ range: SourceRange, _ type: ValueType) -> VMValue? {
        let isText = (type.wrapped ?? type) == .string
        if isText, source.bytes[range.start] != Byte.quote {
            let text = source.text(range)
            return type.isOptional && text == "null" ? .null : .string(text)
        }
        // Most defaults are a number, for which no parser is needed.
        switch (Lexer.number(in: range, of: source), type) {
        case (.integer(let value), .int): return .int(Int64(value))
        case (.integer(let value), .float): return .float(Double(value))
        case (.float(let value), .float): return .float(value)
        default: break
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
                problems.reportUnknown(
                    .phraseSlotUnfit, at: phrase.range, "`\(head.name)` has no input `\(slot.name)`", name: slot.name,
                    among: head.inputs.map(\.name))
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

/// What an input or an output declares.
private struct Declaration {
    let name: String
    let range: SourceRange
    /// Nil when it could not be read, which has been reported.
    let type: ValueType?
    /// Where the rest begins.
    let end: Int
}

/// A task that is a program.
private struct ProgramTag {
    let tag: FTAITag
    /// How many `@input` stand directly inside.
    var inputs = 0
    /// How many `@do` stand directly inside.
    var count = 0
}

/// The names of the tasks so far.
private struct DeclaredNames {
    // Most documents have a handful of tasks: looking through their names is faster than hashing.
    private var few: [(name: String, range: SourceRange)] = []
    private var many: [String: SourceRange] = [:]
    private static let limit = 16

    init(count: Int) {
        few.reserveCapacity(min(count, Self.limit))
    }

    /// - Returns: where the name was declared before, if it was.
    mutating func declare(_ name: String, at range: SourceRange) -> SourceRange? {
        if let first = few.first(where: { $0.name == name }) { return first.range }
        if few.count < Self.limit {
            few.append((name, range))
            return nil
        }
        if let first = many[name] { return first }
        many[name] = range
        return nil
    }
}
