// The VM as the rest of the engine sees it.

import SerenaNetBytecode

/// Runs the tasks of compiled programs within their budgets.
public protocol SerenaNetVMProtocol: Sendable {
    /// Makes the VM ready. Until then, and after ``shutdown()``, it runs nothing.
    func initialize() async throws(VMError)

    /// Verifies `bytecode` and keeps it ready to run.
    ///
    /// - Throws: ``VMError/invalidBytecode(instruction:)`` when it is not safe to run, ``VMError/notRunning``.
    func loadBytecode(_ bytecode: FTAIBytecode) async throws(VMError)

    /// Runs a task to its end. Every failure is in the result.
    func execute(with context: VMExecutionContext) async -> VMExecutionResult

    /// What was executed since the VM was initialised.
    func getPerformanceMetrics() async -> VMPerformanceMetrics

    /// Ends the work of the VM and forgets all programs. Executions that have begun come to their end.
    func shutdown() async
}

/// What a VM has executed.
public struct VMPerformanceMetrics: Hashable, Sendable {
    /// Figures of one task.
    public struct TaskFigures: Hashable, Sendable {
        public var program: String
        public var task: String
        public var totals = Totals()
    }

    /// Sums and maxima over executions.
    public struct Totals: Hashable, Sendable {
        public var executions = 0
        public var failures = 0
        public var instructionsExecuted: UInt64 = 0
        public var executionTime = Duration.zero
        public var slowestExecution = Duration.zero
        /// Bytes.
        public var peakMemoryUsage = 0
        /// Objects, lists and stacks that were handed out, and their bytes.
        public var allocations = 0
        public var allocatedBytes = 0
        /// Cycles of the collector, and the longest that a program waited for a step of it.
        public var collections = 0
        public var longestPause = Duration.zero

        public init() {}

        mutating func add(_ result: VMExecutionResult) {
            executions += 1
            failures += result.success ? 0 : 1
            instructionsExecuted &+= result.instructionsExecuted
            executionTime += result.executionTime
            slowestExecution = max(slowestExecution, result.executionTime)
            peakMemoryUsage = max(peakMemoryUsage, result.memoryUsage)
            guard let memory = result.memory else { return }
            for use in memory.allocated.values {
                allocations += use.count
                allocatedBytes += use.bytes
            }
            collections += memory.collector.cycles
            longestPause = max(longestPause, memory.collector.longestPause)
        }
    }

    public var totals = Totals()
    /// How often a program was verified and encoded.
    public var programsLoaded = 0
    /// How often a program was found ready.
    public var programsReused = 0
    /// Bytes of machine code, with its tables, of the programs that are loaded now.
    public var machineCodeSize = 0
    /// Figures of each task that has run, for the programs that are loaded now; by name of program and task.
    public var tasks: [TaskFigures] = []
    /// The lines that most instructions were executed on, hottest first; estimated, see ``ProgramMonitor``.
    public var hotLines: [HotLine] = []

    public init() {}
}

/// A line on which a program spends its instructions.
public struct HotLine: Hashable, Sendable {
    public var program: String
    /// The file, as the compiler was told.
    public var file: String
    /// 1-based.
    public var line: Int
    /// Of all instructions of all programs, from 0 to 1.
    public var share: Double
    /// Bytes that were taken on the line.
    public var bytes: UInt64

    /// The hottest lines of programs, at most so many.
    static func hottest(of profiles: [ExecutionProfile], most: Int = 20) -> [HotLine] {
        let all = Double(max(1, profiles.reduce(0) { $0 &+ $1.instructionsExecuted }))
        let lines = profiles.flatMap { profile in
            profile.functions.flatMap(\.lines).map { line in
                HotLine(
                    program: profile.program, file: line.file ?? profile.sourceFile, line: line.line,
                    share: Double(line.instructions) / all, bytes: line.bytes)
            }
        }
        return Array(
            lines.sorted { ($1.share, $0.program, $0.file, $0.line) < ($0.share, $1.program, $1.file, $1.line) }
                .prefix(most))
    }
}

/// Is told what a VM does, while it does it.
public protocol VMObserver: Sendable {
    /// An execution has come to its end; on the thread that ran it, so that it must be short.
    ///
    /// - Parameter program: its name, see ``SerenaNetBytecode/FTAIBytecode/id``.
    func executionEnded(_ result: VMExecutionResult, of program: String)
}
