// What is wrong with a document, where, and what to do about it.

/// A problem at a place of a document.
public struct Diagnostic: Error, Hashable, Sendable {
    public enum Severity: String, Sendable, Comparable {
        case warning, error

        public static func < (left: Severity, right: Severity) -> Bool {
            left == .warning && right == .error
        }
    }

    /// Something that helps to understand the problem, such as where a name was declared first.
    public struct Note: Hashable, Sendable {
        public var message: String
        /// 1-based; nil when the note has no place of its own.
        public var line: Int?

        public init(_ message: String, line: Int? = nil) {
            self.message = message
            self.line = line
        }
    }

    /// Stable: tools and readers may rely on it.
    public var code: DiagnosticCode
    public var severity: Severity
    public var file: String
    /// 1-based.
    public var line: Int
    /// 1-based, in characters as a reader sees them.
    public var column: Int
    /// In characters, at least 1, and not beyond the end of the line.
    public var length: Int
    /// The same place in bytes of the source; unknown when it is not known.
    public var range = SourceRange.none
    public var message: String
    public var notes: [Note]
    /// What the author can do.
    public var help: String?
    /// A change of the source that mends it, where a program can make it.
    public var fix: Fix?

    public init(
        code: DiagnosticCode, severity: Severity, file: String, line: Int, column: Int, length: Int = 1,
        message: String,
        notes: [Note] = [], help: String? = nil, fix: Fix? = nil
    ) {
        self.code = code
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.length = length
        self.message = message
        self.notes = notes
        self.help = help
        self.fix = fix
    }
}

/// Gathers the diagnostics of one source, up to a limit.
public struct DiagnosticCollector: Sendable {
    /// After so many problems the rest is not shown: they are hardly all causes.
    public static let limit = 100

    public let source: FTAISource
    /// How the document is read: see ``DiagnosticCode/severity(in:)``.
    public let mode: FTAIParser.Mode
    public private(set) var diagnostics: [Diagnostic] = []
    private var dropped = 0

    public init(source: FTAISource, mode: FTAIParser.Mode) {
        self.source = source
        self.mode = mode
    }

    /// Whether further problems are only counted; then it is not worth it to look for suggestions.
    public var isFull: Bool { diagnostics.count >= Self.limit }

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Notes a problem at a place; what the mode of reading does not mind is left out.
    public mutating func report(
        _ code: DiagnosticCode, at range: SourceRange, _ message: String, notes: [Diagnostic.Note] = [],
        help: String? = nil, fix: Diagnostic.Fix? = nil
    ) {
        guard let severity = code.severity(in: mode) else { return }
        // An error is never lost for want of room: warnings make way.
        guard diagnostics.count < Self.limit || (severity == .error && !hasErrors) else {
            dropped += 1
            return
        }
        let start = min(max(range.start, 0), source.bytes.count)
        let place = source.position(at: start)
        let lineEnd = source.lineRange(place.line).upperBound
        let end = min(max(range.end, start), max(lineEnd, start))
        var fix = fix
        fix?.order = diagnostics.count
        var diagnostic = Diagnostic(
            code: code, severity: severity, file: source.file, line: place.line, column: place.column,
            length: max(1, source.characterCount(start..<end)), message: message, notes: notes,
            help: help ?? code.mend, fix: fix)
        diagnostic.range = SourceRange(start, end)
        diagnostics.append(diagnostic)
    }

    /// Forgets what was found from a line on, which is going to be read again.
    mutating func forget(fromLine line: Int) {
        diagnostics.removeAll { $0.line >= line }
    }

    /// Whether an error stands in a part of the source.
    public func hasErrors(in range: SourceRange) -> Bool {
        let lines = source.line(at: range.start)...max(source.line(at: range.start), source.line(at: range.end))
        return diagnostics.contains { $0.severity == .error && lines.contains($0.line) }
    }

    /// Everything that was found, in the order of the source.
    public func sorted() -> [Diagnostic] {
        var result = diagnostics.enumerated().sorted { left, right in
            (left.element.line, left.element.column, left.offset)
                < (right.element.line, right.element.column, right.offset)
        }.map(\.element)
        if dropped > 0, let last = result.last {
            result.append(
                Diagnostic(
                    code: .tooManyProblems, severity: .warning, file: source.file, line: last.line, column: last.column,
                    message: "\(dropped) more problems are not shown", help: DiagnosticCode.tooManyProblems.mend))
        }
        return result
    }
}
