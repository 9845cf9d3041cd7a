// Marks of expected failures in the scenarios that ship: each must still be needed.

import Foundation
import Testing

@Suite(.serialized) struct ExpectedFailureMarkTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Real time would take minutes, and a busy machine would make steps fail that are no expected failures.
    private static func hasVirtualClock() async throws -> Bool {
        try await BenchProgram.run(["run", "--help"], in: NSTemporaryDirectory() + "/.").out.contains("--clock")
    }

    @Test(.enabled { try await hasVirtualClock() }, arguments: ["audience", "mixed-speech", "noisy-room"])
    func everyMarkIsNeededAndEverythingElsePasses(_ scenario: String) async throws {
        let project = try Project()
        let out = project.path("out")
        let outcome = try await BenchProgram.run(
            [
                "run", Self.root.appending(path: "Scenarios/\(scenario).yaml").path(), "--clock", "virtual", "--output",
                out,
            ],
            in: project.folder)
        let turns = try #require(try project.json("out/result.json")["turns"] as? [[String: Any]], "\(outcome.err)")
        let marked = turns.filter { $0["expectedFailure"] is String }
        #expect(!marked.isEmpty)
        for turn in marked { #expect(turn["passed"] as? Bool == false, "\(turn["step"] ?? "") needs no mark any more") }
        #expect(outcome.code != 3, "\(outcome.err)")
    }
}
