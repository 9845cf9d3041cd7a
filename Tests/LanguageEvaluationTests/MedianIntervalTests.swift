// What is said of a median follows from the ranks alone.

import Testing

@testable import LanguageEvaluation

@Suite struct MedianIntervalTests {
    @Test(arguments: [([], 0), ([3], 3), ([4, 1], 2.5), ([9, 1, 5], 5)] as [([Double], Double)])
    func medianIsTheMiddle(values: [Double], median: Double) {
        #expect(MedianInterval.median(of: values) == median)
    }

    /// Two-sided probabilities of the binomial distribution: 6 values 0.031, 9 values 0.039 at the second, 25 at the eighth 0.043.
    @Test(arguments: [(5, nil), (6, 1...6), (9, 2...8), (25, 8...18)] as [(Int, ClosedRange<Double>?)])
    func boundsAreThoseOfTheBinomialDistribution(count: Int, bounds: ClosedRange<Double>?) {
        let values = (1...count).map(Double.init).shuffled()
        #expect(MedianInterval.bounds(of: values, confidence: 0.95) == bounds)
    }
}
