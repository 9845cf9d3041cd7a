// Reads values out of lines: bare text, quoted text with escapes, lists, and the comment behind them.

/// Finds and reads the parts of a line.
struct ValueReader {
    /// Lists may be nested in lists so deep.
    static let maximumListDepth = 64

    let bytes: SourceBytes

    /// The range without the blanks at both ends.
    static func trimmed(_ bytes: SourceBytes, _ start: Int, _ end: Int) -> SourceRange {
        var start = start
        var end = end
        while start < end, Byte.isBlank(bytes[start]) { start += 1 }
        while end > start, Byte.isBlank(bytes[end - 1]) { end -= 1 }
        return SourceRange(start, end)
    }

    /// Where a comment begins: at `//` behind a blank or at the start, outside of quotes.
    ///
    /// A quote that is never closed is no quote: `a 5" disk // note` has a comment.
    ///
    /// - Parameter isText: whether it is free text, in which quotes have no meaning.
    static func commentStart(in bytes: SourceBytes, _ start: Int, _ end: Int, isText: Bool = false) -> Int? {
        // Most lines have none, which is quick to see.
        guard bytes.contains(Byte.slash, start, end) else { return nil }
        var isQuoted = false
        var firstInQuotes: Int?
        var index = start
        while index < end {
            switch bytes[index] {
            case Byte.quote where !isText: isQuoted.toggle()
            case Byte.backslash where isQuoted: index += 1
            case Byte.slash where index + 1 < end && bytes[index + 1] == Byte.slash:
                if index == start || Byte.isBlank(bytes[index - 1]) {
                    guard isQuoted else { return index }
                    firstInQuotes = firstInQuotes ?? index
                }
            default: break
            }
            index += 1
        }
        return isQuoted ? firstInQuotes : nil
    }

    /// Splits what stands behind a tag or key into its value and its comment.
    func split(_ start: Int, _ end: Int) -> (value: SourceRange, comment: String?) {
        guard let comment = Self.commentStart(in: bytes, start, end) else {
            return (Self.trimmed(bytes, start, end), nil)
        }
        return (Self.trimmed(bytes, start, comment), commentText(comment, end))
    }

    /// The text of a comment, without its `//` and one blank.
    func commentText(_ start: Int, _ end: Int) -> String {
        var first = start + 2
        if first < end, bytes[first] == Byte.space { first += 1 }
        var last = end
        while last > first, Byte.isBlank(bytes[last - 1]) { last -= 1 }
        return text(first, last)
    }

    /// Reads a value; nil when there is none.
    func value(_ range: SourceRange, problems: inout DiagnosticCollector) -> FTAIValue? {
        guard range.start < range.end else { return nil }
        switch bytes[range.start] {
        case Byte.quote:
            if let close = closingQuote(from: range.start, before: range.end) {
                guard close == range.end - 1 else { break }
                let text = unescaped(SourceRange(range.start + 1, close), problems: &problems)
                return FTAIValue(.quoted(text), range: range)
            }
            problems.report(
                .quoteUnterminated, at: range, "this quoted value does not end on its line",
                fix: .init("close it", replacing: SourceRange(range.end, range.end), by: "\"", isCertain: false))
        case Byte.openBracket:
            guard let close = closingBracket(from: range.start, before: range.end) else {
                problems.report(.listUnterminated, at: range, "this list does not end on its line")
                break
            }
            guard close == range.end - 1 else { break }
            return list(range, depth: 1, problems: &problems)
        default: break
        }
        return plain(range, isElement: false)
    }

    /// Text that is no quoted value and no list. What would not read back as it is becomes quoted text.
    private func plain(_ range: SourceRange, isElement: Bool) -> FTAIValue {
        let text = text(range.start, range.end)
        return FTAIValue(isSafe(range, isElement: isElement) ? .bare(text) : .quoted(text), range: range)
    }

    /// What ``FTAIValue/isSafeBare(_:)`` and ``FTAIValue/isSafeElement(_:)`` say of the text of a trimmed range.
    private func isSafe(_ range: SourceRange, isElement: Bool) -> Bool {
        let first = bytes[range.start]
        guard first != Byte.quote, first != Byte.openBracket else { return false }
        // Most texts are letters, digits and blanks, which is quick to see.
        guard bytes.any(range.start, range.end, { Self.isSuspect($0, isElement: isElement) }) else { return true }
        var hasSlashes = false
        for index in range.start..<range.end {
            switch bytes[index] {
            case ..<Byte.space, 0x7F, 0xC2: return isSafeText(range, isElement: isElement)
            case Byte.slash: hasSlashes = hasSlashes || index > range.start && bytes[index - 1] == Byte.slash
            case Byte.quote, Byte.comma, Byte.closeBracket:
                if isElement { return false }
            default: break
            }
        }
        return !hasSlashes || isSafeText(range, isElement: isElement)
    }

    /// Whether a byte can make a text unsafe; not every text with one is.
    @inline(__always)
    private static func isSuspect(_ byte: UInt8, isElement: Bool) -> Bool {
        let isControl = byte < Byte.space || byte == 0x7F || byte == 0xC2
        let endsElement = byte == Byte.quote || byte == Byte.comma || byte == Byte.closeBracket
        return isControl || byte == Byte.slash || isElement && endsElement
    }

    private func isSafeText(_ range: SourceRange, isElement: Bool) -> Bool {
        let text = text(range.start, range.end)
        return isElement ? FTAIValue.isSafeElement(text) : FTAIValue.isSafeBare(text)
    }

    /// The quote that ends what begins with a quote at `start`.
    func closingQuote(from start: Int, before end: Int) -> Int? {
        var index = start + 1
        while index < end {
            switch bytes[index] {
            case Byte.backslash: index += 2
            case Byte.quote: return index
            default: index += 1
            }
        }
        return nil
    }

    /// The bracket that ends what begins with a bracket at `start`.
    private func closingBracket(from start: Int, before end: Int) -> Int? {
        var depth = 0
        var index = start
        while index < end {
            switch bytes[index] {
            case Byte.openBracket: depth += 1
            case Byte.closeBracket:
                depth -= 1
                if depth == 0 { return index }
            case Byte.quote:
                guard let close = closingQuote(from: index, before: end) else { return nil }
                index = close
            default: break
            }
            index += 1
        }
        return nil
    }

    private func list(_ range: SourceRange, depth: Int, problems: inout DiagnosticCollector) -> FTAIValue {
        guard depth <= Self.maximumListDepth else {
            problems.report(.nestingTooDeep, at: range, "lists are nested deeper than \(Self.maximumListDepth)")
            return plain(range, isElement: true)
        }
        var elements: [FTAIValue] = []
        var start = range.start + 1
        let close = range.end - 1
        while start < close {
            let end = elementEnd(from: start, before: close)
            let element = Self.trimmed(bytes, start, end)
            if element.start < element.end {
                elements.append(self.element(element, depth: depth, problems: &problems))
            } else if end < close || !elements.isEmpty {
                let place = SourceRange(min(end, close - 1), end + 1)
                let comma = end < close ? end : start - 1
                problems.report(
                    .listElementEmpty, at: place, "an element of this list is empty",
                    fix: .init("remove the comma", replacing: SourceRange(comma, comma + 1), by: ""))
            }
            start = end + 1
            if start == close, end < close, bytes[end] == Byte.comma {
                let comma = SourceRange(end, end + 1)
                problems.report(
                    .listElementEmpty, at: comma, "nothing follows this comma",
                    fix: .init("remove the comma", replacing: comma, by: ""))
            }
        }
        return FTAIValue(.list(elements), range: range)
    }

    private func element(_ range: SourceRange, depth: Int, problems: inout DiagnosticCollector) -> FTAIValue {
        switch bytes[range.start] {
        case Byte.quote where closingQuote(from: range.start, before: range.end) == range.end - 1:
            let text = unescaped(SourceRange(range.start + 1, range.end - 1), problems: &problems)
            return FTAIValue(.quoted(text), range: range)
        case Byte.openBracket where closingBracket(from: range.start, before: range.end) == range.end - 1:
            return list(range, depth: depth + 1, problems: &problems)
        default:
            return plain(range, isElement: true)
        }
    }

    /// The comma that ends an element, or the end of the list.
    private func elementEnd(from start: Int, before end: Int) -> Int {
        var index = start
        while index < end {
            switch bytes[index] {
            case Byte.comma: return index
            case Byte.quote: index = closingQuote(from: index, before: end) ?? index
            case Byte.openBracket: index = closingBracket(from: index, before: end) ?? index
            default: break
            }
            index += 1
        }
        return end
    }

    /// The text between quotes with its escapes resolved. An unknown escape stays as it is.
    func unescaped(_ range: SourceRange, problems: inout DiagnosticCollector) -> String {
        guard contains(Byte.backslash, range.start, range.end) else { return text(range.start, range.end) }
        var result: [UInt8] = []
        result.reserveCapacity(range.end - range.start)
        var index = range.start
        while index < range.end {
            guard bytes[index] == Byte.backslash else {
                result.append(bytes[index])
                index += 1
                continue
            }
            if let escape = Escape.read(bytes, at: index, before: range.end) {
                result.append(contentsOf: escape.text.utf8)
                index = escape.end
            } else {
                let place = SourceRange(index, min(index + 2, range.end))
                problems.report(
                    .escapeUnknown, at: place, "`\(text(place.start, place.end))` is no escape",
                    fix: .init("write a backslash", replacing: SourceRange(index, index), by: "\\"))
                result.append(Byte.backslash)
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    func text(_ start: Int, _ end: Int) -> String {
        bytes.text(start, end)
    }

    func contains(_ byte: UInt8, _ start: Int, _ end: Int) -> Bool {
        bytes.contains(byte, start, end)
    }
}

/// The escapes within quotes: `\"`, `\\`, `\n`, `\t`, `\r`, and `\u{hex}` for any other character.
package enum Escape {
    /// Reads the escape that begins with the backslash at `index`; nil when there is none.
    package static func read(_ bytes: [UInt8], at index: Int, before end: Int) -> (text: String, end: Int)? {
        bytes.withSourceBytes { read($0, at: index, before: end) }
    }

    static func read(_ bytes: SourceBytes, at index: Int, before end: Int) -> (text: String, end: Int)? {
        guard index + 1 < end else { return nil }
        switch bytes[index + 1] {
        case Byte.quote: return ("\"", index + 2)
        case Byte.backslash: return ("\\", index + 2)
        case UInt8(ascii: "n"): return ("\n", index + 2)
        case UInt8(ascii: "t"): return ("\t", index + 2)
        case UInt8(ascii: "r"): return ("\r", index + 2)
        case UInt8(ascii: "u"): return scalar(bytes, at: index + 2, before: end)
        default: return nil
        }
    }

    private static func scalar(_ bytes: SourceBytes, at index: Int, before end: Int) -> (text: String, end: Int)? {
        guard index < end, bytes[index] == Byte.openBrace else { return nil }
        let places = index..<min(end, index + 10)
        guard let close = places.first(where: { bytes[$0] == Byte.closeBrace }) else { return nil }
        let digits = bytes.text(index + 1, close)
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != Byte.hyphen,
            let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
        else { return nil }
        return (String(Character(scalar)), close + 1)
    }

    /// What may stand in a document as an escape only.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }

    /// A text in quotes, with what needs an escape escaped.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where isControl(scalar):
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
