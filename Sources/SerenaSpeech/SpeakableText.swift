// Text in the shape that a synthesiser can speak.

import Foundation

/// Cleans text for synthesis.
enum SpeakableText {
    /// The longest piece that is synthesised at once, in characters. The time to its first sound grows with its length.
    static let longestPiece = 300

    /// The longest first piece, where a clause ends in time.
    static let longestFirstPiece = 50
    /// The longest first piece of all, where a clause ends only then.
    private static let furthestFirstPiece = 80
    /// No first piece is shorter, so that it lasts until the next one is ready.
    private static let shortestFirstPiece = 16
    /// Words before which a speaker may pause, where there is no comma.
    private static let conjunctions: Set<Substring> = [
        "and", "but", "or", "so", "because", "although", "while", "which", "who", "if", "when", "before", "after",
        "until", "unless", "than", "as", "since", "though", "where", "whether", "that",
    ]
    /// Words before which a speaker may draw breath, where there is nothing better.
    private static let prepositions: Set<Substring> = [
        "about", "after", "at", "between", "by", "during", "for", "from", "in", "into", "on", "over", "through", "to",
        "under", "with", "without",
    ]

    /// `text` without control characters, in ASCII, cut into pieces that each hold something to say.
    ///
    /// A long first sentence is cut where a speaker could pause, so that its sound begins early.
    static func pieces(of text: String) -> [String] {
        var splitter = SentenceSplitter(longestSentence: longestPiece)
        var sentences = splitter.feed(ascii(text)) + splitter.finish()
        if let first = sentences.first, let cut = firstClause(of: first) {
            sentences[0] = String(first[cut...]).trimmingSpaces
            sentences.insert(String(first[..<cut]), at: 0)
        }
        return sentences.filter { $0.contains { $0.isLetter || $0.isNumber || spokenSymbols.contains($0) } }
    }

    /// Where the first piece of a sentence ends that is too long for one: behind the last clause in time, before the last word
    /// that begins one, before the last preposition, or else where the next clause of all ends.
    private static func firstClause(of sentence: String) -> String.Index? {
        guard sentence.count > longestFirstPiece else { return nil }
        let start = sentence.index(sentence.startIndex, offsetBy: shortestFirstPiece)
        let end = sentence.index(sentence.startIndex, offsetBy: longestFirstPiece)
        let beyond = sentence.index(end, offsetBy: furthestFirstPiece - longestFirstPiece, limitedBy: sentence.endIndex)
        let inTime = sentence[start..<end].indices
        let late = sentence[end..<(beyond ?? sentence.endIndex)].indices
        let cut =
            inTime.last { endsClause(at: $0, in: sentence) }
            ?? inTime.last { isSpace($0, before: conjunctions, in: sentence) }
            ?? inTime.last { isSpace($0, before: prepositions, in: sentence) }
            ?? late.first { endsClause(at: $0, in: sentence) || isSpace($0, before: conjunctions, in: sentence) }
        return cut.map { sentence[$0] == " " ? $0 : sentence.index(after: $0) }
    }

    /// A comma inside a number has no space behind it.
    private static func endsClause(at index: String.Index, in sentence: String) -> Bool {
        let next = sentence.index(after: index)
        return ",;:".contains(sentence[index]) && next < sentence.endIndex && sentence[next] == " "
    }

    private static func isSpace(_ index: String.Index, before words: Set<Substring>, in sentence: String) -> Bool {
        sentence[index] == " " && words.contains(sentence[sentence.index(after: index)...].prefix { $0 != " " })
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
