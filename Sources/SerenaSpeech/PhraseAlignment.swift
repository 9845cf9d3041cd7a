// How well what was heard fits one way to say a phrase.

import AssistantInterface

/// The cheapest way to lay what was heard along a variant: an edit distance in which a slot takes several words.
struct PhraseAlignment {
    struct FilledSlot {
        let name: String
        let type: SlotType
        let words: Range<Int>
    }

    let cost: Double
    let slots: [FilledSlot]
    /// Whether the last word heard stands for a word of the phrase, and not in a slot or behind the phrase.
    let endsInWord: Bool

    /// A word that is less like the phrase's than this was not heard for it.
    static let leastSimilarity = 0.5

    /// How what was heard fits a variant, as a whole and as its beginning.
    struct Fit {
        /// Nil when it costs more than the limit.
        var whole: PhraseAlignment?
        /// How well all that was heard fits the best beginning of the variant, or all of it: from 0 to 1.
        var beginning = 0.0
        /// The same for beginnings that something must follow, less when only little of the phrase was said.
        var continuation = 0.0
    }

    /// The weight of a beginning that is certainly no chance: two words that carry meaning, or a distinctive one.
    private static let tellingWeight = 1.6
    /// A beginning that fits less well is of no interest.
    private static let leastFit = 0.4

    /// - Parameters:
    ///   - similarity: of a word of the vocabulary and a word heard.
    ///   - limit: an alignment that costs more is of no interest.
    static func find(
        _ variant: WeighedVariant, _ heard: HeardWords, limit: Double, similarity: (_ word: Int, _ heard: Int) -> Double
    ) -> Fit {
        var grid = AlignmentGrid(rows: variant.elements.count + 1, columns: heard.words.count + 1)
        let prune = max(limit, (1 - leastFit) * variant.weight / variant.strictness)
        for row in 0..<grid.rows {
            let insertion =
                row == 0 ? heard.leadingCosts : row + 1 == grid.rows ? heard.trailingCosts : heard.innerCosts
            for column in 0..<grid.columns {
                let cost = grid.cost(row, column)
                if cost > prune { continue }
                if column < heard.words.count {
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
                case .slot(let name, let type):
                    fill(name, type, heard, row, column, cost, &grid)
                }
            }
        }
        return fit(variant, heard, grid, limit: limit)
    }

    private static func fit(
        _ variant: WeighedVariant, _ heard: HeardWords, _ grid: AlignmentGrid, limit: Double
    ) -> Fit {
        var fit = Fit()
        for row in 1..<grid.rows {
            let covered = variant.weightBefore[row]
            let likeness = max(0, 1 - grid.cost(row, grid.columns - 1) * variant.strictness / covered)
            fit.beginning = max(fit.beginning, likeness)
            guard row + 1 < grid.rows, likeness >= leastFit else { continue }
            fit.continuation = max(fit.continuation, likeness * min(1, covered / tellingWeight))
        }
        let cost = grid.cost(grid.rows - 1, grid.columns - 1)
        guard cost <= limit else { return fit }
        let last = grid.origin(grid.rows - 1, grid.columns - 1)
        var endsInWord = false
        if let last, last.row + 2 == grid.rows, last.column + 1 == grid.columns - 1 {
            switch variant.elements[last.row] {
            case .word, .slot(_, .bool): endsInWord = true
            case .slot: break
            }
        }
        fit.whole = PhraseAlignment(cost: cost, slots: filledSlots(variant, grid), endsInWord: endsInWord)
        return fit
    }

    private static func fill(
        _ name: String, _ type: SlotType, _ heard: HeardWords, _ row: Int, _ column: Int, _ cost: Double,
        _ grid: inout AlignmentGrid
    ) {
        let origin = (row, column)
        let missing = type == .string ? WordCosts.stringSlot : WordCosts.numberSlot
        grid.relax(row + 1, column, cost + missing, from: origin)
        guard column < heard.words.count else { return }
        switch type {
        case .int, .float:
            guard let reading = heard.readings[column] else { return }
            if type == .int ? Int64(exactly: reading.value) == nil : reading.isOrdinal { return }
            grid.relax(row + 1, column + reading.wordCount, cost, from: origin)
        case .bool:
            guard SlotReader.bool(heard.words[column].text) != nil else { return }
            grid.relax(row + 1, column + 1, cost, from: origin)
        case .time, .date:
            guard let reading = type == .time ? heard.times[column] : heard.dates[column] else { return }
            grid.relax(row + 1, column + reading.wordCount, cost, from: origin)
        case .string:
            let isName = name.lowercased().hasSuffix("name")
            for end in column + 1...heard.words.count {
                let price = heard.implausibility(of: column..<end, isName: isName)
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
