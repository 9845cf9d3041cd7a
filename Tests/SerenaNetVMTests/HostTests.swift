// A program stops where it needs its host and goes on with the answer.

import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct HostTests {
    static let opcodes: Set<VMOpcode> = [.say, .remember, .recall]

    /// Says the first input, remembers the second under the first, and returns what was remembered under the first before.
    private let program = assemble(
        FunctionSource(
            parameters: [.string, .string], registers: [.optional(.string), .int], result: .optional(.string),
            effects: [.says, .writes, .reads],
            code: [
                VMInstruction(.say, a: 0), VMInstruction(.recall, a: 2, b: 0), VMInstruction(.remember, a: 0, b: 1),
                VMInstruction(.loadInt, a: 3, b: 1), VMInstruction(.return, a: 2),
            ]))

    @Test func suspendsAtEachRequestInOrder() throws {
        let execution = try execution(of: program, [.string("näme"), .string("Zoë")])
        #expect(execution.advance() == .suspended(.say("näme")))
        #expect(execution.instructionsExecuted == 1)
        #expect(execution.advance() == .suspended(.recall(key: "näme")))
        #expect(execution.advance(with: .recalled("Ada")) == .suspended(.remember(key: "näme", value: "Zoë")))
        #expect(execution.advance() == .finished(.string("Ada")))
        #expect(execution.instructionsExecuted == 5)
    }

    @Test(arguments: [
        (HostAnswer.recalled(nil), VMValue.null), (.done, .null), (.recalled(""), .string("")),
        (.recalled("é"), .string("é")),
    ])
    func tellsEmptyFromNothing(answer: HostAnswer, expected: VMValue) throws {
        let execution = try execution(of: program, [.string("k"), .string("v")])
        _ = execution.advance()
        _ = execution.advance()
        _ = execution.advance(with: answer)
        #expect(execution.advance() == .finished(expected))
    }

    @Test func staysAtItsEnd() throws {
        let execution = try execution(of: program, [.string("k"), .string("v")])
        for _ in 0..<4 { _ = execution.advance() }
        #expect(execution.advance(with: .failed(reason: "late")) == .finished(.null))
    }

    @Test func endsWhenTheHostFails() throws {
        let execution = try execution(of: program, [.string("k"), .string("v")])
        _ = execution.advance()
        let step = execution.advance(with: .failed(reason: "no voice"))
        #expect(fault(step) == .hostFailed(reason: "no voice"))
        #expect(execution.errorLocation?.line == 1)
    }

    @Test func theVMAnswersFromItsHost() async throws {
        let vm = SerenaNetVM(clock: SteppingClock())
        vm.initialize()
        let host = RecordingHost(memory: ["name": "Ada"])
        let context = VMExecutionContext(
            taskId: "MAIN", bytecode: program, inputs: inputs([.string("name"), .string("Zoë")]), host: host,
            timestamp: SteppingClock().now)
        let result = await vm.execute(with: context)
        #expect(result.success)
        #expect(result.output == .string("Ada"))
        #expect(host.requests == [.say("name"), .recall(key: "name"), .remember(key: "name", value: "Zoë")])
        #expect(await vm.execute(with: context).output == .string("Zoë"))
    }

    @Test func theVMReportsAHostThatThrows() async throws {
        let vm = SerenaNetVM(clock: SteppingClock())
        vm.initialize()
        let result = await vm.execute(
            with: VMExecutionContext(
                taskId: "main", bytecode: program, inputs: inputs([.string("k"), .string("v")]),
                host: RecordingHost(refusesWriting: true), timestamp: SteppingClock().now))
        #expect(!result.success)
        #expect(
            result.error.map { "\($0)" } == "test.ftai:3: the host failed: the disk is full in task main")
    }
}
