// The history and the printed reports, from the outside.

import Foundation
import Testing

@Suite struct HistoryCommandTests {
    private static func history(_ project: Project, _ extra: [String] = []) async throws -> Outcome {
        try await BenchProgram.run(["history"] + extra, in: project.folder)
    }

    private static func runs(_ project: Project) async throws -> [[String: Any]] {
        let outcome = try await history(project, ["--format", "json"])
        let json = try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any]
        let series = try #require(json?["series"] as? [[String: Any]])
        return series.flatMap { $0["runs"] as? [[String: Any]] ?? [] }
    }

    @Test func everyRunIsKeptOnceAndShownInEveryForm() async throws {
        let project = try Project()
        #expect(try await project.run(["--output", "one", "--seed", "18446744073709551615"]).code == 0)
        #expect(try await project.run().code == 0)
        let kept = try await Self.runs(project)
        #expect(kept.count == 2 && kept.first?["seed"] as? UInt64 == .max)
        let again = try await Self.history(project, ["import", "one"])
        #expect(again.code == 0 && again.out.contains("0 results added, 1 there already"))
        let text = try await Self.history(project, ["tiny"])
        #expect(text.code == 0 && text.out.contains("tiny, realtime on") && text.out.contains("PASS"))
        #expect(try await Self.history(project, ["--format", "html"]).out.hasSuffix("</html>\n"))
        let unknown = try await Self.history(project, ["tini"])
        #expect(unknown.code == 64 && unknown.err.contains("did you mean 'tiny'?"))
    }

    @Test func aDamagedHistoryCostsNoRun() async throws {
        let project = try Project()
        try FileManager.default.createDirectory(
            atPath: project.path("Reports"), withIntermediateDirectories: true)
        try project.write("Reports/history.sqlite", String(repeating: "no database ", count: 500))
        let outcome = try await project.run(["--output", "out"])
        #expect(outcome.code == 0 && outcome.err.contains("was not added to the history"), "\(outcome.err)")
        #expect(project.exists("out/result.json"))
        let shown = try await Self.history(project)
        #expect(shown.code == 64 && shown.err.contains("damaged") && shown.err.contains("try:"))
    }

    @Test func twoProgramsAtOnceAddAllTheirRuns() async throws {
        let project = try Project()
        async let first = project.run(["--output", "a"])
        async let second = project.run(["--output", "b"])
        async let third = project.run(["--output", "c"])
        let codes = try await [first.code, second.code, third.code]
        #expect(codes == [0, 0, 0])
        #expect(try await Self.runs(project).count == 3)
    }

    @Test func aKilledRunLeavesTheHistoryWhole() async throws {
        let project = try Project()
        #expect(try await project.run(["--output", "out"]).code == 0)
        let killed = try await BenchProgram.run(
            ["run", "tiny", "--assistant", "calibration:50ms", "--pacing-limit", "60m", "--runs", "9"],
            in: project.folder, watch: { $0.contains("run 2/9  ✓ one") ? [SIGKILL] : [] })
        #expect(killed.wasKilled)
        #expect(try await Self.runs(project).count == 1)
        #expect(try await project.run().code == 0)
        #expect(try await Self.runs(project).count == 2)
    }

    @Test(arguments: [
        ("junit", "<?xml"), ("md", "## "), ("html", "<!DOCTYPE html>"), ("prometheus", "# HELP"), ("json", "{"),
        ("github", "::notice file=Scenarios/tiny.yaml"),
    ])
    func aReportIsPrintedInEachForm(_ format: String, _ start: String) async throws {
        let project = try Project()
        let outcome = try await project.run(["--output", "out", "--quiet", "--format", format])
        #expect(outcome.code == 0 && outcome.out.hasPrefix(start))
        let again = try await BenchProgram.run(["report", "out", "--format", format], in: project.folder)
        #expect(again.code == 0 && again.out == outcome.out)
    }

    @Test func theJobSummaryIsAddedTo() async throws {
        let project = try Project()
        try project.write("summary.md", "before\n")
        let outcome = try await project.run(
            ["--format", "github"], prelude: "export GITHUB_STEP_SUMMARY=summary.md")
        #expect(outcome.code == 0 && outcome.out.hasPrefix("::notice"))
        let summary = try String(contentsOfFile: project.path("summary.md"), encoding: .utf8)
        // One run proves nothing yet, so it is no green tick.
        #expect(summary.hasPrefix("before\n## ⚠️ PASS"))
    }

    @Test(arguments: ["result", "baseline", "recording", "history"])
    func schemasArePrinted(_ kind: String) async throws {
        let project = try Project()
        let outcome = try await BenchProgram.run(["schema", kind], in: project.folder)
        let schema = try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any]
        #expect(outcome.code == 0 && (schema?["$schema"] as? String)?.contains("2020-12") == true)
    }
}
