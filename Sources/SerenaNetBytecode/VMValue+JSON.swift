// JSON (RFC 8259) as values of the VM.

import JSONText

/// Why a text is not JSON, and where that was seen.
public typealias JSONError = JSONText.JSONError

extension VMValue {
    /// The value that a JSON text stands for. Whole numbers without fraction and exponent that fit 64 bits are ints, all
    /// others floats; of two members with one name the later counts; members keep their order.
    ///
    /// - Throws: ``JSONError`` for anything else than one JSON value, nested no deeper than ``VMValue/maximumDepth``.
    public init(json text: String) throws(JSONError) {
        try self.init(json: Array(text.utf8)) { _ in true }
    }

    /// The same of a text in UTF-8.
    ///
    /// - Parameter spend: is told now and then how many bytes were read, and answers whether to go on; if not, ``JSONError`` is
    ///   thrown.
    public init(json text: [UInt8], spend: @escaping (Int) -> Bool) throws(JSONError) {
        var reader = JSONReader(text, maximumDepth: VMValue.maximumDepth, spend: spend)
        self = try reader.value()
        try reader.finish()
    }
}

extension JSONReader {
    fileprivate mutating func value() throws(JSONError) -> VMValue {
        switch try next() {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .string(let text): return .string(text)
        case .number(let whole?): return .int(whole)
        case .number(nil):
            guard let number = Double(text), number.isFinite else {
                throw JSONError(.malformed, "the number is too large", at: range)
            }
            return .float(number)
        case .array:
            var elements: [VMValue] = []
            while try hasElement() { elements.append(try value()) }
            return .list(elements)
        case .object: return .map(try entries())
        }
    }

    private mutating func entries() throws(JSONError) -> [VMMapEntry] {
        var entries: [VMMapEntry] = []
        var places: [String: Int] = [:]
        while let key = try key() {
            let value: VMValue = try value()
            if let place = places[key] {
                entries[place].value = value
            } else {
                places[key] = entries.count
                entries.append(VMMapEntry(key: key, value: value))
            }
        }
        return entries
    }
}
