// Whether the classifier expects more, and what typed slots and known values make of words.

import SerenaSpeech
import Testing

@Suite struct ContinuationTests {
    private let classifier: IntentClassifier

    init() throws {
        classifier = try IntentClassifier(TalkPatterns.all)
    }

    @Test(arguments: [
        "how many prime numbers", "What is a 15% tip.", "what is a fifteen percent tip",
        "What is a fifteen percent tip on",
        "remember that", "remember that my favorite", "remember that my favorite city is", "count down from",
        "multiply six", "multiply six by", "what is seventeen times", "If I invest two hundred dollars",
        "What is seventeen times twenty two, no", "Remember that my city is Lisbon and", "split sixty dollars between",
        "How many prime numbers, um",
    ])
    func whatBeginsARequestExpectsMore(beginning: String) {
        let classification = classifier.classify(beginning)
        #expect(classification.expectsMore >= 0.6)
        #expect(classification.trailsOff || !classification.isComplete)
    }

    @Test(arguments: [
        "What is seventeen times twenty three?", "Hello.", "Who are you?", "Thank you.", "Count down from five.",
        "What is a 15% tip on $84?", "Remember that my favorite city is Lisbon.", "Turn the lights on.",
        "How many prime numbers are there below one hundred?", "Goodbye, Serena.",
    ])
    func aCompleteRequestExpectsLittle(request: String) {
        let classification = classifier.classify(request)
        #expect(classification.isComplete)
        #expect(classification.expectsMore < 0.6)
        #expect(!classification.trailsOff)
    }

    @Test func talkToTheAudienceRarelyExpectsMore() {
        let expecting = AudienceTalk.sentences.filter { classifier.classify($0).expectsMore >= 0.6 }
        #expect(expecting.count <= AudienceTalk.sentences.count / 10, "\(expecting)")
    }

    @Test(arguments: [
        ("Wake me at half past six.", "06:30"), ("wake me at 7:30 p.m.", "19:30"),
        ("Wake me at noon, please.", "12:00"),
    ])
    func aTimeFillsAStringInNormalForm(said: String, time: String) throws {
        let pattern = IntentPattern(
            intent: "wake", phrases: ["wake me at {when:time}"], slots: [SlotDefinition(name: "when", type: .string)])
        let classification = try IntentClassifier([pattern]).classify(said)
        #expect(classification.parameters == ["when": .string(time)])
    }

    @Test(
        arguments: [
            ("Call me Dan, sorry, Daniel.", "Daniel"), ("My name is Anna Maria Lopez.", "Anna Maria Lopez"),
            ("my name is, um, Yuki please", "Yuki"), ("My name is on the list.", nil), ("Call me tomorrow.", nil),
        ] as [(String, String?)])
    func namesAreKeptWholeAndAreNames(said: String, name: String?) throws {
        let pattern = IntentPattern(intent: "name", phrases: ["my name is {name}", "call me {name}"])
        let classification = try IntentClassifier([pattern]).classify(said)
        #expect(classification.parameters["name"] == name.map { .string($0) })
    }

    @Test(arguments: [
        ("gloves", "clubs"), ("Clubs", "clubs"), ("green", "green"), ("Daniela", "Daniela"), ("Mallerca", "Mallorca"),
        ("my orca", "my orca"), ("", ""), ("it", "it"),
    ])
    func whatWasHeardBecomesTheKnownTermItSoundsLike(heard: String, value: String) {
        let vocabulary = SlotVocabulary(terms: ["Mallorca"], slots: ["suit": ["clubs", "hearts", "spades"]])
        #expect(vocabulary.nearest(to: heard, slot: "suit") == value)
    }

    @Test func theVocabularyReachesTheSlots() throws {
        let pattern = IntentPattern(intent: "play", phrases: ["play a card of {suit}"])
        let classifier = try IntentClassifier([pattern])
        let vocabulary = SlotVocabulary(slots: ["suit": ["clubs", "hearts"]])
        let classification = classifier.classify("Play a card of gloves.", vocabulary: vocabulary)
        #expect(classification.parameters == ["suit": .string("clubs")])
    }

    @Test func theNameAtTheEndBelongsToNoSlot() {
        let classification = classifier.classify("what is my favorite city serena")
        #expect(classification.parameters == ["topic": .string("favorite city")])
        #expect(classification.isAddressed)
        #expect(!classifier.classify("We built Serena").isAddressed)
    }
}
