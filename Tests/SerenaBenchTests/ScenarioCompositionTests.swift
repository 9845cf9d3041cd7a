// Scenarios that include, take parameters, vary and are chosen from.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio
import Testing

@testable import SerenaBench

@Suite struct ScenarioExtensionTests {
    private static func parse(_ lines: String, _ values: [String: String] = [:]) throws -> Scenario {
        try Scenario.parse("name: t\n" + lines, path: "t.yaml", bindings: ScenarioBindings(values: values))
    }

    private static let step = "\nsteps: [{id: a, say: hi}]"

    @Test func everyFieldOfAVaryingTalkIsRead() throws {
        let scenario = try Self.parse(
            """
            tags: [show, quick]
            warmup: 2
            users: 3
            repeat: 4
            conditions: [level(-26dB), babble(10dB)+room(0.8s)]
            matrix: {voice: [amy, ben], condition: [clean, hum(5dB)]}
            thresholds: [{threshold: p(50)<1s, class: elsewhere}]
            steps:
              - {id: a, say: hi}
              - id: b
                say: stop
                at: {during: a, after: 200ms}
                tags: late
                class: elsewhere
                conditions: loss(3%, 80ms)
                expectedFailure: not yet
                expect: {events: [intent x, recall y], stopsWithin: 300ms}
              - {id: c, say: now, at: 90s, expect: {heardToEnd: true}}
            """)
        #expect(scenario.tags == ["show", "quick"] && scenario.warmup == 2 && scenario.users == 3)
        #expect(scenario.repetition == .times(4))
        let room = Condition.room(reverberation: .milliseconds(800))
        #expect(scenario.conditions == [.level(-26), .noise(.babble, signalToNoise: 10), room])
        #expect(scenario.matrix.map(\.name) == ["voice", "condition"])
        #expect(scenario.thresholds[0].turnClass == .elsewhere)
        let second = scenario.steps[1]
        #expect(second.start == .during(step: "a", after: .milliseconds(200)))
        #expect(second.tags == ["late"] && second.turnClass == .elsewhere)
        #expect(second.conditions == [.loss(share: 0.03, burst: .milliseconds(80))])
        #expect(second.expectedFailure == "not yet")
        #expect(second.expect.events == ["intent x", "recall y"])
        #expect(second.expect.stopsWithin == .milliseconds(300))
        #expect(scenario.steps[2].start == .at(.seconds(90)))
        #expect(scenario.steps[2].expect.isHeardToEnd && !second.expect.isHeardToEnd)
    }

    @Test(arguments: [
        ("conditions: babbel(10dB)\(step)", 2, 13, "did you mean 'babble'"),
        ("conditions: babble(loud)\(step)", 2, 13, "babble(10dB)"),
        ("conditions: loss(nan%)\(step)", 2, 13, "write it like loss(3%)"),
        ("conditions: room(-1s)\(step)", 2, 13, "write it like room(0.8s)"),
        ("duration: 25h\(step)", 2, 11, "between 1s and 24h"),
        ("duration: 1m\nrepeat: 2\(step)", 2, 11, "not both"),
        ("repeat: 0\(step)", 2, 9, "between 1 and"),
        ("users: 65\(step)", 2, 8, "between 1 and 64"),
        ("warmup: -1\(step)", 2, 9, "between 0 and"),
        ("matrix: {voise: [a]}\(step)", 2, 10, "did you mean 'voice'"),
        ("matrix: {voice: []}\(step)", 2, 17, "no values"),
        ("matrix: {voice: [a, a]}\(step)", 2, 21, "given twice"),
        ("matrix: {condition: [rom(1s)]}\(step)", 2, 22, "did you mean 'room'"),
        ("parameters: {voice: a}\(step)", 2, 14, "meaning of its own"),
        ("parameters: {city: Rome}\nsteps: [{id: a, say: 'to ${cty}'}]", 3, 22, "did you mean 'city'"),
        ("steps: [{id: a, say: 'to ${city'}]", 2, 22, "no '}'"),
        ("steps: [{id: a, say: hi, at: -1s}]", 2, 30, "duration such as"),
        ("steps: [{id: a, say: hi, at: .nan}]", 2, 30, "duration such as"),
        ("steps: [{id: a, say: hi, at: 1s, pause: 1s}]", 2, 41, "has no 'pause'"),
        ("steps: [{id: a, say: hi, at: {after: 1s}}]", 2, 30, "no 'during'"),
        ("steps: [{id: a, say: hi, at: {during: b}}]", 2, 39, "no step 'b'"),
        ("steps: [{id: a, say: hi, class: locl}]", 2, 33, "did you mean 'local'"),
        ("steps: [{id: a, say: hi, tags: [A B]}]", 2, 33, "lower-case"),
        ("steps: [{id: a, say: hi, expect: {stopsWithin: soon}}]", 2, 48, "300ms"),
        ("steps: [{id: a, say: hi, expect: {heardToEnd: maybe}}]", 2, 47, "true or false"),
        ("steps: [{id: a, say: hi, expect: {heardToEnd: true, stopsWithin: 1s}}]", 2, 66, "cannot be expected to stop"),
        ("steps: [{id: a, say: hi, expectedFailure: ''}]", 2, 43, "must not be empty"),
        ("steps: [{id: a, say: hi, faults: random-pair}]", 2, 34, "one of"),
        ("steps: [{include: x.yaml}]", 2, 19, "cannot be included"),
        ("steps:\n  - {id: a, say: hi, say: ho}", 3, 13, "given twice"),
    ])
    func mistakesAreNamedWithLineAndColumn(_ yaml: String, _ line: Int, _ column: Int, _ message: String) throws {
        let error = try #require(throws: ScenarioError.self) { try Self.parse(yaml) }
        let problem = try #require(error.problems.first { $0.message.contains(message) }, "\(error)")
        #expect(problem.line == line && problem.column == column, "\(error)")
    }

    @Test func parametersStandInAnyValue() throws {
        let lines = """
            parameters: {city: Rome, runs: 3, limit: 400ms}
            runs: ${runs}
            thresholds: ["p(95)<${limit}"]
            steps: [{id: a, say: "To ${city} for $${5}", expect: {latency: "<${limit}", response: ["${city}"]}}]
            """
        let scenario = try Self.parse(lines)
        #expect(scenario.runs == 3 && scenario.thresholds[0].limit == .milliseconds(400))
        #expect(scenario.steps[0].say == "To Rome for ${5}")
        #expect(scenario.steps[0].expect.response == [.contains("Rome")])
        #expect(try Self.parse(lines, ["city": "Oslo", "runs": "5"]).steps[0].say == "To Oslo for ${5}")
        #expect(try Self.parse(lines, ["runs": "5"]).runs == 5)
        #expect(throws: ScenarioError.self) { try Self.parse(lines, ["runs": "many"]) }
        #expect(throws: ScenarioError.self) { try Self.parse(lines, ["town": "Oslo"]) }
    }

    @Test func parametersCannotBlowAScenarioUp() throws {
        let value = String(repeating: "x", count: 1_900)
        let many = String(repeating: "${a}", count: 40_000)
        let error = try #require(throws: ScenarioError.self) {
            try Self.parse("parameters: {a: \(value)}\ndescription: \"\(many)\"\(Self.step)")
        }
        #expect(error.description.contains("larger than it may be"))
    }

    @Test func settingsOfTheAssistantCanBeSet() throws {
        let lines = "assistant: {recognizer: moonshine}" + Self.step
        #expect(try Self.parse(lines, ["recognizer": "pocketsphinx"]).assistant == ["recognizer": ["pocketsphinx"]])
        #expect(try Self.parse(lines, ["assistant.name": "Eva"]).assistant["name"] == ["Eva"])
        #expect(try Self.parse(lines, ["condition": "hum(5dB)"]).conditions == [.noise(.hum, signalToNoise: 5)])
        let spoken = try Self.parse(lines, ["voice": "ben"])
        #expect(spoken.steps[0].voice == "ben" && spoken.steps[0].audio == "audio/t/ben/a.wav")
    }

    @Test func aMatrixGivesEveryCombination() throws {
        let scenario = try Self.parse("parameters: {n: one}\nmatrix: {voice: [a, b], n: [one, two, three]}" + Self.step)
        #expect(scenario.variants().count == 6)
        #expect(scenario.variants()[1] == ["voice": "a", "n": "two"])
        #expect(scenario.variants(fixing: ["voice": "c"]).count == 3)
        let values = (0..<15).map(String.init).joined(separator: ", ")
        let error = try #require(throws: ScenarioError.self) {
            try Self.parse("matrix: {voice: [\(values)], assistant.x: [\(values)]}" + Self.step)
        }
        #expect(error.description.contains("225 variants"))
    }

    @Test func randomFaultsComeFromTheSeed() throws {
        func faults(_ seed: UInt64) throws -> [[Fault]] {
            let steps = (0..<20).map { "{id: s\($0), say: hi, faults: random-pairs}" }.joined(separator: ", ")
            return try Scenario.parse(
                "name: t\nsteps: [\(steps)]", path: "t", bindings: ScenarioBindings(seed: seed)
            ).steps.map(\.faults)
        }
        #expect(try faults(1) == faults(1))
        #expect(try faults(1) != faults(2))
        // What was broken before is mended, then come two different faults.
        for step in try faults(1) {
            let harms = step.suffix(2)
            #expect(Set(harms).count == 2 && harms.allSatisfy { $0.recovery != nil })
            #expect(Set(step.dropLast(2)) == Set(Fault.allCases.filter { $0.recovery == nil }))
        }
    }
}

@Suite struct ScenarioInclusionTests {
    private static func folder(_ files: [String: String]) throws -> String {
        let root = try temporaryFolder()
        for (name, text) in files {
            let url = URL(fileURLWithPath: "\(root)/Scenarios/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        return root
    }

    @Test func whatIsIncludedStandsWhereItIsNamed() throws {
        let root = try Self.folder([
            "main.yaml": """
            name: main
            include: parts/first.yaml
            parameters: {who: Ann}
            steps: [{id: c, say: "${who} here"}, {include: parts/deep/last.yaml}, {id: e, say: bye}]
            """,
            "parts/first.yaml": "include: second.yaml\nvoices: {amy: x}\nsteps: [{id: b, say: hi, voice: amy}]",
            "parts/second.yaml": "parameters: {who: Bob, what: tea}\nsteps: [{id: a, say: \"${who}, ${what}?\"}]",
            "parts/deep/last.yaml": "steps: [{id: d, say: last}]",
        ])
        defer { try? FileManager.default.removeItem(atPath: root) }
        let (scenario, inputs) = try LoadedScenario.parse(root + "/Scenarios/main.yaml")
        #expect(scenario.steps.map(\.id) == ["a", "b", "c", "d", "e"])
        #expect(scenario.steps.map(\.say) == ["Ann, tea?", "hi", "Ann here", "last", "bye"])
        #expect(scenario.steps[0].audio == "audio/main/a.wav")
        #expect(
            inputs.keys.sorted() == ["main.yaml", "parts/deep/last.yaml", "parts/first.yaml", "parts/second.yaml"])
    }

    @Test(arguments: [
        ("include: main.yaml", "includes itself"), ("include: a.yaml", "includes itself"),
        ("include: /etc/passwd", "absolute"), ("include: ../../secret.yaml", "outside"),
        ("include: none.yaml", "cannot be included"), ("include: link.yaml", "outside"),
        ("include: bad.yaml", "Scenarios/bad.yaml:2:13"), ("include: empty.yaml", "empty"),
        ("include: d0.yaml", "more than 8 deep"), ("include: [fine.yaml, fine.yaml]", "exists already"),
    ])
    func whatCannotBeIncludedIsRefused(_ line: String, _ message: String) throws {
        var files = [
            "main.yaml": "name: main\n\(line)\nsteps: [{id: z, say: hi}]", "a.yaml": "include: b.yaml",
            "b.yaml": "include: a.yaml", "bad.yaml": "steps:\n  - {id: q, sai: x}", "empty.yaml": "",
            "fine.yaml": "steps: [{id: f, say: hi}]",
        ]
        for depth in 0..<12 { files["d\(depth).yaml"] = "include: d\(depth + 1).yaml" }
        let root = try Self.folder(files)
        defer { try? FileManager.default.removeItem(atPath: root) }
        try FileManager.default.createSymbolicLink(
            atPath: root + "/Scenarios/link.yaml", withDestinationPath: "/etc/hostname")
        let error = try #require(throws: BenchError.self) { try LoadedScenario.parse(root + "/Scenarios/main.yaml") }
        #expect(error.exitCode == .usage && error.message.contains(message), "\(error.message)")
    }
}

@Suite struct ScenarioSelectionTests {
    private static let yaml = """
        name: t
        tags: [show]
        matrix: {condition: [clean, babble(10dB)]}
        steps:
          - {id: hello, say: hi, tags: [greeting]}
          - {id: sum, say: sum, tags: [figures]}
          - {id: stop, say: stop, at: {during: sum}}
          - {id: bye, say: bye, tags: [greeting], after: sum}
        """

    private static func chosen(tags: [String], filter: String?) throws -> [[String]?] {
        let scenario = try Scenario.parse(yaml, path: "t")
        let selection = ScenarioSelection(tags: tags, filter: try filter.map { try StepFilter($0) })
        return scenario.variants().map { selection.chosen(in: scenario, variant: $0)?.sorted() }
    }

    private static let all = ["bye", "hello", "stop", "sum"]

    @Test(
        arguments: [
            ([], nil, [all, all]), (["greeting"], nil, [["bye", "hello"], ["bye", "hello"]]),
            (["show"], nil, [all, all]),
            ([], "HELLO", [["hello"], ["hello"]]), ([], "/^s/", [all, all]),
            ([], "/^(sum|bye)$/", [["bye", "sum"], ["bye", "sum"]]),
            ([], "stop", [["stop", "sum"], ["stop", "sum"]]), ([], "babble", [nil, all]), ([], "nothing", [nil, nil]),
            (["figures"], "babble", [nil, ["sum"]]), (["none"], nil, [nil, nil]),
        ] as [([String], String?, [[String]?])])
    func stepsAndVariantsAreChosen(_ tags: [String], _ filter: String?, _ expected: [[String]?]) throws {
        #expect(try Self.chosen(tags: tags, filter: filter) == expected)
    }

    @Test func whatSetsNothingIsRefused() throws {
        #expect(try ScenarioSelection.values(["a=b=c", "d= e"]) == ["a": "b=c", "d": " e"])
        for pairs in [["a"], ["=b"], ["a="], ["a=1", "a=2"]] {
            #expect(throws: BenchError.self) { try ScenarioSelection.values(pairs) }
        }
        #expect(throws: BenchError.self) { try StepFilter("/(/") }
        #expect(throws: BenchError.self) { try StepFilter("") }
    }

    @Test func variantsHaveFoldersOfTheirOwn() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/t.yaml"
        try Data(
            "name: t\nmatrix: {condition: [clean, babble(10dB)]}\nsteps: [{id: a, say: tone, audio: a.wav}, {id: b, say: x, audio: b.wav}]"
                .utf8
        )
        .write(to: URL(fileURLWithPath: path))
        let silence = [Float](repeating: 0, count: 1_600)
        let sound = Recording(samples: silence + CalibrationAssistant.burst + silence, sampleRate: 16_000)
        try AudioFile.write(sound, to: folder + "/a.wav")
        try AudioFile.write(
            Recording(samples: sound.samples.map { -$0 } + silence, sampleRate: 16_000), to: folder + "/b.wav")
        let variants = try ScenarioSelection().load(path)
        #expect(variants.map(\.folderName) == ["t-clean", "t-babble-10db"])
        #expect(variants.map(\.variant) == [["condition": "clean"], ["condition": "babble(10dB)"]])
        #expect(variants[0].steps[0].surroundings.bed == nil)
        // The noise does not depend on what is chosen.
        let again = try LoadedScenario(
            path: path, bindings: ScenarioBindings(values: ["condition": "babble(10dB)"]), steps: ["a"])
        #expect(again.steps[0].surroundings == variants[1].steps[0].surroundings)
        // The ratio reached is told.
        let notice = try #require(variants[1].notices.first { $0.contains("ratio") })
        let words = notice.split(separator: " ").compactMap { Double($0) }
        #expect(words.count == 2 && words.allSatisfy { abs($0 - 10) <= 0.5 }, "\(notice)")
        let error = try #require(throws: BenchError.self) {
            try ScenarioSelection(filter: try StepFilter("nothing")).load(path)
        }
        #expect(error.exitCode == .usage)
    }
}

@Suite struct ConditionTextTests {
    @Test(arguments: ConditionText.examples.filter { $0.name != "loss" })
    func everyExampleIsRead(_ name: String, _ example: String) throws {
        #expect(try ConditionText.parse(example).count == (name == "clean" ? 0 : 1))
    }

    @Test func severalHoldAtOnce() throws {
        #expect(
            try ConditionText.parse(" pink( 5 dB ) + telephone+drift(-50ppm)") == [
                .noise(.pink, signalToNoise: 5), .telephone, .drift(partsPerMillion: -50),
            ])
        #expect(try ConditionText.parse("loss(3%)") == [.loss(share: 0.03, burst: nil)])
    }

    @Test(arguments: [
        "", "+", "babble", "babble()", "babble(10)", "babble(1e3dB)", "babble(nandB)", "babble(10dB", "babble 10dB",
        "gain(99dB)", "level(3dB)", "room(0s)", "room(1h)", "loss(100%)", "loss(3%,)", "dropouts(1s)", "telephone(1)",
        "clean(1)", String(repeating: "telephone+", count: 20) + "clean",
    ])
    func otherTextIsNoCondition(_ text: String) {
        #expect(throws: ConditionText.Problem.self) { try ConditionText.parse(text) }
    }
}
