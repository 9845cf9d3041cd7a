// Reads JSON (RFC 8259) that nobody vouches for, piece by piece, and says where it is wrong.

/// One pass over the bytes of a text; what is read is handed out piece by piece, so that everybody builds the values they need.
///
/// ```swift
/// func list(_ reader: inout JSONReader) throws(JSONError) -> [Int64?] {
///     guard case .array = try reader.next() else { return [] }
///     var numbers: [Int64?] = []
///     while try reader.hasElement() {
///         if case .number(let whole) = try reader.next() { numbers.append(whole) }
///     }
///     return numbers
/// }
/// ```
/// Whoever reads `array` goes on with ``hasElement()`` until it is false, whoever reads `object` with ``key()`` until it is nil,
/// and each element and each key is followed by one value. The bytes must be UTF-8, which is not looked at here.
public struct JSONReader {
    /// A value, or how it begins.
    public enum Token: Hashable, Sendable {
        case null
        case bool(Bool)
        /// A number: exact when it has no fraction, no exponent and fits 64 bits, else nil; ``JSONReader/text`` is how it is written.
        case number(Int64?)
        case string(String)
        case array
        case object
    }

    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var index: Int
    private var start: Int
    private var end: Int
    private var depth = 0
    /// Whether an array or an object has only just begun.
    private var isOpening = false
    private let spend: (Int) -> Bool
    /// Up to where ``spend`` was told.
    private var counted: Int

    /// Bytes that are read in one go.
    private static let piece = 1 << 12

    /// - Parameters:
    ///   - start: the byte at which reading begins, behind a byte order mark for example.
    ///   - maximumDepth: how many objects and arrays may lie within each other.
    ///   - spend: is told now and then how many bytes were read, and answers whether to go on. If not, ``JSONError`` is
    ///     thrown, as ``JSONError/Kind/interrupted``.
    public init(
        _ bytes: [UInt8], from start: Int = 0, maximumDepth: Int, spend: @escaping (Int) -> Bool = { _ in true }
    ) {
        self.bytes = bytes
        self.index = start
        self.start = start
        self.end = start
        self.maximumDepth = maximumDepth
        self.spend = spend
        self.counted = start
    }

    /// Where the last token or key stands, in bytes; of an array or an object only the bracket.
    public var range: Range<Int> { start..<end }

    /// Behind what was read so far, in bytes.
    public var position: Int { index }

    /// The last token as it is written.
    public var text: String { String(decoding: bytes[start..<end], as: UTF8.self) }

    /// Reads a value, or the beginning of an array or an object.
    public mutating func next() throws(JSONError) -> Token {
        try skipBlanks()
        start = index
        let token = try token()
        end = index
        return token
    }

    private mutating func token() throws(JSONError) -> Token {
        guard index < bytes.count else { throw unexpected("a value") }
        switch bytes[index] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"):
            try enter()
            return .object
        case UInt8(ascii: "["):
            try enter()
            return .array
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw unexpected("a value")
        }
    }

    /// Whether the array that is being read goes on; its end is read.
    public mutating func hasElement() throws(JSONError) -> Bool {
        try goesOn(until: UInt8(ascii: "]"), "`,` or `]`")
    }

    /// The next key of the object that is being read; nil at its end, which is read.
    public mutating func key() throws(JSONError) -> String? {
        guard try goesOn(until: UInt8(ascii: "}"), "`,` or `}`") else { return nil }
        try skipBlanks()
        start = index
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
        let key = try string()
        end = index
        guard try skip(UInt8(ascii: ":")) else { throw unexpected("`:`") }
        return key
    }

    /// Reads nothing but blanks up to the end of the text.
    public mutating func finish() throws(JSONError) {
        try skipBlanks()
        guard index == bytes.count else { throw unexpected("the end of the text") }
    }

    // MARK: Arrays and objects

    private mutating func enter() throws(JSONError) {
        guard depth < maximumDepth else {
            throw JSONError(.tooDeep, "this is nested deeper than \(maximumDepth)", at: index..<index + 1)
        }
        depth += 1
        index += 1
        isOpening = true
    }

    private mutating func goesOn(until end: UInt8, _ wanted: String) throws(JSONError) -> Bool {
        let isFirst = isOpening
        isOpening = false
        if try skip(end) {
            depth -= 1
            return false
        }
        if !isFirst, try !skip(UInt8(ascii: ",")) { throw unexpected(wanted) }
        return true
    }

    private mutating func word(_ word: StaticString, _ token: Token) throws(JSONError) -> Token {
        let end = index + word.utf8CodeUnitCount
        let isThere =
            end <= bytes.count
            && word.withUTF8Buffer { letters in letters.indices.allSatisfy { letters[$0] == bytes[index + $0] } }
        guard isThere else { throw unexpected("a value") }
        index = end
        return token
    }

    // MARK: Blanks and errors

    private mutating func skipBlanks() throws(JSONError) {
        while index < bytes.count {
            try count()
            switch bytes[index] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): index += 1
            default: return
            }
        }
    }

    /// Goes past blanks and one byte, if it stands there.
    private mutating func skip(_ byte: UInt8) throws(JSONError) -> Bool {
        try skipBlanks()
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// Tells what was read, if it has become much.
    private mutating func count() throws(JSONError) {
        guard index - counted >= Self.piece else { return }
        let read = index - counted
        counted = index
        guard spend(read) else { throw JSONError(.interrupted, "reading was interrupted", at: index..<index) }
    }

    private func unexpected(_ wanted: String) -> JSONError {
        guard index < bytes.count else {
            return JSONError(.malformed, "the text ends where \(wanted) should stand", at: index..<index)
        }
        return JSONError(.malformed, "\(wanted) should stand here", at: index..<index + 1)
    }
}

// MARK: Numbers

extension JSONReader {
    /// Whether a text is a number as RFC 8259 writes numbers, and nothing else.
    public static func isNumber(_ text: String) -> Bool {
        var reader = JSONReader(Array(text.utf8), maximumDepth: 0)
        do throws(JSONError) {
            _ = try reader.number()
            return reader.index == reader.bytes.count
        } catch {
            return false
        }
    }

    /// Goes past a number; its value when it is whole and fits 64 bits.
    private mutating func number() throws(JSONError) -> Int64? {
        let isNegative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let first = index
        // Negative, because the least of all numbers has no counterpart.
        var value: Int64? = 0
        while let digit = digit() {
            value = Self.appended(digit, to: value)
            try count()
        }
        guard index > first, index == first + 1 || bytes[first] != UInt8(ascii: "0") else { throw noNumber() }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            value = nil
            try digits()
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            value = nil
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            try digits()
        }
        guard let value else { return nil }
        return isNegative ? value : value == .min ? nil : -value
    }

    private static func appended(_ digit: Int64, to value: Int64?) -> Int64? {
        guard let value else { return nil }
        let (tenfold, overflows) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflowsThen) = tenfold.subtractingReportingOverflow(digit)
        return overflows || overflowsThen ? nil : sum
    }

    private mutating func digit() -> Int64? {
        guard index < bytes.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[index] else { return nil }
        defer { index += 1 }
        return Int64(bytes[index] - UInt8(ascii: "0"))
    }

    private mutating func digits() throws(JSONError) {
        guard digit() != nil else { throw noNumber() }
        while digit() != nil { try count() }
    }

    private func noNumber() -> JSONError {
        JSONError(.malformed, "a number should stand here", at: start..<max(index, start + 1))
    }
}

// MARK: Strings

extension JSONReader {
    private mutating func string() throws(JSONError) -> String {
        index += 1
        let first = index
        try skipPlain()
        guard index < bytes.count else { throw unexpected("`\"`") }
        if bytes[index] == UInt8(ascii: "\"") {
            defer { index += 1 }
            return String(decoding: bytes[first..<index], as: UTF8.self)
        }
        var text = Array(bytes[first..<index])
        while true {
            guard index < bytes.count else { throw unexpected("`\"`") }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += String(try escape()).utf8
            default: throw unexpected("no control character in a string")
            }
            let behind = index
            try skipPlain()
            text += bytes[behind..<index]
        }
    }

    /// Goes past what stands for itself in a string.
    private mutating func skipPlain() throws(JSONError) {
        try count()
        while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\"),
            bytes[index] >= 0x20
        {
            index += 1
            try count()
        }
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let first = index
        guard first + 1 < bytes.count else {
            index = bytes.count
            throw unexpected("an escape")
        }
        index += 2
        switch bytes[first + 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(from: first)
        default: throw JSONError(.malformed, "this is no escape", at: first..<index)
        }
    }

    /// `\u` with four hexadecimal digits, or two of these that make one character.
    private mutating func unicodeEscape(from first: Int) throws(JSONError) -> Unicode.Scalar {
        var value = try hexadecimal(from: first)
        if (0xD800..<0xDC00).contains(value), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        {
            index += 2
            let low = try hexadecimal(from: first)
            guard (0xDC00..<0xE000).contains(low) else {
                throw JSONError(.malformed, "the second half of this character is missing", at: first..<index)
            }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw JSONError(.malformed, "this is half a character (an unpaired surrogate)", at: first..<index)
        }
        return scalar
    }

    private mutating func hexadecimal(from first: Int) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit = index < bytes.count ? Character(Unicode.Scalar(bytes[index])).hexDigitValue : nil
            guard let digit, bytes[index] < 0x80 else {
                let end = min(index + 1, bytes.count)
                throw JSONError(.malformed, "four hexadecimal digits belong here", at: first..<end)
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
