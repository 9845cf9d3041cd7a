// How tags are read, opened and closed.

/// A tag that is not closed yet. A class, because lines are added to it in place.
final class OpenTag {
    var tag: FTAITag
    let indent: Int
    /// Closed by `@end` only.
    let mustBeClosed: Bool
    var table: TableRows?
    let isSchema: Bool
    let isTask: Bool
    private let hasNoValue: Bool

    init(_ tag: FTAITag, indent: Int, mustBeClosed: Bool, table: TableRows?) {
        self.tag = tag
        self.indent = indent
        self.mustBeClosed = mustBeClosed
        self.table = table
        isSchema = tag.isNamed("schema")
        isTask = tag.isNamed("task")
        hasNoValue = tag.value == nil || tag.isSubsection
    }

    /// The tag, which is moved out and not copied.
    func takeTag() -> FTAITag {
        var taken = FTAITag(name: "")
        swap(&taken, &tag)
        return taken
    }

    func add(_ node: FTAINode) {
        tag.body.append(node)
    }

    /// Whether a line on the same indentation can belong to the tag: a single, `@goal Save time`, has no body there, unless
    /// there is no section around it that the line could belong to.
    func takesSameIndent(isOutermost: Bool) -> Bool {
        hasNoValue || isOutermost
    }
}

/// Why a section ends.
enum Closing {
    case end, nextTag, outerEnd, endOfFile
}

/// The beginning of a tag line: `@name`, `@@name` or `@"name"`, with a type hint.
struct TagHead {
    let name: SourceRange
    let isQuoted: Bool
    let isSubsection: Bool
    let typeHint: FTAIType?
    let valueStart: Int

    /// Nil when no valid name follows the `@`.
    init?(_ bytes: [UInt8], _ start: Int, _ end: Int) {
        isSubsection = start + 1 < end && bytes[start + 1] == Byte.at
        var index = start + (isSubsection ? 2 : 1)
        guard index < end else { return nil }
        isQuoted = bytes[index] == Byte.quote
        if isQuoted {
            guard let close = ValueReader(bytes: bytes).closingQuote(from: index, before: end), close > index + 1 else {
                return nil
            }
            name = SourceRange(index + 1, close)
            index = close + 1
        } else {
            name = Self.name(bytes, index, end)
            guard name.end > name.start else { return nil }
            index = name.end
        }
        var hint: TypeHint?
        if index < end, bytes[index] == Byte.colon {
            index += 1
            hint = TypeHint(bytes, index, end)
        } else if index < end, !Byte.isBlank(bytes[index]) {
            return nil
        }
        typeHint = hint?.type
        valueStart = hint?.end ?? index
    }

    /// Whether a trimmed line is `@end`, with or without something behind it.
    static func isEnd(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
        guard end - start >= 4, bytes[start] == Byte.at, let head = TagHead(bytes, start, end), !head.isQuoted,
            !head.isSubsection, head.name.end - head.name.start == 3
        else { return false }
        return zip(bytes[head.name.start..<head.name.end], "end".utf8).allSatisfy { $0 | 0x20 == $1 }
    }

    /// The word at a place; empty when there is none.
    static func name(_ bytes: [UInt8], _ start: Int, _ end: Int) -> SourceRange {
        var index = start
        guard index < end, Byte.isLetter(bytes[index]) || bytes[index] == Byte.underscore else {
            return SourceRange(start, start)
        }
        while index < end, Byte.isName(bytes[index]) { index += 1 }
        return SourceRange(start, index)
    }
}

extension DocumentParser {
    mutating func parseTag(_ line: Line) {
        guard let head = TagHead(source.bytes, line.contentStart, line.contentEnd) else {
            problems.report(.tagNameInvalid, at: line.content, "no valid tag name follows this `@`")
            parseContent(line, .text)
            return
        }
        let nameRange = SourceRange(line.contentStart, head.name.end + (head.isQuoted ? 1 : 0))
        let name =
            head.isQuoted
            ? values.unescaped(head.name, problems: &problems) : values.text(head.name.start, head.name.end)
        if name.utf8.count > limits.tagName {
            let message = "this tag name has \(name.utf8.count) bytes; the limit is \(limits.tagName)"
            problems.report(.tagNameTooLong, at: nameRange, message)
        }
        let word = head.isQuoted || head.isSubsection ? "" : ValueReader.lowercased(name)
        if word == "end" {
            parseEnd(line, head)
            return
        }
        closeTags(before: line, isTag: true)
        if word == "ftai" {
            problems.report(.headerRepeated, at: line.content, "a second header stands here")
        }
        let (place, comment) = values.split(head.valueStart, line.contentEnd)
        let value = values.value(place, problems: &problems)
        checkType(head.typeHint, of: value)
        let tag = FTAITag(
            name: name, isQuoted: head.isQuoted, isSubsection: head.isSubsection, typeHint: head.typeHint, value: value,
            comment: comment, range: SourceRange(line.contentStart, line.contentEnd), nameRange: nameRange)
        openTag(tag, line, word: word)
    }

    private mutating func openTag(_ tag: FTAITag, _ line: Line, word: String) {
        let isCode = word == "do" && open.last?.isTask == true
        let mustBeClosed = isCode || word != "do" && FTAIVocabulary.closedSections.contains(word)
        rules.see(word.isEmpty ? tag.name.lowercased() : word, of: tag, problems: &problems)
        guard open.count < limits.nesting else {
            if !nestingWasReported {
                problems.report(.nestingTooDeep, at: tag.nameRange, "sections are nested deeper than \(limits.nesting)")
            }
            nestingWasReported = true
            if mustBeClosed { skippedSections += 1 }
            attach(.tag(tag))
            return
        }
        if tag.isSubsection, let outer = open.last, line.indent <= outer.indent {
            let message = "this section of `@\(outer.tag.name.prefix(64))` is not indented deeper than it"
            problems.report(.subsectionNotIndented, at: tag.nameRange, message)
        }
        separate()
        let table = word == "table" ? TableRows() : nil
        open.append(OpenTag(tag, indent: line.indent, mustBeClosed: mustBeClosed, table: table))
        if isCode { parseCode() }
    }

    /// The body of a `@do`: everything up to a line that is `@end`, as it stands.
    private mutating func parseCode() {
        let first = lineNumber
        var number = first
        var end: Line?
        while number <= lastLine {
            let line = Line(number, of: source)
            if isEnd(line) {
                end = line
                break
            }
            number += 1
        }
        lineNumber = number
        needsMoreLines = end == nil && lastLine < source.lineStarts.count
        if number > first {
            let range = SourceRange(source.lineRange(first).lowerBound, source.lineRange(number - 1).upperBound)
            let text = code(first..<number, range)
            if !text.isEmpty { open.last?.tag.body = [.code(FTAIText(text, range: range))] }
        }
        if let end {
            lineNumber = number + 1
            closeTop(by: .end, at: end.contentEnd)
        }
    }

    /// Whole lines as they stand; where no carriage return must go, that is the text of their range.
    private func code(_ lines: Range<Int>, _ range: SourceRange) -> String {
        values.contains(Byte.carriageReturn, range.start, range.end)
            ? verbatim(lines) : values.text(range.start, range.end)
    }

    /// Whether a line is `@end`, with or without a comment.
    private func isEnd(_ line: Line) -> Bool {
        TagHead.isEnd(source.bytes, line.contentStart, line.contentEnd)
    }

    /// `@end`, or `@end name` where the name is that of an open section.
    private mutating func parseEnd(_ line: Line, _ head: TagHead) {
        let (place, comment) = values.split(head.valueStart, line.contentEnd)
        if skippedSections > 0 {
            skippedSections -= 1
            return
        }
        let title = values.text(place.start, place.end)
        guard let target = target(of: line, named: title) else {
            let isBare = title.isEmpty && comment == nil
            problems.report(
                .endUnexpected, at: line.content, "no open section is left for this `@end`",
                fix: isBare ? removal(of: line) : nil)
            return
        }
        if !title.isEmpty, !open[target].tag.isNamed(title) {
            problems.report(.endUnexpected, at: place, "no section `\(title.prefix(40))` is open here")
        }
        while open.count > target + 1 { closeTop(by: .outerEnd, at: line.start) }
        if let comment { attach(.comment(FTAIText(comment, range: line.content))) }
        if !open[target].mustBeClosed { spareEnds = max(0, spareEnds - 1) }
        closeTop(by: .end, at: line.contentEnd)
    }

    /// The open tag that an `@end` closes: the one of that name; else the innermost section that must be closed, unless a tag
    /// within it stands on the same indentation as the `@end`, or `@end`s are to spare and that tag has a body.
    private func target(of line: Line, named name: String) -> Int? {
        if !name.isEmpty, let index = open.lastIndex(where: { $0.tag.isNamed(name) }) { return index }
        guard let last = open.indices.last else { return nil }
        let section = open.lastIndex { $0.mustBeClosed }
        let inner = open.indices.last { index in
            index > (section ?? -1) && open[index].indent == line.indent
        }
        guard let section else { return inner ?? last }
        guard let inner else { return section }
        guard open[section].indent == line.indent else { return inner }
        return spareEnds > 0 && !open[inner].tag.body.isEmpty ? inner : section
    }

    /// Closes the tags that a line does not belong to.
    ///
    /// A section that must be closed keeps everything. Another tag keeps what is indented deeper than itself, and content (not
    /// tags) on its own indentation unless it is a single.
    mutating func closeTags(before line: Line, isTag: Bool) {
        while let top = open.last, !top.mustBeClosed {
            if line.indent > top.indent { return }
            if !isTag, line.indent == top.indent, top.takesSameIndent(isOutermost: open.count == 1) { return }
            closeTop(by: .nextTag, at: line.start)
        }
    }

    /// Ends the innermost open tag and puts it where it belongs.
    mutating func closeTop(by closing: Closing, at end: Int) {
        guard let top = open.popLast() else { return }
        if let table = top.table {
            top.tag.body += table.finished(of: top.tag, problems: &problems)
        }
        if closing == .end {
            top.tag.range.end = end
        } else if let last = top.tag.body.last?.range {
            top.tag.range.end = max(top.tag.range.end, last.end)
        }
        if top.mustBeClosed, closing != .end {
            let message = "this `@\(top.tag.name)` has no `@end`"
            problems.report(.sectionUnclosed, at: top.tag.nameRange, message, fix: closingFix(of: top))
        } else if closing != .end, !top.tag.body.isEmpty, !top.tag.isSubsection {
            let message = "this `@\(top.tag.name)` is ended by what follows it, not by `@end`"
            problems.report(.sectionEndedByNext, at: top.tag.nameRange, message, fix: closingFix(of: top))
        }
        if top.isSchema { rules.collect(top.tag, problems: &problems) }
        let tag = top.takeTag()
        if let outer = open.last { outer.add(.tag(tag)) } else { root.append(.tag(tag)) }
    }
}

extension FTAINode {
    /// Where the node stood; nil for empty lines.
    public var range: SourceRange? {
        switch self {
        case .tag(let tag): tag.range
        case .entry(let entry): entry.range
        case .item(let item): item.range
        case .table(let table): table.range
        case .narrative(let text), .text(let text), .code(let text), .comment(let text): text.range
        case .blank: nil
        }
    }
}
