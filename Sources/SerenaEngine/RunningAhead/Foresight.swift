// What will be asked for next, as far as it is likely enough to be answered beforehand.

import SerenaSpeech

/// Tells what to prepare for, from the script of the talk, what was said before, and the words so far.
struct Foresight: Sendable {
    /// Less likely requests are not prepared for: more than every other answer would be in vain.
    static let leastProbability = 0.5

    private var predictor: ContextPredictor

    init(_ predictor: ContextPredictor) {
        self.predictor = predictor
    }

    /// Takes in what was said to its end, and what it asked for.
    mutating func observe(_ transcript: String, intent: String?) {
        predictor.observe(transcript, intent: intent)
    }

    /// The line of the script that is probably said next, or is being said.
    ///
    /// - Parameter partial: what was said of it so far; nil for nothing.
    func request(behind partial: String?) -> String? {
        let best = predictor.predict(partial: partial).first
        guard let best, best.probability >= Self.leastProbability, best.intent != nil else { return nil }
        return best.text
    }
}

extension Session {
    /// What is understood when `line` is said.
    func imagine(_ line: String) -> Utterance.Understanding {
        let now = clock.now
        return Utterance.Understanding(
            transcript: line, classification: classifier.classify(line, vocabulary: vocabulary.spoken),
            recognition: (now, now), classified: (now, now))
    }
}
