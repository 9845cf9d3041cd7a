// The shipped scenarios pass, and every mark of an expected failure in them is needed.

import Foundation
import Testing

@Suite(.serialized) struct ShippedScenarioTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// On the virtual clock: real time would take minutes, and a busy machine would make steps fail that are no expected failures.
    private static func run(_ scenario: String, _ options: [String] = []) async throws -> [[String: Any]] {
        let project = try Project()
        let path = root.appending(path: "Scenarios/\(scenario).yaml").path()
        let outcome = try await BenchProgram.run(
            ["run", path, "--clock", "virtual", "--output", project.path("out")] + options, in: project.folder)
        #expect(outcome.code == 0, "\(outcome.err)")
        return try #require(try project.json("out/result.json")["turns"] as? [[String: Any]], "\(outcome.err)")
    }

    @Test(arguments: ["audience", "mixed-speech", "noisy-room"])
    func everyMarkIsNeededAndEverythingElsePasses(_ scenario: String) async throws {
        let marked = try await Self.run(scenario).filter { $0["expectedFailure"] is String }
        #expect(!marked.isEmpty)
        for turn in marked { #expect(turn["passed"] as? Bool == false, "\(turn["step"] ?? "") needs no mark any more") }
    }

    @Test(arguments: [
        ("ted", []), ("network-loss", []), ("all-faults", []), ("multi-user", []),
        ("endurance", ["--set", "length=40s"]),
    ])
    func everyStepPasses(_ scenario: String, _ options: [String]) async throws {
        let turns = try await Self.run(scenario, options)
        #expect(turns.count > 4)
        for turn in turns {
            #expect(turn["passed"] as? Bool == true, "\(turn["step"] ?? ""): \(turn["failures"] ?? "")")
            #expect(turn["expectedFailure"] is NSNull)
        }
    }
}
