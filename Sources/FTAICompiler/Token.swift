// The words of code.

import FTAI

/// A word of code and where it stands.
struct Token {
    let kind: TokenKind
    let range: SourceRange
}

/// Kinds own no memory, so that looking at a word is cheap: what a name or a text says is found by its token.
enum TokenKind: Equatable {
    case integer(UInt64)
    case float(Double)
    /// The text of that index, see ``Words/texts``.
    case text(Int)
    /// What it is called stands in the source.
    case name
    case keyword(Keyword)
    case symbol(Symbol)
    case newline
    case endOfCode
}

/// The words of a piece of code.
struct Words {
    /// The last is ``TokenKind/endOfCode``.
    var tokens: [Token] = []
    var texts: [[TextPart]] = []
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

extension Keyword {
    /// The keywords by their bytes, in order.
    private static let byBytes = allCases.map { (bytes: packed($0.rawValue.utf8), keyword: $0) }
        .sorted { $0.bytes < $1.bytes }

    /// The keyword that is spelled so.
    init?(spelled word: some Collection<UInt8>) {
        guard word.count <= 8 else { return nil }
        let bytes = Self.packed(word)
        let table = Self.byBytes
        var low = 0
        var high = table.count
        while low < high {
            let middle = (low + high) / 2
            if table[middle].bytes < bytes { low = middle + 1 } else { high = middle }
        }
        guard low < table.count, table[low].bytes == bytes else { return nil }
        self = table[low].keyword
    }

    /// Up to eight bytes as a number: no keyword is longer.
    private static func packed(_ word: some Sequence<UInt8>) -> UInt64 {
        word.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension Symbol {
    /// The symbol that begins with a byte, as long as it can be; the second byte is 0 where there is none.
    init?(_ first: UInt8, _ second: UInt8) {
        switch (Unicode.Scalar(first), Unicode.Scalar(second)) {
        case ("=", "="): self = .equal
        case ("!", "="): self = .notEqual
        case ("<", "="): self = .lessEqual
        case (">", "="): self = .greaterEqual
        case ("&", "&"): self = .and
        case ("|", "|"): self = .or
        case ("?", "?"): self = .orElse
        case (".", "."): self = .range
        case ("+", _): self = .plus
        case ("-", _): self = .minus
        case ("*", _): self = .times
        case ("/", _): self = .divide
        case ("%", _): self = .modulo
        case ("<", _): self = .less
        case (">", _): self = .greater
        case ("!", _): self = .not
        case ("?", _): self = .question
        case ("=", _): self = .assign
        case ("(", _): self = .open
        case (")", _): self = .close
        case ("[", _): self = .openBracket
        case ("]", _): self = .closeBracket
        case (",", _): self = .comma
        case (":", _): self = .colon
        default: return nil
        }
    }

    /// In bytes.
    var length: Int {
        switch self {
        case .equal, .notEqual, .lessEqual, .greaterEqual, .and, .or, .orElse, .range: 2
        default: 1
        }
    }
}

extension Token {
    /// The word itself, for those that are always the same.
    func word(in source: FTAISource) -> String {
        if case .keyword(let keyword) = kind { keyword.rawValue } else { spoken(in: source) }
    }

    /// How a message speaks of it.
    func spoken(in source: FTAISource) -> String {
        switch kind {
        case .integer, .float: "a number"
        case .text: "a text"
        case .name: "`\(source.text(range).prefix(64))`"
        case .keyword(let keyword): "`\(keyword.rawValue)`"
        case .symbol(let symbol): "`\(symbol.rawValue)`"
        case .newline: "the end of the line"
        case .endOfCode: "the end of the code"
        }
    }
}
