// Makes a syntax tree of code: expressions, by operator precedence.

import FTAI

extension CodeParser {
    mutating func invalid(at range: SourceRange) -> ExpressionNode {
        tree.add(Expression(kind: .invalid, depth: 1, range: range))
    }

    mutating func parseExpression() throws(SyntaxFailure) -> ExpressionNode {
        try parseBinary(above: 0)
    }

    /// How tightly an operator binds; from loose to tight: or, and, comparison, `??`, sum, product.
    private static func binding(of kind: TokenKind) -> (operator: BinaryOperator, level: Int)? {
        switch kind {
        case .keyword(.or): (.or, 1)
        case .keyword(.and): (.and, 2)
        case .symbol(let symbol): binding(of: symbol)
        default: nil
        }
    }

    private static func binding(of symbol: Symbol) -> (operator: BinaryOperator, level: Int)? {
        switch symbol {
        case .or: (.or, 1)
        case .and: (.and, 2)
        case .equal: (.equal, comparison)
        case .notEqual: (.notEqual, comparison)
        case .less: (.less, comparison)
        case .lessEqual: (.lessEqual, comparison)
        case .greater: (.greater, comparison)
        case .greaterEqual: (.greaterEqual, comparison)
        case .orElse: (.orElse, 5)
        case .plus: (.add, 6)
        case .minus: (.subtract, 6)
        case .times: (.multiply, 7)
        case .divide: (.divide, 7)
        case .modulo: (.modulo, 7)
        case .not, .question, .range, .assign, .open, .close, .openBracket, .closeBracket, .comma, .colon: nil
        }
    }

    /// `not` binds between `and` and the comparisons.
    private static let negation = 3
    private static let comparison = 4
    /// Nothing binds tighter: only a value is read, with what stands before and behind it.
    static let tightest = 8

    /// Reads operands and the operators between them that bind tighter than `level`.
    private mutating func parseBinary(above level: Int) throws(SyntaxFailure) -> ExpressionNode {
        guard depth < Self.maximumDepth else { throw tooDeep(at: token.range) }
        depth += 1
        defer { depth -= 1 }
        var left = try parseOperand(above: level)
        var hasCompared = false
        while let (binaryOperator, binding) = Self.binding(of: token.kind), binding > level {
            if binding == Self.comparison {
                if hasCompared {
                    problems.report(.comparisonChained, at: token.range, "comparisons cannot be chained")
                    throw SyntaxFailure()
                }
                hasCompared = true
            }
            advance()
            skipNewlines()
            // `??` groups to the right, everything else to the left.
            let right = try parseBinary(above: binaryOperator == .orElse ? binding - 1 : binding)
            let (first, last) = (tree[left], tree[right])
            let range = SourceRange(first.range.start, last.range.end)
            left = try made(.binary(binaryOperator, left, right), range, around: max(first.depth, last.depth))
        }
        return left
    }

    private mutating func parseOperand(above level: Int) throws(SyntaxFailure) -> ExpressionNode {
        let start = token.range.start
        let unary: UnaryOperator
        let operand: ExpressionNode
        switch token.kind {
        case .keyword(.not):
            advance()
            unary = .not
            operand = try parseBinary(above: max(level, Self.negation))
        case .symbol(.not):
            advance()
            unary = .not
            operand = try parseBinary(above: Self.tightest)
        case .symbol(.minus):
            advance()
            unary = .negate
            operand = try parseBinary(above: Self.tightest)
        case .keyword(.recall):
            advance()
            let key = try parseBinary(above: Self.tightest)
            return try made(.recall(key), SourceRange(start, previousEnd), around: tree[key].depth)
        default:
            return try parsePostfix()
        }
        return try made(.unary(unary, operand), SourceRange(start, previousEnd), around: tree[operand].depth)
    }

    private mutating func tooDeep(at range: SourceRange) -> SyntaxFailure {
        problems.report(.codeTooDeep, at: range, "code is nested deeper than \(Self.maximumDepth)")
        return SyntaxFailure()
    }

    /// - Parameter depth: of the deepest of its parts; 0 where it has none.
    mutating func made(
        _ kind: Expression.Kind, _ range: SourceRange, around depth: UInt8
    ) throws(SyntaxFailure) -> ExpressionNode {
        guard depth < Self.maximumDepth else { throw tooDeep(at: range) }
        return tree.add(Expression(kind: kind, depth: depth + 1, range: range))
    }

    /// The depth of the deepest expression of a list.
    func depth(of list: NodeList) -> UInt8 {
        var deepest: UInt8 = 0
        for position in list.indices { deepest = max(deepest, tree[tree.expression(at: position)].depth) }
        return deepest
    }

    /// A value, and the indices and questions for its type behind it.
    private mutating func parsePostfix() throws(SyntaxFailure) -> ExpressionNode {
        var base = try parsePrimary()
        while true {
            let isQuestion = token.kind == .keyword(.is)
            if isQuestion || token.kind == .keyword(.as) {
                advance()
                let type = try parseWrittenType()
                let inner = tree[base]
                let kind: Expression.Kind = isQuestion ? .isType(base, type) : .asType(base, type)
                base = try made(kind, SourceRange(inner.range.start, previousEnd), around: inner.depth)
                continue
            }
            guard accept(.openBracket) else { return base }
            skipNewlines()
            let index = try parseExpression()
            skipNewlines()
            try expect(.closeBracket)
            let inner = tree[base]
            let range = SourceRange(inner.range.start, previousEnd)
            base = try made(.index(base, index), range, around: max(inner.depth, tree[index].depth))
        }
    }

    private mutating func parsePrimary() throws(SyntaxFailure) -> ExpressionNode {
        let start = token
        switch start.kind {
        case .integer(let value): return leaf(.integer(value))
        case .float(let value): return leaf(.float(value))
        case .keyword(.true): return leaf(.bool(true))
        case .keyword(.false): return leaf(.bool(false))
        case .keyword(.null): return leaf(.null)
        case .text(let first):
            advance()
            return try parseText(first, start.range)
        case .name(let name):
            advance()
            guard token.kind == .symbol(.open) else {
                return tree.add(Expression(kind: .name(name), depth: 1, range: start.range))
            }
            return try parseCall(name, start.range)
        case .symbol(.open):
            advance()
            skipNewlines()
            let inner = try parseExpression()
            skipNewlines()
            try expect(.close)
            tree.widen(inner, to: SourceRange(start.range.start, previousEnd))
            return inner
        case .symbol(.openBracket):
            advance()
            return try parseListOrMap(from: start.range.start)
        case .keyword(.call): return try parseRequestExpression(.tool)
        case .keyword(.ask): return try parseRequestExpression(.agent)
        default:
            throw unexpected("a value")
        }
    }

    /// `[a, b]`, `["k": a]`, `[]` or `[:]`; the opening bracket has been read.
    private mutating func parseListOrMap(from start: Int) throws(SyntaxFailure) -> ExpressionNode {
        skipNewlines()
        if accept(.colon) {
            skipNewlines()
            try expect(.closeBracket)
            return tree.add(Expression(kind: .map(.empty), depth: 1, range: SourceRange(start, previousEnd)))
        }
        var isMap: Bool?
        let elements = try parseSequence(until: .closeBracket) { (parser) throws(SyntaxFailure) in
            parser.open.append(try parser.parseExpression().index)
            if isMap == nil { isMap = parser.token.kind == .symbol(.colon) }
            guard isMap == true else { return }
            try parser.expect(.colon)
            parser.skipNewlines()
            parser.open.append(try parser.parseExpression().index)
        }
        let kind: Expression.Kind = isMap == true ? .map(elements) : .list(elements)
        return try made(kind, SourceRange(start, previousEnd), around: depth(of: elements))
    }

    private mutating func leaf(_ kind: Expression.Kind) -> ExpressionNode {
        let range = token.range
        advance()
        return tree.add(Expression(kind: kind, depth: 1, range: range))
    }

    /// Values between commas, on one or several lines, up to a closing symbol.
    ///
    /// - Parameter read: puts one value down, or several that belong together.
    private mutating func parseSequence(
        until close: Symbol, _ read: (inout CodeParser) throws(SyntaxFailure) -> Void
    ) throws(SyntaxFailure) -> NodeList {
        let mark = open.count
        skipNewlines()
        while !accept(close) {
            try read(&self)
            skipNewlines()
            if accept(.comma) {
                skipNewlines()
            } else if token.kind != .symbol(close) {
                throw unexpected("`,` or `\(close.rawValue)`")
            }
        }
        return closeList(from: mark)
    }

    private mutating func parseCall(_ name: Name, _ nameRange: SourceRange) throws(SyntaxFailure) -> ExpressionNode {
        let arguments = try parseArguments()
        let call = tree.add(Call(name: name, nameRange: nameRange, arguments: arguments))
        return try made(.call(call), SourceRange(nameRange.start, previousEnd), around: depth(of: arguments))
    }

    /// Arguments between parentheses; the opening one stands here.
    mutating func parseArguments() throws(SyntaxFailure) -> NodeList {
        advance()
        return try parseSequence(until: .close) { (parser) throws(SyntaxFailure) in
            guard case .name(let label) = parser.token.kind, parser.next.kind == .symbol(.colon) else {
                parser.open.append(try parser.parseExpression().index)
                return
            }
            let range = parser.token.range
            parser.advance()
            parser.advance()
            let value = try parser.parseExpression()
            let depth = parser.tree[value].depth
            let labelled = Expression(kind: .labelled(label, value), depth: depth, range: range)
            parser.open.append(parser.tree.add(labelled).index)
        }
    }

    /// The expressions in the braces of a text are code of their own.
    ///
    /// - Parameter first: the place of its first part in ``Words/parts``.
    private mutating func parseText(_ first: Int, _ range: SourceRange) throws(SyntaxFailure) -> ExpressionNode {
        if let literal = words.literal(at: first) {
            return tree.add(Expression(kind: .literal(literal), depth: 1, range: range))
        }
        let mark = open.count
        var place = first
        pieces: while true {
            switch words.parts[place] {
            case .literal(let text):
                open.append(tree.add(Expression(kind: .literal(text), depth: 0, range: range)).index)
            case .name(let name, let range):
                guard depth < Self.maximumDepth else { throw tooDeep(at: range) }
                open.append(tree.add(Expression(kind: .name(name), depth: 1, range: range)).index)
            case .expression(let inner):
                let value = try parse(within: inner) { (parser) throws(SyntaxFailure) in try parser.parseWhole() }
                open.append(value.index)
            case .end: break pieces
            }
            place += 1
        }
        let pieces = closeList(from: mark)
        return try made(.text(pieces), range, around: depth(of: pieces))
    }

    /// An expression that must be all there is.
    mutating func parseWhole() throws(SyntaxFailure) -> ExpressionNode {
        let value = try parseExpression()
        guard token.kind == .endOfCode else { throw unexpected("`}`") }
        return value
    }
}
