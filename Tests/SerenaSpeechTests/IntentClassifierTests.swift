// What the classifier understands, and what it leaves alone.

import SerenaSpeech
import Testing

@Suite struct IntentClassifierTests {
    private let classifier: IntentClassifier

    init() throws {
        classifier = try IntentClassifier(TalkPatterns.all)
    }

    @Test(arguments: RecognizedRequests.all)
    func requestsAreUnderstoodDespiteRecognitionErrors(request: RecognizedRequests.Request) {
        let classification = classifier.classify(request.transcript)
        #expect(classification.intent == request.intent, "confidence \(classification.confidence)")
        #expect(classification.parameters == request.parameters)
        #expect(classification.isComplete == (classification.intent != nil))
    }

    @Test(arguments: AudienceTalk.sentences)
    func talkToTheAudienceIsUnknown(sentence: String) {
        let classification = classifier.classify(sentence)
        #expect(classification.intent == nil, "confidence \(classification.confidence)")
        #expect(classification.confidence < IntentClassifier.defaultThreshold)
    }

    @Test(arguments: [
        ("Serena, thank you.", true), ("Hey Sarina, who are you?", true), ("Serene, who are you?", true),
        ("Thank you, Sirena.", true), ("Hello Serina", true), ("Okay see Rena, count down from ten.", true),
        ("Hey, Selena, who are you?", true), ("Thank you.", false), ("Serene lakes calm the mind.", false),
        ("The sirens were loud that night.", false), ("Who are you?", false), ("", false),
        ("I built Serena in my garage.", false),
    ])
    func theAssistantIsAddressedByItsName(transcript: String, isAddressed: Bool) {
        #expect(classifier.classify(transcript).isAddressed == isAddressed)
    }

    @Test(arguments: [
        ("What is a fifteen percent tip on eighty", true, true), ("What is a fifteen percent tip on", false, false),
        ("What is a fifteen percent tip on eighty dollars", true, false),
        ("Remember that my favourite city is", false, false),
        ("Remember that my favourite city is Lisbon and", false, true),
        ("Remember that my favourite city is Lisbon", true, true), ("Count down from", false, false),
        ("Who are you", true, false),
    ])
    func completenessIsThatOfTheSlots(transcript: String, isComplete: Bool, mayContinue: Bool) {
        let classification = classifier.classify(transcript)
        #expect(classification.isComplete == isComplete)
        #expect(classification.mayContinue == mayContinue)
    }

    @Test func theAgentOfTheIntentIsSuggested() {
        #expect(classifier.classify("Turn the lights on.").suggestedAgent == "stage")
        #expect(classifier.classify("The weather is nice.").suggestedAgent == nil)
    }

    @Test(arguments: ["", " ", "...", "?!", "\u{0}\u{1}", String(repeating: "tip on ", count: 5_000), "🙂🙂", "Serena"])
    func whatIsNoRequestIsUnknown(transcript: String) {
        #expect(classifier.classify(transcript).intent == nil)
    }

    @Test func withoutPatternsEverythingIsUnknown() throws {
        #expect(try IntentClassifier([]).classify("Hello.").intent == nil)
    }
}
