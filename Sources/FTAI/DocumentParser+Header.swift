// The first line of a document.

extension DocumentParser {
    /// Reads the header, and the comments that stand before it.
    mutating func parseHeader() {
        if hasByteOrderMark, bytes.count == 3 {
            reportEmpty()
            return
        }
        while lineNumber <= lastLine {
            let line = line(lineNumber)
            let start = lineNumber == 1 && hasByteOrderMark ? 3 : line.contentStart
            switch LineKind(bytes, start, line.contentEnd) {
            case .empty:
                blankIsPending = true
            case .comment:
                let text = values.commentText(start, line.contentEnd)
                attach(.comment(FTAIText(text, range: SourceRange(start, line.contentEnd))))
            case .tag where isHeader(start, line.contentEnd):
                parseHeader(SourceRange(start, line.contentEnd))
                blankIsPending = false
                lineNumber += 1
                return
            default:
                reportHeaderMissing(before: SourceRange(start, line.contentEnd))
                return
            }
            lineNumber += 1
        }
        needsMoreLines = lastLine < source.lineStarts.count
        if !needsMoreLines { reportEmpty() }
    }

    /// A header is added only where none follows, which would be a second one.
    private mutating func reportHeaderMissing(before content: SourceRange) {
        let follows = (lineNumber...lastLine).contains { number in
            let line = line(number)
            return isHeader(line.contentStart, line.contentEnd)
        }
        let top = hasByteOrderMark ? 3 : 0
        let fix = Diagnostic.Fix(
            "begin with a header", replacing: SourceRange(top, top), by: "@ftai v2.0\(source.lineEnd)")
        problems.report(
            .headerMissing, at: content, "the document does not begin with a header", fix: follows ? nil : fix)
    }

    private mutating func reportEmpty() {
        problems.report(.documentEmpty, at: SourceRange(0, 0), "the document is empty")
        lineNumber = source.lineStarts.count + 1
    }

    private var hasByteOrderMark: Bool {
        bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    }

    private func isHeader(_ start: Int, _ end: Int) -> Bool {
        guard let head = TagHead(bytes, start, end), !head.isQuoted, !head.isSubsection else { return false }
        return head.word == .header
    }

    private mutating func parseHeader(_ range: SourceRange) {
        let (place, comment) = values.split(range.start + "@ftai".utf8.count, range.end)
        header = FTAIHeader(version: "2.0", comment: comment, range: range)
        var word = nextWord(from: place.start, to: place.end)
        if let version = version(word) {
            header.version = values.text(version.digits.start, version.digits.end)
            if version.major != 2 {
                let message = "this document is FTAI v\(header.version); only v2 can be read"
                problems.report(.versionUnsupported, at: place, message)
            }
            word = nextWord(from: word.end, to: place.end)
        } else {
            let behindTag = range.start + "@ftai".utf8.count
            problems.report(
                .versionMalformed, at: range, "the header names no version",
                fix: .init("name the version", replacing: SourceRange(behindTag, behindTag), by: " v2.0"))
        }
        while word.start < word.end {
            header.attributes.append(attribute(word))
            word = nextWord(from: word.end, to: place.end)
        }
    }

    /// What stands between blanks; empty at the end.
    private func nextWord(from start: Int, to end: Int) -> SourceRange {
        var start = start
        while start < end, Byte.isBlank(bytes[start]) { start += 1 }
        var index = start
        while index < end, !Byte.isBlank(bytes[index]) { index += 1 }
        return SourceRange(start, index)
    }

    /// `name:value`, or a word that stands alone.
    private func attribute(_ word: SourceRange) -> FTAIHeader.Attribute {
        var colon = word.start
        while colon < word.end, bytes[colon] != Byte.colon { colon += 1 }
        let value = colon < word.end ? values.text(colon + 1, word.end) : nil
        return FTAIHeader.Attribute(name: values.text(word.start, colon), value: value)
    }

    /// `v2.0`, `v2` or `2.0` without the `v`; nil for anything else, and for more than 16 digits and dots.
    private func version(_ word: SourceRange) -> (digits: SourceRange, major: Int)? {
        var start = word.start
        if start < word.end, bytes[start] | 0x20 == UInt8(ascii: "v") { start += 1 }
        guard word.end - start <= 16 else { return nil }
        var number = 0
        var major: Int?
        var isBehindDigit = false
        for index in start..<word.end {
            if Byte.isDigit(bytes[index]) {
                number = number * 10 + Int(bytes[index] - 0x30)
                isBehindDigit = true
            } else {
                guard bytes[index] == Byte.dot, isBehindDigit else { return nil }
                major = major ?? number
                isBehindDigit = false
            }
        }
        return isBehindDigit ? (SourceRange(start, word.end), major ?? number) : nil
    }
}
