// The tasks of the endurance run end as they should.

import EvaluationInterface
import Foundation
import Instrumentation
import Testing

@testable import LanguageEvaluation

@Suite struct EnduranceTests {
    @Test func everyPartOfTheRunHasAReading() async throws {
        var context = EvaluationContext(home: URL(filePath: "."), clock: RealtimeClock())
        context.isQuick = true
        let report = try await EnduranceEvaluation().run(context)
        let rows = try #require(report.tables.first).rows
        #expect(rows.count == 12)
        let executions = rows.compactMap { Int($0[1]) }
        let failures = rows.compactMap { Int($0[2]) }
        // Three tasks of each round are to fail.
        #expect(try #require(failures.last) > 0 && #require(failures.last) % 3 == 0)
        #expect(executions == executions.sorted() && rows.allSatisfy { (Double($0[3]) ?? 0) > 1 })
    }
}
