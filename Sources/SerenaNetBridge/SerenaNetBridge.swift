// Joins what was understood to what can answer it: the VM with its tasks and memory, or the fall-back.

import AssistantInterface
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import SerenaStore
import Synchronization

/// Takes the sentences of an answer as they come.
public protocol Voice: Sendable {
    func say(_ text: String) async
}

/// How a turn was answered.
public struct BridgeOutcome: Sendable {
    /// Instructions that the VM executed; nil where it was not involved.
    public var instructionsExecuted: UInt64?
    /// Bytes that the task allocated; nil where the VM was not involved.
    public var allocatedBytes: Int?
    /// The time for which the VM executed the task.
    public var executionTime = Duration.zero
    /// What the task asked of the outside, in order, such as `recall name`.
    public var events: [String] = []
    /// What failed, and what was done instead; nil when nothing did.
    public var problem: String?

    /// The figures of a turn that must not change by themselves, by the names of ``TurnReport/exact``.
    public var exact: [String: Int] {
        var exact: [String: Int] = [:]
        exact["instructions"] = instructionsExecuted.map(Int.init(clamping:))
        exact["allocatedBytes"] = allocatedBytes
        return exact
    }

    public init(instructionsExecuted: UInt64? = nil, problem: String? = nil) {
        self.instructionsExecuted = instructionsExecuted
        self.problem = problem
    }
}

/// Routes turns.
public protocol SerenaNetBridgeProtocol: Sendable {
    /// Loads the program into the VM.
    ///
    /// - Throws: ``VMError`` when the VM refuses it.
    func initializeBridge() async throws

    /// The way that `request` should take.
    func getRoutingDecision(_ request: BridgeRequest) async -> RoutingDecision

    /// Runs the task that `decision` names. Should it fail, the fall-back has answered when this returns.
    ///
    /// - Parameter memory: what the task remembers with; nil for the memory of the bridge.
    func routeToVM(
        _ request: BridgeRequest, decision: RoutingDecision, voice: any Voice, memory: (any MemoryStore)?
    ) async -> BridgeOutcome

    /// Answers without a task.
    func routeToTraditional(_ request: BridgeRequest, decision: RoutingDecision, voice: any Voice) async
        -> BridgeOutcome
}

/// The bridge of the reference engine.
public actor SerenaNetBridge: SerenaNetBridgeProtocol {
    private let program: FTAIBytecode
    private let vm: any SerenaNetVMProtocol
    private let memory: any MemoryStore
    private let clock: any EngineClock
    private let requirements: PerformanceRequirements
    private let responder = TraditionalResponder()
    private var network = NetworkState.up

    /// - Parameters:
    ///   - program: the tasks that the bridge can route to.
    ///   - requirements: the budgets of every task that it runs.
    public init(
        program: FTAIBytecode, vm: any SerenaNetVMProtocol, memory: any MemoryStore, clock: any EngineClock,
        requirements: PerformanceRequirements = PerformanceRequirements()
    ) {
        self.program = program
        self.vm = vm
        self.memory = memory
        self.clock = clock
        self.requirements = requirements
    }

    public func initializeBridge() async throws {
        try await vm.initialize()
        try await vm.loadBytecode(program)
    }

    /// Tells the bridge that the network went away or came back.
    public func setNetwork(_ state: NetworkState) {
        network = state
    }

    public func getRoutingDecision(_ request: BridgeRequest) -> RoutingDecision {
        decide(on: request, program: program, network: network)
    }

    public func routeToVM(
        _ request: BridgeRequest, decision: RoutingDecision, voice: any Voice, memory held: (any MemoryStore)? = nil
    ) async -> BridgeOutcome {
        guard let task = decision.task else {
            return await routeToTraditional(request, decision: decision, voice: voice)
        }
        let host = TurnHost(voice: voice, memory: held ?? memory)
        let result = await vm.execute(
            with: VMExecutionContext(
                taskId: task, bytecode: program, inputs: request.slots, host: host,
                performanceRequirements: requirements, timestamp: clock.now))
        var outcome = BridgeOutcome(instructionsExecuted: result.instructionsExecuted)
        outcome.allocatedBytes = result.memoryUsage
        outcome.executionTime = result.executionTime
        outcome.events = host.events
        if let failure = result.failure {
            outcome.problem = "\(failure); the fall-back answered"
            await voice.say(responder.apology)
        }
        return outcome
    }

    public func routeToTraditional(
        _ request: BridgeRequest, decision: RoutingDecision, voice: any Voice
    ) async -> BridgeOutcome {
        await voice.say(responder.response(to: request, decision: decision, network: network))
        return BridgeOutcome()
    }
}

/// What a running task reaches of the outside: the voice and the memory.
private final class TurnHost: VMHost {
    private let voice: any Voice
    private let memory: any MemoryStore
    private let log = Mutex<[String]>([])

    init(voice: any Voice, memory: any MemoryStore) {
        self.voice = voice
        self.memory = memory
    }

    var events: [String] { log.withLock { $0 } }

    private func note(_ event: String) {
        log.withLock { $0.append(event) }
    }

    func say(_ text: String) async {
        note("say")
        await voice.say(text)
    }

    func remember(key: String, value: String) async throws {
        note("remember \(key)")
        try await memory.remember(key: key, value: value)
    }

    func recall(key: String) async throws -> String? {
        note("recall \(key)")
        return try await memory.recall(key: key)
    }
}
