// Makes a syntax tree of code: words and blocks. Statements are in `CodeParser+Statements.swift`, expressions in
// `CodeParser+Expressions.swift`, what deals with failures and with the outside in `CodeParser+Outside.swift`.

import FTAI

/// Something could not be read, and has been reported.
struct SyntaxFailure: Error {}

/// Reads the code of a program, one task after the other. After a failure it goes on with the next line.
///
/// The grammar stands in `docs/language.md`.
struct CodeParser {
    /// Blocks in blocks and expressions in expressions.
    static let maximumDepth = 200

    let source: FTAISource
    var problems: DiagnosticCollector
    /// The code that was read last.
    var tree = SyntaxTree()
    /// The types of the program.
    var types = IRTypes()
    private(set) var words = Words()
    /// The word that stands here.
    private(set) var token = Token(kind: .endOfCode, range: .none)
    private var position = 0
    private(set) var previousEnd = 0
    var depth = 0
    /// The code was too deep, and the rest of it has been left out.
    private(set) var isAbandoned = false
    /// What belongs to lists that are still being read, the innermost last.
    var open: [Int32] = []

    /// - Parameter size: about how long the longest piece of code is, in bytes.
    init(in source: FTAISource, problems: DiagnosticCollector, size: Int = 0) {
        self.source = source
        self.problems = problems
        guard size > 0 else { return }
        tree.reserve(min(size / 6, 4096))
        open.reserveCapacity(16)
        words.reserve()
    }

    /// A parser that stands at the beginning of a range.
    init(_ range: SourceRange, in source: FTAISource, problems: DiagnosticCollector) {
        self.init(in: source, problems: problems)
        begin(range)
    }

    /// Reads the code of a task into ``tree``.
    mutating func parseTask(_ range: SourceRange) -> Block {
        tree.removeAll()
        begin(range)
        let start = token.range.start
        let mark = open.count
        parseStatements()
        while token.kind != .endOfCode {
            // Only `end`, `else` and `catch` stop a block early; here there is nothing that they could belong to.
            let word = token.spoken(in: source)
            problems.report(.endWithoutBlock, at: token.range, "there is no open block for this \(word)")
            advance()
            skipLine()
            parseStatements()
        }
        return Block(statements: closeList(from: mark), range: SourceRange(start, token.range.end))
    }

    private mutating func begin(_ range: SourceRange) {
        words.tokens.removeAll(keepingCapacity: true)
        words.parts.removeAll(keepingCapacity: true)
        Lexer.read(range, in: source, into: &words, problems: &problems)
        position = 0
        token = words.tokens[0]
        previousEnd = range.start
        depth = 0
        isAbandoned = false
    }

    // MARK: Words

    var next: Token { position + 1 < words.tokens.count ? words.tokens[position + 1] : token }

    func spelling(of name: Name) -> String { words.names.text(of: name) }

    mutating func name(of text: String) -> Name { words.names.name(of: text) }

    /// Gives a number to a text that does not stand in the code as one.
    mutating func addText(_ text: String) -> TextNumber {
        words.texts.append(text)
        return TextNumber(truncatingIfNeeded: words.texts.count - 1)
    }

    /// Reads a piece of code that stands within this one, such as in the braces of a text. Its words take their place behind
    /// those that are there, until it has been read.
    mutating func parse<Value>(
        within range: SourceRange, _ read: (inout CodeParser) throws(SyntaxFailure) -> Value
    ) throws(SyntaxFailure) -> Value {
        let outer = (
            position: position, previousEnd: previousEnd, tokens: words.tokens.count, parts: words.parts.count
        )
        Lexer.read(range, in: source, into: &words, problems: &problems)
        position = outer.tokens
        token = words.tokens[position]
        previousEnd = range.start
        defer {
            words.tokens.removeLast(words.tokens.count - outer.tokens)
            words.parts.removeLast(words.parts.count - outer.parts)
            (position, previousEnd) = (outer.position, outer.previousEnd)
            token = words.tokens[position]
        }
        return try read(&self)
    }

    mutating func advance() {
        previousEnd = token.range.end
        if position < words.tokens.count - 1 {
            position += 1
            token = words.tokens[position]
        }
    }

    mutating func accept(_ symbol: Symbol) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func accept(_ keyword: Keyword) -> Bool {
        guard token.kind == .keyword(keyword) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Symbol) throws(SyntaxFailure) {
        guard accept(symbol) else { throw unexpected("`\(symbol.rawValue)`") }
    }

    /// Whether nothing more stands on the line; after a failure that was seen in the next line, the parser stands behind it.
    var isAtLineEnd: Bool {
        if token.kind == .newline || token.kind == .endOfCode { return true }
        return position > 0 && words.tokens[position - 1].kind == .newline
    }

    mutating func skipNewlines() {
        while token.kind == .newline { advance() }
    }

    /// Reports that something else was expected here.
    mutating func unexpected(_ expected: String, help: String? = nil) -> SyntaxFailure {
        var range = token.range
        // What is missing at the end of a line is missed there, not where the next line begins.
        if source.line(at: range.start) > source.line(at: max(0, previousEnd)) || range.start == range.end {
            range = SourceRange(previousEnd, previousEnd + 1)
        }
        let message = "expected \(expected), found \(token.spoken(in: source))"
        problems.report(.syntaxUnexpected, at: range, message, help: help)
        return SyntaxFailure()
    }

    /// Goes to the end of the line. Where the failure was seen at a statement in the next line already, it stays there.
    mutating func skipLine() {
        if position > 0, words.tokens[position - 1].kind == .newline, case .keyword(let keyword) = token.kind,
            keyword.beginsLine
        {
            return
        }
        while token.kind != .newline, token.kind != .endOfCode { advance() }
    }

    // MARK: Blocks

    /// Reads statements up to `end`, `else`, `catch` or the end of the code.
    mutating func parseBlock() -> Block {
        let mark = open.count
        let range = parseStatements()
        return Block(statements: closeList(from: mark), range: range)
    }

    /// Reads the statements of a block into the list that is open.
    @discardableResult
    mutating func parseStatements() -> SourceRange {
        let start = previousEnd
        while true {
            skipNewlines()
            switch token.kind {
            case .keyword(.end), .keyword(.else), .keyword(.catch), .endOfCode:
                return SourceRange(start, token.range.start)
            default:
                let mark = open.count
                do {
                    let statement = try parseStatement()
                    open.append(tree.add(statement))
                    if isAtLineEnd { continue }
                    _ = unexpected("the end of the line")
                } catch {
                    drop(from: mark)
                }
                skipLine()
            }
        }
    }

    /// Makes a list of what was put down since a mark.
    mutating func closeList(from mark: Int) -> NodeList {
        let list = tree.addList(of: open, from: mark)
        drop(from: mark)
        return list
    }

    /// Forgets what was put down since a mark.
    mutating func drop(from mark: Int) {
        while open.count > mark { open.removeLast() }
    }

    mutating func expectEnd(of opener: Token) {
        if accept(.end) { return }
        guard token.kind == .endOfCode || token.kind == .keyword(.catch), !isAbandoned else { return }
        problems.report(.blockUnclosed, at: opener.range, "no `end` closes this \(opener.spoken(in: source))")
    }

    /// Reads what opens a block; what cannot be read is skipped, so that the block is still found.
    mutating func parseOpening<Value>(
        _ fallback: Value, _ read: (inout CodeParser) throws(SyntaxFailure) -> Value
    ) -> Value {
        let mark = open.count
        do {
            let value = try read(&self)
            guard isAtLineEnd else { throw unexpected("the end of the line") }
            return value
        } catch {
            drop(from: mark)
            skipLine()
            return fallback
        }
    }

    mutating func nested<Value>(_ read: (inout CodeParser) throws(SyntaxFailure) -> Value) throws(SyntaxFailure)
        -> Value
    {
        guard depth < Self.maximumDepth else {
            problems.report(.codeTooDeep, at: token.range, "code is nested deeper than \(Self.maximumDepth)")
            // The rest cannot be told apart any more: it is left out.
            position = words.tokens.count - 1
            token = words.tokens[position]
            isAbandoned = true
            throw SyntaxFailure()
        }
        depth += 1
        defer { depth -= 1 }
        return try read(&self)
    }
}
