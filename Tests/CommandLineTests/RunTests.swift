// `serena-bench run`, from the outside: every way in which it can end.

import Foundation
import SerenaAudio
import Testing

@Suite struct RunTests {
    @Test func aRunThatHoldsItsPromisesPassesAndLeavesAReport() async throws {
        let project = try Project()
        let outcome = try await project.run([
            "--output", "out", "--json", "--runs", "2", "--warmup", "1",
        ])
        #expect(outcome.code == 0, "\(outcome.err)")
        #expect(
            project.names(in: "out") == [
                "audio", "junit.xml", "metrics.prom", "report.html", "report.md", "result.json",
            ])
        #expect(project.names(in: "out/audio") == ["run1-one.wav", "run2-one.wav"])
        let result = try project.json("out/result.json")
        #expect(result["verdict"] as? String == "PASS" && (result["turns"] as? [Any])?.count == 2)
        let printed = try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any]
        #expect(printed?["startedAt"] as? String == result["startedAt"] as? String)
        #expect(outcome.err.contains("✓ one") && !outcome.err.contains("\u{1B}"))
        let turn = try #require((result["turns"] as? [[String: Any]])?.first)
        let latency = try #require(turn["latencyNs"] as? Int)
        #expect(latency >= 49_000_000)
        #expect((turn["stagesNs"] as? [String: Int])?.values.reduce(0, +) == latency)
        let answer = try AudioFile.read(project.path("out/audio/run1-one.wav"))
        #expect(answer.duration == .milliseconds(300))
    }

    @Test func twoRunsIntoOneFolderDoNotMix() async throws {
        let project = try Project()
        let codes = try await withThrowingTaskGroup(of: Int32.self) { group in
            for runs in ["2", "3"] {
                group.addTask { try await project.run(["--output", "out", "--runs", runs, "--quiet"]).code }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.allSatisfy { [0, 6].contains($0) } && codes.contains(0))
        // What stands there in the end is one of the two, whole.
        let turns = try #require(try project.json("out/result.json")["turns"] as? [[String: Any]])
        #expect(project.names(in: "out/audio").count == turns.count && [2, 3].contains(turns.count))
        #expect(project.names(in: ".").allSatisfy { !$0.hasPrefix(".partial") && !$0.hasPrefix(".replaced") })
    }

    @Test func reportsGetAFolderOfTheirOwnAndQuietIsQuiet() async throws {
        let project = try Project()
        for _ in 0..<2 {
            let outcome = try await project.run(["--quiet"])
            #expect(outcome.code == 0 && outcome.out.isEmpty && outcome.err.isEmpty)
        }
        let reports = project.names(in: "Reports")
        #expect(reports.count == 2 && reports.allSatisfy { $0.hasPrefix("tiny-20") })
    }

    @Test func aMissedExpectationFails() async throws {
        let project = try Project(
            "thresholds: [max<60s]\nsteps:\n  - {id: one, say: tone, audio: burst.wav, expect: {intent: tip}}\n"
        )
        let outcome = try await project.run()
        #expect(outcome.code == 3 && outcome.err.contains("intent is unknown instead of tip"))
    }

    @Test func anOptionalStepMayMissItsExpectations() async throws {
        let project = try Project(
            "thresholds: [max<60s]\nsteps:\n"
                + "  - {id: one, say: tone, audio: burst.wav, required: false, expect: {intent: tip}}\n")
        #expect(try await project.run().code == 0)
    }

    @Test func anExceededBudgetHasItsOwnCode() async throws {
        let project = try Project(
            "thresholds: [max<100ms]\nsteps:\n  - {id: one, say: tone, audio: burst.wav}\n")
        let outcome = try await project.run(["--output", "out"], delay: "400ms")
        #expect(outcome.code == 7, "\(outcome.err)")
        #expect(try project.json("out/result.json")["verdict"] as? String == "BUDGET EXCEEDED")
    }

    @Test func lateFramesMakeARunInvalid() async throws {
        let project = try Project()
        let outcome = try await BenchProgram.run(
            ["run", "tiny", "--assistant", "calibration:50ms", "--pacing-limit", "0ms"],
            in: project.folder)
        #expect(outcome.code == 8 && outcome.err.contains("frames were late"))
    }

    @Test func aTalkWithoutAnythingToAnswerIsNoPass() async throws {
        let project = try Project(
            "steps:\n  - {id: one, say: tone, audio: burst.wav, required: false, expect: {answer: none}}\n"
        )
        let outcome = try await project.run()
        #expect(outcome.code == 8 && outcome.err.contains("no latency to judge"))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func anInterruptedRunLeavesWhatItMeasured(_ signal: Int32) async throws {
        let project = try Project(
            "thresholds: [max<60s]\nsteps:\n  - {id: one, say: tone, audio: burst.wav}\n"
                + "  - {id: two, say: tone, audio: burst.wav, pause: 2s}\n")
        let outcome = try await BenchProgram.run(
            [
                "run", "tiny", "--assistant", "calibration:50ms", "--pacing-limit", "60m", "--output",
                "out", "--runs", "9",
            ], in: project.folder, watch: { $0.contains("✓ one") ? [signal] : [] })
        #expect(outcome.code == 8 && !outcome.wasKilled, "\(outcome.err)")
        let result = try project.json("out/result.json")
        let turns = try #require(result["turns"] as? [Any])
        #expect(result["interrupted"] as? Bool == true && (1..<18).contains(turns.count))
        #expect((result["invalidReasons"] as? [String])?.first?.contains("interrupted") == true)
    }

    @Test func aKilledRunLeavesEverythingElseAsItWas() async throws {
        let project = try Project(
            "thresholds: [max<60s]\nsteps:\n  - {id: one, say: tone, audio: burst.wav}\n"
                + "  - {id: two, say: tone, audio: burst.wav, pause: 500ms}\n")
        #expect(try await project.run(["--output", "Reports/first"]).code == 0)
        let set = try await BenchProgram.run(
            ["baseline", "set", "main", "--from", "Reports/first"], in: project.folder)
        #expect(set.code == 0)
        let before = try ["Reports/first/result.json", "Baselines/main.json"].map {
            try Data(contentsOf: URL(fileURLWithPath: project.path($0)))
        }
        let killed = try await BenchProgram.run(
            [
                "run", "tiny", "--assistant", "calibration:50ms", "--pacing-limit", "60m", "--runs", "9",
                "--output",
                "Reports/first",
            ], in: project.folder, watch: { $0.contains("run 2/9  ✓ one") ? [SIGKILL] : [] })
        #expect(killed.wasKilled)
        let after = try ["Reports/first/result.json", "Baselines/main.json"].map {
            try Data(contentsOf: URL(fileURLWithPath: project.path($0)))
        }
        #expect(before == after)
        #expect(project.names(in: "Reports").filter { !$0.hasPrefix(".") } == ["first"])
        // The next run takes the remains away.
        #expect(try await project.run(["--output", "Reports/second"]).code == 0)
        #expect(project.names(in: "Reports") == ["first", "second"])
    }

    @Test func otherRatesWidthsAndChannelsAreHeard() async throws {
        let project = try Project(
            "thresholds: [max<60s]\nsteps:\n"
                + ["8000", "44100", "48000"].map { "  - {id: r\($0), say: tone, audio: r\($0).wav}\n" }
                .joined())
        for rate in [8_000, 44_100, 48_000] {
            try AudioFile.write(
                Project.burst(sampleRate: rate), to: project.path("Scenarios/r\(rate).wav"))
        }
        let outcome = try await project.run()
        #expect(outcome.code == 0, "\(outcome.err)")
        #expect(outcome.err.contains("has no note beside it"))
    }
}
