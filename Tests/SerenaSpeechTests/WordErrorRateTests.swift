// That word errors are counted as they are defined.

import AssistantInterface
import Testing

@Suite struct WordErrorRateTests {
    @Test(arguments: [
        ("the cat sat", "the cat sat", 0, 0, 0), ("the cat sat", "the bat sat", 1, 0, 0),
        ("the cat sat", "the cat", 0, 0, 1), ("the cat sat", "the big cat sat", 0, 1, 0),
        ("the cat sat", "", 0, 0, 3), ("", "the cat", 0, 2, 0), ("", "", 0, 0, 0), ("a b c d", "b c d e", 0, 1, 1),
        ("What's a 15% tip on $84?", "what is a fifteen percent tip on eighty four dollars", 0, 0, 0),
        ("one two three", "three two one", 2, 0, 0),
    ])
    func errorsAreCounted(reference: String, hypothesis: String, substitutions: Int, insertions: Int, deletions: Int) {
        let rate = WordErrorRate.compute(reference: reference, hypothesis: hypothesis)
        #expect(rate.errors == substitutions + insertions + deletions)
        #expect(rate.insertions - rate.deletions == insertions - deletions)
        #expect(rate.substitutions == substitutions)
    }

    @Test func theRateIsRelativeToTheReference() {
        #expect(WordErrorRate.compute(reference: "a b c d", hypothesis: "a b c").rate == 0.25)
        #expect(WordErrorRate.compute(reference: "hello", hypothesis: "well hello there").rate == 2)
        #expect(WordErrorRate.compute(reference: "", hypothesis: "hello there").rate == 2)
        #expect(WordErrorRate.compute(reference: "", hypothesis: "").rate == 0)
    }
}
