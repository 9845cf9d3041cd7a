// What is likely to be said next.

import AssistantInterface
import Foundation

/// Foresees what will be asked for from the script of the talk, what was asked before, and the words so far.
///
///     var predictor = ContextPredictor(classifier: classifier, script: ["Hello.", "What is two times three?"])
///     predictor.observe("Hello!")
///     predictor.predict(partial: "What is")  // multiply, "What is two times three?", 0.9
///
/// The same observations give the same predictions.
public struct ContextPredictor: Sendable {
    /// Something that may be said next.
    public struct Prediction: Hashable, Sendable {
        /// Nil when it asks for nothing that is known.
        public let intent: String?
        /// The line, when it is one of the script.
        public let text: String?
        /// From 0 to 1.
        public let probability: Double
    }

    private struct Line: Sendable {
        let text: String
        let words: [String]
        let intent: Int?
    }

    /// More lines of a script are not looked at.
    public static let maximumLines = 1_000
    /// Less likely things are not worth telling.
    private static let leastProbability = 0.001
    /// How surely the first words tell what is said.
    private static let sharpness = 10.0
    /// How like each other two utterances with the same intent are at least, whatever their words.
    private static let likenessOfIntent = 0.7
    /// How well any words fit talk that asks for nothing.
    private static let fitOfTalk = 0.4

    private let classifier: IntentClassifier
    private let lines: [Line]
    private let places: [String: Int]
    private var position: ScriptPosition
    private var history: IntentHistory

    /// - Parameters:
    ///   - script: what will be said, line by line, as far as it is known.
    ///   - history: the intents of earlier talks in their order; nil where nothing was asked for.
    public init(classifier: IntentClassifier, script: [String] = [], history: [[String?]] = []) {
        let places = Dictionary(
            classifier.intents.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        self.classifier = classifier
        self.places = places
        lines = script.prefix(Self.maximumLines).map { text in
            Line(
                text: text, words: SpokenText.normalizedWords(text),
                intent: classifier.classify(text).intent.flatMap { places[$0] })
        }
        position = ScriptPosition(lineCount: lines.count)
        var counts = IntentHistory(kinds: classifier.intents.count + 1)
        for talk in history {
            counts.beginTalk()
            for intent in talk { counts.add(intent.flatMap { places[$0] } ?? classifier.intents.count) }
        }
        counts.beginTalk()
        self.history = counts
    }

    /// Takes in what was said to its end.
    public mutating func observe(_ transcript: String) {
        observe(transcript, intent: classifier.classify(transcript).intent)
    }

    /// Takes in what was said to its end, and what it asked for.
    public mutating func observe(_ transcript: String, intent: String?) {
        let words = SpokenText.normalizedWords(transcript)
        guard !words.isEmpty else { return }
        let kind = intent.flatMap { places[$0] }
        position.observe(
            likeness: lines.map { line in
                let likeness = Self.likeness(words, line.words, isBeginning: false)
                return kind != nil && kind == line.intent ? max(likeness, Self.likenessOfIntent) : likeness
            })
        history.add(kind ?? classifier.intents.count)
    }

    /// What may come next, the likeliest first.
    ///
    /// - Parameter partial: what was said of it so far.
    public func predict(partial: String? = nil) -> [Prediction] {
        let words = SpokenText.normalizedWords(partial ?? "")
        let fits = words.isEmpty ? [] : classifier.beginnings(of: partial ?? "").map(\.fit)
        func likelihood(_ fit: Double) -> Double { words.isEmpty ? 1 : exp(Self.sharpness * (fit - 1)) }
        let share = position.adLibShare
        var predictions: [Prediction] = []
        var known: [String: Int] = [:]
        for (line, probability) in zip(lines, position.next) {
            var fit = Self.likeness(words, line.words, isBeginning: true)
            if let intent = line.intent, !fits.isEmpty { fit = max(fit, Self.likenessOfIntent * fits[intent]) }
            let weight = (1 - share) * probability * likelihood(fit)
            let intent = line.intent.map { classifier.intents[$0] }
            if let place = known[line.text] {
                let sum = predictions[place].probability + weight
                predictions[place] = Prediction(intent: intent, text: line.text, probability: sum)
            } else {
                known[line.text] = predictions.count
                predictions.append(Prediction(intent: intent, text: line.text, probability: weight))
            }
        }
        for (kind, probability) in history.next.enumerated() {
            let intent = kind < classifier.intents.count ? classifier.intents[kind] : nil
            let fit = intent == nil ? Self.fitOfTalk : fits.isEmpty ? 1 : fits[kind]
            let weight = share * probability * likelihood(fit)
            predictions.append(Prediction(intent: intent, text: nil, probability: weight))
        }
        return Self.ranked(predictions)
    }

    private static func ranked(_ predictions: [Prediction]) -> [Prediction] {
        let sum = predictions.reduce(0) { $0 + $1.probability }
        guard sum > 0 else { return [] }
        let likely = predictions.enumerated().filter { $0.element.probability / sum >= leastProbability }
        // Equal probabilities keep the order of the script and of the patterns.
        let order = likely.sorted {
            ($0.element.probability, $1.offset) > ($1.element.probability, $0.offset)
        }
        return order.map { _, prediction in
            Prediction(
                intent: prediction.intent, text: prediction.text, probability: prediction.probability / sum)
        }
    }

    /// 1 − edit distance in words ÷ length; for a beginning the rest of the line costs nothing.
    private static func likeness(_ heard: [String], _ line: [String], isBeginning: Bool) -> Double {
        var row = Array(0...line.count)
        for (index, word) in heard.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in line.indices {
                let substitution = diagonal + (word == line[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substitution, diagonal + 1, row[column] + 1)
            }
        }
        let distance = isBeginning ? row.min() ?? 0 : row[line.count]
        let length = isBeginning ? heard.count : max(heard.count, line.count)
        return length == 0 ? 1 : max(0, 1 - Double(distance) / Double(length))
    }
}
