// What a sound in the middle of an answer turns out to be.

/// A step in the judgement of a sound.
public enum FloorBid: Hashable, Sendable {
    /// Somebody may want to speak.
    case claim
    /// Somebody speaks, and goes on.
    case speech
    /// The sound is over. It was speech, but short: what was said settles whether anybody wanted the floor.
    case remark
    /// The sound is over, or goes on, and is something else.
    case nothing
}
