// The words of code.

import FTAI

/// A word of code and where it stands.
struct Token {
    let kind: TokenKind
    let range: SourceRange
}

/// Kinds own no memory, so that looking at a word is cheap: what a text says is found by its token.
enum TokenKind: Equatable {
    case integer(UInt64)
    case float(Double)
    /// The text whose parts begin at that index of ``Words/parts``.
    case text(Int)
    case name(Name)
    case keyword(Keyword)
    case symbol(Symbol)
    case newline
    case endOfCode

    var isName: Bool {
        if case .name = self { true } else { false }
    }
}

/// The words of a piece of code, and what is said in all code of the program that has been read.
struct Words {
    /// The last is ``TokenKind/endOfCode``.
    var tokens: [Token] = []
    /// Of each text its parts and a ``TextPart/end``.
    var parts: [TextPart] = []
    /// All that texts say, see ``TextNumber``.
    var texts: [String] = []
    var names = NameTable.common

    /// Makes room for what most programs say.
    mutating func reserve() {
        parts.reserveCapacity(16)
        texts.reserveCapacity(32)
        names.reserve(32)
    }

    /// What a text says that consists of one literal and nothing else.
    ///
    /// - Parameter first: the place of its first part.
    func literal(at first: Int) -> TextNumber? {
        guard case .literal(let text) = parts[first], case .end = parts[first + 1] else { return nil }
        return text
    }
}

/// The index of a text in ``Words/texts``.
typealias TextNumber = Int32

/// A piece of a text: what stands there, or an expression in braces.
enum TextPart: Equatable {
    case literal(TextNumber)
    /// An expression that is a name and nothing else.
    case name(Name, SourceRange)
    case expression(SourceRange)
    case end
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
    /// The keywords by the numbers of their names.
    private static let byNumber = allCases

    /// The keyword of that name.
    init?(_ name: Name) {
        guard name.index < Self.byNumber.count else { return nil }
        self = Self.byNumber[name.index]
    }

    /// The keyword that is spelled so.
    init?(spelled word: some Collection<UInt8>) {
        // No keyword is longer.
        guard word.count <= 8 else { return nil }
        let name = word.withContiguousStorageIfAvailable { NameTable.common.known($0) }
        guard let name = name ?? Array(word).withUnsafeBufferPointer({ NameTable.common.known($0) }) else { return nil }
        self.init(name)
    }
}

extension Symbol {
    /// The symbol that begins with a byte, as long as it can be; the second byte is 0 where there is none.
    init?(_ first: UInt8, _ second: UInt8) {
        let isDouble = first == second
        switch Unicode.Scalar(first) {
        case "+": self = .plus
        case "-": self = .minus
        case "*": self = .times
        case "/": self = .divide
        case "%": self = .modulo
        case "(": self = .open
        case ")": self = .close
        case "[": self = .openBracket
        case "]": self = .closeBracket
        case ",": self = .comma
        case ":": self = .colon
        case "=": self = isDouble ? .equal : .assign
        case "!": self = second == UInt8(ascii: "=") ? .notEqual : .not
        case "<": self = second == UInt8(ascii: "=") ? .lessEqual : .less
        case ">": self = second == UInt8(ascii: "=") ? .greaterEqual : .greater
        case "?": self = isDouble ? .orElse : .question
        case "&" where isDouble: self = .and
        case "|" where isDouble: self = .or
        case "." where isDouble: self = .range
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
