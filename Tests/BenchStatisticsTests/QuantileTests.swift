// Quantiles by nearest rank.

import BenchStatistics
import Testing

@Suite struct QuantileTests {
    @Test(arguments: [(0.95, 59), (0.99, 299), (0.5, 5)])
    func aQuantileNeedsThisManySamples(p: Double, samples: Int) {
        #expect(Quantile.samplesNeeded(for: p) == samples)
    }
}
