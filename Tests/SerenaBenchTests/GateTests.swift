// The gate of a pipeline: strict, over several scenarios, with the code that weighs most. And readiness as a command.

import AssistantInterface
import Foundation
import Testing

@testable import SerenaBench

@Suite struct GateTests {
    private static let script = [
        Act.answer(turn: 0, after: 100), Act.answer(turn: 1, after: 100), Act.answer(turn: 2, after: 100),
    ]

    private static func request(
        _ scenarios: [String], runs: Int = 3, baseline: String? = nil, output: String? = "out",
        format: GateRequest.Format = .json
    ) -> GateRequest {
        GateRequest(
            scenarios: scenarios, run: RunRequest(scenario: "", runs: runs), baseline: baseline, output: output,
            format: format)
    }

    private static func decision(_ project: TinyProject) throws -> GateResult {
        try JSONDocument.read(
            GateResult.self, kind: GateResult.kind, version: 1, from: project.folder + "/out/gate.json", failure: .usage
        )
    }

    @Test func whatIsShownPasses() async throws {
        let project = try TinyProject()
        #expect(await project.environment(Self.script).gate(Self.request(["tiny"])) == .pass)
        let decision = try Self.decision(project)
        #expect(decision.exitCode == .pass && decision.scenarios.map(\.scenario) == ["tiny"])
        #expect(decision.scenarios[0].turns == 6 && decision.scenarios[0].reasons.isEmpty)
        #expect(decision.scenarios[0].report == "out/tiny")
        #expect(FileManager.default.fileExists(atPath: project.folder + "/out/tiny/report.html"))
    }

    @Test func aBudgetThatIsNotProvenDoesNotPass() async throws {
        let project = try TinyProject(thresholds: "[p(95)<500ms]")
        #expect(await project.environment(Self.script).run(RunRequest(scenario: "tiny", runs: 3)) == .pass)
        #expect(await project.environment(Self.script).gate(Self.request(["tiny"])) == .invalid)
        let entry = try #require(try Self.decision(project).scenarios.first)
        #expect(entry.exitCode == .invalid && entry.reasons.contains { $0.contains("not proven") })
    }

    @Test(arguments: [
        (["tiny", "none"], nil as String?, ExitCode.usage), (["tiny"], "main", .baseline),
        (["tiny", "Tiny"], nil, .pass),
    ])
    func oneScenarioThatCannotBeRunKeepsNoOtherFromIt(
        _ scenarios: [String], _ baseline: String?, _ code: ExitCode
    ) async throws {
        let project = try TinyProject()
        #expect(await project.environment(Self.script).gate(Self.request(scenarios, baseline: baseline)) == code)
        let decision = try Self.decision(project)
        #expect(decision.scenarios.count == scenarios.count && decision.exitCode == code)
        #expect(decision.scenarios.allSatisfy { ($0.exitCode == .pass) == $0.reasons.isEmpty })
    }

    @Test func aFolderThatCannotBeWrittenHasItsCode() async throws {
        let project = try TinyProject()
        let request = Self.request(["tiny"], output: "Scenarios/tiny.yaml")
        #expect(await project.environment(Self.script).gate(request) == .output)
    }

    @Test func theTableNamesEveryScenarioAndTheCode() async throws {
        let project = try TinyProject()
        let script: [[Act]] = [Act.answer(turn: 0, after: 100), [], Act.answer(turn: 2, after: 100)]
        #expect(await project.environment(script).gate(Self.request(["tiny"], format: .text)) == .failed)
        for part in [
            "scenario", "NOT READY", "3 of 6", "no answer was heard", "gate closed: a run or an expectation failed (3)",
        ] {
            #expect(project.output.contains(part), "\(part)")
        }
    }

    @Test func severalScenariosHaveBaselinesAndFoldersOfTheirOwn() {
        let requests = Self.request(["ted", "Scenarios/Smoke.yaml", "x/ted.yaml"], baseline: "main").runRequests()
        #expect(requests.map(\.baseline) == ["main-ted", "main-smoke", "main-ted"])
        #expect(requests.map(\.output) == ["out/ted", "out/smoke", "out/ted-2"])
        #expect(Self.request(["ted"], baseline: "main").runRequests().map(\.baseline) == ["main"])
    }

    @Test(
        arguments: [
            ([], [], ExitCode.pass), ([.failed], [.output], .output), ([.unusableInput], [.internalError], .usage),
            ([.failed], [.internalError, .output], .internalError), ([.notComparable, .failed], [.baseline], .failed),
            ([.inconclusive], [], .invalid), ([.inconclusive, .budgetExceeded], [], .budget),
        ] as [(Set<Finding>, Set<ExitCode>, ExitCode)])
    func theWeightiestOfAllDecides(_ findings: Set<Finding>, _ errors: Set<ExitCode>, _ code: ExitCode) {
        #expect(GateJudgement.exitCode(findings: findings, errors: errors) == code)
    }

    @Test func everyErrorCodeStandsForSomethingThatDoesNotPass() {
        for code in ExitCode.allCases where code != .pass {
            let findings = Set([GateJudgement.finding(of: code)].compactMap(\.self))
            #expect(GateJudgement.exitCode(findings: findings, errors: [code]) == code)
        }
    }
}

@Suite struct ReadinessCommandTests {
    private static let script = [
        Act.answer(turn: 0, after: 100), Act.answer(turn: 1, after: 100), Act.answer(turn: 2, after: 100),
    ]

    private static func project(runs: Int) async throws -> TinyProject {
        let project = try TinyProject()
        #expect(await project.environment(script).run(RunRequest(scenario: "tiny", runs: runs, output: "out")) == .pass)
        return project
    }

    @Test func aReadyTalkIsReadyUntilItsScenarioChanges() async throws {
        let project = try await Self.project(runs: 10)
        #expect(await project.environment(Self.script).readiness(of: "out", decides: true) == .pass)
        for part in ["READY", "(1 − 0.95)^(1/10)", "checklist", "holds for", "0 false cut-offs"] {
            #expect(project.output.contains(part), "\(part)")
        }
        let file = project.folder + "/Scenarios/tiny.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try Data((text + "# changed\n").utf8).write(to: URL(fileURLWithPath: file))
        #expect(await project.environment(Self.script).readiness(of: "out", decides: true) == .invalid)
        #expect(project.output.contains("EXPIRED: scenario changed since"))
        #expect(await project.environment(Self.script).readiness(of: "out", decides: false) == .pass)
    }

    @Test func tooFewRunsAreNotReady() async throws {
        let project = try await Self.project(runs: 2)
        #expect(await project.environment(Self.script).readiness(of: "out", decides: true) == .invalid)
        #expect(project.output.contains("NOT PROVEN") && project.output.contains("8 more runs would tell"))
    }

    @Test func whatCannotBeComparedIsNamed() async throws {
        let project = try await Self.project(runs: 2)
        try FileManager.default.removeItem(atPath: project.folder + "/Scenarios/tiny.yaml")
        #expect(await project.environment(Self.script).readiness(of: "out", decides: false) == .pass)
        #expect(project.output.contains("not compared with what is here now: code, model, scenario, settings"))
    }

    @Test(arguments: [("B", ExitCode.failed), ("C", .budget), ("D", .regression)])
    func theGateThatFailedDecidesTheCode(_ gate: String, _ code: ExitCode) {
        var readiness = Readiness(judging: sampleResult([100]), steps: [], machineState: MachineState())
        readiness.verdict = .notReady
        for index in readiness.gates.indices {
            readiness.gates[index].state = readiness.gates[index].id == gate ? .failed : .passed
        }
        #expect(readiness.exitCode == code)
    }

    @Test func aResultWithoutReadinessIsRefused() async throws {
        let project = try TinyProject()
        try JSONDocument.encode(sampleResult([100])).write(to: URL(fileURLWithPath: project.folder + "/r.json"))
        #expect(await project.environment([]).readiness(of: "r.json", decides: false) == .usage)
    }
}
