// Programs end cleanly at their budgets of instructions, time, memory and calls.

import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct BudgetTests {
    private let endless = assemble(FunctionSource(code: [VMInstruction(.jump, a: 0)]))

    @Test func countsEveryInstruction() throws {
        for rounds in [0, 1, 10, 100_000] as [Int64] {
            let execution = try execution(of: assemble(loop), [.int(rounds)])
            #expect(execution.advance() == .finished(.int(rounds * (rounds + 1) / 2)))
            // Two to begin, four for each round of 0 to n, the comparison that ends the loop, and the return.
            #expect(execution.instructionsExecuted == 2 + 4 * UInt64(rounds + 1) + 2)
        }
    }

    @Test func countsTheInstructionsOfCalls() throws {
        let execution = try execution(of: assemble(fibonacci), task: "fib", [.int(20)])
        #expect(execution.advance() == .finished(.int(6_765)))
        // fib(20) calls itself 21,891 times in all: 10,946 times with 0 or 1 at 3 instructions, else at 8.
        #expect(execution.instructionsExecuted == 10_946 * 3 + 10_945 * 8)
    }

    @Test(arguments: [1, 999, 16_384, 16_385, 1_000_000] as [UInt64])
    func stopsAtTheLimitOfInstructions(limit: UInt64) throws {
        let execution = try execution(of: endless, requirements: PerformanceRequirements(maxInstructions: limit))
        let error = VMError.performanceThresholdExceeded(metric: "instructions", value: Double(limit))
        #expect(execution.advance() == .failed(error))
        #expect(execution.instructionsExecuted == limit)
        #expect(execution.errorLocation?.line == 1)
    }

    @Test func finishesWithExactlyEnoughInstructions() throws {
        let enough = PerformanceRequirements(maxInstructions: 2 + 4 * 11 + 2)
        #expect(try run(assemble(loop), [.int(10)], requirements: enough) == .finished(.int(55)))
    }

    @Test func stopsWhenTimeIsUp() throws {
        let requirements = PerformanceRequirements(maxExecutionTime: .milliseconds(5), maxInstructions: .max)
        let step = try run(endless, requirements: requirements, clock: SteppingClock(step: .milliseconds(1)))
        #expect(step == .failed(.executionTimeout(duration: .milliseconds(6))))
    }

    /// Joining long texts is few instructions and much work.
    @Test func fewInstructionsCannotOutrunTheClock() throws {
        let program = assemble(
            FunctionSource(
                parameters: [.string], registers: [.bool],
                code: Array(repeating: VMInstruction(.equalString, a: 1, b: 0, c: 0), count: 100)
                    + [VMInstruction(.returnNothing)]))
        let text = VMValue.string(String(repeating: "x", count: 1 << 18))
        let requirements = PerformanceRequirements(maxExecutionTime: .milliseconds(20))
        let step = try run(program, [text], requirements: requirements, clock: SteppingClock(step: .milliseconds(1)))
        #expect(step == .failed(.executionTimeout(duration: .milliseconds(21))))
    }

    @Test func waitingForTheHostIsNotCounted() throws {
        let program = assemble(
            FunctionSource(
                parameters: [.string], effects: .says, code: [VMInstruction(.say, a: 0), VMInstruction(.returnNothing)])
        )
        let clock = AdjustableClock()
        let execution = try execution(of: program, [.string("x")], clock: clock)
        #expect(execution.advance() == .suspended(.say("x")))
        clock.advance(by: .seconds(60))
        #expect(execution.advance() == .finished(nil))
        #expect(execution.executionTime == .zero)
    }

    @Test func aListThatGrowsEndsAtTheLimitOfMemory() throws {
        let program = assemble(
            FunctionSource(
                parameters: [.int], registers: [.list(.int)],
                code: [
                    VMInstruction(.makeList, a: 1, arguments: []), VMInstruction(.listAppend, a: 1, b: 0),
                    VMInstruction(.jump, a: 1),
                ]))
        let execution = try execution(
            of: program, [.int(1)], requirements: PerformanceRequirements(maxMemoryUsage: 100_000))
        guard case .failed(.memoryExhausted(let requested, let available)) = execution.advance() else {
            Issue.record("the program did not run out of memory")
            return
        }
        #expect(requested > available)
        #expect(execution.peakMemoryUsage <= 100_000)
        #expect(execution.errorLocation?.line == 2)
    }

    @Test func aTextThatDoublesEndsAtTheLimitOfMemory() throws {
        let program = assemble(
            FunctionSource(
                parameters: [.string],
                code: [VMInstruction(.concatenate, a: 0, arguments: [0, 0]), VMInstruction(.jump, a: 0)]))
        let execution = try execution(of: program, [.string("ab")])
        guard case .failed(.memoryExhausted) = execution.advance() else {
            Issue.record("the program did not run out of memory")
            return
        }
        #expect(execution.peakMemoryUsage <= PerformanceRequirements().maxMemoryUsage)
    }

    /// Seven lists, each holding the one before a thousand times, are small inside and would be enormous outside.
    @Test func aResultThatShareItsPartsCannotExplode() throws {
        var types: [ValueType] = [.list(.int)]
        while types.count < 7 { types.append(.list(types[types.count - 1])) }
        var code = [VMInstruction(.makeList, a: 0, arguments: [])]
        for register in 1..<UInt16(7) {
            code.append(VMInstruction(.makeList, a: register, arguments: Array(repeating: register - 1, count: 1_000)))
        }
        code.append(VMInstruction(.return, a: 6))
        let program = assemble(FunctionSource(registers: types, result: types[6], code: code))
        guard case .failed(.memoryExhausted) = try run(program) else {
            Issue.record("the result was copied out")
            return
        }
    }

    @Test(arguments: [0, 100, 2_047])
    func inputsAndStackMustFitTheMemory(limit: Int) throws {
        #expect(throws: VMError.self) {
            try execution(of: assemble(loop), [.int(1)], requirements: PerformanceRequirements(maxMemoryUsage: limit))
        }
    }

    @Test(arguments: [1, 2, 500, 10_000])
    func deepRecursionEndsAtTheLimitOfCalls(limit: Int) throws {
        let program = assemble(
            FunctionSource(
                code: [
                    VMInstruction(.call, a: VMInstruction.noRegister, b: 0, arguments: []),
                    VMInstruction(.returnNothing),
                ]))
        let execution = try execution(of: program, requirements: PerformanceRequirements(maxCallDepth: limit))
        #expect(fault(execution.advance()) == .callDepth(limit: limit))
        #expect(execution.instructionsExecuted == UInt64(limit - 1))
        #expect(execution.errorLocation?.stack.count == limit)
    }

    @Test func recursionAsDeepAsTheLimitIsFine() throws {
        // The number of calls within each other is the input.
        let program = assemble(
            FunctionSource(
                parameters: [.int], registers: [.int, .int], result: .int,
                code: [
                    VMInstruction(.loadInt, a: 1, b: 1), VMInstruction(.jumpEqualInt, a: 0, b: 1, c: 5),
                    VMInstruction(.addIntImmediate, a: 2, b: 0, c: UInt16(bitPattern: -1)),
                    VMInstruction(.call, a: 2, b: 0, arguments: [2]),
                    VMInstruction(.addIntImmediate, a: 1, b: 2, c: 1), VMInstruction(.return, a: 1),
                ]))
        #expect(try run(program, [.int(10_000)]) == .finished(.int(10_000)))
        #expect(fault(try run(program, [.int(10_001)])) == .callDepth(limit: 10_000))
    }

    @Test func registersOfACallStartEmpty() throws {
        let program = assemble([
            FunctionSource(
                registers: [.string, .list(.int), .int, .int], result: .int,
                code: [
                    VMInstruction(.loadInt, a: 2, b: 7), VMInstruction(.makeList, a: 1, arguments: [2, 2]),
                    VMInstruction(.call, a: 3, b: 1, arguments: [2]), VMInstruction(.call, a: 3, b: 1, arguments: [2]),
                    VMInstruction(.return, a: 3),
                ]),
            FunctionSource(
                name: "count", parameters: [.int], registers: [.list(.int), .int, .list(.int)], result: .int,
                code: [
                    VMInstruction(.listCount, a: 2, b: 1), VMInstruction(.makeList, a: 1, arguments: [0, 0, 0]),
                    VMInstruction(.return, a: 2),
                ]),
        ])
        #expect(try run(program) == .finished(.int(0)))
    }

    @Test func aCancelledTaskEndsItsProgram() async throws {
        let endless = endless
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try run(endless, requirements: PerformanceRequirements(maxInstructions: .max))
        }
        #expect(fault(try await task.value) == .cancelled)
    }
}
