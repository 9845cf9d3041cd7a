// Holm's correction of p-values for the number of tests.

/// Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979).
public enum HolmCorrection {
    /// The corrected p-values, in the order given: each may be held against the level that all tests share.
    public static func adjusted(_ p: [Double]) -> [Double] {
        var adjusted = p
        var greatest = 0.0
        for (step, index) in p.indices.sorted(by: { p[$0] < p[$1] }).enumerated() {
            greatest = max(greatest, min(1, p[index] * Double(p.count - step)))
            adjusted[index] = greatest
        }
        return adjusted
    }
}
