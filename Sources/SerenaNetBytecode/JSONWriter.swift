// Values as JSON (RFC 8259).

extension VMValue {
    /// The value as JSON on one line; members keep their order. Floats keep a fraction or an exponent, so that they are read
    /// back as floats; what JSON has no number for, such as infinity, is null.
    public var json: String {
        var text = ""
        writeJSON(to: &text)
        return text
    }

    private func writeJSON(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .float(let value): text += value.isFinite ? value.description : "null"
        case .string(let value): Self.writeJSON(value, to: &text)
        case .list(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                element.writeJSON(to: &text)
            }
            text += "]"
        case .map(let entries):
            text += "{"
            for (index, entry) in entries.enumerated() {
                if index > 0 { text += "," }
                Self.writeJSON(entry.key, to: &text)
                text += ":"
                entry.value.writeJSON(to: &text)
            }
            text += "}"
        }
    }

    private static func writeJSON(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
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
