// What an execution is given, and what it gives back.

import Instrumentation
import SerenaNetBytecode

/// Everything that one execution of a task needs.
public struct VMExecutionContext: Sendable {
    /// The name of the task to run; names compare without case.
    public var taskId: String
    public var bytecode: FTAIBytecode
    /// The inputs by name. Those that have a default may be left out.
    public var inputs: [String: VMValue]
    public var host: any VMHost
    /// Which memory the host reads and writes for this execution.
    public var memoryContext: MemoryContext?
    /// On whose behalf the task runs.
    public var agentContext: AgentContext?
    public var performanceRequirements: PerformanceRequirements
    /// When the execution was asked for, on the run's clock.
    public var timestamp: Instant

    public init(
        taskId: String, bytecode: FTAIBytecode, inputs: [String: VMValue] = [:], host: any VMHost,
        memoryContext: MemoryContext? = nil, agentContext: AgentContext? = nil,
        performanceRequirements: PerformanceRequirements = PerformanceRequirements(), timestamp: Instant
    ) {
        self.taskId = taskId
        self.bytecode = bytecode
        self.inputs = inputs
        self.host = host
        self.memoryContext = memoryContext
        self.agentContext = agentContext
        self.performanceRequirements = performanceRequirements
        self.timestamp = timestamp
    }
}

/// Names the memory thread that an execution belongs to.
public struct MemoryContext: Hashable, Sendable {
    public var thread: String

    public init(thread: String) {
        self.thread = thread
    }
}

/// Names the agent that an execution works for.
public struct AgentContext: Hashable, Sendable {
    public var agentName: String

    public init(agentName: String) {
        self.agentName = agentName
    }
}

/// How an execution went.
public struct VMExecutionResult: Hashable, Sendable {
    public var taskId: String
    /// Whether the task came to its end.
    public var success: Bool
    /// The task's result; nil when it has none or failed.
    public var output: VMValue?
    /// The time that the program computed, without waiting for the host.
    public var executionTime: Duration
    /// The most bytes that heap and stack held at one time.
    public var memoryUsage: Int
    /// The same for the same program and inputs, on every machine.
    public var instructionsExecuted: UInt64
    public var error: VMError?
    /// Where the program was when it failed.
    public var errorLocation: ProgramLocation?
    /// What the program took of memory, by use, and what the collector did; nil when it was not run.
    public var memory: MemoryFigures?

    public init(
        taskId: String, success: Bool, output: VMValue? = nil, executionTime: Duration = .zero, memoryUsage: Int = 0,
        instructionsExecuted: UInt64 = 0, error: VMError? = nil, errorLocation: ProgramLocation? = nil
    ) {
        self.taskId = taskId
        self.success = success
        self.output = output
        self.executionTime = executionTime
        self.memoryUsage = memoryUsage
        self.instructionsExecuted = instructionsExecuted
        self.error = error
        self.errorLocation = errorLocation
    }
}
