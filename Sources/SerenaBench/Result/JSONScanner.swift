// The strict JSON parser behind the program's own files: RFC 8259, no key twice, a bounded depth, linear time.

import Foundation

/// What is wrong with a document, and at which byte.
struct JSONProblem: Error, Hashable {
    let offset: Int
    let message: String
    /// Whether the document ended too early.
    var isCut = false
}

/// Parses a whole document, one byte after the other.
struct JSONScanner {
    /// Objects and arrays within each other; the program's own files need seven.
    static let deepest = 64

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    /// - Throws: ``JSONProblem`` for the first thing that is wrong.
    static func parse(_ bytes: [UInt8]) throws(JSONProblem) -> JSONNode {
        var scanner = JSONScanner(bytes: bytes)
        let node = try scanner.value()
        scanner.skipSpace()
        guard scanner.index == bytes.count else {
            throw JSONProblem(offset: scanner.index, message: "something follows the end of the document")
        }
        return node
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var current: UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    /// Takes `byte` if it comes next.
    private mutating func take(_ byte: Character) -> Bool {
        guard let wanted = byte.asciiValue, current == wanted else { return false }
        index += 1
        return true
    }

    private func unexpected(_ wanted: String) -> JSONProblem {
        current == nil
            ? JSONProblem(offset: index, message: "it ends where \(wanted) is expected", isCut: true)
            : JSONProblem(offset: index, message: "\(wanted) is expected here")
    }

    private mutating func value() throws(JSONProblem) -> JSONNode {
        skipSpace()
        let start = index
        switch current {
        case UInt8(ascii: "{"): return JSONNode(offset: start, value: .object(try members()))
        case UInt8(ascii: "["): return JSONNode(offset: start, value: .array(try elements()))
        case UInt8(ascii: "\""): return JSONNode(offset: start, value: .string(try string()))
        case let byte? where byte == UInt8(ascii: "-") || isDigit(byte):
            return JSONNode(offset: start, value: try number())
        default: return JSONNode(offset: start, value: try word())
        }
    }

    /// Steps over an opening bracket.
    private mutating func enter() throws(JSONProblem) {
        guard depth < Self.deepest else {
            throw JSONProblem(offset: index, message: "values lie more than \(Self.deepest) deep within each other")
        }
        depth += 1
        index += 1
    }

    private mutating func members() throws(JSONProblem) -> [JSONNode.Member] {
        var members: [JSONNode.Member] = []
        var keys: Set<String> = []
        try enter()
        defer { depth -= 1 }
        skipSpace()
        if take("}") { return [] }
        repeat {
            skipSpace()
            let start = index
            guard current == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let key = try string()
            guard keys.insert(key).inserted else {
                throw JSONProblem(offset: start, message: "the key '\(key.prefix(80))' stands here a second time")
            }
            skipSpace()
            guard take(":") else { throw unexpected("':'") }
            members.append(JSONNode.Member(key: key, keyOffset: start, node: try value()))
            skipSpace()
        } while take(",")
        guard take("}") else { throw unexpected("',' or '}'") }
        return members
    }

    private mutating func elements() throws(JSONProblem) -> [JSONNode] {
        var elements: [JSONNode] = []
        try enter()
        defer { depth -= 1 }
        skipSpace()
        if take("]") { return [] }
        repeat {
            elements.append(try value())
            skipSpace()
        } while take(",")
        guard take("]") else { throw unexpected("',' or ']'") }
        return elements
    }

    private mutating func word() throws(JSONProblem) -> JSONNode.Value {
        let start = index
        while let byte = current, isLetter(byte) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "NaN", "Infinity", "nan", "inf":
            throw JSONProblem(offset: start, message: "\(word) is no number that JSON knows")
        default:
            index = start
            throw unexpected("a value")
        }
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func digits() -> Int {
        let start = index
        while let byte = current, isDigit(byte) { index += 1 }
        return index - start
    }

    private mutating func number() throws(JSONProblem) -> JSONNode.Value {
        let start = index
        var isInteger = true
        _ = take("-")
        let first = current
        let whole = digits()
        guard whole > 0 else { throw unexpected("a digit") }
        guard first != UInt8(ascii: "0") || whole == 1 else {
            throw JSONProblem(offset: start, message: "a number must not begin with 0")
        }
        if take(".") {
            isInteger = false
            guard digits() > 0 else { throw unexpected("a digit") }
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            guard digits() > 0 else { throw unexpected("a digit") }
        }
        guard let number = Double(String(decoding: bytes[start..<index], as: UTF8.self)), number.isFinite else {
            throw JSONProblem(offset: start, message: "the number is too large")
        }
        return .number(number, isInteger: isInteger)
    }
}

extension JSONScanner {
    private mutating func string() throws(JSONProblem) -> String {
        let start = index
        index += 1
        var scalars: [UInt8] = []
        var runStart = index
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                scalars += bytes[runStart..<index]
                index += 1
                guard let text = String(validating: scalars, as: UTF8.self) else {
                    throw JSONProblem(offset: start, message: "the text is not valid UTF-8")
                }
                return text
            case UInt8(ascii: "\\"):
                scalars += bytes[runStart..<index]
                scalars += Array(String(try escape()).utf8)
                runStart = index
            case 0..<0x20:
                throw JSONProblem(offset: index, message: "a control character must be escaped in a text")
            default: index += 1
            }
        }
        throw unexpected("the end of a text")
    }

    /// An escape from its backslash on.
    private mutating func escape() throws(JSONProblem) -> Unicode.Scalar {
        let start = index
        index += 1
        guard let byte = current else { throw unexpected("an escape") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try hexadecimal()
            if let scalar = Unicode.Scalar(unit) { return scalar }
            // A surrogate: the second half must follow at once (RFC 8259, section 7).
            if (0xD800..<0xDC00).contains(unit), take("\\"), take("u") {
                let second = try hexadecimal()
                if (0xDC00..<0xE000).contains(second),
                    let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
                {
                    return scalar
                }
            }
            throw JSONProblem(offset: start, message: "half of a surrogate pair stands alone")
        default: throw JSONProblem(offset: start, message: "JSON knows no such escape")
        }
    }

    private mutating func hexadecimal() throws(JSONProblem) -> UInt32 {
        guard index + 4 <= bytes.count else {
            index = bytes.count
            throw unexpected("four hexadecimal digits")
        }
        let text = String(decoding: bytes[index..<index + 4], as: UTF8.self)
        guard text.allSatisfy(\.isHexDigit), let unit = UInt32(text, radix: 16) else {
            throw JSONProblem(offset: index, message: "four hexadecimal digits are expected here")
        }
        index += 4
        return unit
    }
}
