// Slopes and their intervals, against SciPy's theilslopes.

import BenchStatistics
import Testing

@Suite struct TheilSenTests {
    struct Case: Sendable {
        var values: [Double]
        var slope: Double
        var low: Double
        var high: Double
    }

    /// `scipy.stats.theilslopes(values, range(len(values)), 0.95)`, SciPy 1.17.1.
    @Test(arguments: [
        Case(values: [1, 3, 2, 5, 4, 7, 6, 9, 8, 12], slope: 1, low: 0.75, high: 1.4),
        Case(values: [5, 5.1, 4.9, 5.3, 5, 4.8, 5.2, 5.05, 4.95, 5.15], slope: 0.00625, low: -0.04, high: 0.05),
        Case(values: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18], slope: 2, low: 2, high: 2),
    ])
    func slopeAndIntervalAreThoseOfTheOracle(_ example: Case) throws {
        let trend = try #require(TheilSen(example.values))
        #expect(abs(trend.slope - example.slope) < 1e-9, "\(trend)")
        #expect(abs(trend.low - example.low) < 1e-9 && abs(trend.high - example.high) < 1e-9, "\(trend)")
    }

    @Test func aSingleWildSampleDoesNotCarryTheSlopeAway() throws {
        var values = (0..<30).map { Double($0) }
        values[29] = 1e9
        #expect(try #require(TheilSen(values)).slope == 1)
    }

    @Test func thinningALongSeriesKeepsItsSlope() throws {
        #expect(try #require(TheilSen((0..<9_000).map { Double($0) * 3 })).slope == 3)
    }

    @Test func equalValuesHaveNoSlope() throws {
        let trend = try #require(TheilSen([Double](repeating: 7, count: 12)))
        #expect(trend.slope == 0 && trend.low == 0 && trend.high == 0)
    }

    @Test(arguments: [[], [1], [1, 2], [1, .nan, 2], [1, .infinity, 2]] as [[Double]])
    func whatHasNoTrendGivesNone(_ values: [Double]) {
        #expect(TheilSen(values) == nil)
    }
}
