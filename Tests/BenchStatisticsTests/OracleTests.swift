// Our figures beside those of SciPy, which `scripts/oracle-statistics` wrote down.

import BenchStatistics
import Foundation
import Testing

/// What SciPy answered.
struct Oracle: Decodable {
    struct Case: Decodable, Sendable {
        var arguments: [Double]
        var value: Double
    }
    struct Trend: Decodable, Sendable {
        var x: [Double]
        var y: [Double]
        /// Slope, intercept, low, high.
        var theilSen: [Double]
        var leastSquares: [Double]
    }
    struct NearestRank: Decodable, Sendable {
        var values: [Int64]
        var p: Double
        var value: Int64
    }

    var scipy: String
    var binomialAtMost: [Case]
    var clopperPearsonLower: [Case]
    var studentCumulative: [Case]
    var studentQuantile: [Case]
    var normalQuantile: [Case]
    var trends: [Trend]
    var nearestRank: [NearestRank]

    static func load() throws -> Oracle {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Oracle/scipy.json")
        return try JSONDecoder().decode(Oracle.self, from: Data(contentsOf: file))
    }
}

@Suite struct OracleTests {
    /// Whether two numbers agree to `digits` digits.
    private func agree(_ ours: Double, _ theirs: Double, digits: Double = 9) -> Bool {
        abs(ours - theirs) <= pow(10, -digits) * max(abs(theirs), 1e-12)
    }

    @Test func distributionsAgreeToNineDigits() throws {
        let oracle = try Oracle.load()
        #expect(!oracle.scipy.isEmpty && oracle.binomialAtMost.count > 5)
        for known in oracle.binomialAtMost {
            let a = known.arguments
            let ours = BinomialDistribution.atMost(Int(a[0]), of: Int(a[1]), probability: a[2])
            #expect(agree(ours, known.value), "\(known): \(ours)")
        }
        for known in oracle.clopperPearsonLower {
            let a = known.arguments
            let ours = BinomialDistribution.lowerBound(successes: Int(a[0]), of: Int(a[1]), confidence: a[2])
            #expect(agree(ours, known.value), "\(known): \(ours)")
        }
        for known in oracle.studentCumulative {
            let ours = StudentDistribution.cumulative(known.arguments[0], freedom: known.arguments[1])
            #expect(agree(ours, known.value), "\(known): \(ours)")
        }
        for known in oracle.studentQuantile {
            let ours = StudentDistribution.quantile(known.arguments[0], freedom: known.arguments[1])
            #expect(agree(ours, known.value), "\(known): \(ours)")
        }
        for known in oracle.normalQuantile {
            let ours = NormalDistribution.quantile(known.arguments[0])
            #expect(agree(ours, known.value), "\(known): \(ours)")
        }
    }

    @Test func slopesAndTheirIntervalsAgreeToNineDigits() throws {
        for known in try Oracle.load().trends {
            for (slope, theirs) in [
                (Slope.theilSen(x: known.x, y: known.y), known.theilSen),
                (Slope.leastSquares(x: known.x, y: known.y), known.leastSquares),
            ] {
                let ours = try #require(slope)
                for (our, their) in zip([ours.slope, ours.intercept, ours.low, ours.high], theirs) {
                    #expect(abs(our - their) <= 1e-9 * max(1, abs(their)), "\(ours) \(theirs)")
                }
            }
        }
    }

    @Test func nearestRanksAreTheInvertedDistribution() throws {
        for known in try Oracle.load().nearestRank {
            #expect(Quantile.nearestRank(known.p, of: known.values) == known.value)
        }
    }
}
