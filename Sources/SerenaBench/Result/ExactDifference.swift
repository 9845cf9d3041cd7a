// Figures without noise, which are compared for equality.

/// An exact figure of a step that is not what it was.
public struct ExactDifference: Codable, Hashable, Sendable {
    public var step: String
    /// `instructions`, `allocatedBytes`, `bytecodeBytes` or `events`.
    public var metric: String
    public var baseline: String
    public var value: String
}
