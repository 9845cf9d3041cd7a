// The parser's pass over the lines of a document.

/// Builds the tree of one document.
///
/// Sections that must be closed stay open until their `@end`. Any other tag may have a body or not: it stays open as long as
/// what follows belongs to it (see ``closeTags(before:at:)``).
struct DocumentParser {
    let source: FTAISource
    /// Of the source, which outlives the parser.
    var bytes: SourceBytes
    let limits: FTAIParser.Limits
    var problems: DiagnosticCollector
    var values: ValueReader { ValueReader(bytes: bytes) }

    var header = FTAIHeader()
    var root: [FTAINode] = []
    var rules = TagRules()
    var open: [OpenTag] = []
    /// An empty line was seen since the last node.
    var blankIsPending = false
    /// How many `@end` there are beyond what the sections need that must be closed: authors who close every section have some.
    var spareEnds = 0
    /// Sections that are too deep to be kept, and whose `@end` is still to come.
    var skippedSections = 0
    var nestingWasReported = false
    var lineNumber = 1
    /// The last line to read: the lines behind it are not there as a whole yet, see ``parseWindow(isFirst:hasNodes:isLast:)``.
    var lastLine: Int
    /// Something that began cannot be read to its end in the lines that there are.
    var needsMoreLines = false
    /// Whether the text of code is wanted, or only its range.
    var keepsCode = true
    /// What was read before belongs to the same document.
    var continuesDocument = false

    init(source: FTAISource, bytes: SourceBytes, limits: FTAIParser.Limits, problems: DiagnosticCollector) {
        self.source = source
        self.bytes = bytes
        self.limits = limits
        self.problems = problems
        self.lastLine = source.lineStarts.count
        open.reserveCapacity(4)
    }

    mutating func parse() -> FTAIDocument {
        bytes.isPlain = TextChecker.check(source, problems: &problems)
        spareEnds = countSpareEnds()
        parseHeader()
        while lineNumber <= lastLine { parseLine() }
        while !open.isEmpty { closeTop(by: .endOfFile, at: source.bytes.count) }
        rules.reportCandidates(problems: &problems)
        rules.reportMissing(problems: &problems)
        return FTAIDocument(header: header, nodes: root)
    }

    mutating func parseLine() {
        let line = line(lineNumber)
        lineNumber += 1
        parse(line)
    }

    func line(_ number: Int) -> Line { Line(number, of: source, bytes) }

    private mutating func parse(_ line: Line) {
        if line.isEmpty {
            blankIsPending = true
            return
        }
        if line.mixesIndentation {
            let place = SourceRange(line.start, line.contentStart)
            let spaces = String(repeating: " ", count: line.indent)
            problems.report(
                .mixedIndentation, at: place, "this indentation mixes tabs and spaces",
                fix: .init("indent with spaces", replacing: place, by: spaces))
        }
        if bytes[line.contentStart] == Byte.at {
            parseTag(line)
        } else {
            parseContent(line, LineKind(bytes, line.contentStart, line.contentEnd))
        }
    }

    mutating func parseContent(_ line: Line, _ kind: LineKind) {
        closeTags(before: line, isTag: false)
        let range = line.content
        if let top = open.indices.last, open[top].table != nil, kind != .comment {
            let reader = values
            open[top].table?.add(line, reader: reader)
            return
        }
        switch kind {
        case .comment:
            attach(.comment(FTAIText(values.commentText(range.start, range.end), range: range)))
        case .fence:
            parseNarrative(line)
        case .item:
            let (place, comment) = values.split(range.start + 1, range.end)
            let value = values.value(place, problems: &problems)
            attach(.item(FTAIItem(value: value, comment: comment, range: range)))
        case .entry(let head):
            parseEntry(head, range)
        case .text, .tag, .empty:
            parseText(range)
        }
    }

    private mutating func parseText(_ range: SourceRange) {
        let comment = ValueReader.commentStart(in: bytes, range.start, range.end, isText: true)
        let place = ValueReader.trimmed(bytes, range.start, comment ?? range.end)
        let written = values.text(place.start, place.end)
        let isMarked = values.contains(Byte.backslash, place.start, place.end)
        let text = isMarked ? TextEscape.resolved(written) : written
        let note = comment.map { values.commentText($0, range.end) }
        attach(.text(FTAIText(text, comment: note, range: range)))
    }

    private mutating func parseEntry(_ head: EntryHead, _ range: SourceRange) {
        let (place, comment) = values.split(head.valueStart, range.end)
        let value = values.value(place, problems: &problems)
        let key =
            head.isQuoted
            ? values.unescaped(head.key, problems: &problems) : values.text(head.key.start, head.key.end)
        checkType(head.typeHint, of: value)
        attach(
            .entry(
                FTAIEntry(
                    key: key, typeHint: head.typeHint, value: value, comment: comment, range: range, keyRange: head.key)
            ))
    }

    /// Narrative is kept as it stands. Without a second `---` the first is reported and left out.
    private mutating func parseNarrative(_ line: Line) {
        let first = lineNumber
        var number = first
        while number <= lastLine {
            let candidate = self.line(number)
            if LineKind.isFence(bytes, candidate.contentStart, candidate.contentEnd) { break }
            number += 1
        }
        guard number <= lastLine else {
            needsMoreLines = lastLine < source.lineStarts.count
            guard !needsMoreLines else { return }
            problems.report(.narrativeUnclosed, at: line.content, "no second `---` closes this narrative")
            attach(.comment(FTAIText("---", range: line.content)))
            return
        }
        let text = verbatim(first..<number) { NarrativeEscape.resolved($0) }
        let end = self.line(number).contentEnd
        attach(.narrative(FTAIText(text, range: SourceRange(line.contentStart, end))))
        lineNumber = number + 1
    }

    /// Whole lines as they stand, joined by newlines.
    func verbatim(_ lines: Range<Int>, resolving: (String) -> String = { $0 }) -> String {
        lines.map { number in
            let range = source.lineRange(number)
            return resolving(values.text(range.lowerBound, range.upperBound))
        }.joined(separator: "\n")
    }

    func checkedType(_ hint: FTAIType?, _ value: FTAIValue) -> FTAIValue? {
        guard let hint, hint != .string else { return nil }
        guard case .list = value.form else { return hint.accepts(value.text) ? nil : value }
        return value.elements.first { !hint.accepts($0.text) }
    }

    mutating func checkType(_ hint: FTAIType?, of value: FTAIValue?) {
        guard let hint, let value, let wrong = checkedType(hint, value) else { return }
        problems.report(.valueNotOfType, at: wrong.range, "`\(wrong.text.prefix(40))` is no \(hint.rawValue)")
    }

    /// Puts a node into the innermost open tag.
    mutating func attach(_ node: FTAINode) {
        separate()
        if let top = open.indices.last { open[top].tag.body.append(node) } else { root.append(node) }
    }

    /// Keeps an empty line that stands between two nodes.
    mutating func separate() {
        guard blankIsPending else { return }
        blankIsPending = false
        if let top = open.indices.last {
            if !open[top].tag.body.isEmpty { open[top].tag.body.append(.blank) }
        } else if !root.isEmpty || continuesDocument {
            root.append(.blank)
        }
    }

    private func countSpareEnds() -> Int {
        var count = 0
        for start in source.lineStarts {
            var index = start
            while index < bytes.count, Byte.isBlank(bytes[index]) { index += 1 }
            guard index < bytes.count, bytes[index] == Byte.at else { continue }
            guard let word = TagWord(packed: TagName(bytes, index + 1, bytes.count).packed) else { continue }
            if word == .end { count += 1 } else if word.isClosedSection { count -= 1 }
        }
        return max(0, count)
    }
}

/// A line `---` within narrative is marked by a backslash.
enum NarrativeEscape {
    static func resolved(_ line: String) -> String {
        guard isMarked(line), let index = line.firstIndex(of: "\\") else { return line }
        var line = line
        line.remove(at: index)
        return line
    }

    static func applied(_ line: String) -> String {
        let (start, isFence) = Array(line.utf8).withSourceBytes { bytes in
            let range = ValueReader.trimmed(bytes, 0, bytes.count)
            return (range.start, LineKind.isFence(bytes, range.start, range.end))
        }
        guard isFence || isMarked(line) else { return line }
        let index = line.utf8.index(line.startIndex, offsetBy: start)
        return line[..<index] + "\\" + line[index...]
    }

    /// Whether a line is `---` behind at least one backslash.
    private static func isMarked(_ line: String) -> Bool {
        Array(line.utf8).withSourceBytes { bytes in
            let range = ValueReader.trimmed(bytes, 0, bytes.count)
            var index = range.start
            while index < range.end, bytes[index] == Byte.backslash { index += 1 }
            return index > range.start && LineKind.isFence(bytes, index, range.end)
        }
    }
}
