// A profile at work on transcripts.

import AssistantInterface
import SerenaSpeech

/// What was said and what a recogniser made of it, once, so that several corrections can be compared on it.
struct HeardSentence {
    let said: String
    let transcript: String
    /// The term in it, if there is one.
    let term: String?
}

/// What a correction does to transcripts.
struct ProfileTrial {
    private(set) var words = WordErrorTally()
    private(set) var terms = 0
    private(set) var rightTerms = 0
    /// Sentences that the correction changed, and changed for the worse.
    private(set) var changed = 0
    private(set) var harmed = 0
    /// The last sentence that was made worse, as it came out.
    private(set) var example = ""

    mutating func add(_ sentence: HeardSentence, _ correction: VocabularyCorrection?) {
        let text = correction?.correct(sentence.transcript) ?? sentence.transcript
        words.add(sentence.said, heardAs: text)
        let heard = SpokenText.normalizedWords(text)
        if let term = sentence.term {
            terms += 1
            if heard.firstRange(of: SpokenText.normalizedWords(term)) != nil { rightTerms += 1 }
        }
        guard heard != SpokenText.normalizedWords(sentence.transcript) else { return }
        changed += 1
        let before = WordErrorRate.compute(reference: sentence.said, hypothesis: sentence.transcript).errors
        if WordErrorRate.compute(reference: sentence.said, hypothesis: text).errors > before {
            harmed += 1
            example = text
        }
    }

    /// The share of the terms that came out wrong.
    var termErrors: Double { 1 - Double(rightTerms) / Double(max(1, terms)) }

    var cells: [String] {
        [
            terms > 0 ? RecognitionFigures.percent(termErrors) : "–", words.rate, String(changed), String(harmed),
            example,
        ]
    }
}
