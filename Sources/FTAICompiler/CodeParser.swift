// Makes a syntax tree of code: statements. Expressions are in `CodeParser+Expressions.swift`, what deals with failures and
// with the outside in `CodeParser+Outside.swift`.

import FTAI

/// Something could not be read, and has been reported.
struct SyntaxFailure: Error {}

/// Reads the statements of one piece of code. After a failure it goes on with the next line.
///
/// The grammar stands in `docs/language.md`.
struct CodeParser {
    /// Blocks in blocks and expressions in expressions.
    static let maximumDepth = 200

    let source: FTAISource
    var problems: DiagnosticCollector
    private var words: Words
    private var position = 0
    private(set) var previousEnd: Int
    private(set) var assignments: [String: [Int]] = [:]
    var depth: Int
    /// The code was too deep, and the rest of it has been left out.
    private(set) var isAbandoned = false

    init(_ range: SourceRange, in source: FTAISource, depth: Int = 0, problems: DiagnosticCollector) {
        self.source = source
        self.problems = problems
        self.depth = depth
        self.previousEnd = range.start
        self.words = Lexer.words(of: range, in: source, problems: &self.problems)
    }

    mutating func parseTask() -> TaskCode {
        let start = token.range.start
        var block = parseBlock()
        while token.kind != .endOfCode {
            // Only `end`, `else` and `catch` stop a block early; here there is nothing that they could belong to.
            let word = token.spoken(in: source)
            problems.report(.endWithoutBlock, at: token.range, "there is no open block for this \(word)")
            advance()
            skipLine()
            block.statements += parseBlock().statements
        }
        block.range = SourceRange(start, token.range.end)
        return TaskCode(block: block, assignments: assignments)
    }

    // MARK: Tokens

    var token: Token { words.tokens[position] }
    var next: Token { words.tokens[min(position + 1, words.tokens.count - 1)] }

    /// The parts of a text.
    func parts(ofText number: Int) -> [TextPart] { words.texts[number] }

    /// Reads a piece of code that stands within this one, such as in the braces of a text.
    mutating func parse<Value>(
        within range: SourceRange, _ read: (inout CodeParser) throws(SyntaxFailure) -> Value
    ) throws(SyntaxFailure) -> Value {
        let outer = (words, position, previousEnd)
        defer { (words, position, previousEnd) = outer }
        words = Lexer.words(of: range, in: source, problems: &problems)
        position = 0
        previousEnd = range.start
        return try read(&self)
    }

    mutating func advance() {
        previousEnd = token.range.end
        if position < words.tokens.count - 1 { position += 1 }
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
        var statements: [Statement] = []
        statements.reserveCapacity(4)
        let start = previousEnd
        while true {
            skipNewlines()
            switch token.kind {
            case .keyword(.end), .keyword(.else), .keyword(.catch), .endOfCode:
                return Block(statements: statements, range: SourceRange(start, token.range.start))
            default:
                do {
                    statements.append(try parseStatement())
                    guard isAtLineEnd else { throw unexpected("the end of the line") }
                } catch {
                    skipLine()
                }
            }
        }
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
        do {
            let value = try read(&self)
            guard isAtLineEnd else { throw unexpected("the end of the line") }
            return value
        } catch {
            skipLine()
            return fallback
        }
    }

    private mutating func nested<Value>(_ read: (inout CodeParser) throws(SyntaxFailure) -> Value) throws(SyntaxFailure)
        -> Value
    {
        guard depth < Self.maximumDepth else {
            problems.report(.codeTooDeep, at: token.range, "code is nested deeper than \(Self.maximumDepth)")
            // The rest cannot be told apart any more: it is left out.
            position = words.tokens.count - 1
            isAbandoned = true
            throw SyntaxFailure()
        }
        depth += 1
        defer { depth -= 1 }
        return try read(&self)
    }

    // MARK: Statements

    private mutating func parseStatement() throws(SyntaxFailure) -> Statement {
        let start = token
        let kind: Statement.Kind
        switch token.kind {
        case .keyword(.let), .keyword(.var): kind = .declare(try parseDeclaration())
        case .keyword(.if): kind = try nested { (parser) throws(SyntaxFailure) in parser.parseIf() }
        case .keyword(.while): kind = try nested { (parser) throws(SyntaxFailure) in parser.parseWhile() }
        case .keyword(.for): kind = try nested { (parser) throws(SyntaxFailure) in parser.parseFor() }
        case .keyword(.break):
            advance()
            kind = .breakLoop
        case .keyword(.continue):
            advance()
            kind = .continueLoop
        case .keyword(.return):
            advance()
            kind = .returnValue(isAtLineEnd ? nil : try parseExpression())
        case .keyword(.say):
            advance()
            kind = .say(try parseExpression())
        case .keyword(.remember): kind = try parseRemember()
        case .keyword(.call), .keyword(.ask): kind = .evaluate(try parseRequestStatement())
        case .keyword(.emit): kind = .emit(try parseRequest(.event))
        case .keyword(.fail):
            advance()
            kind = .fail(try parseExpression())
        case .keyword(.try): kind = try nested { (parser) throws(SyntaxFailure) in parser.parseAttempt() }
        case .keyword(.parallel): kind = try nested { (parser) throws(SyntaxFailure) in parser.parseParallel() }
        default: kind = try parseAssignmentOrCall()
        }
        return Statement(kind: kind, range: SourceRange(start.range.start, previousEnd))
    }

    private mutating func parseDeclaration() throws(SyntaxFailure) -> Statement.Declaration {
        let isVariable = token.kind == .keyword(.var)
        advance()
        let (name, range) = try parseName("a name")
        // Also when the rest cannot be read the name is declared, so that its uses are not reported as well.
        var annotation: ParsedType?
        var value = invalid(at: range)
        do {
            annotation = accept(.colon) ? try parseType() : nil
            guard accept(.assign) else {
                throw unexpected("`=`", help: "A variable needs a value: `\(isVariable ? "var" : "let") \(name) = …`.")
            }
            value = try parseExpression()
        } catch {
            skipLine()
        }
        return .init(name: name, nameRange: range, isVariable: isVariable, annotation: annotation, value: value)
    }

    mutating func parseName(_ what: String) throws(SyntaxFailure) -> (String, SourceRange) {
        guard token.kind == .name else { throw unexpected(what) }
        let range = token.range
        advance()
        return (source.text(range), range)
    }

    private mutating func parseIf() -> Statement.Kind {
        let opener = token
        var branches: [Statement.Branch] = []
        var otherwise: Block?
        repeat {
            let keyword = token
            advance()
            let condition = parseOpening(invalid(at: keyword.range)) { (parser) throws(SyntaxFailure) in
                try parser.parseExpression()
            }
            branches.append(.init(condition: condition, block: parseBlock()))
        } while token.kind == .keyword(.else) && next.kind == .keyword(.if) && accept(.else)
        if accept(.else) {
            parseOpening(()) { (_) throws(SyntaxFailure) in }
            otherwise = parseBlock()
            while token.kind == .keyword(.else) {
                problems.report(.endWithoutBlock, at: token.range, "this `if` has an `else` already")
                advance()
                skipLine()
                _ = parseBlock()
            }
        }
        expectEnd(of: opener)
        return .branch(branches, otherwise: otherwise)
    }

    private mutating func parseWhile() -> Statement.Kind {
        let opener = token
        advance()
        let condition = parseOpening(invalid(at: opener.range)) { (parser) throws(SyntaxFailure) in
            try parser.parseExpression()
        }
        let block = parseLoopBody(opener)
        return .whileLoop(condition, block)
    }

    private mutating func parseFor() -> Statement.Kind {
        let opener = token
        advance()
        let fallback = (("_", opener.range), Statement.Sequence.list(invalid(at: opener.range)))
        let ((name, range), sequence) = parseOpening(fallback) { (parser) throws(SyntaxFailure) in
            let name = try parser.parseName("the name of a variable")
            guard parser.accept(.in) else { throw parser.unexpected("`in`") }
            let first = try parser.parseExpression()
            guard parser.accept(.range) else { return (name, .list(first)) }
            return (name, .range(first, try parser.parseExpression()))
        }
        return .forLoop(name: name, nameRange: range, sequence, parseLoopBody(opener))
    }

    mutating func parseLoopBody(_ opener: Token) -> Block {
        var block = parseBlock()
        while token.kind == .keyword(.else) {
            problems.report(
                .endWithoutBlock, at: token.range, 
                "an `else` belongs to an `if`, not to a `\(opener.word(in: source))`")
            advance()
            skipLine()
            block.statements += parseBlock().statements
        }
        expectEnd(of: opener)
        return block
    }

    private mutating func parseRemember() throws(SyntaxFailure) -> Statement.Kind {
        advance()
        let key = try parseExpression()
        guard accept(.assign) else { throw unexpected("`=`", help: "Write `remember \"key\" = value`.") }
        return .remember(key: key, value: try parseExpression())
    }

    private mutating func parseAssignmentOrCall() throws(SyntaxFailure) -> Statement.Kind {
        let start = token
        let statements = "a statement, such as `let`, `say` or a call"
        guard start.kind == .name else { throw unexpected(statements) }
        let target = try parseExpression()
        if accept(.assign) {
            let value = try parseExpression()
            switch target.kind {
            case .name(let name):
                assignments[name, default: []].append(target.range.start)
                return .assign(name: name, nameRange: target.range, value)
            case .index(let list, let index):
                return .assignElement(list: list, index: index, value)
            default:
                problems.report(.syntaxUnexpected, at: target.range, "nothing can be assigned to this")
                throw SyntaxFailure()
            }
        }
        if case .call = target.kind { return .evaluate(target) }
        if case .name(let name) = target.kind {
            let known = Keyword.allCases.map(\.rawValue)
            let suggestion = Spelling.suggestion(for: name, among: known).map { "Did you mean `\($0)`?" }
            problems.report(
                .syntaxUnexpected, at: target.range, "expected \(statements), found `\(name.prefix(64))`",
                help: suggestion)
        } else {
            problems.report(.syntaxUnexpected, at: target.range, "the value of this expression is not used")
        }
        throw SyntaxFailure()
    }
}
