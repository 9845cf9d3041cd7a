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
        let bytecode = counter.program.bytecode
        return ExecutionProfile(
            program: bytecode.id, sourceFile: bytecode.metadata.sourceFile, sourceHash: bytecode.sourceHash,
            cacheKey: bytecode.metadata.cacheKey, level: bytecode.optimizationLevel, task: task,
            functions: bytecode.functions.indices.map(profile(ofFunction:)))
    }

    private func profile(ofFunction index: Int) -> FunctionProfile {
        let bytecode = counter.program.bytecode
        let function = bytecode.functions[index]
        let code = Array(bytecode.instructions(of: function))
        let words = words(of: code)
        let nodes = counter.nodes.filter { $0.function == index }
        var profile = FunctionProfile(
            name: function.name, calls: nodes.reduce(0) { $0 + $1.calls },
            executions: words.map { word in nodes.reduce(0) { $0 + counter.counts[$1.firstCount + word] } })
        let first = counter.program.firstWords[index]
        var sites: [CallSite: UInt64] = [:]
        var lines: [Line: LineProfile] = [:]
        for (position, instruction) in code.enumerated() where profile.executions[position] > 0 {
            let (count, word) = (profile.executions[position], first + words[position])
            if instruction.opcode.isConditionalJump {
                profile.jumps.append(JumpProfile(instruction: position, taken: counter.departures[word]))
            }
            guard let line = function.line(at: position) else { continue }
            if instruction.opcode == .call {
                sites[CallSite(line: line, callee: bytecode.functions[Int(instruction.b)].name), default: 0] += count
            }
            let key = Line(file: file(at: position, of: function), line: line)
            var figures = lines[key] ?? LineProfile(file: key.file, line: line, visits: 0, instructions: 0)
            figures.visits = max(figures.visits, count)
            figures.instructions += count
            figures.allocations += counter.allocations[word]
            figures.bytes += counter.bytes[word]
            lines[key] = figures
        }
        profile.callSites = sites.sorted { ($0.key.line, $0.key.callee) < ($1.key.line, $1.key.callee) }
            .map { CallSiteProfile(line: $0.key.line, callee: $0.key.callee, calls: $0.value) }
        profile.lines = lines.values.sorted { ($0.file ?? "", $0.line) < ($1.file ?? "", $1.line) }
        return profile
    }

    private struct Line: Hashable {
        let file: String?
        let line: Int
    }

    /// The included document that an instruction comes from; nil for the main one.
    private func file(at position: Int, of function: BytecodeFunction) -> String? {
        guard let task = function.tasks(at: position).first, task != function.name else { return function.file }
        return counter.program.bytecode.functions.first { $0.name == task }?.file
    }

    private struct CallSite: Hashable {
        let line: Int
        let callee: String
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
                    of: frame, task: function.name, file: file(at: position, of: function), line: line)
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
            .mapGetOrJump:
            true
        default: false
        }
    }
}
