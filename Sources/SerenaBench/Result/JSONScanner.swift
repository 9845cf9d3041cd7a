// The strict reading of the program's own files: RFC 8259, no key twice, a bounded depth, linear time.

import Foundation
import JSONText

/// What is wrong with a document, and at which byte.
struct JSONProblem: Error, Hashable {
    let offset: Int
    let message: String
    /// Whether the document ended too early.
    var isCut = false
}

/// Makes nodes that know their places of a whole document.
struct JSONScanner {
    /// Objects and arrays within each other; the program's own files need seven.
    static let deepest = 64

    private var reader: JSONReader

    /// - Throws: ``JSONProblem`` for the first thing that is wrong.
    static func parse(_ bytes: [UInt8]) throws(JSONProblem) -> JSONNode {
        if let offset = firstByteOfNoText(in: bytes) {
            throw JSONProblem(offset: offset, message: "the text is not valid UTF-8")
        }
        var scanner = JSONScanner(reader: JSONReader(bytes, maximumDepth: deepest))
        do throws(JSONError) {
            let node = try scanner.value()
            try scanner.reader.finish()
            return node
        } catch {
            let message = numberElsewhere(in: bytes, at: error.offset) ?? error.reason
            throw JSONProblem(offset: error.offset, message: message, isCut: error.offset == bytes.count)
        }
    }

    /// What other programs write where a number is none, which JSON has no word for.
    private static func numberElsewhere(in bytes: [UInt8], at offset: Int) -> String? {
        ["NaN", "Infinity", "nan", "inf"].first { bytes[offset...].starts(with: $0.utf8) }
            .map { "\($0) is no number that JSON knows" }
    }

    /// The first byte that begins no character of UTF-8.
    private static func firstByteOfNoText(in bytes: [UInt8]) -> Int? {
        guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput, .error: return offset
            }
        }
    }

    private mutating func value() throws(JSONError) -> JSONNode {
        let token = try reader.next()
        let place = reader.range
        let value: JSONNode.Value
        switch token {
        case .null: value = .null
        case .bool(let isTrue): value = .bool(isTrue)
        case .string(let text): value = .string(text)
        case .number: value = try number(at: place)
        case .array:
            var elements: [JSONNode] = []
            while try reader.hasElement() { elements.append(try self.value()) }
            value = .array(elements)
        case .object: value = .object(try members())
        }
        return JSONNode(offset: place.lowerBound, value: value)
    }

    private mutating func members() throws(JSONError) -> [JSONNode.Member] {
        var members: [JSONNode.Member] = []
        var keys: Set<String> = []
        while let key = try reader.key() {
            let place = reader.range
            guard keys.insert(key).inserted else {
                throw JSONError(.keyRepeated, "the key '\(key.prefix(80))' stands here a second time", at: place)
            }
            members.append(JSONNode.Member(key: key, keyOffset: place.lowerBound, node: try value()))
        }
        return members
    }

    private func number(at place: Range<Int>) throws(JSONError) -> JSONNode.Value {
        let text = reader.text
        guard let number = Double(text), number.isFinite else {
            throw JSONError(.malformed, "the number is too large", at: place)
        }
        return .number(
            number, isInteger: !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") })
    }
}
