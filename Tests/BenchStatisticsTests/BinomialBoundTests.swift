// The lower bound of a probability, against published and independently computed values.

import BenchStatistics
import Foundation
import Testing

@Suite struct BinomialBoundTests {
    /// From the closed form 0.05^(1/n), and from the quantile of the beta distribution: BETA.INV(0.05, k, n − k + 1).
    @Test(arguments: [
        (20, 20, 0.860_892), (10, 10, 0.741_134), (1, 1, 0.05), (59, 59, 0.950_494), (299, 299, 0.990_031),
        (19, 20, 0.783_893), (9, 10, 0.605_838), (5, 10, 0.222_441), (1, 10, 0.005_116), (0, 10, 0), (0, 0, 0),
        (30, 20, 0.860_892), (-1, 20, 0),
    ])
    func theBoundIsExact(_ successes: Int, _ trials: Int, _ bound: Double) {
        #expect(abs(Binomial.lowerBound(successes: successes, of: trials, confidence: 0.95) - bound) < 1e-5)
    }

    @Test func theBoundIsWhereTheTailHasTheErrorThatIsAllowed() {
        for trials in [2, 7, 40, 400, 5_000] {
            for successes in [1, trials / 2, trials - 1] where successes > 0 {
                let bound = Binomial.lowerBound(successes: successes, of: trials, confidence: 0.95)
                let tail = Binomial.upperTail(atLeast: successes, of: trials, probability: bound)
                #expect(abs(tail - 0.05) < 1e-9, "\(successes) of \(trials)")
            }
        }
    }

    @Test func moreSuccessesNeverLowerTheBound() {
        let bounds = (0...50).map { Binomial.lowerBound(successes: $0, of: 50, confidence: 0.95) }
        #expect(bounds == bounds.sorted())
    }

    @Test(arguments: [(0, 5, 0.3, 1.0), (6, 5, 0.3, 0.0), (2, 3, 0.5, 0.5), (1, 2, 1, 1), (1, 2, 0, 0)])
    func tailsAreThoseOfTheDistribution(_ count: Int, _ trials: Int, _ probability: Double, _ tail: Double) {
        #expect(abs(Binomial.upperTail(atLeast: count, of: trials, probability: probability) - tail) < 1e-12)
    }
}
