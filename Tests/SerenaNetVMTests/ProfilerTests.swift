// What the profiler counts is exactly what was executed.

import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct ProfilerTests {
    private func profiler(
        _ program: FTAIBytecode, task: String = "main", _ arguments: [VMValue] = [],
        requirements: PerformanceRequirements = PerformanceRequirements()
    ) throws -> Profiler {
        try Profiler(
            of: task, in: LoadedProgram(program), inputs: inputs(arguments), requirements: requirements,
            clock: SteppingClock())
    }

    @Test func everyInstructionOfALoopIsCountedAndWhichWayJumpsWent() throws {
        let profiler = try profiler(assemble(loop), [.int(10)])
        #expect(profiler.advance() == .finished(.int(55)))
        let main = profiler.profile.functions[0]
        #expect(main.executions == [1, 1, 12, 11, 11, 11, 1])
        #expect(main.jumps == [JumpProfile(instruction: 2, taken: 1)])
        #expect(main.calls == 1)
        #expect(main.lines.map(\.line) == Array(1...7))
        #expect(main.lines[2] == LineProfile(line: 3, visits: 12, instructions: 12))
        #expect(profiler.profile.instructionsExecuted == profiler.execution.instructionsExecuted)
    }

    @Test func callsAreCountedByTheirLinesAndAsATree() throws {
        let profiler = try profiler(assemble(fibonacci), task: "fib", [.int(10)])
        #expect(profiler.advance() == .finished(.int(55)))
        let fib = profiler.profile.functions[0]
        #expect(fib.calls == 177)
        #expect(fib.callSites == [.init(line: 4, callee: "fib", calls: 88), .init(line: 6, callee: "fib", calls: 88)])
        let tree = profiler.callTree
        #expect(tree.totals[0] == profiler.execution.instructionsExecuted)
        // The program, ten calls within each other, and their lines.
        #expect(tree.frames.filter { $0.line == nil }.map(\.task) == [""] + Array(repeating: "fib", count: 10))
        #expect(profiler.profile.instructionsExecuted == profiler.execution.instructionsExecuted)
    }

    /// The stack has to grow, in the middle of calls that are then made once more.
    @Test func aCallThatWaitsForRoomIsCountedOnce() throws {
        let program = assemble(
            FunctionSource(
                parameters: [.int], registers: [.int, .int], result: .int,
                code: [
                    VMInstruction(.loadInt, a: 1, b: 1), VMInstruction(.jumpEqualInt, a: 0, b: 1, c: 5),
                    VMInstruction(.addIntImmediate, a: 2, b: 0, c: UInt16(bitPattern: -1)),
                    VMInstruction(.call, a: 2, b: 0, arguments: [2]),
                    VMInstruction(.addIntImmediate, a: 1, b: 2, c: 1), VMInstruction(.return, a: 1),
                ]))
        let profiler = try profiler(program, [.int(2_000)])
        #expect(profiler.advance() == .finished(.int(2_000)))
        #expect(profiler.profile.functions[0].executions == [2_000, 2_000, 1_999, 1_999, 1_999, 2_000])
        #expect(profiler.profile.functions[0].lines.contains { $0.allocations > 0 })
    }

    @Test func aFailureThatIsCaughtLeavesTheCallsItEnds() throws {
        var program = assemble([
            FunctionSource(
                registers: [.int, .string], result: .string,
                code: [
                    VMInstruction(.call, a: 0, b: 1, arguments: []), VMInstruction(.return, a: 1),
                ]),
            FunctionSource(
                name: "bad", registers: [.int], result: .int,
                code: [VMInstruction(.divInt, a: 0, b: 0, c: 0), VMInstruction(.return, a: 0)]),
        ])
        program.functions[0].handlers = [FaultHandler(range: 0..<1, target: 1, message: 1)]
        let profiler = try profiler(program)
        #expect(profiler.advance() == .finished(.string("division by zero")))
        #expect(profiler.profile.functions.map(\.executions) == [[1, 1], [1, 0]])
        let message = profiler.profile.functions[1].lines[0]
        #expect(message.allocations == 1 && message.bytes > 0)
    }

    @Test func callsThatAreMadeTogetherAreCountedOneByOne() throws {
        let program = assemble(
            FunctionSource(
                parameters: [.string], registers: [.string, .string], effects: .calls,
                code: [
                    VMInstruction(.together, a: 2), VMInstruction(.askAgent, a: 1, b: 0, c: 0),
                    VMInstruction(.askAgent, a: 2, b: 0, c: 0), VMInstruction(.returnNothing),
                ]))
        let profiler = try profiler(program, [.string("x")])
        guard case .suspended(.together) = profiler.advance() else {
            Issue.record("it does not ask")
            return
        }
        let answers = [HostAnswer.returned(.string("a")), .returned(.string("b"))]
        #expect(profiler.advance(with: .together(answers)) == .finished(nil))
        #expect(profiler.profile.functions[0].executions == [1, 1, 1, 1])
        #expect(profiler.execution.instructionsExecuted == 4)
    }

    @Test func aProfileThatIsCutByABudgetIsStillExact() throws {
        let profiler = try profiler(
            assemble(loop), [.int(1_000_000)], requirements: PerformanceRequirements(maxInstructions: 20_000))
        guard case .failed = profiler.advance() else {
            Issue.record("it went on")
            return
        }
        #expect(profiler.profile.instructionsExecuted == profiler.execution.instructionsExecuted)
        #expect(profiler.profile.describes(assemble(loop)))
    }
}
