// Places in a text as the protocols count them, in UTF-16 units, and as the compiler does, in bytes.

import FTAI

/// A line and a place in it, both counted from 0; the place in UTF-16 units (Language Server Protocol 3.17, "Position").
struct TextPlace: Codable, Hashable, Comparable, Sendable {
    var line: Int
    var character: Int

    static func < (left: TextPlace, right: TextPlace) -> Bool {
        (left.line, left.character) < (right.line, right.character)
    }
}

/// From a place up to before another.
struct TextSpan: Codable, Hashable, Sendable {
    var start: TextPlace
    var end: TextPlace
}

extension FTAISource {
    /// The place of a byte; of one within a character, that of the character.
    func place(of offset: Int) -> TextPlace {
        let bounded = min(max(offset, 0), bytes.count)
        let line = line(at: bounded)
        let prefix = bytes[lineStarts[line - 1]..<bounded]
        if prefix.allSatisfy({ $0 < 0x80 }) { return TextPlace(line: line - 1, character: prefix.count) }
        return TextPlace(line: line - 1, character: String(decoding: prefix, as: UTF8.self).utf16.count)
    }

    func span(of range: SourceRange) -> TextSpan {
        TextSpan(start: place(of: range.start), end: place(of: range.end))
    }

    /// The byte at a place. What lies behind the end of its line is the end of the line, and what lies behind the text its end.
    func offset(of place: TextPlace) -> Int {
        guard place.line >= 0 else { return 0 }
        guard place.line < lineStarts.count else { return bytes.count }
        let line = lineRange(place.line + 1)
        var units = 0
        var index = line.lowerBound
        while index < line.upperBound, units < place.character {
            // The first byte of a character of UTF-8 tells its length; four bytes make two units, all others one.
            let length = bytes[index] < 0x80 ? 1 : bytes[index] < 0xE0 ? 2 : bytes[index] < 0xF0 ? 3 : 4
            units += length == 4 ? 2 : 1
            guard units <= place.character else { break }
            index += length
        }
        return min(index, line.upperBound)
    }

    /// Bytes as text; a span whose end lies before its start is empty.
    func range(of span: TextSpan) -> SourceRange {
        let start = offset(of: span.start)
        return SourceRange(start, max(start, offset(of: span.end)))
    }
}
