// What the executions of a program spend their instructions on, estimated at little cost.
//
// Some hundredths of a percent of the instructions are looked at, in bursts of some in a row, and each burst stands for all that was
// executed since the one before (Arnold and Ryder, "A Framework for Reducing the Cost of Instrumented Code", PLDI 2001). Between
// two bursts the interpreter runs as it does without a monitor. Bursts come soon after each other when a program is new, so that
// something is known of a task that was run a few times, and seldom later; their distances vary at random, so that no loop keeps
// step with them. What is counted off between bursts are instructions, over all executions of the program: nothing depends on time,
// and a run that is repeated is looked at in the same places.

import Instrumentation
import SerenaNetBytecode
import Synchronization

/// Watches the executions of one program, from as many threads as there are.
public final class ProgramMonitor: Sendable {
    public let program: LoadedProgram
    /// For the first word of each instruction, the word behind the instruction; and the function whose code begins there.
    private let following: [Int]
    private let entries: [Int: Int]
    private let state: Mutex<State>

    private struct State {
        var counts: CodeCounts
        /// Instructions until the next burst.
        var distance: Int64 = 0
        /// Instructions that the burst which is under way has still to look at.
        var left = ProgramMonitor.burst
        /// How many instructions each of those that are looked at stands for.
        var weight: UInt64 = 1
        var bursts = 0
        /// Instructions looked at.
        var seen: UInt64 = 0
        var numbers = SeededGenerator(seed: 1)
    }

    /// Instructions of a burst.
    static let burst = 256
    /// The first distances between bursts, and the largest, in instructions. A burst takes a few microseconds, the largest distance
    /// a millisecond or more.
    private static let firstDistance: Int64 = 8_192
    private static let largestDistance: Int64 = 1 << 20

    public init(_ program: LoadedProgram) {
        self.program = program
        var following = [1]
        var entries: [Int: Int] = [:]
        for function in program.bytecode.functions.indices {
            if let first = program.firstWords[function...].first { entries[first] = function }
            for instruction in program.bytecode.instructions(of: program.bytecode.functions[function]) {
                let end = following.count + instruction.wordCount
                for _ in 0..<instruction.wordCount { following.append(end) }
            }
        }
        self.following = following
        self.entries = entries
        state = Mutex(State(counts: CodeCounts(words: following.count, functions: program.bytecode.functions.count)))
    }

    /// Instructions that were looked at.
    public var instructionsSeen: UInt64 { state.withLock { $0.seen } }

    /// What was seen so far, as if everything had been counted: in the form that the compiler reads. Its task is `*`, as it is
    /// of all that were run.
    public var profile: ExecutionProfile {
        state.withLock { $0.counts }.profile(of: program, task: "*")
    }

    /// Instructions until the next burst, and how many it is to look at then.
    func nextBurst() -> (distance: Int64, count: Int) {
        state.withLock { (max(0, $0.distance), $0.left) }
    }

    /// Counts off instructions that were executed outside of bursts.
    func countOff(_ instructions: Int64) {
        guard instructions > 0 else { return }
        state.withLock { $0.distance -= instructions }
    }

    /// Adds what a burst, or a part of one, has seen.
    func add(_ steps: [BurstRecorder.Step]) {
        state.withLock { state in
            let weight = state.weight
            var previous: Int?
            for step in steps {
                state.counts.executions[step.word] &+= weight
                if step.bytes > 0 {
                    state.counts.allocations[step.word] &+= weight
                    state.counts.bytes[step.word] &+= weight &* UInt64(step.bytes)
                }
                if let previous, following[previous] != step.word { state.counts.departures[previous] &+= weight }
                if previous.map(isCall) ?? true, let function = entries[step.word] {
                    state.counts.calls[function] &+= weight
                }
                previous = step.word
            }
            state.seen &+= UInt64(steps.count)
            state.left -= steps.count
            if state.left <= 0 { Self.endBurst(&state) }
        }
    }

    private func isCall(_ word: Int) -> Bool {
        (UnsafeRawPointer(program.code) + word &* 8).plainOpcode == .call
    }

    /// Each second burst, the distance doubles; it is as much as a quarter more or less.
    private static func endBurst(_ state: inout State) {
        let distance = min(largestDistance, firstDistance << Int64(min(state.bursts / 2, 32)))
        state.distance = Int64.random(in: distance * 3 / 4...distance * 5 / 4, using: &state.numbers)
        state.weight = UInt64(state.distance) / UInt64(burst) + 1
        state.left = burst
        state.bursts += 1
    }
}

/// The monitor's part in one execution.
final class BurstSampler {
    private let monitor: ProgramMonitor
    private var recorder: BurstRecorder
    /// How many instructions will have been executed when the next burst begins, and how many it looks at.
    private var next: UInt64 = 0
    private var count = 0
    /// How many had been executed when the monitor was told last.
    private var told: UInt64 = 0

    init(_ monitor: ProgramMonitor, heap: Heap) {
        self.monitor = monitor
        recorder = BurstRecorder(program: monitor.program, heap: heap)
    }

    /// - Parameter executed: instructions of the execution so far.
    func begin(_ executed: UInt64) {
        told = executed
        let burst = monitor.nextBurst()
        next = executed &+ UInt64(burst.distance)
        count = burst.count
    }

    func end(_ executed: UInt64) {
        monitor.countOff(Int64(clamping: executed &- told))
        told = executed
    }

    /// The instructions until the next burst.
    func distance(from executed: UInt64) -> Int64 { max(1, Int64(clamping: next) - Int64(clamping: executed)) }

    func isDue(at executed: UInt64) -> Bool { executed >= next }

    /// Executes a burst; ``MachineExit/paused`` means that the program goes on behind it.
    func burst(_ machine: Machine) -> MachineExit {
        end(machine.instructionsExecuted)
        recorder.begin(count)
        let exit = machine.interpret(&recorder)
        recorder.end()
        monitor.add(recorder.steps)
        begin(machine.instructionsExecuted)
        return exit
    }
}

extension Execution {
    /// Lets a monitor look at the execution from now on; it must be one of the program that is executed.
    public func watch(with monitor: ProgramMonitor) {
        guard monitor.program === machine.program else { return }
        machine.sampler = BurstSampler(monitor, heap: machine.heap)
    }
}
