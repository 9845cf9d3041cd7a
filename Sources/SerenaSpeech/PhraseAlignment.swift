// How well what was heard fits one way to say a phrase.

import AssistantInterface

/// What was heard, with all that does not depend on the phrase worked out once.
struct HeardWords {
    let words: [SpokenWord]
    /// The number that begins at each word, if one does.
    let readings: [SpokenNumber.Reading?]
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
    init(_ words: [SpokenWord], address: Range<Int>?, vocabulary: [String: Int]) {
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
        self.words = words
        readings = texts.indices.map { SpokenNumber.read(texts[$0...]) }
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

/// One way to say a phrase, with the weights of its words.
struct WeighedVariant: Sendable {
    enum Element: Sendable {
        /// The index of the word in the classifier's vocabulary, its weight, and the word joined with the next one.
        case word(Int, weight: Double, joined: String?)
        case slot(name: String, type: SlotType)
    }

    let elements: [Element]
    /// The sum of the weights.
    let weight: Double
    /// Whether a string slot makes the variant fit many things.
    let isOpen: Bool

    init(elements: [Element]) {
        self.elements = elements
        isOpen = elements.contains { element in
            if case .slot(_, .string) = element { return true }
            return false
        }
        weight = elements.reduce(0) { sum, element in
            switch element {
            case .word(_, let weight, _): sum + weight
            case .slot(_, .string): sum + WordCosts.stringSlotWeight
            case .slot: sum + WordCosts.numberSlot
            }
        }
    }

    /// From 0 to 1, for an alignment of that cost.
    func confidence(cost: Double) -> Double {
        weight > 0 ? max(0, 1 - cost * (isOpen ? WordCosts.openPhraseStrictness : 1) / weight) : 0
    }

    /// The cost at which the confidence is what is given.
    func cost(confidence: Double) -> Double {
        (1 - confidence) * weight / (isOpen ? WordCosts.openPhraseStrictness : 1)
    }
}

/// The cheapest way to lay what was heard along a variant: an edit distance in which a slot takes several words.
struct PhraseAlignment {
    struct FilledSlot {
        let name: String
        let type: SlotType
        let words: Range<Int>
    }

    let cost: Double
    let slots: [FilledSlot]

    /// A word that is less like the phrase's than this was not heard for it.
    static let leastSimilarity = 0.5

    /// - Parameters:
    ///   - similarity: of a word of the vocabulary and a word heard.
    ///   - limit: an alignment that costs more is of no interest.
    static func find(
        _ variant: WeighedVariant, _ heard: HeardWords, limit: Double, similarity: (_ word: Int, _ heard: Int) -> Double
    ) -> PhraseAlignment? {
        var grid = AlignmentGrid(rows: variant.elements.count + 1, columns: heard.words.count + 1)
        for row in 0..<grid.rows {
            for column in 0..<grid.columns {
                let cost = grid.cost(row, column)
                if cost > limit { continue }
                if column < heard.words.count {
                    let insertion =
                        row == 0 ? heard.leadingCosts : row + 1 == grid.rows ? heard.trailingCosts : heard.innerCosts
                    grid.relax(row, column + 1, cost + insertion[column], from: (row, column))
                }
                guard row + 1 < grid.rows else { continue }
                switch variant.elements[row] {
                case .word(let word, let weight, let joined):
                    grid.relax(row + 1, column, cost + weight, from: (row, column))
                    guard column < heard.words.count else { continue }
                    let likeness = similarity(word, column)
                    if likeness >= leastSimilarity {
                        grid.relax(row + 1, column + 1, cost + weight * (1 - likeness), from: (row, column))
                    }
                    // One word heard as two, or two as one: "your self", "countdown".
                    if heard.joined[column] == word { grid.relax(row + 1, column + 2, cost, from: (row, column)) }
                    if joined == heard.words[column].text { grid.relax(row + 2, column + 1, cost, from: (row, column)) }
                case .slot(_, let type):
                    fill(type, heard, row, column, cost, &grid)
                }
            }
        }
        let cost = grid.cost(grid.rows - 1, grid.columns - 1)
        guard cost <= limit else { return nil }
        return PhraseAlignment(cost: cost, slots: filledSlots(variant, grid))
    }

    private static func fill(
        _ type: SlotType, _ heard: HeardWords, _ row: Int, _ column: Int, _ cost: Double, _ grid: inout AlignmentGrid
    ) {
        let origin = (row, column)
        let missing = type == .string ? WordCosts.stringSlot : WordCosts.numberSlot
        grid.relax(row + 1, column, cost + missing, from: origin)
        guard column < heard.words.count else { return }
        switch type {
        case .int, .float:
            guard let reading = heard.readings[column] else { return }
            if type == .int, Int64(exactly: reading.value) == nil { return }
            grid.relax(row + 1, column + reading.wordCount, cost, from: origin)
        case .bool:
            guard SlotReader.bool(heard.words[column].text) != nil else { return }
            grid.relax(row + 1, column + 1, cost, from: origin)
        case .string:
            for end in column + 1...heard.words.count {
                let isEmpty = heard.contentBefore[end] == heard.contentBefore[column]
                let price =
                    min(0.2, Double(end - column) * WordCosts.absorbedWord) + (isEmpty ? WordCosts.emptyString : 0)
                grid.relax(row + 1, end, cost + price, from: origin)
            }
        }
    }

    private static func filledSlots(_ variant: WeighedVariant, _ grid: AlignmentGrid) -> [FilledSlot] {
        var slots: [FilledSlot] = []
        var place = (row: grid.rows - 1, column: grid.columns - 1)
        while let origin = grid.origin(place.row, place.column) {
            if origin.row + 1 == place.row, origin.column < place.column,
                case .slot(let name, let type) = variant.elements[origin.row]
            {
                slots.append(FilledSlot(name: name, type: type, words: origin.column..<place.column))
            }
            place = origin
        }
        return slots.reversed()
    }
}

/// The costs of all partial alignments, and where each came from.
private struct AlignmentGrid {
    let rows: Int
    let columns: Int
    private var costs: [Double]
    private var origins: [Int32]

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        costs = Array(repeating: .infinity, count: rows * columns)
        origins = Array(repeating: -1, count: rows * columns)
        costs[0] = 0
    }

    func cost(_ row: Int, _ column: Int) -> Double {
        costs[row * columns + column]
    }

    func origin(_ row: Int, _ column: Int) -> (row: Int, column: Int)? {
        let origin = Int(origins[row * columns + column])
        return origin < 0 ? nil : (origin / columns, origin % columns)
    }

    mutating func relax(_ row: Int, _ column: Int, _ cost: Double, from origin: (Int, Int)) {
        let index = row * columns + column
        guard cost < costs[index] else { return }
        costs[index] = cost
        origins[index] = Int32(origin.0 * columns + origin.1)
    }
}
