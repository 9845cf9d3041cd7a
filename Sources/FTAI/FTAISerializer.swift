// Writes documents: the same tree always gives the same bytes.

/// Turns trees into text that reads back as the same tree.
public enum FTAISerializer {
    /// A whole document, ending with a newline.
    public static func serialize(_ document: FTAIDocument) -> String {
        var writer = Writer()
        writer.write(document.header)
        if !document.nodes.isEmpty { writer.output += "\n" }
        writer.write(document.nodes, level: 0)
        return writer.output
    }

    /// One tag, ending with a newline: what is appended to a log.
    ///
    /// - Parameter level: how deep it is indented, two spaces each.
    public static func serialize(_ tag: FTAITag, level: Int = 0) -> String {
        var writer = Writer()
        writer.write(tag, level: level, isFollowedByContent: false)
        return writer.output
    }
}

private struct Writer {
    var output = ""

    mutating func write(_ header: FTAIHeader) {
        output += "@ftai v\(header.version)"
        for attribute in header.attributes {
            output += " \(attribute.name)" + (attribute.value.map { ":\($0)" } ?? "")
        }
        endLine(header.comment)
    }

    mutating func write(_ nodes: [FTAINode], level: Int) {
        for (index, node) in nodes.enumerated() {
            switch node {
            case .tag(let tag):
                let next = nodes[(index + 1)...].first { $0 != .blank }
                write(tag, level: level, isFollowedByContent: next.map { $0.asTag == nil } ?? false)
            case .blank: output += "\n"
            default: writeLine(node, level)
            }
        }
    }

    private mutating func writeLine(_ node: FTAINode, _ level: Int) {
        switch node {
        case .entry(let entry): write(entry, level)
        case .item(let item):
            indent(level)
            let value = item.value.map { " " + Self.written($0) } ?? ""
            output += "-" + value
            endLine(item.comment, value: value)
        case .table(let table): write(table, level)
        case .narrative(let text): writeFenced(text.text, level)
        case .text(let text): write(text, level)
        case .code(let text):
            // No line of code is `@end`; one that is would end the code, and becomes a comment.
            writeVerbatim(text.text) { line in
                let isEnd = Array(line.utf8).withSourceBytes { bytes in
                    let range = ValueReader.trimmed(bytes, 0, bytes.count)
                    return TagHead.isEnd(bytes, range.start, range.end)
                }
                return isEnd ? "// \(line)" : line
            }
        case .comment(let text): writeComment(text.text, level)
        case .tag, .blank: break
        }
    }

    /// - Parameter isFollowedByContent: whether the next node could be taken for a part of the tag.
    mutating func write(_ tag: FTAITag, level: Int, isFollowedByContent: Bool) {
        indent(level)
        output += tag.isSubsection ? "@@" : "@"
        output += tag.isQuoted || !Self.isName(tag.name) ? Escape.quoted(tag.name) : tag.name
        if let hint = tag.typeHint { output += ":\(hint.rawValue)" }
        let value = tag.value.map { " " + Self.written($0) } ?? ""
        output += value
        endLine(tag.comment, value: value)
        write(tag.body, level: level + 1)
        let mustBeClosed =
            !tag.isQuoted && !tag.isSubsection && FTAIVocabulary.closedSections.contains(tag.name.lowercased())
        guard mustBeClosed || !tag.body.isEmpty || isFollowedByContent else { return }
        indent(level)
        output += "@end\n"
    }

    private mutating func write(_ entry: FTAIEntry, _ level: Int) {
        indent(level)
        output += Self.isKey(entry.key) ? entry.key : Escape.quoted(entry.key)
        output += ":" + (entry.typeHint?.rawValue ?? "")
        let value = entry.value.map { " " + Self.written($0) } ?? ""
        output += value
        endLine(entry.comment, value: value)
    }

    private mutating func write(_ text: FTAIText, _ level: Int) {
        var lines = text.text.lines
        // A line of nothing but carriage returns is a line, and makes what it stands in not empty.
        if lines.isEmpty, text.text.utf8.contains(Byte.carriageReturn) { lines = ["\u{FFFD}"] }
        for (index, line) in lines.enumerated() {
            indent(level)
            output += TextEscape.applied(line.trimmingBlanks())
            endLine(index == lines.count - 1 ? text.comment : nil)
        }
    }

    private mutating func write(_ table: FTAITable, _ level: Int) {
        indent(level)
        output += TableRows.written(table.header) + "\n"
        indent(level)
        output += "|" + table.header.map { _ in " --- |" }.joined() + "\n"
        for row in table.rows {
            indent(level)
            output += TableRows.written(row) + "\n"
        }
    }

    private mutating func writeFenced(_ text: String, _ level: Int) {
        indent(level)
        output += "---\n"
        writeVerbatim(text, escaping: NarrativeEscape.applied)
        indent(level)
        output += "---\n"
    }

    private mutating func writeVerbatim(_ text: String, escaping: (String) -> String) {
        guard !text.isEmpty else { return }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            output += escaping(String(line).withoutControls) + "\n"
        }
    }

    private mutating func writeComment(_ text: String, _ level: Int) {
        let lines = text.lines
        for line in lines.isEmpty ? [""] : lines {
            indent(level)
            output += line.isEmpty ? "//\n" : "// \(line)\n"
        }
    }

    /// Ends a line with the comment behind its value. A quote in the value that is not closed would reach up to one in the
    /// comment, and make it a part of the value.
    private mutating func endLine(_ comment: String?, value: String = "") {
        if let comment {
            let line = comment.lines.joined(separator: " ")
            var end = line.isEmpty ? " //" : " // " + line
            let start = Array((value + end).utf8).withSourceBytes { ValueReader.commentStart(in: $0, 0, $0.count) }
            if start != value.utf8.count + 1 {
                end.replace("\"", with: "'")
            }
            output += end
        }
        output += "\n"
    }

    private mutating func indent(_ level: Int) {
        output += String(repeating: "  ", count: level)
    }

    static func written(_ value: FTAIValue) -> String {
        switch value.form {
        case .bare(let text): FTAIValue.isSafeBare(text) ? text : Escape.quoted(text)
        case .quoted(let text): Escape.quoted(text)
        case .list(let elements): "[" + elements.map(element).joined(separator: ", ") + "]"
        }
    }

    private static func element(_ value: FTAIValue) -> String {
        guard case .bare(let text) = value.form else { return written(value) }
        return FTAIValue.isSafeElement(text) ? text : Escape.quoted(text)
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && Array(name.utf8).withSourceBytes { TagName($0, 0, $0.count).range.end == $0.count }
    }

    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        guard let first = bytes.first else { return false }
        return (Byte.isLetter(first) || first == Byte.underscore || first >= 0x80) && bytes.allSatisfy(Byte.isKey)
            && !key.contains { $0.isNewline }
    }
}

extension StringProtocol {
    /// The lines on which anything stands, without blanks at their ends and characters that may not stand in a document.
    fileprivate var lines: [String] {
        split(whereSeparator: { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }).compactMap { part in
            let bytes = Array(String(part).utf8)
            guard let last = bytes.lastIndex(where: { !Byte.isBlank($0) }) else { return nil }
            return String(decoding: bytes[...last], as: UTF8.self).withoutControls
        }
    }

    /// The text with control characters replaced; a tab stays.
    fileprivate var withoutControls: String {
        guard unicodeScalars.contains(where: { Escape.isControl($0) && $0 != "\t" }) else { return String(self) }
        return String(
            String.UnicodeScalarView(unicodeScalars.map { Escape.isControl($0) && $0 != "\t" ? "\u{FFFD}" : $0 }))
    }

    fileprivate func trimmingBlanks() -> String {
        Array(utf8).withSourceBytes { bytes in
            let range = ValueReader.trimmed(bytes, 0, bytes.count)
            return bytes.text(range.start, range.end)
        }
    }
}
