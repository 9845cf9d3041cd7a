// Text in the shape that a synthesiser can speak.

import Foundation

/// Cleans text for synthesis.
enum SpeakableText {
    /// The longest piece that is synthesised at once, in characters. The time to its first sound grows with its length.
    static let longestPiece = 300

    /// The longest first piece, where a clause ends in time.
    static let longestFirstPiece = 50
    /// No first piece is shorter, so that it lasts until the next one is ready.
    private static let shortestFirstPiece = 16
    /// Words before which a speaker may pause, where there is no comma.
    private static let conjunctions: Set<Substring> = [
        "and", "but", "or", "so", "because", "although", "while", "which", "who", "if", "when", "before", "after",
        "until",
        "unless", "than", "as",
    ]

    /// `text` without control characters, in ASCII, cut into pieces that each hold something to say.
    ///
    /// A long first sentence is cut behind a clause, or before a word that begins one, where a speaker could pause, so that its
    /// sound begins early.
    static func pieces(of text: String) -> [String] {
        var splitter = SentenceSplitter(longestSentence: longestPiece)
        var sentences = splitter.feed(ascii(text)) + splitter.finish()
        if let first = sentences.first, let cut = firstClause(of: first) {
            sentences[0] = String(first[cut...]).trimmingSpaces
            sentences.insert(String(first[..<cut]), at: 0)
        }
        return sentences.filter { $0.contains { $0.isLetter || $0.isNumber || spokenSymbols.contains($0) } }
    }

    /// Where the last clause ends that is short enough for a first piece, if the sentence is too long for one.
    private static func firstClause(of sentence: String) -> String.Index? {
        guard sentence.count > longestFirstPiece else { return nil }
        let start = sentence.index(sentence.startIndex, offsetBy: shortestFirstPiece)
        let end = sentence.index(sentence.startIndex, offsetBy: longestFirstPiece)
        // A comma inside a number has no space behind it.
        let marks = sentence[start..<end].indices.filter {
            ",;:".contains(sentence[$0]) && sentence[sentence.index(after: $0)] == " "
        }
        if let mark = marks.last { return sentence.index(after: mark) }
        return sentence[start..<end].indices.last { index in
            sentence[index] == " "
                && conjunctions.contains(sentence[sentence.index(after: index)...].prefix { $0 != " " })
        }
    }

    private static let spokenSymbols: Set<Character> = ["%", "$", "&", "+", "="]
    private static let replacements: [Character: String] = [
        "‘": "'", "’": "'", "“": "\"", "”": "\"", "–": ",", "—": ",", "…": "...", "€": " euros ", "£": " pounds ",
        "°": " degrees ", "×": " times ", "÷": " divided by ", "−": " minus ", "²": " squared ", "½": " one half ",
    ]

    private static func ascii(_ text: String) -> String {
        var plain = ""
        for character in text {
            if character.isWhitespace {
                if plain.last != " " { plain.append(" ") }
            } else if character.isASCII {
                if !character.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
                    plain.append(character)
                }
            } else if let replacement = replacements[character] {
                plain += replacement
            } else {
                let folded = String(character).folding(
                    options: [.diacriticInsensitive, .widthInsensitive], locale: nil)
                plain += folded.filter { $0.isASCII }
            }
        }
        return plain
    }
}
