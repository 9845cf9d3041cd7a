// What the assistant says when no task can answer: short, true, and the same every time.

import AssistantInterface

/// The fall-back on this machine. It knows nothing about the world and says so.
struct TraditionalResponder: Sendable {
    /// The answer to `request`, which was routed here by `decision`.
    func response(to request: BridgeRequest, decision: RoutingDecision, network: NetworkState) -> String {
        if !request.hasContent { return "Yes?" }
        if decision.task != nil { return "I didn't catch all of that. Please say it once more." }
        switch network {
        case .down: return "I don't know that, and I'm offline right now."
        case .up: return "I don't know that."
        }
    }

    /// The answer when the task of a turn failed.
    var apology: String {
        "Sorry, I couldn't work that out."
    }
}
