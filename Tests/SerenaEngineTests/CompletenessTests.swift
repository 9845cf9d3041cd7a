// What words say about whether more will come.

import SerenaSpeech
import Testing

@testable import SerenaEngine

@Suite struct CompletenessTests {
    private func classification(
        _ intent: String? = nil, isAddressed: Bool = false, isComplete: Bool = false, mayContinue: Bool = false,
        hasContent: Bool = true, expectsMore: Double = 0,
        trailsOff: Bool = false
    ) -> IntentClassification {
        IntentClassification(
            intent: intent, confidence: 1, isAddressed: isAddressed, isComplete: isComplete,
            mayContinue: mayContinue, hasContent: hasContent, expectsMore: expectsMore, trailsOff: trailsOff)
    }

    @Test func followsFromTheMeaning() {
        let table: [(IntentClassification, String, Completeness)] = [
            (classification("greet", isComplete: true), "Hello.", .complete),
            (classification("greet", isComplete: true, expectsMore: 0.4), "Hello.", .complete),
            (classification("is_prime", isComplete: true, expectsMore: 0.52), "Is ninety seven", .unfinished),
            (classification("add", isComplete: true, trailsOff: true), "Add seven and eight and", .unfinished),
            (classification("multiply", expectsMore: 0.9), "What is seventeen times", .unfinished),
            (classification(expectsMore: 0.9), "How many prime numbers", .unfinished),
            (classification(expectsMore: 0.16), "Could you", .unfinished),
            (classification(expectsMore: 0.3), "Many people have asked me this question.", .undecided),
            (classification(), "Bravo!", .undecided),
            (classification(isAddressed: true), "Serena, who will win tomorrow?", .unknown),
            (classification(isAddressed: true), "Serena, who will win tomorrow,", .unknown),
            (classification(isAddressed: true), "Serena, who will win...", .broken),
            (classification(isAddressed: true), "Serena, who will—", .broken),
            (classification(isAddressed: true, trailsOff: true), "Serena, who will win the", .unfinished),
            (classification(isAddressed: true, expectsMore: 0.8), "Serena, how many primes", .unfinished),
            (classification(isAddressed: true, hasContent: false), "Serena.", .addressOnly),
            (classification(), "Every great idea begins with a question.", .undecided),
        ]
        for (classification, transcript, expected) in table {
            #expect(Completeness(of: classification, saidAs: transcript) == expected, "\(transcript)")
        }
    }

    @Test(arguments: [
        ("Count down from twenty", Completeness.extendable), ("Count down from twenty-three.", .extendable),
        ("Count down from 23.", .extendable), ("Call me Daniel.", .complete),
        ("What is the tip on 20 dollars?", .complete),
    ])
    func numbersMayGrowOrBeTakenBack(words: String, expected: Completeness) {
        let classification = classification("task", isComplete: true, mayContinue: true)
        #expect(Completeness(of: classification, saidAs: words) == expected)
    }
}
