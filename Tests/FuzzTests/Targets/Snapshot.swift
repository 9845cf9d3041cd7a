// The fuzz target of snapshots: whatever bytes claim to be a suspended program, they are refused, or the program goes on within
// its budgets without doing harm.
//
// The seeds are documents: their programs are run, left in front of each request to the host, and must go on from the snapshot
// as if nothing had been. What is mutated is a program with a snapshot of it. The hash at the snapshot's end is set right each
// time, because no mutation would get past it.

import Crypto
import FTAI
import FTAICompiler
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM

func fuzzSnapshot(_ bytes: [UInt8]) {
    if bytes.starts(with: Array("@ftai".utf8)) { return leaveEverywhere(bytes) }
    guard let input = SnapshotInput(bytes), let program = input.loaded, let execution = input.resumed(program) else {
        return
    }
    // What was let in is a state of the program: so its own snapshot is let in as well.
    guard let again = try? execution.snapshot() else { preconditionFailure("it does not wait") }
    do {
        _ = try resume(again, program)
    } catch {
        guard case .refused = error.reason else { preconditionFailure("its own snapshot is refused: \(error)") }
    }
    _ = goOn(execution)
}

/// Goes on with a program that waits, with answers that come from nowhere.
private func goOn(_ execution: Execution) -> ProgramRun? {
    guard let request = execution.pendingRequest else { return nil }
    var run = ProgramRun(requests: [request], step: execution.advance(with: ProgramRun.answer(to: request)))
    for _ in 0..<100 {
        guard case .suspended(let request) = run.step else { return run }
        run.requests.append(request)
        run.step = execution.advance(with: ProgramRun.answer(to: request))
    }
    return run
}

private func resume(_ snapshot: ExecutionSnapshot, _ program: LoadedProgram) throws(SnapshotError) -> Execution {
    try Execution(resuming: snapshot, of: program, atMost: ProgramRun.requirements, clock: FrozenClock())
}

/// Runs each task, leaves it in front of its first requests, and compares how it goes on with how it does without.
private func leaveEverywhere(_ document: [UInt8]) {
    guard let bytecode = compiled(document), let program = try? LoadedProgram(bytecode) else { return }
    for task in bytecode.tasks.prefix(2) {
        for (snapshot, execution) in suspensions(of: task, in: program, most: 5) {
            let later: Execution
            do {
                later = try resume(snapshot, program)
            } catch {
                // There is a little less room than before: what was fragmented is not, and what was inline is.
                guard case .refused(.memoryExhausted) = error.reason else { preconditionFailure("\(error)") }
                continue
            }
            let (one, other) = (goOn(execution), goOn(later))
            let isCut = one?.isCut ?? true || other?.isCut ?? true
            precondition(isCut || one == other, "a program goes on otherwise than without a snapshot")
            precondition(isCut || execution.instructionsExecuted == later.instructionsExecuted)
        }
    }
}

private func compiled(_ document: [UInt8]) -> FTAIBytecode? {
    let level: OptimizationLevel = document.count % 2 == 0 ? .none : .performance
    let source = FTAISource(file: "fuzz.ftai", bytes: document)
    return try? FTAICompiler().compileWithOptimization(source, level: level).bytecode
}

/// Executions of a task, each left in front of another request, with the snapshot of that moment.
private func suspensions(
    of task: TaskDeclaration, in program: LoadedProgram, most: Int
) -> [(ExecutionSnapshot, Execution)] {
    let inputs = Dictionary(task.inputs.map { ($0.name, ProgramRun.value(of: $0.type)) }) { first, _ in first }
    var left: [(ExecutionSnapshot, Execution)] = []
    for number in 0..<most {
        guard
            let execution = try? Execution(
                of: task.name, in: program, inputs: inputs, requirements: ProgramRun.requirements, clock: FrozenClock())
        else { return left }
        var step = execution.advance()
        for _ in 0..<number {
            if case .suspended(let request) = step { step = execution.advance(with: ProgramRun.answer(to: request)) }
        }
        guard case .suspended = step, let snapshot = try? execution.snapshot() else { return left }
        left.append((snapshot, execution))
    }
    return left
}

// MARK: Mutation

/// A program with a snapshot of it: the length of the program in four bytes, the program, the snapshot.
private struct SnapshotInput {
    var program: [UInt8]
    var snapshot: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard bytes.count > 36 else { return nil }
        let count = bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard count <= bytes.count - 36 else { return nil }
        program = Array(bytes[4..<4 + count])
        snapshot = Array(bytes[(4 + count)...])
    }

    init(_ program: FTAIBytecode, _ snapshot: ExecutionSnapshot) {
        self.program = program.encoded()
        self.snapshot = snapshot.bytes
    }

    var bytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: program.count >> (8 * $0)) } + program + snapshot
    }

    var loaded: LoadedProgram? {
        guard let bytecode = try? FTAIBytecode(decoding: program) else { return nil }
        return try? LoadedProgram(bytecode)
    }

    func resumed(_ program: LoadedProgram) -> Execution? {
        let content = snapshot.dropLast(32)
        return try? resume(ExecutionSnapshot(bytes: content + Array(SHA256.hash(data: content))), program)
    }
}

/// A program with a changed snapshot; of a document, its program with a sound one first. Nil when the bytes are neither.
func mutatedSnapshot(_ bytes: [UInt8], seed: UInt32) -> [UInt8]? {
    var numbers = SeededGenerator(seed: UInt64(seed))
    var input: SnapshotInput
    if bytes.starts(with: Array("@ftai".utf8)) {
        guard let bytecode = compiled(bytes), let program = try? LoadedProgram(bytecode),
            let task = bytecode.tasks.randomElement(using: &numbers),
            let left = suspensions(of: task, in: program, most: 4).randomElement(using: &numbers)
        else { return nil }
        input = SnapshotInput(bytecode, left.0)
    } else {
        guard let known = SnapshotInput(bytes) else { return nil }
        input = known
    }
    for _ in 0..<Int.random(in: 1...3, using: &numbers) { mutate(&input.snapshot, &numbers) }
    return input.bytes
}

/// What stands before the frames has a place of its own for each number; behind it stand slots.
private func mutate(_ snapshot: inout [UInt8], _ numbers: inout SeededGenerator) {
    let head = 252
    guard snapshot.count > head + 44 else { return }
    let range = Int.random(in: 0..<8, using: &numbers) == 0 ? 38..<head : head..<snapshot.count - 40
    let place = Int.random(in: range, using: &numbers)
    func write(_ word: UInt64, at place: Int) {
        for byte in 0..<8 { snapshot[place + byte] = UInt8(truncatingIfNeeded: word >> (8 * byte)) }
    }
    switch Int.random(in: 0..<7, using: &numbers) {
    case 0: snapshot[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
    case 1: snapshot[place] = UInt8.random(in: 0...24, using: &numbers)
    case 2: write(UInt64.random(in: 0...20, using: &numbers) << 4, at: place)
    case 3: write(UInt64.random(in: 0...200, using: &numbers), at: place)
    case 4: write(UInt64.random(in: 0...UInt64.max, using: &numbers), at: place)
    case 5:
        let other = Int.random(in: range, using: &numbers)
        for byte in 0..<8 { snapshot[place + byte] = snapshot[other + byte] }
    default: snapshot.removeSubrange(place..<place + Int.random(in: 1...8, using: &numbers))
    }
}
