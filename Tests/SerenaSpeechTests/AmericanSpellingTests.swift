// Two spellings of a word are one word.

import AssistantInterface
import Testing

@Suite struct AmericanSpellingTests {
    @Test(arguments: [
        ("What is my favourite colour?", "What is my favorite color?"), ("Kilometres, metres", "Kilometers, meters"),
        ("Grey theatres", "Gray theaters"), ("nothing to change", "nothing to change"), ("", ""),
        ("colourful été, travelled", "colorful été, traveled"),
    ])
    func textIsRespelledAndTheRestStays(british: String, american: String) {
        #expect(AmericanSpelling.of(text: british) == american)
        #expect(AmericanSpelling.of(text: american) == american)
    }

    @Test func anotherSpellingIsNoErrorOfRecognition() {
        #expect(WordErrorRate.compute(reference: "my favorite color", hypothesis: "My favourite colour.").rate == 0)
    }
}
