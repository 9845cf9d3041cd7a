// Change points and slopes in series.

import BenchStatistics
import Instrumentation
import Testing

@Suite struct SeriesTests {
    private static func noise(_ generator: inout SeededGenerator) -> Double {
        (0..<6).map { _ in Double.random(in: -1...1, using: &generator) }.reduce(0, +)
    }

    @Test func aStepIsFoundWhereItIs() {
        var generator = SeededGenerator(seed: 1)
        let series = (0..<60).map { ($0 < 25 ? 300 : ($0 < 45 ? 320 : 290)) + Self.noise(&generator) }
        #expect(ChangePoints.find(in: series, using: &generator) == [25, 45])
    }

    @Test func steadySeriesHaveFewChangePoints() {
        var generator = SeededGenerator(seed: 2)
        var found = 0
        for _ in 0..<60 {
            let series = (0..<30).map { _ in Self.noise(&generator) }
            if !ChangePoints.find(in: series, permutations: 199, using: &generator).isEmpty { found += 1 }
        }
        #expect(found <= 3, "\(found)")
    }

    @Test(
        arguments: [[], [1], [1, 2, 3], [5, 5, 5, 5, 5, 5, 5, 5, 5, 5], [1, .nan, 3, 4, 5, 6, 7, 8, 9]] as [[Double]])
    func seriesWithNothingToFindHaveNoChangePoint(_ series: [Double]) {
        var generator = SeededGenerator(seed: 3)
        #expect(ChangePoints.find(in: series, using: &generator).isEmpty)
    }

    @Test func oneOddValueIsNoChange() {
        var generator = SeededGenerator(seed: 4)
        var series = (0..<40).map { _ in Self.noise(&generator) }
        series[20] = 1_000
        #expect(ChangePoints.find(in: series, using: &generator).isEmpty)
    }

    @Test func aLeakIsRisingAndNoiseIsNot() throws {
        var generator = SeededGenerator(seed: 5)
        let x = (0..<50).map(Double.init)
        let leak = x.map { 0.5 * $0 + Self.noise(&generator) }
        let flat = x.map { _ in Self.noise(&generator) }
        for slope in [Slope.theilSen, Slope.leastSquares] {
            let rising = try #require(slope(x, leak, 0.95))
            #expect(rising.isRising && rising.low < 0.5 && rising.high > 0.5)
            let steady = try #require(slope(x, flat, 0.95))
            #expect(!steady.isRising && !steady.isFalling)
        }
    }

    @Test func whatHasNoSlopeHasNone() {
        for slope in [Slope.theilSen, Slope.leastSquares] {
            #expect(slope([], [], 0.95) == nil)
            #expect(slope([1, 1, 1], [1, 2, 3], 0.95) == nil)
            #expect(slope([1, 2, 3], [1, .infinity, 3], 0.95) == nil)
            #expect(slope([1, 2], [1], 0.95) == nil)
        }
    }
}
