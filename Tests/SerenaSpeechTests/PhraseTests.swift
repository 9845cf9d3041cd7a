// What the notation of phrases allows and refuses.

import SerenaSpeech
import Testing

@Suite struct PhraseTests {
    @Test(arguments: [
        ("tip on {bill:float", 7, "not closed"), ("tip on bill}", 11, "no \"{\" before"),
        ("[please tip", 0, "not closed"),
        ("(a|b", 0, "not closed"), ("a) b", 1, "nothing was opened"), ("tip {bill:money}", 4, "no type"),
        ("tip {bill:int}", 4, "declared as float"), ("tip {}", 4, "is written"), ("tip {a:int:int}", 4, "is written"),
        ("tip {9:int}", 4, "is written"), ("", 0, "at least one word"), ("{bill}", 0, "at least one word"),
        ("[tip] {bill}", 0, "at least one word"), ("tip {bill} or {bill}", 0, "twice"),
        ("tip ]", 4, "nothing was opened"),
        (String(repeating: "[a] ", count: 12), 39, "more than 512 ways"),
        (String(repeating: "(", count: 20) + "a" + String(repeating: ")", count: 20), 9, "too deeply"),
        (String(repeating: "a ", count: 400), 0, "longer than"),
    ])
    func wrongPhrasesAreRefusedWithTheirPlace(phrase: String, offset: Int, reason: String) {
        let pattern = IntentPattern(
            intent: "tip", phrases: [phrase], slots: [SlotDefinition(name: "bill", type: .float)])
        let error = #expect(throws: PhraseError.self) { try IntentClassifier([pattern]) }
        #expect(error?.offset == offset)
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test(arguments: [
        ("dim the lamp", true), ("dim a lamp", true), ("dim lamp", false), ("dim the lights in the hall", true),
        ("dim the lights", true), ("dim the hall", false),
    ])
    func alternativesAndOptionalWordsAreExpanded(transcript: String, isKnown: Bool) throws {
        let pattern = IntentPattern(
            intent: "dim", phrases: ["dim (the|a) (lamp|lights [in the hall])"], slots: [])
        let scale = ConfidenceScale(coefficients: [-98, 100, 0, 0])
        let classifier = try IntentClassifier([pattern], scale: scale)
        #expect((classifier.classify(transcript).intent == "dim") == isKnown)
    }

    @Test func aSlotWithoutATypeHasTheDeclaredOne() throws {
        let pattern = IntentPattern(
            intent: "wait", phrases: ["wait {time} minutes"], slots: [SlotDefinition(name: "time", type: .int)])
        let classifier = try IntentClassifier([pattern])
        #expect(classifier.classify("Wait 12 minutes.").parameters == ["time": .int(12)])
        #expect(classifier.classify("Wait 1.5 minutes.").parameters.isEmpty)
    }
}
