// Whether more words are to be expected.

/// What the words tell about whether the speaker has finished, and the decision that follows.
struct Continuation {
    /// How well the words fit the beginning of a phrase that goes on, from 0 to 1.
    var beginning: Double
    /// How well they fit the best whole phrase, from 0 to 1.
    var whole: Double
    /// Whether the intent could be carried out as it stands.
    var isComplete: Bool
    /// Whether an intent was found.
    var isKnown: Bool
    /// Whether the last word is one that nothing ends with.
    var trailsOff: Bool

    /// What a complete request leaves to expect, at most.
    private static let afterCompletion = 0.4
    /// When the last word dangles.
    private static let afterDangling = 0.8
    /// When the intent is known and lacks a slot.
    private static let forMissingSlot = 0.7

    /// From 0 to 1. A complete request leaves little to expect, whatever else begins with its words: "hello" is all that there is,
    /// although "hello are you ready" is known too.
    var expectation: Double {
        if trailsOff { return max(beginning, Self.afterDangling) }
        if isComplete { return min(beginning, Self.afterCompletion + 0.5 * max(0, beginning - whole), 0.55) }
        return max(beginning, isKnown ? Self.forMissingSlot : 0)
    }
}
