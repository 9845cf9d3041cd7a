// How an evaluation reads in a terminal.

import Testing

@testable import EvaluationInterface

@Suite struct EvaluationTextTests {
    @Test func alignsNumbersToTheRightAndMarksGoals() {
        var report = EvaluationReport(name: "sample", title: "A sample")
        report.tables = [
            EvaluationTable(
                title: "By noise", columns: ["noise", "AUC"], rows: [["hum", "0.99"], ["applause", "1"]])
        ]
        report.goals = [EvaluationGoal("area", goal: "≥ 0.97", measured: "0.95", isMet: false)]
        report.notes = ["two recordings"]
        let text = EvaluationText.render(report, usesColour: false)
        #expect(
            text == """
                A sample

                By noise
                noise      AUC
                --------  ----
                hum       0.99
                applause     1

                MISSED  area: 0.95 (goal ≥ 0.97)

                note: two recordings

                """)
        #expect(!report.isMet)
    }
}
