// What the words heard so far say about whether more will come.

import AssistantInterface
import SerenaSpeech

/// How complete an utterance is in meaning.
public enum Completeness: Hashable, Sendable {
    /// They name a task with all its slots.
    case complete
    /// The same, but more could well follow: "twenty" may become "twenty three", or be taken back.
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
    static let leastExpectation = 0.35
    /// By so much, something that would pass for complete is thought to lack its end: "is ninety seven" lacks "prime".
    static let leastExpectationAgainstComplete = 0.5
    /// Fewer words than this are soon the beginning of something: "could you", "I would like to know".
    static let fewestWordsOfTalk = 6
    /// So much the first words of something fit at least.
    static let leastExpectationOfFewWords = 0.1

    /// - Parameter transcript: the words, with the punctuation that the recogniser heard in them.
    public init(of classification: IntentClassification, saidAs transcript: String) {
        let isComplete = classification.intent != nil && classification.isComplete && !classification.trailsOff
        if isComplete, classification.expectsMore < Self.leastExpectationAgainstComplete {
            self = Self.endsWithNumber(transcript) && classification.mayContinue ? .extendable : .complete
        } else if classification.isAddressed, !classification.hasContent {
            self = .addressOnly
        } else if Self.isBeginning(classification, transcript) {
            self = .unfinished
        } else if classification.isAddressed {
            self = Self.breaksOff(transcript) ? .broken : .unknown
        } else {
            self = .undecided
        }
    }

    private static func isBeginning(_ classification: IntentClassification, _ transcript: String) -> Bool {
        if classification.trailsOff { return true }
        let words = transcript.split { $0.isWhitespace }.count
        let least = words < fewestWordsOfTalk ? leastExpectationOfFewWords : leastExpectation
        return classification.expectsMore >= (classification.isAddressed ? leastExpectation : least)
    }

    /// Whether an answer that is begun now is likely to be wanted.
    var isWorthAnswering: Bool {
        switch self {
        case .complete, .extendable, .unknown: true
        case .broken, .unfinished, .undecided, .addressOnly: false
        }
    }

    /// Whether the recogniser heard that a sentence was broken off.
    private static func breaksOff(_ transcript: String) -> Bool {
        let end = transcript.reversed().drop { $0.isWhitespace }
        return end.starts(with: "...") || end.first.map { "-–—…".contains($0) } ?? false
    }

    /// Whether the last word is a number: "twenty" may become "twenty three", and numbers are what people correct: "twenty two, no, twenty three".
    private static func endsWithNumber(_ transcript: String) -> Bool {
        guard let last = transcript.split(whereSeparator: { $0.isWhitespace || $0 == "-" }).last else { return false }
        return SpokenNumber.value(of: SpokenText.normalizedWords(String(last))[...]) != nil
    }
}
