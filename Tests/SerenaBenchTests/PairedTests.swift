// `ab` and `gate-check` from end to end, on a clock that takes no time.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio
import Synchronization
import Testing

@testable import SerenaBench

/// A project of one scenario, and an assistant whose delay is a setting.
private final class PairedProject: Sendable {
    let folder: String
    let said = Mutex("")
    let order = Mutex<[String]>([])

    init(steps: Int = 4) throws {
        folder = try temporaryFolder()
        try FileManager.default.createDirectory(atPath: folder + "/Scenarios", withIntermediateDirectories: true)
        let silence = [Float](repeating: 0, count: 1_600)
        try AudioFile.write(
            Recording(samples: silence + CalibrationAssistant.burst + silence, sampleRate: 16_000),
            to: folder + "/Scenarios/burst.wav")
        let lines = (1...steps).map { "  - {id: s\($0), say: tone, audio: burst.wav}" }
        try Data("name: tiny\nassistant: {delay: 300}\nsteps:\n\(lines.joined(separator: "\n"))\n".utf8)
            .write(to: URL(fileURLWithPath: folder + "/Scenarios/tiny.yaml"))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Each run answers after its delay, give or take some milliseconds that depend on the seed and the side.
    ///
    /// - Parameter later: by how many milliseconds every answer comes later, as in another build.
    func environment(later: Int = 0, day: Int = 0) -> BenchEnvironment {
        let clock = JumpClock()
        return BenchEnvironment(
            directory: folder, clock: clock, now: { Date(timeIntervalSince1970: 1_767_225_600 + 86_400 * Double(day)) },
            terminal: Terminal(
                isInteractive: false, usesColour: false, isQuiet: false,
                out: { text in self.said.withLock { $0 += text } }, err: { text in self.said.withLock { $0 += text } }),
            makeAssistant: { request in
                let delay = request.settings["delay"]?.first.flatMap(Int.init) ?? 0
                let name = request.settings["side"]?.first ?? ""
                self.order.withLock { $0.append(name) }
                var generator = SeededGenerator(seed: request.seed &+ UInt64(delay) &+ UInt64(name.utf8.count))
                let script = (0..<8).map { turn -> [Act] in
                    // It acts with the frames, every 10 ms; silence at the head of the answer is finer.
                    let answer = 300 + delay + later
                    let silence = Int.random(in: 0...6, using: &generator)
                    return [
                        .begin(at: 10, turn: turn), .play(at: answer, leadingSilence: silence),
                        .end(at: answer + 10, turn: turn),
                    ]
                }
                return ScriptedAssistant(script, clock: clock)
            })
    }

    func result(_ name: String) throws -> ABResult {
        try JSONDocument.read(
            ABResult.self, kind: "ab", version: 1, from: "\(folder)/\(name)/ab.json", failure: .usage)
    }
}

@Suite struct PairedTests {
    @Test(arguments: [
        (300, ExitCode.pass, Comparison.Verdict.ok), (330, .regression, .regressed), (260, .improvement, .improved),
    ])
    func settingsAreComparedInPairs(delay: Int, code: ExitCode, verdict: Comparison.Verdict) async throws {
        let project = try PairedProject()
        let exit = await project.environment().ab(
            ABRequest(
                scenario: "tiny", a: .settings(["side": ["a"]]),
                b: .settings(["delay": [String(delay)], "side": ["bb"]]), output: "out", reportsImprovement: true))
        #expect(exit == code, "\(project.said.withLock { $0 })")
        let result = try project.result("out")
        #expect(result.comparisons.prefix(2).allSatisfy { $0.verdict == verdict && $0.gated && $0.runs == 20 })
        #expect(result.a.samples.count == 80 && result.b.samples.count == 80 && result.look == .first)
        #expect(result.order.count == 20 && result.order.count { $0 == "a" } == 10)
        // After a warm-up of each side, the runs came in the order that the result names.
        let runs = project.order.withLock { Array($0.dropFirst(2)) }
        #expect(runs == result.order.flatMap { $0 == "a" ? ["a", "bb"] : ["bb", "a"] })
    }

    @Test func anAnswerThatNeverComesFailsTheComparison() async throws {
        let project = try PairedProject(steps: 9)
        let exit = await project.environment().ab(
            ABRequest(
                scenario: "tiny", a: .settings(["side": ["a"]]), b: .settings(["side": ["b"]]), pairs: 10, output: "out"
            ))
        #expect(exit == .failed)
        #expect(try project.result("out").a.failedTurns == 10)
    }

    @Test func anEarlierReportIsReplacedAndNothingElseIs() async throws {
        let project = try PairedProject(steps: 1)
        let request = ABRequest(
            scenario: "tiny", a: .settings(["side": ["a"]]), b: .settings(["side": ["b"]]), pairs: 1, output: "out")
        for _ in 0..<2 { #expect(await project.environment().ab(request) == .invalid) }
        var other = request
        other.output = "Scenarios"
        #expect(await project.environment().ab(other) == .output)
    }

    @Test(arguments: ["x", "=1", ""])
    func whatIsNoSettingIsRefused(_ text: String) {
        #expect(throws: BenchError.self) { try ABRequest.settings([text]) }
    }

    @Test func settingsMayHaveSeveralValuesAndEqualSigns() throws {
        #expect(try ABRequest.settings(["a=1", "a=2", "b=x=y"]) == .settings(["a": ["1", "2"], "b": ["x=y"]]))
    }
}

@Suite struct BaselineGateTests {
    private static func run(
        _ project: PairedProject, later: Int = 0, day: Int, runs: Int = 15, baseline: String? = "main"
    ) async -> ExitCode {
        await project.environment(later: later, day: day).run(
            RunRequest(scenario: "tiny", runs: runs, output: "day\(day)", baseline: baseline))
    }

    @Test func verdictsBesideABaselineOfThreeSessionsDecide() async throws {
        let project = try PairedProject()
        let environment = project.environment()
        for day in 1...3 { #expect(await Self.run(project, day: day, runs: 10, baseline: nil) == .pass) }
        #expect(await environment.setBaseline("main", from: ["day1", "day2", "day3"]) == .pass)
        #expect(await Self.run(project, day: 4) == .pass)
        #expect(await Self.run(project, later: 40, day: 5) == .regression)
        #expect(await environment.compare(baseline: "main", result: "day5") == .regression)
        #expect(await Self.run(project, later: -40, day: 6) == .pass)
        #expect(await environment.compare(baseline: "main", result: "day6") == .pass)
        #expect(await environment.compare(baseline: "main", result: "day6", reportsImprovement: true) == .improvement)
        let said = project.said.withLock { $0 }
        #expect(said.contains("REGRESSED") && said.contains("IMPROVED"))
        // After a change that is explained, the new figures are the measure.
        #expect(await environment.promoteBaseline("main", from: ["day5"], because: "a better voice") == .pass)
        #expect(await Self.run(project, later: 40, day: 7) == .pass)
        #expect(project.said.withLock { $0 }.contains("holds 1 session"))
    }

    @Test func whatCannotBeToldOrComparedHasACodeOfItsOwn() async throws {
        let project = try PairedProject()
        let environment = project.environment()
        for day in 1...3 {
            #expect(await Self.run(project, later: 10 * (day - 2), day: day, runs: 10, baseline: nil) == .pass)
        }
        #expect(await environment.setBaseline("main", from: ["day1", "day2", "day3"]) == .pass)
        // The sessions drift by 6 %, so that as large a change is neither nothing nor something.
        #expect(await Self.run(project, later: 20, day: 4) == .invalid)
        #expect(project.said.withLock { $0 }.contains("INCONCLUSIVE"))
        var baseline = try BaselineFolder(path: project.folder + "/Baselines").read("main")
        baseline.assistant.settings = ["recognizer": "another"]
        try BaselineFolder(path: project.folder + "/Baselines").write(baseline)
        #expect(await Self.run(project, day: 5) == .baseline)
        #expect(await environment.compare(baseline: "main", result: "day4") == .baseline)
    }
}

@Suite struct GateCheckTests {
    /// Runs with the noise of a quiet machine.
    private static func pool(_ runs: Int, noiseMs: ClosedRange<Int> = -4...4) -> [[Int64?]] {
        var generator = SeededGenerator(seed: 11)
        return (0..<runs).map { _ in
            let offset = Int.random(in: -3...3, using: &generator)
            return (0..<10).map { step in
                Int64(270 + 6 * step + offset + Int.random(in: noiseMs, using: &generator)) * 1_000_000
            }
        }
    }

    @Test func aQuietMachineMeetsTheGoalsWhateverTheOrderOfTheTrials() async {
        let check = await GateCheck.perform(pool: Self.pool(60), runs: 20, trials: 24, seed: 3, resamples: 500)
        #expect(check.shortcomings.isEmpty, "\(check.text)")
        #expect(check.rows.map(\.trials) == [Int](repeating: 24, count: 8))
        #expect(check.rows.map(\.p50) == check.rows.map(\.p50).sorted())
        #expect(check.rows[0].either == 0 && check.rows[7].p50 == 24 && check.rows[7].p95 == 24)
        let again = await GateCheck.perform(pool: Self.pool(60), runs: 20, trials: 24, seed: 3, resamples: 500)
        #expect(check == again)
        #expect(check.text.contains("nothing (A/A)") && check.text.contains("inside the margin"))
    }

    @Test func aNoisyMachineMissesThem() async {
        let check = await GateCheck.perform(
            pool: Self.pool(40, noiseMs: -200...200), runs: 20, trials: 12, seed: 3, resamples: 500)
        #expect(check.shortcomings.contains { $0.contains("+15 ms") })
    }

    @Test func falseAlarmsAreAShortcomingAlsoInsideTheMargin() {
        func row(_ delayMs: Int64, p50: Int) -> GateCheck.Row {
            GateCheck.Row(
                delayNs: delayMs * 1_000_000, trials: 100, p50: p50, p95: 0, either: p50, ok: 0, inconclusive: 0,
                improved: 0)
        }
        func check(_ rows: [GateCheck.Row]) -> [String] {
            GateCheck(rows: rows, runs: 20, pool: 40, leastMarginP50Ns: 9_000_000, leastMarginP95Ns: 9_000_000)
                .shortcomings
        }
        #expect(check([row(0, p50: 1), row(5, p50: 1), row(10, p50: 50), row(15, p50: 95)]).isEmpty)
        #expect(check([row(0, p50: 2)]).count == 1)
        #expect(check([row(5, p50: 2)]).count == 1)
        #expect(check([row(15, p50: 94)]).count == 1)
    }

    @Test func recordedAndFreshRunsAreChecked() async throws {
        let project = try PairedProject()
        let environment = project.environment()
        let fresh = GateCheckRequest(freshScenario: "tiny", freshRuns: 40, trials: 2)
        #expect(await environment.gateCheck(fresh) == .pass, "\(project.said.withLock { $0 })")
        #expect(await environment.run(RunRequest(scenario: "tiny", runs: 40, output: "out")) == .pass)
        #expect(await environment.gateCheck(GateCheckRequest(sources: ["out"], trials: 2)) == .pass)
        #expect(await environment.gateCheck(GateCheckRequest(trials: 2)) == .baseline)
        #expect(await environment.setBaseline("gate-check", from: ["out"]) == .pass)
        #expect(await environment.gateCheck(GateCheckRequest(trials: 2)) == .pass)
        #expect(
            await environment.gateCheck(GateCheckRequest(sources: ["Baselines/gate-check.json"], trials: 2)) == .pass)
        #expect(await environment.gateCheck(GateCheckRequest(sources: ["out"], runs: 21, trials: 2)) == .invalid)
    }
}
