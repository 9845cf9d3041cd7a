// What can stand at a place of a document, told by the text before it.

import FTAI
import FTAICompiler

/// The place at which somebody types.
enum CompletionPlace: Equatable {
    /// A tag is being named; its `@` stands so many bytes before the place.
    case tag(length: Int)
    /// The key of an entry in the head of a task.
    case headKey
    case effect
    case type
    case tool
    case agent
    /// Code; whether it is the first word of its line.
    case code(isFirst: Bool)
    /// Text, a comment, or prose: everything can stand there, and nothing is worth offering.
    case text

    /// - Parameters:
    ///   - line: from its beginning to the place.
    ///   - section: what the line stands in.
    static func of(line: String, in section: Section) -> CompletionPlace {
        let start = line.drop { $0 == " " || $0 == "\t" }
        if start.first == "@" {
            let word = start.dropFirst()
            if word.allSatisfy({ isName($0) }) { return .tag(length: start.utf8.count) }
            guard section == .head, word.hasPrefix("input ") || word.hasPrefix("output ") else { return .text }
            let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 && !parts[1].contains(" ") ? .type : .text
        }
        switch section {
        case .prose: return .text
        case .head:
            if start.allSatisfy({ isName($0) }) { return .headKey }
            return start.hasPrefix("effects:") ? .effect : .text
        case .code: return ofCode(start)
        }
    }

    /// What a line stands in.
    enum Section: Equatable {
        case prose, head, code
    }

    private static func isName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }

    private static func ofCode(_ line: Substring) -> CompletionPlace {
        guard let code = CodeLine.expression(endingWith: line) else { return .text }
        let word = code.reversed().prefix { isName($0) }.count
        let before = code.dropLast(word)
        if code.count == line.count, before.isEmpty { return .code(isFirst: true) }
        let words = before.split(separator: " ")
        let last = words.last.map(String.init) ?? ""
        let isSpaced = before.last == " "
        if isSpaced, last == "is" || last == "as" { return .type }
        if isSpaced, last == "call" { return .tool }
        if isSpaced, last == "ask" { return .agent }
        let declares = words.first == "let" || words.first == "var"
        if declares, !before.contains("="), before.contains(":") { return .type }
        // The name of something new is nobody's to know.
        if declares, words.count == 1 { return .text }
        return .code(isFirst: false)
    }
}

/// The code of a line that is not complete.
enum CodeLine {
    /// The innermost expression in which a line ends: the line itself, or what stands in the braces of a text; nil within a text
    /// or a comment.
    static func expression(endingWith line: Substring) -> Substring? {
        // Where each text and each expression that is open begins; the line is the first expression.
        var open: [(isText: Bool, start: Substring.Index)] = [(false, line.startIndex)]
        var index = line.startIndex
        while index < line.endIndex {
            let next = line.index(after: index)
            let inText = open[open.count - 1].isText
            switch line[index] {
            case "\"" where inText: open.removeLast()
            case "\"": open.append((true, next))
            case "\\" where inText && next < line.endIndex: index = next
            case "{" where inText && next < line.endIndex && line[next] == "{": index = next
            case "{" where inText: open.append((false, next))
            case "}" where !inText && open.count > 1: open.removeLast()
            case "/" where !inText && next < line.endIndex && line[next] == "/": return nil
            default: break
            }
            index = line.index(after: index)
        }
        let innermost = open[open.count - 1]
        return innermost.isText ? nil : line[innermost.start...]
    }
}
