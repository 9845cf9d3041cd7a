// Makes a syntax tree of code: failures that are caught, and what is asked of tools, agents and listeners.

import FTAI

extension CodeParser {
    // MARK: Failures

    /// `try … catch message, kind … end`; the names may be left out.
    mutating func parseAttempt() -> Statement.Kind {
        let opener = token
        advance()
        parseOpening(()) { (_) throws(SyntaxFailure) in }
        var body = parseBlock()
        while token.kind == .keyword(.else) {
            problems.report(.endWithoutBlock, at: token.range, "an `else` belongs to an `if`, not to a `try`")
            advance()
            skipLine()
            body.statements += parseBlock().statements
        }
        guard accept(.catch) else {
            if !isAbandoned {
                problems.report(.blockUnclosed, at: opener.range, "no `catch` belongs to this `try`")
            }
            _ = accept(.end)
            return .attempt(body, message: nil, kind: nil, handler: Block(statements: [], range: opener.range))
        }
        let (message, kind) = parseOpening((nil, nil)) { (parser) throws(SyntaxFailure) in try parser.parseCaught() }
        let handler = parseLoopBody(opener)
        return .attempt(body, message: message, kind: kind, handler: handler)
    }

    private mutating func parseCaught() throws(SyntaxFailure) -> (Statement.Name?, Statement.Name?) {
        guard !isAtLineEnd else { return (nil, nil) }
        let message = try parseName("a name for the message")
        guard accept(.comma) else { return (.init(text: message.0, range: message.1), nil) }
        let kind = try parseName("a name for the kind of failure")
        return (.init(text: message.0, range: message.1), .init(text: kind.0, range: kind.1))
    }

    // MARK: The outside

    /// `parallel … end`.
    mutating func parseParallel() -> Statement.Kind {
        let opener = token
        advance()
        parseOpening(()) { (_) throws(SyntaxFailure) in }
        return .parallel(parseLoopBody(opener))
    }

    /// A call of a tool or an agent as a statement of its own.
    mutating func parseRequestStatement() throws(SyntaxFailure) -> Expression {
        let expression = try parseExpression()
        guard case .request = expression.kind else {
            problems.report(.syntaxUnexpected, at: expression.range, "the value of this expression is not used")
            throw SyntaxFailure()
        }
        return expression
    }

    mutating func parseRequestExpression(_ kind: Request.Kind) throws(SyntaxFailure) -> Expression {
        let start = token.range.start
        let request = try parseRequest(kind)
        return try made(.request(request), SourceRange(start, previousEnd), around: depth(of: request.arguments))
    }

    /// `call name(…)`, `ask name(…)` or `emit name(…)`; a name that is no word stands in quotes.
    mutating func parseRequest(_ kind: Request.Kind) throws(SyntaxFailure) -> Request {
        advance()
        let name = token
        let text: String
        switch name.kind {
        case .name: text = source.text(name.range)
        case .text(let number):
            let parts = parts(ofText: number)
            guard parts.count == 1, case .literal(let literal)? = parts.first, !literal.isEmpty else {
                throw unexpected("a name", help: "What is called must be known beforehand.")
            }
            text = literal
        default: throw unexpected(kind.expectedName)
        }
        advance()
        var arguments: [Call.Argument] = []
        if token.kind == .symbol(.open) {
            arguments = try parseArguments()
        } else if kind != .event {
            throw unexpected("`(`")
        }
        return Request(kind: kind, name: text, nameRange: name.range, arguments: arguments)
    }
}

extension Request.Kind {
    fileprivate var expectedName: String {
        switch self {
        case .tool: "the name of a tool"
        case .agent: "the name of an agent"
        case .event: "the name of an event"
        }
    }
}
