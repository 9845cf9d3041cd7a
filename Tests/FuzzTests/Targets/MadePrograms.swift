// Made programs are run by the hundred, and counted.

import SerenaNetBytecode
import Synchronization

@testable import SerenaNetVM

/// How many programs the verifier has accepted and the machine has run since the process began.
enum ProgramCount {
    static let made = Atomic(0)
    static let mutated = Atomic(0)
    /// Instructions that the made programs have executed.
    static let instructions = Atomic(0)

    static var summary: String {
        let (made, mutated) = (made.load(ordering: .relaxed), mutated.load(ordering: .relaxed))
        let instructions = instructions.load(ordering: .relaxed)
        return
            "programs accepted and run: \(made) made, \(mutated) mutated; the made ones executed \(instructions) instructions"
    }
}

/// An input that begins so is the seed of programs.
let seedMark = Array("made".utf8)

/// Runs as many programs as an input may take, of a seed.
func fuzzMadePrograms(_ bytes: [UInt8], count: Int = 64) {
    // FNV-1a: every byte of the input counts.
    let seed = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var author = MadeProgram(seed: seed)
    for _ in 0..<count { runMadeProgram(author.make(), isHasty: author.numbers.next() % 4 == 0) }
}

/// Runs each task of a program that the verifier must accept. A program in the binary form is the same.
private func runMadeProgram(_ program: FTAIBytecode, isHasty: Bool) {
    let loaded: LoadedProgram
    do throws(VMError) { loaded = try LoadedProgram(program) } catch {
        print("a program that follows the description is refused: \(error)")
        preconditionFailure()
    }
    if isHasty, program.instructions.count % 8 == 0 {
        // As bytes, because a constant that is no number is not equal to itself.
        let bytes = program.encoded()
        precondition((try? FTAIBytecode(decoding: bytes))?.encoded() == bytes)
    }
    let requirements = PerformanceRequirements(maxInstructions: 600, maxMemoryUsage: 1 << 17, maxCallDepth: 12)
    for task in program.tasks.prefix(1) {
        let run = ProgramRun.of(task, in: loaded, requirements: requirements, pace: isHasty ? .hasty : .ordinary)
        ProgramCount.instructions.add(Int(run?.instructions ?? 0), ordering: .relaxed)
    }
    ProgramCount.made.add(1, ordering: .relaxed)
}
