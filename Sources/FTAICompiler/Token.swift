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
    /// The keywords with their bytes, by their first letters.
    private static let byBytes = allCases.map { (bytes: packed($0.rawValue.utf8), keyword: $0) }
        .sorted { firstLetter($0.keyword) < firstLetter($1.keyword) }

    /// For each letter, where the keywords that begin with it stand in ``byBytes``; one more than there are letters.
    private static let byLetter: [Int] = (0...26).map { letter in
        byBytes.firstIndex { firstLetter($0.keyword) >= letter } ?? byBytes.count
    }

    private static func firstLetter(_ keyword: Keyword) -> Int {
        Int(keyword.rawValue.utf8.first ?? 0) - 0x61
    }

    /// The keyword that is spelled so.
    init?(spelled word: some Collection<UInt8>) {
        guard word.count <= Self.longest, let first = word.first else { return nil }
        self.init(packed: Self.packed(word), first: first)
    }

    /// In bytes; what is longer is no keyword.
    static let longest = 8

    /// The keyword of these bytes, the first in the highest place.
    ///
    /// - Parameter first: the first of them.
    init?(packed bytes: UInt64, first: UInt8) {
        guard first >= 0x61, first <= 0x7A else { return nil }
        let table = Self.byBytes
        let letter = Int(first) - 0x61
        for place in Self.byLetter[letter]..<Self.byLetter[letter + 1] where table[place].bytes == bytes {
            self = table[place].keyword
            return
        }
        return nil
    }

    /// Up to eight bytes as a number.
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
