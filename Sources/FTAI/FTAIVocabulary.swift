// The tags that FTAI v2.0 knows, and the names that nobody may use.

/// The words of the format.
public enum FTAIVocabulary {
    /// Tags that need no declaration, in lower case; `do` is the body of a task that is a program.
    public static let tags: Set<String> = [
        "ftai", "document", "schema", "ai", "ai_note", "task", "memory", "agent", "input", "output", "context", "rules",
        "config", "ref", "end", "section", "table", "note", "warning", "goal", "constraints", "tool", "tool_call",
        "result", "feedback", "error", "memory_scope", "lang", "include", "protocol", "issue", "prose", "insight",
        "recommendations", "closing_note", "image", "tags", "version", "title", "author", "owner", "date", "do",
    ]

    /// Sections that must be closed by `@end`.
    public static let closedSections: Set<String> = [
        "ai", "task", "memory", "agent", "config", "protocol", "section", "schema", "table", "do",
    ]

    /// Names that begin so are for internal use.
    public static let reservedPrefixes = ["meta", "binary", "sys", "internal", "debug", "prompt", "_"]

    /// More quoted tags in one document are worth a warning.
    public static let quotedTagLimit = 25

    static func isReserved(_ name: String) -> Bool {
        reservedPrefixes.contains { name.hasPrefix($0) }
    }
}
