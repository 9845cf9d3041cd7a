// JSON (RFC 8259) as values. The text may be anything: it is refused with its place, never trapped on.

/// Why a text is not JSON, and where that was seen.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public let reason: String
    /// Bytes from the beginning of the text.
    public let offset: Int

    public var description: String { "\(reason) at byte \(offset)" }
}

extension VMValue {
    /// The value that a JSON text stands for. Whole numbers without fraction and exponent that fit 64 bits are ints, all
    /// others floats; of two members with one name the later counts; members keep their order.
    ///
    /// - Throws: ``JSONError`` for anything else than one JSON value, nested no deeper than ``VMValue/maximumDepth``.
    public init(json text: String) throws(JSONError) {
        var reader = JSONReader(bytes: Array(text.utf8))
        self = try reader.readWhole()
    }
}

/// Reads JSON in one pass over its bytes.
private struct JSONReader {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func readWhole() throws(JSONError) -> VMValue {
        let value = try readValue(depth: 1)
        skipBlanks()
        guard position == bytes.count else { throw error("something follows the value") }
        return value
    }

    private func error(_ reason: String) -> JSONError {
        JSONError(reason: reason, offset: position)
    }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard byte == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func readValue(depth: Int) throws(JSONError) -> VMValue {
        guard depth <= VMValue.maximumDepth else { throw error("nested deeper than \(VMValue.maximumDepth)") }
        skipBlanks()
        switch byte {
        case UInt8(ascii: "{"): return try readObject(depth: depth)
        case UInt8(ascii: "["): return try readArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try readText())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        case nil: throw error("the text ends where a value should begin")
        default: return try readNumber()
        }
    }

    private mutating func readWord(_ word: String, _ value: VMValue) throws(JSONError) -> VMValue {
        guard bytes[position...].starts(with: word.utf8) else { throw error("no value begins so") }
        position += word.utf8.count
        return value
    }

    private mutating func readArray(depth: Int) throws(JSONError) -> VMValue {
        position += 1
        var elements: [VMValue] = []
        skipBlanks()
        if accept("]") { return .list([]) }
        repeat {
            elements.append(try readValue(depth: depth + 1))
            skipBlanks()
        } while accept(",")
        guard accept("]") else { throw error("expected `,` or `]`") }
        return .list(elements)
    }

    private mutating func readObject(depth: Int) throws(JSONError) -> VMValue {
        position += 1
        var entries: [VMMapEntry] = []
        var places: [String: Int] = [:]
        skipBlanks()
        if accept("}") { return .map([]) }
        repeat {
            skipBlanks()
            guard byte == UInt8(ascii: "\"") else { throw error("expected the name of a member in quotes") }
            let key = try readText()
            skipBlanks()
            guard accept(":") else { throw error("expected `:`") }
            let value = try readValue(depth: depth + 1)
            if let place = places[key] {
                entries[place].value = value
            } else {
                places[key] = entries.count
                entries.append(VMMapEntry(key: key, value: value))
            }
            skipBlanks()
        } while accept(",")
        guard accept("}") else { throw error("expected `,` or `}`") }
        return .map(entries)
    }

    // MARK: Numbers

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func readNumber() throws(JSONError) -> VMValue {
        let start = position
        _ = accept("-")
        let hasLeadingZero = byte == UInt8(ascii: "0")
        let digits = skipDigits()
        guard digits > 0, !hasLeadingZero || digits == 1 else { throw error("no value begins so") }
        var isWhole = true
        if accept(".") {
            isWhole = false
            guard skipDigits() > 0 else { throw error("expected a digit") }
        }
        if accept("e") || accept("E") {
            isWhole = false
            if !accept("+") { _ = accept("-") }
            guard skipDigits() > 0 else { throw error("expected a digit") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let number = Int64(text) { return .int(number) }
        guard let number = Double(text), number.isFinite else { throw error("the number is too large") }
        return .float(number)
    }

    // MARK: Texts

    private mutating func readText() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try readEscape(into: &text)
            case 0..<0x20: throw error("a control character stands in a text")
            default: text.append(byte)
            }
        }
        throw error("a text does not end")
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 0x08,
        UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    private mutating func readEscape(into text: inout [UInt8]) throws(JSONError) {
        guard let letter = byte else { throw error("a text does not end") }
        position += 1
        if let escaped = Self.escapes[letter] {
            text.append(escaped)
            return
        }
        guard letter == UInt8(ascii: "u") else { throw error("there is no such escape") }
        var code = try readUnit()
        if (0xD800..<0xDC00).contains(code) {
            guard accept("\\"), accept("u") else { throw error("half of a surrogate pair") }
            let low = try readUnit()
            guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
        text.append(contentsOf: String(scalar).utf8)
    }

    /// Four hexadecimal digits.
    private mutating func readUnit() throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("expected four hexadecimal digits")
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }
}
