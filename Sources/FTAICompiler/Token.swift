// The words of code.

import FTAI

/// A word of code and where it stands.
struct Token {
    let kind: TokenKind
    let range: SourceRange
}

enum TokenKind: Equatable {
    case integer(UInt64)
    case float(Double)
    case text([TextPart])
    case name(String)
    case keyword(Keyword)
    case symbol(Symbol)
    case newline
    case endOfCode
}

/// A piece of a text: what stands there, or an expression in braces.
enum TextPart: Equatable {
    case literal(String)
    case expression(SourceRange)
}

enum Keyword: String, CaseIterable {
    case `let`, `var`, `if`, `else`, end, `while`, `for`, `in`, `break`, `continue`, `return`
    case say, remember, recall, call, ask, emit
    case `try`, `catch`, fail, parallel
    case `is`, `as`
    case `true`, `false`, null
    case and, or, not

    /// Whether it stands at the beginning of a line, and nowhere else.
    var beginsLine: Bool {
        switch self {
        case .let, .var, .if, .else, .end, .while, .for, .break, .continue, .return, .say, .remember, .emit, .try,
            .catch, .fail, .parallel:
            true
        case .in, .recall, .call, .ask, .is, .as, .true, .false, .null, .and, .or, .not: false
        }
    }
}

enum Symbol: String {
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divide = "/"
    case modulo = "%"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessEqual = "<="
    case greater = ">"
    case greaterEqual = ">="
    case and = "&&"
    case or = "||"
    case not = "!"
    case orElse = "??"
    case question = "?"
    case range = ".."
    case assign = "="
    case open = "("
    case close = ")"
    case openBracket = "["
    case closeBracket = "]"
    case comma = ","
    case colon = ":"
}

extension TokenKind {
    /// The word itself, for those that are always the same.
    var word: String {
        if case .keyword(let keyword) = self { keyword.rawValue } else { spoken }
    }

    /// How a message speaks of it.
    var spoken: String {
        switch self {
        case .integer, .float: "a number"
        case .text: "a text"
        case .name(let name): "`\(name.prefix(64))`"
        case .keyword(let keyword): "`\(keyword.rawValue)`"
        case .symbol(let symbol): "`\(symbol.rawValue)`"
        case .newline: "the end of the line"
        case .endOfCode: "the end of the code"
        }
    }
}
