// Documents in the one layout that `ftai fmt` writes.

/// Lays documents out: two spaces a level, one empty line where there was any, code indented by its blocks.
public enum DocumentLayout {
    /// The text of a document in its layout. Laying it out again changes nothing, and nothing but layout changes: comments
    /// stay, and so does every word of code.
    public static func text(of document: FTAIDocument) -> String {
        FTAISerializer.serialize(
            FTAIDocument(header: document.header, nodes: document.nodes.map { laidOut($0, level: 0, in: nil) }))
    }

    private static func laidOut(_ node: FTAINode, level: Int, in outer: FTAITag?) -> FTAINode {
        switch node {
        case .tag(var tag):
            let whole = tag
            tag.body = tag.body.map { laidOut($0, level: level + 1, in: whole) }
            return .tag(tag)
        case .code(var text):
            text.text = CodeLayout.laidOut(text.text, level: level)
            return .code(text)
        default: return node
        }
    }
}

/// Lays code out by its lines: blocks are indented, lines keep their words.
enum CodeLayout {
    /// The statements that open a block which `end` closes.
    static let openers: Set<String> = ["if", "while", "for", "try", "parallel"]
    /// The words that end one part of a block and begin the next.
    static let dividers: Set<String> = ["else", "catch"]

    static func laidOut(_ code: String, level: Int) -> String {
        var depth = 0
        var brackets = 0
        var lines: [String] = []
        for line in code.split(separator: "\n", omittingEmptySubsequences: false) {
            let content = trimmed(line)
            guard !content.isEmpty else {
                if lines.last.map({ !$0.isEmpty }) ?? false { lines.append("") }
                continue
            }
            let word = String(content.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
            let isContinued = brackets > 0
            let closes = closingBrackets(content)
            if !isContinued, word == "end" || dividers.contains(word) { depth = max(0, depth - 1) }
            let extra = isContinued ? max(0, min(brackets, brackets - closes)) : 0
            lines.append(String(repeating: "  ", count: level + depth + extra) + content)
            if !isContinued, openers.contains(word) || dividers.contains(word) { depth += 1 }
            brackets = max(0, brackets + balance(of: content))
        }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    private static func trimmed(_ line: Substring) -> String {
        Array(line.utf8).withSourceBytes { bytes in
            let range = ValueReader.trimmed(bytes, 0, bytes.count)
            let hasReturn = range.end > range.start && bytes[range.end - 1] == Byte.carriageReturn
            return bytes.text(range.start, hasReturn ? range.end - 1 : range.end)
        }
    }

    /// How many brackets a line opens and does not close, outside of texts and comments; less than 0 when it closes more.
    private static func balance(of line: String) -> Int {
        var count = 0
        scan(line) { byte in count += byte == Byte.openBracket || byte == UInt8(ascii: "(") ? 1 : -1 }
        return count
    }

    /// How many brackets a line closes before anything else stands on it.
    private static func closingBrackets(_ line: String) -> Int {
        line.utf8.prefix { $0 == Byte.closeBracket || $0 == UInt8(ascii: ")") }.count
    }

    private static func scan(_ line: String, bracket: (UInt8) -> Void) {
        let bytes = Array(line.utf8)
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case Byte.quote: index = textEnd(bytes, from: index)
            case Byte.slash where index + 1 < bytes.count && bytes[index + 1] == Byte.slash: return
            case Byte.openBracket, Byte.closeBracket, UInt8(ascii: "("), UInt8(ascii: ")"): bracket(bytes[index])
            default: break
            }
            index += 1
        }
    }

    /// The quote that ends a text, which may hold expressions with texts of their own.
    private static func textEnd(_ bytes: [UInt8], from start: Int) -> Int {
        // One entry for each text that is open; its value counts the braces that are open in it.
        var braces = [0]
        var index = start + 1
        while index < bytes.count {
            let inExpression = braces[braces.count - 1] > 0
            switch bytes[index] {
            case Byte.backslash where !inExpression: index += 1
            case Byte.quote where inExpression: braces.append(0)
            case Byte.quote:
                braces.removeLast()
                if braces.isEmpty { return index }
            case Byte.openBrace where !inExpression && index + 1 < bytes.count && bytes[index + 1] == Byte.openBrace:
                index += 1
            case Byte.openBrace: braces[braces.count - 1] += 1
            case Byte.closeBrace where inExpression: braces[braces.count - 1] -= 1
            default: break
            }
            index += 1
        }
        return bytes.count
    }
}
