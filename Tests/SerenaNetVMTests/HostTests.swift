// A program stops where it needs its host and goes on with the answer.

import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct HostTests {
    static let opcodes: Set<VMOpcode> = [
        .say, .remember, .recall, .callTool, .askAgent, .emit, .readClock, .together,
    ]

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

    /// Asks a tool and an agent together, says what the agent answered, reports it, and returns what the tool gave and the time.
    private let outside = assemble(
        FunctionSource(
            parameters: [.string, .string], registers: [.map(.any), .any, .string, .int, .any, .list(.any)],
            result: .list(.any), effects: [.calls, .reads],
            code: [
                VMInstruction(.box, a: 3, b: 1), VMInstruction(.makeMap, a: 2, arguments: [0, 3]),
                VMInstruction(.together, a: 2), VMInstruction(.callTool, a: 3, b: 0, c: 2),
                VMInstruction(.askAgent, a: 4, b: 0, c: 1), VMInstruction(.emit, a: 4, b: 2),
                VMInstruction(.readClock, a: 5), VMInstruction(.box, a: 6, b: 5),
                VMInstruction(.makeList, a: 7, arguments: [3, 6]), VMInstruction(.return, a: 7),
            ]))

    private let values = [VMMapEntry(key: "k", value: .string("v"))]

    @Test func callsThatAreMadeTogetherSuspendOnce() throws {
        let execution = try execution(of: outside, [.string("k"), .string("v")])
        let calls: [HostRequest] = [.callTool(name: "k", arguments: values), .askAgent(name: "k", question: "v")]
        #expect(execution.advance() == .suspended(.together(calls)))
        let answers = [HostAnswer.returned(.map(values)), .returned(.string("yes"))]
        #expect(execution.advance(with: .together(answers)) == .suspended(.emit(event: "yes", values: values)))
        #expect(execution.advance() == .suspended(.readClock))
        #expect(execution.advance(with: .returned(.int(7))) == .finished(.list([.map(values), .int(7)])))
        #expect(execution.instructionsExecuted == 10)
    }

    @Test(
        arguments: [
            ([.failed(reason: "a"), .failed(reason: "b")], .toolFailed(name: "k", reason: "a"), 4),
            ([.done, .failed(reason: "b")], .agentFailed(name: "k", reason: "b"), 5),
            (
                [.done, .returned(.int(3))],
                .agentFailed(name: "k", reason: "the answer is not of the kind that is needed"), 5
            ),
            ([], .toolFailed(name: "k", reason: "no answer"), 4),
        ] as [([HostAnswer], RuntimeFault.Kind, Int)])
    func ofSeveralFailuresTheFirstCounts(answers: [HostAnswer], expected: RuntimeFault.Kind, line: Int) throws {
        let execution = try execution(of: outside, [.string("k"), .string("v")])
        _ = execution.advance()
        let step = execution.advance(with: .together(answers))
        #expect(fault(step) == expected)
        #expect(execution.errorLocation?.line == line)
    }

    @Test func aHostWithoutToolsSaysSo() async throws {
        let answer = await RecordingHost().answer(.together([.callTool(name: "k", arguments: []), .readClock]))
        #expect(
            answer == .together([.failed(reason: "there is no such tool"), .failed(reason: "there is no calendar")]))
        #expect(await RecordingHost().answer(.emit(event: "e", values: [])) == .done)
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
