// The parser as callers see it.

/// Reads FTAI v2.0 documents.
///
/// ```swift
/// let result = FTAIParser().parse(FTAISource(file: "tip.ftai", bytes: bytes))
/// ```
/// One pass over the bytes; it goes on after a problem, so that one run shows them all. Whatever the bytes are, it
/// ends with a tree or a diagnostic.
public struct FTAIParser: Sendable {
    /// How much a document may deviate from the rules.
    public enum Mode: Sendable {
        /// Deviations are errors.
        case strict
        /// Deviations are warnings, and nothing is lost.
        case lenient
    }

    /// What a document may take up.
    public struct Limits: Sendable {
        /// In bytes.
        public var documentSize = FTAISource.maximumSize
        /// In bytes.
        public var tagName = 256
        /// Sections within sections.
        public var nesting = 64

        public init() {}
    }

    public let mode: Mode
    public let limits: Limits

    public init(mode: Mode = .strict, limits: Limits = Limits()) {
        self.mode = mode
        self.limits = limits
    }

    public func parse(_ source: FTAISource) -> ParseResult {
        var problems = DiagnosticCollector(source: source, mode: mode)
        let document = parse(source, problems: &problems)
        return ParseResult(document: document, diagnostics: problems.sorted())
    }

    /// Parses, and adds what is found to the problems that are known already.
    ///
    /// - Parameter keepsCode: whether the nodes of code have its text; else they have its range alone.
    /// - Returns: nil when the document is too large.
    package func parse(
        _ source: FTAISource, keepsCode: Bool = true, problems: inout DiagnosticCollector
    ) -> FTAIDocument? {
        guard source.bytes.count <= limits.documentSize else {
            let message = "the document has \(source.bytes.count) bytes; the limit is \(limits.documentSize)"
            problems.report(.fileTooLarge, at: SourceRange(0, 0), message)
            return nil
        }
        return source.bytes.withSourceBytes { bytes in
            var parser = DocumentParser(source: source, bytes: bytes, limits: limits, problems: problems)
            parser.keepsCode = keepsCode
            let document = parser.parse()
            problems = parser.problems
            return document
        }
    }

    public func parse(ftaiContent: String, file: String = "document.ftai") -> ParseResult {
        parse(FTAISource(file: file, text: ftaiContent))
    }

    public func parse(ftaiContent: [UInt8], file: String = "document.ftai") -> ParseResult {
        parse(FTAISource(file: file, bytes: ftaiContent))
    }
}

/// What parsing gives.
public struct ParseResult: Sendable {
    /// What could be read, also where there are errors; nil when the document is too large to be read at all.
    public let document: FTAIDocument?
    /// In the order of the document.
    public let diagnostics: [Diagnostic]

    public init(document: FTAIDocument?, diagnostics: [Diagnostic]) {
        self.document = document
        self.diagnostics = diagnostics
    }

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
