// Makes a syntax tree of code: expressions, by operator precedence.

import FTAI

extension CodeParser {
    func invalid(at range: SourceRange) -> Expression {
        Expression(kind: .invalid, range: range, depth: 1)
    }

    mutating func parseExpression() throws(SyntaxFailure) -> Expression {
        try parseBinary(above: 0)
    }

    /// How tightly an operator binds; from loose to tight: or, and, comparison, `??`, sum, product.
    private static func binding(of kind: TokenKind) -> (operator: BinaryOperator, level: Int)? {
        switch kind {
        case .keyword(.or), .symbol(.or): (.or, 1)
        case .keyword(.and), .symbol(.and): (.and, 2)
        case .symbol(.equal): (.equal, comparison)
        case .symbol(.notEqual): (.notEqual, comparison)
        case .symbol(.less): (.less, comparison)
        case .symbol(.lessEqual): (.lessEqual, comparison)
        case .symbol(.greater): (.greater, comparison)
        case .symbol(.greaterEqual): (.greaterEqual, comparison)
        case .symbol(.orElse): (.orElse, 5)
        case .symbol(.plus): (.add, 6)
        case .symbol(.minus): (.subtract, 6)
        case .symbol(.times): (.multiply, 7)
        case .symbol(.divide): (.divide, 7)
        case .symbol(.modulo): (.modulo, 7)
        default: nil
        }
    }

    /// `not` binds between `and` and the comparisons.
    private static let negation = 3
    private static let comparison = 4
    /// Nothing binds tighter: only a value is read, with what stands before and behind it.
    static let tightest = 8

    /// Reads operands and the operators between them that bind tighter than `level`.
    private mutating func parseBinary(above level: Int) throws(SyntaxFailure) -> Expression {
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
            let range = SourceRange(left.range.start, right.range.end)
            left = try made(.binary(binaryOperator, left, right), range, around: max(left.depth, right.depth))
        }
        return left
    }

    private mutating func parseOperand(above level: Int) throws(SyntaxFailure) -> Expression {
        let start = token.range.start
        let unary: UnaryOperator
        let operand: Expression
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
            return try made(.recall(key), SourceRange(start, previousEnd), around: key.depth)
        default:
            return try parsePostfix()
        }
        return try made(.unary(unary, operand), SourceRange(start, previousEnd), around: operand.depth)
    }

    private mutating func tooDeep(at range: SourceRange) -> SyntaxFailure {
        problems.report(.codeTooDeep, at: range, "this expression is nested deeper than \(Self.maximumDepth)")
        return SyntaxFailure()
    }

    /// - Parameter depth: of the deepest of its parts; 0 where it has none.
    mutating func made(
        _ kind: Expression.Kind, _ range: SourceRange, around depth: Int
    ) throws(SyntaxFailure) -> Expression {
        guard depth < Self.maximumDepth else { throw tooDeep(at: range) }
        return Expression(kind: kind, range: range, depth: depth + 1)
    }

    func depth(of parts: [Expression]) -> Int {
        parts.reduce(0) { max($0, $1.depth) }
    }

    func depth(of arguments: [Call.Argument]) -> Int {
        arguments.reduce(0) { max($0, $1.value.depth) }
    }

    /// A value, and the indices and questions for its type behind it.
    private mutating func parsePostfix() throws(SyntaxFailure) -> Expression {
        var base = try parsePrimary()
        while true {
            if token.kind == .keyword(.is) || token.kind == .keyword(.as) {
                let isQuestion = accept(.is) || !accept(.as)
                let type = try parseType()
                let kind: Expression.Kind = isQuestion ? .isType(base, type) : .asType(base, type)
                base = try made(kind, SourceRange(base.range.start, previousEnd), around: base.depth)
                continue
            }
            guard accept(.openBracket) else { return base }
            skipNewlines()
            let index = try parseExpression()
            skipNewlines()
            try expect(.closeBracket)
            let range = SourceRange(base.range.start, previousEnd)
            base = try made(.index(base, index), range, around: max(base.depth, index.depth))
        }
    }

    private mutating func parsePrimary() throws(SyntaxFailure) -> Expression {
        let start = token
        switch start.kind {
        case .integer(let value): return leaf(.integer(value))
        case .float(let value): return leaf(.float(value))
        case .keyword(.true): return leaf(.bool(true))
        case .keyword(.false): return leaf(.bool(false))
        case .keyword(.null): return leaf(.null)
        case .text(let number):
            advance()
            return try parseText(parts(ofText: number), start.range)
        case .name:
            let name = source.text(start.range)
            advance()
            guard token.kind == .symbol(.open) else {
                return Expression(kind: .name(name), range: start.range, depth: 1)
            }
            return try parseCall(name, start.range)
        case .symbol(.open):
            advance()
            skipNewlines()
            let inner = try parseExpression()
            skipNewlines()
            try expect(.close)
            return Expression(kind: inner.kind, range: SourceRange(start.range.start, previousEnd), depth: inner.depth)
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
    private mutating func parseListOrMap(from start: Int) throws(SyntaxFailure) -> Expression {
        skipNewlines()
        if accept(.colon) {
            skipNewlines()
            try expect(.closeBracket)
            return Expression(kind: .map([]), range: SourceRange(start, previousEnd), depth: 1)
        }
        var isMap: Bool?
        var entries: [MapEntry] = []
        let elements = try parseSequence(until: .closeBracket) { (parser) throws(SyntaxFailure) -> Expression in
            let first = try parser.parseExpression()
            if isMap == nil { isMap = parser.token.kind == .symbol(.colon) }
            guard isMap == true else { return first }
            try parser.expect(.colon)
            parser.skipNewlines()
            entries.append(MapEntry(key: first, value: try parser.parseExpression()))
            return first
        }
        let range = SourceRange(start, previousEnd)
        guard isMap == true else { return try made(.list(elements), range, around: depth(of: elements)) }
        return try made(.map(entries), range, around: entries.reduce(0) { max($0, $1.key.depth, $1.value.depth) })
    }

    private mutating func leaf(_ kind: Expression.Kind) -> Expression {
        let range = token.range
        advance()
        return Expression(kind: kind, range: range, depth: 1)
    }

    /// Values between commas, on one or several lines, up to a closing symbol.
    private mutating func parseSequence<Value>(
        until close: Symbol, _ read: (inout CodeParser) throws(SyntaxFailure) -> Value
    ) throws(SyntaxFailure) -> [Value] {
        var values: [Value] = []
        skipNewlines()
        while !accept(close) {
            values.append(try read(&self))
            skipNewlines()
            if accept(.comma) {
                skipNewlines()
            } else if token.kind != .symbol(close) {
                throw unexpected("`,` or `\(close.rawValue)`")
            }
        }
        return values
    }

    private mutating func parseCall(_ name: String, _ nameRange: SourceRange) throws(SyntaxFailure) -> Expression {
        let arguments = try parseArguments()
        let call = Call(name: name, nameRange: nameRange, arguments: arguments)
        return try made(.call(call), SourceRange(nameRange.start, previousEnd), around: depth(of: arguments))
    }

    /// Arguments between parentheses; the opening one stands here.
    mutating func parseArguments() throws(SyntaxFailure) -> [Call.Argument] {
        advance()
        return try parseSequence(until: .close) { (parser) throws(SyntaxFailure) -> Call.Argument in
            if parser.token.kind == .name, parser.next.kind == .symbol(.colon) {
                let range = parser.token.range
                let label = parser.source.text(range)
                parser.advance()
                parser.advance()
                return .init(label: label, labelRange: range, value: try parser.parseExpression())
            }
            let value = try parser.parseExpression()
            return .init(label: nil, labelRange: value.range, value: value)
        }
    }

    /// The expressions in the braces of a text are code of their own.
    private mutating func parseText(_ parts: [TextPart], _ range: SourceRange) throws(SyntaxFailure) -> Expression {
        var pieces: [TextPiece] = []
        pieces.reserveCapacity(parts.count)
        var deepest = 0
        for part in parts {
            switch part {
            case .literal(let text): pieces.append(.literal(text))
            case .expression(let inner):
                let value = try parse(within: inner) { (parser) throws(SyntaxFailure) in try parser.parseWhole() }
                pieces.append(.value(value))
                deepest = max(deepest, value.depth)
            }
        }
        return try made(.text(pieces), range, around: deepest)
    }

    /// An expression that must be all there is.
    mutating func parseWhole() throws(SyntaxFailure) -> Expression {
        let value = try parseExpression()
        guard token.kind == .endOfCode else { throw unexpected("`}`") }
        return value
    }
}
