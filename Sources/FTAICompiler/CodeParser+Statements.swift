// Makes a syntax tree of code: statements.

import FTAI

extension CodeParser {
    mutating func parseStatement() throws(SyntaxFailure) -> Statement {
        let start = token.range.start
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
        return Statement(kind: kind, range: SourceRange(start, previousEnd))
    }

    private mutating func parseDeclaration() throws(SyntaxFailure) -> Statement.Declaration {
        let isVariable = token.kind == .keyword(.var)
        advance()
        let name = try parseName("a name")
        // Also when the rest cannot be read the name is declared, so that its uses are not reported as well.
        var annotation: Int32?
        var value = invalid(at: name.range)
        let mark = open.count
        do {
            annotation = accept(.colon) ? try parseWrittenType() : nil
            guard accept(.assign) else {
                let example = "\(isVariable ? "var" : "let") \(spelling(of: name.name)) = …"
                throw unexpected("`=`", help: "A variable needs a value: `\(example)`.")
            }
            value = try parseExpression()
        } catch {
            drop(from: mark)
            skipLine()
        }
        return .init(name: name, isVariable: isVariable, annotation: annotation, value: value)
    }

    mutating func parseName(_ what: String) throws(SyntaxFailure) -> DeclaredName {
        guard case .name(let name) = token.kind else { throw unexpected(what) }
        let range = token.range
        advance()
        return DeclaredName(name: name, range: range)
    }

    private mutating func parseIf() -> Statement.Kind {
        let opener = token
        let mark = open.count
        var otherwise: Block?
        repeat {
            let keyword = token
            advance()
            let condition = parseCondition(keyword)
            open.append(tree.add(Branch(condition: condition, block: parseBlock())))
        } while token.kind == .keyword(.else) && next.kind == .keyword(.if) && accept(.else)
        let branches = closeList(from: mark)
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

    /// The condition behind an `if` or a `while`.
    private mutating func parseCondition(_ keyword: Token) -> ExpressionNode {
        let condition = parseOpening(nil) { (parser) throws(SyntaxFailure) -> ExpressionNode? in
            try parser.parseExpression()
        }
        return condition ?? invalid(at: keyword.range)
    }

    private mutating func parseWhile() -> Statement.Kind {
        let opener = token
        advance()
        let condition = parseCondition(opener)
        return .whileLoop(condition, parseLoopBody(opener))
    }

    private mutating func parseFor() -> Statement.Kind {
        let opener = token
        advance()
        typealias Head = (name: DeclaredName, first: ExpressionNode, last: ExpressionNode?)
        let head = parseOpening(nil) { (parser) throws(SyntaxFailure) -> Head? in
            let name = try parser.parseName("the name of a variable")
            guard parser.accept(.in) else { throw parser.unexpected("`in`") }
            let first = try parser.parseExpression()
            return (name, first, parser.accept(.range) ? try parser.parseExpression() : nil)
        }
        let name = head?.name ?? DeclaredName(name: name(of: "_"), range: opener.range)
        let first = head?.first ?? invalid(at: opener.range)
        let body = parseLoopBody(opener)
        return .forLoop(tree.add(ForLoop(name: name, first: first, last: head?.last, block: body)))
    }

    mutating func parseLoopBody(_ opener: Token) -> Block {
        let mark = open.count
        let range = parseStatements()
        while token.kind == .keyword(.else) {
            problems.report(
                .endWithoutBlock, at: token.range,
                "an `else` belongs to an `if`, not to a `\(opener.word(in: source))`")
            advance()
            skipLine()
            parseStatements()
        }
        expectEnd(of: opener)
        return Block(statements: closeList(from: mark), range: range)
    }

    private mutating func parseRemember() throws(SyntaxFailure) -> Statement.Kind {
        advance()
        let key = try parseExpression()
        guard accept(.assign) else { throw unexpected("`=`", help: "Write `remember \"key\" = value`.") }
        return .remember(key: key, value: try parseExpression())
    }

    private mutating func parseAssignmentOrCall() throws(SyntaxFailure) -> Statement.Kind {
        let statements = "a statement, such as `let`, `say` or a call"
        guard token.kind.isName else { throw unexpected(statements) }
        let node = try parseExpression()
        let target = tree[node]
        if accept(.assign) {
            let value = try parseExpression()
            switch target.kind {
            case .name(let name):
                tree.add(Assignment(name: name, place: Int32(truncatingIfNeeded: target.range.start)))
                return .assign(DeclaredName(name: name, range: target.range), value)
            case .index(let list, let index):
                return .assignElement(list: list, index: index, value)
            default:
                problems.report(.syntaxUnexpected, at: target.range, "nothing can be assigned to this")
                throw SyntaxFailure()
            }
        }
        switch target.kind {
        case .call: return .evaluate(node)
        case .name(let name):
            let word = spelling(of: name)
            problems.reportUnknown(
                .syntaxUnexpected, at: target.range, "expected \(statements), found `\(word.prefix(64))`", name: word,
                among: Keyword.allCases.map(\.rawValue))
        default:
            problems.report(.syntaxUnexpected, at: target.range, "the value of this expression is not used")
        }
        throw SyntaxFailure()
    }
}
