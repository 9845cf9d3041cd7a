// A labelled utterance and what the classifier made of it.

import AssistantInterface
import SerenaSpeech

/// A labelled utterance and what the classifier made of it.
struct ClassifiedUtterance {
    let label: LabelledUtterance
    let result: IntentClassification

    var isRight: Bool { result.intent == label.intent }
    /// Whether the best candidate is what was meant, which is what its confidence is the probability of.
    var isLikeliestRight: Bool { label.intent != nil && result.likeliest == label.intent }

    /// Whether all slots hold what they should, and no other slot holds anything.
    var slotsAreRight: Bool {
        result.parameters.count == label.slots.count
            && label.slots.allSatisfy { name, expected in
                result.parameters[name].map { Self.isEqual($0, expected) } ?? false
            }
    }

    private static func isEqual(_ value: SlotValue, _ expected: String) -> Bool {
        switch value {
        case .int(let number): String(number) == expected
        case .float(let number): Double(expected) == number
        case .bool(let state): String(state) == expected
        // The article may belong to the value or not; case and spelling of the transcript stay.
        case .string(let text): withoutArticle(text) == withoutArticle(expected)
        }
    }

    private static func withoutArticle(_ text: String) -> [String] {
        let words = SpokenText.normalizedWords(text)
        return words.first == "the" || words.first == "a" ? Array(words.dropFirst()) : words
    }
}

/// The figures of one half of the set.
struct IntentFigures {
    var count = 0
    var rightCount = 0
    var requestCount = 0
    var rejectedCount = 0
    var confusedCount = 0
    var slotsRightCount = 0
    var otherCount = 0
    var acceptedCount = 0

    init(_ utterances: [ClassifiedUtterance]) {
        for utterance in utterances {
            count += 1
            rightCount += utterance.isRight ? 1 : 0
            guard utterance.label.intent != nil else {
                otherCount += 1
                acceptedCount += utterance.isRight ? 0 : 1
                continue
            }
            requestCount += 1
            rejectedCount += utterance.result.intent == nil ? 1 : 0
            confusedCount += utterance.result.intent != nil && !utterance.isRight ? 1 : 0
            slotsRightCount += utterance.isRight && utterance.slotsAreRight ? 1 : 0
        }
    }

    private func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }

    var accuracy: Double { share(rightCount, of: count) }
    var falseRejects: Double { share(rejectedCount, of: requestCount) }
    var confusions: Double { share(confusedCount, of: requestCount) }
    var falseAccepts: Double { share(acceptedCount, of: otherCount) }
    /// Among the requests whose intent was found.
    var slotAccuracy: Double { share(slotsRightCount, of: requestCount - rejectedCount - confusedCount) }
}
