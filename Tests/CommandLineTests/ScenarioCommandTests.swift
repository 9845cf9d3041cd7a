// The scenario commands, and the options that choose and set, from the outside.

import Foundation
import Testing

@Suite struct ScenarioCommandTests {
    @Test func aNewScenarioHoldsAsItStandsAndIsNeverOverwritten() async throws {
        let project = try Project()
        let new = try await BenchProgram.run(["scenario", "new", "lunch"], in: project.folder)
        #expect(new.code == 0 && new.out == "Scenarios/lunch.yaml\n", "\(new.err)")
        let lint = try await BenchProgram.run(["scenario", "lint", "lunch", "tiny"], in: project.folder)
        #expect(lint.code == 0 && lint.out.contains("lunch.yaml: 2 steps, nothing wrong"), "\(lint.out)\(lint.err)")
        #expect(lint.err.contains("not recorded yet"))
        try project.write("Scenarios/lunch.yaml", "mine")
        let again = try await BenchProgram.run(["scenario", "new", "lunch"], in: project.folder)
        #expect(again.code == 6 && again.err.contains("left alone"))
        #expect(try String(contentsOfFile: project.path("Scenarios/lunch.yaml"), encoding: .utf8) == "mine")
    }

    @Test func aListNamesEveryScenarioAlsoABrokenOne() async throws {
        let project = try Project()
        try project.write("Scenarios/broken.yaml", "name: [")
        let list = try await BenchProgram.run(["scenario", "list"], in: project.folder)
        #expect(
            list.code == 0 && list.out.contains("tiny") && list.out.contains("broken")
                && list.out.contains("lint broken"))
    }

    @Test func theSchemaIsJSON() async throws {
        let project = try Project()
        let schema = try await BenchProgram.run(["scenario", "schema"], in: project.folder)
        let object = try JSONSerialization.jsonObject(with: Data(schema.out.utf8)) as? [String: Any]
        #expect(schema.code == 0 && object?["$defs"] != nil)
    }

    @Test(
        arguments: [
            (["scenario"], 64, "subcommand"), (["scenario", "lint", "wrong"], 64, "wrong.yaml:2:1"),
            (["scenario", "lint", "tiny", "wrong"], 64, "did you mean 'steps'"),
            (["scenario", "show", "tiny", "--filter", "nothing"], 64, "no step"),
            (["scenario", "new", "A B"], 64, "lower-case"), (["scenario", "new", "../x"], 64, "lower-case"),
            (["run", "tiny", "--set", "speed=2"], 64, "nothing called 'speed'"),
            (["run", "tiny", "--set", "x"], 64, "name=value"),
            (["run", "tiny", "--filter", "nothing"], 64, "no step"),
            (["run", "tiny", "--filter", "/(/"], 64, "regular"),
            (["run", "tiny", "--tag", "nothing"], 64, "no step"),
            (["run", "tiny", "--set", "condition=babbel(3dB)"], 64, "did you mean 'babble'"),
        ] as [([String], Int32, String)])
    func mistakesAreNamed(_ arguments: [String], _ code: Int32, _ message: String) async throws {
        let project = try Project()
        try project.write("Scenarios/wrong.yaml", "name: wrong\nstepps: []\n")
        let outcome = try await BenchProgram.run(arguments, in: project.folder)
        #expect(arguments == ["scenario"] || outcome.code == code, "\(outcome.err)")
        #expect((outcome.out + outcome.err).lowercased().contains(message.lowercased()), "\(outcome.out)\(outcome.err)")
        #expect(project.names(in: "Reports").isEmpty)
    }

    @Test func everyVariantHasAReportOfItsOwn() async throws {
        let project = try Project(
            """
            thresholds: [max<60s]
            parameters: {word: tone}
            matrix: {condition: [clean, gain(-3dB)]}
            steps: [{id: one, say: "${word}", audio: burst.wav}, {id: two, say: tone, audio: burst.wav}]
            """)
        let outcome = try await project.run(["--output", "out", "--filter", "one"])
        #expect(outcome.code == 0, "\(outcome.err)")
        #expect(project.names(in: "out") == ["tiny-clean", "tiny-gain-3db"])
        #expect(outcome.err.contains("variant") && outcome.err.contains("1 of 1"))
        let settings = try project.json("out/tiny-gain-3db/result.json")["settings"] as? [String: Any]
        #expect(settings?["variant"] as? [String: String] == ["condition": "gain(-3dB)"])
        let one = try await project.run(["--output", "one", "--set", "condition=clean", "--set", "word=noise"])
        #expect(one.code == 0 && project.exists("one/result.json"), "\(one.err)")
    }

    @Test func severalUsersTalkAtOnceAndATalkIsRepeated() async throws {
        let project = try Project(
            "thresholds: [max<60s]\nusers: 2\nrepeat: 2\nsteps: [{id: one, say: tone, audio: burst.wav}]\n")
        let outcome = try await project.run(["--output", "out"])
        #expect(outcome.code == 0, "\(outcome.err)")
        let turns = try #require(try project.json("out/result.json")["turns"] as? [[String: Any]])
        #expect(turns.compactMap { $0["step"] as? String } == ["one", "one.2", "one@2", "one.2@2"])
    }

    @Test func aMarkThatIsNoLongerNeededFailsTheRun() async throws {
        let step = "thresholds: [max<60s]\nsteps:\n  - {id: one, say: tone, audio: burst.wav, expectedFailure: not yet"
        let needless = try await Project(step + "}\n").run(["--output", "out"])
        #expect(needless.code == 3 && needless.err.contains("no longer needed"), "\(needless.err)")
        let needed = try await Project(step + ", expect: {intent: tip}}\n").run(["--output", "out"])
        #expect(needed.code == 0 && needed.err.contains("one: not yet"), "\(needed.err)")
    }
}
