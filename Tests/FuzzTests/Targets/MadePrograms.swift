// Made programs are run by the dozen, each in its way, and counted.

import SerenaNetBytecode
import Synchronization

/// What has been run since the process began.
enum ProgramCount {
    static let made = Mutex(TrialTotals())
    static let mutated = Atomic(0)

    static var summary: String {
        let made = made.withLock { $0 }
        return """
            programs accepted and run: \(made.programs) made, \(mutated.load(ordering: .relaxed)) mutated
            \(made.text)
            """
    }
}

/// An input that begins so is the seed of programs.
let seedMark = Array("made".utf8)

/// Runs as many programs as an input may take, of a seed, and counts them in ``ProgramCount/made``.
///
/// - Parameter before: is told of each program, by its number among those of the seed, before it is run.
func fuzzMadePrograms(_ bytes: [UInt8], count: Int = 64, before: (Int, FTAIBytecode) -> Void = { _, _ in }) {
    // FNV-1a: every byte of the input counts.
    let seed = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var author = MadeProgram(seed: seed)
    var totals = TrialTotals()
    for number in 0..<count {
        let program = author.make()
        before(number, program)
        ProgramTrial(of: program, number: number).run(&totals)
    }
    ProgramCount.made.withLock { $0.add(totals) }
}
