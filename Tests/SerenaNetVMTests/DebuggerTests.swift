// The debugger stops where it is told to, and the program does the same as without.

import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct DebuggerTests {
    private func debugger(_ program: FTAIBytecode, task: String = "main", _ arguments: [VMValue] = []) throws
        -> Debugger
    {
        try Debugger(of: task, in: LoadedProgram(program), inputs: inputs(arguments), clock: SteppingClock())
    }

    private func lines(_ debugger: Debugger) -> [Int] { debugger.frames.compactMap(\.line) }

    @Test func aLineIsAStopEachTimeControlComesToIt() throws {
        let debugger = try debugger(assemble(loop), [.int(3)])
        debugger.setBreakpoint(.line(5), id: 7)
        var sums: [VMValue?] = []
        while debugger.resume(.run) == .breakpoint {
            #expect(lines(debugger) == [5] && debugger.breakpointsHere == [7])
            sums.append(debugger.value(ofRegister: 2, in: debugger.frames[0]))
        }
        #expect(sums == [.int(0), .int(1), .int(3), .int(6)])
        #expect(debugger.frames.isEmpty)
        #expect(debugger.proceed() == .ended(.finished(.int(6))))
    }

    @Test func stepsGoIntoCallsOverThemAndOutOfThem() throws {
        let debugger = try debugger(assemble(fibonacci), task: "fib", [.int(4)])
        #expect(debugger.resume(.into) == .step)
        #expect(lines(debugger) == [1])
        for _ in 0..<3 { #expect(debugger.resume(.into) == .step) }
        #expect(lines(debugger) == [4])
        #expect(debugger.resume(.into) == .step)
        #expect(lines(debugger) == [1, 4])
        #expect(debugger.resume(.over) == .step)
        #expect(lines(debugger) == [2, 4])
        #expect(debugger.resume(.out) == .step)
        #expect(lines(debugger) == [5] && debugger.depth == 1)
        #expect(debugger.value(ofRegister: 2, in: debugger.frames[0]) == .int(2))
        #expect(debugger.resume(.over) == .step)
        #expect(debugger.resume(.over) == .step)
        #expect(lines(debugger) == [7])
        #expect(debugger.resume(.out) == .ended(.finished(.int(3))))
    }

    @Test func singleInstructionsComeToTheSameEnd() throws {
        let debugger = try debugger(assemble(fibonacci), task: "fib", [.int(5)])
        var steps = 0
        while debugger.resume(.instruction) == .step { steps += 1 }
        #expect(debugger.proceed() == .ended(.finished(.int(5))))
        // fib(5) calls itself 15 times: 8 times with 0 or 1.
        #expect(steps == 8 * 3 + 7 * 8)
        #expect(debugger.execution.instructionsExecuted == UInt64(steps))
    }

    @Test func anInstructionIsAStop() throws {
        let debugger = try debugger(assemble(fibonacci), task: "fib", [.int(3)])
        debugger.setBreakpoint(.instruction(CodePosition(function: 0, instruction: 6)), id: 1)
        debugger.setBreakpoint(.instruction(CodePosition(function: 9, instruction: 0)), id: 2)
        #expect(debugger.resume(.run) == .breakpoint)
        #expect(debugger.frames.map(\.position.instruction) == [6, 3])
        debugger.removeBreakpoint(id: 1)
        #expect(debugger.resume(.run) == .ended(.finished(.int(2))))
    }

    @Test func aProgramThatFailsCanBeLookedAt() throws {
        let program = assemble(
            FunctionSource(
                parameters: [.int], registers: [.int], result: .int,
                code: [VMInstruction(.divInt, a: 1, b: 0, c: 1), VMInstruction(.return, a: 1)]))
        let debugger = try debugger(program, [.int(9)])
        guard case .ended(.failed) = debugger.resume(.run) else {
            Issue.record("it did not fail")
            return
        }
        #expect(lines(debugger) == [1])
        #expect(debugger.value(ofRegister: 0, in: debugger.frames[0]) == .int(9))
    }

    @Test func aRequestStopsAnEndlessProgram() throws {
        let debugger = try debugger(assemble(FunctionSource(code: [VMInstruction(.jump, a: 0)])))
        let interruption = debugger.interruption
        interruption.request()
        #expect(debugger.resume(.run) == .interrupted)
        #expect(lines(debugger) == [1])
    }

    @Test func theHostIsAskedAndThePlanGoesOn() throws {
        let program = assemble(
            FunctionSource(
                parameters: [.string], effects: .says,
                code: [
                    VMInstruction(.say, a: 0), VMInstruction(.say, a: 0), VMInstruction(.returnNothing),
                ]))
        let debugger = try debugger(program, [.string("x")])
        #expect(debugger.resume(.over) == .step)
        #expect(debugger.resume(.over) == .waiting(.say("x")))
        #expect(debugger.proceed() == .step)
        #expect(lines(debugger) == [2])
        #expect(debugger.resume(.run) == .waiting(.say("x")))
        #expect(debugger.proceed() == .ended(.finished(nil)))
    }

    @Test func everyLineCanBeReported() throws {
        let debugger = try debugger(assemble(loop), [.int(1)])
        debugger.reportsLines = true
        var seen: [Int] = []
        var stop = debugger.resume(.run)
        while stop == .line {
            seen += lines(debugger)
            stop = debugger.proceed()
        }
        #expect(seen == [1, 2, 3, 4, 5, 6, 3, 4, 5, 6, 3, 7])
    }
}
