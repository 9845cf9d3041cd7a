// Profiles are written and read back, and what is none is refused with its place.

import SerenaNetBytecode
import Testing

@Suite struct ExecutionProfileTests {
    private let profile = ExecutionProfile(
        program: "tip", sourceFile: "tip.ftai", sourceHash: "0a", cacheKey: "1b", level: .none, task: "main",
        functions: [
            FunctionProfile(
                name: "main", calls: 1, executions: [1, 10, 9], jumps: [JumpProfile(instruction: 1, taken: 9)],
                callSites: [CallSiteProfile(line: 4, callee: "other", calls: 9)],
                lines: [LineProfile(line: 4, visits: 10, instructions: 20, allocations: 2, bytes: 48)]),
            FunctionProfile(name: "other", executions: []),
        ])

    @Test func aProfileReadsBackAsItWasWritten() throws {
        #expect(try ExecutionProfile(json: profile.json) == profile)
        #expect(profile.instructionsExecuted == 20)
    }

    @Test func membersThatAreNotKnownArePassedOver() throws {
        let text = profile.json.replacing("\"program\"", with: "\"new\": [1], \"program\"")
        #expect(try ExecutionProfile(json: text) == profile)
    }

    static let refusals: [(find: String, replace: String, message: String)] = [
        ("{\n", "", "not a profile: the end of the text should stand here"),
        ("ftai-profile", "profile", "not a profile: format: it is not ftai-profile"),
        ("\"version\": 1", "\"version\": 2", "not a profile: version: only version 1"),
        ("\"version\": 1", "\"version\": -1", "not a profile: version: a count"),
        ("\"none\"", "\"fast\"", "not a profile: level: there is no such level"),
        ("\"calls\":1,", "\"calls\":-1,", "not a profile: functions[0].calls: a count"),
        ("[1,10,9]", "[1,\"x\"]", "not a profile: functions[0].executions[1]: a count"),
        ("\"at\":1", "\"at\":3", "not a profile: functions[0].jumps[0].at: a whole number from 0 to 2"),
        ("\"taken\":9", "\"taken\":11", "not a profile: functions[0].jumps[0]: it was taken more often"),
        ("\"callee\":\"other\"", "\"callee\":1", "not a profile: functions[0].callSites[0].callee: a text"),
        ("\"other\",\"calls\":0,", "1,", "not a profile: "),
    ]

    @Test(arguments: refusals)
    func whatIsNoProfileIsRefusedWithItsPlace(find: String, replace: String, message: String) {
        let text = profile.json.replacing(find, with: replace, maxReplacements: 1)
        #expect(text != profile.json)
        let error = #expect(throws: ProfileError.self) { try ExecutionProfile(json: text) }
        #expect(error.map { "\($0)".hasPrefix(message) } == true, "\(String(describing: error))")
    }
}
