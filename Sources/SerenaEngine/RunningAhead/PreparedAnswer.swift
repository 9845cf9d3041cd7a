// An answer in the making: run before it is known whether it is wanted, and held until it is.

import AssistantInterface
import Instrumentation
import SerenaNetBridge

/// An answer from its request to its last sentence. Nothing of it reaches the outside before it is committed, and nothing at all once it was dropped.
final class PreparedAnswer: Sendable {
    /// What became of an answer.
    struct Result: Sendable {
        var outcome: BridgeOutcome
        var spoken: Mouth.Spoken
        /// When the task had ended.
        var executed: Instant
        var problem: String?
    }

    let request: BridgeRequest
    let decision: RoutingDecision
    /// When the way of the answer was chosen.
    let routing: (start: Instant, end: Instant)

    private let memory: HeldMemory
    private let mouth: Mouth
    private let clock: any EngineClock
    private let work: Task<(outcome: BridgeOutcome, executed: Instant), Never>

    /// Begins at once, on `worker`.
    ///
    /// - Parameter decision: the way of the answer; not ``Route/ignored``.
    init(
        to request: BridgeRequest, decision: RoutingDecision, routing: (start: Instant, end: Instant),
        bridge: SerenaNetBridge, memory: HeldMemory, mouth: Mouth, clock: any EngineClock, worker: any Worker
    ) {
        self.request = request
        self.decision = decision
        self.routing = routing
        self.memory = memory
        self.mouth = mouth
        self.clock = clock
        work = Task(executorPreference: worker) {
            let outcome: BridgeOutcome
            if decision.route == .vm {
                outcome = await bridge.routeToVM(request, decision: decision, voice: mouth, memory: memory)
            } else {
                outcome = await bridge.routeToTraditional(request, decision: decision, voice: mouth)
            }
            return (outcome, clock.now)
        }
    }

    /// Whether this is the answer that `request`, routed by `decision`, asks for.
    func fits(_ request: BridgeRequest, _ decision: RoutingDecision) -> Bool {
        guard decision.route == self.decision.route, decision.task == self.decision.task else { return false }
        guard request.slots == self.request.slots, request.hasContent == self.request.hasContent else { return false }
        // The fall-back also tells of the network; the reason names its state.
        return decision.route == .vm || decision.reason == self.decision.reason
    }

    /// Lets everything out, what has been held and what is still to come.
    ///
    /// - Returns: what went wrong in doing so.
    func commit() async -> String? {
        // Sound first: somebody is waiting for it.
        await mouth.commit()
        do {
            try await memory.commit()
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Ends it. What was committed stays; the rest never was.
    func drop() {
        memory.drop()
        mouth.drop()
        work.cancel()
    }

    /// Stops the voice of an answer that goes on; what it remembers is kept.
    func silence() {
        mouth.drop()
    }

    /// Waits until the task has ended and everything has been handed to the output. Only for an answer that was committed.
    func finish() async -> Result {
        let (outcome, executed) = await work.value
        let spoken = await mouth.finish()
        return Result(outcome: outcome, spoken: spoken, executed: executed, problem: outcome.problem)
    }

    /// The time that task and voice have worked, once they have come to an end.
    func workTime() async -> Duration {
        let outcome = await work.value.outcome
        _ = await mouth.finish()
        return await outcome.executionTime + mouth.workTime
    }
}
