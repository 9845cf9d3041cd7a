// How easily one word is heard for another.

/// A word, ready to be compared with others by its letters and by its sound.
struct ComparableWord: Hashable, Sendable {
    let text: String
    private let letters: [UInt8]
    /// One class for each consonant, neighbours of one class joined; a vowel counts only at the start.
    let sound: [UInt8]

    init(_ text: String) {
        self.text = text
        letters = Array(text.utf8.prefix(24))
        sound = Self.sound(of: letters)
    }

    /// How alike two words are, from 0 to 1: four tenths by letters, six tenths by sound. Words of two letters are alike only
    /// when they are equal, since nearly all of them sound alike.
    func similarity(to other: ComparableWord) -> Double {
        if text == other.text { return 1 }
        let (shorter, longer) = (min(letters.count, other.letters.count), max(letters.count, other.letters.count))
        guard shorter > 2, longer - shorter <= 4 else { return 0 }
        // Nothing that begins otherwise and sounds otherwise comes near the limit of what counts as heard.
        guard sound.first == other.sound.first || letters.first == other.letters.first || rhymes(with: other) else {
            return 0
        }
        return 0.4 * Self.agreement(letters, other.letters) + 0.6 * Self.agreement(sound, other.sound)
    }

    /// Whether all but the first letter is the same, as in "prime" and "crime".
    private func rhymes(with other: ComparableWord) -> Bool {
        letters.count >= 4 && letters.dropFirst().elementsEqual(other.letters.dropFirst())
    }

    /// 1 − edit distance ÷ length of the longer.
    private static func agreement(_ left: [UInt8], _ right: [UInt8]) -> Double {
        let longer = max(left.count, right.count)
        guard longer > 0 else { return 1 }
        return 1 - Double(editDistance(left, right)) / Double(longer)
    }

    /// The edit distance of two words, by letters.
    func distance(to other: ComparableWord) -> Int {
        Self.editDistance(letters, other.letters)
    }

    /// Levenshtein's distance.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: right.count + 1) { row in
            for column in 0...right.count { row[column] = column }
            for (index, letter) in left.enumerated() {
                var diagonal = row[0]
                row[0] = index + 1
                for (column, candidate) in right.enumerated() {
                    let substitution = diagonal + (letter == candidate ? 0 : 1)
                    diagonal = row[column + 1]
                    row[column + 1] = min(substitution, diagonal + 1, row[column] + 1)
                }
            }
            return row[right.count]
        }
    }

    /// Consonants by place of articulation, voiced and voiceless alike, since recognisers confuse those first.
    private static func sound(of letters: [UInt8]) -> [UInt8] {
        var sound: [UInt8] = []
        for (index, letter) in letters.enumerated() {
            let next = index + 1 < letters.count ? letters[index + 1] : 0
            let kind: Character
            switch Character(Unicode.Scalar(letter)) {
            case "b", "p", "v", "f": kind = "P"
            case "c": kind = "heiy".utf8.contains(next) ? "S" : "K"
            // Silent in "night" and "knight".
            case "g" where next == UInt8(ascii: "h") && index > 0: continue
            case "k" where next == UInt8(ascii: "n") && index == 0: continue
            case "k", "g", "q", "x": kind = "K"
            case "s", "z", "j": kind = "S"
            case "d", "t": kind = "T"
            case "l": kind = "L"
            case "m", "n": kind = "N"
            case "r": kind = "R"
            case "a", "e", "i", "o", "u":
                guard index == 0 else { continue }
                kind = "A"
            default: continue
            }
            if let value = kind.asciiValue, sound.last != value { sound.append(value) }
        }
        return sound
    }
}
