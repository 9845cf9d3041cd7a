// Baselines, comparisons, reports, notes and calibration, from the outside.

import Foundation
import Testing

@Suite struct FileCommandTests {
    @Test func aBaselineIsSetListedShownAndComparedWith() async throws {
        let project = try Project()
        #expect(try await project.run(["--output", "first"]).code == 0)
        let run = { (arguments: [String]) in try await BenchProgram.run(arguments, in: project.folder) }
        #expect(try await run(["baseline", "set", "main", "--from", "first"]).code == 0)
        #expect(try await run(["baseline", "list"]).out.hasPrefix("main  tiny  1 turn"))
        #expect(try await run(["baseline", "show", "main"]).out.contains("calibration"))
        let compared = try await run(["compare", "main", "first/result.json"])
        #expect(compared.code == 0 && compared.out.contains("described, not judged"))
        #expect(compared.err.contains("advisory") && compared.out.contains("judged from 10 runs on"))
        #expect(try await project.run(["--output", "second", "--baseline", "main"]).code == 0)
        let comparisons = try project.json("second/result.json")["comparisons"] as? [[String: Any]]
        #expect(comparisons?.count == 3 && comparisons?.first?["verdict"] as? String == "DESCRIBED")
    }

    @Test func aPromotedBaselineKeepsTheReasonAndWhatItReplaced() async throws {
        let project = try Project()
        let run = { (arguments: [String]) in try await BenchProgram.run(arguments, in: project.folder) }
        for name in ["first", "second"] { #expect(try await project.run(["--output", name]).code == 0) }
        let promote = ["baseline", "promote", "main", "--from", "second", "--because"]
        #expect(try await run(promote + ["faster"]).code == 5)
        #expect(try await run(["baseline", "set", "main", "--from", "first", "--from", "second"]).code == 0)
        #expect((try project.json("Baselines/main.json")["sessions"] as? [Any])?.count == 2)
        #expect(try await run(["baseline", "set", "twice", "--from", "first", "--from", "first"]).code == 64)
        #expect(try await run(promote + [" "]).code == 64)
        #expect(try await run(promote + ["it is faster"]).code == 0)
        let promoted = try project.json("Baselines/main.json")
        #expect(promoted["promotedBecause"] as? String == "it is faster")
        #expect((promoted["replacesSHA256"] as? String)?.count == 64)
        #expect(try await run(["baseline", "show", "main"]).out.contains("it is faster"))
    }

    @Test func twoBuildsAreMeasuredInPairs() async throws {
        let project = try Project()
        let program = try BenchProgram.path()
        let build = { (delay: String) throws in
            try project.write(
                "build\(delay)", "#!/bin/sh\nexec '\(program)' \"$@\" --assistant calibration:\(delay)ms\n")
            return "sh build\(delay)"
        }
        let outcome = try await BenchProgram.run(
            [
                "ab", "tiny", "--a-command", try build("20"), "--b-command", try build("60"), "--runs", "2", "--warmup",
                "0", "--no-extension", "--pacing-limit", "1s", "--output", "out",
            ], in: project.folder)
        // Two pairs decide nothing.
        #expect(outcome.code == 8 && outcome.out.contains("DESCRIBED"), "\(outcome.err)")
        let sides = try ["a", "b"].map { try project.json("out/ab.json")[$0] as? [String: Any] }
        #expect(sides.allSatisfy { ($0?["samples"] as? [Any])?.count == 2 })
        #expect(project.names(in: "out") == ["ab.json"])
        let broken = try await BenchProgram.run(
            ["ab", "tiny", "--a-command", "false", "--b-command", "true", "--warmup", "0", "--output", "other"],
            in: project.folder)
        #expect(broken.code == 3 && broken.err.contains("left no result") && !project.exists("other"))
    }

    @Test func changedInputsRefuseToCompare() async throws {
        let project = try Project()
        #expect(try await project.run(["--output", "first"]).code == 0)
        let set = try await BenchProgram.run(
            ["baseline", "set", "main", "--from", "first"], in: project.folder)
        #expect(set.code == 0)
        try project.write("Scenarios/tiny.yaml", "name: tiny\npatience: 21s\n" + Project.oneStep)
        let refused = try await project.run(["--baseline", "main"])
        #expect(refused.code == 5 && refused.err.contains("tiny.yaml is not what it was"))
        #expect(try await project.run(["--output", "second"]).code == 0)
        let compared = try await BenchProgram.run(["compare", "main", "second"], in: project.folder)
        #expect(compared.code == 5)
    }

    @Test func anInterruptedResultCannotBecomeABaseline() async throws {
        let project = try Project(
            "thresholds: [max<60s]\nsteps:\n  - {id: one, say: tone, audio: burst.wav}\n"
                + "  - {id: two, say: tone, audio: burst.wav, pause: 2s}\n")
        let interrupted = try await BenchProgram.run(
            ["run", "tiny", "--assistant", "calibration:50ms", "--output", "out", "--runs", "9"],
            in: project.folder,
            watch: { $0.contains("✓ one") ? [SIGINT] : [] })
        #expect(interrupted.code == 8)
        let set = try await BenchProgram.run(
            ["baseline", "set", "main", "--from", "out"], in: project.folder)
        #expect(
            set.code == 8 && set.err.contains("interrupted") && !project.exists("Baselines/main.json"))
    }

    @Test func reportsAreRenderedAgainAlike() async throws {
        let project = try Project()
        #expect(try await project.run(["--output", "out"]).code == 0)
        let again = try await BenchProgram.run(
            ["report", "out", "--output", "again"], in: project.folder)
        #expect(again.code == 0)
        for name in ["report.md", "report.html", "junit.xml", "metrics.prom"] {
            let both = try ["out", "again"].map {
                try Data(contentsOf: URL(fileURLWithPath: project.path("\($0)/\(name)")))
            }
            #expect(both[0] == both[1])
        }
    }

    @Test func anAnnotatedRecordingNeedsNoNoticeAndAChangedOneIsRefused() async throws {
        let project = try Project()
        let annotate = {
            try await BenchProgram.run(
                ["annotate", "Scenarios/burst.wav", "--text", "tone"], in: project.folder)
        }
        #expect(try await annotate().code == 0)
        let note = try project.json("Scenarios/burst.json")
        #expect(note["speechStartSample"] as? Int == 1_600 && note["speechEndSample"] as? Int == 6_399)
        let clean = try await project.run()
        #expect(clean.code == 0 && !clean.err.contains("has no note"))
        try project.write(
            "Scenarios/tiny.yaml", "name: tiny\nsteps:\n  - {id: one, say: other, audio: burst.wav}\n")
        let other = try await project.run()
        #expect(other.code == 64 && other.err.contains("says 'tone', but the step says 'other'"))
    }

    @Test func theLinesOfAScenarioNeedNoRecordings() async throws {
        let project = try Project("steps:\n  - {id: one, say: Hello there., voice: amy}\n  - {id: two, say: Bye.}\n")
        let outcome = try await BenchProgram.run(["lines", "tiny"], in: project.folder)
        let base = project.path("Scenarios/audio/tiny")
        #expect(outcome.out == "\(base)/one.wav\tamy\tHello there.\n\(base)/two.wav\tpresenter\tBye.\n")
        #expect(outcome.code == 0)
    }

    @Test func calibrationPrintsItsErrorAndItsCodeFollowsIt() async throws {
        let project = try Project()
        let outcome = try await BenchProgram.run(
            ["calibrate", "--delays", "0,20ms", "--repeats", "2"], in: project.folder)
        let line = try #require(outcome.out.firstMatch(of: /measuring error: ([0-9.]+) ms/))
        let error = try #require(Double(line.1))
        // A busy machine may be late; then the code must say so.
        #expect(outcome.code == (error <= 5 ? 0 : 8), "\(outcome.out)")
        #expect(outcome.out.contains("0.0 ms") && outcome.out.contains("20 ms"))
    }

    @Test func theDoctorNamesWhatIsBroken() async throws {
        let project = try Project()
        let well = try await BenchProgram.run(["doctor"], in: project.folder)
        #expect(well.out.contains("tiny, with all recordings"))
        try FileManager.default.removeItem(atPath: project.path("Scenarios/burst.wav"))
        let ill = try await BenchProgram.run(["doctor"], in: project.folder)
        #expect(ill.code == 3 && ill.out.contains("burst.wav"))
    }
}
