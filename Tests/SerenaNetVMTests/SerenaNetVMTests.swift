// The VM keeps programs, refuses what is unsafe, and counts what it does.

import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct SerenaNetVMTests {
    private let clock = SteppingClock(step: .microseconds(10))

    private func context(_ bytecode: FTAIBytecode, task: String = "main", _ arguments: [VMValue] = [])
        -> VMExecutionContext
    {
        VMExecutionContext(
            taskId: task, bytecode: bytecode, inputs: inputs(arguments), host: RecordingHost(), timestamp: clock.now)
    }

    @Test func runsOnlyBetweenInitialisationAndShutdown() async {
        let vm = SerenaNetVM(clock: clock)
        #expect(await vm.execute(with: context(assemble(loop), [.int(1)])).error == .notRunning)
        #expect(throws: VMError.notRunning) { try vm.loadBytecode(assemble(loop)) }
        vm.initialize()
        #expect(await vm.execute(with: context(assemble(loop), [.int(1)])).output == .int(1))
        vm.shutdown()
        #expect(await vm.execute(with: context(assemble(loop), [.int(1)])).error == .notRunning)
    }

    @Test func verifiesAProgramOnce() async throws {
        let vm = SerenaNetVM(clock: clock)
        vm.initialize()
        let program = assemble(loop)
        try vm.loadBytecode(program)
        for _ in 0..<3 { _ = await vm.execute(with: context(program, [.int(1)])) }
        #expect(vm.getPerformanceMetrics().programsLoaded == 1)
        #expect(vm.getPerformanceMetrics().programsReused == 3)
    }

    @Test func aProgramThatClaimsToBeAnotherIsVerified() async throws {
        let vm = SerenaNetVM(clock: clock)
        vm.initialize()
        let good = assemble(loop)
        try vm.loadBytecode(good)
        var forged = good
        forged.instructions[0].a = 9
        let result = await vm.execute(with: context(forged, [.int(1)]))
        guard case .invalidBytecode(let reason) = result.error else {
            Issue.record("unsafe code was run")
            return
        }
        #expect(reason.reason == .registerOutside(register: 9, count: 3))
        #expect(await vm.execute(with: context(good, [.int(1)])).success)
    }

    @Test func figuresAddUpByTask() async throws {
        let vm = SerenaNetVM(clock: clock)
        vm.initialize()
        let program = assemble([
            FunctionSource(name: "good", code: [VMInstruction(.returnNothing)]),
            FunctionSource(
                name: "bad", parameters: [.int],
                code: [VMInstruction(.divInt, a: 0, b: 0, c: 0), VMInstruction(.returnNothing)]),
        ])
        _ = await vm.execute(with: context(program, task: "good"))
        _ = await vm.execute(with: context(program, task: "GOOD"))
        let failed = await vm.execute(with: context(program, task: "bad", [.int(0)]))
        _ = await vm.execute(with: context(program, task: "absent"))
        #expect(failed.errorLocation == ProgramLocation(file: "test.ftai", line: 1, stack: ["bad"]))
        let metrics = vm.getPerformanceMetrics()
        #expect(metrics.totals.executions == 4)
        #expect(metrics.totals.failures == 2)
        #expect(metrics.totals.instructionsExecuted == 3)
        #expect(metrics.tasks.map(\.task) == ["bad", "good"])
        #expect(metrics.tasks.map(\.totals.executions) == [1, 2])
        #expect(metrics.totals.executionTime > .zero)
    }

    @Test func manyProgramsAtOnceDoNotSeeEachOther() async {
        let vm = SerenaNetVM(clock: clock)
        vm.initialize()
        let program = assemble(fibonacci)
        let results = await withTaskGroup(of: (Int64, VMValue?).self) { group in
            for input in 0..<16 as Range<Int64> {
                let context = context(program, task: "fib", [.int(input)])
                group.addTask { (input, await vm.execute(with: context).output) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let expected = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610] as [Int64]
        #expect(results == Dictionary(uniqueKeysWithValues: expected.enumerated().map { (Int64($0), VMValue.int($1)) }))
    }

    @Test func forgetsWhatWasNotUsedForLong() async throws {
        let vm = SerenaNetVM(clock: clock)
        vm.initialize()
        for number in 0..<200 {
            var program = assemble(loop)
            program.id = "program \(number)"
            try vm.loadBytecode(program)
        }
        var first = assemble(loop)
        first.id = "program 0"
        try vm.loadBytecode(first)
        #expect(vm.getPerformanceMetrics().programsLoaded == 201)
    }
}
