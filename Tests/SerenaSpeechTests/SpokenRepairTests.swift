// That corrections replace what they correct, and nothing else.

import AssistantInterface
import Testing

@testable import SerenaSpeech

@Suite struct SpokenRepairTests {
    @Test(arguments: [
        ("What is seventeen times twenty two, no, twenty three?", "what is seventeen times twenty three"),
        ("seventeen times twenty two no twenty three", "seventeen times twenty three"),
        ("a fifteen, I mean twenty percent tip", "a twenty percent tip"),
        ("a fifteen percent, I mean twenty percent tip", "a twenty percent tip"),
        ("a fifteen percent tip, no, a twenty percent tip", "a twenty percent tip"),
        ("count down from ten, um, make that five", "count down from five"),
        ("five, no, six, sorry, seven", "seven"),
        ("What is thirty two plus forty, I mean thirty two plus sixty?", "what is thirty two plus sixty"),
        ("What is 32 plus 40? I mean 32 plus 60.", "what is thirty two plus sixty"),
        ("What is seventeen times twenty two? No, twenty three.", "what is seventeen times twenty three"),
        ("what is what is three times four", "what is three times four"),
        ("turn the, the lights on", "turn the lights on"),
        ("call me Dan, sorry, call me Daniel", "call me daniel"),
        ("there is no second chance", "there is no second chance"),
        ("no woman no cry", "no woman no cry"),
        ("I mean it", "i mean it"), ("is it true or is it not", "is it true or is it not"), ("", ""),
        ("five five five", "five five five"), ("what is actually twenty three", "what is actually twenty three"),
    ])
    func aRepairReplacesWhatIsOfItsKind(said: String, meant: String) {
        let repair = SpokenRepair(SpokenText.words(in: said), of: said)
        #expect(repair.words.map(\.text).joined(separator: " ") == meant)
        #expect(repair.places.count == repair.words.count)
    }

    @Test(arguments: [
        ("times twenty two, no", true), ("times twenty two, I mean", true),
        ("times twenty two? No.", true), ("My name is Michael! Sorry", true), ("times twenty two", false),
        ("I know", false), ("the answer is no", false),
    ])
    func anAnnouncedCorrectionIsPending(said: String, isPending: Bool) {
        #expect(SpokenRepair(SpokenText.words(in: said), of: said).isPending == isPending)
    }
}
