// The VM: programs that are kept ready, executions, and figures about them.

import Instrumentation
import SerenaNetBytecode
import Synchronization

/// Runs programs, any number at a time; each execution has a memory of its own and sees nothing of another.
///
/// Programs that share a worker take turns of some 100,000 instructions, well under a millisecond each: none waits for
/// another to come to its end.
///
/// ```swift
/// let vm = SerenaNetVM(clock: clock)
/// vm.initialize()
/// let result = await vm.execute(with: VMExecutionContext(taskId: "tip", bytecode: bytecode, host: host, timestamp: clock.now))
/// ```
public final class SerenaNetVM: SerenaNetVMProtocol {
    let clock: any EngineClock
    private let machineCode: MachineCodeUse
    private let state = Mutex(State())
    /// Made when the first turn ends: sends programs to the end of their workers' queues.
    private let turnstile = Mutex<(any Worker)?>(nil)

    /// Instructions that a program executes before others go first.
    public static let turn: UInt64 = 131_072

    private let observer: (any VMObserver)?
    private let isMonitored: Bool

    /// - Parameters:
    ///   - clock: measures the time of executions and ends those that take too long.
    ///   - machineCode: whether tasks are translated for the processor.
    ///   - isMonitored: whether it is estimated what programs spend their instructions on, see ``profiles``.
    ///   - observer: is told of every execution that has ended.
    public init(
        clock: any EngineClock, machineCode: MachineCodeUse = .automatic, isMonitored: Bool = true,
        observer: (any VMObserver)? = nil
    ) {
        self.clock = clock
        self.machineCode = machineCode
        self.isMonitored = isMonitored
        self.observer = observer
    }

    public func initialize() {
        state.withLock { $0 = State(isRunning: true) }
    }

    public func shutdown() {
        state.withLock { $0 = State(metrics: $0.metrics) }
    }

    public func loadBytecode(_ bytecode: FTAIBytecode) throws(VMError) {
        _ = try loadedProgram(for: bytecode)
    }

    /// The program ready to run: the one that is kept, or one that is verified now and kept from now on.
    ///
    /// - Throws: ``VMError/invalidBytecode(instruction:)`` when it is not safe to run, ``VMError/notRunning``.
    public func loadedProgram(for bytecode: FTAIBytecode) throws(VMError) -> LoadedProgram {
        let (isRunning, kept) = state.withLock { ($0.isRunning, $0.program(for: bytecode)) }
        guard isRunning else { throw .notRunning }
        if let kept { return kept }
        // Outside of the lock: other executions need not wait for the verifier.
        let program = try LoadedProgram(bytecode, machineCode: machineCode)
        let monitor = isMonitored ? ProgramMonitor(program) : nil
        state.withLock { $0.keep(program, monitor) }
        return program
    }

    public func execute(with context: VMExecutionContext) async -> VMExecutionResult {
        let outcome = await perform(context, suspendingAt: { _ in false }) { (program) throws(VMError) in
            try newExecution(of: program, for: context)
        }
        guard case .ended(let result) = outcome else {
            return VMExecutionResult(taskId: context.taskId, success: false, error: .notRunning)
        }
        return result
    }

    func newExecution(of program: LoadedProgram, for context: VMExecutionContext) throws(VMError) -> Execution {
        try Execution(
            of: context.taskId, in: program, inputs: context.inputs, requirements: context.performanceRequirements,
            clock: clock)
    }

    /// Runs what `begin` makes of the program, up to its end or to a request that it is to be left in front of.
    func perform(
        _ context: VMExecutionContext, suspendingAt isLeft: (HostRequest) -> Bool,
        begin: (LoadedProgram) throws(VMError) -> Execution
    ) async -> VMOutcome {
        do throws(VMError) {
            let execution = try begin(try loadedProgram(for: context.bytecode))
            if let monitor = state.withLock({ $0.monitor(of: context.bytecode) }) { execution.watch(with: monitor) }
            let outcome = try await run(execution, with: context, suspendingAt: isLeft)
            if case .ended(let result) = outcome {
                state.withLock { $0.record(result, of: context.bytecode) }
                observer?.executionEnded(result, of: context.bytecode.id)
            }
            return outcome
        } catch {
            let result = VMExecutionResult(taskId: context.taskId, success: false, error: error)
            state.withLock { $0.metrics.totals.add(result) }
            observer?.executionEnded(result, of: context.bytecode.id)
            return .ended(result)
        }
    }

    public func getPerformanceMetrics() -> VMPerformanceMetrics {
        var metrics = state.withLock { $0.currentMetrics }
        metrics.hotLines = HotLine.hottest(of: profiles)
        return metrics
    }

    /// What each program that is loaded now spends its instructions on, as far as the monitor has seen it: in the form that the
    /// compiler reads, in the order of the programs' names. Those of which nothing was seen are left out.
    public var profiles: [ExecutionProfile] {
        let monitors = state.withLock { $0.monitors }
        return monitors.filter { $0.instructionsSeen > 0 }.map(\.profile).sorted {
            ($0.program, $0.sourceHash) < ($1.program, $1.sourceHash)
        }
    }

    private func run(
        _ execution: Execution, with context: VMExecutionContext, suspendingAt isLeft: (HostRequest) -> Bool
    ) async throws(VMError) -> VMOutcome {
        // A program that was left waits for an answer already.
        var answer = HostAnswer.done
        if let request = execution.pendingRequest { answer = await context.host.answer(request) }
        while true {
            switch execution.advance(with: answer, turn: Self.turn) {
            case nil:
                answer = .done
                await letOthersGoFirst()
            case .suspended(let request):
                if isLeft(request) { return .suspended(try leave(execution, at: request, context)) }
                answer = await context.host.answer(request)
            case let step?: return .ended(result(of: execution, step, context))
            }
        }
    }

    private func leave(
        _ execution: Execution, at request: HostRequest, _ context: VMExecutionContext
    ) throws(VMError) -> SuspendedExecution {
        do {
            return SuspendedExecution(
                taskId: context.taskId, request: request, location: execution.location,
                state: try execution.snapshot())
        } catch {
            throw .contextCorrupted(contextId: "\(context.taskId): \(error)")
        }
    }

    private func result(
        of execution: Execution, _ step: Execution.Step, _ context: VMExecutionContext
    ) -> VMExecutionResult {
        var result = VMExecutionResult(
            taskId: context.taskId, success: false, executionTime: execution.executionTime,
            memoryUsage: execution.peakMemoryUsage, instructionsExecuted: execution.instructionsExecuted,
            errorLocation: execution.errorLocation)
        result.memory = execution.memory
        switch step {
        case .finished(let output):
            result.success = true
            result.output = output
        case .failed(let error): result.error = error
        case .suspended: break
        }
        return result
    }

    /// Goes on behind everything that waits for the worker of the current task.
    ///
    /// `Task.yield()` would go by Swift's pool of threads, of which a virtual clock knows nothing.
    private func letOthersGoFirst() async {
        let worker = turnstile.withLock { worker in
            let known = worker ?? clock.makeWorker(named: "VM turns", precedence: .immediate)
            worker = known
            return known
        }
        await withCheckedContinuation { continuation in worker.submit { continuation.resume() } }
    }
}

extension SerenaNetVM {
    /// What the lock protects.
    private struct State {
        var isRunning = false
        var metrics = VMPerformanceMetrics()
        private var programs: [ProgramKey: KeptProgram] = [:]
        private var uses: UInt64 = 0

        /// How many programs are kept; the one that was not used for the longest time makes room.
        private static let capacity = 64

        init(isRunning: Bool = false, metrics: VMPerformanceMetrics = VMPerformanceMetrics()) {
            self.isRunning = isRunning
            self.metrics = metrics
        }

        mutating func program(for bytecode: FTAIBytecode) -> LoadedProgram? {
            let key = ProgramKey(bytecode)
            // A name and a hash can be claimed; only the same program may run without being verified. The comparison costs
            // next to nothing when both share their storage, which is the rule.
            guard let kept = programs[key], kept.program.bytecode == bytecode else { return nil }
            uses += 1
            programs[key]?.lastUse = uses
            metrics.programsReused += 1
            return kept.program
        }

        /// The monitor of a program that was found or kept just before.
        func monitor(of bytecode: FTAIBytecode) -> ProgramMonitor? { programs[ProgramKey(bytecode)]?.monitor }

        var monitors: [ProgramMonitor] { programs.values.compactMap(\.monitor) }

        mutating func keep(_ program: LoadedProgram, _ monitor: ProgramMonitor?) {
            guard isRunning else { return }
            uses += 1
            metrics.programsLoaded += 1
            programs[ProgramKey(program.bytecode)] = KeptProgram(program: program, monitor: monitor, lastUse: uses)
            if programs.count > Self.capacity, let oldest = programs.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                programs[oldest.key] = nil
            }
        }

        mutating func record(_ result: VMExecutionResult, of bytecode: FTAIBytecode) {
            metrics.totals.add(result)
            let task = bytecode.task(named: result.taskId)?.name ?? result.taskId
            programs[ProgramKey(bytecode)]?.tasks[task, default: .init()].add(result)
        }

        var currentMetrics: VMPerformanceMetrics {
            var metrics = metrics
            for (key, kept) in programs {
                metrics.machineCodeSize += kept.program.machineCodeSize
                for (task, totals) in kept.tasks {
                    metrics.tasks.append(.init(program: key.id, task: task, totals: totals))
                }
            }
            metrics.tasks.sort { ($0.program, $0.task) < ($1.program, $1.task) }
            return metrics
        }
    }

    private struct KeptProgram {
        let program: LoadedProgram
        let monitor: ProgramMonitor?
        var lastUse: UInt64
        var tasks: [String: VMPerformanceMetrics.Totals] = [:]
    }

    /// Names a program; two that differ can claim the same.
    private struct ProgramKey: Hashable {
        let id: String
        let sourceHash: String
        let level: OptimizationLevel

        init(_ bytecode: FTAIBytecode) {
            id = bytecode.id
            sourceHash = bytecode.sourceHash
            level = bytecode.optimizationLevel
        }
    }
}
