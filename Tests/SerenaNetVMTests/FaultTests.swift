// Errors say what happened, on which line, and in which tasks.

import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct FaultTests {
    private let average = assemble([
        FunctionSource(
            parameters: [.int], registers: [.int, .int], result: .int,
            code: [
                VMInstruction(.loadInt, a: 1, b: 7), VMInstruction(.call, a: 2, b: 1, arguments: [1, 0]),
                VMInstruction(.return, a: 2),
            ]),
        FunctionSource(
            name: "average", parameters: [.int, .int], registers: [.int], result: .int,
            code: [
                VMInstruction(.move, a: 2, b: 0), VMInstruction(.divInt, a: 2, b: 2, c: 1),
                VMInstruction(.return, a: 2),
            ]),
    ])

    @Test func namesLineAndTasks() throws {
        #expect(try run(average, [.int(2)]) == .finished(.int(3)))
        guard case .failed(let error) = try run(average, [.int(0)]) else {
            Issue.record("division by zero went unnoticed")
            return
        }
        #expect("\(error)" == "test.ftai:2: division by zero in task average, called by main")
    }

    @Test func aDeepStackIsShortened() {
        let location = ProgramLocation(file: "t.ftai", line: 3, stack: Array(repeating: "f", count: 99) + ["main"])
        let text = "\(RuntimeFault(.callDepth(limit: 100), at: location))"
        #expect(
            text == "t.ftai:3: more than 100 calls within each other in task f"
                + String(repeating: ", called by f", count: 4) + ", called by 94 more, called by main")
    }

    @Test(
        arguments: [
            ("none", [:], "test.ftai: there is no task none"),
            ("average", ["a": .int(1)], "test.ftai: the input b (int) is missing in task average"),
            ("average", ["a": .int(1), "b": .float(1)], "test.ftai: the input b is not int in task average"),
            ("average", ["a": .int(1), "b": .null], "test.ftai: the input b is not int in task average"),
            (
                "average", ["a": .int(1), "b": .int(1), "x": .int(1)],
                "test.ftai: there is no input x in task average"
            ),
        ] as [(String, [String: VMValue], String)])
    func wrongCallsAreRefused(task: String, inputs: [String: VMValue], message: String) throws {
        let program = try LoadedProgram(average)
        let error = #expect(throws: VMError.self) {
            try Execution(of: task, in: program, inputs: inputs, clock: SteppingClock())
        }
        #expect(error.map { "\($0)" } == message)
    }

    @Test func aDefaultStandsInForAnInput() throws {
        var program = average
        program.tasks[1].inputs[1].defaultValue = .int(2)
        #expect(try run(program, task: "average", [.int(9)]) == .finished(.int(4)))
        #expect(try run(program, task: "average", [.int(9), .int(3)]) == .finished(.int(3)))
    }

    @Test func nestedInputsComeBackAsTheyWere() throws {
        let type = ValueType.list(.optional(.list(.optional(.string))))
        let value = VMValue.list([.null, .list([.string("é"), .null, .string("")]), .list([])])
        let program = assemble(FunctionSource(parameters: [type], result: type, code: [VMInstruction(.return, a: 0)]))
        #expect(try run(program, [value]) == .finished(value))
    }
}
