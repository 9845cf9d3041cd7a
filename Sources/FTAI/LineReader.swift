// Takes a document apart into lines and tells what each line is.

/// A line without its indentation, its line end, and the blanks before it.
struct Line {
    /// 1-based.
    let number: Int
    /// The first byte of the line.
    let start: Int
    /// The first byte that is not indentation.
    let contentStart: Int
    /// Behind the last byte that is not blank.
    let contentEnd: Int
    /// Behind the last byte, without the line end.
    let end: Int
    /// In columns; a tab counts two.
    let indent: Int
    let mixesIndentation: Bool

    var content: SourceRange { SourceRange(contentStart, contentEnd) }
    var isEmpty: Bool { contentStart >= contentEnd }

    /// - Parameter bytes: of the source.
    init(_ number: Int, of source: FTAISource, _ bytes: SourceBytes) {
        let range = source.lineRange(number)
        let content = ValueReader.trimmed(bytes, range.lowerBound, range.upperBound)
        var tabs = 0
        var index = range.lowerBound
        while index < content.start {
            if bytes[index] == Byte.tab { tabs += 1 }
            index += 1
        }
        self.number = number
        self.start = range.lowerBound
        self.end = range.upperBound
        self.contentStart = content.start
        self.contentEnd = content.end
        self.indent = content.start - range.lowerBound + tabs
        self.mixesIndentation = tabs > 0 && tabs < content.start - range.lowerBound && content.start < content.end
    }
}

/// What a line is, by its first characters.
enum LineKind: Equatable {
    case empty
    case comment
    case tag
    /// `---`
    case fence
    case item
    case entry(EntryHead)
    case text

    init(_ bytes: SourceBytes, _ start: Int, _ end: Int) {
        guard start < end else {
            self = .empty
            return
        }
        switch bytes[start] {
        case Byte.slash where start + 1 < end && bytes[start + 1] == Byte.slash: self = .comment
        case Byte.at: self = .tag
        case Byte.hyphen:
            if Self.isFence(bytes, start, end) {
                self = .fence
            } else if end == start + 1 || Byte.isBlank(bytes[start + 1]) {
                self = .item
            } else {
                self = .text
            }
        default: self = EntryHead(bytes, start, end).map(LineKind.entry) ?? .text
        }
    }

    /// Whether a trimmed line is `---`, with or without a comment.
    static func isFence(_ bytes: SourceBytes, _ start: Int, _ end: Int) -> Bool {
        guard end - start >= 3, bytes[start] == Byte.hyphen, bytes[start + 1] == Byte.hyphen,
            bytes[start + 2] == Byte.hyphen
        else { return false }
        let rest = ValueReader.trimmed(bytes, start + 3, end)
        guard rest.start < rest.end else { return true }
        return rest.start > start + 3 && end - rest.start >= 2 && bytes[rest.start] == Byte.slash
            && bytes[rest.start + 1] == Byte.slash
    }
}

/// The part of a `key: value` line before the value.
struct EntryHead: Equatable {
    let key: SourceRange
    let isQuoted: Bool
    let typeHint: FTAIType?
    let valueStart: Int

    /// Nil when the line is no entry. A key is a word or quoted; behind its colon stand a blank, a type, a quote, a list, or,
    /// when the whole line is one word, the value itself: `https://…` is no entry.
    init?(_ bytes: SourceBytes, _ start: Int, _ end: Int) {
        var index = start
        isQuoted = bytes[start] == Byte.quote
        if isQuoted {
            guard let close = ValueReader(bytes: bytes).closingQuote(from: start, before: end) else { return nil }
            key = SourceRange(start + 1, close)
            index = close + 1
        } else {
            let first = bytes[start]
            guard Byte.isLetter(first) || first == Byte.underscore || first >= 0x80 else { return nil }
            while index < end, Byte.isKey(bytes[index]) { index += 1 }
            key = SourceRange(start, index)
        }
        guard index < end, bytes[index] == Byte.colon else { return nil }
        index += 1
        if let hint = TypeHint(bytes, index, end) {
            typeHint = hint.type
            valueStart = hint.end
            return
        }
        typeHint = nil
        valueStart = index
        guard index < end, !Byte.isBlank(bytes[index]), bytes[index] != Byte.quote, bytes[index] != Byte.openBracket
        else { return }
        guard bytes[index] != Byte.slash, bytes[index] != Byte.colon, !bytes.contains(Byte.space, index, end),
            !bytes.contains(Byte.tab, index, end)
        else { return nil }
    }
}

/// A type hint that stands at a place: the name of a type, then a blank, a colon, or the end of the line.
struct TypeHint {
    let type: FTAIType
    let end: Int

    init?(_ bytes: SourceBytes, _ start: Int, _ end: Int) {
        var index = start
        while index < end, Byte.isLetter(bytes[index]) { index += 1 }
        guard index > start, index - start <= 6,
            index == end || Byte.isBlank(bytes[index]) || bytes[index] == Byte.colon,
            let type = FTAIType(rawValue: bytes.text(start, index))
        else { return nil }
        self.type = type
        self.end = index < end && bytes[index] == Byte.colon ? index + 1 : index
    }
}

/// Free text that looks like something else is marked by a backslash, and so is a `//` in it that is no comment.
enum TextEscape {
    /// The text of a line as it was meant.
    static func resolved(_ text: String) -> String {
        var bytes = Array(text.utf8)
        if bytes.first == Byte.backslash, isMistakable(bytes) { bytes.removeFirst() }
        return String(decoding: changingSlashes(bytes, adding: false), as: UTF8.self)
    }

    /// The text as it must be written to be read back as it is.
    static func applied(_ text: String) -> String {
        var bytes = changingSlashes(Array(text.utf8), adding: true)
        if isMistakable(bytes) {
            bytes.insert(Byte.backslash, at: 0)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a line of free text, without the backslashes before it, would be taken for another kind of line.
    private static func isMistakable(_ bytes: [UInt8]) -> Bool {
        guard let start = bytes.firstIndex(where: { $0 != Byte.backslash }) else { return false }
        return bytes.withSourceBytes { LineKind($0, start, $0.count) } != .text
    }

    /// Adds or removes one backslash before each `//` that stands, with or without backslashes, behind a blank.
    private static func changingSlashes(_ bytes: [UInt8], adding: Bool) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let isBehindBlank = index == 0 || Byte.isBlank(bytes[index - 1])
            var end = index
            while isBehindBlank, end < bytes.count, bytes[end] == Byte.backslash { end += 1 }
            let isSlashes =
                isBehindBlank && end + 1 < bytes.count && bytes[end] == Byte.slash && bytes[end + 1] == Byte.slash
            guard isSlashes else {
                result.append(bytes[index])
                index += 1
                continue
            }
            if adding { result.append(Byte.backslash) }
            result.append(contentsOf: bytes[(adding || end == index ? index : index + 1)..<(end + 2)])
            index = end + 2
        }
        return result
    }
}
