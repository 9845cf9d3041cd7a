// Failures are caught by the innermost handler on the way out, and budgets are not.

import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct HandlerTests {
    /// Divides 7 by its input and gives the message of what goes wrong.
    private func guarded(_ handlers: [FaultHandler]) -> FTAIBytecode {
        var program = assemble(
            FunctionSource(
                parameters: [.int], registers: [.int, .int, .string, .string], result: .string,
                code: [
                    VMInstruction(.loadInt, a: 1, b: 7), VMInstruction(.divInt, a: 2, b: 1, c: 0),
                    VMInstruction(.intToString, a: 3, b: 2), VMInstruction(.return, a: 3),
                    VMInstruction(.concatenate, a: 3, arguments: [4, 3]), VMInstruction(.return, a: 3),
                ]))
        program.functions[0].handlers = handlers
        return program
    }

    @Test func aHandlerTakesTheMessageAndTheKind() throws {
        let program = guarded([FaultHandler(range: 0..<3, target: 4, message: 3, kind: 4)])
        #expect(try run(program, [.int(2)]) == .finished(.string("3")))
        #expect(try run(program, [.int(0)]) == .finished(.string("divisiondivision by zero")))
    }

    @Test func aFailureThatLeadsBackToItselfEndsItsTurn() throws {
        let program = guarded([FaultHandler(range: 0..<3, target: 0, message: 3, kind: 4)])
        let execution = try execution(of: program, [.int(0)])
        #expect(execution.advance(turn: 50_000) == nil)
        // Looking for a handler is work of its own, which counts as well.
        #expect((1_000..<100_000).contains(execution.instructionsExecuted))
        #expect(execution.advance(turn: 50_000) == nil)
        // The texts that it makes are collected as those of any other loop.
        #expect(execution.memory.collector.cycles > 0)
        #expect(execution.memory.collector.fullCollections == 0)
    }

    @Test func whatIsNotProtectedIsNotCaught() throws {
        let program = guarded([FaultHandler(range: 2..<4, target: 4)])
        #expect(fault(try run(program, [.int(0)])) == .divisionByZero)
    }

    @Test func theFirstHandlerThatProtectsAPlaceTakesTheFailure() throws {
        let program = guarded([
            FaultHandler(range: 1..<2, target: 4, message: 3), FaultHandler(range: 0..<6, target: 3, message: 3),
        ])
        #expect(try run(program, [.int(0)]) == .finished(.string("division by zero")))
    }

    /// Calls itself until its input is 0, then divides by it; the task catches that far below.
    @Test func aFailureInCallsIsCaughtByTheCaller() throws {
        var program = assemble([
            FunctionSource(
                parameters: [.int], registers: [.int, .string], result: .string,
                code: [
                    VMInstruction(.call, a: 1, b: 1, arguments: [0]), VMInstruction(.return, a: 2),
                    VMInstruction(.call, a: 1, b: 1, arguments: [0]), VMInstruction(.return, a: 2),
                ]),
            FunctionSource(
                name: "down", parameters: [.int], registers: [.int], result: .int,
                code: [
                    VMInstruction(.jumpNotEqualInt, a: 0, b: 1, c: 3), VMInstruction(.divInt, a: 1, b: 0, c: 0),
                    VMInstruction(.return, a: 1), VMInstruction(.addIntImmediate, a: 0, b: 0, c: 0xFFFF),
                    VMInstruction(.call, a: 0, b: 1, arguments: [0]), VMInstruction(.return, a: 0),
                ]),
        ])
        program.functions[0].handlers = [FaultHandler(range: 0..<1, target: 1, message: 2)]
        for depth in [0, 1, 500] {
            #expect(try run(program, [.int(Int64(depth))]) == .finished(.string("division by zero")))
        }
        // And what is not caught is shown with the whole way to it.
        program.functions[0].handlers = [FaultHandler(range: 0..<1, target: 2)]
        guard case .failed(.programFault(let fault)) = try run(program, [.int(1)]) else {
            Issue.record("the second call was caught")
            return
        }
        #expect(fault.location.stack == ["down", "down", "main"])
        #expect(fault.location.line == 2)
    }

    @Test func budgetsAreNotCaught() throws {
        var program = assemble(
            FunctionSource(
                registers: [.string], result: .string,
                code: [VMInstruction(.jump, a: 0), VMInstruction(.return, a: 0)]))
        program.functions[0].handlers = [FaultHandler(range: 0..<1, target: 1, message: 0)]
        let step = try run(program, requirements: PerformanceRequirements(maxInstructions: 1_000))
        guard case .failed(.performanceThresholdExceeded) = step else {
            Issue.record("the budget was caught: \(step)")
            return
        }
        var recursion = assemble(
            FunctionSource(
                registers: [.string], result: .string,
                code: [VMInstruction(.call, a: 0, b: 0, arguments: []), VMInstruction(.return, a: 0)]))
        recursion.functions[0].handlers = [FaultHandler(range: 0..<1, target: 1, message: 0)]
        let deep = try run(recursion, requirements: PerformanceRequirements(maxCallDepth: 10))
        #expect(fault(deep) == .callDepth(limit: 10))
    }

    @Test func aHandlerThatLeadsBackToTheFailureUsesUpTheBudget() throws {
        var program = assemble(
            FunctionSource(parameters: [.string], result: .string, code: [VMInstruction(.fail, a: 0)]))
        program.functions[0].handlers = [FaultHandler(range: 0..<1, target: 0)]
        let step = try run(
            program, [.string("again")], requirements: PerformanceRequirements(maxInstructions: 100_000))
        guard case .failed(.performanceThresholdExceeded(let metric, let value)) = step else {
            Issue.record("it ended otherwise: \(step)")
            return
        }
        #expect(metric == "instructions" && value >= 100_000)
    }

    @Test func aProgramThatFailsAndCatchesForeverIsEnded() throws {
        var program = assemble(
            FunctionSource(
                parameters: [.string], registers: [.string], result: .string, code: [VMInstruction(.fail, a: 0)]))
        program.functions[0].handlers = [FaultHandler(range: 0..<1, target: 0, message: 1)]
        let clock = SteppingClock(step: .milliseconds(1))
        let requirements = PerformanceRequirements(maxMemoryUsage: 1 << 20)
        let step = try run(program, [.string("again")], requirements: requirements, clock: clock)
        guard case .failed(let error) = step else {
            Issue.record("it ended by itself: \(step)")
            return
        }
        #expect("\(error)".contains("memory") || "\(error)".contains("stopped"))
    }

    /// A value of type `any` that contains itself can be made, and does not end the process when it leaves.
    @Test func aValueThatContainsItselfIsRefusedAtTheBorder() throws {
        let program = assemble(
            FunctionSource(
                registers: [.list(.any), .any, .string], result: .any,
                code: [
                    VMInstruction(.makeList, a: 0, arguments: []), VMInstruction(.box, a: 1, b: 0),
                    VMInstruction(.listAppend, a: 0, b: 1), VMInstruction(.return, a: 1),
                ]))
        guard case .failed(let error) = try run(program) else {
            Issue.record("it left")
            return
        }
        #expect("\(error)".contains("contains itself"))
    }

    @Test func mapsGrowShrinkAndKeepTheirOrder() throws {
        // Sets 1,000 keys, and removes every second one while it does.
        let program = assemble(
            FunctionSource(
                parameters: [.int], registers: [.map(.int), .int, .string, .bool, .int, .int], result: .map(.int),
                code: [
                    VMInstruction(.makeMap, a: 1, arguments: []), VMInstruction(.intToString, a: 3, b: 2),
                    VMInstruction(.mapSet, a: 1, b: 3, c: 2), VMInstruction(.loadInt, a: 5, b: 2),
                    VMInstruction(.modInt, a: 5, b: 2, c: 5), VMInstruction(.jumpEqualInt, a: 5, b: 6, c: 7),
                    VMInstruction(.callBuiltin, a: 4, b: Builtin.removeKey.rawValue, arguments: [1, 3]),
                    VMInstruction(.addIntImmediate, a: 2, b: 2, c: 1), VMInstruction(.jumpLessInt, a: 2, b: 0, c: 1),
                    VMInstruction(.return, a: 1),
                ]))
        let expected = stride(from: Int64(0), to: 1_000, by: 2).map { VMMapEntry(key: "\($0)", value: .int($0)) }
        #expect(try run(program, [.int(1_000)]) == .finished(.map(expected)))
    }
}
