// What was heard, prepared for comparison with phrases.

import AssistantInterface

/// What was heard, with all that does not depend on the phrase worked out once.
struct HeardWords {
    let text: String
    /// Without what the speaker corrected.
    let words: [SpokenWord]
    /// The place of each word among all that were said.
    let places: [Int]
    /// The quantity, the time and the date that begin at each word, if one does.
    let readings: [SpokenQuantity.Reading?]
    let times: [SpokenTime.Reading?]
    let dates: [SpokenTime.Reading?]
    /// Whether punctuation ends a sentence before each word.
    let sentenceStarts: [Bool]
    /// Whether the transcript tells names by capital letters.
    let isCased: Bool
    /// What it costs to leave each word out before, inside and after the phrase.
    let leadingCosts: [Double]
    let innerCosts: [Double]
    let trailingCosts: [Double]
    /// The place in the vocabulary of each word joined with the next one; nil where there is no such word.
    let joined: [Int?]
    /// The number of content words before each word, and of all at the end.
    let contentBefore: [Int]

    /// - Parameters:
    ///   - address: the words by which the assistant was called, which may be left out for nothing.
    ///   - vocabulary: the place of every word of the phrases.
    ///   - usesTimes: whether any phrase has a slot for a time or a date.
    init(
        _ repaired: SpokenRepair, of text: String, address: Range<Int>?, vocabulary: [String: Int], usesTimes: Bool
    ) {
        let words = repaired.words
        let texts = words.map(\.text)
        var polite = Set(address ?? 0..<0)
        let free = polite
        for formula in WordCosts.politeFormulas {
            for start in texts.indices where texts[start...].starts(with: formula) {
                polite.formUnion(start..<start + formula.count)
            }
        }
        func costs(_ cost: (String) -> Double) -> [Double] {
            texts.indices.map {
                free.contains($0) ? 0 : polite.contains($0) ? min(0.05, cost(texts[$0])) : cost(texts[$0])
            }
        }
        self.text = text
        self.words = words
        places = repaired.places
        sentenceStarts = words.indices.map { index in
            guard index > 0 else { return true }
            let (end, start) = (words[index - 1].source.upperBound, words[index].source.lowerBound)
            return end <= start && text[end..<start].contains { ".?!".contains($0) }
        }
        isCased = text.contains { $0.isUppercase }
        readings = Self.readings(texts)
        times = texts.indices.map { usesTimes ? SpokenTime.read(texts[$0...]) : nil }
        dates = texts.indices.map { usesTimes ? SpokenDate.read(texts[$0...]) : nil }
        leadingCosts = costs(WordCosts.leading)
        joined = texts.indices.map { $0 + 1 < texts.count ? vocabulary[texts[$0] + texts[$0 + 1]] : nil }
        innerCosts = texts.indices.map { free.contains($0) ? 0 : WordCosts.inner(texts[$0]) }
        trailingCosts = costs(WordCosts.trailing)
        contentBefore = texts.indices.reduce(into: [0]) { counts, index in
            let isContent = WordCosts.isContent(texts[index]) && !free.contains(index)
            counts.append((counts.last ?? 0) + (isContent ? 1 : 0))
        }
    }
}

extension HeardWords {
    /// The quantities in `texts`. None begins inside another: "one point five" is not a five.
    fileprivate static func readings(_ texts: [String]) -> [SpokenQuantity.Reading?] {
        var readings: [SpokenQuantity.Reading?] = []
        var end = 0
        for index in texts.indices {
            let reading = index < end ? nil : SpokenQuantity.read(texts[index...])
            if let reading { end = index + reading.wordCount }
            readings.append(reading)
        }
        return readings
    }

    /// What it costs to believe that a string slot holds the words in `range`.
    func implausibility(of range: Range<Int>, isName: Bool) -> Double {
        var cost = min(0.2, Double(range.count) * WordCosts.absorbedWord)
        if contentBefore[range.upperBound] == contentBefore[range.lowerBound] { cost += WordCosts.emptyString }
        if WordCosts.rarelyBeginsValue(words[range.lowerBound].text) { cost += WordCosts.unlikelyStart }
        if range.dropFirst().contains(where: { sentenceStarts[$0] }) { cost += WordCosts.sentenceEnd }
        if isName, range.count > 4 || (isCased && !isCapitalized(range)) { cost += WordCosts.unlikelyName }
        return cost
    }

    private func isCapitalized(_ range: Range<Int>) -> Bool {
        range.contains { index in
            let start = words[index].source.lowerBound
            return start < text.endIndex && text[start].isUppercase
        }
    }
}
