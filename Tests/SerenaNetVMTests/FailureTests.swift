// What a failure says of itself: where, in which tasks, and what can be tried.

import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct FailureTests {
    private static let place = ProgramLocation(file: "a.ftai", line: 3, stack: ["inner", "main"])

    /// What the verifier says of code that runs out of its function.
    private static let refusal: VMError = {
        do throws(VMError) {
            _ = try LoadedProgram(assemble(FunctionSource(registers: [.int], code: [VMInstruction(.loadInt, a: 0)])))
            return .notRunning
        } catch { return error }
    }()

    private static let errors: [(VMError, name: String, first: RecoveryStep)] = [
        (.compilationFailed(reason: "r"), "compilation", .compileAgain),
        (.executionTimeout(duration: .seconds(1)), "timeout", .raiseBudget),
        (.memoryExhausted(requested: 2, available: 1), "memory", .raiseBudget),
        (refusal, "bytecode", .compileAgain),
        (.agentUnavailable(agentName: "cfo"), "agent", .askAnother),
        (.contextCorrupted(contextId: "c"), "context", .beginAnew),
        (.performanceThresholdExceeded(metric: "instructions", value: 9), "threshold", .raiseBudget),
        (.programFault(RuntimeFault(.divisionByZero, at: place)), "division", .mendInputs),
        (.programFault(RuntimeFault(.callDepth(limit: 4), at: place)), "calls", .simplify),
        (.programFault(RuntimeFault(.missingInput(name: "n", type: .int), at: place)), "inputs", .mendInputs),
        (.programFault(RuntimeFault(.toolFailed(name: "t", reason: "r"), at: place)), "tool", .askAnother),
        (.programFault(RuntimeFault(.cancelled, at: place)), "cancelled", .retry),
        (.notRunning, "not running", .initialize),
    ]

    @Test(arguments: errors) func everyErrorHasANameAPlaceAndAWayOn(
        error: VMError, name: String, first: RecoveryStep
    ) {
        #expect(error.name == name)
        #expect(error.recovery.first == first)
        #expect(error.recovery.last == .answerWithoutTask)
        #expect(Set(error.recovery).count == error.recovery.count)
        let text = "\(VMFailure(error, at: Self.place))"
        #expect(text.hasPrefix("a.ftai:3: "))
        #expect(text.hasSuffix(" in task inner, called by main"))
        #expect(!text.dropFirst(5).contains("a.ftai"))
        #expect(VMFailure(error).recovery == error.recovery)
    }

    @Test func everyStepHasItsAdvice() {
        #expect(Set(RecoveryStep.allCases.map(\.advice)).count == RecoveryStep.allCases.count)
    }

    @Test func aBudgetThatEndsAProgramNamesTheLineAndTheTasks() throws {
        let outer = FunctionSource(
            parameters: [.int], registers: [.int], result: .int,
            code: [VMInstruction(.call, a: 1, b: 1, arguments: [0]), VMInstruction(.return, a: 1)])
        var inner = loop
        inner.name = "inner"
        let execution = try execution(
            of: assemble([outer, inner]), [.int(1_000_000)], requirements: .init(maxInstructions: 100_000))
        _ = execution.advance()
        let failure = try #require(execution.failure)
        let line = try #require(failure.location?.line)
        #expect(failure.location?.stack == ["inner", "main"])
        #expect("\(failure)".hasPrefix("test.ftai:\(line): the program was stopped at 10"))
        #expect("\(failure)".hasSuffix(" instructions in task inner, called by main"))
    }
}
