// A tag of a document and what stands in it.

/// A tag: a single (`@goal Save time`), or a section with a body.
///
/// A value like any other. Copies share what they hold until one of them is changed, because those who look through a document
/// copy its tags all the time.
public struct FTAITag: Hashable, Sendable {
    private var content: Content

    public init(
        name: String, isQuoted: Bool = false, isSubsection: Bool = false, typeHint: FTAIType? = nil,
        value: FTAIValue? = nil, body: [FTAINode] = [], comment: String? = nil, range: SourceRange = .none,
        nameRange: SourceRange = .none
    ) {
        self.init(
            name: name, word: TagWord(name), isQuoted: isQuoted, isSubsection: isSubsection, typeHint: typeHint,
            value: value, body: body, comment: comment, range: range, nameRange: nameRange)
    }

    /// - Parameter word: of the name.
    init(
        name: String, word: TagWord?, isQuoted: Bool, isSubsection: Bool, typeHint: FTAIType?, value: FTAIValue?,
        body: [FTAINode] = [], comment: String?, range: SourceRange, nameRange: SourceRange
    ) {
        content = Content(
            Parts(
                name: name, word: word, isQuoted: isQuoted, isSubsection: isSubsection, typeHint: typeHint,
                value: value, body: body, comment: comment, range: range, nameRange: nameRange))
    }

    /// The title or value as text; empty when there is none.
    public var title: String { value?.text ?? "" }

    public func isNamed(_ other: String) -> Bool {
        let name = name
        return name == other || (name.utf8.count == other.utf8.count && name.lowercased() == other.lowercased())
    }

    /// Which of the tags it is that mean something to the parser and to the compiler, by its name alone.
    package var word: TagWord? { content.parts.word }

    /// Whether nothing stands in it.
    package var isEmpty: Bool { content.parts.body.isEmpty }

    /// Where its value stands.
    package var valueRange: SourceRange? { content.parts.value?.range }

    /// The tags directly inside.
    public var tags: [FTAITag] { body.compactMap(\.asTag) }

    public func tags(named name: String) -> [FTAITag] { tags.filter { $0.isNamed(name) } }

    /// The `key: value` lines directly inside.
    public var entries: [FTAIEntry] { body.compactMap(\.asEntry) }

    /// The value of the first entry of that key.
    public func value(of key: String) -> FTAIValue? { entries.first { $0.key == key }?.value }

    public static func == (left: FTAITag, right: FTAITag) -> Bool {
        left.content === right.content || left.content.parts == right.content.parts
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(content.parts)
    }
}

// MARK: Parts

extension FTAITag {
    fileprivate struct Parts: Hashable {
        var name: String
        /// Of the name.
        var word: TagWord?
        var isQuoted: Bool
        var isSubsection: Bool
        var typeHint: FTAIType?
        var value: FTAIValue?
        var body: [FTAINode]
        var comment: String?
        var range: SourceRange
        var nameRange: SourceRange
    }

    /// What copies share. Only a tag that is the only one to hold it writes to it, so that it can go from task to task.
    fileprivate final class Content: @unchecked Sendable {
        // Nobody else can hold it while it is written to, so that there is nothing to check.
        @exclusivity(unchecked) var parts: Parts

        init(_ parts: Parts) {
            self.parts = parts
        }
    }

    /// Takes a copy of what others hold, too.
    private mutating func own() {
        if !isKnownUniquelyReferenced(&content) { content = Content(content.parts) }
    }

    /// As it is written; tag names compare without case, see ``isNamed(_:)``.
    public var name: String {
        get { content.parts.name }
        set {
            own()
            content.parts.name = newValue
            content.parts.word = TagWord(newValue)
        }
    }

    /// `@"name"`: a tag that is declared nowhere.
    public var isQuoted: Bool {
        get { content.parts.isQuoted }
        set {
            own()
            content.parts.isQuoted = newValue
        }
    }

    /// `@@name`: a section of the second level.
    public var isSubsection: Bool {
        get { content.parts.isSubsection }
        set {
            own()
            content.parts.isSubsection = newValue
        }
    }

    public var typeHint: FTAIType? {
        get { content.parts.typeHint }
        set {
            own()
            content.parts.typeHint = newValue
        }
    }

    /// The value of a single, the title of a section.
    public var value: FTAIValue? {
        get { content.parts.value }
        _modify {
            own()
            yield &content.parts.value
        }
    }

    public var body: [FTAINode] {
        get { content.parts.body }
        _modify {
            own()
            yield &content.parts.body
        }
    }

    /// Behind the value, without its `//`.
    public var comment: String? {
        get { content.parts.comment }
        _modify {
            own()
            yield &content.parts.comment
        }
    }

    /// Of the tag and everything in it.
    public var range: SourceRange {
        get { content.parts.range }
        _modify {
            own()
            yield &content.parts.range
        }
    }

    /// Of the name with its `@`.
    public var nameRange: SourceRange {
        get { content.parts.nameRange }
        _modify {
            own()
            yield &content.parts.nameRange
        }
    }
}
