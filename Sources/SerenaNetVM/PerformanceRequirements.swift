// The budgets of a program.

/// How much a program may use before it is ended, and what its caller wants then.
public struct PerformanceRequirements: Hashable, Sendable {
    /// How urgent a program is to its caller. The VM runs all alike; a router may choose by it.
    public enum PriorityLevel: Int, CaseIterable, Comparable, Sendable {
        case low, normal, high

        public static func < (left: Self, right: Self) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// What the caller wants done when the program fails. The VM reports; the router acts.
    public enum FallbackStrategy: String, CaseIterable, Sendable {
        /// The error stands.
        case none
        /// The turn is answered without the VM.
        case traditional
    }

    /// The time that the program may compute. Waiting for the host is not counted.
    public var maxExecutionTime: Duration
    public var maxInstructions: UInt64
    /// Bytes of heap and stack together.
    public var maxMemoryUsage: Int
    /// Calls within each other, the task itself included.
    public var maxCallDepth: Int
    public var priorityLevel: PriorityLevel
    public var fallbackStrategy: FallbackStrategy

    public init(
        maxExecutionTime: Duration = .milliseconds(500), maxInstructions: UInt64 = 50_000_000,
        maxMemoryUsage: Int = 16 << 20, maxCallDepth: Int = 10_000, priorityLevel: PriorityLevel = .normal,
        fallbackStrategy: FallbackStrategy = .traditional
    ) {
        self.maxExecutionTime = maxExecutionTime
        self.maxInstructions = maxInstructions
        self.maxMemoryUsage = maxMemoryUsage
        self.maxCallDepth = maxCallDepth
        self.priorityLevel = priorityLevel
        self.fallbackStrategy = fallbackStrategy
    }
}
