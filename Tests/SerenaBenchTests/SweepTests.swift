// Tests of sweeps: which parameter is varied, what a point says, the curve, and the whole command.

import AssistantInterface
import Foundation
import Instrumentation
import Testing

@testable import SerenaBench

/// A sweep of three values: the impatient one is fast and cuts off, the patient one is slow.
func sampleSweep() -> SweepResult {
    let result = richResult()
    let points = [("0.5", 90, 4), ("1", 180, 0), ("2", 340, 0)].map { value, latency, cuts in
        var turns = sampleResult((0..<20).map { _ in latency }).turns
        for index in turns.indices {
            turns[index].tags = [index < 10 ? "pause" : "plain"]
            turns[index].falseCutOff = index < cuts
            turns[index].passed = index >= cuts
        }
        return SweepPoint(value: value, turns: turns)
    }
    return SweepResult(
        exitCode: .pass, scenario: result.scenario, assistant: result.assistant, machine: result.machine,
        parameter: "patience", settings: [:], clock: .virtual, runs: 2, points: points, problems: [],
        startedAt: "2026-01-01T00:00:00Z", durationNs: 1, interrupted: false)
}

@Suite struct SweepTests {
    @Test func theParameterIsTheOneWithSeveralValues() throws {
        let selection = ScenarioSelection(values: ["patience": "0.5, 1,2", "bill": "sixty"])
        let axis = try SweepRequest(scenario: "tiny", selection: selection).axis()
        #expect(axis.name == "patience")
        #expect(axis.values == ["0.5", "1", "2"])
    }

    @Test(arguments: [
        ([:], "nothing is varied"), (["a": "1"], "nothing is varied"), (["a": "1,2", "b": "3,4"], "both varied"),
        (["a": "1,,2"], "not empty"), (["a": "1,1"], "different"),
        (["a": (0...50).map(String.init).joined(separator: ",")], "at most"),
    ])
    func whatIsNoSweepIsRefused(_ values: [String: String], _ reason: String) {
        let request = SweepRequest(scenario: "tiny", selection: ScenarioSelection(values: values))
        #expect {
            try request.axis()
        } throws: { error in
            "\(error)".contains(reason) && (error as? BenchError)?.exitCode == .usage
        }
    }

    @Test func cutOffsAndLatencyAreToldApart() {
        var turns = sampleResult([100, 200, 300, nil]).turns
        turns[0].falseCutOff = true
        turns[0].latencyNs = -5
        let figures = SweepFigures(turns)
        #expect((figures.turns, figures.answerable, figures.falseCutOffs, figures.unanswered) == (4, 4, 1, 1))
        #expect(figures.p50Ns == 200_000_000)
        #expect(figures.p95Ns == 300_000_000)
        #expect(figures.falseCutOffShare == 0.25)
    }

    @Test func eachTagHasItsOwnFigures() throws {
        let point = try #require(sampleSweep().points.first)
        #expect(point.tags.map(\.tag) == ["pause", "plain"])
        #expect(point.tags.map(\.figures.falseCutOffs) == [4, 0])
    }

    @Test func onlyThePointInsideTheGoalIsMarked() throws {
        let sweep = sampleSweep()
        #expect(sweep.points.map { SweepResult.isWithinGoal($0.figures) } == [false, true, false])
        let page = try SweepPage.text(sweep)
        #expect(page.contains("The goal is reached with patience at 1."))
        #expect(page.components(separatedBy: ">goal<").count == 2)
    }

    @Test func theCurveRisesWhereUsersAreCutOff() throws {
        let curve = try #require(SweepCurve(sampleSweep()))
        let median = try #require(curve.series.first { $0.style == "median" })
        #expect(median.dots.map(\.label) == ["0.5", "1", "2"])
        #expect(median.dots[0].y < median.dots[1].y)
        #expect(median.dots[0].x < median.dots[1].x && median.dots[1].x < median.dots[2].x)
        let goal = try #require(curve.goals.first { $0.style == "median" })
        #expect(median.dots[1].x < goal.x + goal.width && median.dots[1].y >= goal.y)
    }

    @Test func aSweepWithoutAnswersHasNoCurve() {
        var sweep = sampleSweep()
        sweep.points = [SweepPoint(value: "1", turns: sampleResult([nil, nil]).turns)]
        #expect(SweepCurve(sweep) == nil)
        #expect(SweepText.rows(sweep)[1].contains("–"))
    }

    @Test func wordsFromOutsideAreEscaped() throws {
        var sweep = sampleSweep()
        sweep.points[0].value = "<b>|"
        #expect(!SweepText.markdown(sweep).contains("<b>"))
        let page = try SweepPage.text(sweep)
        #expect(!page.contains("<b>"))
    }

    @Test func theCommandMeasuresEachValueAndLeavesACurve() async throws {
        let project = try TinyProject()
        let script = (0..<2).map { Act.answer(turn: $0, after: 100) }
        let selection = ScenarioSelection(values: ["assistant.haste": "1,2"])
        let request = SweepRequest(
            scenario: "tiny", selection: selection, runs: 2, clock: .realtime, output: "out", printsJSON: true)
        #expect(await project.environment(script).sweep(request) == .pass)
        let sweep = try JSONDocument.read(
            SweepResult.self, kind: SweepResult.kind, version: SweepResult.currentSchemaVersion,
            from: project.folder + "/out/sweep.json", failure: .usage)
        #expect(sweep.points.map(\.value) == ["1", "2"])
        #expect(sweep.points.allSatisfy { $0.figures.turns == 4 && $0.figures.p50Ns == 100_000_000 })
        for name in ["sweep.html", "sweep.md"] {
            #expect(FileManager.default.fileExists(atPath: "\(project.folder)/out/\(name)"))
        }
        #expect(project.output.contains("\"kind\" : \"sweep\""))
    }
}
