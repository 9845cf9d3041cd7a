// Programs that share workers get the same share of them, however many they are.

import Dispatch
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import Synchronization
import Testing

@Suite struct FairnessTests {
    /// Says its input after every 30,000 instructions or so, six times.
    private static let talkative = assemble(
        FunctionSource(
            parameters: [.string], registers: [.int, .int, .int, .int], effects: .says,
            code: [
                VMInstruction(.loadInt, a: 1, b: 30_000), VMInstruction(.loadInt, a: 3, b: 6),
                VMInstruction(.loadInt, a: 2), VMInstruction(.stepLessInt, a: 2, b: 1, c: 3),
                VMInstruction(.say, a: 0), VMInstruction(.stepLessInt, a: 4, b: 3, c: 2),
                VMInstruction(.returnNothing),
            ]))

    /// Counts how far each program is, and how far apart those on one worker ever were.
    private final class Tally: VMHost {
        private struct State {
            var counts: [[Int]]
            var widest = 0
        }

        private let state: Mutex<State>

        init(workers: Int, programs: Int) {
            state = Mutex(State(counts: Array(repeating: Array(repeating: 0, count: programs), count: workers)))
        }

        var widest: Int { state.withLock { $0.widest } }
        var total: Int { state.withLock { $0.counts.joined().reduce(0, +) } }

        func say(_ text: String) async {
            let numbers = text.split(separator: " ").compactMap { Int($0) }
            state.withLock { state in
                state.counts[numbers[0]][numbers[1]] += 1
                let counts = state.counts[numbers[0]]
                state.widest = max(state.widest, (counts.max() ?? 0) - (counts.min() ?? 0))
            }
        }

        func remember(key: String, value: String) async throws {}
        func recall(key: String) async throws -> String? { nil }
    }

    /// All wait until the last is in its queue; a turn lets a program speak five times at most.
    @Test func twoHundredProgramsOnTwoWorkersGoOnTogether() async {
        let programs = 100
        let clock = SteppingClock()
        let vm = SerenaNetVM(clock: clock)
        vm.initialize()
        let tally = Tally(workers: 2, programs: programs)
        let workers = [WorkerThread(name: "first"), WorkerThread(name: "second")]
        let gate = DispatchSemaphore(value: 0)
        for worker in workers { worker.submit { gate.wait() } }
        var tasks: [Task<VMExecutionResult, Never>] = []
        for number in 0..<programs {
            for (index, worker) in workers.enumerated() {
                let context = VMExecutionContext(
                    taskId: "main", bytecode: Self.talkative, inputs: ["a": .string("\(index) \(number)")], host: tally,
                    performanceRequirements: PerformanceRequirements(maxInstructions: .max), timestamp: clock.now)
                tasks.append(Task(executorPreference: worker) { await vm.execute(with: context) })
            }
        }
        for _ in workers { gate.signal() }
        for task in tasks { #expect(await task.value.success) }
        #expect(tally.total == 2 * programs * 6)
        #expect(tally.widest <= 2 * 5)
    }

    /// Work that few instructions do over many bytes counts too.
    @Test func aTurnEndsSoonerForLongTexts() throws {
        let program = assemble(
            FunctionSource(
                parameters: [.string], registers: [.bool],
                code: [VMInstruction(.lessString, a: 1, b: 0, c: 0), VMInstruction(.jump, a: 0)]))
        let text = VMValue.string(String(repeating: "x", count: 1 << 20))
        let execution = try execution(of: program, [text], requirements: PerformanceRequirements(maxInstructions: .max))
        for _ in 0..<5 {
            let before = execution.instructionsExecuted
            #expect(execution.advance(turn: 1_000_000) == nil)
            #expect(execution.instructionsExecuted - before < 200_000)
        }
    }
}
