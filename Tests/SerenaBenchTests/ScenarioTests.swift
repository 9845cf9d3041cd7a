// Scenario files: what is read, and what is refused with line and column.

import AssistantInterface
import Foundation
import Instrumentation
import Testing

@testable import SerenaBench

@Suite struct ScenarioTests {
    private static let head = "name: t\nsteps:\n  - id: a\n    say: hi\n"

    @Test func everyFieldIsRead() throws {
        let scenario = try Scenario.parse(
            """
            name: ted
            title: "A talk"
            description: About it.
            seed: 7
            runs: 3
            patience: 2s
            assistant: {tasks: [a.ftai, b.ftai], name: Serena}
            voices: {amy: flite rms}
            thresholds: ["p(95)<500ms", {threshold: "p(99.9)<1.5s", level: warn}, max<2s]
            steps:
              - id: first
                say: Hello & welcome *everyone*
                voice: amy
              - id: second
                say: What is two and two?
                audio: other/x.wav
                after: first
                pause: 1.5s
                faults: [network-down]
                required: false
                expect:
                  intent: add
                  slots: {a: 2}
                  response: [four, {matches: "fo+ur"}, {any: [four, "4"]}]
                  latency: <400ms
                  wordErrorRate: 0.3
                  route: vm
              - {id: third, say: psst, expect: {answer: none}}
            """, path: "ted.yaml")
        #expect(scenario.seed == 7 && scenario.runs == 3 && scenario.patience == .seconds(2))
        #expect(scenario.assistant == ["tasks": ["a.ftai", "b.ftai"], "name": ["Serena"]])
        #expect(scenario.thresholds.map(\.metric.text) == ["p(95)", "p(99.9)", "max"])
        #expect(scenario.thresholds.map(\.level) == [.error, .warn, .error])
        #expect(scenario.steps[0].audio == "audio/ted/first.wav")
        #expect(scenario.steps[0].say == "Hello & welcome *everyone*")
        let second = scenario.steps[1]
        #expect(
            second.audio == "other/x.wav" && second.after == "first"
                && second.pause == .milliseconds(1_500))
        #expect(second.faults == [.networkDown] && !second.isRequired)
        #expect(second.expect.slots == ["a": "2"] && second.expect.latency == .milliseconds(400))
        #expect(second.expect.response.count == 3 && second.expect.route == .vm)
        #expect(!scenario.steps[2].expect.isAnswered)
    }

    @Test func withoutThresholdsTheSystemsPromiseIsTheBudget() throws {
        #expect(try Scenario.parse(Self.head, path: "t").thresholds == [.standard])
    }

    @Test(arguments: [
        ("nam: t\nsteps: [{id: a, say: hi}]", 1, 1, "did you mean 'name'"),
        ("name: t\nsteps:\n  - id: a\n    sai: hi", 4, 5, "did you mean 'say'"),
        (
            "name: t\nsteps:\n  - id: a\n    say: hi\n    after: bb\n  - id: b\n    say: x", 5, 12,
            "no step 'bb'"
        ),
        ("name: t\nsteps:\n  - id: a\n    say: hi\n    after: a", 5, 12, "earlier step"),
        ("name: t\nsteps:\n  - id: a\n    say: hi\n  - id: a\n    say: x", 5, 9, "exists already"),
        ("name: t\nsteps:\n  - id: a\n    say: hi\n    pause: 5", 5, 12, "duration such as"),
        ("name: t\nsteps:\n  - id: a\n    say: hi\n    required: 7", 5, 15, "true or false"),
        ("name: t\nsteps:\n  - id: a\n    say: [hi]", 4, 10, "must be text"),
        (
            "name: t\nsteps:\n  - id: a\n    say: hi\n    expect: {latency: fast}", 5, 23, "limit such as"
        ),
        (
            "name: t\nsteps:\n  - id: a\n    say: hi\n    expect: {route: vn}", 5, 21, "did you mean 'vm'"
        ),
        (
            "name: t\nsteps:\n  - id: a\n    say: hi\n    expect: {response: {matches: '('}}", 5, 34,
            "regular"
        ),
        (
            "name: t\nsteps:\n  - id: a\n    say: hi\n    expect: {answer: none, latency: 1s}", 5, 37,
            "no answer"
        ),
        ("name: t\nsteps:\n  - id: a\n    say: hi\n    faults: [network-dwn]", 5, 14, "network-down"),
        ("name: t\nthresholds: ['p(95)>3ms']\nsteps: [{id: a, say: hi}]", 2, 14, "not a threshold"),
        ("name: t\nthresholds: ['p(100)<3ms']\nsteps: [{id: a, say: hi}]", 2, 14, "below 100"),
        ("name: t\nthresholds: ['avg<3ms']\nsteps: [{id: a, say: hi}]", 2, 14, "no metric 'avg'"),
        ("name: t\nthresholds: ['max<0ms']\nsteps: [{id: a, say: hi}]", 2, 14, "above zero"),
        ("name: t\nsteps: []", 2, 8, "1 to 1000 steps"),
        ("name: t\nsteps: 5", 2, 8, "must be a list"),
        ("name: T T\nsteps: [{id: a, say: hi}]", 1, 7, "lower-case"),
        ("name: t", 1, 1, "no 'steps'"),
        ("", 1, 1, "empty"),
        ("# nothing\n", 1, 1, "empty"),
        ("- a\n- b", 1, 1, "must be a mapping"),
        ("name: t\n  bad: [", 2, 6, ""),
        ("name: t\nname: u\nsteps: [{id: a, say: hi}]", 1, 1, "given twice"),
        ("name: &a t\ntitle: *a\nsteps: [{id: a, say: hi}]", 2, 8, "aliases"),
        (
            "name: t\nvoices: {amy: x}\nsteps:\n  - id: a\n    say: hi\n    voice: ami", 6, 12,
            "did you mean 'amy'"
        ),
        ("name: t\nseed: -1\nsteps: [{id: a, say: hi}]", 2, 7, "between"),
        ("name: t\nruns: 1e9\nsteps: [{id: a, say: hi}]", 2, 7, "whole number"),
    ])
    func mistakesAreNamedWithLineAndColumn(
        _ yaml: String, _ line: Int, _ column: Int, _ message: String
    ) throws {
        let error = try #require(throws: ScenarioError.self) {
            try Scenario.parse(yaml, path: "t.yaml")
        }
        let problem = try #require(
            error.problems.first { message.isEmpty || $0.message.contains(message) })
        #expect(problem.line == line && problem.column == column, "\(error)")
    }

    @Test func severalMistakesAreReportedAtOnceInTheOrderOfTheFile() throws {
        let yaml = "name: t\nruns: no\nsteps:\n  - id: a\n    sai: hi\n    pause: x\n"
        let error = try #require(throws: ScenarioError.self) {
            try Scenario.parse(yaml, path: "t.yaml")
        }
        #expect(error.problems.map(\.line) == [2, 4, 5, 6])
        #expect(error.description.hasPrefix("t.yaml:2:7: "))
    }

    @Test func hostileFilesAreRefusedInShortTime() throws {
        let bomb = (1...40).reduce("a0: &a0 [x]\n") {
            $0 + "a\($1): &a\($1) [*a\($1 - 1), *a\($1 - 1)]\n"
        }
        let deep = String(repeating: "[", count: 200_000)
        let long = "name: " + String(repeating: "x", count: Scenario.largestFile)
        let wide = "name: t\nsteps:\n" + String(repeating: "  - {id: a, sai: b}\n", count: 900)
        for yaml in [bomb, deep, long, wide, "\u{0}", "name: \u{7}"] {
            let error = try #require(throws: ScenarioError.self) {
                try Scenario.parse(yaml, path: "t.yaml")
            }
            #expect((1...50).contains(error.problems.count))
        }
    }

    @Test(arguments: [
        ("500ms", 500_000_000), ("1.5s", 1_500_000_000), ("2m", 120_000_000_000), ("10us", 10_000),
        ("7 ns", 7),
        ("0ms", 0),
    ])
    func durationsAreRead(_ text: String, _ nanoseconds: Int) {
        #expect(DurationText.parse(text) == .nanoseconds(nanoseconds))
    }

    @Test(arguments: ["", "5", "ms", "-1s", "1e3s", "nans", "infs", "1.2.3s", "61m", "١s", "0x1s"])
    func otherTextIsNoDuration(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}

@Suite struct ScenarioLocatorTests {
    @Test func namesAreFoundWhateverTheirCaseAndFromEverySubfolder() throws {
        let root = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: root) }
        let deep = root + "/a/b"
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            atPath: root + "/Scenarios/ted", withIntermediateDirectories: true)
        try Data("name: ted".utf8).write(to: URL(fileURLWithPath: root + "/Scenarios/ted.yaml"))
        let expected = root + "/Scenarios/ted.yaml"
        for name in [
            "ted", "TED", "ted.yaml", "Scenarios/ted.yaml", "scenarios/ted.yaml", "./scenarios/Ted",
            expected,
        ] {
            for folder in [root, deep] {
                #expect(try ScenarioLocator.find(name, from: folder) == expected, "\(name) from \(folder)")
            }
        }
        #expect(try ScenarioLocator.find("../../scenarios/ted.yaml", from: deep) == expected)
        #expect(try ScenarioLocator.find("scenarios/TED.yaml", from: "/", home: root) == expected)
    }

    @Test(arguments: ["nothing", "", "Scenarios", "a", "/", "/nowhere/x.yaml", "../../../../.."])
    func whatIsNoScenarioIsRefused(_ name: String) throws {
        let root = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: root) }
        try FileManager.default.createDirectory(
            atPath: root + "/Scenarios", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: root + "/a", withIntermediateDirectories: true)
        let error = try #require(throws: BenchError.self) { try ScenarioLocator.find(name, from: root) }
        #expect(error.exitCode == .usage)
    }
}
