// JSON as it stands in a file: every value with the place where it begins.

/// A value of a JSON document and where it begins.
struct JSONNode: Sendable {
    /// The index of its first byte in the document.
    let offset: Int
    let value: Value

    enum Value: Sendable {
        case null
        case bool(Bool)
        /// `isInteger` when it was written without a fraction and an exponent.
        case number(Double, isInteger: Bool)
        case string(String)
        case array([JSONNode])
        /// In the order of the document; no key occurs twice.
        case object([Member])
    }

    struct Member: Sendable {
        let key: String
        let keyOffset: Int
        let node: JSONNode
    }

    /// The members, if it is an object.
    var members: [Member]? {
        if case .object(let members) = value { members } else { nil }
    }

    var elements: [JSONNode]? {
        if case .array(let elements) = value { elements } else { nil }
    }

    var text: String? {
        if case .string(let text) = value { text } else { nil }
    }

    /// The number, if it is one that was written as a whole number.
    var integer: Double? {
        if case .number(let number, true) = value { number } else { nil }
    }

    subscript(key: String) -> JSONNode? {
        members?.first { $0.key == key }?.node
    }

    /// The node that lies nearest to `path` on the way to it: the last one that exists.
    func nearest(to path: [any CodingKey]) -> JSONNode {
        var node = self
        for key in path {
            if let index = key.intValue, let elements = node.elements, elements.indices.contains(index) {
                node = elements[index]
            } else if let next = node[key.stringValue] {
                node = next
            } else {
                break
            }
        }
        return node
    }
}

/// A place in a text file.
struct TextPlace: Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    let line: Int
    /// Counted from 1, in Unicode scalars.
    let column: Int

    /// The place of the byte at `offset`.
    init(offset: Int, in bytes: [UInt8]) {
        var line = 1
        var lineStart = 0
        let end = min(max(0, offset), bytes.count)
        for index in 0..<end where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        self.line = line
        // Every byte that does not continue a scalar of UTF-8 begins one.
        column = bytes[lineStart..<end].count { $0 & 0xC0 != 0x80 } + 1
    }

    var description: String { "\(line):\(column)" }
}
