// Which way a turn takes, and what happens on it.

import AssistantInterface
import FTAI
import FTAICompiler
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import SerenaStore
import Testing

@testable import SerenaNetBridge

@Suite struct RoutingTests {
    private static let tasks = """
        @ftai v2.0
        @task half
          @input n:int
          @do
            remember "last" = n
            say "Half of {n} is {n / 2}."
          @end
        @end
        @task broken
          @do
            let zero = 0
            say "One moment."
            say "{1 / zero}"
          @end
        @end
        @task last
          @do
            let value = recall "last" ?? "nothing"
            say "It was {value}."
          @end
        @end
        """

    private static func program() throws -> FTAIBytecode {
        try FTAICompiler().compile(FTAISource(file: "tasks.ftai", text: tasks)).bytecode
    }

    private func bridge() async throws -> SerenaNetBridge {
        let clock = RealtimeClock()
        let bridge = SerenaNetBridge(
            program: try Self.program(), vm: SerenaNetVM(clock: clock),
            memory: try SQLiteMemoryStore(path: nil, worker: clock.makeWorker(named: "disk")), clock: clock)
        try await bridge.initializeBridge()
        return bridge
    }

    @Test(arguments: [
        (BridgeRequest(transcript: "half of 8", intent: "half", confidence: 1, slots: ["n": .int(8)]), Route.vm),
        (BridgeRequest(transcript: "half", intent: "half", confidence: 0.9), .traditional),
        (BridgeRequest(transcript: "x", intent: "no such task", confidence: 1), .traditional),
        (BridgeRequest(transcript: "serena who won", isAddressed: true), .traditional),
        (BridgeRequest(transcript: "serena", isAddressed: true, hasContent: false), .traditional),
        (BridgeRequest(transcript: "every great idea"), .ignored),
    ])
    func routeFollowsFromWhatWasUnderstood(request: BridgeRequest, route: Route) throws {
        for network in [NetworkState.up, .down] {
            let decision = decide(on: request, program: try Self.program(), network: network)
            #expect(decision.route == route)
            #expect(!decision.reason.isEmpty)
        }
    }

    @Test func reasonNamesWhatIsMissing() throws {
        let request = BridgeRequest(transcript: "half", intent: "half", confidence: 0.9)
        #expect(decide(on: request, program: try Self.program(), network: .up).reason.contains("without n"))
    }

    @Test func taskSpeaksAndRemembersForTheNextOne() async throws {
        let bridge = try await bridge()
        let voice = Recorder()
        let first = BridgeRequest(transcript: "", intent: "half", confidence: 1, slots: ["n": .int(8)])
        let outcome = await bridge.routeToVM(first, decision: await bridge.getRoutingDecision(first), voice: voice)
        #expect(outcome.problem == nil)
        #expect((outcome.instructionsExecuted ?? 0) > 3)
        let second = BridgeRequest(transcript: "", intent: "last", confidence: 1)
        _ = await bridge.routeToVM(second, decision: await bridge.getRoutingDecision(second), voice: voice)
        #expect(await voice.sentences == ["Half of 8 is 4.", "It was 8."])
    }

    @Test func taskThatFailsIsAnsweredByTheFallBackWithTheReason() async throws {
        let bridge = try await bridge()
        let voice = Recorder()
        let request = BridgeRequest(transcript: "", intent: "broken", confidence: 1)
        let outcome = await bridge.routeToVM(request, decision: await bridge.getRoutingDecision(request), voice: voice)
        #expect(await voice.sentences == ["One moment.", "Sorry, I couldn't work that out."])
        #expect(try #require(outcome.problem).contains("division by zero"))
    }

    @Test func fallBackSaysWhetherItIsOffline() async throws {
        let bridge = try await bridge()
        let voice = Recorder()
        let request = BridgeRequest(transcript: "serena who won", isAddressed: true)
        for state in [NetworkState.down, .up] {
            await bridge.setNetwork(state)
            let decision = await bridge.getRoutingDecision(request)
            #expect(decision.reason.contains(state.rawValue))
            _ = await bridge.routeToTraditional(request, decision: decision, voice: voice)
        }
        #expect(await voice.sentences == ["I don't know that, and I'm offline right now.", "I don't know that."])
    }
}

private actor Recorder: Voice {
    private(set) var sentences: [String] = []
    func say(_ text: String) { sentences.append(text) }
}
