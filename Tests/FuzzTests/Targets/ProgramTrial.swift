// One made program, run in one of the ways in which the machine runs programs.

import SerenaNetBytecode

@testable import SerenaNetVM

/// Runs the first task of a program that the verifier must accept.
struct ProgramTrial {
    /// What is particular about the run.
    enum Way {
        case plain
        /// The collector is always at work.
        case hasty
        /// Interpreted and as machine code, which must do the same to the instruction.
        case asMachineCode
        /// Each instruction is counted.
        case counted
        /// Left at its first requests, it must come to the same end from snapshots.
        case left
        /// In the binary form, the program is the same.
        case encoded

        /// Half of the programs are plain.
        static func ofProgram(_ number: Int) -> Way {
            switch number % 16 {
            case 1, 5, 9, 13: .hasty
            case 2: .asMachineCode
            case 3: .counted
            case 6: .left
            case 7 where number % 32 == 7: .encoded
            default: .plain
            }
        }
    }

    private let program: FTAIBytecode
    private let way: Way
    private let pace: CollectorPace
    /// Small enough that programs meet all of them.
    private static let requirements = PerformanceRequirements(
        maxInstructions: 600, maxMemoryUsage: 1 << 17, maxCallDepth: 12)

    /// - Parameter number: decides about the way, and about whether objects have memory of their own.
    init(of program: FTAIBytecode, number: Int) {
        self.program = program
        way = Way.ofProgram(number)
        var pace = way == .hasty ? CollectorPace.hasty : .ordinary
        pace.separatesObjects = number / 4 % 2 == 0
        self.pace = pace
    }

    func run(_ totals: inout TrialTotals) {
        let loaded = load(.off)
        if way == .encoded { holdEncoding() }
        guard let execution = execution(of: loaded) else { return }
        let run: ProgramRun
        if way == .counted {
            var counter = OpcodeCounter(loaded)
            run = goOn(execution) { execution.advance(with: $0, &counter) ?? .failed(.notRunning) }
            counter.add(to: &totals)
        } else {
            run = goOn(execution) { execution.advance(with: $0) }
        }
        if way == .asMachineCode { holdMachineCode(against: run, &totals) }
        if way == .left, run.requests.count > 0 { holdSnapshots(against: run, loaded, &totals) }
        count(run, execution, &totals)
    }

    private func count(_ run: ProgramRun, _ execution: Execution, _ totals: inout TrialTotals) {
        totals.programs += 1
        totals.instructions += Int(run.instructions)
        totals.requests += run.requests.count
        totals.collections += execution.machine.heap.collector.pointee.figures.cycles
        if pace.separatesObjects { totals.withSeparateObjects += 1 }
        if case .finished = run.step {
            totals.finished += 1
        } else if run.isCut {
            totals.cut += 1
        } else {
            totals.failed += 1
        }
    }

    // MARK: Running

    private func load(_ machineCode: MachineCodeUse) -> LoadedProgram {
        do throws(VMError) { return try LoadedProgram(program, machineCode: machineCode) } catch {
            fail("a program that follows the description is refused: \(error)")
        }
    }

    /// Nil when not even its inputs fit the memory.
    private func execution(of loaded: LoadedProgram) -> Execution? {
        guard let task = program.tasks.first else { return nil }
        let inputs = Dictionary(task.inputs.map { ($0.name, ProgramRun.value(of: $0.type)) }) { first, _ in first }
        return try? Execution(
            of: task.name, in: loaded, inputs: inputs, requirements: Self.requirements, clock: FrozenClock(), pace: pace
        )
    }

    /// Runs to the end, or to where nobody answers any more.
    private func goOn(_ execution: Execution, _ advance: (HostAnswer) -> Execution.Step) -> ProgramRun {
        var run = ProgramRun(step: advance(.done))
        while case .suspended(let request) = run.step, run.requests.count < Self.mostRequests {
            run.requests.append(request)
            run.step = advance(ProgramRun.answer(to: request))
        }
        run.instructions = execution.instructionsExecuted
        return run
    }

    private static let mostRequests = 24

    // MARK: What must be the same

    private func holdEncoding() {
        // As bytes, because a constant that is no number is not equal to itself.
        let bytes = program.encoded()
        guard let decoded = try? FTAIBytecode(decoding: bytes), decoded.encoded() == bytes else {
            fail("a program in the binary form is another")
        }
    }

    private func holdMachineCode(against run: ProgramRun, _ totals: inout TrialTotals) {
        guard let execution = execution(of: load(.always)) else { fail("machine code takes memory of the program") }
        let other = goOn(execution) { execution.advance(with: $0) }
        guard Self.isSame(other, run), other.instructions == run.instructions else {
            fail("as machine code it does \(other), interpreted \(run)")
        }
        totals.asMachineCode += 1
    }

    /// The program is left at each of its first requests, and goes on from the snapshot of that moment.
    private func holdSnapshots(against run: ProgramRun, _ loaded: LoadedProgram, _ totals: inout TrialTotals) {
        guard var execution = execution(of: loaded) else { return }
        var left = 0
        let other = goOn(execution) { answer in
            let step = execution.advance(with: answer)
            guard case .suspended = step, left < 3 else { return step }
            // A value that contains itself, or is nested too deep, has no snapshot.
            guard let snapshot = try? execution.snapshot() else { return step }
            do throws(SnapshotError) {
                execution = try Execution(
                    resuming: snapshot, of: loaded, atMost: Self.requirements, clock: FrozenClock())
            } catch {
                // There is a little less room than before: what was fragmented is not, and what was inline is.
                guard case .refused(.memoryExhausted) = error.reason else {
                    fail("its own snapshot is refused: \(error)")
                }
                return step
            }
            left += 1
            return step
        }
        guard run.isCut || other.isCut || Self.isSame(run, other) else {
            fail("from a snapshot it does \(other), without \(run)")
        }
        totals.snapshots += left
    }

    /// What is no number is not equal to itself, but is written in one way.
    private static func isSame(_ one: ProgramRun, _ other: ProgramRun) -> Bool {
        one == other || "\(one.requests) \(one.step)" == "\(other.requests) \(other.step)"
    }

    private func fail(_ reason: String) -> Never {
        print(reason)
        print(Disassembly(of: program).text)
        preconditionFailure()
    }
}

/// Counts how often each opcode is executed.
private struct OpcodeCounter: InstructionObserver {
    static var isActive: Bool { true }

    private let start: UnsafeRawPointer
    /// The opcode whose instruction begins at a word of the program's code; the halt has none.
    private var opcodes: [VMOpcode?] = [nil]
    private var counts: [Int]

    init(_ program: LoadedProgram) {
        start = UnsafeRawPointer(program.code)
        for function in program.bytecode.functions {
            for instruction in program.bytecode.instructions(of: function) {
                opcodes.append(instruction.opcode)
                for _ in 1..<instruction.wordCount { opcodes.append(nil) }
            }
        }
        counts = [Int](repeating: 0, count: opcodes.count)
    }

    mutating func allows(_ pc: UnsafeRawPointer, _ base: UnsafeMutableRawPointer, depth: Int) -> Bool {
        counts[(pc - start) / 8] += 1
        return true
    }

    mutating func callWillRepeat() {}
    mutating func failureWasCaught() {}

    func add(to totals: inout TrialTotals) {
        for (word, opcode) in opcodes.enumerated() {
            guard let opcode, counts[word] > 0 else { continue }
            totals.executions[Int(opcode.rawValue)] += counts[word]
        }
    }
}
