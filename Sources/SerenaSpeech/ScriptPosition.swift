// Where in its script a talk is.

import Foundation

/// What is believed about the line of the script that was said last, and so about the next.
///
/// A hidden Markov model over the lines, filtered forward (Rabiner, "A Tutorial on Hidden Markov Models", 1989): lines mostly follow
/// each other, and may be left out, repeated, exchanged with a neighbour, or left for something that is in no script.
struct ScriptPosition: Sendable {
    /// From the line said last to the next, by the distance in lines; the rest of the probability is spread over all lines.
    private static let steps: [(distance: Int, probability: Double)] = [
        (1, 0.80), (2, 0.08), (3, 0.03), (0, 0.02), (-1, 0.03),
    ]
    private static let anywhere = 0.04
    /// How surely an utterance tells its line: the logarithm of the odds between an equal and an entirely different line.
    private static let sharpness = 8.0
    /// What is in no script is as likely as a line that is like it to this degree.
    private static let adLibLikeness = 0.45

    /// The probability that each line was the last one said; the first place stands for none yet.
    private var belief: [Double]
    /// How often something outside the script was said, and how often anything, with what is assumed beforehand.
    private var adLibs = 1.0
    private var utterances = 10.0

    init(lineCount: Int) {
        belief = [1] + Array(repeating: 0, count: lineCount)
    }

    private var lineCount: Int { belief.count - 1 }

    /// The share of what is said that is in no script.
    var adLibShare: Double { lineCount == 0 ? 1 : adLibs / utterances }

    /// The probability of each line to come next, if one comes; they add up to 1.
    var next: [Double] {
        guard lineCount > 0 else { return [] }
        var next = Array(repeating: Self.anywhere / Double(lineCount), count: lineCount)
        for (place, probability) in belief.enumerated() where probability > 1e-9 {
            for step in Self.steps {
                let line = place + step.distance
                if line >= 1, line <= lineCount { next[line - 1] += probability * step.probability }
            }
        }
        let sum = next.reduce(0, +)
        return next.map { $0 / sum }
    }

    /// Takes in what was said.
    ///
    /// - Parameter likeness: to each line, from 0 to 1.
    mutating func observe(likeness: [Double]) {
        guard lineCount > 0 else { return }
        let share = adLibShare
        var onScript = zip(next, likeness).map { (1 - share) * $0 * exp(Self.sharpness * ($1 - 1)) }
        let offScript = share * exp(Self.sharpness * (Self.adLibLikeness - 1))
        let sum = onScript.reduce(offScript, +)
        onScript = onScript.map { $0 / sum }
        let stayed = offScript / sum
        belief = [belief[0] * stayed] + zip(belief.dropFirst(), onScript).map { $0 * stayed + $1 }
        adLibs += stayed
        utterances += 1
    }
}
