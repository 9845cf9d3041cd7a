// How words sound, by lexicon and rules, and how alike two of them sound.

import AssistantInterface

/// The sound of a word or of several words in a row.
public struct Pronunciation: Hashable, Sendable {
    public let phones: [Phone]

    public init(_ phones: [Phone]) {
        self.phones = phones
    }

    /// The longest word that is looked up, in letters.
    static let longestWord = 40
    /// The most phones that are compared.
    private static let mostPhones = 80

    /// How flite says a word: by its part of the CMU lexicon, and by the letter-to-sound rules that were trained on the rest of it
    /// (Black, Lenzo and Pagel, 1998). Nil for what has no letters a to z.
    public init?(of word: some StringProtocol) {
        let letters = word.lowercased().filter { $0.isASCII && $0.isLetter }
        guard !letters.isEmpty, letters.count <= Self.longestWord,
            let phones = FliteLibrary.shared.phones(of: letters)
        else { return nil }
        self.phones = phones.compactMap { Phone(written: $0) }
    }

    /// How flite says words in a row; nil when one of them cannot be said.
    public init?(ofWords words: some Sequence<String>) {
        var phones: [Phone] = []
        for word in words {
            guard let said = Pronunciation(of: word) else { return nil }
            phones += said.phones
        }
        guard !phones.isEmpty else { return nil }
        self.phones = phones
    }

    /// How differently two pronunciations sound, from 0, the same, to 1: Levenshtein's distance, in which similar phones cost less, over the length of the
    /// longer one.
    public func distance(to other: Pronunciation) -> Double {
        let (left, right) = (phones.prefix(Self.mostPhones), other.phones.prefix(Self.mostPhones))
        let longer = max(left.count, right.count)
        guard longer > 0 else { return 0 }
        var row = [0.0]
        for phone in right { row.append((row.last ?? 0) + phone.costOfLoss) }
        for phone in left {
            var diagonal = row[0]
            row[0] += phone.costOfLoss
            for (column, candidate) in right.enumerated() {
                let substitution = diagonal + phone.cost(ofHearing: candidate)
                diagonal = row[column + 1]
                row[column + 1] = min(substitution, diagonal + phone.costOfLoss, row[column] + candidate.costOfLoss)
            }
        }
        return min(1, (row.last ?? 0) / Double(longer))
    }
}
