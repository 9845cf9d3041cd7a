// Latencies in the runs that they come from, ready for quick quantiles over resampled runs.

/// The latencies of several runs of one side of a comparison, in nanoseconds. A missing answer is infinitely late.
///
/// All values are sorted once, each with the run that it belongs to. A resample is then a weight for each run, and its
/// quantile a walk along the sorted values.
public struct RunSample: Hashable, Sendable {
    /// The latencies of each run, sorted; infinity for a missing answer.
    public let runs: [[Double]]
    private let values: [Double]
    private let owners: [Int]

    /// - Parameter runs: the latencies of each run in nanoseconds; nil is a missing answer. Anything below one
    ///   nanosecond counts as one, so that ratios exist.
    public init(runs: [[Int64?]]) {
        self.runs = runs.map { run in run.map { $0.map { Double(max($0, 1)) } ?? .infinity }.sorted() }
        let all = self.runs.enumerated().flatMap { index, run in run.map { (value: $0, owner: index) } }
            .sorted { ($0.value, $0.owner) < ($1.value, $1.owner) }
        values = all.map(\.value)
        owners = all.map(\.owner)
    }

    /// Turns over all runs.
    public var count: Int { values.count }

    /// The nearest-rank quantile over all turns in nanoseconds; infinite when answers are missing there, nil without
    /// turns.
    public func quantile(_ p: Double) -> Double? {
        values.isEmpty ? nil : values[min(values.count, Quantile.rank(p, of: values.count)) - 1]
    }

    /// The quantiles of the resample in which each run occurs as often as `weights` say, for ascending `percentiles`.
    ///
    /// Infinite where the resample has no turns.
    func quantiles(_ percentiles: [Double], weights: [Int], into result: inout [Double]) {
        var total = 0
        for index in runs.indices { total += weights[index] * runs[index].count }
        guard total > 0 else {
            for index in percentiles.indices { result[index] = .infinity }
            return
        }
        values.withUnsafeBufferPointer { values in
            owners.withUnsafeBufferPointer { owners in
                weights.withUnsafeBufferPointer { weights in
                    var position = 0
                    var seen = weights[owners[0]]
                    for index in percentiles.indices {
                        let rank = min(total, Quantile.rank(percentiles[index], of: total))
                        while seen < rank {
                            position += 1
                            seen += weights[owners[position]]
                        }
                        result[index] = values[position]
                    }
                }
            }
        }
    }
}
