// Words that the assistant remembers, against which requests for what it remembers are heard.

import SerenaSpeech
import Synchronization

/// The vocabulary of string slots: the terms of the user's voice profile, and what the memory holds.
///
/// Remembered words help to hear requests that only read the memory: "what is my favorite collar?" asks for the color that is there. A request that
/// tells something new is left as it was heard: whoever says "my name is Marie" must not become the Maria of yesterday.
final class RememberedVocabulary: Sendable {
    /// For requests that may tell something new.
    let spoken: SlotVocabulary
    private let profileTerms: [String]
    private let known: Mutex<SlotVocabulary>

    /// Values with more words are sentences, and no names.
    private static let mostWords = 3
    /// More entries are of no use.
    private static let mostEntries = 500

    init(profileTerms: [String], memory: [String: String]) {
        self.profileTerms = profileTerms
        spoken = SlotVocabulary(terms: profileTerms)
        known = Mutex(SlotVocabulary(terms: profileTerms + Self.terms(of: memory)))
    }

    /// For requests that only read the memory.
    var remembered: SlotVocabulary { known.withLock { $0 } }

    /// Takes in what was remembered meanwhile.
    func update(from memory: [String: String]) {
        let vocabulary = SlotVocabulary(terms: profileTerms + Self.terms(of: memory))
        known.withLock { $0 = vocabulary }
    }

    /// What somebody may name who asks for an entry: the ends of its key ("favorite color", "color"), and its value if it is short. In the order of the
    /// keys, each once.
    static func terms(of memory: [String: String]) -> [String] {
        var terms: [String] = []
        var seen: Set<String> = []
        for (key, value) in memory.sorted(by: { $0.key < $1.key }).prefix(mostEntries) {
            let words = key.split { $0.isWhitespace }
            var named = words.indices.map { words[$0...].joined(separator: " ") }
            if value.split(whereSeparator: { $0.isWhitespace }).count <= mostWords { named.append(value) }
            for term in named where !term.isEmpty && seen.insert(term.lowercased()).inserted { terms.append(term) }
        }
        return terms
    }
}
