// What is foreseen from a script, from history and from first words.

import SerenaSpeech
import Testing

@Suite struct ContextPredictorTests {
    private static let script = [
        "Hello, Serena.", "Please introduce yourself.", "What is 12 times 12?", "We waited for years.",
        "What is a 15% tip on $84?", "Count down from five.", "Thank you.",
    ]
    private let classifier: IntentClassifier

    init() throws {
        classifier = try IntentClassifier(TalkPatterns.all)
    }

    private func predictor(after said: [String]) -> ContextPredictor {
        var predictor = ContextPredictor(classifier: classifier, script: Self.script)
        for line in said { predictor.observe(line) }
        return predictor
    }

    @Test(
        arguments: [
            ([], "Hello, Serena."), (["Hello Serena"], "Please introduce yourself."),
            (["Hello Serena", "introduce yourself please"], "What is 12 times 12?"),
            // The second line was left out.
            (["Hello Serena", "what is twelve times twelve"], "We waited for years."),
            // Something unscripted came between.
            (["Hello Serena", "Is the microphone working at all?"], "Please introduce yourself."),
            // Two lines exchanged: after them the talk goes on behind both.
            (["Hello.", "What is 12 times 12?", "Introduce yourself."], "What is 12 times 12?"),
            (["What is a 15% tip on $84?"], "Count down from five."),
        ] as [([String], String)])
    func theNextLineIsThatBehindTheOnesSaid(said: [String], next: String) {
        #expect(predictor(after: said).predict().prefix(2).map(\.text).contains(next))
    }

    @Test func firstWordsDecideBetweenLines() throws {
        let best = try #require(predictor(after: ["Hello, Serena."]).predict(partial: "what is a fifteen").first)
        #expect(best.intent == "tip")
        #expect(best.text == "What is a 15% tip on $84?")
    }

    @Test func withoutAScriptWhatFollowedBeforeIsLikely() throws {
        let history = Array(repeating: ["greeting", "introduction", "thanks"], count: 4)
        var predictor = ContextPredictor(classifier: classifier, history: history)
        #expect(predictor.predict().first?.intent == "greeting")
        predictor.observe("Hello.")
        #expect(predictor.predict().first?.intent == "introduction")
        #expect(predictor.predict(partial: "count down").first?.intent == "countdown")
    }

    @Test func probabilitiesAddUpAndAreTheSameEveryTime() {
        let first = predictor(after: ["Hello."]).predict(partial: "what")
        #expect(first == predictor(after: ["Hello."]).predict(partial: "what"))
        let sum = first.reduce(0) { $0 + $1.probability }
        #expect(sum <= 1.000_001 && sum > 0.97)
        #expect(zip(first, first.dropFirst()).allSatisfy { $0.probability >= $1.probability })
    }

    @Test func nothingKnownPredictsTalk() throws {
        let predictor = ContextPredictor(classifier: try IntentClassifier([]))
        #expect(predictor.predict().map(\.intent) == [nil])
    }
}
