// Makes a syntax tree of code: failures that are caught, and what is asked of tools, agents and listeners.

import FTAI

extension CodeParser {
    // MARK: Failures

    /// `try … catch message, kind … end`; the names may be left out.
    mutating func parseAttempt() -> Statement.Kind {
        let opener = token
        advance()
        parseOpening(()) { (_) throws(SyntaxFailure) in }
        let body = parseTried()
        guard accept(.catch) else {
            if !isAbandoned {
                let help = token.kind == .keyword(.end) ? " before its `end`" : ", and an `end` behind it"
                problems.report(
                    .blockUnclosed, at: opener.range, "no `catch` belongs to this `try`",
                    help: "Write `catch`\(help).")
            }
            _ = accept(.end)
            let handler = Block(statements: .empty, range: opener.range)
            return .attempt(tree.add(Attempt(body: body, message: nil, kind: nil, handler: handler)))
        }
        let (message, kind) = parseOpening((nil, nil)) { (parser) throws(SyntaxFailure) in try parser.parseCaught() }
        let handler = parseLoopBody(opener)
        return .attempt(tree.add(Attempt(body: body, message: message, kind: kind, handler: handler)))
    }

    /// The block between `try` and `catch`.
    private mutating func parseTried() -> Block {
        let mark = open.count
        let range = parseStatements()
        while token.kind == .keyword(.else) {
            problems.report(.endWithoutBlock, at: token.range, "an `else` belongs to an `if`, not to a `try`")
            advance()
            skipLine()
            parseStatements()
        }
        return Block(statements: closeList(from: mark), range: range)
    }

    private mutating func parseCaught() throws(SyntaxFailure) -> (DeclaredName?, DeclaredName?) {
        guard !isAtLineEnd else { return (nil, nil) }
        let message = try parseName("a name for the message")
        guard accept(.comma) else { return (message, nil) }
        return (message, try parseName("a name for the kind of failure"))
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
    mutating func parseRequestStatement() throws(SyntaxFailure) -> ExpressionNode {
        let node = try parseExpression()
        guard case .request = tree[node].kind else {
            problems.report(.syntaxUnexpected, at: tree[node].range, "the value of this expression is not used")
            throw SyntaxFailure()
        }
        return node
    }

    mutating func parseRequestExpression(_ request: Request) throws(SyntaxFailure) -> ExpressionNode {
        let start = token.range.start
        let call = try parseRequest(request)
        let depth = depth(of: tree.call(call).arguments)
        return try made(.request(request, call), SourceRange(start, previousEnd), around: depth)
    }

    /// `call name(…)`, `ask name(…)` or `emit name(…)`; a name that is no word stands in quotes.
    mutating func parseRequest(_ request: Request) throws(SyntaxFailure) -> Int32 {
        advance()
        let range = token.range
        let called: Name
        switch token.kind {
        case .name(let name): called = name
        case .text(let first):
            guard let literal = words.literal(at: first), !words.texts[Int(literal)].isEmpty else {
                throw unexpected("a name", help: "What is called must be known beforehand.")
            }
            called = name(of: words.texts[Int(literal)])
        default: throw unexpected(request.expectedName)
        }
        advance()
        var arguments = NodeList.empty
        if token.kind == .symbol(.open) {
            arguments = try parseArguments()
        } else if request != .event {
            throw unexpected("`(`")
        }
        return tree.add(Call(name: called, nameRange: range, arguments: arguments))
    }
}

extension Request {
    fileprivate var expectedName: String {
        switch self {
        case .tool: "the name of a tool"
        case .agent: "the name of an agent"
        case .event: "the name of an event"
        }
    }
}
