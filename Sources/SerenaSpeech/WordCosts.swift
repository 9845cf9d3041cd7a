// What it costs when a word of a phrase was not heard, or a word was heard that is not in the phrase.

/// The weights of words in an alignment. A word that carries meaning weighs 1; the scale was set on the tables of phrasings
/// and of ordinary talk in the tests.
enum WordCosts {
    /// A content word that belongs to the phrases of a single intent.
    static let distinctive = 1.6
    static let content = 1.0
    static let unit = 0.6
    static let function = 0.3

    /// A slot that was not filled.
    static let numberSlot = 1.0
    static let stringSlot = 1.0
    /// What a string slot adds to the weight of a phrase: it fits anything, so that it says little.
    static let stringSlotWeight = 0.4
    /// What every cost is multiplied by in a phrase with a string slot, since such a phrase fits nearly anything.
    static let openPhraseStrictness = 2.0
    /// For each word that a string slot takes, so that words are preferred to slots.
    static let absorbedWord = 0.02
    /// A string slot that holds no content word.
    static let emptyString = 0.5
    /// A string slot that begins with a word that no value begins with: "my name is on the list".
    static let unlikelyStart = 0.35
    /// A string slot that goes on behind the end of a sentence.
    static let sentenceEnd = 0.5
    /// A slot for a name that holds what is no name: lower case where names are capitalised, or many words.
    static let unlikelyName = 0.6

    /// The weight of a phrase's word.
    ///
    /// - Parameters:
    ///   - isDistinctive: the word belongs to the phrases of a single intent.
    ///   - endsString: the word stands behind a string slot, and is all that tells where the slot ends.
    static func weight(of word: String, isDistinctive: Bool, endsString: Bool) -> Double {
        let weight = weight(of: word, isDistinctive: isDistinctive)
        return endsString ? max(content, weight) : weight
    }

    private static func weight(of word: String, isDistinctive: Bool) -> Double {
        if functionWords.contains(word) { return function }
        if unitWords.contains(word) { return unit }
        return isDistinctive ? distinctive : content
    }

    /// Before the phrase begins: whoever asks for something begins with it, or with a polite formula.
    static func leading(_ word: String) -> Double {
        fillers.contains(word) || openers.contains(word) ? 0.05 : 1
    }

    /// Inside the phrase.
    static func inner(_ word: String) -> Double {
        if fillers.contains(word) { return 0.05 }
        if softeners.contains(word) { return 0.1 }
        if unitWords.contains(word) { return 0.2 }
        return functionWords.contains(word) ? function : 0.9
    }

    /// After the phrase.
    static func trailing(_ word: String) -> Double {
        if fillers.contains(word) { return 0.05 }
        if softeners.contains(word) { return 0.1 }
        if unitWords.contains(word) { return 0.2 }
        return functionWords.contains(word) ? 0.5 : 1
    }

    /// Formulas that open a request and carry nothing.
    static let politeFormulas: [[String]] = [
        ["can", "you"], ["could", "you"], ["would", "you"], ["will", "you"], ["tell", "me"],
        ["i", "would", "like", "to", "know"],
        ["i", "want", "to", "know"], ["i", "need", "to", "know"], ["do", "you", "know"], ["can", "you", "tell", "me"],
        ["let", "me", "know"], ["i", "would", "like", "you", "to"], ["can", "i", "get"], ["for", "me"],
    ]

    /// Whether a value hardly begins with `word`.
    static func rarelyBeginsValue(_ word: String) -> Bool { rareStarts.contains(word) }

    private static let rareStarts: Set<String> = [
        "on", "in", "at", "of", "to", "for", "from", "by", "with", "as", "and", "or", "but", "if", "than", "not", "so",
        "very", "too", "here", "there", "that", "because", "going", "getting", "being", "been", "is", "are", "was",
        "were",
        "will", "would", "can", "when", "where", "why", "how", "what", "who", "which", "i", "you", "we", "they", "he",
        "she",
        "it", "always", "never", "still", "also", "just", "up", "back", "your", "their", "his", "our",
    ]

    /// Whether the word opens what somebody says and carries nothing by itself.
    static func isOpener(_ word: String) -> Bool {
        openers.contains(word) || fillers.contains(word)
    }

    static func isContent(_ word: String) -> Bool {
        !functionWords.contains(word) && !fillers.contains(word) && !softeners.contains(word)
    }

    static func isHesitation(_ word: String) -> Bool { fillers.contains(word) }

    static func isFunction(_ word: String) -> Bool { functionWords.contains(word) }

    static func isUnit(_ word: String) -> Bool { unitWords.contains(word) }

    /// A polite word that a string slot does not hold at its end.
    static func isPolite(_ word: String) -> Bool { word == "please" || word == "thanks" || fillers.contains(word) }

    private static let fillers: Set<String> = ["um", "uh", "uhm", "er", "erm", "hm", "hmm", "mm", "ah", "eh"]
    private static let openers: Set<String> = [
        "well", "so", "now", "okay", "alright", "right", "and", "then", "but", "oh", "please", "great", "good", "hey",
        "hi",
        "hello", "yes", "yeah", "next", "thanks", "also", "perfect",
    ]
    private static let softeners: Set<String> = [
        "please", "just", "like", "actually", "really", "then", "now", "okay", "exactly", "basically", "maybe",
        "quickly",
        "again", "kindly", "thanks", "still", "perhaps", "quite", "even", "ever",
    ]
    private static let unitWords: Set<String> = [
        "percent", "dollar", "dollars", "euro", "euros", "pound", "pounds", "cents", "degrees", "number",
    ]
    private static let functionWords: Set<String> = [
        "a", "an", "the", "this", "that", "these", "those", "is", "are", "was", "were", "be", "am", "been", "do",
        "does", "did",
        "has", "have", "had", "will", "would", "can", "could", "should", "shall", "may", "might", "must", "of", "to",
        "in", "on",
        "at", "by", "for", "from", "with", "about", "as", "into", "than", "and", "or", "but", "if", "i", "you", "he",
        "she", "it",
        "we", "they", "me", "him", "her", "us", "them", "my", "your", "his", "its", "our", "their", "what", "who",
        "which",
        "when", "where", "how", "why", "there", "here", "not", "so", "get", "up",
    ]
}
