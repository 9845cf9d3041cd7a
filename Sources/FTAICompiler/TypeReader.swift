// Types as they are written, and how they are spelled in messages.

import FTAI
import SerenaNetBytecode

/// A type and where it stands; nil when there is no such type, which has been reported.
struct ParsedType {
    let type: ValueType?
    let range: SourceRange
}

extension ValueType {
    /// With its article, for sentences.
    var spoken: String { (self == .int || self == .any ? "an " : "a ") + description }

    var isOptional: Bool { wrapped != nil }

    /// What an optional holds when it is not null.
    var wrapped: ValueType? {
        if case .optional(let wrapped) = self { wrapped } else { nil }
    }

    /// What a list holds.
    var listElement: ValueType? {
        if case .list(let element) = self { element } else { nil }
    }

    /// What a map holds under its keys.
    var mapElement: ValueType? {
        switch self {
        case .map(let element), .intMap(let element): element
        default: nil
        }
    }

    /// Whether values of it can stand in a text.
    var isScalar: Bool {
        switch self {
        case .int, .float, .bool, .string: true
        case .list, .map, .intMap, .optional, .any: false
        }
    }

    /// The type whose name these bytes are, the first in the highest place.
    init?(packedScalar bytes: UInt64) {
        switch bytes {
        case 0x69_6E74: self = .int
        case 0x66_6C6F_6174: self = .float
        case 0x626F_6F6C: self = .bool
        case 0x7374_7269_6E67: self = .string
        case 0x61_6E79: self = .any
        default: return nil
        }
    }

    init?(scalarNamed name: String) {
        switch name {
        case "int": self = .int
        case "float": self = .float
        case "bool": self = .bool
        case "string": self = .string
        case "any": self = .any
        default: return nil
        }
    }
}

extension CodeParser {
    /// A type in code, by its place in ``SyntaxTree/types``.
    mutating func parseWrittenType() throws(SyntaxFailure) -> Int32 {
        let parsed = try parseType()
        return tree.add(WrittenType(type: parsed.type.map { types.number(of: $0) }, range: parsed.range))
    }

    /// `int`, `list<T>`, `map<string, T>`, `map<int, T>`, `T?`, `any`.
    mutating func parseType() throws(SyntaxFailure) -> ParsedType {
        let start = token.range.start
        var type = try parseTypeName(depth: 1)
        if accept(.question) {
            type = type?.orNull
        }
        return ParsedType(type: type, range: SourceRange(start, previousEnd))
    }

    private mutating func parseTypeName(depth: Int) throws(SyntaxFailure) -> ValueType? {
        let place = token.range
        guard token.kind.isName else { throw unexpected("a type") }
        let name = source.text(place)
        advance()
        if let scalar = ValueType(scalarNamed: name) { return scalar }
        guard name == "list" || name == "map" else {
            let known = ["int", "float", "bool", "string", "any", "list", "map"]
            problems.reportUnknown(
                .typeUnknown, at: place, "there is no type `\(name.prefix(64))`", name: name, among: known)
            if accept(.less) {
                _ = try parseTypeName(depth: depth + 1)
                try expect(.greater)
            }
            return nil
        }
        guard depth < ValueType.maximumDepth / 2 else {
            problems.report(.codeTooDeep, at: place, "types are nested too deep")
            throw SyntaxFailure()
        }
        try expect(.less)
        let hasIntKeys = name == "map" ? try parseKeyType() : false
        var element = try parseTypeName(depth: depth + 1)
        if accept(.question) { element = element?.orNull }
        try expect(.greater)
        return element.map { name == "list" ? .list($0) : hasIntKeys ? .intMap($0) : .map($0) }
    }

    /// The type of the keys of a map, with the comma behind it.
    ///
    /// - Returns: whether they are ints.
    private mutating func parseKeyType() throws(SyntaxFailure) -> Bool {
        let name = token.kind.isName ? source.text(token.range) : ""
        guard name == "string" || name == "int" else {
            throw unexpected(
                "`string` or `int`", help: "The keys of a map are texts or ints: `map<string, T>`, `map<int, T>`.")
        }
        advance()
        try expect(.comma)
        return name == "int"
    }
}
