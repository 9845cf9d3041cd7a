// JSON as a value (RFC 8259): what was read keeps its place and the digits of its numbers.

/// A value of JSON.
public struct JSONValue: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public var key: String
        public var value: JSONValue
        public var keyRange: SourceRange

        public init(_ key: String, _ value: JSONValue, keyRange: SourceRange = .none) {
            self.key = key
            self.value = value
            self.keyRange = keyRange
        }
    }

    public enum Form: Hashable, Sendable {
        case null
        case bool(Bool)
        /// As it is written, so that nothing of it is lost.
        case number(String)
        case string(String)
        case array([JSONValue])
        /// In the order of the text; no key stands twice.
        case object([Member])
    }

    public var form: Form
    public var range: SourceRange

    public init(_ form: Form, range: SourceRange = .none) {
        self.form = form
        self.range = range
    }

    public static func string(_ text: some StringProtocol) -> JSONValue { JSONValue(.string(String(text))) }
    public static func number(_ number: Int) -> JSONValue { JSONValue(.number(String(number))) }
    public static func array(_ elements: [JSONValue]) -> JSONValue { JSONValue(.array(elements)) }
    public static func object(_ members: [Member]) -> JSONValue { JSONValue(.object(members)) }

    /// The value of a key of an object.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = form else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// What it is, for messages.
    var kind: String {
        switch form {
        case .null: "null"
        case .bool: "a bool"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue {
    /// The value as text, ending with a newline; the same value always gives the same bytes.
    ///
    /// - Parameter isCompact: on one line; else with two spaces a level.
    public func text(isCompact: Bool = false) -> String {
        var output = ""
        write(to: &output, level: isCompact ? nil : 0)
        return output + "\n"
    }

    private func write(to output: inout String, level: Int?) {
        switch form {
        case .null: output += "null"
        case .bool(let flag): output += flag ? "true" : "false"
        case .number(let digits): output += digits
        case .string(let text): Self.write(text, to: &output)
        case .array(let elements):
            // Lists of plain values are easier to read on one line.
            let inner = elements.allSatisfy(\.isPlain) ? nil : level
            Self.write(elements, "[", "]", to: &output, level: inner) { $0.write(to: &$1, level: $2) }
        case .object(let members):
            Self.write(members, "{", "}", to: &output, level: level) { member, output, level in
                Self.write(member.key, to: &output)
                output += level == nil ? ":" : ": "
                member.value.write(to: &output, level: level)
            }
        }
    }

    private var isPlain: Bool {
        switch form {
        case .array, .object: false
        default: true
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, to output: inout String, level: Int?,
        each: (Element, inout String, Int?) -> Void
    ) {
        output += open
        for (index, element) in elements.enumerated() {
            if index > 0 { output += level == nil ? ", " : "," }
            if let level { output += "\n" + String(repeating: "  ", count: level + 1) }
            each(element, &output, level.map { $0 + 1 })
        }
        if let level, !elements.isEmpty { output += "\n" + String(repeating: "  ", count: level) }
        output += close
    }

    private static func write(_ text: String, to output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case _ where Escape.isControl(scalar):
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }
}
