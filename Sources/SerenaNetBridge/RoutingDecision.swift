// Which way a turn is answered, and why: a pure function of what was understood.

import AssistantInterface
import SerenaNetBytecode

/// What was understood of an utterance.
public struct BridgeRequest: Sendable {
    public var transcript: String
    /// The task that the words name; nil when they name none.
    public var intent: String?
    /// Of the intent, 0 to 1.
    public var confidence: Double
    public var slots: [String: VMValue]
    /// Whether the assistant was called by its name.
    public var isAddressed: Bool
    /// Whether anything was said besides the name.
    public var hasContent: Bool

    public init(
        transcript: String, intent: String? = nil, confidence: Double = 0, slots: [String: VMValue] = [:],
        isAddressed: Bool = false, hasContent: Bool = true
    ) {
        self.transcript = transcript
        self.intent = intent
        self.confidence = confidence
        self.slots = slots
        self.isAddressed = isAddressed
        self.hasContent = hasContent
    }
}

/// The way chosen for a turn.
public struct RoutingDecision: Hashable, Sendable {
    public var route: Route
    /// The task, on the way through the VM.
    public var task: String?
    /// A sentence that says why, for the log and the report.
    public var reason: String

    public init(route: Route, task: String? = nil, reason: String) {
        self.route = route
        self.task = task
        self.reason = reason
    }
}

/// Chooses the way: the VM when the words name a task and fill it, silence when they are not for the assistant, and the
/// fall-back on this machine otherwise.
func decide(on request: BridgeRequest, program: FTAIBytecode, network: NetworkState) -> RoutingDecision {
    let surroundings = network == .down ? "; the network is down, and is not needed" : ""
    guard let intent = request.intent else {
        if !request.isAddressed {
            return RoutingDecision(route: .ignored, reason: "no task fits, and the assistant was not addressed")
        }
        let reason = request.hasContent ? "no task fits" : "the assistant was called, and nothing was asked"
        return RoutingDecision(route: .traditional, reason: "\(reason); the network is \(network.rawValue)")
    }
    guard let task = program.task(named: intent) else {
        return RoutingDecision(route: .traditional, reason: "the intent '\(intent)' has no task")
    }
    let missing = task.inputs.filter { $0.defaultValue == nil && request.slots[$0.name] == nil }.map(\.name)
    guard missing.isEmpty else {
        return RoutingDecision(
            route: .traditional, task: task.name,
            reason: "task '\(task.name)' was asked for without \(missing.joined(separator: ", "))")
    }
    return RoutingDecision(
        route: .vm, task: task.name,
        reason: "task '\(task.name)' fits with confidence \(percent(request.confidence))\(surroundings)")
}

private func percent(_ share: Double) -> String {
    "\(Int((min(max(share, 0), 1) * 100).rounded())) %"
}
