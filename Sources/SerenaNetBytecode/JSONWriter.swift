// Values as JSON (RFC 8259).

extension VMValue {
    /// The value as JSON on one line; members keep their order. Floats keep a fraction or an exponent, so that they are read
    /// back as floats; what JSON has no number for, such as infinity, is null.
    public var json: String {
        var writer = JSONWriter()
        _ = writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Writes values as JSON, see ``VMValue/json``, and tells of its work as it goes on.
public struct JSONWriter {
    /// What was written so far, in UTF-8.
    public private(set) var bytes: [UInt8] = []
    private let spend: (Int) -> Bool

    /// Bytes of a text that are written in one go.
    private static let piece = 1 << 12

    /// - Parameter spend: is told of the bytes that were written, and answers whether to go on.
    public init(spend: @escaping (Int) -> Bool = { _ in true }) {
        self.spend = spend
    }

    /// Writes a value; false when `spend` has answered that, and the rest is missing.
    public mutating func write(_ value: VMValue) -> Bool {
        switch value {
        case .null: return append("null")
        case .bool(let value): return append(value ? "true" : "false")
        case .int(let value): return append(String(value))
        case .float(let value): return append(value.isFinite ? value.description : "null")
        case .string(let value): return quote(value)
        case .list(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                guard write(element) else { return false }
            }
            bytes.append(UInt8(ascii: "]"))
        case .map(let entries):
            bytes.append(UInt8(ascii: "{"))
            for (index, entry) in entries.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                guard quote(entry.key), append(":"), write(entry.value) else { return false }
            }
            bytes.append(UInt8(ascii: "}"))
        }
        return true
    }

    private mutating func append(_ text: String) -> Bool {
        bytes += text.utf8
        return spend(text.utf8.count)
    }

    private mutating func quote(_ text: String) -> Bool {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        let isWritten = text.withUTF8 { text in
            for start in stride(from: 0, to: text.count, by: Self.piece) {
                let piece = text[start..<min(text.count, start + Self.piece)]
                for byte in piece { append(escaped: byte) }
                guard spend(piece.count) else { return false }
            }
            return true
        }
        bytes.append(UInt8(ascii: "\""))
        return isWritten
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes += "\\\"".utf8
        case UInt8(ascii: "\\"): bytes += "\\\\".utf8
        case UInt8(ascii: "\n"): bytes += "\\n".utf8
        case UInt8(ascii: "\r"): bytes += "\\r".utf8
        case UInt8(ascii: "\t"): bytes += "\\t".utf8
        case 0..<0x20:
            let digits = String(byte, radix: 16)
            bytes += "\\u".utf8
            bytes += String(repeating: "0", count: 4 - digits.count).utf8
            bytes += digits.utf8
        default: bytes.append(byte)
        }
    }
}

extension VMValue {
    /// The value as one of `type`, with ints as floats where those are wanted; nil when it is none.
    public func converted(to type: ValueType) -> VMValue? {
        switch (self, type) {
        case (_, .any), (.int, .int), (.float, .float), (.bool, .bool), (.string, .string), (.null, .optional):
            return self
        case (.int(let value), .float): return .float(Double(value))
        case (.list(let elements), .list(let element)):
            let converted = elements.compactMap { $0.converted(to: element) }
            return converted.count == elements.count ? .list(converted) : nil
        case (.map(let entries), .map(let element)):
            let converted = entries.compactMap { entry in
                entry.value.converted(to: element).map { VMMapEntry(key: entry.key, value: $0) }
            }
            return converted.count == entries.count ? .map(converted) : nil
        case (.map(let entries), .intMap(let element)):
            guard entries.allSatisfy({ $0.intKey != nil }) else { return nil }
            return VMValue.map(entries).converted(to: .map(element))
        case (.null, _): return nil
        case (_, .optional(let inner)): return converted(to: inner)
        default: return nil
        }
    }
}
