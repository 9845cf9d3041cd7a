// The cluster bootstrap: quantiles of both sides of a comparison over resampled runs.

/// The quantile of both sides, resample by resample, in nanoseconds.
public struct Replicates: Hashable, Sendable {
    public var base: [Double]
    public var new: [Double]
    /// Runs on the smaller side, which limit what the resamples know.
    public var runs: Int

    /// As if every answer of the new side came later by this. Exact, because a quantile moves along with its values.
    public func delayed(by nanoseconds: Double) -> Replicates {
        Replicates(base: base, new: new.map { $0 + nanoseconds }, runs: runs)
    }
}

/// Resamples whole runs, because the turns inside a run are not independent: a fresh assistant and one whole scenario
/// is the unit that was repeated (Davison and Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8).
public enum ClusterBootstrap {
    public static let standardResamples = 10_000

    /// The quantiles of `resamples` resamples, for each of `percentiles` (which must ascend).
    ///
    /// - Parameter isPaired: draws whole pairs, run i of the base with run i of the new side; runs without a partner
    ///   are left out.
    /// - Returns: one for each percentile; empty when a side has no turns.
    public static func replicates(
        base: RunSample, new: RunSample, percentiles: [Double], isPaired: Bool,
        resamples: Int = standardResamples, using generator: inout some RandomNumberGenerator
    ) -> [Replicates] {
        guard base.count > 0, new.count > 0, resamples > 0 else { return [] }
        let pairs = min(base.runs.count, new.runs.count)
        var result = percentiles.map { _ in
            Replicates(
                base: [Double](repeating: 0, count: resamples), new: [Double](repeating: 0, count: resamples),
                runs: pairs)
        }
        var baseWeights = [Int](repeating: 0, count: base.runs.count)
        var newWeights = [Int](repeating: 0, count: new.runs.count)
        var quantiles = [Double](repeating: 0, count: percentiles.count)
        for resample in 0..<resamples {
            draw(isPaired ? pairs : base.runs.count, into: &baseWeights, using: &generator)
            base.quantiles(percentiles, weights: baseWeights, into: &quantiles)
            for index in percentiles.indices { result[index].base[resample] = quantiles[index] }
            if isPaired {
                for index in newWeights.indices { newWeights[index] = index < pairs ? baseWeights[index] : 0 }
            } else {
                draw(new.runs.count, into: &newWeights, using: &generator)
            }
            new.quantiles(percentiles, weights: newWeights, into: &quantiles)
            for index in percentiles.indices { result[index].new[resample] = quantiles[index] }
        }
        return result
    }

    /// How often each of `count` runs occurs when as many are drawn with replacement.
    private static func draw(_ count: Int, into weights: inout [Int], using generator: inout some RandomNumberGenerator)
    {
        for index in weights.indices { weights[index] = 0 }
        let range = UInt64(count)
        for _ in 0..<count {
            // The bias of a multiplication is below 2⁻⁵⁰ for so few runs.
            weights[Int(generator.next().multipliedFullWidth(by: range).high)] += 1
        }
    }
}
