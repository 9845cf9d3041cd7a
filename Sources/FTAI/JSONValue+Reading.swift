// JSON read as values that keep their places and the digits of their numbers.

import JSONText

extension JSONValue {
    /// Objects and arrays within each other.
    static let maximumDepth = 256

    /// Reads one value and nothing behind it.
    ///
    /// - Throws: the first problem, at its place: what is no JSON, a key that stands twice in an object, nesting deeper than
    ///   256, bytes that are no UTF-8, a source that is too large.
    public static func read(_ source: FTAISource) throws(Diagnostic) -> JSONValue {
        do throws(JSONProblem) {
            guard source.bytes.count <= FTAISource.maximumSize else {
                throw JSONProblem(.fileTooLarge, 0, 0, "the text has \(source.bytes.count) bytes")
            }
            if let invalid = TextChecker.firstInvalid(source.bytes, 0..<source.bytes.count) {
                throw JSONProblem(.invalidUTF8, invalid, invalid + 1, "this byte is not valid UTF-8")
            }
            return try value(of: source.bytes)
        } catch {
            throw error.diagnostic(in: source)
        }
    }

    private static func value(of bytes: [UInt8]) throws(JSONProblem) -> JSONValue {
        let start = bytes.starts(with: TextChecker.byteOrderMark) ? TextChecker.byteOrderMark.count : 0
        var reader = JSONReader(bytes, from: start, maximumDepth: maximumDepth)
        do throws(JSONError) {
            let value = try reader.value()
            try reader.finish()
            return value
        } catch {
            throw JSONProblem(error)
        }
    }
}

extension JSONReader {
    fileprivate mutating func value() throws(JSONError) -> JSONValue {
        let token = try next()
        let start = range.lowerBound
        let form: JSONValue.Form
        switch token {
        case .null: form = .null
        case .bool(let flag): form = .bool(flag)
        case .number: form = .number(text)
        case .string(let text): form = .string(text)
        case .array:
            var elements: [JSONValue] = []
            while try hasElement() { elements.append(try value()) }
            form = .array(elements)
        case .object: form = .object(try members())
        }
        return JSONValue(form, range: SourceRange(start, position))
    }

    private mutating func members() throws(JSONError) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        while let key = try key() {
            guard keys.insert(key).inserted else {
                throw JSONError(.keyRepeated, "the key `\(key.prefix(40))` stands here again", at: range)
            }
            let keyRange = SourceRange(range.lowerBound, range.upperBound)
            members.append(.init(key, try value(), keyRange: keyRange))
        }
        return members
    }
}

/// What is wrong with a text that should be JSON, or with the JSON.
struct JSONProblem: Error {
    let code: DiagnosticCode
    let range: SourceRange
    let message: String

    init(_ code: DiagnosticCode, _ start: Int, _ end: Int, _ message: String) {
        self.code = code
        self.range = SourceRange(start, end)
        self.message = message
    }

    init(_ error: JSONError) {
        let code: DiagnosticCode =
            switch error.kind {
            case .malformed, .interrupted: .jsonMalformed
            case .tooDeep: .jsonTooDeep
            case .keyRepeated: .jsonKeyRepeated
            }
        self.init(code, error.range.lowerBound, error.range.upperBound, error.reason)
    }

    func diagnostic(in source: FTAISource) -> Diagnostic {
        let start = min(max(range.start, 0), source.bytes.count)
        let place = source.position(at: start)
        let end = min(max(range.end, start), max(source.lineRange(place.line).upperBound, start))
        var diagnostic = Diagnostic(
            code: code, severity: .error, file: source.file, line: place.line, column: place.column,
            length: max(1, source.characterCount(start..<end)), message: message, help: code.mend)
        diagnostic.range = SourceRange(start, end)
        return diagnostic
    }
}
