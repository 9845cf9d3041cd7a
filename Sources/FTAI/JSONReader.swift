// Reads JSON that nobody vouches for (RFC 8259), and says where it is wrong.

extension JSONValue {
    /// Reads one value and nothing behind it.
    ///
    /// - Throws: the first problem, at its place: what is no JSON, a key that stands twice in an object, nesting deeper than
    ///   ``JSONReader/maximumDepth``, bytes that are no UTF-8, a source that is too large.
    public static func read(_ source: FTAISource) throws(Diagnostic) -> JSONValue {
        do throws(JSONProblem) {
            guard source.bytes.count <= FTAISource.maximumSize else {
                throw JSONProblem(.fileTooLarge, 0, 0, "the text has \(source.bytes.count) bytes")
            }
            if let invalid = TextChecker.firstInvalid(source.bytes, 0..<source.bytes.count) {
                throw JSONProblem(.invalidUTF8, invalid, invalid + 1, "this byte is not valid UTF-8")
            }
            var reader = JSONReader(bytes: source.bytes)
            return try reader.readAll()
        } catch {
            throw error.diagnostic(in: source)
        }
    }
}

/// What is wrong with a text that should be JSON, or with the JSON.
struct JSONProblem: Error {
    let code: DiagnosticCode
    let range: SourceRange
    let message: String

    init(_ code: DiagnosticCode, _ start: Int, _ end: Int, _ message: String) {
        self.code = code
        self.range = SourceRange(start, end)
        self.message = message
    }

    func diagnostic(in source: FTAISource) -> Diagnostic {
        let start = min(max(range.start, 0), source.bytes.count)
        let place = source.position(at: start)
        let end = min(max(range.end, start), max(source.lineRange(place.line).upperBound, start))
        var diagnostic = Diagnostic(
            code: code, severity: .error, file: source.file, line: place.line, column: place.column,
            length: max(1, source.characterCount(start..<end)), message: message, help: code.mend)
        diagnostic.range = SourceRange(start, end)
        return diagnostic
    }
}

/// One pass over the bytes of a text.
struct JSONReader {
    /// Objects and arrays within each other.
    static let maximumDepth = 256

    private let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: TextChecker.byteOrderMark) { index = 3 }
    }

    mutating func readAll() throws(JSONProblem) -> JSONValue {
        let value = try value(depth: 0)
        skipBlanks()
        guard index == bytes.count else { throw unexpected("the end of the text") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONProblem) -> JSONValue {
        skipBlanks()
        let start = index
        guard index < bytes.count else { throw unexpected("a value") }
        let form: JSONValue.Form
        switch bytes[index] {
        case Byte.openBrace: form = .object(try object(depth: depth + 1))
        case Byte.openBracket: form = .array(try array(depth: depth + 1))
        case Byte.quote: form = .string(try string())
        case Byte.hyphen, 0x30...0x39: form = .number(try number())
        default: form = try word()
        }
        return JSONValue(form, range: SourceRange(start, index))
    }

    private mutating func object(depth: Int) throws(JSONProblem) -> [JSONValue.Member] {
        try enter(depth)
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        if skip(Byte.closeBrace) { return [] }
        repeat {
            skipBlanks()
            let start = index
            guard index < bytes.count, bytes[index] == Byte.quote else { throw unexpected("a key in quotes") }
            let key = try string()
            let range = SourceRange(start, index)
            guard keys.insert(key).inserted else {
                throw JSONProblem(.jsonKeyRepeated, start, index, "the key `\(key.prefix(40))` stands here again")
            }
            guard skip(Byte.colon) else { throw unexpected("`:`") }
            members.append(.init(key, try value(depth: depth), keyRange: range))
        } while skip(Byte.comma)
        guard skip(Byte.closeBrace) else { throw unexpected("`,` or `}`") }
        return members
    }

    private mutating func array(depth: Int) throws(JSONProblem) -> [JSONValue] {
        try enter(depth)
        if skip(Byte.closeBracket) { return [] }
        var elements: [JSONValue] = []
        repeat { elements.append(try value(depth: depth)) } while skip(Byte.comma)
        guard skip(Byte.closeBracket) else { throw unexpected("`,` or `]`") }
        return elements
    }

    private mutating func enter(_ depth: Int) throws(JSONProblem) {
        guard depth <= Self.maximumDepth else {
            throw JSONProblem(.jsonTooDeep, index, index + 1, "this is nested deeper than \(Self.maximumDepth)")
        }
        index += 1
    }

    private mutating func word() throws(JSONProblem) -> JSONValue.Form {
        let words: [(String, JSONValue.Form)] = [("true", .bool(true)), ("false", .bool(false)), ("null", .null)]
        for (word, form) in words where bytes[index...].starts(with: word.utf8) {
            index += word.utf8.count
            return form
        }
        throw unexpected("a value")
    }

    private mutating func number() throws(JSONProblem) -> String {
        guard let end = Self.numberEnd(bytes, from: index) else { throw unexpected("a number") }
        defer { index = end }
        return String(decoding: bytes[index..<end], as: UTF8.self)
    }

    /// Behind the number that begins at a place; nil when none does.
    static func numberEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        func digits() -> Bool {
            let first = index
            while index < bytes.count, Byte.isDigit(bytes[index]) { index += 1 }
            return index > first
        }
        if index < bytes.count, bytes[index] == Byte.hyphen { index += 1 }
        let first = index
        guard digits(), bytes[first] != 0x30 || index == first + 1 else { return nil }
        if index < bytes.count, bytes[index] == Byte.dot {
            index += 1
            guard digits() else { return nil }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == Byte.hyphen { index += 1 }
            guard digits() else { return nil }
        }
        return index
    }

    private mutating func string() throws(JSONProblem) -> String {
        index += 1
        let start = index
        while index < bytes.count, bytes[index] != Byte.quote, bytes[index] != Byte.backslash,
            bytes[index] >= Byte.space
        {
            index += 1
        }
        var text = Array(bytes[start..<index])
        while true {
            guard index < bytes.count else { throw unexpected("`\"`") }
            switch bytes[index] {
            case Byte.quote:
                index += 1
                return String(decoding: text, as: UTF8.self)
            case Byte.backslash: text += Array(try escape().utf8)
            case ..<Byte.space: throw unexpected("no control character in a string")
            default:
                text.append(bytes[index])
                index += 1
            }
        }
    }

    private mutating func escape() throws(JSONProblem) -> String {
        let start = index
        index += 2
        guard start + 1 < bytes.count else { throw unexpected("an escape") }
        switch bytes[start + 1] {
        case Byte.quote: return "\""
        case Byte.backslash: return "\\"
        case Byte.slash: return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(from: start)
        default: throw JSONProblem(.jsonMalformed, start, start + 2, "this is no escape")
        }
    }

    /// `\uXXXX`, or two of them that make one character.
    private mutating func unicodeEscape(from start: Int) throws(JSONProblem) -> String {
        var value = try hexadecimal(from: start)
        if (0xD800..<0xDC00).contains(value), index + 1 < bytes.count, bytes[index] == Byte.backslash,
            bytes[index + 1] == UInt8(ascii: "u")
        {
            index += 2
            let low = try hexadecimal(from: start)
            guard (0xDC00..<0xE000).contains(low) else {
                throw JSONProblem(.jsonMalformed, start, index, "the second half of this character is missing")
            }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw JSONProblem(.jsonMalformed, start, index, "this is half a character (an unpaired surrogate)")
        }
        return String(Character(scalar))
    }

    private mutating func hexadecimal(from start: Int) throws(JSONProblem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit = index < bytes.count ? Character(Unicode.Scalar(bytes[index])).hexDigitValue : nil
            guard let digit, bytes[index] < 0x80 else {
                throw JSONProblem(
                    .jsonMalformed, start, min(index + 1, bytes.count), "four hexadecimal digits belong here")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }

    private mutating func skipBlanks() {
        while index < bytes.count {
            let byte = bytes[index]
            guard Byte.isBlank(byte) || byte == Byte.newline || byte == Byte.carriageReturn else { return }
            index += 1
        }
    }

    /// Goes past blanks and one byte, if it stands there.
    private mutating func skip(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private func unexpected(_ wanted: String) -> JSONProblem {
        guard index < bytes.count else {
            return JSONProblem(.jsonMalformed, index, index, "the text ends where \(wanted) should stand")
        }
        return JSONProblem(.jsonMalformed, index, index + 1, "\(wanted) should stand here")
    }
}
