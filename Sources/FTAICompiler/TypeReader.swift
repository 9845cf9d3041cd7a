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
    var spoken: String { (self == .int ? "an " : "a ") + description }

    var isOptional: Bool { wrapped != nil }

    /// What an optional holds when it is not null.
    var wrapped: ValueType? {
        if case .optional(let wrapped) = self { wrapped } else { nil }
    }

    /// What a list holds.
    var listElement: ValueType? {
        if case .list(let element) = self { element } else { nil }
    }

    /// Whether values of it can stand in a text.
    var isScalar: Bool {
        switch self {
        case .int, .float, .bool, .string: true
        case .list, .optional: false
        }
    }

    init?(scalarNamed name: String) {
        switch name {
        case "int": self = .int
        case "float": self = .float
        case "bool": self = .bool
        case "string": self = .string
        default: return nil
        }
    }
}

extension CodeParser {
    /// `int`, `list<T>`, `T?`.
    mutating func parseType() throws(SyntaxFailure) -> ParsedType {
        let start = token.range.start
        var type = try parseTypeName(depth: 1)
        if accept(.question) {
            type = type.flatMap { $0.isOptional ? nil : .optional($0) }
        }
        return ParsedType(type: type, range: SourceRange(start, previousEnd))
    }

    private mutating func parseTypeName(depth: Int) throws(SyntaxFailure) -> ValueType? {
        let place = token.range
        guard case .name(let name) = token.kind else { throw unexpected("a type") }
        advance()
        if let scalar = ValueType(scalarNamed: name) { return scalar }
        guard name == "list" else {
            let suggestion = Spelling.suggestion(for: name, among: ["int", "float", "bool", "string", "list"])
            problems.report(
                .typeUnknown, at: place, "there is no type `\(name.prefix(64))`",
                help: suggestion.map { "Did you mean `\($0)`?" })
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
        var element = try parseTypeName(depth: depth + 1)
        if accept(.question) { element = element.map { .optional($0) } }
        try expect(.greater)
        return element.map { .list($0) }
    }
}
