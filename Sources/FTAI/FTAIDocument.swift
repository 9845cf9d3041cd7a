// The tree of a document. Every node that was read knows where it stood.

/// A document: its header and what follows it.
public struct FTAIDocument: Hashable, Sendable {
    public var header: FTAIHeader
    public var nodes: [FTAINode]

    public init(header: FTAIHeader = FTAIHeader(), nodes: [FTAINode] = []) {
        self.header = header
        self.nodes = nodes
    }

    public init(tags: [FTAITag]) {
        self.init(nodes: tags.map(FTAINode.tag))
    }

    /// The tags of the outermost level.
    public var tags: [FTAITag] { nodes.compactMap(\.asTag) }

    /// The same document as if it had been built: equal when the content is equal.
    public var withoutRanges: FTAIDocument {
        var copy = self
        copy.header.range = .none
        copy.nodes = nodes.map(\.withoutRanges)
        return copy
    }
}

/// The first line: `@ftai v2.0 lang:en`.
public struct FTAIHeader: Hashable, Sendable {
    public struct Attribute: Hashable, Sendable {
        public var name: String
        /// Nil for a word that stands alone.
        public var value: String?

        public init(name: String, value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// Without the `v`, such as `2.0`.
    public var version: String
    public var attributes: [Attribute]
    public var comment: String?
    public var range: SourceRange

    public init(
        version: String = "2.0", attributes: [Attribute] = [], comment: String? = nil, range: SourceRange = .none
    ) {
        self.version = version
        self.attributes = attributes
        self.comment = comment
        self.range = range
    }
}

/// One piece of a document or of a section.
public enum FTAINode: Hashable, Sendable {
    case tag(FTAITag)
    case entry(FTAIEntry)
    case item(FTAIItem)
    /// The rows of a `@table`.
    case table(FTAITable)
    /// What stands between two `---`.
    case narrative(FTAIText)
    /// A line of free text.
    case text(FTAIText)
    /// The verbatim body of a `@do`.
    case code(FTAIText)
    /// A line that is a comment, without its `//`.
    case comment(FTAIText)
    /// One or more empty lines between two other nodes.
    case blank

    public var asTag: FTAITag? {
        if case .tag(let tag) = self { tag } else { nil }
    }

    public var asEntry: FTAIEntry? {
        if case .entry(let entry) = self { entry } else { nil }
    }
}

/// A `key: value` line.
public struct FTAIEntry: Hashable, Sendable {
    public var key: String
    public var typeHint: FTAIType?
    /// Nil when nothing follows the colon.
    public var value: FTAIValue?
    public var comment: String?
    public var range: SourceRange
    public var keyRange: SourceRange

    public init(
        key: String, typeHint: FTAIType? = nil, value: FTAIValue? = nil, comment: String? = nil,
        range: SourceRange = .none, keyRange: SourceRange = .none
    ) {
        self.key = key
        self.typeHint = typeHint
        self.value = value
        self.comment = comment
        self.range = range
        self.keyRange = keyRange
    }
}

/// A `- item` line.
public struct FTAIItem: Hashable, Sendable {
    public var value: FTAIValue?
    public var comment: String?
    public var range: SourceRange

    public init(value: FTAIValue?, comment: String? = nil, range: SourceRange = .none) {
        self.value = value
        self.comment = comment
        self.range = range
    }
}

/// The header and the rows of a table.
public struct FTAITable: Hashable, Sendable {
    public var header: [String]
    public var rows: [[String]]
    public var range: SourceRange

    public init(header: [String], rows: [[String]], range: SourceRange = .none) {
        self.header = header
        self.rows = rows
        self.range = range
    }
}

/// Text of one or more lines; what kind of text it is, its ``FTAINode`` says.
public struct FTAIText: Hashable, Sendable {
    /// Lines are joined by newlines.
    public var text: String
    /// A comment behind a line of free text.
    public var comment: String?
    public var range: SourceRange

    public init(_ text: String, comment: String? = nil, range: SourceRange = .none) {
        self.text = text
        self.comment = comment
        self.range = range
    }

    /// The inline flags in the text, in order: `[tone: urgent]` is `tone` with the value `urgent`.
    public var flags: [InlineFlag] { InlineFlag.all(in: text) }
}
