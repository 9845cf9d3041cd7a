// The first line of a document.

extension DocumentParser {
    /// Reads the header, and the comments that stand before it.
    mutating func parseHeader() {
        if source.bytes.starts(with: TextChecker.byteOrderMark), source.bytes.count == 3 || source.bytes.isEmpty {
            reportEmpty()
            return
        }
        while lineNumber <= lastLine {
            let line = Line(lineNumber, of: source)
            let start = lineNumber == 1 && source.bytes.starts(with: TextChecker.byteOrderMark) ? 3 : line.contentStart
            switch LineKind(source.bytes, start, line.contentEnd) {
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
                let message = "the document does not begin with a header"
                let top = source.bytes.starts(with: TextChecker.byteOrderMark) ? 3 : 0
                problems.report(
                    .headerMissing, at: SourceRange(start, line.contentEnd), message,
                    fix: .init("begin with a header", replacing: SourceRange(top, top), by: "@ftai v2.0\n"))
                return
            }
            lineNumber += 1
        }
        needsMoreLines = lastLine < source.lineStarts.count
        if !needsMoreLines { reportEmpty() }
    }

    private mutating func reportEmpty() {
        problems.report(.documentEmpty, at: SourceRange(0, 0), "the document is empty")
        lineNumber = source.lineStarts.count + 1
    }

    private func isHeader(_ start: Int, _ end: Int) -> Bool {
        guard let head = TagHead(source.bytes, start, end), !head.isQuoted, !head.isSubsection else { return false }
        return values.text(head.name.start, head.name.end).lowercased() == "ftai"
    }

    private mutating func parseHeader(_ range: SourceRange) {
        let (place, comment) = values.split(range.start + "@ftai".utf8.count, range.end)
        let text = values.text(place.start, place.end)
        var words = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        header = FTAIHeader(version: "2.0", comment: comment, range: range)
        if let version = words.first.flatMap(Self.version) {
            words.removeFirst()
            header.version = version
            if version.split(separator: ".").first.flatMap({ Int($0) }) != 2 {
                let message = "this document is FTAI v\(version); only v2 can be read"
                problems.report(.versionUnsupported, at: place, message)
            }
        } else {
            let behindTag = range.start + "@ftai".utf8.count
            problems.report(
                .versionMalformed, at: range, "the header names no version",
                fix: .init("name the version", replacing: SourceRange(behindTag, behindTag), by: " v2.0"))
        }
        header.attributes = words.map { word in
            let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return FTAIHeader.Attribute(name: parts[0], value: parts.count > 1 ? parts[1] : nil)
        }
    }

    /// `v2.0`, `v2` or `2.0` without the `v`; nil for anything else.
    private static func version(_ word: String) -> String? {
        let digits = word.lowercased().hasPrefix("v") ? word.dropFirst() : word[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard digits.count <= 16, !digits.isEmpty,
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } })
        else { return nil }
        return String(digits)
    }
}
