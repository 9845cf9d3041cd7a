// The search for the phrase that fits best.

extension IntentClassifier {
    /// A way to say a phrase, and how what was heard was laid along it.
    struct Match {
        let candidate: Candidate
        let alignment: PhraseAlignment
    }

    struct SearchResult {
        var best: Match?
        /// Another intent fits exactly as well: the word that would tell them apart was not heard.
        var isTied = false
        /// How well what was heard fits a beginning that something must follow, from 0 to 1.
        var continuation = 0.0
        /// How well it fits a beginning of each pattern's phrases, or all of one: from 0 to 1.
        var beginnings: [Double]
    }

    func search(_ heard: HeardWords) -> SearchResult {
        let count = heard.words.count
        let similarities = similarities(heard)
        var likeliest = vocabulary.indices.map { word in
            similarities[word * count..<(word + 1) * count].max() ?? 0
        }
        for case .some(let word) in heard.joined { likeliest[word] = 1 }
        let texts = Set(heard.words.map(\.text))
        var result = SearchResult(beginnings: Array(repeating: 0, count: patterns.count))
        var bestFit = 0.0
        for candidate in candidates {
            let variant = candidate.variant
            let limit = variant.cost(confidence: bestFit)
            // What the words cost that were not heard anywhere; most candidates end here.
            let isOutbid = Self.leastCost(variant, likeliest, texts) > limit
            if isOutbid, !Self.mayBegin(variant, likeliest) { continue }
            let fit = PhraseAlignment.find(variant, heard, limit: isOutbid ? -1 : limit) { word, index in
                similarities[word * count + index]
            }
            result.continuation = max(result.continuation, fit.continuation)
            result.beginnings[candidate.pattern] = max(result.beginnings[candidate.pattern], fit.beginning)
            guard let alignment = fit.whole else { continue }
            let confidence = variant.confidence(cost: alignment.cost)
            if confidence == bestFit, result.best.map({ $0.candidate.pattern != candidate.pattern }) ?? false {
                result.isTied = true
            }
            guard confidence > bestFit else { continue }
            result.isTied = false
            result.best = Match(candidate: candidate, alignment: alignment)
            bestFit = confidence
        }
        return result
    }

    /// For each word of the vocabulary, how like it each word heard is.
    private func similarities(_ heard: HeardWords) -> [Double] {
        let words = heard.words.map { ComparableWord($0.text) }
        var values: [Double] = []
        values.reserveCapacity(vocabulary.count * words.count)
        for word in vocabulary {
            for candidate in words {
                // What people begin with is heard for what it is: "well" is no "hello".
                let isPlain = WordCosts.isOpener(candidate.text)
                values.append(isPlain && candidate.text != word.text ? 0 : word.similarity(to: candidate))
            }
        }
        return values
    }

    /// Whether the first words of the variant, or one that carries meaning, was heard: without it no beginning fits.
    private static func mayBegin(_ variant: WeighedVariant, _ likeliest: [Double]) -> Bool {
        for element in variant.elements.prefix(3) {
            if case .word(let word, _, _) = element, likeliest[word] >= PhraseAlignment.leastSimilarity { return true }
        }
        return false
    }

    private static func leastCost(_ variant: WeighedVariant, _ likeliest: [Double], _ heard: Set<String>) -> Double {
        var sum = 0.0
        var isCovered = false
        for element in variant.elements {
            guard case .word(let word, let weight, let joined) = element else { continue }
            // Two words that may have been heard as one cost nothing here.
            let isJoined = joined.map(heard.contains) ?? false
            defer { isCovered = isJoined }
            if isJoined || isCovered { continue }
            let likeness = likeliest[word]
            sum += weight * (likeness >= PhraseAlignment.leastSimilarity ? 1 - likeness : 1)
        }
        return sum
    }
}
