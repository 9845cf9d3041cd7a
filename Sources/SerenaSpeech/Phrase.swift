// Phrases: the notation in which a task says how people ask for it.
//
//   phrase       = { item }
//   item         = word | slot | "[" alternatives "]" | "(" alternatives ")"
//   alternatives = phrase { "|" phrase }
//   slot         = "{" name [ ":" type ] "}"
//   type         = "int" | "float" | "bool" | "string" | "time" | "date"
//
// A slot whose name ends in "name" holds a proper name. Times and dates fill string inputs: "15:30", "05-03".

import AssistantInterface

/// Where a phrase is wrong, and why.
public struct PhraseError: Error, Hashable, CustomStringConvertible, Sendable {
    public let phrase: String
    /// The number of characters before the place of the error.
    public let offset: Int
    public let reason: String

    public var description: String {
        "phrase \"\(phrase)\", character \(offset + 1): \(reason)"
    }
}

/// One way to say a phrase: alternatives chosen, optional words in or out.
struct PhraseVariant: Hashable, Sendable {
    enum Element: Hashable, Sendable {
        /// Normalised.
        case word(String)
        case slot(name: String, type: SlotType)
    }

    var elements: [Element] = []
}

/// Reads one phrase and expands it into its variants.
struct PhraseParser {
    /// A phrase with more variants is refused.
    static let maximumVariants = 512
    /// The longest phrase, in characters.
    static let maximumLength = 500
    private static let maximumDepth = 8
    private static let reserved: Set<Character> = ["{", "}", "[", "]", "(", ")", "|"]

    private let phrase: String
    private let characters: [Character]
    private let slotTypes: [String: SlotType]
    private var position = 0

    /// The variants of `phrase`. Each holds at least one word, so that no phrase fits everything.
    static func variants(of phrase: String, slots: [SlotDefinition]) throws(PhraseError) -> [PhraseVariant] {
        var parser = PhraseParser(phrase: phrase, slots: slots)
        guard parser.characters.count <= maximumLength else {
            throw parser.error("longer than \(maximumLength) characters")
        }
        let variants = try parser.parseAlternatives(depth: 0)
        guard parser.position == parser.characters.count else {
            throw parser.error("nothing was opened that this closes")
        }
        for variant in variants { try parser.check(variant) }
        return variants
    }

    private init(phrase: String, slots: [SlotDefinition]) {
        self.phrase = phrase
        characters = Array(phrase)
        slotTypes = Dictionary(slots.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    }

    private func check(_ variant: PhraseVariant) throws(PhraseError) {
        var names: Set<String> = []
        var hasWord = false
        for element in variant.elements {
            switch element {
            case .word: hasWord = true
            case .slot(let name, _):
                guard names.insert(name).inserted else { throw error("the slot \(name) stands here twice", at: 0) }
            }
        }
        guard hasWord else { throw error("a phrase needs at least one word that is always said", at: 0) }
    }

    private func error(_ reason: String, at offset: Int? = nil) -> PhraseError {
        PhraseError(phrase: phrase, offset: offset ?? position, reason: reason)
    }

    // MARK: Grammar

    private mutating func parseAlternatives(depth: Int) throws(PhraseError) -> [PhraseVariant] {
        guard depth <= Self.maximumDepth else { throw error("brackets are nested too deeply") }
        var variants = try parseSequence(depth: depth)
        while position < characters.count, characters[position] == "|" {
            position += 1
            variants += try parseSequence(depth: depth)
        }
        return variants
    }

    private mutating func parseSequence(depth: Int) throws(PhraseError) -> [PhraseVariant] {
        var variants = [PhraseVariant()]
        while position < characters.count {
            let choices: [PhraseVariant]
            switch characters[position] {
            case "{": choices = [PhraseVariant(elements: [try parseSlot()])]
            case "[": choices = [PhraseVariant()] + (try parseBrackets(closedBy: "]", depth: depth))
            case "(": choices = try parseBrackets(closedBy: ")", depth: depth)
            case "|", "]", ")": return variants
            case "}": throw error("there is no \"{\" before this \"}\"")
            default: choices = [PhraseVariant(elements: parseWords())]
            }
            guard variants.count * choices.count <= Self.maximumVariants else {
                throw error("there are more than \(Self.maximumVariants) ways to say this phrase")
            }
            variants = variants.flatMap { variant in
                choices.map { PhraseVariant(elements: variant.elements + $0.elements) }
            }
        }
        return variants
    }

    private mutating func parseBrackets(closedBy closer: Character, depth: Int) throws(PhraseError) -> [PhraseVariant] {
        let start = position
        position += 1
        let variants = try parseAlternatives(depth: depth + 1)
        guard position < characters.count, characters[position] == closer else {
            throw error("\"\(characters[start])\" is not closed by \"\(closer)\"", at: start)
        }
        position += 1
        return variants
    }

    private mutating func parseWords() -> [PhraseVariant.Element] {
        let start = position
        while position < characters.count, !Self.reserved.contains(characters[position]) { position += 1 }
        return SpokenText.normalizedWords(String(characters[start..<position])).map { .word($0) }
    }

    private mutating func parseSlot() throws(PhraseError) -> PhraseVariant.Element {
        let start = position
        guard let end = characters[start...].firstIndex(of: "}") else { throw error("\"{\" is not closed by \"}\"") }
        let parts = String(characters[start + 1..<end]).split(separator: ":", omittingEmptySubsequences: false)
        let name = parts.first?.trimmingSpaces ?? ""
        guard name.first?.isLetter == true, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }),
            parts.count <= 2
        else { throw error("a slot is written {name} or {name:type}") }
        let type = try slotType(name, written: parts.count == 2 ? parts[1].trimmingSpaces : nil)
        position = end + 1
        return .slot(name: name, type: type)
    }

    private func slotType(_ name: String, written: String?) throws(PhraseError) -> SlotType {
        guard let written else { return slotTypes[name] ?? .string }
        guard let type = SlotType(rawValue: written) else {
            throw error("\(written) is no type of a slot; there are int, float, bool, string, time and date")
        }
        if let declared = slotTypes[name], declared != type.valueType {
            throw error("\(name) is declared as \(declared.rawValue), not as \(written)")
        }
        return type
    }
}
