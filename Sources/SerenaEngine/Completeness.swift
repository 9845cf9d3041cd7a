// What the words heard so far say about whether more will come.

import SerenaSpeech

/// How complete an utterance is in meaning.
public enum Completeness: Hashable, Sendable {
    /// They name a task with all its slots.
    case complete
    /// The same, but more could well follow: "twenty" may become "twenty three", "hello" may become "hello, are you ready".
    case extendable
    /// They are a sentence for the assistant, but name no task.
    case unknown
    /// They are meant for the assistant, and are no whole sentence.
    case broken
    /// They are the beginning of something that is known, and what goes on is missing.
    case unfinished
    /// They may be meant for somebody else, or have not been recognised yet.
    case undecided
    /// They are the assistant's name and nothing else.
    case addressOnly

    /// Words that fit the beginning of a phrase by so much are taken for one.
    static let leastExpectation = 0.6
    /// By so much, something that is complete is thought to go on.
    static let leastExpectationOfComplete = 0.35

    /// - Parameter transcript: the words, with the punctuation that the recogniser heard in them.
    public init(of classification: IntentClassification, saidAs transcript: String) {
        if classification.intent != nil, classification.isComplete, !classification.trailsOff {
            let mayGrow = classification.mayContinue && Self.endsWithNumberThatCanGrow(transcript)
            self =
                mayGrow || classification.expectsMore >= Self.leastExpectationOfComplete ? .extendable : .complete
        } else if classification.isAddressed, !classification.hasContent {
            self = .addressOnly
        } else if classification.expectsMore >= Self.leastExpectation || classification.trailsOff {
            self = .unfinished
        } else if classification.isAddressed {
            self = Self.endsSentence(transcript) ? .unknown : .broken
        } else {
            self = .undecided
        }
    }

    /// Whether an answer that is begun now is likely to be wanted.
    var isWorthAnswering: Bool {
        switch self {
        case .complete, .extendable, .unknown: true
        case .broken, .unfinished, .undecided, .addressOnly: false
        }
    }

    /// Whether the recogniser heard the end of a sentence.
    private static func endsSentence(_ transcript: String) -> Bool {
        guard let last = transcript.last(where: { !$0.isWhitespace }) else { return false }
        return ".?!".contains(last) && !transcript.hasSuffix("...")
    }

    /// Whether what was put into a slot last could be the beginning of more: "twenty", "one hundred", "Daniel". A number such as "twenty three" is whole.
    private static func endsWithNumberThatCanGrow(_ transcript: String) -> Bool {
        let words = transcript.split { $0.isWhitespace || $0 == "-" }
        guard let last = words.last else { return false }
        let word = last.lowercased().filter { $0.isLetter || $0.isNumber }
        if let digits = Int(word) {
            // Nobody says "twenty three … four" for one number; after round numbers more may come.
            return digits >= 20 && digits % 10 == 0
        }
        return !closedNumbers.contains(word)
    }

    /// Numbers that no smaller one follows.
    private static let closedNumbers: Set<String> = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
}
