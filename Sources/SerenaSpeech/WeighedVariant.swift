// One way to say a phrase, ready to be aligned.

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
    /// The sum of the weights before each element, and of all at the end.
    let weightBefore: [Double]
    /// Whether a string slot makes the variant fit many things.
    let isOpen: Bool

    init(elements: [Element]) {
        self.elements = elements
        isOpen = elements.contains { element in
            if case .slot(_, .string) = element { return true }
            return false
        }
        weightBefore = elements.reduce(into: [0.0]) { sums, element in
            let weight =
                switch element {
                case .word(_, let weight, _): weight
                case .slot(_, .string): WordCosts.stringSlotWeight
                case .slot: WordCosts.numberSlot
                }
            sums.append((sums.last ?? 0) + weight)
        }
        weight = weightBefore.last ?? 0
    }

    /// What every cost of an alignment is multiplied by.
    var strictness: Double { isOpen ? WordCosts.openPhraseStrictness : 1 }

    /// From 0 to 1, for an alignment of that cost.
    func confidence(cost: Double) -> Double {
        weight > 0 ? max(0, 1 - cost * strictness / weight) : 0
    }

    /// The cost at which the confidence is what is given.
    func cost(confidence: Double) -> Double {
        (1 - confidence) * weight / strictness
    }
}
