// A result beside a baseline, figure by figure: the shape of a comparison.

/// One figure of a result beside the same figure of a baseline.
public struct Comparison: Codable, Hashable, Sendable {
    public enum Verdict: String, CaseIterable, Codable, Sendable {
        /// Shown to be worse by more than the margin.
        case regressed = "REGRESSED"
        /// Shown to be better by more than the margin.
        case improved = "IMPROVED"
        /// Shown to be within the margin.
        case ok = "OK"
        /// Neither of the three could be shown.
        case inconclusive = "INCONCLUSIVE"
        /// Shown for orientation, not judged.
        case described = "DESCRIBED"
    }

    /// The name of the baseline.
    public var baseline: String
    /// The step; null for all turns together.
    @Nullable public var step: String?
    /// Such as `p(50)`.
    public var metric: String
    /// Null when answers are missing at this percentile.
    @Nullable public var baselineNs: Int64?
    @Nullable public var valueNs: Int64?
    /// The result minus the baseline; null when one of the two is missing.
    @Nullable public var differenceNs: Int64?
    /// The result over the baseline; null when one of the two is missing.
    @Nullable public var ratio: Double?
    /// The ends of the ratio's 95 % interval; null when it was not judged.
    @Nullable public var ratioLow: Double?
    @Nullable public var ratioHigh: Double?
    /// The share by which the ratio may move: 0.03 is 3 %; null when it was not judged.
    @Nullable public var margin: Double?
    /// One-sided p-values against the margin, corrected for the number of comparisons; null when it was not judged.
    @Nullable public var pWorse: Double?
    @Nullable public var pBetter: Double?
    public var baselineRuns: Int
    public var runs: Int
    public var baselineTurns: Int
    public var turns: Int
    public var verdict: Verdict
    /// Whether the verdict counts for the exit code; an advisory one does not.
    public var gated: Bool
    /// Runs that would settle it; null when it is settled, or when no number is known.
    @Nullable public var runsToSettle: Int?
    /// The stage that moved most, and by how much (median); null when none is known.
    @Nullable public var movedStage: String?
    @Nullable public var movedStageNs: Int64?
}
