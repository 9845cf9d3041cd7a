// Bad input, from the outside: one clear message and the documented exit code.

import Foundation
import SerenaAudio
import Testing

@Suite struct BadInputTests {
    @Test(
        arguments: [
            ([], 64, "no command"), (["nonsense"], 64, "nonsense"), (["run"], 64, "scenario"),
            (["run", "none"], 64, "none"),
            (["run", "tiny", "--runs", "0"], 64, "--runs"), (["run", "tiny", "--runs", "x"], 64, "x"),
            (["run", "tiny", "--assistant", "hal"], 64, "hal"), (["run", "Scenarios"], 64, "folder"),
            (["run", "empty"], 64, "empty"), (["run", "binary"], 64, "UTF-8"),
            (["run", "wrong"], 64, "wrong.yaml:4:3"),
            (["run", "lost"], 64, "gone.wav"), (["run", "silent"], 64, "no speech"),
            (["run", "truncated"], 64, "cut.wav"),
            (["run", "notsound"], 64, "notsound.yaml"),
            (["run", "changed"], 64, "serena-bench annotate"),
            (["run", "tiny", "--baseline", "none"], 5, "no baseline 'none'"),
            (["compare", "none", "Scenarios"], 5, "no baseline 'none'"),
            (["baseline", "show", "broken"], 5, "broken.json"),
            (["baseline", "set", "x", "--from", "none"], 64, "none"),
            (["baseline", "set", "../x", "--from", "y"], 64, "y"), (["baseline", "set", "x"], 64, "--from"),
            (["baseline", "promote", "x", "--from", "y"], 64, "--because"),
            (["baseline", "promote", "none", "--from", "y", "--because", "z"], 5, "no baseline 'none'"),
            (["ab", "tiny"], 64, "nothing sets the sides apart"), (["ab", "tiny", "--a", "x"], 64, "no setting"),
            (["ab", "tiny", "--a", "x=1", "--a-command", "y"], 64, "not both"),
            (["ab", "tiny", "--a", "x=1", "--runs", "0"], 64, "--runs"),
            (["ab", "tiny", "--a", "mood=bad", "--warmup", "0", "--output", "o"], 3, "no setting 'mood'"),
            (["gate-check"], 5, "no baseline 'gate-check'"), (["gate-check", "--from", "half.json"], 64, "cut off"),
            (["gate-check", "--fresh", "5"], 64, "--fresh"), (["gate-check", "--trials", "0"], 64, "--trials"),
            (["report", "Scenarios/tiny.yaml"], 64, "not whole JSON"),
            (["report", "half.json"], 64, "cut off"),
            (["report", "none.json"], 64, "no file"),
            (["report", "blank.json"], 64, "blank.json is empty"),
            (["report", "half.json"], 64, "half.json:1:30"),
            (["report", "half.json", "--format", "pdf"], 64, "pdf"),
            (["report", "half.json", "--format", "md", "--output", "x"], 64, "use one of the two"),
            (["schema", "x"], 64, "x"),
            (["history"], 64, "no history yet"),
            (["history", "--limit", "0"], 64, "--limit"),
            (["history", "import", "half.json"], 64, "half.json"),
            (["annotate", "Scenarios/tiny.yaml"], 64, "tiny.yaml"),
            (["calibrate", "--delays", "abc"], 64, "abc"),
            (["calibrate", "--repeats", "0"], 64, "--repeats"),
            (["run", "tiny", "--output", "Scenarios/tiny.yaml/x"], 6, "cannot be written"),
            (["run", "tiny", "--output", "Scenarios/tiny.yaml"], 6, "it is a file"),
            (["run", "tiny", "--output", "Scenarios"], 6, "left alone"),
            (["run", "tiny", "--output", "/proc/x"], 6, "/proc/x"),
            (["run", "tiny", "--output", "/dev/null/x"], 6, "not a folder"),
        ] as [([String], Int32, String)])
    func isRefusedWithACode(_ arguments: [String], _ code: Int32, _ message: String) async throws {
        let project = try Project()
        try fill(project)
        let outcome = try await BenchProgram.run(arguments, in: project.folder)
        let said = outcome.out + outcome.err
        #expect(outcome.code == code && !outcome.wasKilled, "\(said)")
        #expect(said.contains(message), "\(said)")
        #expect(!said.contains("Swift/") && !said.contains("Fatal"))
        #expect(project.names(in: ".").filter { $0.hasPrefix(".partial") }.isEmpty)
    }

    private func fill(_ project: Project) throws {
        try FileManager.default.createDirectory(
            atPath: project.path("Baselines"), withIntermediateDirectories: true)
        try project.write("Baselines/broken.json", "{\"kind\": \"base")
        try project.write("half.json", "{\"kind\": \"result\", \"turns\": [")
        try project.write("blank.json", "")
        try project.write("Scenarios/empty.yaml", "")
        try Data([0xFF, 0xFE, 0x00, 0xD8]).write(
            to: URL(fileURLWithPath: project.path("Scenarios/binary.yaml")))
        try project.write(
            "Scenarios/wrong.yaml", "name: wrong\nsteps: [{id: a, say: hi}]\n# c\n  sez: 1\n")
        for (name, audio) in [
            ("lost", "gone.wav"), ("silent", "silent.wav"), ("truncated", "cut.wav"),
            ("notsound", "notsound.yaml"),
            ("changed", "changed.wav"),
        ] {
            try project.write(
                "Scenarios/\(name).yaml", "name: \(name)\nsteps:\n  - {id: a, say: tone, audio: \(audio)}\n"
            )
        }
        let silence = Recording(samples: [Float](repeating: 0, count: 16_000), sampleRate: 16_000)
        try AudioFile.write(silence, to: project.path("Scenarios/silent.wav"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: project.path("Scenarios/burst.wav")))
        try whole.prefix(whole.count / 2).write(
            to: URL(fileURLWithPath: project.path("Scenarios/cut.wav")))
        try whole.write(to: URL(fileURLWithPath: project.path("Scenarios/changed.wav")))
        try project.write(
            "Scenarios/changed.json",
            """
            {"schemaVersion": 1, "kind": "recording", "text": "tone", "voice": null, "sha256": "00",
             "sampleRate": 16000, "speechStartSample": 1600, "speechEndSample": 6399,
             "speechStartNs": 100000000, "speechEndNs": 400000000}
            """)
    }

    @Test func aFullDiskIsOneMessageAndNoReport() async throws {
        let project = try Project()
        // No file may grow beyond 8 KiB, as if the disk ended there; the signal is ignored, so that writing fails.
        let outcome = try await project.run(["--output", "out"], prelude: "trap '' XFSZ; ulimit -f 8")
        #expect(outcome.code == 6 && !outcome.wasKilled, "\(outcome.err)")
        #expect(outcome.err.contains("cannot be written") && !project.exists("out"))
        #expect(project.names(in: ".").allSatisfy { !$0.hasPrefix(".partial") })
    }

    @Test func helpAndVersionAreNoErrors() async throws {
        let project = try Project()
        let help = try await BenchProgram.run(["--help"], in: project.folder)
        #expect(help.code == 0 && help.out.contains("Exit codes") && help.out.contains("64"))
        for command in [
            "run", "scenario", "baseline", "compare", "ab", "gate-check", "calibrate", "report", "history", "schema",
            "annotate", "lines", "doctor", "gate", "readiness", "suite", "replay", "simulate", "clocks",
        ] {
            #expect(help.out.contains(command))
            #expect(try await BenchProgram.run([command, "--help"], in: project.folder).code == 0)
        }
        #expect(try await BenchProgram.run(["--version"], in: project.folder).code == 0)
    }
}
