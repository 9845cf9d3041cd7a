// Faults that the harness plants in its own runs, to show that it would notice.

/// A fault of known size that was planted in a run, and whether the measurement caught it.
public struct PlantedFault: Codable, Hashable, Sendable {
    public enum Kind: String, CaseIterable, Codable, Sendable {
        /// The answer was held back for a known time.
        case delayedAnswer = "delayed answer"
        /// The intent was reported as another one.
        case wrongIntent = "wrong intent"
    }

    /// Counted from 1.
    public var run: Int
    public var kind: Kind
    public var caught: Bool
    /// What was planted and what was seen, in a phrase.
    public var detail: String
}
