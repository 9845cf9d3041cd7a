// `gate`, `readiness` and `suite`, from the outside.

import Foundation
import Testing

@Suite struct GateAndSuiteTests {
    private static let slow = ["--assistant", "calibration:50ms", "--pacing-limit", "60m"]

    @Test func theGateDecidesOverWhatItRan() async throws {
        let project = try Project("thresholds: [p(50)<60s]\nsteps:\n  - {id: one, say: tone, audio: burst.wav}\n")
        let gate = ["gate", "tiny", "--output", "out"] + Self.slow
        let passed = try await BenchProgram.run(gate + ["--runs", "5"], in: project.folder)
        #expect(passed.code == 0 && passed.out.contains("gate passed"), "\(passed.out)\(passed.err)")
        #expect(project.names(in: "out") == ["gate.json", "tiny"])
        let open = try await BenchProgram.run(
            gate + ["--runs", "1", "--format", "json", "--quiet"], in: project.folder)
        #expect(open.code == 8, "\(open.out)\(open.err)")
        let decision = try JSONSerialization.jsonObject(with: Data(open.out.utf8)) as? [String: Any]
        #expect(decision?["kind"] as? String == "gate" && decision?["exitCode"] as? Int == 8)
    }

    @Test(
        arguments: [
            (["gate"], 64, "scenarios"), (["gate", "tiny", "--runs", "0"], 64, "--runs"),
            (["gate", "none"], 64, "no scenario"),
            (["gate", "tiny", "--baseline", "none"], 5, "no baseline 'none'"),
            (["gate", "tiny", "--format", "xml"], 64, "xml"),
            (["readiness", "none"], 64, "no file"), (["readiness", "Scenarios/tiny.yaml"], 64, "not whole JSON"),
            (["suite"], 64, "suite"), (["suite", "Everything"], 64, "Everything"),
            (["suite", "DemoReadinessTests", "--quick"], 64, "no scenario 'smoke'"),
        ] as [([String], Int32, String)])
    func badUsageIsRefusedWithACode(_ arguments: [String], _ code: Int32, _ message: String) async throws {
        let project = try Project()
        let outcome = try await BenchProgram.run(arguments, in: project.folder, prelude: "unset SERENA_HOME")
        #expect(outcome.code == code && (outcome.out + outcome.err).contains(message), "\(outcome.out)\(outcome.err)")
        #expect(project.names(in: "Reports").filter { $0.hasPrefix(".") }.isEmpty)
    }

    @Test func readinessIsShownAndExpiresWithTheAssistant() async throws {
        let project = try Project()
        #expect(try await project.run(["--output", "out"]).code == 0)
        let shown = try await BenchProgram.run(
            ["readiness", "out", "--assistant", "calibration:50ms"], in: project.folder)
        #expect(shown.code == 0 && shown.out.hasPrefix("NOT PROVEN") && shown.out.contains("9 more runs would tell"))
        let checked = try await BenchProgram.run(
            ["readiness", "out", "--check", "--assistant", "calibration:70ms"], in: project.folder)
        #expect(checked.code == 8 && checked.out.contains("EXPIRED: settings changed"), "\(checked.out)")
    }

    @Test func bothSuitesGiveALineForEachCheck() async throws {
        let project = try Project()
        try project.write(
            "Scenarios/smoke.yaml",
            "name: smoke\nthresholds: [max<60s]\nsteps:\n  - {id: one, say: tone, audio: burst.wav}\n"
                + "  - {id: two, say: tone, audio: burst.wav}\n")
        for (suite, lines) in [("SerenaNetPerformanceTests", 9), ("DemoReadinessTests", 4)] {
            let outcome = try await BenchProgram.run(
                ["suite", suite, "--quick", "--output", "out"] + Self.slow, in: project.folder)
            let result = try project.json("out/suite.json")
            #expect((result["checks"] as? [Any])?.count == lines && result["suite"] as? String == suite)
            #expect(
                Int32(result["exitCode"] as? Int ?? -1) == outcome.code && [0, 3].contains(outcome.code),
                "\(outcome.err)")
            #expect(outcome.out.contains("of \(lines) checks passed"), "\(outcome.out)\(outcome.err)")
        }
    }
}
