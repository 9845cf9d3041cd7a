// Runs a task and counts what it executes.

import Instrumentation
import SerenaNetBytecode

/// Runs a task as ``Execution`` does, and counts every instruction. The program does the same as without, some times slower.
///
/// ```swift
/// let profiler = try Profiler(of: "tip", in: program, inputs: ["bill": .float(63)], clock: clock)
/// var step = profiler.advance()
/// while case .suspended(let request) = step {
///     step = profiler.advance(with: await host.answer(request))
/// }
/// let profile = profiler.profile
/// ```
public final class Profiler {
    /// For its figures; it is advanced only by the profiler.
    public let execution: Execution
    private let task: String
    private var counter: ExecutionCounter

    /// - Throws: as ``Execution/init(of:in:inputs:requirements:clock:)``.
    public init(
        of task: String, in program: LoadedProgram, inputs: [String: VMValue] = [:],
        requirements: PerformanceRequirements = PerformanceRequirements(), clock: any EngineClock
    ) throws(VMError) {
        execution = try Execution(of: task, in: program, inputs: inputs, requirements: requirements, clock: clock)
        self.task = program.bytecode.task(named: task)?.name ?? task
        counter = ExecutionCounter(program: program, heap: execution.machine.heap)
    }

    /// As ``Execution/advance(with:)``.
    public func advance(with answer: HostAnswer = .done) -> Execution.Step {
        execution.advance(with: answer, &counter) ?? .failed(.notRunning)
    }

    // MARK: What was counted

    /// What was counted so far.
    public var profile: ExecutionProfile {
        let program = counter.program
        var counts = CodeCounts(words: counter.departures.count, functions: program.bytecode.functions.count)
        counts.departures = counter.departures
        counts.allocations = counter.allocations
        counts.bytes = counter.bytes
        for node in counter.nodes {
            counts.calls[node.function] += node.calls
            let first = program.firstWords[node.function]
            for word in program.instructionWords(of: node.function) {
                counts.executions[word] += counter.counts[node.firstCount + word - first]
            }
        }
        return counts.profile(of: program, task: task)
    }

    /// Where each instruction begins, in words from the beginning of the function.
    private func words(of code: [VMInstruction]) -> [Int] {
        var words: [Int] = []
        var next = 0
        for instruction in code {
            words.append(next)
            next += instruction.wordCount
        }
        return words
    }

    /// The instructions that were counted so far, by the ways of calls to them. Inlined calls are among the calls.
    public var callTree: CallTree {
        let bytecode = counter.program.bytecode
        var tree = CallTree()
        // For each node, the frames of its function and of the calls that are inlined there.
        var frames: [[Int]] = []
        let starts = bytecode.functions.map { words(of: Array(bytecode.instructions(of: $0))) }
        for node in counter.nodes {
            let function = bytecode.functions[node.function]
            // Whoever calls has come before.
            let parent = node.parent < 0 ? 0 : frames[node.parent][node.scope]
            var own = [tree.child(of: parent, task: function.name)]
            for call in function.inlined {
                own.append(tree.child(of: own[Int(call.parent)], task: call.name))
            }
            for (position, word) in starts[node.function].enumerated() {
                let count = counter.counts[node.firstCount + word]
                if count == 0 { continue }
                let frame = own[function.scopes.isEmpty ? 0 : Int(function.scopes[position])]
                let line = function.line(at: position) ?? 0
                let leaf = tree.child(
                    of: frame, task: function.name, file: bytecode.file(at: position, of: function), line: line)
                tree.add(count, to: leaf)
            }
            frames.append(own)
        }
        return tree
    }
}

extension VMOpcode {
    /// Whether it goes on behind itself or somewhere else, as its operands decide.
    var isConditionalJump: Bool {
        switch self {
        case .jumpIf, .jumpIfNot, .jumpEqualInt, .jumpNotEqualInt, .jumpLessInt, .jumpLessEqualInt, .jumpIfNull,
            .loopInt,
            .stepLessInt, .addJumpInt, .addImmediateJumpInt, .jumpFloat, .loopStepInt, .loopGet, .unwrapOrJump,
            .mapGetOrJump, .intMapGetOrJump:
            true
        default: false
        }
    }
}
