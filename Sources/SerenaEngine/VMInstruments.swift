// What the VM does, as metrics that whoever runs the engine can collect.

import Instrumentation
import Metrics
import SerenaNetVM
import Synchronization

/// Records every execution with swift-metrics, by program, task and how it ended. Without a collector, which is chosen with
/// `MetricsSystem.bootstrap`, nothing is kept.
///
/// | metric | kind | unit |
/// | --- | --- | --- |
/// | `serena.vm.executions` | counter | |
/// | `serena.vm.instructions` | counter | |
/// | `serena.vm.allocations` | counter | objects, lists and stacks |
/// | `serena.vm.allocated` | counter | bytes |
/// | `serena.vm.execution_time` | timer | without waiting for the host |
/// | `serena.vm.longest_pause` | timer | for the collector, of the execution |
/// | `serena.vm.peak_memory` | recorder | bytes |
public final class VMInstruments: VMObserver {
    private struct Subject: Hashable {
        let program: String
        let task: String
        /// `success`, or the name of the error.
        let outcome: String

        var dimensions: [(String, String)] { [("program", program), ("task", task), ("outcome", outcome)] }
    }

    private struct Instruments: Sendable {
        let executions: Counter
        let instructions: Counter
        let allocations: Counter
        let allocated: Counter
        let time: Metrics.Timer
        let pause: Metrics.Timer
        let memory: Recorder

        init(_ subject: Subject, _ factory: any MetricsFactory) {
            let dimensions = subject.dimensions
            func counter(_ name: String) -> Counter {
                Counter(label: "serena.vm.\(name)", dimensions: dimensions, factory: factory)
            }
            func timer(_ name: String) -> Metrics.Timer {
                Metrics.Timer(label: "serena.vm.\(name)", dimensions: dimensions, factory: factory)
            }
            executions = counter("executions")
            instructions = counter("instructions")
            allocations = counter("allocations")
            allocated = counter("allocated")
            time = timer("execution_time")
            pause = timer("longest_pause")
            memory = Recorder(label: "serena.vm.peak_memory", dimensions: dimensions, aggregate: true, factory: factory)
        }
    }

    private let factory: any MetricsFactory
    private let known = Mutex<[Subject: Instruments]>([:])

    /// Names of tasks come from documents; more than so many are counted as one.
    private static let mostSubjects = 1_000

    public init(factory: any MetricsFactory = MetricsSystem.factory) {
        self.factory = factory
    }

    public func executionEnded(_ result: VMExecutionResult, of program: String) {
        let subject = Subject(program: program, task: result.taskId, outcome: result.error?.name ?? "success")
        let instruments = instruments(for: subject)
        instruments.executions.increment()
        instruments.instructions.increment(by: Int64(clamping: result.instructionsExecuted))
        instruments.time.recordNanoseconds(result.executionTime.nanoseconds)
        instruments.memory.record(Int64(result.memoryUsage))
        guard let memory = result.memory else { return }
        instruments.allocations.increment(by: Int64(memory.allocated.values.reduce(0) { $0 + $1.count }))
        instruments.allocated.increment(by: Int64(memory.allocated.values.reduce(0) { $0 + $1.bytes }))
        instruments.pause.recordNanoseconds(memory.collector.longestPause.nanoseconds)
    }

    private func instruments(for subject: Subject) -> Instruments {
        known.withLock { known in
            if let instruments = known[subject] { return instruments }
            let isFull = known.count >= Self.mostSubjects
            let subject = isFull ? Subject(program: "other", task: "other", outcome: subject.outcome) : subject
            if let instruments = known[subject] { return instruments }
            let instruments = Instruments(subject, factory)
            known[subject] = instruments
            return instruments
        }
    }
}
