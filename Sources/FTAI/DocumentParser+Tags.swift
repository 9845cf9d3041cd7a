// How tags are read, opened and closed.

/// A tag that is not closed yet. Lines are added to it in place.
struct OpenTag {
    var tag: FTAITag
    let indent: Int
    /// Closed by `@end` only.
    let mustBeClosed: Bool
    var table: TableRows?
    /// Has a body only if it is indented, or if no other tag is open.
    let isSingle: Bool

    init(_ tag: FTAITag, indent: Int, mustBeClosed: Bool, table: TableRows?) {
        self.tag = tag
        self.indent = indent
        self.mustBeClosed = mustBeClosed
        self.table = table
        isSingle = tag.value != nil && !tag.isSubsection
    }

    /// Whether it ends before the next part of a task. A `@tool` has inputs and outputs of its own.
    var isPart: Bool {
        guard !mustBeClosed, !tag.isSubsection, tag.word != .task, tag.word != .tool else { return false }
        return isSingle || tag.word == .input || tag.word == .output
    }

    /// Whether a line on the same indentation can belong to the tag: a single, `@goal Save time`, has no body there, unless
    /// there is no section around it that the line could belong to.
    func takesSameIndent(isOutermost: Bool) -> Bool {
        !isSingle || isOutermost
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
    /// See ``TagWord/packed(_:)``; 0 for a name in quotes.
    let packedName: UInt64
    /// Nil for a name that has no meaning here, and for one in quotes.
    let word: TagWord?
    private let isLowercase: Bool

    /// Nil when no valid name follows the `@`.
    init?(_ bytes: SourceBytes, _ start: Int, _ end: Int) {
        isSubsection = start + 1 < end && bytes[start + 1] == Byte.at
        var index = start + (isSubsection ? 2 : 1)
        guard index < end else { return nil }
        isQuoted = bytes[index] == Byte.quote
        if isQuoted {
            guard let close = ValueReader(bytes: bytes).closingQuote(from: index, before: end), close > index + 1 else {
                return nil
            }
            name = SourceRange(index + 1, close)
            packedName = 0
            word = nil
            isLowercase = false
            index = close + 1
        } else {
            let name = TagName(bytes, index, end)
            guard name.range.end > name.range.start else { return nil }
            self.name = name.range
            packedName = name.packed
            word = TagWord(packed: name.packed)
            isLowercase = name.isLowercase
            index = name.range.end
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

    /// The name as it is written. One that is known well need not be made.
    func name(_ values: ValueReader, problems: inout DiagnosticCollector) -> String {
        if isLowercase, let word { return word.rawValue }
        return isQuoted ? values.unescaped(name, problems: &problems) : values.text(name.start, name.end)
    }

    /// Whether a trimmed line is `@end`, with or without something behind it.
    static func isEnd(_ bytes: SourceBytes, _ start: Int, _ end: Int) -> Bool {
        guard end - start >= 4, bytes[start] == Byte.at, let head = TagHead(bytes, start, end), !head.isSubsection
        else {
            return false
        }
        return head.word == .end
    }
}

extension DocumentParser {
    mutating func parseTag(_ line: Line) {
        guard let head = TagHead(bytes, line.contentStart, line.contentEnd) else {
            problems.report(.tagNameInvalid, at: line.content, "no valid tag name follows this `@`")
            parseContent(line, .text)
            return
        }
        let nameRange = SourceRange(line.contentStart, head.name.end + (head.isQuoted ? 1 : 0))
        let name = head.name(values, problems: &problems)
        if name.utf8.count > limits.tagName {
            let message = "this tag name has \(name.utf8.count) bytes; the limit is \(limits.tagName)"
            problems.report(.tagNameTooLong, at: nameRange, message)
        }
        let word = head.isSubsection ? nil : head.word
        if word == .end {
            parseEnd(line, head)
            return
        }
        closeTags(before: line, isTag: true)
        if word == .program || word == .input || word == .output { closeParts(before: line) }
        if word == .header {
            problems.report(.headerRepeated, at: line.content, "a second header stands here")
        }
        let (place, comment) = values.split(head.valueStart, line.contentEnd)
        let value = values.value(place, problems: &problems)
        checkType(head.typeHint, of: value)
        let tag = FTAITag(
            name: name, word: head.isQuoted ? TagWord(name) : head.word, isQuoted: head.isQuoted,
            isSubsection: head.isSubsection, typeHint: head.typeHint, value: value, comment: comment,
            range: SourceRange(line.contentStart, line.contentEnd), nameRange: nameRange)
        if !head.isSubsection, let word = head.word {
            rules.see(word, packedName: head.packedName)
        } else {
            rules.see(tag, packedName: head.isSubsection ? 0 : head.packedName, problems: &problems)
        }
        openTag(tag, line, word)
    }

    /// - Parameter word: nil for a subsection and for a tag in quotes.
    private mutating func openTag(_ tag: consuming FTAITag, _ line: Line, _ word: TagWord?) {
        let outer = open.indices.last
        let isCode = word == .program && outer.map { open[$0].tag.word == .task } == true
        let mustBeClosed = isCode || word != .program && word?.isClosedSection == true
        guard open.count < limits.nesting else {
            if !nestingWasReported {
                problems.report(.nestingTooDeep, at: tag.nameRange, "sections are nested deeper than \(limits.nesting)")
            }
            nestingWasReported = true
            if mustBeClosed { skippedSections += 1 }
            attach(.tag(tag))
            return
        }
        if tag.isSubsection, let outer, line.indent <= open[outer].indent {
            let message = "this section of `@\(open[outer].tag.name.prefix(64))` is not indented deeper than it"
            problems.report(.subsectionNotIndented, at: tag.nameRange, message)
        }
        separate()
        let table = word == .table ? TableRows() : nil
        open.append(OpenTag(tag, indent: line.indent, mustBeClosed: mustBeClosed, table: table))
        // An input, an output, a program, and one more.
        if word == .task { open[open.count - 1].tag.body.reserveCapacity(4) }
        if isCode { parseCode() }
    }

    /// The body of a `@do`: everything up to a line that is `@end`, as it stands.
    private mutating func parseCode() {
        let first = lineNumber
        let number = endOfCode(from: first)
        let end = number <= lastLine ? line(number) : nil
        lineNumber = number
        needsMoreLines = end == nil && lastLine < source.lineStarts.count
        if number > first {
            let range = SourceRange(source.lineRange(first).lowerBound, source.lineRange(number - 1).upperBound)
            let text = keepsCode ? code(first..<number, range) : ""
            if range.start < range.end { open[open.count - 1].tag.body = [.code(FTAIText(text, range: range))] }
        }
        if let end {
            lineNumber = number + 1
            closeTop(by: .end, at: end.contentEnd)
        }
    }

    /// The line that is `@end`, or the one behind the last.
    private func endOfCode(from first: Int) -> Int {
        var number = first
        while number <= lastLine {
            var index = source.lineStarts[number - 1]
            while index < bytes.count, Byte.isBlank(bytes[index]) { index += 1 }
            if index < bytes.count, bytes[index] == Byte.at, isEnd(line(number)) { break }
            number += 1
        }
        return number
    }

    /// Whole lines as they stand; where no carriage return must go, that is the text of their range.
    private func code(_ lines: Range<Int>, _ range: SourceRange) -> String {
        !bytes.isPlain && values.contains(Byte.carriageReturn, range.start, range.end)
            ? verbatim(lines) : values.text(range.start, range.end)
    }

    /// Whether a line is `@end`, with or without a comment.
    private func isEnd(_ line: Line) -> Bool {
        TagHead.isEnd(bytes, line.contentStart, line.contentEnd)
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
        var section: Int? = last
        var inner: Int?
        while let index = section, !open[index].mustBeClosed {
            if inner == nil, open[index].indent == line.indent { inner = index }
            section = index > 0 ? index - 1 : nil
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
        while let top = open.indices.last, !open[top].mustBeClosed {
            if line.indent > open[top].indent { return }
            if !isTag, line.indent == open[top].indent, open[top].takesSameIndent(isOutermost: top == 0) { return }
            closeTop(by: .nextTag, at: line.start)
        }
    }

    /// Closes what a part of a task (`@input`, `@output`, `@do`) stands behind, also where it is indented deeper: singles, and
    /// other parts of the task. Nothing is closed outside of a task.
    private mutating func closeParts(before line: Line) {
        var outer = open.count - 1
        while outer >= 0, open[outer].isPart { outer -= 1 }
        guard outer >= 0, open[outer].tag.word == .task else { return }
        while open.count > outer + 1 { closeTop(by: .nextTag, at: line.start) }
    }

    /// Ends the innermost open tag and puts it where it belongs.
    mutating func closeTop(by closing: Closing, at end: Int) {
        guard var top = open.popLast() else { return }
        if let table = top.table {
            top.tag.body += table.finished(of: top.tag, problems: &problems)
        }
        if closing == .end {
            top.tag.range.end = end
        } else if let last = top.tag.body.last?.range {
            top.tag.range.end = max(top.tag.range.end, last.end)
        }
        if closing != .end { reportUnclosed(top) }
        if top.tag.word == .schema { rules.collect(top.tag, problems: &problems) }
        if let outer = open.indices.last {
            open[outer].tag.body.append(.tag(top.tag))
        } else {
            root.append(.tag(top.tag))
        }
    }

    /// Reports a section that should have had an `@end`.
    private mutating func reportUnclosed(_ section: OpenTag) {
        let tag = section.tag
        if section.mustBeClosed {
            let message = "this `@\(tag.name)` has no `@end`"
            problems.report(.sectionUnclosed, at: tag.nameRange, message, fix: closingFix(of: section))
        } else if !tag.body.isEmpty, !tag.isSubsection {
            let message = "this `@\(tag.name)` is ended by what follows it, not by `@end`"
            problems.report(.sectionEndedByNext, at: tag.nameRange, message, fix: closingFix(of: section))
        }
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
