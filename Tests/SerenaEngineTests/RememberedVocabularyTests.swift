// Which words a memory lends to hearing.

import Testing

@testable import SerenaEngine

@Suite struct RememberedVocabularyTests {
    @Test func keysLendTheirEndsAndShortValuesThemselvesInOneOrder() {
        let memory = [
            "name": "Aoife Byrne", "favorite color": "blue", "note": "the train leaves at nine", "color": "Blue",
        ]
        #expect(
            RememberedVocabulary.terms(of: memory) == [
                "color", "Blue", "favorite color", "name", "Aoife Byrne", "note",
            ])
    }

    @Test func whatIsNewIsHeardAgainstTheProfileAlone() {
        let vocabulary = RememberedVocabulary(profileTerms: ["Kubernetes"], memory: ["name": "Maria"])
        #expect(vocabulary.spoken.nearest(to: "Marie", slot: "name") == "Marie")
        #expect(vocabulary.remembered.nearest(to: "Marie", slot: "name") == "Maria")
        #expect(vocabulary.remembered.nearest(to: "kubernetis", slot: "thing") == "Kubernetes")
        vocabulary.update(from: ["name": "Yolanda"])
        #expect(vocabulary.remembered.nearest(to: "Marie", slot: "name") == "Marie")
        #expect(vocabulary.remembered.nearest(to: "Kubernetes", slot: "name") == "Kubernetes")
    }
}
