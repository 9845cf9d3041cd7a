// Coefficients of a logistic function, from examples.

import Foundation

/// Fits a logistic regression with a small ridge by Newton's method, which is deterministic.
enum LogisticFit {
    /// Keeps the coefficients finite where the classes can be told apart without error.
    private static let ridge = 0.1
    private static let steps = 30

    /// - Parameters:
    ///   - examples: features, the constant 1 among them, and whether the event happened.
    static func coefficients(_ examples: [(features: [Double], happened: Bool)]) -> [Double] {
        let size = examples.first?.features.count ?? 0
        var weights = Array(repeating: 0.0, count: size)
        for _ in 0..<steps {
            var gradient = weights.map { -ridge * $0 }
            var hessian = (0..<size).map { row in (0..<size).map { $0 == row ? ridge : 0.0 } }
            for (features, happened) in examples {
                let sum = zip(weights, features).reduce(0) { $0 + $1.0 * $1.1 }
                let chance = 1 / (1 + exp(-sum))
                for row in 0..<size {
                    gradient[row] += features[row] * ((happened ? 1 : 0) - chance)
                    for column in 0..<size {
                        hessian[row][column] += features[row] * features[column] * chance * (1 - chance)
                    }
                }
            }
            let step = solve(hessian, gradient)
            for index in 0..<size { weights[index] += step[index] }
        }
        return weights
    }

    /// Gaussian elimination with pivots; the matrix is positive definite because of the ridge.
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        let size = right.count
        var rows = zip(matrix, right).map { $0 + [$1] }
        for column in 0..<size {
            let pivot = (column..<size).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            rows.swapAt(column, pivot)
            for row in 0..<size where row != column && rows[column][column] != 0 {
                let factor = rows[row][column] / rows[column][column]
                for index in column...size { rows[row][index] -= factor * rows[column][index] }
            }
        }
        return (0..<size).map { rows[$0][$0] == 0 ? 0 : rows[$0][size] / rows[$0][$0] }
    }
}
