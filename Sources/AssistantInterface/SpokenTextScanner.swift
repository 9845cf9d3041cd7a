// Cuts text into words, numbers and the symbols that are spoken.

import Foundation

/// Reads text piece by piece, in one pass, and knows nothing about what the pieces mean together.
struct SpokenTextScanner {
    struct Number {
        /// ASCII digits, without the separators of thousands.
        var whole = ""
        /// The digits after the decimal point.
        var fraction: String?
        /// The two digits after the colon of a time of day.
        var minutes: String?
        /// Whether `st`, `nd`, `rd` or `th` followed.
        var isOrdinal = false
    }

    enum Kind {
        /// In lower case, with inner apostrophes.
        case word(String)
        case number(Number)
        case currency(singular: String, plural: String)
        /// A symbol, as the word that is said for it.
        case symbol(String)
    }

    struct Piece {
        let kind: Kind
        let range: Range<String.Index>
    }

    private let text: String
    private var position: String.Index

    init(_ text: String) {
        self.text = text
        position = text.startIndex
    }

    /// The next piece; nil at the end of the text.
    mutating func next() -> Piece? {
        while let character = peek() {
            let start = position
            if Self.isDigit(character) {
                return Piece(kind: .number(scanNumber()), range: start..<position)
            }
            if character.isLetter || (Self.isApostrophe(character) && startsWord(afterApostropheAt: position)) {
                return Piece(kind: .word(scanWord()), range: start..<position)
            }
            let isMinus = character == "-" || character == "−"
            let previous = start > text.startIndex ? text[text.index(before: start)] : " "
            advance()
            if isMinus, previous.isWhitespace, let following = peek(), Self.isDigit(following) {
                return Piece(kind: .symbol("minus"), range: start..<position)
            }
            if let kind = Self.symbols[character] { return Piece(kind: kind, range: start..<position) }
        }
        return nil
    }

    private static let symbols: [Character: Kind] = [
        "%": .symbol("percent"), "&": .symbol("and"), "+": .symbol("plus"), "=": .symbol("equals"),
        "×": .symbol("times"), "÷": .symbol("divided by"), "°": .symbol("degrees"), "@": .symbol("at"),
        "$": .currency(singular: "dollar", plural: "dollars"), "€": .currency(singular: "euro", plural: "euros"),
        "£": .currency(singular: "pound", plural: "pounds"),
    ]

    // MARK: Words

    private mutating func scanWord() -> String {
        var word = ""
        while let character = peek() {
            if character.isLetter {
                word.append(character)
            } else if Self.isApostrophe(character), letterFollows() {
                word.append("'")
            } else if character == ".", endsInitial(word), letterFollows() {
                // The dots of `p.m.` and `U.S.` join the letters on either side.
            } else {
                break
            }
            advance()
        }
        return Self.folded(word)
    }

    /// Whether what was read so far is initials: the character before this dot stands alone between dots.
    private func endsInitial(_ word: String) -> Bool {
        guard !word.isEmpty else { return false }
        let letter = text.index(before: position)
        guard letter > text.startIndex else { return true }
        let before = text[text.index(before: letter)]
        return before == "." || !(before.isLetter || Self.isApostrophe(before))
    }

    private func letterFollows() -> Bool {
        let following = text.index(after: position)
        return following < text.endIndex && text[following].isLetter
    }

    /// Whether an apostrophe opens a shortened word, such as `'em`, and not a quotation.
    private func startsWord(afterApostropheAt index: String.Index) -> Bool {
        let rest = text[text.index(after: index)...].prefix(4).lowercased()
        return ["em", "til"].contains { rest.hasPrefix($0) && !(rest.dropFirst($0.count).first?.isLetter ?? false) }
    }

    private static func folded(_ word: String) -> String {
        if word.utf8.allSatisfy({ $0 < 0x80 }) { return word.lowercased() }
        return word.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
            .lowercased()
    }

    // MARK: Numbers

    private mutating func scanNumber() -> Number {
        var number = Number()
        number.whole = scanDigits()
        while peek() == ",", let group = digits(after: position, exactly: 3) {
            number.whole += group
            position = text.index(position, offsetBy: 4)
        }
        if peek() == ":", number.whole.count <= 2, let minutes = digits(after: position, exactly: 2) {
            number.minutes = minutes
            position = text.index(position, offsetBy: 3)
        } else if peek() == ".", let following = character(after: position), Self.isDigit(following) {
            advance()
            number.fraction = scanDigits()
        } else {
            number.isOrdinal = takeOrdinalEnding()
        }
        return number
    }

    private mutating func takeOrdinalEnding() -> Bool {
        let rest = text[position...]
        guard ["st", "nd", "rd", "th"].contains(rest.prefix(2).lowercased()),
            !(rest.dropFirst(2).first?.isLetter ?? false)
        else { return false }
        position = text.index(position, offsetBy: 2)
        return true
    }

    private mutating func scanDigits() -> String {
        let start = position
        while let character = peek(), Self.isDigit(character) { advance() }
        return String(text[start..<position])
    }

    /// The digits behind the separator at `index` when there are exactly `count` of them.
    private func digits(after index: String.Index, exactly count: Int) -> String? {
        let rest = text[text.index(after: index)...].prefix(count + 1)
        let run = rest.prefix { Self.isDigit($0) }
        return run.count == count ? String(run) : nil
    }

    // MARK: Characters

    private func peek() -> Character? {
        position < text.endIndex ? text[position] : nil
    }

    private func character(after index: String.Index) -> Character? {
        let following = text.index(after: index)
        return following < text.endIndex ? text[following] : nil
    }

    private mutating func advance() {
        position = text.index(after: position)
    }

    private static func isDigit(_ character: Character) -> Bool {
        character.isASCII && character.isWholeNumber
    }

    private static func isApostrophe(_ character: Character) -> Bool {
        character == "'" || character == "’" || character == "ʼ"
    }
}
