// Takes code apart into words.

import FTAI

/// Reads the words of a part of a source.
struct Lexer {
    private let bytes: [UInt8]
    private let end: Int
    private var index: Int
    private var words = Words()

    /// All words of a range. What is no word is reported and left out.
    static func words(of range: SourceRange, in source: FTAISource, problems: inout DiagnosticCollector) -> Words {
        var lexer = Lexer(bytes: source.bytes, range: range)
        while lexer.index < lexer.end { lexer.readToken(problems: &problems) }
        lexer.add(.endOfCode, from: lexer.end)
        return lexer.words
    }

    private init(bytes: [UInt8], range: SourceRange) {
        self.bytes = bytes
        self.index = range.start
        self.end = range.end
        words.tokens.reserveCapacity((range.end - range.start) / 4 + 2)
    }

    private mutating func add(_ kind: TokenKind, from start: Int) {
        words.tokens.append(Token(kind: kind, range: SourceRange(start, index)))
    }

    private mutating func add(_ parts: [TextPart], from start: Int) {
        add(.text(words.texts.count), from: start)
        words.texts.append(parts)
    }

    private mutating func readToken(problems: inout DiagnosticCollector) {
        let start = index
        let byte = bytes[index]
        switch byte {
        case Byte.space, Byte.tab, Byte.carriageReturn:
            index += 1
        case Byte.newline:
            index += 1
            words.tokens.append(Token(kind: .newline, range: SourceRange(start, start)))
        case Byte.slash where peek(1) == Byte.slash:
            while index < end, bytes[index] != Byte.newline { index += 1 }
        case Byte.quote:
            readText(problems: &problems)
        case _ where Byte.isDigit(byte):
            readNumber(problems: &problems)
        case _ where Byte.isLetter(byte) || byte == Byte.underscore:
            var packed: UInt64 = 0
            while index < end, Byte.isName(bytes[index]) {
                packed = packed << 8 | UInt64(bytes[index])
                index += 1
            }
            let keyword = index - start <= 8 ? Keyword(packed: packed, first: byte) : nil
            add(keyword.map(TokenKind.keyword) ?? .name, from: start)
        default:
            readSymbol(problems: &problems)
        }
    }

    private func peek(_ offset: Int) -> UInt8? {
        index + offset < end ? bytes[index + offset] : nil
    }

    private mutating func readSymbol(problems: inout DiagnosticCollector) {
        let start = index
        if let symbol = Symbol(bytes[start], peek(1) ?? 0) {
            index += symbol.length
            add(.symbol(symbol), from: start)
            return
        }
        // A run of bytes beyond ASCII is reported as one.
        index += 1
        while bytes[start] >= 0x80, index < end, bytes[index] >= 0x80 { index += 1 }
        let text = String(decoding: bytes[start..<index].prefix(16), as: UTF8.self)
        problems.report(.unexpectedCharacter, at: SourceRange(start, index), "`\(text)` has no meaning in code")
    }

    // MARK: Numbers

    private mutating func readNumber(problems: inout DiagnosticCollector) {
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
            if !value.isFinite { problems.report(.numberOutOfRange, at: range, "this number is too large for a float") }
            add(.float(value.isFinite ? value : 0), from: start)
        } else {
            let value = Self.integer(bytes[start..<index])
            if value == nil { problems.report(.numberOutOfRange, at: range, "this number is too large for an int") }
            add(.integer(value ?? 0), from: start)
        }
    }

    /// Nil for what 64 bits do not hold; what is no digit is passed over.
    private static func integer(_ digits: ArraySlice<UInt8>) -> UInt64? {
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
    private static func float(_ word: ArraySlice<UInt8>) -> Double {
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

    private mutating func readText(problems: inout DiagnosticCollector) {
        let start = index
        var parts: [TextPart] = []
        // What has been read of a literal: these bytes, and those of the source from `run` on.
        var literal: [UInt8] = []
        index += 1
        var run = index
        while index < end, bytes[index] != Byte.newline {
            let byte = bytes[index]
            if byte == Byte.quote {
                if index > run || !literal.isEmpty || parts.isEmpty {
                    parts.append(.literal(text(literal, from: run)))
                }
                index += 1
                add(parts, from: start)
                return
            }
            if (byte == Byte.openBrace || byte == Byte.closeBrace), peek(1) == byte {
                literal += bytes[run...index]
                index += 2
                run = index
            } else if byte == Byte.openBrace {
                if index > run || !literal.isEmpty { parts.append(.literal(text(literal, from: run))) }
                literal = []
                guard readInterpolation(&parts, problems: &problems) else {
                    add(parts, from: start)
                    return
                }
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
        add(parts, from: start)
    }

    /// Bytes and those of the source behind them, up to where the lexer stands.
    private func text(_ bytes: [UInt8], from run: Int) -> String {
        guard bytes.isEmpty else { return String(decoding: bytes + self.bytes[run..<index], as: UTF8.self) }
        return self.bytes.withUnsafeBufferPointer { source in
            String(decoding: UnsafeBufferPointer(rebasing: source[run..<index]), as: UTF8.self)
        }
    }

    private mutating func skipLine() {
        while index < end, bytes[index] != Byte.newline { index += 1 }
    }

    private mutating func readEscape(_ literal: inout [UInt8], problems: inout DiagnosticCollector) {
        if let escape = Escape.read(bytes, at: index, before: end) {
            literal.append(contentsOf: escape.text.utf8)
            index = escape.end
            return
        }
        let place = SourceRange(index, min(index + 2, end))
        problems.report(.textEscapeUnknown, at: place, "this backslash makes no escape")
        index += 1
    }

    /// Reads `{expression}`; false when it is not closed on its line, which is reported.
    private mutating func readInterpolation(_ parts: inout [TextPart], problems: inout DiagnosticCollector) -> Bool {
        let start = index
        guard let close = closingBrace(from: start) else {
            problems.report(
                .interpolationMalformed, at: SourceRange(start, start + 1), "no `}` closes this `{` on its line")
            skipLine()
            index = max(start + 1, index)
            return false
        }
        let inner = SourceRange(start + 1, close)
        if bytes[inner.start..<inner.end].allSatisfy(Byte.isBlank) {
            problems.report(
                .interpolationMalformed, at: SourceRange(start, close + 1), "there is no expression in `{}`")
        } else {
            parts.append(.expression(inner))
        }
        index = close + 1
        return true
    }

    /// The `}` that closes the `{` at `start`: texts within the expression, and expressions within those, are passed over.
    private func closingBrace(from start: Int) -> Int? {
        var index = start + 1
        // Mostly a name or a call of one stands there, with no text in it.
        while index < end, Byte.isName(bytes[index]) || bytes[index] == Byte.space { index += 1 }
        if index < end, bytes[index] == Byte.closeBrace { return index }
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
