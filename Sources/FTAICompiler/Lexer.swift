// Takes code apart into words.

import FTAI

/// Reads the words of a part of a source.
///
/// Every place that it looks at is before ``end``, which is no larger than the number of bytes.
struct Lexer {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let end: Int
    private var index: Int

    /// Reads all words of a range, behind those that are there. What is no word is reported and left out.
    static func read(
        _ range: SourceRange, in source: FTAISource, into words: inout Words, problems: inout DiagnosticCollector
    ) {
        source.bytes.withUnsafeBufferPointer { bytes in
            var lexer = Lexer(bytes: bytes, range: range)
            // Taken out, so that what texts say can be put beside them meanwhile.
            var tokens: [Token] = []
            swap(&tokens, &words.tokens)
            if tokens.isEmpty { tokens.reserveCapacity((lexer.end - lexer.index) / 4 + 2 * roomAtOnce) }
            while lexer.index < lexer.end {
                tokens.append(addingCapacity: roomAtOnce) { room in
                    while lexer.index < lexer.end, !room.isFull {
                        lexer.readToken(into: &room, &words, problems: &problems)
                    }
                }
            }
            tokens.append(Token(kind: .endOfCode, range: SourceRange(placed: lexer.end, lexer.index)))
            swap(&tokens, &words.tokens)
        }
    }

    /// For so many tokens room is made at a time: an array that is given one by one looks each time whether it is shared.
    private static let roomAtOnce = 32

    /// The number that a range is: at most 15 digits, with a point between them at most; nil for anything else.
    static func number(in range: SourceRange, of source: FTAISource) -> TokenKind? {
        source.bytes.withUnsafeBufferPointer { bytes in
            var lexer = Lexer(bytes: bytes, range: range)
            guard lexer.index < lexer.end, Byte.isDigit(bytes[lexer.index]), let number = lexer.shortNumber(),
                lexer.index == lexer.end
            else { return nil }
            return number
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, range: SourceRange) {
        self.bytes = bytes
        self.index = range.start
        self.end = range.isKnown ? min(range.end, bytes.count) : range.start
    }

    @inline(__always)
    private func add(_ kind: TokenKind, from start: Int, to room: inout OutputSpan<Token>) {
        room.append(Token(kind: kind, range: SourceRange(placed: start, index)))
    }

    /// Reads one token, or what stands between tokens.
    @inline(__always)
    private mutating func readToken(
        into room: inout OutputSpan<Token>, _ words: inout Words, problems: inout DiagnosticCollector
    ) {
        let byte = bytes[index]
        if byte == Byte.space {
            var place = index + 1
            while place < end, bytes[place] == Byte.space { place &+= 1 }
            index = place
        } else if Byte.isLetter(byte) || byte == Byte.underscore {
            let start = index
            let name = readName(&words)
            add(Keyword(name).map(TokenKind.keyword) ?? .name(name), from: start, to: &room)
        } else if byte == Byte.newline {
            room.append(Token(kind: .newline, range: SourceRange(placed: index, index)))
            index += 1
        } else if Byte.isDigit(byte) {
            let start = index
            let number = shortNumber() ?? readNumber(problems: &problems)
            add(number, from: start, to: &room)
        } else if byte == Byte.quote {
            let start = index
            let first = words.parts.count
            readText(into: &words, problems: &problems)
            words.parts.append(.end)
            add(.text(first), from: start, to: &room)
        } else if byte == Byte.tab || byte == Byte.carriageReturn {
            index += 1
        } else if byte == Byte.slash, peek(1) == Byte.slash {
            skipLine()
        } else {
            readSymbol(into: &room, problems: &problems)
        }
    }

    /// Reads a keyword or a name.
    @inline(__always)
    private mutating func readName(_ words: inout Words) -> Name {
        let start = index
        var place = start
        var key: UInt64 = 0
        while place < end, Byte.isName(bytes[place]) {
            key = key << 8 | UInt64(bytes[place])
            place &+= 1
        }
        index = place
        if place - start <= NameTable.packedLength, let name = words.names.known(packed: key) { return name }
        let word = UnsafeBufferPointer(rebasing: bytes[start..<place])
        if word.count > NameTable.packedLength { key = NameTable.key(of: word) }
        return words.names.name(of: word, key: key)
    }

    /// The byte so far behind this one; nil behind the end.
    @inline(__always)
    private func peek(_ offset: Int) -> UInt8? {
        index + offset < end ? bytes[index + offset] : nil
    }

    private mutating func readSymbol(into room: inout OutputSpan<Token>, problems: inout DiagnosticCollector) {
        let start = index
        if let symbol = Symbol(bytes[start], peek(1) ?? 0) {
            index += symbol.length
            add(.symbol(symbol), from: start, to: &room)
            return
        }
        if let tag = sectionTag {
            problems.report(
                .unexpectedCharacter, at: tag, "`\(problems.source.text(tag))` is a tag, and this is code",
                help: "Is the `@end` of this `@do` missing before it?")
            // The rest is no code.
            index = end
            return
        }
        // A run of bytes beyond ASCII is reported as one.
        index += 1
        while bytes[start] >= 0x80, index < end, bytes[index] >= 0x80 { index += 1 }
        let text = String(decoding: bytes[start..<index].prefix(16), as: UTF8.self)
        problems.report(.unexpectedCharacter, at: SourceRange(start, index), "`\(text)` has no meaning in code")
    }

    /// The `@name` that stands here if it begins its line and means something to the parser or the compiler.
    private var sectionTag: SourceRange? {
        guard bytes[index] == Byte.at else { return nil }
        var lineStart = index
        while lineStart > 0, Byte.isBlank(bytes[lineStart - 1]) { lineStart -= 1 }
        guard lineStart == 0 || bytes[lineStart - 1] == Byte.newline else { return nil }
        var place = index + 1
        while place < end, Byte.isName(bytes[place]) { place += 1 }
        let name = String(decoding: bytes[(index + 1)..<place], as: UTF8.self)
        return TagWord(name) == nil ? nil : SourceRange(index, place)
    }

    // MARK: Numbers

    /// Reads a number of a few digits, with a point among them at most, which is all that there is to most of them; nil for any
    /// other, which ``readNumber(problems:)`` reads.
    @inline(__always)
    private mutating func shortNumber() -> TokenKind? {
        var place = index
        var digits: UInt64 = 0
        while place < end, Byte.isDigit(bytes[place]) {
            digits = digits &* 10 &+ UInt64(bytes[place] &- 0x30)
            place &+= 1
        }
        let point = place
        if place + 1 < end, bytes[place] == Byte.dot, Byte.isDigit(bytes[place + 1]) {
            place += 1
            while place < end, Byte.isDigit(bytes[place]) {
                digits = digits &* 10 &+ UInt64(bytes[place] &- 0x30)
                place &+= 1
            }
        }
        // So many digits are exact, as an int and as a float.
        guard place - index <= 15 else { return nil }
        if place < end, bytes[place] == Byte.underscore || bytes[place] | 0x20 == UInt8(ascii: "e") { return nil }
        index = place
        return place == point ? .integer(digits) : .float(Double(digits) / Self.exactPowers[place - point - 1])
    }

    private mutating func readNumber(problems: inout DiagnosticCollector) -> TokenKind {
        let start = index
        var isFloat = false
        readDigits()
        if peek(0) == Byte.dot, let next = peek(1), Byte.isDigit(next) {
            isFloat = true
            index += 1
            readDigits()
        }
        if let letter = peek(0), letter | 0x20 == UInt8(ascii: "e") {
            let sign = peek(1) == UInt8(ascii: "+") || peek(1) == Byte.hyphen ? 1 : 0
            if let digit = peek(1 + sign), Byte.isDigit(digit) {
                isFloat = true
                index += 1 + sign
                readDigits()
            }
        }
        let range = SourceRange(start, index)
        if isFloat {
            let value = Self.float(bytes[start..<index])
            if value.isFinite { return .float(value) }
            problems.report(.numberOutOfRange, at: range, "this number is too large for a float")
            return .float(0)
        }
        if let value = Self.integer(bytes[start..<index]) { return .integer(value) }
        problems.report(.numberOutOfRange, at: range, "this number is too large for an int")
        return .integer(0)
    }

    /// Nil for what 64 bits do not hold; what is no digit is passed over.
    private static func integer(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
        var value: UInt64 = 0
        for byte in digits where Byte.isDigit(byte) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 0x30))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// Powers of ten that a float holds exactly.
    private static let exactPowers = (0...22).map { exponent in (0..<exponent).reduce(1.0) { power, _ in power * 10 } }

    /// The nearest float, infinite for what is too large.
    ///
    /// Where both the digits and the power of ten are exact, one division rounds as it must (Clinger, "How to Read Floating
    /// Point Numbers Accurately", 1990).
    private static func float(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Double {
        if word.count <= 16, word.allSatisfy({ Byte.isDigit($0) || $0 == Byte.dot }),
            let dot = word.firstIndex(of: Byte.dot), let digits = integer(word), digits < 1 << 53
        {
            return Double(digits) / exactPowers[word.endIndex - dot - 1]
        }
        return Double(String(decoding: word.filter { $0 != Byte.underscore }, as: UTF8.self)) ?? .infinity
    }

    private mutating func readDigits() {
        while index < end, Byte.isDigit(bytes[index]) || bytes[index] == Byte.underscore { index += 1 }
    }

    // MARK: Texts

    /// Reads a text: its parts, without a ``TextPart/end``.
    private mutating func readText(into words: inout Words, problems: inout DiagnosticCollector) {
        let start = index
        let first = words.parts.count
        // What has been read of a literal: these bytes, and those of the source from `run` on.
        var literal: [UInt8] = []
        index += 1
        var run = index
        while index < end, bytes[index] != Byte.newline {
            let byte = bytes[index]
            if byte == Byte.quote {
                if index > run || !literal.isEmpty || words.parts.count == first { add(literal, from: run, to: &words) }
                index += 1
                return
            }
            if (byte == Byte.openBrace || byte == Byte.closeBrace), peek(1) == byte {
                literal += bytes[run...index]
                index += 2
                run = index
            } else if byte == Byte.openBrace {
                if index > run || !literal.isEmpty { add(literal, from: run, to: &words) }
                literal = []
                guard readInterpolation(into: &words, problems: &problems) else { return }
                run = index
            } else if byte == Byte.backslash {
                literal += bytes[run..<index]
                readEscape(&literal, problems: &problems)
                run = index
            } else {
                index += 1
            }
        }
        problems.report(.textUnterminated, at: SourceRange(start, start + 1), "this text does not end on its line")
    }

    /// Adds a literal: bytes and those of the source behind them, up to where the lexer stands.
    private func add(_ literal: [UInt8], from run: Int, to words: inout Words) {
        words.parts.append(.literal(TextNumber(truncatingIfNeeded: words.texts.count)))
        let rest = bytes[run..<index]
        words.texts.append(
            literal.isEmpty
                ? String(decoding: UnsafeBufferPointer(rebasing: rest), as: UTF8.self)
                : String(decoding: literal + rest, as: UTF8.self))
    }

    private mutating func skipLine() {
        while index < end, bytes[index] != Byte.newline { index += 1 }
    }

    private mutating func readEscape(_ literal: inout [UInt8], problems: inout DiagnosticCollector) {
        if let escape = Escape.read(problems.source.bytes, at: index, before: end) {
            literal.append(contentsOf: escape.text.utf8)
            index = escape.end
            return
        }
        let place = SourceRange(index, min(index + 2, end))
        problems.report(.textEscapeUnknown, at: place, "this backslash makes no escape")
        index += 1
    }

    /// Reads `{expression}`; false when it is not closed on its line, which is reported.
    private mutating func readInterpolation(into words: inout Words, problems: inout DiagnosticCollector) -> Bool {
        let start = index
        guard let close = closingBrace(from: start) else {
            problems.report(
                .interpolationMalformed, at: SourceRange(start, start + 1), "no `}` closes this `{` on its line")
            skipLine()
            index = max(start + 1, index)
            return false
        }
        let inner = SourceRange(start + 1, close)
        if let range = word(in: inner) {
            index = range.start
            let name = readName(&words)
            words.parts.append(Keyword(name) == nil ? .name(name, range) : .expression(inner))
        } else if bytes[inner.start..<inner.end].allSatisfy(Byte.isBlank) {
            problems.report(
                .interpolationMalformed, at: SourceRange(start, close + 1), "there is no expression in `{}`")
        } else {
            words.parts.append(.expression(inner))
        }
        index = close + 1
        return true
    }

    /// The word that a range is, but for spaces around it; nil when there is more, or no word.
    private func word(in range: SourceRange) -> SourceRange? {
        var start = range.start
        while start < range.end, bytes[start] == Byte.space { start += 1 }
        guard start < range.end, Byte.isLetter(bytes[start]) || bytes[start] == Byte.underscore else { return nil }
        var place = start
        while place < range.end, Byte.isName(bytes[place]) { place += 1 }
        let end = place
        while place < range.end, bytes[place] == Byte.space { place += 1 }
        return place == range.end ? SourceRange(placed: start, end) : nil
    }

    /// The `}` that closes the `{` at `start`: texts within the expression, and expressions within those, are passed over.
    private func closingBrace(from start: Int) -> Int? {
        var index = start + 1
        // Mostly there is no text in it.
        while index < end, bytes[index] != Byte.quote, bytes[index] != Byte.openBrace, bytes[index] != Byte.newline {
            if bytes[index] == Byte.closeBrace { return index }
            index += 1
        }
        var isText: [Bool] = [false]
        while index < end, bytes[index] != Byte.newline, let inText = isText.last {
            switch bytes[index] {
            case Byte.quote:
                if inText { isText.removeLast() } else { isText.append(true) }
            case Byte.backslash where inText:
                index += 1
            case Byte.openBrace where inText && index + 1 < end && bytes[index + 1] == Byte.openBrace,
                Byte.closeBrace where inText && index + 1 < end && bytes[index + 1] == Byte.closeBrace:
                index += 1
            case Byte.openBrace:
                isText.append(false)
            case Byte.closeBrace where !inText:
                isText.removeLast()
                if isText.isEmpty { return index }
            default: break
            }
            index += 1
        }
        return nil
    }
}
