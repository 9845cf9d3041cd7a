// What the metrics of the VM show to a collector.

import Instrumentation
import MetricsTestKit
import SerenaNetVM
import Testing

@testable import SerenaEngine

@Suite struct VMInstrumentsTests {
    @Test func executionsAreCountedByTaskAndOutcome() throws {
        let collector = TestMetrics()
        let instruments = VMInstruments(factory: collector)
        var fine = VMExecutionResult(
            taskId: "tip", success: true, executionTime: .milliseconds(2), memoryUsage: 4_096,
            instructionsExecuted: 300)
        for _ in 0..<2 { instruments.executionEnded(fine, of: "bill") }
        fine.error = .executionTimeout(duration: .milliseconds(500))
        instruments.executionEnded(fine, of: "bill")
        let dimensions = [("program", "bill"), ("task", "tip"), ("outcome", "success")]
        #expect(try collector.expectCounter("serena.vm.executions", dimensions).totalValue == 2)
        #expect(try collector.expectCounter("serena.vm.instructions", dimensions).totalValue == 600)
        #expect(try collector.expectTimer("serena.vm.execution_time", dimensions).values == [2_000_000, 2_000_000])
        #expect(try collector.expectRecorder("serena.vm.peak_memory", dimensions).lastValue == 4_096)
        let late = [("program", "bill"), ("task", "tip"), ("outcome", "timeout")]
        #expect(try collector.expectCounter("serena.vm.executions", late).totalValue == 1)
    }

    @Test func manyTasksAreCountedAsOne() throws {
        let collector = TestMetrics()
        let instruments = VMInstruments(factory: collector)
        for number in 0..<1_100 {
            instruments.executionEnded(VMExecutionResult(taskId: "task \(number)", success: true), of: "bill")
        }
        let rest = [("program", "other"), ("task", "other"), ("outcome", "success")]
        #expect(try collector.expectCounter("serena.vm.executions", rest).totalValue == 100)
    }
}
