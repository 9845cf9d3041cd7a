// How far a transcript is from what was said.

/// The word error rate of a transcript: the fewest words that must be replaced, taken out or put in to turn the transcript
/// into the reference, over the number of words of the reference.
///
/// Both texts are normalised by ``SpokenText`` first, so that spelling, punctuation and digits don't count. The definition
/// is that of NIST's speech recognition scoring; alignment is by Levenshtein distance with equal costs.
public struct WordErrorRate: Hashable, Codable, Sendable {
    public let substitutions: Int
    /// Words of the transcript that nobody said.
    public let insertions: Int
    /// Words that were said and are missing in the transcript.
    public let deletions: Int
    /// The number of words of the reference.
    public let referenceWords: Int

    public init(substitutions: Int, insertions: Int, deletions: Int, referenceWords: Int) {
        self.substitutions = substitutions
        self.insertions = insertions
        self.deletions = deletions
        self.referenceWords = referenceWords
    }

    public var errors: Int {
        substitutions + insertions + deletions
    }

    /// 0 when all is right. May exceed 1. Where nothing was said, every inserted word counts as one whole error.
    public var rate: Double {
        Double(errors) / Double(max(1, referenceWords))
    }

    /// The longest text, in words, that is aligned; words beyond it are left out of the comparison.
    public static let maximumWords = 5_000

    /// Compares `hypothesis`, the transcript, with `reference`, the words that were said.
    public static func compute(reference: String, hypothesis: String) -> WordErrorRate {
        compute(
            reference: SpokenText.normalizedWords(reference), hypothesis: SpokenText.normalizedWords(hypothesis))
    }

    /// Compares words that are normalised already.
    public static func compute(reference: [String], hypothesis: [String]) -> WordErrorRate {
        let said = reference.prefix(maximumWords)
        let heard = hypothesis.prefix(maximumWords)
        var above = (0...heard.count).map { Cost(insertions: $0) }
        for (index, word) in said.enumerated() {
            var row = [Cost(deletions: index + 1)]
            row.reserveCapacity(heard.count + 1)
            for (column, candidate) in heard.enumerated() {
                var best = above[column]
                if word != candidate { best.substitutions += 1 }
                var deletion = above[column + 1]
                deletion.deletions += 1
                if deletion.total < best.total { best = deletion }
                var insertion = row[column]
                insertion.insertions += 1
                if insertion.total < best.total { best = insertion }
                row.append(best)
            }
            above = row
        }
        let cost = above[heard.count]
        return WordErrorRate(
            substitutions: cost.substitutions, insertions: cost.insertions, deletions: cost.deletions,
            referenceWords: said.count)
    }

    private struct Cost {
        var substitutions = 0
        var insertions = 0
        var deletions = 0

        var total: Int { substitutions + insertions + deletions }
    }
}
