// What is expected to follow when a speaker pauses inside a request.

import AssistantInterface
import Foundation
import SerenaSpeech

/// Every request cut behind each of its words, as a pause there would cut it.
struct RequestBeginnings {
    /// Cuts that leave part of a request.
    private(set) var count = 0
    /// Those that were held: more was expected, or nothing complete was found.
    private(set) var heldCount = 0
    /// Those where more was expected outright.
    private(set) var expectedCount = 0
    /// Those taken for a complete request that differs from the whole one, because a last number or name could grow.
    private(set) var growingCount = 0
    /// The same where nothing hinted that more would come.
    private(set) var cutOffCount = 0
    /// Whole requests, and those among them of which more was expected although they were complete.
    private(set) var wholeCount = 0
    private(set) var heldWholeCount = 0
    /// Beginnings that were taken for another request without a hint.
    private(set) var examples: [String] = []

    init(_ utterances: [ClassifiedUtterance], classifier: IntentClassifier) {
        for utterance in utterances where utterance.label.intent != nil && utterance.isRight {
            wholeCount += 1
            heldWholeCount += Self.isHeld(utterance.result) ? 1 : 0
            let words = utterance.label.text.split(separator: " ")
            for length in 1..<max(1, words.count) {
                add(words.prefix(length).joined(separator: " "), utterance, classifier)
            }
        }
    }

    private static func isHeld(_ result: IntentClassification) -> Bool {
        result.trailsOff || result.expectsMore >= 0.6 || !result.isComplete
    }

    private mutating func add(_ beginning: String, _ whole: ClassifiedUtterance, _ classifier: IntentClassifier) {
        let result = classifier.classify(beginning)
        count += 1
        if result.trailsOff || (!result.isComplete && result.expectsMore >= 0.6) { expectedCount += 1 }
        if Self.isHeld(result) {
            heldCount += 1
        } else if result.intent == whole.result.intent, result.parameters == whole.result.parameters {
            // All was said but a name or a polite word.
            heldCount += 1
        } else if result.mayContinue {
            growingCount += 1
        } else {
            cutOffCount += 1
            examples.append(beginning)
        }
    }
}
