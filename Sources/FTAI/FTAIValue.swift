// A value of a document: bare text, quoted text, or a list.

/// What stands behind a tag or a key.
public struct FTAIValue: Hashable, Sendable {
    public enum Form: Hashable, Sendable {
        case bare(String)
        case quoted(String)
        case list([FTAIValue])
    }

    public var form: Form
    public var range: SourceRange

    public init(_ form: Form, range: SourceRange = .none) {
        self.form = form
        self.range = range
    }

    /// A value for a text: bare where that is unmistakable, else quoted.
    public static func text(_ text: String) -> FTAIValue {
        FTAIValue(isSafeBare(text) ? .bare(text) : .quoted(text))
    }

    public static func list(_ texts: [String]) -> FTAIValue {
        FTAIValue(.list(texts.map { FTAIValue(isSafeElement($0) ? .bare($0) : .quoted($0)) }))
    }

    /// The text without quotes and escapes; the elements of a list are joined by commas.
    public var text: String {
        switch form {
        case .bare(let text), .quoted(let text): text
        case .list(let elements): elements.map(\.text).joined(separator: ", ")
        }
    }

    /// The elements of a list; any other value is its own only element.
    public var elements: [FTAIValue] {
        if case .list(let elements) = form { elements } else { [self] }
    }

    /// Whether a text reads back as it is without quotes.
    static func isSafeBare(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last else { return false }
        guard !Byte.isBlank(first), !Byte.isBlank(last), first != Byte.quote, first != Byte.openBracket else {
            return false
        }
        guard !text.unicodeScalars.contains(where: Escape.isControl) else { return false }
        return bytes.withSourceBytes { ValueReader.commentStart(in: $0, 0, $0.count) } == nil
    }

    /// Whether a text reads back as it is as an element of a list.
    static func isSafeElement(_ text: String) -> Bool {
        isSafeBare(text) && !text.utf8.contains { $0 == Byte.comma || $0 == Byte.closeBracket || $0 == Byte.quote }
            && !text.contains("//")
    }
}

/// The type hint that may follow a tag or a key; any other word is no hint.
public enum FTAIType: String, CaseIterable, Sendable {
    case int, float, bool, date, string

    /// Whether a text is written as this type demands. Dates are ISO 8601 calendar dates, with or without a time.
    public func accepts(_ text: String) -> Bool {
        switch self {
        case .int: Int64(text) != nil
        case .float: Double(text)?.isFinite ?? false
        case .bool: text == "true" || text == "false"
        case .date: Self.isDate(text)
        case .string: true
        }
    }

    private static func isDate(_ text: String) -> Bool {
        let day = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
        guard day.count == 3, day.map(\.count) == [4, 2, 2], day.joined().allSatisfy({ $0.isASCII && $0.isNumber }),
            let year = Int(day[0]), let month = Int(day[1]), let date = Int(day[2]), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[month - 1]).contains(date) else { return false }
        let rest = text.dropFirst(10)
        return rest.isEmpty || rest.first == "T" || rest.first == " "
    }
}
